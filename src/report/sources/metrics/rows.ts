import { COUNTERS, type Counters, type Moments, type Row, type Window } from '../../model.ts'
import { slotStarts } from '../../window.ts'
import type { Answers, Point, Query } from './get-data.ts'
import { COUNTER_METRICS, TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'

/** All that is asked about one model, slot by slot. The average comes from Sum and SampleCount, which add up. */
export function modelQueries(model: string): Query[] {
  return [
    ...COUNTERS.flatMap((counter) => COUNTER_METRICS[counter].map((metric) => ({ model, metric, stat: 'Sum' }))),
    ...TIMING_NAMES.flatMap((name) => {
      const metric = TIMING_METRICS[name]
      return ['Sum', 'SampleCount', 'Maximum'].map((stat) => ({ model, metric, stat }))
    }),
  ]
}

/** The slots of one model in which anything happened. */
export function modelRows(model: string, region: string, answers: Answers, window: Window, slotMs: number): Row[] {
  const total = (metric: string) => bySlot(answers.points({ model, metric, stat: 'Sum' }), window, slotMs, plus)
  const counters = COUNTERS.map((counter) => [counter, oneWithData(COUNTER_METRICS[counter].map(total))] as const)
  const timings = TIMING_NAMES.map((name) => [name, momentsBySlot(model, name, answers, window, slotMs)] as const)
  return slotStarts(window, slotMs).flatMap((start) => {
    const row = {
      dimensions: { model, region },
      start,
      counters: Object.fromEntries(
        counters.map(([counter, slots]) => [counter, Math.round(slots.get(start) ?? 0)]),
      ) as Counters,
      ...(Object.fromEntries(timings.map(([name, at]) => [name, at(start)])) as Record<TimingName, Moments>),
    }
    const happened = COUNTERS.some((counter) => row.counters[counter] > 0)
    return happened || row.latency.samples > 0 || row.timeToFirstToken.samples > 0 ? [row] : []
  })
}

function momentsBySlot(model: string, name: TimingName, answers: Answers, window: Window, slotMs: number) {
  const slots = (stat: string, join: (a: number, b: number) => number) =>
    bySlot(answers.points({ model, metric: TIMING_METRICS[name], stat }), window, slotMs, join)
  const sums = slots('Sum', plus)
  const samples = slots('SampleCount', plus)
  const maxima = slots('Maximum', Math.max)
  return (start: number): Moments => ({
    sumMs: sums.get(start) ?? 0,
    samples: samples.get(start) ?? 0,
    maxMs: maxima.get(start) ?? null,
  })
}

/**
 * Points by the start of their slot. CloudWatch counts periods from the request's start, so a point is a slot; one that
 * stands elsewhere is put into the slot in which it begins, or into the first.
 */
export function bySlot(
  points: readonly Point[],
  window: Window,
  slotMs: number,
  join: (a: number, b: number) => number,
) {
  const slots = new Map<number, number>()
  for (const { time, value } of points) {
    const start = window.start + Math.max(0, Math.floor((time - window.start) / slotMs)) * slotMs
    const before = slots.get(start)
    slots.set(start, before === undefined ? value : join(before, value))
  }
  return slots
}

/** Of two spellings of one metric the one with more: they tell the same, and one may have begun within the window. */
function oneWithData(spellings: readonly Map<number, number>[]): Map<number, number> {
  const sizeOf = (slots: Map<number, number>) => [...slots.values()].reduce(plus, 0)
  return spellings.reduce((best, slots) => (sizeOf(slots) > sizeOf(best) ? slots : best))
}

export function plus(a: number, b: number): number {
  return a + b
}
