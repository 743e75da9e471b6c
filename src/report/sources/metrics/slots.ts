import type { Series } from './series.ts'

/** A value for each slot of a window; NaN where there is none. */
export type Slots = Float64Array

export const NO_SLOTS: Slots = new Float64Array()

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
