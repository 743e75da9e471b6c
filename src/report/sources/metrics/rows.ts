import type { PlaceId } from '../../../core/place.ts'
import {
  COUNTERS,
  type Counters,
  type Dimensions,
  type Moments,
  type Row,
  type Told,
  type Window,
} from '../../model.ts'
import { inferenceProfile } from '../../scan/dimensions.ts'
import { noCounters, type Tally } from '../../tally.ts'
import type { Answers } from './get-data.ts'
import type { Query } from './names.ts'
import { COUNTER_METRICS, TIMING_METRICS, TIMING_NAMES, type TimingName } from './names.ts'
import type { Series } from './series.ts'

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

/** What can be told of a row by the model that was called. */
export function dimensionsOf(model: string, { account, region }: PlaceId): Dimensions {
  return { model, account, region, profile: inferenceProfile(model) ?? '' }
}

/** The slots of one model in which anything happened or may have, in the order of time, made one by one as they are asked for. */
export function* eachRow(
  model: string,
  place: PlaceId,
  answers: Answers,
  window: Window,
  slotMs: number,
): Generator<Row> {
  const { counted, latency, timeToFirstToken } = slotsOf(model, answers, window, slotMs)
  const dimensions = dimensionsOf(model, place)
  const unknown = unknownOf(model, answers)
  for (let slot = 0; slot < slotCount(window, slotMs); slot++) {
    const counters = countersAt(counted, slot)
    const happened = unknown || latency.happened(slot) || timeToFirstToken.happened(slot) || isUse(counters)
    if (!happened) continue
    const start = window.start + slot * slotMs
    const timings = { latency: latency.at(slot), timeToFirstToken: timeToFirstToken.at(slot) }
    yield { dimensions, start, counters, ...timings, ...(unknown && { unknown }) }
  }
}

/** All of them at once. */
export function modelRows(...of: Parameters<typeof eachRow>): Row[] {
  return [...eachRow(...of)]
}

/** The sums of a model's rows, without making them; undefined where nothing happened. */
export function modelUse(model: string, answers: Answers, window: Window, slotMs: number): Tally | undefined {
  const { counted, latency, timeToFirstToken } = slotsOf(model, answers, window, slotMs)
  const counters = noCounters()
  for (const { counter, values } of counted) for (const value of values) counters[counter] += Math.round(value || 0)
  const unknown = unknownOf(model, answers)
  const use = {
    counters,
    latency: latency.all(),
    timeToFirstToken: timeToFirstToken.all(),
    ...(unknown && { unknown }),
  }
  if (unknown) return use
  return isUse(counters) || use.latency.samples > 0 || use.timeToFirstToken.samples > 0 ? use : undefined
}

/** What of a model CloudWatch did not tell. Of two spellings either may be the one with data. */
function unknownOf(model: string, answers: Answers): Set<Told> | undefined {
  if (!answers.incomplete) return undefined
  const isMissing = (metric: string, ...stats: string[]) =>
    stats.some((stat) => answers.isMissing({ model, metric, stat }))
  const counters = COUNTERS.filter((counter) => COUNTER_METRICS[counter].some((metric) => isMissing(metric, 'Sum')))
  const timings = TIMING_NAMES.filter((name) => isMissing(TIMING_METRICS[name], 'Sum', 'SampleCount', 'Maximum'))
  return counters.length + timings.length > 0 ? new Set<Told>([...counters, ...timings]) : undefined
}

function slotsOf(model: string, answers: Answers, window: Window, slotMs: number) {
  const slots = (metric: string, stat: string, join = plus) =>
    bySlot(answers.series({ model, metric, stat }), window, slotMs, join)
  const counted = COUNTERS.map((counter) => {
    const spellings = COUNTER_METRICS[counter].map((metric) => slots(metric, 'Sum'))
    return { counter, values: oneWithData(spellings) }
  })
  return {
    counted,
    latency: momentsBySlot('latency', slots),
    timeToFirstToken: momentsBySlot('timeToFirstToken', slots),
  }
}

function countersAt(counted: readonly { counter: keyof Counters; values: Slots }[], slot: number): Counters {
  const counters = noCounters()
  for (const { counter, values } of counted) counters[counter] = Math.round(values[slot] || 0)
  return counters
}

function isUse(counters: Counters): boolean {
  return COUNTERS.some((counter) => counters[counter] > 0)
}

type SlotsOf = (metric: string, stat: string, join?: (a: number, b: number) => number) => Slots

function momentsBySlot(name: TimingName, slots: SlotsOf) {
  const metric = TIMING_METRICS[name]
  const sums = slots(metric, 'Sum')
  const samples = slots(metric, 'SampleCount')
  const maxima = slots(metric, 'Maximum', Math.max)
  return {
    happened: (slot: number) => (samples[slot] || 0) > 0,
    at(slot: number): Moments {
      const most = maxima[slot] ?? Number.NaN
      return { sumMs: sums[slot] || 0, samples: samples[slot] || 0, maxMs: Number.isNaN(most) ? null : most }
    },
    all(): Moments {
      let most: number | null = null
      for (const value of maxima) if (!Number.isNaN(value)) most = Math.max(most ?? value, value)
      return { sumMs: sizeOf(sums), samples: sizeOf(samples), maxMs: most }
    },
  }
}

/** A value for each slot of a window; NaN where there is none. */
export type Slots = Float64Array

const NO_SLOTS: Slots = new Float64Array()

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

function slotCount(window: Window, slotMs: number): number {
  return Math.ceil((window.end - window.start) / slotMs)
}

/** Of two spellings of one metric the one with more: they tell the same, and one may have begun within the window. */
function oneWithData(spellings: readonly Slots[]): Slots {
  return spellings.reduce((best, slots) => (sizeOf(slots) > sizeOf(best) ? slots : best))
}

function sizeOf(slots: Slots): number {
  let size = 0
  for (const value of slots) size += value || 0
  return size
}

export function plus(a: number, b: number): number {
  return a + b
}
