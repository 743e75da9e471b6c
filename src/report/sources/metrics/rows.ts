import type { Warning } from '../../../core/events.ts'
import type { PlaceId } from '../../../core/place.ts'
import { count } from '../../../text/numbers.ts'
import { COUNTERS, type Counters, type Dimensions, type Moments, type Row, type Told } from '../../model.ts'
import { MANTLE_PREFIX } from '../../prices/model-id.ts'
import { inferenceProfile } from '../../scan/dimensions.ts'
import { noCounters, noMoments, type Tally, tally } from '../../tally.ts'
import type { Answers } from './get-data.ts'
import type { MantleModel } from './list-models.ts'
import {
  COUNTER_METRICS,
  MANTLE_COUNTERS,
  MANTLE_NAMESPACE,
  type Query,
  TIMING_METRICS,
  TIMING_NAMES,
  type TimingName,
} from './names.ts'
import { bySlot, NO_SLOTS, narrow, oneWithData, plus, type Slots, sizeOf } from './series.ts'
import { partTiers, type TierMetrics, termsOf, tierSplitter, tierWarnings } from './tiers.ts'

export function modelQueries(model: string): Query[] {
  return [
    ...COUNTERS.flatMap((counter) => COUNTER_METRICS[counter].map((metric) => ({ model, metric, stat: 'Sum' }))),
    ...TIMING_NAMES.flatMap((name) => {
      const metric = TIMING_METRICS[name]
      return ['Sum', 'SampleCount', 'Maximum'].map((stat) => ({ model, metric, stat }))
    }),
  ]
}

export function dimensionsOf(model: string, { account, region }: PlaceId): Dimensions {
  return { model, account, region, profile: inferenceProfile(model) ?? '' }
}

/** Slot by slot, without the answers that tell it: of hundreds of accounts these take too much memory. */
export type ModelSlots = ReturnType<typeof slotsOf>

/** The slots of one model with any use, in the order of time. @param starts when the slots begin */
export function* eachRow(
  model: string,
  place: PlaceId,
  { counted, latency, timeToFirstToken, unknown, parts, isStandard }: ModelSlots,
  starts: readonly number[],
): Generator<Row> {
  const dimensions = dimensionsOf(model, place)
  const split = parts && tierSplitter(parts)
  const tier = isStandard ? 'standard' : undefined
  for (const [slot, start] of starts.entries()) {
    const counters = noCounters()
    for (const { counter, values } of counted) counters[counter] = Math.round(values[slot] || 0)
    const happened = unknown || latency.happened(slot) || timeToFirstToken.happened(slot) || isUse(counters)
    if (!happened) continue
    let timings = { latency: latency.at(slot), timeToFirstToken: timeToFirstToken.at(slot) }
    for (const part of split?.(counters, slot) ?? [{ counters, terms: termsOf(tier, counters) }]) {
      yield { dimensions, start, ...part, ...timings, ...(unknown && { unknown }) }
      timings = { latency: noMoments(), timeToFirstToken: noMoments() }
    }
  }
}

export function modelRows(
  model: string,
  place: PlaceId,
  answers: Answers,
  starts: readonly number[],
  tiers?: readonly TierMetrics[],
): Row[] {
  return [...eachRow(model, place, slotsOf(model, answers, starts, tiers), starts)]
}

export function modelUse({ counted, latency, timeToFirstToken, unknown }: ModelSlots): Tally | undefined {
  const counters = noCounters()
  for (const { counter, values } of counted) for (const value of values) counters[counter] += Math.round(value || 0)
  const timings = { latency: latency.all(), timeToFirstToken: timeToFirstToken.all() }
  if (unknown) return { counters, ...timings, unknown }
  const isUsed = isUse(counters) || TIMING_NAMES.some((name) => timings[name].samples > 0)
  return isUsed ? { counters, ...timings } : undefined
}

function unknownOf(model: string, answers: Answers): Set<Told> | undefined {
  if (!answers.incomplete) return undefined
  const isMissing = (metric: string, ...stats: string[]) =>
    stats.some((stat) => answers.isMissing({ model, metric, stat }))
  const counters = COUNTERS.filter((counter) => COUNTER_METRICS[counter].some((metric) => isMissing(metric, 'Sum')))
  const timings = TIMING_NAMES.filter((name) => isMissing(TIMING_METRICS[name], 'Sum', 'SampleCount', 'Maximum'))
  return counters.length + timings.length > 0 ? new Set<Told>([...counters, ...timings]) : undefined
}

export function slotsOf(model: string, answers: Answers, starts: readonly number[], tiers?: readonly TierMetrics[]) {
  const slots = (metric: string, stat: string, join = plus) =>
    narrow(bySlot(answers.series({ model, metric, stat }), starts, join))
  const counted = COUNTERS.map((counter) => {
    return { counter, values: oneWithData(COUNTER_METRICS[counter].map((metric) => slots(metric, 'Sum'))) }
  })
  const unknown = unknownOf(model, answers)
  return {
    counted,
    latency: momentsBySlot('latency', slots),
    timeToFirstToken: momentsBySlot('timeToFirstToken', slots),
    unknown,
    parts: tiers?.length && !unknown ? partTiers(model, tiers, answers, starts) : undefined,
    isStandard: tiers?.length === 0,
  }
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

export function tierTrouble(model: string, { counted, parts = [] }: ModelSlots): Warning[] {
  return tierWarnings(model, parts, (wanted) => counted.find(({ counter }) => counter === wanted)?.values ?? NO_SLOTS)
}

function mantleParts({ model, projects }: MantleModel) {
  return MANTLE_COUNTERS.map(([counter, metric, ofProject]) => {
    const at = (Project: string) => ({ namespace: MANTLE_NAMESPACE, dimensions: { Model: model, Project } })
    const queries = projects
      ? projects.map((project): Query => ({ model, metric: ofProject, stat: 'Sum', at: at(project) }))
      : [{ model, metric, stat: 'Sum', mantle: true }]
    return { counter, queries }
  })
}

export function mantleQueries(model: MantleModel): Query[] {
  return mantleParts(model).flatMap(({ queries }) => queries)
}

export function mantleSums(of: MantleModel, answers: Answers): Counters {
  const counters = noCounters()
  for (const { counter, queries } of mantleParts(of)) {
    counters[counter] = queries.reduce((sum, query) => sum + Math.round(sizeOf(answers.series(query).values)), 0)
  }
  return counters
}

export function mantleRows(of: MantleModel, place: PlaceId, answers: Answers, starts: readonly number[]): Row[] {
  const parts = mantleParts(of)
  const counted = parts.map(({ counter, queries }) => ({
    counter,
    slots: queries.map((query) => bySlot(answers.series(query), starts, plus)),
  }))
  const dimensions = dimensionsOf(`${MANTLE_PREFIX}${of.model}`, place)
  const missing = parts.filter(({ queries }) => queries.some(answers.isMissing))
  const unknown = missing.length > 0 ? new Set<Told>(missing.map(({ counter }) => counter)) : undefined
  return starts.flatMap((start, slot): Row[] => {
    if (!unknown && counted.every(({ slots }) => slots.every((one) => Number.isNaN(one[slot] ?? Number.NaN)))) return []
    const counters = noCounters()
    for (const { counter, slots } of counted) {
      counters[counter] = slots.reduce((sum, one) => sum + Math.round(one[slot] || 0), 0)
    }
    const timings = { latency: noMoments(), timeToFirstToken: noMoments() }
    return [
      { dimensions, start, counters, ...timings, terms: termsOf(undefined, counters), ...(unknown && { unknown }) },
    ]
  })
}

export function mantleWarnings(region: string, rows: readonly Row[]): Warning[] {
  if (rows.length === 0) return []
  const { counters, unknown } = tally(rows)
  const isKnown = !unknown?.has('invocations') && !unknown?.has('clientErrors')
  const calls = isKnown ? count(counters.invocations + counters.clientErrors, 'call') : 'an unknown number of calls'
  const message = `${calls} in ${region} went through the OpenAI-compatible endpoint (models ${MANTLE_PREFIX}…): CloudWatch has no latency, throttles, server errors or cached tokens for them, and they are not in the invocation log`
  return [{ code: 'mantle', message }]
}
