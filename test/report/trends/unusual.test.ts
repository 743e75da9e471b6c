import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { type HourUse, unusualHours } from '../../../src/report/trends/unusual.ts'
import { Random } from '../../../src/sandbox/traffic/random.ts'
import { busyness } from './hours.ts'

const WEEK = 7 * 24
const weeksAgo = (hour: number, weeks: number) => (hour >= weeks * WEEK ? hour - weeks * WEEK : undefined)

/** Costs of calls with a long tail, in hours of five weeks; where hours are busy they differ as much as at night. */
function uses(random: Random, perHour: number, noise: number, growth = 0, spike?: number): Map<number, HourUse> {
  const hours = Array.from({ length: 5 * WEEK }, (_, hour) => {
    const wanders = (random.logNormal(1e6, noise || 1e-9) / 1e6) * Math.exp((growth * hour) / 24)
    const calls = random.poisson(perHour * busyness(hour * 3_600_000) * wanders * (hour === spike ? 8 : 1))
    let cost = 0
    for (let call = 0; call < calls; call++) cost += random.logNormal(1_000_000, 0.9)
    return [hour, { cost, calls }] as const
  })
  return new Map(hours.filter(([, { calls }]) => calls > 0))
}

describe('an hour is unusual', () => {
  const flat = (last: number, hours = 5 * WEEK) =>
    new Map(
      Array.from({ length: hours }, (_, hour) => [hour, { cost: hour === hours - 1 ? last : 100, calls: 20 }] as const),
    )
  const find = (of: ReadonlyMap<number, HourUse>, hours = 5 * WEEK) => unusualHours(of, hours, weeksAgo, 4 * WEEK)

  it.each<[string, ReadonlyMap<number, HourUse>, number]>([
    ['not where all are alike', flat(100), 0],
    ['not where it is a little more', flat(149), 0],
    ['where it is far more', flat(151), 1],
    ['not where it is far less', flat(1), 0],
    ['not where it has few calls', new Map([...flat(9_000), [5 * WEEK - 1, { cost: 9_000, calls: 9 }]]), 0],
    ['not where nothing was used before', new Map([[5 * WEEK - 1, { cost: 9_000, calls: 99 }]]), 0],
    ['not where use began less than two weeks ago', new Map([...flat(900)].filter(([hour]) => hour >= 3 * WEEK)), 0],
    ['where use began two weeks and a day ago', new Map([...flat(900)].filter(([hour]) => hour >= 3 * WEEK - 24)), 1],
  ])('%s', (_what, of, count) => expect(find(of)).toHaveLength(count))

  it('by what the same hour cost in four weeks before', () => {
    expect(find(flat(900))).toEqual([
      { hour: 5 * WEEK - 1, expected: 100, before: [1, 2, 3, 4].map((weeks) => (5 - weeks) * WEEK - 1) },
    ])
    expect(find(new Map())).toEqual([])
  })
})

describe('of ordinary hours, quiet nights and weekends among them, fewer than one in 1,000 is called unusual', () => {
  it.each([
    ['two calls an hour', 2, 0.1, 0],
    ['twenty', 20, 0.1, 0],
    ['hours half as much or twice as much', 20, 0.5, 0],
    ['two hundred', 200, 0.2, 0],
    ['half as much more every month', 50, 0.2, 0.0135],
  ])('%s', (_name, perHour, noise, growth) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed)
        let found = 0
        const runs = Math.min(40, Math.ceil(4_000 / perHour))
        for (let run = 0; run < runs; run++) {
          found += unusualHours(uses(random, perHour, noise, growth), 5 * WEEK, weeksAgo, 4 * WEEK).length
        }
        // With so few runs of a rare thing, a few come by chance.
        expect(found).toBeLessThanOrEqual(3 + (runs * WEEK) / 1_000)
      }),
      { numRuns: 2 },
    )
  })
})

test('eight times as many calls in a busy hour are found, with hardly an exception', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = new Random(seed)
      // Noon of a Tuesday: the hours are counted from a Thursday.
      const spike = 4 * WEEK + 5 * 24 + 11
      const runs = Array.from({ length: 25 }, () => uses(random, 60, 0.15, 0, spike))
      const found = runs.filter((of) =>
        unusualHours(of, 5 * WEEK, weeksAgo, 4 * WEEK).some(({ hour }) => hour === spike),
      )
      expect(found.length).toBeGreaterThanOrEqual(23)
    }),
    { numRuns: 2 },
  )
})
