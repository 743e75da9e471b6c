import type { AwsPlace } from '../../../aws/context.ts'
import { accountProgress, withoutPhases } from '../../../core/by-account.ts'
import type { Context } from '../../../core/context.ts'
import { accountsOf, type PlaceId, regionsOf } from '../../../core/place.ts'
import { keyText } from '../../add-up.ts'
import { timeKeys } from '../../calendar.ts'
import { isTimeGrouping } from '../../grouping.ts'
import type { GroupKey, Reading } from '../../model.ts'
import { joinPercentiles, NO_PERCENTILES, placeOf, type Timed, type TimedPart } from '../percentiles.ts'
import { type PlaceReading, readPlaces } from '../places.ts'
import type { Question, SourceReading } from '../source.ts'
import { TIMING_NAMES, type TimingName } from './names.ts'
import { tellsModelsApart } from './percentiles.ts'
import { readMetrics } from './read-region.ts'
import { dimensionsOf } from './rows.ts'

export async function readMetricsOf(
  cx: Context,
  places: readonly AwsPlace[],
  question: Question,
): Promise<SourceReading> {
  const { window: asked, by, timeZone = 'UTC' } = question
  const now = cx.clock.now()
  const isOne = accountsOf(places).length === 1
  const accounts = places.map(({ account }) => account)
  const progress = accountProgress(cx, accounts, { verb: 'reading', past: 'read' })
  const { read, warnings, incomplete, unread } = await readPlaces(places, (place) =>
    progress.during(place.account, () =>
      readMetrics(isOne ? place : { ...place, cx: withoutPhases(place.cx) }, question, now),
    ),
  ).finally(progress.end)
  const readings = read.map(({ reading }) => reading)
  const parts = read.flatMap(({ place, reading }) => partsOf(place, reading, by, timeZone))
  const joined = joinPercentiles(parts, new Map(read.flatMap((one) => wholesOf(one, by))), by)
  const besides = readings.flatMap((reading) => reading.besides ?? [])
  const [lack, ...more] = new Set([unread, ...readings.map((reading) => reading.unread)].filter(Boolean))
  return {
    window: readings[0]?.window ?? asked,
    rows: {
      *[Symbol.iterator]() {
        for (const { rows } of readings) yield* rows
      },
    },
    used: readings.flatMap(({ used = [] }) => used),
    unasked: readings.flatMap(({ unasked = [] }) => unasked),
    ...(besides.length > 0 && {
      besides: {
        features: besides.flatMap(({ features }) => features),
        policies: besides.flatMap(({ policies }) => policies),
      },
    }),
    percentiles: joined.percentiles,
    warnings: [
      ...warnings,
      ...readings.flatMap((reading) => reading.warnings),
      ...(parts.length === 0 ? [] : joined.warnings),
    ],
    accounts: accountsOf(places),
    regions: regionsOf(places),
    incomplete: incomplete || readings.some((reading) => reading.incomplete),
    // What CloudWatch did not tell of a model, its rows say. Of several Regions that lack something each: the widest.
    ...(lack && { unread: more.length > 0 ? 'anything' : lack }),
  }
}

function wholesOf({ place: { account, region }, reading }: PlaceReading<Reading>, by: readonly string[]) {
  const times = by.filter(isTimeGrouping)
  return reading.percentiles
    .filter(({ key }) => key.model === undefined)
    .map(({ key, latency, timeToFirstToken }) => {
      const dimensions = { ...key, model: '', account, region }
      const part: TimedPart = {
        dimensions,
        latency: { samples: 1, percentiles: latency },
        timeToFirstToken: { samples: 1, percentiles: timeToFirstToken },
      }
      return [placeOf(dimensions, Object.keys(key).length === 0 ? [] : times), part] as const
    })
}

interface Samples {
  count: number
  model: string | undefined | null
}

/** Of each model, or of all where they need not be told apart; in each hour or day where these are. */
function partsOf(
  place: PlaceId,
  { rows, percentiles }: Pick<Reading, 'rows' | 'percentiles'>,
  by: readonly string[],
  zone: string,
): TimedPart[] {
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  const areApart = tellsModelsApart(by)
  const timesAt = new Map<number, { key: GroupKey; text: string }>()
  const parts = new Map<string, Record<TimingName, Samples> & { model: string | undefined; times: GroupKey }>()
  for (const row of rows) {
    const key = timesAt.get(row.start)?.key ?? timeKeys(by, row.start, zone)
    const time = timesAt.get(row.start) ?? { key, text: keyText(key) }
    timesAt.set(row.start, time)
    const model = areApart ? row.dimensions.model : undefined
    const id = `${time.text} ${model}`
    const none = (): Samples => ({ count: 0, model: undefined })
    const part = parts.get(id) ?? { model, times: key, latency: none(), timeToFirstToken: none() }
    parts.set(id, part)
    for (const name of TIMING_NAMES) {
      // What nobody could tell may have been samples of any model.
      const isUnknown = row.unknown?.has(name) === true
      const count = isUnknown ? 1 : row[name].samples
      if (count === 0) continue
      const [own, samples] = [isUnknown ? null : row.dimensions.model, part[name]]
      samples.count += count
      samples.model = samples.model === undefined || samples.model === own ? own : null
    }
  }
  return [...parts.values()].map((part): TimedPart => {
    const { model, times } = part
    const whole = known.get(keyText(times))
    const timed = (name: TimingName): Timed => {
      const { count: samples, model: only } = part[name]
      const own = only ? known.get(keyText({ model: only, ...times }))?.[name] : undefined
      if (model !== undefined || (own && own.p50 !== null)) return { samples, percentiles: own ?? NO_PERCENTILES }
      const all = whole?.[name]
      return { samples, percentiles: only === null ? all : (all ?? NO_PERCENTILES) }
    }
    const dimensions = { ...times, ...dimensionsOf(model ?? '', place) }
    return { dimensions, latency: timed('latency'), timeToFirstToken: timed('timeToFirstToken') }
  })
}
