import { expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { joined, NO_POINTS, type Series, seriesOf } from '../../../../src/report/sources/metrics/series.ts'

const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.double({ noNaN: true })), {
  selector: ([time]) => time,
  maxLength: 30,
})

const page = (some: readonly (readonly [number, number])[]) => ({
  Timestamps: some.map(([time]) => new Date(time)),
  Values: some.map(([, value]) => value),
})
const pointsIn = ({ times, values }: Series) => Array.from(times, (time, index) => [time, values[index]])

test('points that come in several pages are those that come in one', () => {
  fc.assert(
    fc.property(points, fc.array(fc.nat(30)), (all, cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), all.length]
      const pages = ends.map((end, index) => all.slice(ends[index - 1] ?? 0, end))
      const whole = pages.reduce<Series | undefined>(
        (known, one) => joined(known, seriesOf(page(one), NO_POINTS), NO_POINTS),
        undefined,
      )
      expect(pointsIn(whole ?? NO_POINTS)).toEqual(all)
    }),
  )
})

it('shares times with the series before where they are the same, and only there', () => {
  const first = seriesOf(page([[1, 10]]), NO_POINTS)
  expect(seriesOf(page([[1, 20]]), first).times).toBe(first.times)
  expect(pointsIn(seriesOf(page([[2, 20]]), first))).toEqual([[2, 20]])
  const whole = joined(first, seriesOf(page([[2, 30]]), NO_POINTS), NO_POINTS)
  const other = joined(seriesOf(page([[1, 40]]), first), seriesOf(page([[2, 50]]), NO_POINTS), whole)
  expect(other.times).toBe(whole.times)
  expect(pointsIn(other)).toEqual([
    [1, 40],
    [2, 50],
  ])
})

it('leaves out a time without a value', () => {
  expect(pointsIn(seriesOf({ Timestamps: [new Date(1), new Date(2)], Values: [7] }, NO_POINTS))).toEqual([[1, 7]])
})
