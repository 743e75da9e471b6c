import type { AwsContext } from '../../aws/context.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import type { Window } from '../../report/model.ts'
import { getWholeData, type Point } from '../../report/sources/metrics/get-data.ts'
import type { Query } from '../../report/sources/metrics/names.ts'
import { DAY_MS, HOUR_MS } from '../../report/window.ts'
import { count, grouped } from '../../text/numbers.ts'
import type { SettingKey } from '../settings.ts'
import { type InUse, isMantle, type ModelInUse, TOKEN_KINDS } from '../use/in-use.ts'
import { IN_USE_DAYS } from '../use/read-in-use.ts'
import { isMath, type ThresholdAlarm } from './alarm-definition.ts'
import { THRESHOLD_ALARMS, type ThresholdKey } from './threshold-alarms.ts'
import { flagOf } from './what-to-do.ts'

/** What an alarm looked at in one Region, period by period. */
export interface UseSeries {
  region: string
  setting: SettingKey
  /** Every period in which anything was called, by its start in ms, in order of time; values in the threshold's own unit. */
  points: readonly Point[]
  calls: number
}

type Suggestable = ThresholdAlarm<ThresholdKey> & Required<Pick<ThresholdAlarm, 'suggest'>>

export const SUGGESTABLE: readonly Suggestable[] = THRESHOLD_ALARMS.filter((row): row is Suggestable => !!row.suggest)

/** A threshold by what two weeks were like, in the busiest Region. */
export type Suggestion = ReturnType<typeof suggest>[number]

const REGIONS_AT_ONCE = 4

/** A metric without dimensions, as the alarms watch it. */
const total = (metric: string, stat = 'Sum'): Query => ({ model: undefined, metric, stat })
const CALLED = [total('Invocations'), total('InvocationClientErrors')]

/** Of the last two weeks, in each Region with models in use: at most three calls a Region and 500 metrics. */
export async function readUseSeries(cx: AwsContext, inUse: InUse): Promise<UseSeries[]> {
  const end = Math.floor(cx.clock.now() / HOUR_MS) * HOUR_MS
  const window = { start: end - IN_USE_DAYS * DAY_MS, end }
  const periods = [...new Set(SUGGESTABLE.map(({ periodSeconds }) => periodSeconds))]
  const asked = [...inUse].flatMap(([region, all]) => {
    const models = all.filter((model) => !isMantle(model))
    return models.length === 0 ? [] : [{ region, models }]
  })
  const series = await sideBySide(asked, REGIONS_AT_ONCE, ({ region, models }) =>
    Promise.all(periods.map((period) => readPeriod(cx.in(region), region, models, window, period))),
  )
  return series.flat(2)
}

async function readPeriod(
  cx: AwsContext,
  region: string,
  models: readonly ModelInUse[],
  window: Window,
  period: number,
): Promise<UseSeries[]> {
  const rows = SUGGESTABLE.filter(({ periodSeconds }) => periodSeconds === period).map((row) => {
    const watched = row.watched?.(0)
    // The single metric that an alarm watches; that of spending watches tokens by their prices.
    const query = watched && !isMath(watched) ? total(watched.metric, watched.statistic) : undefined
    const priced = query ? [{ query, priceOf: (value: number) => value }] : models.flatMap(pricedTokens)
    return { row, priced, isCount: query === undefined || query.stat === 'Sum' }
  })
  const queries = [...rows.flatMap(({ priced }) => priced.map(({ query }) => query)), ...CALLED]
  const distinct = [...new Map(queries.map((query) => [JSON.stringify(query), query])).values()]
  const answers = await getWholeData(cx, distinct, window, period)
  for (const warning of answers.warnings) cx.emit({ type: 'warning', warning })
  const calls = CALLED.flatMap((query) => answers.points(query))
  return rows.map(({ row, priced, isCount }) => {
    const points = priced.flatMap(({ query, priceOf }) =>
      answers.points(query).map(({ time, value }) => ({ time, value: priceOf(value) })),
    )
    // A count that has no point in a period with calls was nothing; a latency that has none is not known.
    const sums = new Map<number, number>(isCount ? calls.map(({ time }) => [time, 0]) : [])
    for (const { time, value } of points) sums.set(time, (sums.get(time) ?? 0) + value)
    return {
      region,
      setting: row.threshold.key,
      points: [...sums].sort(([a], [b]) => a - b).map(([time, value]) => ({ time, value })),
      calls: calls.reduce((sum, { value }) => sum + value, 0),
    }
  })
}

/** Tokens with what they cost in US dollars, exact for every model that has a price. What has none costs something unknown. */
const pricedTokens = ({ modelId, metrics, prices }: ModelInUse) =>
  TOKEN_KINDS.flatMap((kind) => {
    const price = prices[kind]
    if (price === null) return []
    const query = { model: modelId, metric: metrics[kind], stat: 'Sum' }
    return { query, priceOf: (tokens: number) => (tokens * price) / 1e6 }
  })

const LEAST_DAYS = 3
const LEAST_CALLS = 50
const QUANTILE = 0.995
const MARGIN = 1.5

/**
 * Half as much again as what all but one in two hundred of the active periods stayed under, in the busiest Region. Fewer than
 * three days or fifty calls suggest nothing. Pure.
 */
export function suggest(series: readonly UseSeries[], thresholds: Readonly<Partial<Record<SettingKey, unknown>>>) {
  const watched = SUGGESTABLE.filter(({ from }) => from === 'minimal' || thresholds.alarms !== 'minimal')
  return watched.map((row) => {
    const { key } = row.threshold
    const own = series.filter(({ setting, points }) => setting === key && points.length > 0)
    const enough = own.filter(({ points, calls }) => calls >= LEAST_CALLS && daysOf(points) >= LEAST_DAYS)
    const [deciding] = [...(enough.length > 0 ? enough : own)].sort(
      (a, b) => quantile(b, QUANTILE) - quantile(a, QUANTILE),
    )
    const now = Number(thresholds[key])
    const suggested =
      deciding && enough.length > 0 ? thresholdFor(quantile(deciding, QUANTILE), row.suggest.least) : now
    const ringing = (threshold: number) => own.reduce((sum, { points }) => sum + timesAbove(points, threshold, row), 0)
    return {
      setting: key as SettingKey,
      name: row.name,
      what: row.suggest.what,
      now,
      /** Of the periods in which anything was called; null where there were none. */
      median: deciding ? quantile(deciding, 0.5) : null,
      p99: deciding ? quantile(deciding, 0.99) : null,
      max: deciding ? quantile(deciding, 1) : null,
      suggested,
      /** How often the suggested threshold would have rung in these two weeks, over all Regions, and how often the present one. */
      wouldHaveRung: ringing(suggested),
      nowWouldHaveRung: ringing(now),
      ...(enough.length === 0 && { kept: tooLittle(own) }),
    }
  })
}

/** What to say of alarms that would have gone off in the last two weeks; undefined where none would have. Pure. */
export function trippingWords(suggestions: readonly Suggestion[]): string | undefined {
  const tripping = suggestions.filter(({ nowWouldHaveRung }) => nowWouldHaveRung > 0)
  if (tripping.length === 0) return undefined
  const each = tripping.map(({ name, now, what, nowWouldHaveRung }) => {
    const often = nowWouldHaveRung === 1 ? 'once' : count(nowWouldHaveRung, 'time')
    return `${name} ${often} (threshold ${grouped(now)} ${what})`
  })
  const fix = tripping.some(({ kept }) => kept === undefined)
    ? 'bedrock-monitor setup --suggest proposes thresholds that fit'
    : `there is too little use yet for --suggest; set them with ${tripping.map(({ setting }) => `--${flagOf({ key: setting })} N`).join(', ')}`
  return `in the last two weeks these alarms would have gone off: ${each.join(', ')}; ${fix}`
}

/** The least number of two digits that is at least half as much again, and at least the floor. */
function thresholdFor(value: number, floor: number): number {
  const wanted = value * MARGIN
  if (wanted <= floor) return floor
  const step = 10 ** (Math.floor(Math.log10(wanted)) - 1)
  // Divided rather than multiplied below one: 0.1 has no exact binary fraction.
  const rounded = step >= 1 ? Math.ceil(wanted / step) * step : Math.ceil(wanted * (1 / step)) / Math.round(1 / step)
  return Number(rounded.toPrecision(2))
}

/** By nearest rank: a value that has been. */
function quantile({ points }: UseSeries, share: number): number {
  const sorted = points.map(({ value }) => value).sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

const daysOf = (points: readonly Point[]): number => new Set(points.map(({ time }) => Math.floor(time / DAY_MS))).size

/** How often an alarm goes off: each time that enough of the last periods come to be above it. A period without calls is not above. */
function timesAbove(
  points: readonly Point[],
  threshold: number,
  { periodSeconds, evaluationPeriods, datapointsToAlarm = evaluationPeriods }: Suggestable,
): number {
  const periodMs = periodSeconds * 1_000
  let times = 0
  let above: number[] = []
  const goesOff = (at: number) =>
    above.filter((time) => time > at - evaluationPeriods * periodMs && time <= at).length >= datapointsToAlarm
  for (const { time, value } of points) {
    if (value <= threshold) continue
    above = [...above.filter((one) => one >= time - evaluationPeriods * periodMs), time]
    if (goesOff(time) && !goesOff(time - periodMs)) times += 1
  }
  return times
}

function tooLittle(own: readonly UseSeries[]): string {
  const calls = own.reduce((sum, one) => sum + one.calls, 0)
  if (calls === 0) return 'there is no data from the last two weeks'
  const days = Math.max(...own.map(({ points }) => daysOf(points)))
  return `not enough data: ${grouped(calls)} calls on ${days === 1 ? '1 day' : `${days} days`}`
}
