import type { PlaceId } from '../../../core/place.ts'
import { timeKeys } from '../../calendar.ts'
import type { GroupKey, GroupPercentiles, Reading } from '../../model.ts'
import { NO_PERCENTILES, type Timed, type TimedPart } from '../percentiles.ts'
import type { Question } from '../source.ts'
import { TIMING_NAMES, type TimingName } from './names.ts'
import { dimensionsOf } from './rows.ts'

/** Samples of one duration in a part. */
interface Samples {
  count: number
  /** The model that all are of; null where they are of several. */
  model: string | undefined | null
}

interface Part {
  /** Undefined where models are not told apart. */
  model: string | undefined
  times: GroupKey
  samples: Record<TimingName, Samples>
}

/** Whether a grouping of metrics keeps the models of a Region, or some of them, apart. */
export function tellsModelsApart(by: readonly string[]): boolean {
  return by.includes('model') || by.includes('profile')
}

/**
 * What is known of durations in a Region: of each model, or of all together where they need not be told apart; in each hour
 * or day where these are.
 */
export function partsOf(
  place: PlaceId,
  { rows, percentiles }: Pick<Reading, 'rows' | 'percentiles'>,
  { by, timeZone = 'UTC' }: Pick<Question, 'by' | 'timeZone'>,
): TimedPart[] {
  const areApart = tellsModelsApart(by)
  const partAt = finder(by, timeZone)
  const parts = new Set<Part>()
  for (const row of rows) {
    const { model } = row.dimensions
    const part = partAt(areApart ? model : undefined, row.start)
    parts.add(part)
    for (const name of TIMING_NAMES) {
      // What nobody could tell may have been samples of any model.
      if (row.unknown?.has(name)) addSamples(part.samples[name], 1, null)
      else addSamples(part.samples[name], row[name].samples, model)
    }
  }
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  return [...parts].map((part) => toTimedPart(part, place, known))
}

/** Finds the part of a model and a moment; the hour and day of a moment are looked up once. */
function finder(by: readonly string[], zone: string): (model: string | undefined, start: number) => Part {
  const times = new Map<number, { key: GroupKey; text: string }>()
  const parts = new Map<string | undefined, Map<string, Part>>()
  return (model, start) => {
    const time = times.get(start) ?? textOf(timeKeys(by, start, zone))
    times.set(start, time)
    const ofModel = parts.get(model) ?? new Map<string, Part>()
    parts.set(model, ofModel)
    const part = ofModel.get(time.text) ?? newPart(model, time.key)
    ofModel.set(time.text, part)
    return part
  }
}

function textOf(key: GroupKey): { key: GroupKey; text: string } {
  return { key, text: keyText(key) }
}

function newPart(model: string | undefined, times: GroupKey): Part {
  const none = (): Samples => ({ count: 0, model: undefined })
  return { model, times, samples: { latency: none(), timeToFirstToken: none() } }
}

function addSamples(samples: Samples, count: number, model: string | null): void {
  if (count === 0) return
  samples.count += count
  samples.model = samples.model === undefined || samples.model === model ? model : null
}

function toTimedPart(
  { model, times, samples }: Part,
  place: PlaceId,
  known: ReadonlyMap<string, GroupPercentiles>,
): TimedPart {
  const whole = known.get(keyText(times))
  const timed = (name: TimingName): Timed => {
    const { count, model: only } = samples[name]
    const own = only ? known.get(keyText({ model: only, ...times }))?.[name] : undefined
    if (model !== undefined || (own && own.p50 !== null)) return { samples: count, percentiles: own ?? NO_PERCENTILES }
    const all = whole?.[name]
    return { samples: count, percentiles: only === null ? all : (all ?? NO_PERCENTILES) }
  }
  const dimensions = { ...times, ...dimensionsOf(model ?? '', place) }
  return { dimensions, latency: timed('latency'), timeToFirstToken: timed('timeToFirstToken') }
}

function keyText(key: GroupKey): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))
}
