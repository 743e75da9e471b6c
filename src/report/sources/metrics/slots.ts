import type { Window } from '../../model.ts'
import type { Series } from './series.ts'

/** A value for each slot of a window; NaN where there is none. */
export type Slots = Float64Array

export const NO_SLOTS: Slots = new Float64Array()

/**
 * A series by slot. CloudWatch counts periods from the request's start, so a point is a slot; one that stands elsewhere is
 * put into the slot in which it begins, or into the first.
 */
export function bySlot(
  { times, values }: Series,
  window: Window,
  slotMs: number,
  join: (a: number, b: number) => number,
): Slots {
  const count = slotCount(window, slotMs)
  if (times.length === 0) return NO_SLOTS
  if (times.length === count && areSlots(times, window.start, slotMs)) return values
  const slots = new Float64Array(count).fill(Number.NaN)
  for (let index = 0; index < times.length; index++) {
    const slot = Math.max(0, Math.floor(((times[index] ?? 0) - window.start) / slotMs))
    const value = values[index] ?? 0
    const before = slots[slot]
    if (before !== undefined) slots[slot] = Number.isNaN(before) ? value : join(before, value)
  }
  return slots
}

function areSlots(times: Float64Array, start: number, slotMs: number): boolean {
  for (let slot = 0; slot < times.length; slot++) if (times[slot] !== start + slot * slotMs) return false
  return true
}

export function slotCount(window: Window, slotMs: number): number {
  return Math.ceil((window.end - window.start) / slotMs)
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
