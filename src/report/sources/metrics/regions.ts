import type { Context } from '../../../core/context.ts'
import type { Warning } from '../../../core/events.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { GroupKey, Percentiles, Reading, Row } from '../../model.ts'
import { inferenceProfile } from '../../scan/dimensions.ts'
import { tally } from '../../tally.ts'
import { timeKeys } from '../../time-runs.ts'
import { slotLength } from '../../window.ts'
import { readMetrics } from '../metrics.ts'
import { joinPercentiles, NO_PERCENTILES, placeOf, type TimedPart } from '../percentiles.ts'
import { type RegionReading, readRegions } from '../regions.ts'
import type { Place, Question, SourceReading } from '../source.ts'

/** Reads the metrics of several Regions side by side. A Region that cannot be read is left out with a warning. */
export async function readMetricsOf(cx: Context, places: readonly Place[], question: Question): Promise<SourceReading> {
  const { window: asked, by, timeZone = 'UTC' } = question
  const now = cx.clock.now()
  const slotMs = slotLength(asked, by)
  const { read, warnings, incomplete } = await readRegions(places, (place) =>
    readMetrics(place.cx, place.region, asked, slotMs, now, { by, timeZone }),
  )
  const keysOf = timeKeysOf(by, timeZone)
  const parts = read.flatMap((one) => partsOf(one, keysOf))
  const wholes = new Map(read.flatMap((one) => wholesOf(one, by)))
  const joined = joinPercentiles(parts, wholes, by)
  return {
    window: read[0]?.reading.window ?? asked,
    slotMs,
    rows: read.flatMap(({ reading }) => reading.rows.map(withProfile)),
    percentiles: joined.percentiles,
    warnings: [...warnings, ...read.flatMap(({ reading }) => reading.warnings), ...unlessEmpty(joined.warnings, parts)],
    regions: places.map(({ region }) => region),
    incomplete,
  }
}

function withProfile(row: Row): Row {
  const profile = inferenceProfile(row.dimensions.model) ?? ''
  return { ...row, dimensions: { ...row.dimensions, profile } }
}

type KeysOf = (start: number) => GroupKey

/** The hour and day of a slot, each looked up once. */
function timeKeysOf(by: readonly string[], zone: string): KeysOf {
  const known = new Map<number, GroupKey>()
  return (start) => {
    const keys = known.get(start) ?? timeKeys(by, start, zone)
    known.set(start, keys)
    return keys
  }
}

/** The models of a Region, in each hour or day where these are told apart, with what is known of their durations. */
function partsOf({ region, reading }: RegionReading<Reading>, keysOf: KeysOf): TimedPart[] {
  const percentiles = new Map(reading.percentiles.map((known) => [keyText(known.key), known]))
  const rows = new Map<string, { key: GroupKey; rows: Row[] }>()
  for (const row of reading.rows) {
    const { model } = row.dimensions
    const key = { model, ...keysOf(row.start) }
    const known = rows.get(keyText(key))
    if (known) known.rows.push(row)
    else rows.set(keyText(key), { key, rows: [row] })
  }
  return [...rows].map(([id, { key, rows }]) => {
    const sums = tally(rows)
    const known = percentiles.get(id)
    const { model = '' } = key
    return {
      dimensions: { ...key, model, region, profile: inferenceProfile(model) ?? '' },
      latency: timed(sums.latency.samples, known?.latency),
      timeToFirstToken: timed(sums.timeToFirstToken.samples, known?.timeToFirstToken),
    }
  })
}

/** What is known of all models together: in the Region, and in each hour or day there. */
function wholesOf({ region, reading }: RegionReading<Reading>, by: readonly string[]) {
  const times = by.filter(isTimeGrouping)
  return reading.percentiles
    .filter(({ key }) => key.model === undefined)
    .map(({ key, latency, timeToFirstToken }) => {
      const isOfAll = Object.keys(key).length === 0
      const dimensions = { ...key, model: '', region }
      const part: TimedPart = {
        dimensions,
        latency: timed(1, latency),
        timeToFirstToken: timed(1, timeToFirstToken),
      }
      return [placeOf(dimensions, isOfAll ? [] : times), part] as const
    })
}

function keyText(key: GroupKey): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function timed(samples: number, percentiles: Percentiles = NO_PERCENTILES) {
  return { samples, percentiles }
}

function unlessEmpty(warnings: readonly Warning[], parts: readonly TimedPart[]): readonly Warning[] {
  return parts.length === 0 ? [] : warnings
}
