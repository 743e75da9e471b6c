import type { MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { Window } from '../../model.ts'

/**
 * The points of one query: the starts of their periods (ms since the epoch) and as many values. Side by side and outside the
 * heap, since a year by the hour has millions.
 */
export interface Series {
  readonly times: Float64Array
  readonly values: Float64Array
}

export const NO_POINTS: Series = { times: new Float64Array(), values: new Float64Array() }

/** The points of a page. Those of one request mostly have the same times: where they are those of `before`, they are shared. */
export function seriesOf({ Timestamps = [], Values = [] }: MetricDataResult, before: Series): Series {
  const count = Math.min(Timestamps.length, Values.length)
  const values = new Float64Array(count)
  // Loops, as elsewhere over points: a callback would have every number boxed.
  for (let index = 0; index < count; index++) values[index] = Values[index] ?? Number.NaN
  if (areTimes(Timestamps, count, before.times)) return { times: before.times, values }
  const times = new Float64Array(count)
  for (let index = 0; index < count; index++) times[index] = Timestamps[index]?.getTime() ?? Number.NaN
  return { times, values }
}

function areTimes(dates: readonly Date[], count: number, times: Float64Array): boolean {
  if (times.length !== count) return false
  for (let index = 0; index < count; index++) if (dates[index]?.getTime() !== times[index]) return false
  return true
}

/** What several pages tell of one query. */
export function joined(first: Series | undefined, second: Series, before: Series): Series {
  if (first === undefined || first.times.length === 0) return second
  if (second.times.length === 0) return first
  const times = concat(first.times, second.times)
  return { times: areEqual(times, before.times) ? before.times : times, values: concat(first.values, second.values) }
}

function areEqual(some: Float64Array, others: Float64Array): boolean {
  if (some.length !== others.length) return false
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false
  return true
}

function concat(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/**
 * A series in the order of time in which each time stands once. CloudWatch may repeat a point, in one result or over pages;
 * of two values the larger is taken, since a number must not be too small.
 */
export function onceEach(series: Series): Series {
  const { times, values } = series
  if (isAscending(times)) return series
  const points = new Map<number, number>()
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? Number.NaN
    const value = values[index] ?? Number.NaN
    points.set(time, Math.max(points.get(time) ?? value, value))
  }
  const sorted = [...points].sort(([a], [b]) => a - b)
  return { times: Float64Array.from(sorted, ([time]) => time), values: Float64Array.from(sorted, ([, value]) => value) }
}

/**
 * Whether all points are what was asked for: periods that overlap the window, of which the first may begin before it, and
 * values of 0 or more, as all counts and times are.
 */
export function isWithin({ times, values }: Series, window: Window, periodMs: number): boolean {
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? Number.NaN
    if (!(time > window.start - periodMs && time < window.end && (values[index] ?? 0) >= 0)) return false
  }
  return true
}

function isAscending(times: Float64Array): boolean {
  for (let index = 1; index < times.length; index++) {
    if (!((times[index] ?? 0) > (times[index - 1] ?? 0))) return false
  }
  return true
}

/** A value for each slot of a window; NaN where there is none. */
export type Slots = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array

export const NO_SLOTS: Slots = new Float64Array()

const NARROW = [Uint8Array, Uint16Array, Float32Array, Uint32Array] as const

/** The same numbers in as few bytes as they take. */
export function narrow(slots: Slots): Slots {
  if (slots.length === 0) return NO_SLOTS
  const fitting = NARROW.find((Narrow) => {
    const cell = new Narrow(1)
    for (const value of slots) {
      cell[0] = value
      if (!Object.is(cell[0], value)) return false
    }
    return true
  })
  return fitting ? fitting.from(slots) : slots
}

/**
 * A series by slot. CloudWatch counts periods from a request's start, so a point mostly is a slot; one that stands elsewhere is
 * put into the slot in which it begins, or into the first.
 * @param starts when the slots begin, ms since the epoch
 */
export function bySlot(
  { times, values }: Series,
  starts: readonly number[],
  join: (a: number, b: number) => number,
): Slots {
  if (times.length === 0) return NO_SLOTS
  if (times.length === starts.length && areSlots(times, starts)) return values
  const slots = new Float64Array(starts.length).fill(Number.NaN)
  let slot = 0
  // Points come in the order of time.
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? 0
    while (time >= (starts[slot + 1] ?? Number.POSITIVE_INFINITY)) slot++
    const value = values[index] ?? 0
    const before = slots[slot] ?? Number.NaN
    slots[slot] = Number.isNaN(before) ? value : join(before, value)
  }
  return slots
}

function areSlots(times: Float64Array, starts: readonly number[]): boolean {
  for (let slot = 0; slot < times.length; slot++) if (times[slot] !== starts[slot]) return false
  return true
}

/** Of two spellings of one metric the one with more: they tell the same, and one may have begun within the window. */
export function oneWithData(spellings: readonly Slots[]): Slots {
  return spellings.reduce((best, slots) => (sizeOf(slots) > sizeOf(best) ? slots : best))
}

export function sizeOf(slots: Slots): number {
  let size = 0
  for (const value of slots) size += value || 0
  return size
}

export function plus(a: number, b: number): number {
  return a + b
}
