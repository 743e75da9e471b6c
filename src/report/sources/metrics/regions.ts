import type { Context } from '../../../core/context.ts'
import type { Warning } from '../../../core/events.ts'
import type { Percentiles, Reading, Row } from '../../model.ts'
import { inferenceProfile } from '../../scan/dimensions.ts'
import { tally } from '../../tally.ts'
import { slotLength } from '../../window.ts'
import { readMetrics } from '../metrics.ts'
import { joinPercentiles, NO_PERCENTILES, type TimedPart } from '../percentiles.ts'
import { type RegionReading, readRegions } from '../regions.ts'
import type { Place, Question, SourceReading } from '../source.ts'

/** Reads the metrics of several Regions side by side. A Region that cannot be read is left out with a warning. */
export async function readMetricsOf(cx: Context, places: readonly Place[], question: Question): Promise<SourceReading> {
  const { window: asked, by } = question
  const now = cx.clock.now()
  const slotMs = slotLength(asked, by)
  const { read, warnings, incomplete } = await readRegions(places, (place) =>
    readMetrics(place.cx, place.region, asked, slotMs, now),
  )
  const parts = read.flatMap(partsOf)
  const wholes = new Map(read.map(({ region, reading }) => [region, wholeOf(region, reading)]))
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

/** The models of a Region, each with what is known of its durations. */
function partsOf({ region, reading }: RegionReading<Reading>): TimedPart[] {
  const models = new Set(reading.rows.map((row) => row.dimensions.model))
  return [...models].map((model) => {
    const sums = tally(reading.rows.filter((row) => row.dimensions.model === model))
    const known = reading.percentiles.find(({ key }) => key.model === model)
    return {
      dimensions: { model, region, profile: inferenceProfile(model) ?? '' },
      latency: timed(sums.latency.samples, known?.latency),
      timeToFirstToken: timed(sums.timeToFirstToken.samples, known?.timeToFirstToken),
    }
  })
}

function wholeOf(region: string, reading: Reading): TimedPart {
  const sums = tally(reading.rows)
  const known = reading.percentiles.find(({ key }) => Object.keys(key).length === 0)
  return {
    dimensions: { model: '', region },
    latency: timed(sums.latency.samples, known?.latency),
    timeToFirstToken: timed(sums.timeToFirstToken.samples, known?.timeToFirstToken),
  }
}

function timed(samples: number, percentiles: Percentiles = NO_PERCENTILES) {
  return { samples, percentiles }
}

function unlessEmpty(warnings: readonly Warning[], parts: readonly TimedPart[]): readonly Warning[] {
  return parts.length === 0 ? [] : warnings
}
