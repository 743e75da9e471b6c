import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { Answers } from '../../../../src/report/sources/metrics/get-data.ts'
import type { Query } from '../../../../src/report/sources/metrics/names.ts'
import { modelQueries, modelRows, modelUse, slotsOf } from '../../../../src/report/sources/metrics/rows.ts'
import { bySlot, NO_POINTS, narrow, plus, type Series } from '../../../../src/report/sources/metrics/series.ts'
import { tally } from '../../../../src/report/tally.ts'
import { HOUR_MS } from '../../../../src/report/window.ts'
import { REGION, START } from '../../../support/report-rows.ts'

const STARTS = [0, 1, 2, 3, 4, 5].map((hour) => START + hour * HOUR_MS)

type Points = readonly (readonly [hour: number, value: number])[]

const series = (points: Points): Series => ({
  times: Float64Array.from(points, ([hour]) => START + hour * HOUR_MS),
  values: Float64Array.from(points, ([, value]) => value),
})

/** Answers with these points by metric and statistic. */
function answers(known: Record<string, Points>): Answers {
  const of = ({ metric, stat }: Query) => series(known[`${metric} ${stat}`] ?? [])
  return { series: of, points: () => [], isMissing: () => false, incomplete: false, warnings: [] }
}

const rowsOf = (known: Record<string, Points>) =>
  modelRows('maker.one', { account: '111122223333', region: REGION }, answers(known), STARTS)

describe('the rows of a model', () => {
  it('are of the slots in which anything was called, timed or refused', () => {
    const rows = rowsOf({
      'Invocations Sum': [[0, 3]],
      'InvocationThrottles Sum': [[2, 1]],
      'TimeToFirstToken SampleCount': [[4, 1]],
      'InputTokenCount Sum': [[5, 0]],
    })
    expect(rows.map(({ start }) => (start - START) / HOUR_MS)).toEqual([0, 2, 4])
  })

  it('have no largest duration where none is told', () => {
    const [row] = rowsOf({ 'InvocationLatency SampleCount': [[0, 2]], 'InvocationLatency Sum': [[0, 30]] })
    expect(row?.latency).toEqual({ sumMs: 30, samples: 2, maxMs: null })
  })
})

test('the use of a model is what its rows add up to, whatever CloudWatch tells', () => {
  const points = fc
    .uniqueArray(fc.tuple(fc.nat(5), fc.nat(1_000)), { selector: ([hour]) => hour, maxLength: 6 })
    .map((some) => some.sort(([a], [b]) => a - b))
  const queries = modelQueries('maker.one').map(({ metric, stat }) => `${metric} ${stat}`)
  fc.assert(
    fc.property(fc.record(Object.fromEntries(queries.map((query) => [query, points]))), (known) => {
      // CloudWatch tells a largest duration only of samples.
      for (const metric of ['InvocationLatency', 'TimeToFirstToken']) {
        known[`${metric} Maximum`] = (known[`${metric} SampleCount`] ?? []).filter(([, count]) => count > 0)
        known[`${metric} Sum`] = known[`${metric} Maximum`] ?? []
      }
      const rows = rowsOf(known)
      const use = modelUse(slotsOf('maker.one', answers(known), STARTS))
      expect(use).toEqual(rows.length === 0 ? undefined : tally(rows))
    }),
  )
})

test('numbers are kept in as few bytes as they take, and stay what they are', () => {
  const numbers = fc.oneof(
    fc.nat(255),
    fc.nat(70_000),
    fc.nat(2 ** 32),
    fc.double({ min: 0, noNaN: true }),
    fc.constant(Number.NaN),
  )
  const slots = fc.oneof(fc.array(numbers), fc.array(fc.nat(300))).map((values) => Float64Array.from(values))
  fc.assert(fc.property(slots, (values) => expect([...narrow(values)]).toEqual([...values])))
  const bytes = (...values: number[]) => narrow(Float64Array.from(values)).byteLength / values.length
  expect([bytes(255, 0), bytes(65_535), bytes(16_777_217), bytes(Number.NaN, 3), bytes(0.1)]).toEqual([1, 2, 4, 4, 8])
})

describe('bySlot', () => {
  const slots = (points: Points, join = plus) => [...bySlot(series(points), STARTS, join)]

  it('takes points that are the slots as they are', () => {
    const whole = series([0, 1, 2, 3, 4, 5].map((hour) => [hour, hour * 10] as const))
    expect(bySlot(whole, STARTS, plus)).toBe(whole.values)
    expect(bySlot(NO_POINTS, STARTS, plus)).toHaveLength(0)
  })

  it('puts a point into the slot in which it begins, or into the first', () => {
    expect(
      slots(
        [
          [-0.5, 1],
          [0.5, 2],
          [3.9, 4],
        ].map(([hour = 0, value = 0]) => [hour, value]),
      ),
    ).toEqual([3, Number.NaN, Number.NaN, 4, Number.NaN, Number.NaN])
    expect(
      slots(
        [
          [0, 5],
          [0.5, 2],
        ].map(([hour = 0, value = 0]) => [hour, value]),
        Math.max,
      )[0],
    ).toBe(5)
  })
})
