import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { AppError } from '../../../../src/core/errors.ts'
import { pricer } from '../../../../src/report/cost.ts'
import type { Reading } from '../../../../src/report/model.ts'
import { parsePrice } from '../../../../src/report/money.ts'
import type { PriceBook } from '../../../../src/report/prices/book.ts'
import { readMetrics } from '../../../../src/report/sources/metrics/read-region.ts'
import { amountOf } from '../../../../src/report/spending.ts'
import { tally } from '../../../../src/report/tally.ts'
import { DAY_MS, HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { alignWindow } from '../../../../src/report/window-parse.ts'
import { FakeCloudWatch, type FakeOptions, nearestRank } from '../../../support/fake-cloudwatch.ts'
import { reportContext } from '../../../support/report-context.ts'
import { REGION } from '../../../support/report-rows.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 37, 12)
const WINDOW = lastHours(NOW, 24)
const ONE = { ModelId: 'us.maker.one-v1:0' }
const TWO = { ModelId: 'maker.two' }

function read(cloudwatch: FakeCloudWatch, window = WINDOW): Promise<Reading> {
  return readMetrics(
    { account: '111122223333', region: REGION, cx: reportContext(cloudwatch.client, NOW) },
    { window, by: [] },
  )
}

function fake(fill: (cloudwatch: FakeCloudWatch) => void, options: FakeOptions = {}): FakeCloudWatch {
  const cloudwatch = new FakeCloudWatch(options)
  fill(cloudwatch)
  return cloudwatch
}

const codes = (reading: Reading) => reading.warnings.map((warning) => warning.code)
const calls = (cloudwatch: FakeCloudWatch, command: string) =>
  cloudwatch.requests.filter((request) => request.command === command)
const percentilesOf = (reading: Reading, key: Record<string, string>) =>
  reading.percentiles.find((group) => JSON.stringify(group.key) === JSON.stringify(key))

describe('readMetrics', () => {
  it('counts what lies in the window: its start included, its end not, the minute under way too', async () => {
    const { rows } = await read(
      fake((cloudwatch) => {
        cloudwatch.put('InputTokenCount', ONE, WINDOW.start - 1, 1_000)
        cloudwatch.put('InputTokenCount', ONE, WINDOW.start, 100)
        cloudwatch.put('InputTokenCount', ONE, NOW, 10)
        cloudwatch.put('InputTokenCount', ONE, WINDOW.end, 1)
      }),
    )
    expect(tally(rows).counters.inputTokens).toBe(110)
  })

  it('gives a row for every slot in which anything happened, counted from the start of the window', async () => {
    const { rows } = await read(
      fake((cloudwatch) => {
        cloudwatch.put('Invocations', ONE, WINDOW.start + 1, 1)
        cloudwatch.put('InvocationThrottles', TWO, WINDOW.start + 5 * HOUR_MS, 2)
      }),
    )
    expect(Array.from(rows, ({ dimensions, start }) => [dimensions.model, start])).toEqual([
      ['maker.two', WINDOW.start + 5 * HOUR_MS],
      ['us.maker.one-v1:0', WINDOW.start],
    ])
  })

  // "CacheReadInputTokens" in AWS's documentation, "CacheReadInputTokenCount" in working tools.
  it.each([['CacheReadInputTokens'], ['CacheReadInputTokenCount']])('reads cache tokens spelled %s', async (metric) => {
    const { rows } = await read(fake((cloudwatch) => cloudwatch.put(metric, ONE, NOW, 70)))
    expect(tally(rows).counters.cacheReadTokens).toBe(70)
  })

  it('never adds the two spellings of one metric', async () => {
    const { rows } = await read(
      fake((cloudwatch) => {
        cloudwatch.put('CacheWriteInputTokens', ONE, NOW, 70)
        cloudwatch.put('CacheWriteInputTokenCount', ONE, NOW, 70)
      }),
    )
    expect(tally(rows).counters.cacheWriteTokens).toBe(70)
  })

  it('does not count parts of a model by image size again', async () => {
    const reading = await read(
      fake((cloudwatch) => {
        cloudwatch.put('OutputImageCount', ONE, NOW, 5)
        cloudwatch.put('OutputImageCount', { ...ONE, ImageSize: '1024', BucketedStepSize: '50' }, NOW, 5)
      }),
    )
    expect(tally(reading.rows).counters.images).toBe(5)
    expect(codes(reading)).toEqual([])
  })

  it('finds models on every page of the listing, even those that were only ever throttled', async () => {
    const cloudwatch = fake(
      (one) => {
        for (let index = 0; index < 7; index++) one.put('InvocationThrottles', { ModelId: `m${index}` }, NOW, 1)
      },
      { metricsAPage: 2 },
    )
    const { rows } = await read(cloudwatch)
    expect(Array.from(rows, (row) => row.dimensions.model)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6'])
    expect(calls(cloudwatch, 'ListMetrics')).toHaveLength(4 + 1)
  })

  it('reads 100 models in batches of at most 500 queries, and puts pages together', async () => {
    const cloudwatch = fake(
      (one) => {
        for (let index = 0; index < 100; index++) one.put('Invocations', { ModelId: `m${index}` }, NOW, index, 1)
      },
      { pointsAPage: 20 },
    )
    const { rows, warnings } = await read(cloudwatch)
    expect(tally(rows).counters.invocations).toBe(5_050)
    expect(warnings).toEqual([])
    const batches = calls(cloudwatch, 'GetMetricData').filter(
      (request) => !(request.input as GetMetricDataCommand['input']).NextToken,
    )
    expect(batches.length).toBe(Math.ceil((3 + 100 * 17) / 500) + Math.ceil((101 * 6) / 500))
  })

  test('a day of 20 models takes four calls', async () => {
    const cloudwatch = fake((one) => {
      for (let index = 0; index < 20; index++) one.put('Invocations', { ModelId: `m${index}` }, NOW, 1)
    })
    await read(cloudwatch)
    expect(cloudwatch.requests.map((request) => request.command)).toEqual([
      'ListMetrics',
      'ListMetrics',
      'GetMetricData',
      'GetMetricData',
    ])
  })

  it('says why a report may be empty', async () => {
    const reading = await read(fake(() => undefined))
    expect([...reading.rows]).toEqual([])
    expect(codes(reading)).toEqual(['no-usage'])
    expect(reading.warnings[0]?.message).toMatch(/another Region.*15 minutes/)
  })

  it('says which metrics CloudWatch refused', async () => {
    const reading = await read(
      fake(
        (cloudwatch) => {
          cloudwatch.put('Invocations', ONE, NOW, 1)
          cloudwatch.put('InputTokenCount', ONE, NOW, 1)
        },
        { status: (metric) => (metric === 'InputTokenCount' ? 'Forbidden' : undefined) },
      ),
    )
    expect(reading.warnings).toContainEqual({
      code: 'metrics-incomplete',
      message:
        'CloudWatch answered Forbidden for InputTokenCount (Sum) of us.maker.one-v1:0: values that depend on it are not known',
    })
  })

  it('fails where it may not read at all', async () => {
    const denied = new AppError('aws', 'AccessDenied', 'denied')
    const cloudwatch = fake(() => undefined, {
      fault: () => {
        throw denied
      },
    })
    await expect(read(cloudwatch)).rejects.toBe(denied)
  })

  it('tells what it is doing', async () => {
    const context = reportContext(fake((one) => one.put('Invocations', ONE, NOW, 1)).client, NOW)
    await readMetrics({ account: '111122223333', region: REGION, cx: context }, { window: WINDOW, by: [] })
    const phases = context.events.filter(({ type }) => type.startsWith('phase'))
    expect(phases.map((event) => ('title' in event ? event.title : event.type))).toEqual([
      'finding the models used in us-east-1',
      'phase-done',
      'reading the metrics of 1 model',
      'phase-done',
    ])
  })
})

describe('windows of more than seven days', () => {
  const anywhere = fc.record({ model: fc.constantFrom('a', 'b'), ago: fc.nat({ max: 360 * DAY_MS }), tokens: fc.nat() })

  test('are told by the day and miss nothing, whatever their length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anywhere), fc.integer({ min: 1, max: 8760 }), async (uses, hours) => {
        const window = lastHours(NOW, hours)
        const reading = await read(
          fake((cloudwatch) => {
            for (const { model, ago, tokens } of uses)
              cloudwatch.put('InputTokenCount', { ModelId: model }, NOW - ago, tokens)
          }),
          window,
        )
        const expected = uses.filter(({ ago }) => NOW - ago >= reading.window.start)
        const sum = expected.reduce((total, { tokens }) => total + tokens, 0)
        expect(tally(reading.rows).counters.inputTokens).toBe(sum)
        expect(reading.window.end).toBe(window.end)
        expect(window.start - reading.window.start).toBeGreaterThanOrEqual(0)
        expect(window.start - reading.window.start).toBeLessThan(HOUR_MS)
        const slot = hours <= 168 ? HOUR_MS : DAY_MS
        const origin = hours <= 168 ? reading.window.start : 0
        for (const { start } of reading.rows) {
          expect(start === window.start || (start - origin) % slot === 0).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('past two weeks warn of models that are listed no more', async () => {
    const reading = await read(
      fake((one) => one.put('Invocations', ONE, NOW, 1)),
      lastHours(NOW, 15 * 24),
    )
    expect(codes(reading)).toEqual(['idle-models'])
  })
})

const CHANGE = Date.UTC(2026, 10, 21)

test.each([
  ['Asia/Kolkata', 30],
  ['Asia/Kathmandu', 30],
  ['Europe/Berlin', 30],
  ['Asia/Kolkata', 3],
  ['Asia/Kolkata', 90],
])('a change of price within a slot divides it: days of %s, %i days', async (timeZone, days) => {
  const perMillion = (usd: number) => ({ input: parsePrice(usd), output: 0n })
  const book: PriceBook = {
    changes: [CHANGE],
    lookup: (_modelId, _region, at) => {
      return { perMillion: perMillion(at.getTime() < CHANGE ? 1 : 2), source: 'test', asOf: null, warnings: [] }
    },
  }
  const cloudwatch = fake((one) => {
    for (const hours of [-40, -0.25, 0.25, 30]) one.put('InputTokenCount', ONE, CHANGE + hours * HOUR_MS, 1_000_000)
  })
  for (const by of [['model'], ['day'], ['hour', 'model'], ['month']]) {
    const { window, rows } = await readMetrics(
      { account: '111122223333', region: REGION, cx: reportContext(cloudwatch.client, NOW) },
      { window: alignWindow(lastHours(NOW, days * 24), by, timeZone), by, timeZone, changes: book.changes },
    )
    const { priced } = pricer(book)
    const cost = [...rows].reduce((sum, row) => sum + amountOf(priced(row).charges), 0n)
    expect({ by, cost }).toEqual({ by, cost: BigInt(window.start < CHANGE - 40 * HOUR_MS ? 6 : 5) * 10n ** 18n })
    expect(new Set(Array.from(rows, ({ start }) => start)).size).toBe(tally(rows).counters.inputTokens / 1_000_000)
  }
})

describe("the account's own totals", () => {
  it('reveal calls of models that are not listed', async () => {
    const reading = await read(
      fake((cloudwatch) => {
        cloudwatch.put('Invocations', ONE, NOW, 5)
        cloudwatch.put('Invocations', {}, NOW, 8)
      }),
    )
    expect(tally(reading.rows).counters.invocations).toBe(5)
    expect(reading.warnings).toEqual([
      { code: 'totals-disagree', message: expect.stringMatching(/3 more invocations/) },
    ])
    // What they cost nobody knows.
    expect(reading.unread).toBe('models')
  })

  it.each([
    ['agree', 5],
    ['do not exist', 0],
  ])('that %s are no matter', async (_case, total) => {
    const reading = await read(
      fake((cloudwatch) => {
        cloudwatch.put('Invocations', ONE, NOW, 5)
        if (total > 0) cloudwatch.put('Invocations', {}, NOW, total)
      }),
    )
    expect(reading.warnings).toEqual([])
  })
})

describe('percentiles', () => {
  const values = [100, 200, 300, 400, 500, 600, 700, 800, 900, 9_000]
  const spread = (cloudwatch: FakeCloudWatch, dimensions: Record<string, string>, times = values.length) => {
    for (const [index, value] of values.slice(0, times).entries()) {
      cloudwatch.put('InvocationLatency', dimensions, WINDOW.start + index * 2 * HOUR_MS, value)
    }
  }

  it('are those of the whole window, not of its hours', async () => {
    const reading = await read(fake((cloudwatch) => spread(cloudwatch, ONE)))
    expect(percentilesOf(reading, { model: ONE.ModelId })?.latency).toEqual({ p50: 500, p90: 900, p99: 9_000 })
  })

  it('of the only model are those of everything', async () => {
    const reading = await read(fake((cloudwatch) => spread(cloudwatch, ONE)))
    expect(percentilesOf(reading, {})?.latency).toEqual({ p50: 500, p90: 900, p99: 9_000 })
  })

  it('of everything come from the account where it has the very samples of the models', async () => {
    const reading = await read(
      fake((cloudwatch) => {
        spread(cloudwatch, ONE)
        spread(cloudwatch, TWO, 4)
        spread(cloudwatch, {})
        spread(cloudwatch, {}, 4)
      }),
    )
    const all = [...values, ...values.slice(0, 4)]
    const [p50, p90, p99] = [50, 90, 99].map((percent) => nearestRank(all, percent))
    expect(percentilesOf(reading, {})?.latency).toEqual({ p50, p90, p99 })
    expect(reading.warnings).toEqual([])
  })

  it('of everything are unknown, with a warning, where the account has other samples', async () => {
    const reading = await read(
      fake((cloudwatch) => {
        spread(cloudwatch, ONE)
        spread(cloudwatch, TWO)
        spread(cloudwatch, {})
      }),
    )
    expect(percentilesOf(reading, {})?.latency).toEqual({ p50: null, p90: null, p99: null })
    expect(codes(reading)).toEqual(['total-percentiles-unavailable'])
  })

  it('that cannot be had leave the report standing', async () => {
    const cloudwatch = fake(
      (one) => {
        spread(one, ONE)
        one.put('InputTokenCount', ONE, NOW, 7)
      },
      {
        fault: (_command, input) => {
          if (JSON.stringify(input).includes('"p99"')) throw new AppError('aws', 'InternalFailure', 'HTTP 500')
        },
      },
    )
    const reading = await read(cloudwatch)
    expect(tally(reading.rows).counters.inputTokens).toBe(7)
    expect(tally(reading.rows).latency).toEqual({ sumMs: 13_500, samples: 10, maxMs: 9_000 })
    expect(percentilesOf(reading, {})?.latency.p99).toBeNull()
    expect(codes(reading)).toEqual(['percentiles-unavailable'])
    expect(reading.incomplete).toBe(true)
  })

  it.each(['credentials', 'interrupted'] as const)('do not hide an error of the kind %s', async (kind) => {
    const cloudwatch = fake((one) => spread(one, ONE), {
      fault: (_command, input) => {
        if (JSON.stringify(input).includes('"p99"')) throw new AppError(kind, 'X', 'x')
      },
    })
    await expect(read(cloudwatch)).rejects.toMatchObject({ kind })
  })

  it('of a window that CloudWatch cut in two are null, with their bounds in a warning', async () => {
    const cloudwatch = fake((one) => {
      one.put('InvocationLatency', ONE, WINDOW.start, 100)
      one.put('InvocationLatency', ONE, NOW, 300)
    })
    const halved = {
      send: (command: unknown) => {
        if (command instanceof GetMetricDataCommand && JSON.stringify(command.input).includes('"p99"')) {
          for (const { MetricStat } of command.input.MetricDataQueries ?? []) {
            if (MetricStat) MetricStat.Period = (MetricStat.Period ?? 0) / 2
          }
        }
        return cloudwatch.client.send(command as GetMetricDataCommand)
      },
    } as FakeCloudWatch['client']
    const reading = await readMetrics(
      { account: '111122223333', region: REGION, cx: reportContext(halved, NOW) },
      { window: WINDOW, by: [] },
    )
    expect(percentilesOf(reading, { model: ONE.ModelId })?.latency.p99).toBeNull()
    expect(reading.warnings).toContainEqual({
      code: 'percentiles-bound',
      message: 'p99 of InvocationLatency of us.maker.one-v1:0 is not known exactly: it is between 100 and 300 ms',
    })
  })
})
