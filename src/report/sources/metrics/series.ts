import type { MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { Window } from '../../model.ts'

/** Starts of periods (ms since the epoch) and values, outside the heap: a year by the hour has millions. */
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
  const times = new Float64Array(count)
  for (let index = 0; index < count; index++) times[index] = Timestamps[index]?.getTime() ?? Number.NaN
  return { times: areEqual(times, before.times) ? before.times : times, values }
}

export function joined(first: Series | undefined, second: Series, before: Series): Series {
  if (first === undefined || first.times.length === 0) return second
  if (second.times.length === 0) return first
  const times = concat(first.times, second.times)
  return { times: areEqual(times, before.times) ? before.times : times, values: concat(first.values, second.values) }
}

function areEqual(some: Float64Array, others: ArrayLike<number>): boolean {
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

/** In the order of time, each time once: CloudWatch may repeat a point, of which the larger value is taken. */
export function onceEach(series: Series): Series {
  const { times, values } = series
  if (times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))) return series
  const points = new Map<number, number>()
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? Number.NaN
    const value = values[index] ?? Number.NaN
    points.set(time, Math.max(points.get(time) ?? value, value))
  }
  const sorted = [...points].sort(([a], [b]) => a - b)
  return { times: Float64Array.from(sorted, ([time]) => time), values: Float64Array.from(sorted, ([, value]) => value) }
}

/** Whether points are what was asked for: periods that overlap the window, and values of 0 or more. */
export function isWithin({ times, values }: Series, window: Window, periodMs: number): boolean {
  for (let index = 0; index < times.length; index++) {
    const time = times[index] ?? Number.NaN
    if (!(time > window.start - periodMs && time < window.end && (values[index] ?? 0) >= 0)) return false
  }
  return true
}

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

/** CloudWatch counts periods from a request's start: a point mostly is a slot, else it goes where it begins. */
export function bySlot(
  { times, values }: Series,
  starts: readonly number[],
  join: (a: number, b: number) => number,
): Slots {
  if (times.length === 0) return NO_SLOTS
  if (areEqual(times, starts)) return values
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
