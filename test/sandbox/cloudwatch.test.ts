import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { GetMetricDataOutput, ListMetricsOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'
import type { Present } from './present.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const call = { account: '111122223333', region: 'us-east-1', now: NOW }
const MODEL = [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }]

function cloudwatch() {
  const service = createCloudWatch()
  const send = (operation: string, input: object, region = 'us-east-1'): unknown =>
    service.operations[operation]?.({ ...input }, { ...call, region })
  return { ...service, send }
}

type CloudWatch = ReturnType<typeof cloudwatch>

function put(service: CloudWatch, minutes: readonly [at: number, value: number][], name = 'M'): void {
  for (const [timestamp, value] of minutes) {
    service.putMetric('us-east-1', { namespace: 'AWS/Bedrock', name, dimensions: MODEL, timestamp, value })
  }
}

const stat = (Stat: string, Period: number, name = 'M', Dimensions = MODEL): MetricDataQuery => ({
  Id: 'm',
  MetricStat: { Metric: { Namespace: 'AWS/Bedrock', MetricName: name, Dimensions }, Stat, Period },
})

function data(service: CloudWatch, queries: MetricDataQuery[], start: number, end: number, more: object = {}) {
  return service.send('GetMetricData', {
    MetricDataQueries: queries,
    StartTime: new Date(start),
    EndTime: new Date(end),
    ScanBy: 'TimestampAscending',
    ...more,
  }) as Present<GetMetricDataOutput>
}

/** The points of a single query, as [milliseconds, value]. */
function points(service: CloudWatch, query: MetricDataQuery, start: number, end: number, more: object = {}) {
  const [result] = data(service, [query], start, end, more).MetricDataResults
  return (result?.Timestamps ?? []).map((time, i): [number, number] => [time.getTime(), result?.Values?.[i] ?? 0])
}

describe('GetMetricData', () => {
  const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 1_000_000 })), {
    maxLength: 200,
  })
  const start = NOW - DAY
  const withSamples = (all: [number, number][]) => {
    const service = cloudwatch()
    put(
      service,
      all.map(([minute, value]) => [start + minute * MINUTE, value]),
    )
    return service
  }

  test('sums over any Period to the sum of the samples', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 3_000 }), (all, minutes) => {
        const found = points(withSamples(all), stat('Sum', minutes * 60), start, NOW)
        const expected = all.reduce((total, [, value]) => total + value, 0)
        expect(found.reduce((total, [, value]) => total + value, 0)).toBe(expected)
        expect(found.every(([time]) => (time - start) % (minutes * MINUTE) === 0)).toBe(true)
      }),
    )
  })

  test('sees exactly the samples of its window, in whatever order they were put', () => {
    const minute = fc.integer({ min: 0, max: 1_439 })
    fc.assert(
      fc.property(samples, minute, minute, (all, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1]
        const inside = all.filter(([at]) => at >= from && at < to).map(([, value]) => value)
        const found = points(withSamples(all), stat('Sum', 86_400), start + from * MINUTE, start + to * MINUTE)
        expect(found.map(([, value]) => value)).toEqual(inside.length === 0 ? [] : [inside.reduce((x, y) => x + y, 0)])
      }),
    )
  })

  test('answers percentiles as sorting the raw samples does', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(0, 1, 50, 90, 99, 99.9, 100), (all, percent) => {
        const sorted = all.map(([, value]) => value).sort((a, b) => a - b)
        const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
        const expected = sorted.length === 0 ? [] : [[start, sorted[rank - 1]]]
        expect(points(withSamples(all), stat(`p${percent}`, 86_400), start, NOW)).toEqual(expected)
      }),
    )
  })

  test.each([
    ['Sum', 10],
    ['Average', 2.5],
    ['Minimum', 1],
    ['Maximum', 4],
    ['SampleCount', 4],
    ['p50', 2],
    ['p99.9', 4],
  ])('knows %s', (name, expected) => {
    const service = withSamples([1, 2, 3, 4].map((value, i) => [i, value]))
    expect(points(service, stat(name, 3_600), start, NOW)).toEqual([[start, expected]])
  })

  test('"data points are aligned to the StartTime of the request"', () => {
    const service = withSamples([
      [5, 1],
      [66, 2],
    ])
    const odd = start + 3 * MINUTE
    expect(points(service, stat('Sum', 3_600), odd, NOW)).toEqual([
      [odd, 1],
      [odd + HOUR, 2],
    ])
  })

  test('"StartTime inclusive", "EndTime exclusive"', () => {
    const service = withSamples([
      [0, 1],
      [10, 2],
      [20, 4],
    ])
    expect(points(service, stat('Sum', 60), start, start + 20 * MINUTE)).toEqual([
      [start, 1],
      [start + 10 * MINUTE, 2],
    ])
  })

  test.each([
    ['1 min under 15 d', 14 * DAY, MINUTE],
    ['5 min to 63 d', 16 * DAY, 5 * MINUTE],
    ['1 h beyond', 64 * DAY, HOUR],
  ])('"rounded down (%s)"', (_, age, step) => {
    const service = cloudwatch()
    const aligned = Math.floor((NOW - age) / HOUR) * HOUR
    put(service, [[aligned, 5]])
    expect(points(service, stat('Sum', 3_600), aligned + step - 1_000, aligned + 2 * HOUR)).toEqual([[aligned, 5]])
    expect(points(service, stat('Sum', 3_600), aligned + step, aligned + 2 * HOUR)).toEqual([])
  })

  test.each([
    [14 * DAY, [60, 300, 3_600]],
    [16 * DAY, [300, 3_600]],
    [64 * DAY, [3_600]],
    [456 * DAY, []],
  ])('"points are kept 60 s for 15 d, 300 s for 63 d, 3600 s for 455 d": %d ms old', (age, periods) => {
    const service = cloudwatch()
    put(service, [[NOW - age + MINUTE, 5]])
    const visible = [60, 300, 3_600].filter(
      (period) => points(service, stat('Sum', period), NOW - age - HOUR, NOW - age + HOUR).length > 0,
    )
    expect(visible).toEqual(periods)
  })

  test('a window whose end is not on the Period gives a second point: its percentile is no longer of the whole', () => {
    const service = withSamples([
      [0, 1],
      [1_439, 2],
    ])
    expect(points(service, stat('p99', 86_400), start, NOW)).toHaveLength(1)
    put(service, [[NOW, 3]])
    expect(points(service, stat('p99', 86_400), start, NOW + MINUTE)).toHaveLength(2)
  })

  test('has no percentile of negative values', () => {
    const service = withSamples([[0, -1]])
    expect(points(service, stat('p50', 60), start, NOW)).toEqual([])
    expect(points(service, stat('Sum', 60), start, NOW)).toEqual([[start, -1]])
  })

  test('matches dimensions exactly: neither fewer nor more, and never the sum of all', () => {
    const service = withSamples([[0, 7]])
    const tier = [...MODEL, { Name: 'ServiceTier', Value: 'default' }]
    expect(points(service, stat('Sum', 3_600, 'M', []), start, NOW)).toEqual([])
    expect(points(service, stat('Sum', 3_600, 'M', tier), start, NOW)).toEqual([])
    expect(points(service, stat('Sum', 3_600, 'M', MODEL), start, NOW)).toEqual([[start, 7]])
  })

  test('keeps Regions apart', () => {
    const service = withSamples([[0, 7]])
    expect(service.send('ListMetrics', {}, 'eu-west-1')).toEqual({ Metrics: [] })
  })

  test('"≤100,800 data points a page": goes on with NextToken and says PartialData on the way', () => {
    const service = withSamples(Array.from({ length: 10 }, (_, i) => [i, i]))
    const queries = ['a', 'b'].map((Id) => ({ ...stat('Sum', 60), Id }))
    const pages: [string, string, number][][] = []
    for (let token: string | undefined; ; ) {
      const page = data(service, queries, start, NOW, { MaxDatapoints: 6, NextToken: token })
      pages.push(page.MetricDataResults.map((r) => [r.Id ?? '', r.StatusCode ?? '', r.Values?.length ?? 0]))
      token = page.NextToken
      if (token === undefined) break
    }
    expect(pages).toEqual([
      [['a', 'PartialData', 6]],
      [
        ['a', 'Complete', 4],
        ['b', 'PartialData', 2],
      ],
      [['b', 'PartialData', 6]],
      [['b', 'Complete', 2]],
    ])
  })

  test('answers newest first unless asked otherwise', () => {
    const service = withSamples([
      [0, 1],
      [1, 2],
    ])
    const [result] = data(service, [stat('Sum', 60)], start, NOW, { ScanBy: undefined }).MetricDataResults
    expect(result?.Values).toEqual([2, 1])
  })

  test.each<[string, MetricDataQuery[], object]>([
    ['more than 500 queries', Array.from({ length: 501 }, (_, i) => ({ ...stat('Sum', 60), Id: `m${i}` })), {}],
    ['an id twice', [stat('Sum', 60), stat('Sum', 60)], {}],
    ['an id with a capital', [{ ...stat('Sum', 60), Id: 'M' }], {}],
    ['a statistic that is none', [stat('Mean', 60)], {}],
    ['a percentile above 100', [stat('p101', 60)], {}],
    ['a Period of no whole minutes', [stat('Sum', 90)], {}],
    ['an end before the start', [stat('Sum', 60)], { EndTime: new Date(0) }],
    ['a foreign NextToken', [stat('Sum', 60)], { NextToken: 'x' }],
    ['neither metric nor expression', [{ Id: 'm' }], {}],
  ])('refuses %s', (_, queries, more) => {
    expect(() => data(cloudwatch(), queries, start, NOW, more)).toThrow(expect.objectContaining({ name: 'AwsFault' }))
  })
})

describe('PutMetricData', () => {
  test('takes values, and times out of order', () => {
    const service = cloudwatch()
    const put = [NOW, NOW - MINUTE].map((at, i) => ({
      MetricName: 'M',
      Dimensions: MODEL,
      Timestamp: new Date(at),
      Value: 2 + i,
    }))
    service.send('PutMetricData', { Namespace: 'AWS/Bedrock', MetricData: put })
    expect(points(service, stat('Sum', 60), NOW - HOUR, NOW + MINUTE)).toEqual([
      [NOW - MINUTE, 3],
      [NOW, 2],
    ])
  })

  test.each([
    ['no namespace', { MetricData: [{ MetricName: 'M', Value: 1 }] }],
    ['no value', { Namespace: 'N', MetricData: [{ MetricName: 'M', Values: [1] }] }],
    ['what is no number', { Namespace: 'N', MetricData: [{ MetricName: 'M', Value: Number.NaN }] }],
  ])('refuses %s', (_, input) => {
    expect(() => cloudwatch().send('PutMetricData', input)).toThrow(expect.objectContaining({ name: 'AwsFault' }))
  })
})

describe('ListMetrics', () => {
  const list = (service: CloudWatch, input: object = {}) => service.send('ListMetrics', input) as ListMetricsOutput

  test('"500 a page", each metric once', () => {
    const service = cloudwatch()
    for (let i = 0; i < 1_200; i++) {
      const dimensions = [{ Name: 'ModelId', Value: `model-${i}` }]
      service.putMetric('us-east-1', { namespace: 'N', name: 'M', dimensions, timestamp: NOW, value: 1 })
    }
    const sizes: number[] = []
    const seen = new Set<string>()
    for (let token: string | undefined; ; ) {
      const { Metrics = [], NextToken } = list(service, { NextToken: token })
      sizes.push(Metrics.length)
      for (const metric of Metrics) seen.add(JSON.stringify(metric))
      token = NextToken
      if (token === undefined) break
    }
    expect(sizes).toEqual([500, 500, 200])
    expect(seen.size).toBe(1_200)
  })

  test('"only metrics with data in the last two weeks", though they still answer GetMetricData', () => {
    const service = cloudwatch()
    const old = NOW - 15 * DAY
    put(service, [[old, 3]])
    expect(list(service).Metrics).toEqual([])
    expect(points(service, stat('Sum', 3_600), old - HOUR, old + HOUR)).toHaveLength(1)
    put(service, [[NOW - 13 * DAY, 3]])
    expect(list(service).Metrics).toHaveLength(1)
  })

  test.each([
    [{ Namespace: 'AWS/Bedrock' }, 2],
    [{ Namespace: 'AWS/EC2' }, 0],
    [{ MetricName: 'A' }, 1],
    [{ Dimensions: [{ Name: 'ModelId' }] }, 2],
    [{ Dimensions: [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }] }, 2],
    [{ Dimensions: [{ Name: 'ModelId', Value: 'another' }] }, 0],
    [{ Dimensions: [{ Name: 'ServiceTier' }] }, 0],
  ])('filters by %j', (input, count) => {
    const service = cloudwatch()
    put(service, [[NOW, 1]], 'A')
    put(service, [[NOW, 1]], 'B')
    expect(list(service, input).Metrics).toHaveLength(count)
  })
})

/** After everything that is not needed any more has been collected. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

test('a month of 500 models by the hour is held and summed in little time and memory', () => {
  const service = cloudwatch()
  const before = heapUsed()
  for (let model = 0; model < 500; model++) {
    const dimensions = [{ Name: 'ModelId', Value: `model-${model}` }]
    for (let hour = 0; hour < 720; hour++) {
      const timestamp = NOW - (hour + 1) * HOUR
      service.putMetric('us-east-1', { namespace: 'AWS/Bedrock', name: 'M', dimensions, timestamp, value: hour })
    }
  }
  // 16 bytes a sample, with room to grow.
  expect(heapUsed() - before).toBeLessThan(500 * 720 * 32)
  const queries = Array.from({ length: 500 }, (_, i) => ({
    ...stat('Sum', 3_600, 'M', [{ Name: 'ModelId', Value: `model-${i}` }]),
    Id: `m${i}`,
  }))
  const { MetricDataResults } = data(service, queries, NOW - 30 * DAY, NOW)
  const sum = MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((total, value) => total + value, 0)
  // 100,800 points a page are 140 whole series of 720 points.
  expect(sum).toBe(140 * ((719 * 720) / 2))
})
