import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Aggregate, type AggregateOptions } from '../../../src/report/scan/aggregate.ts'
import { type Billing, PLAIN } from '../../../src/report/scan/billing.ts'
import { outcomeOf } from '../../../src/report/scan/outcome.ts'
import type { InvocationRecord } from '../../../src/report/scan/record.ts'

const HOUR = 3_600_000
const OPTIONS: AggregateOptions = { dimensions: ['identity', 'metadata:team'], slotMs: HOUR, origin: 0 }

const tokens = fc.option(fc.nat(2 ** 40), { nil: undefined })
const milliseconds = fc.option(fc.nat(100_000), { nil: undefined })
const name = fc.constantFrom(undefined, '', 'a', 'b', '__proto__')

/** Calls on terms of their own: to be kept apart. */
const BILLINGS: Billing[] = [
  PLAIN,
  { key: 'flex', terms: { tier: 'flex', promptOver: 0 } },
  { key: 'untold', terms: { tier: 'standard', promptOver: 200_000, untold: ['tier', 'cacheTtl'] } },
  { key: 'routed', billedModel: 'chosen' },
  { key: 'unknown', unknown: new Set(['inputTokens']) },
  { key: 'strange', terms: { tier: 'standard', promptOver: 0, untold: ['tier'] }, strangeTier: 'turbo' },
]

const recordArbitrary: fc.Arbitrary<InvocationRecord> = fc.record({
  time: fc.integer({ min: -5 * HOUR, max: 5 * HOUR }),
  accountId: name,
  identityArn: name,
  region: name,
  inferenceRegion: name,
  requestId: name,
  operation: name,
  modelId: fc.constantFrom('m', 'n', 'constructor'),
  errorCode: fc.constantFrom(
    undefined,
    undefined,
    'ThrottlingException',
    'ValidationException',
    'InternalServerException',
  ),
  status: fc.constant(undefined),
  metadata: fc.tuple(name),
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
  cacheWrite1hTokens: tokens,
  images: fc.nat(4),
  tier: fc.constantFrom('', 'standard', 'flex'),
  billing: fc.constantFrom(...BILLINGS),
  latencyMs: milliseconds,
  timeToFirstTokenMs: milliseconds,
})
const recordList = fc.array(recordArbitrary, { maxLength: 80 })

function aggregateOf(records: readonly InvocationRecord[], options = OPTIONS): Aggregate {
  const aggregate = new Aggregate(options)
  for (const record of records) aggregate.add(record)
  return aggregate
}

/** The row in which a record should be found. */
function rowOf(aggregate: Aggregate, record: InvocationRecord) {
  const start = Math.floor(record.time / HOUR) * HOUR
  return aggregate
    .rows()
    .find(
      ({ dimensions, start: at, ...row }) =>
        at === start &&
        dimensions.model === record.modelId &&
        dimensions.region === (record.region ?? '') &&
        dimensions.identity === (record.identityArn ?? '') &&
        dimensions['metadata:team'] === (record.metadata[0] ?? '') &&
        row.terms === record.billing.terms &&
        row.billedModel === record.billing.billedModel &&
        row.unknown === record.billing.unknown &&
        row.strangeTier === record.billing.strangeTier,
    )
}

/** A copy of a set is one of another realm's. */
const isSet = (value: unknown): value is Set<unknown> => Object.prototype.toString.call(value) === '[object Set]'
const plainly = (_key: string, value: unknown) => (isSet(value) ? [...value] : value)
const byText = (rows: object[]) => rows.map((row) => JSON.stringify(row, plainly)).sort()
const sum = (values: (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)

describe('sums of records', () => {
  test('add up to those of the records, to the token', () => {
    fc.assert(
      fc.property(recordList, (records) => {
        const rows = aggregateOf(records).rows()
        for (const key of ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'images'] as const) {
          expect(sum(rows.map(({ counters }) => counters[key]))).toBe(sum(records.map((record) => record[key])))
        }
        expect(sum(rows.map(({ latency }) => latency.sumMs))).toBe(sum(records.map(({ latencyMs }) => latencyMs)))
      }),
    )
  })

  test('stand in the row of their own dimensions and hour', () => {
    fc.assert(
      fc.property(fc.array(recordArbitrary, { minLength: 1, maxLength: 40 }), (records) => {
        const aggregate = aggregateOf(records)
        for (const record of records) {
          const row = rowOf(aggregate, record)
          const alike = records.filter((other) => same(other, record))
          expect(row?.counters.outputTokens).toBe(sum(alike.map(({ outputTokens }) => outputTokens)))
          expect(row?.latency.samples).toBe(alike.filter(({ latencyMs }) => latencyMs !== undefined).length)
          expect(row?.latency.maxMs).toBe(largest(alike.map(({ latencyMs }) => latencyMs)))
        }
      }),
    )
  })

  test('are the same however the records were divided among threads', () => {
    fc.assert(
      fc.property(recordList, fc.infiniteStream(fc.nat(2)), (records, lanes) => {
        const whole = aggregateOf(records)
        const parts = records.map((record) => ({ record, lane: lanes.next().value }))
        const merged = new Aggregate(OPTIONS)
        for (const lane of [0, 1, 2]) {
          const part = parts.filter((one) => one.lane === lane).map(({ record }) => record)
          merged.merge(structuredClone(aggregateOf(part).snapshot()))
        }
        expect(byText(merged.rows())).toEqual(byText(whole.rows()))
        expect(byText(merged.percentiles(['model']))).toEqual(byText(whole.percentiles(['model'])))
        expect([merged.records, merged.firstTime, merged.lastTime]).toEqual([
          whole.records,
          whole.firstTime,
          whole.lastTime,
        ])
      }),
    )
  })

  test('leave out what was called before the window or at its end', () => {
    fc.assert(
      fc.property(recordList, (records) => {
        const window = { start: -HOUR, end: 2 * HOUR }
        const aggregate = aggregateOf(records, { ...OPTIONS, window })
        const inside = records.filter(({ time }) => time >= window.start && time < window.end)
        expect(aggregate.records).toBe(inside.length)
        expect(aggregate.outside).toBe(records.length - inside.length)
        expect(byText(aggregate.rows())).toEqual(byText(aggregateOf(inside).rows()))
      }),
    )
  })

  test('begin their slots at the moment that was asked for', () => {
    const [record] = fc.sample(recordArbitrary, 1)
    const at = (time: number) => ({ ...(record as InvocationRecord), time })
    const rows = aggregateOf([at(3_899_999), at(3_900_000), at(4_799_999)], {
      ...OPTIONS,
      origin: 300_000,
      slotMs: 900_000,
    }).rows()
    expect(rows.map(({ start }) => start)).toEqual([3_000_000, 3_900_000])
  })

  test('part at midnight of UTC, when prices may change', () => {
    const [record] = fc.sample(recordArbitrary, 1)
    const at = (time: number) => ({ ...(record as InvocationRecord), time })
    const rows = aggregateOf([at(-1), at(0), at(899_999)], { ...OPTIONS, origin: 300_000, slotMs: 900_000 }).rows()
    expect(rows.map(({ start }) => start)).toEqual([-600_000, 0, 300_000])
  })

  test('are refused by a dimension that records do not have', () => {
    expect(() => new Aggregate({ ...OPTIONS, dimensions: ['colour'] })).toThrow(RangeError)
  })
})

describe('percentiles', () => {
  test('are exact: the smallest value that so many in a hundred do not exceed', () => {
    fc.assert(
      fc.property(recordList, (records) => {
        for (const { key, latency } of aggregateOf(records).percentiles(['model'])) {
          const values = records
            .filter(({ modelId }) => key.model === undefined || key.model === modelId)
            .flatMap(({ latencyMs }) => latencyMs ?? [])
          for (const [name, percent] of [['p50', 50] as const, ['p90', 90] as const, ['p99', 99] as const]) {
            const reached = values.filter(
              (value) => 100 * values.filter((v) => v <= value).length >= percent * values.length,
            )
            expect(latency[name]).toBe(reached.length === 0 ? null : Math.min(...reached))
          }
        }
      }),
    )
  })

  test('are of everything, once, when nothing is grouped by', () => {
    expect(
      aggregateOf(fc.sample(recordArbitrary, 20))
        .percentiles([])
        .map(({ key }) => key),
    ).toEqual([{}])
  })
})

describe('the outcome of a call', () => {
  test.each([
    [undefined, undefined, 'success'],
    [undefined, '200', 'success'],
    ['ThrottlingException', undefined, 'throttle'],
    ['SomethingNew', '429', 'throttle'],
    ['ValidationException', undefined, 'client-error'],
    ['ResourceNotFoundException', '404', 'client-error'],
    ['ServiceUnavailableException', undefined, 'server-error'],
    ['SomethingNew', '500', 'server-error'],
  ] as const)('with error code %s and status %s is %s', (errorCode, status, outcome) => {
    expect(outcomeOf({ errorCode, status })).toBe(outcome)
  })
})

function same(a: InvocationRecord, b: InvocationRecord): boolean {
  const id = ({ modelId, region = '', identityArn = '', metadata: [team = ''], time, billing }: InvocationRecord) =>
    JSON.stringify([modelId, region, identityArn, team, Math.floor(time / HOUR), billing.key])
  return id(a) === id(b)
}

function largest(values: (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? null : Math.max(...known)
}
