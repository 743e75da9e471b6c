import type { AwsPlace } from '../../../aws/context.ts'
import { accountProgress, withoutPhases } from '../../../core/by-account.ts'
import type { Context } from '../../../core/context.ts'
import type { Warning } from '../../../core/events.ts'
import { accountsOf, regionsOf } from '../../../core/place.ts'
import type { Besides } from '../../features.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { Reading } from '../../model.ts'
import { joinPercentiles, placeOf, type TimedPart } from '../percentiles.ts'
import { type PlaceReading, readPlaces } from '../places.ts'
import type { Question, SourceReading } from '../source.ts'
import { partsOf } from './parts.ts'
import { readMetrics } from './read-region.ts'

/** Reads the metrics of several Regions side by side. A Region that cannot be read is left out with a warning. */
export async function readMetricsOf(
  cx: Context,
  places: readonly AwsPlace[],
  question: Question,
): Promise<SourceReading> {
  const { window: asked, by, timeZone = 'UTC' } = question
  const now = cx.clock.now()
  const isOne = accountsOf(places).length === 1
  const progress = accountProgress(
    cx,
    places.map(({ account }) => account),
    { verb: 'reading', past: 'read' },
  )
  const { read, warnings, incomplete, unread } = await readPlaces(places, (place) =>
    progress.during(place.account, () =>
      readMetrics(isOne ? place : { ...place, cx: withoutPhases(place.cx) }, question, now),
    ),
  ).finally(progress.end)
  const parts = read.flatMap(({ place, reading }) => partsOf(place, reading, { by, timeZone }))
  const wholes = new Map(read.flatMap((one) => wholesOf(one, by)))
  const joined = joinPercentiles(parts, wholes, by)
  return {
    window: read[0]?.reading.window ?? asked,
    rows: {
      *[Symbol.iterator]() {
        for (const { reading } of read) yield* reading.rows
      },
    },
    used: read.flatMap(({ reading }) => reading.used ?? []),
    unasked: read.flatMap(({ reading }) => reading.unasked ?? []),
    ...besidesOf(read.flatMap(({ reading }) => reading.besides ?? [])),
    percentiles: joined.percentiles,
    warnings: [...warnings, ...read.flatMap(({ reading }) => reading.warnings), ...unlessEmpty(joined.warnings, parts)],
    accounts: accountsOf(places),
    regions: regionsOf(places),
    incomplete: incomplete || read.some(({ reading }) => reading.incomplete),
    // What CloudWatch did not tell of a model, its rows say.
    ...lackOf(unread, read),
  }
}

/** Of several Regions that lack something each: the widest. */
function lackOf(regions: Reading['unread'], read: readonly PlaceReading<Reading>[]): Pick<Reading, 'unread'> {
  const [first, ...others] = new Set([regions, ...read.map(({ reading }) => reading.unread)].filter(Boolean))
  return first ? { unread: others.length > 0 ? 'anything' : first } : {}
}

function besidesOf(all: readonly Besides[]): { besides?: Besides } {
  if (all.length === 0) return {}
  return {
    besides: { features: all.flatMap(({ features }) => features), policies: all.flatMap(({ policies }) => policies) },
  }
}

/** What is known of all models together: in the Region, and in each hour or day there. */
function wholesOf({ place: { account, region }, reading }: PlaceReading<Reading>, by: readonly string[]) {
  const times = by.filter(isTimeGrouping)
  return reading.percentiles
    .filter(({ key }) => key.model === undefined)
    .map(({ key, latency, timeToFirstToken }) => {
      const isOfAll = Object.keys(key).length === 0
      const dimensions = { ...key, model: '', account, region }
      const part: TimedPart = {
        dimensions,
        latency: { samples: 1, percentiles: latency },
        timeToFirstToken: { samples: 1, percentiles: timeToFirstToken },
      }
      return [placeOf(dimensions, isOfAll ? [] : times), part] as const
    })
}

function unlessEmpty(warnings: readonly Warning[], parts: readonly TimedPart[]): readonly Warning[] {
  return parts.length === 0 ? [] : warnings
}
