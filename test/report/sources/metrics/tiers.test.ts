import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { AppError } from '../../../../src/core/errors.ts'
import type { Row } from '../../../../src/report/model.ts'
import { readMetrics } from '../../../../src/report/sources/metrics/read-region.ts'
import { noCounters, tally } from '../../../../src/report/tally.ts'
import { HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { FakeCloudWatch, type FakeOptions } from '../../../support/fake-cloudwatch.ts'
import { reportContext } from '../../../support/report-context.ts'
import { REGION } from '../../../support/report-rows.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 37, 12)
const WINDOW = lastHours(NOW, 24)
const ONE = { ModelId: 'maker.one' }
const tier = (asked: string, resolved = asked) => ({ ...ONE, ServiceTier: asked, ResolvedServiceTier: resolved })

async function read(fill: (cloudwatch: FakeCloudWatch) => void, options: FakeOptions = {}) {
  const cloudwatch = new FakeCloudWatch(options)
  fill(cloudwatch)
  const cx = reportContext(cloudwatch.client, NOW)
  const reading = await readMetrics({ account: '111122223333', region: REGION, cx }, { window: WINDOW, by: [] })
  return { ...reading, rows: [...reading.rows], requests: cloudwatch.requests }
}

const shown = ({ terms, counters }: Row) => [
  terms?.untold?.includes('tier') ? 'untold' : terms?.tier,
  counters.invocations,
  counters.inputTokens,
  counters.outputTokens,
]
const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code)

/** Calls of a tier as Bedrock counts them: by model, and by tier. */
function calls(cloudwatch: FakeCloudWatch, dimensions: Record<string, string>, time: number, tokens: number): void {
  for (const one of [ONE, dimensions]) {
    cloudwatch.put('Invocations', one, time, 1)
    cloudwatch.put('InputTokenCount', one, time, tokens)
    cloudwatch.put('OutputTokenCount', one, time, 2 * tokens)
  }
}

describe('a model that was called in several service tiers', () => {
  it('is a row for each in which it ran, whatever was asked for', async () => {
    const reading = await read((cloudwatch) => {
      calls(cloudwatch, tier('default'), NOW, 10)
      calls(cloudwatch, tier('flex'), NOW, 20)
      calls(cloudwatch, tier('priority'), NOW, 40)
      calls(cloudwatch, tier('priority', 'default'), NOW, 80)
      calls(cloudwatch, tier('reserved'), NOW, 160)
    })
    expect(reading.rows.map(shown)).toEqual([
      ['standard', 2, 90, 180],
      ['flex', 1, 20, 40],
      ['priority', 1, 40, 80],
      ['reserved', 1, 160, 320],
    ])
    expect(codes(reading)).toEqual([])
  })

  it('has what no tier has in a row whose tier is untold', async () => {
    const reading = await read((cloudwatch) => {
      calls(cloudwatch, tier('flex'), NOW, 20)
      cloudwatch.put('Invocations', ONE, NOW, 2)
      cloudwatch.put('InputTokenCount', ONE, NOW, 5)
    })
    expect(reading.rows.map(shown)).toEqual([
      ['flex', 1, 20, 40],
      ['untold', 2, 5, 0],
    ])
  })

  it('has its errors, throttles and durations once, in the first of its rows', async () => {
    const reading = await read((cloudwatch) => {
      for (const one of [ONE, tier('flex')]) {
        for (const metric of ['InvocationThrottles', 'InvocationClientErrors', 'InvocationServerErrors'])
          cloudwatch.put(metric, one, NOW, 1)
        cloudwatch.put('InvocationLatency', one, NOW, 100, 300)
        cloudwatch.put('TimeToFirstToken', one, NOW, 50)
      }
      calls(cloudwatch, tier('default'), NOW, 1)
      calls(cloudwatch, tier('flex'), NOW, 1)
    })
    expect(reading.rows).toHaveLength(2)
    expect(tally(reading.rows)).toMatchObject({
      counters: { throttles: 1, clientErrors: 1, serverErrors: 1 },
      latency: { samples: 2, sumMs: 400, maxMs: 300 },
      timeToFirstToken: { samples: 1, sumMs: 50 },
    })
    expect(reading.rows[1]?.latency.samples).toBe(0)
  })

  it('that only ever failed in a slot is a standard row without cost', async () => {
    const reading = await read((cloudwatch) => {
      calls(cloudwatch, tier('flex'), NOW, 1)
      cloudwatch.put('InvocationThrottles', ONE, NOW - 5 * HOUR_MS, 3)
    })
    expect(reading.rows.map(({ counters: { throttles }, terms }) => [terms?.tier, throttles])).toEqual([
      ['standard', 3],
      ['flex', 0],
    ])
  })

  it('takes no more of its tiers than it has in all, and says so', async () => {
    const reading = await read((cloudwatch) => {
      calls(cloudwatch, tier('flex'), NOW, 20)
      cloudwatch.put('InputTokenCount', tier('flex'), NOW, 7)
    })
    expect(reading.rows.map(shown)).toEqual([['flex', 1, 20, 40]])
    expect(reading.warnings).toEqual([
      {
        code: 'service-tier',
        message:
          'CloudWatch counts for the service tiers of maker.one 7 more in InputTokenCount than for all its calls; the report uses the total',
      },
    ])
  })

  it('in a tier whose name is not known is untold there, with a warning', async () => {
    const reading = await read((cloudwatch) => calls(cloudwatch, tier('turbo'), NOW, 20))
    expect(reading.rows.map(shown)).toEqual([['untold', 1, 20, 40]])
    expect(codes(reading)).toEqual(['tier-unknown'])
    expect(reading.warnings[0]?.message).toContain("of maker.one ran in the service tier 'turbo'")
  })

  it('is not divided where CloudWatch does not tell all of its tiers', async () => {
    const reading = await read(
      (cloudwatch) => {
        calls(cloudwatch, tier('default'), NOW, 10)
        calls(cloudwatch, tier('flex'), NOW, 20)
      },
      { status: (metric, { tier }) => (metric === 'InputTokenCount' && tier === 'flex' ? 'Forbidden' : undefined) },
    )
    expect(reading.rows.map(shown)).toEqual([['untold', 2, 30, 60]])
    expect(codes(reading)).toEqual(['metrics-incomplete'])
    expect(reading.warnings[0]?.message).toContain('maker.one in the tier flex')
    expect(reading.incomplete).toBe(true)
  })

  it('counts tokens from the cache in the spelling that has data', async () => {
    const reading = await read((cloudwatch) => {
      for (const one of [ONE, tier('flex')]) {
        cloudwatch.put('CacheReadInputTokens', one, NOW, 70)
        cloudwatch.put('CacheReadInputTokenCount', one, NOW, 70)
      }
    })
    expect(reading.rows.map(({ counters, terms }) => [terms?.tier, counters.cacheReadTokens])).toEqual([['flex', 70]])
  })
})

test('the rows of any tiers add up to the model, whatever CloudWatch tells of either', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          metric: fc.constantFrom('Invocations', 'InputTokenCount', 'CacheWriteInputTokens', 'InvocationLatency'),
          of: fc.constantFrom(ONE, tier('default'), tier('flex'), tier('priority', 'default'), tier('odd')),
          hour: fc.nat(3),
          value: fc.nat(1_000),
        }),
        { maxLength: 25 },
      ),
      async (points) => {
        const { rows } = await read((cloudwatch) => {
          cloudwatch.put('Invocations', ONE, NOW, 1)
          for (const { metric, of, hour, value } of points) cloudwatch.put(metric, of, NOW - hour * HOUR_MS, value)
        })
        const expected = noCounters()
        expected.invocations = 1
        let samples = 0
        for (const { metric, value } of points.filter(({ of }) => of === ONE)) {
          if (metric === 'Invocations') expected.invocations += value
          if (metric === 'InputTokenCount') expected.inputTokens += value
          if (metric === 'CacheWriteInputTokens') expected.cacheWriteTokens += value
          if (metric === 'InvocationLatency') samples += 1
        }
        expect(tally(rows).counters).toEqual(expected)
        expect(tally(rows).latency.samples).toBe(samples)
        for (const { counters } of rows) expect(Math.min(...Object.values(counters))).toBeGreaterThanOrEqual(0)
      },
    ),
  ))

test('only models in other tiers are asked about more, and no call more is made for them', async () => {
  const standard = await read((cloudwatch) => calls(cloudwatch, tier('default'), NOW, 1))
  const flex = await read((cloudwatch) => calls(cloudwatch, tier('flex'), NOW, 1))
  const asked = ({ requests }: typeof flex) => requests.map(({ command }) => command)
  const queries = ({ requests }: typeof flex) => JSON.stringify(requests).match(/"Stat":/g)?.length ?? 0
  expect(asked(standard)).toEqual(['ListMetrics', 'ListMetrics', 'GetMetricData', 'GetMetricData'])
  expect(asked(flex)).toEqual(asked(standard))
  expect(queries(flex) - queries(standard)).toBe(3)
})

test('an endless list of tiers is no account of AWS', async () => {
  const fill = (cloudwatch: FakeCloudWatch) => {
    for (let index = 0; index <= 20_000; index++) cloudwatch.put('Invocations', tier(`t${index}`), NOW, 1)
  }
  await expect(read(fill, { metricsAPage: 50_000 })).rejects.toMatchObject({
    code: 'TooManyModels',
  } satisfies Partial<AppError>)
})

describe('what metrics cannot tell of a call', () => {
  const untold = async (fill: (cloudwatch: FakeCloudWatch) => void) => (await read(fill)).rows[0]?.terms?.untold

  it.each([
    [
      'is its tier, where CloudWatch has none of the model',
      (cloudwatch: FakeCloudWatch) => calls(cloudwatch, ONE, NOW, 1),
      'tier',
    ],
    [
      'is whether its latency was optimized, where the tier is the standard one',
      (cloudwatch: FakeCloudWatch) => {
        for (const dimensions of [ONE, tier('default')]) calls(cloudwatch, dimensions, NOW, 1)
      },
      'latency',
    ],
  ])('%s', async (_, fill, what) => {
    expect(await untold(fill)).toEqual([what])
  })

  it('is how long its prompt was, where all prompts of the slot together would be a long one', async () => {
    const tokens = (input: number, read: number) => (cloudwatch: FakeCloudWatch) => {
      cloudwatch.put('InputTokenCount', ONE, NOW, input)
      cloudwatch.put('CacheReadInputTokenCount', ONE, NOW, read)
    }
    expect(await untold(tokens(60_000, 40_000))).toEqual(['tier'])
    expect(await untold(tokens(60_000, 40_001))).toEqual(['tier', 'promptLength'])
  })

  it('is how long its cache writes are kept, where there are any', async () => {
    expect(await untold((cloudwatch) => cloudwatch.put('CacheWriteInputTokens', ONE, NOW, 1))).toEqual([
      'tier',
      'cacheTtl',
    ])
  })

  it('is the tier of what went through the OpenAI-compatible endpoint', async () => {
    const fill = (cloudwatch: FakeCloudWatch) => {
      cloudwatch.putMantle('TotalInputTokens', { Model: 'maker.one' }, NOW, 5)
    }
    expect(await untold(fill)).toEqual(['tier'])
  })
})
