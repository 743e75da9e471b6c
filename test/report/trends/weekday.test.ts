import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { type DayUse, LEVEL, outlook } from '../../../src/report/trends/projection.ts'
import { Random } from '../../../src/sandbox/traffic/random.ts'

const WEEK = [100, 110, 105, 95, 90, 20, 0]
const of = (days: number, use: (day: number) => number, from = 0): DayUse[] =>
  Array.from({ length: days }, (_, index) => ({ day: from + index, use: use(from + index) }))
const ahead = (from: number, days: number) => of(days, () => 0, from).map(({ day }) => ({ day, part: 1 }))
const usual = (day: number) => WEEK[day % 7] ?? 0

describe('days ahead', () => {
  it('are those of the weekdays before, exactly, where these are always alike', () => {
    const [part] = ahead(45, 1)
    expect(outlook(of(42, usual), ahead(42, 7))).toEqual({ expected: 520, margin: 0 })
    expect(outlook(of(42, usual), [{ day: part?.day ?? 0, part: 0.25 }])).toEqual({ expected: 95 / 4, margin: 0 })
    expect(outlook(of(42, usual), [])).toEqual({ expected: 0, margin: 0 })
  })

  it('grow as those before did', () => {
    const { expected = 0, margin = 0 } =
      outlook(
        of(42, (day) => 100 + day),
        ahead(42, 7),
      ) ?? {}
    expect(expected).toBeCloseTo(7 * 145, 0)
    expect(margin).toBeLessThan(10)
  })

  it('need three of every weekday', () => {
    expect(outlook(of(20, usual), ahead(20, 1))).toBeUndefined()
    expect(outlook(of(21, usual), ahead(21, 1))).toBeDefined()
    expect(outlook([], ahead(0, 1))).toBeUndefined()
  })

  test('are never below zero', () => {
    const use = fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 21, maxLength: 56 })
    fc.assert(
      fc.property(use, fc.integer({ min: 1, max: 31 }), (uses, days) => {
        const found = outlook(
          uses.map((one, day) => ({ day, use: one })),
          ahead(uses.length, days),
        )
        expect(found?.expected).toBeGreaterThanOrEqual(0)
        expect(found?.margin).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
type Noise = (random: Random, usual: number) => number

describe(`the truth lies within the margin as often as stated, ${LEVEL * 100} times of a hundred`, () => {
  const noises: readonly (readonly [string, Noise])[] = [
    ['days a tenth apart', (random, usual) => Math.max(0, usual * (1 + 0.1 * normal(random)))],
    ['days a third apart, some far above', (random, usual) => usual * Math.exp(0.3 * normal(random))],
    ['every weekday as far apart in dollars', (random, usual) => Math.max(0, usual + 40 + 8 * normal(random))],
    ['of few calls a day', (random, usual) => random.poisson(usual / 4)],
  ]
  test.each(noises)('%s', (_name, noise) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 21, max: 42 }), fc.integer({ min: 1, max: 30 }), (seed, days, rest) => {
        const random = new Random(seed)
        const [runs, hits] = [800, { count: 0 }]
        for (let run = 0; run < runs; run++) {
          const from = random.integer(0, 7)
          const { expected, margin } = outlook(
            of(days, (day) => noise(random, usual(day)), from),
            ahead(from + days, rest),
          ) ?? { expected: Number.NaN, margin: 0 }
          const truth = ahead(from + days, rest).reduce((sum, { day }) => sum + noise(random, usual(day)), 0)
          // Of nothing and always nothing there is nothing to be wrong about.
          if (Math.abs(truth - expected) <= margin + 1e-9) hits.count++
        }
        // Five times what chance alone makes of 800 months, and a little.
        expect(Math.abs(hits.count / runs - LEVEL)).toBeLessThan(0.1)
      }),
      { numRuns: 6 },
    )
  })
})
