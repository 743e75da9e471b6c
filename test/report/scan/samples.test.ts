import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { leastSql, MOST_EXACT, Samples } from '../../../src/report/scan/samples.ts'
import { describeWithDuckDb, openDuckDb } from '../../support/duckdb.ts'
import { nearestRank } from '../../support/fake-cloudwatch.ts'

const LONGEST = 0xffff_ffff

/** Durations around a power of two, so that all sizes come up. */
const duration = fc
  .tuple(fc.nat(32), fc.double({ min: 0.5, max: 1, noNaN: true }))
  .map(([power, part]) => Math.min(LONGEST, Math.floor(2 ** power * part)))
const few = fc.array(duration, { minLength: 1, maxLength: 40 })

function samplesOf(values: readonly number[]): Samples {
  const samples = new Samples()
  for (const value of values) samples.push(value)
  return samples
}

/** Some values as often as it takes to be more than are kept. */
function tooMany(values: readonly number[]): number[] {
  return Array.from({ length: MOST_EXACT + values.length }, (_, index) => values[index % values.length] as number)
}

const exact = (values: readonly number[]) =>
  [50, 90, 99].map((percent) =>
    nearestRank(
      [...values].sort((a, b) => a - b),
      percent,
    ),
  )

describe('percentiles', () => {
  test('are exact up to the most that are kept', () => {
    const values = Array.from({ length: MOST_EXACT }, (_, index) => (index * 7919) % 100_003)
    expect(Object.values(samplesOf(values).percentiles())).toEqual(exact(values))
  })

  test('are at most 0.4 % less of more, and never more', () => {
    fc.assert(
      fc.property(few, (some) => {
        const values = tooMany(some)
        const told = Object.values(samplesOf(values).percentiles()) as number[]
        for (const [index, right] of exact(values).entries()) {
          expect(told[index]).toBeLessThanOrEqual(right)
          expect(told[index]).toBeGreaterThan(right * 0.996 - 1e-9 - (right === 0 ? 1 : 0))
        }
      }),
      { numRuns: 30 },
    )
  })

  test('are the same however the samples were divided and put together', () => {
    fc.assert(
      fc.property(few, fc.array(fc.nat(), { maxLength: 4 }), fc.boolean(), (some, cuts, areMany) => {
        const values = areMany ? tooMany(some) : some
        const ends = [...cuts.map((cut) => cut % values.length).sort((a, b) => a - b), values.length]
        const all = new Samples()
        for (const [index, end] of ends.entries())
          all.add(structuredClone(samplesOf(values.slice(ends[index - 1] ?? 0, end))))
        expect(all.percentiles()).toEqual(samplesOf(values).percentiles())
      }),
      { numRuns: 50 },
    )
  })

  test('take no more memory with more calls', () => {
    const values = [1, 5_000, LONGEST]
    const [many, more] = [tooMany(values), [...tooMany(values), ...tooMany(values)]].map((all) => samplesOf(all))
    const bytes = (samples = new Samples()) => 8 * samples.values.length + (samples.counts?.byteLength ?? 0)
    expect(bytes(more)).toBe(bytes(many))
    expect(bytes(more)).toBeLessThan(2 ** 16)
  })
})

describeWithDuckDb('in SQL', () => {
  test('durations fall into the same buckets', async () => {
    const ask = await openDuckDb()
    const values = fc.sample(duration, { numRuns: 500, seed: 1 }).concat([0, 511, 512, 2 ** 31, LONGEST])
    const rows = await ask(
      `SELECT value, ${leastSql('value')} AS least FROM (SELECT CAST(unnest([${values.join()}]) AS bigint) AS value)`,
    )
    for (const { value, least } of rows) {
      const samples = samplesOf([])
      samples.push(Number(value), MOST_EXACT + 1)
      expect([value, Number(least)]).toEqual([value, samples.percentiles().p50])
    }
  })
})
