import { DAY_MS } from '../../report/window.ts'
import { count, grouped } from '../../text/numbers.ts'
import type { SettingKey } from '../settings.ts'
import type { ThresholdAlarm } from './alarm-definition.ts'
import { THRESHOLD_ALARMS, type ThresholdKey } from './threshold-alarms.ts'
import { flagOf } from './what-to-do.ts'

/** What an alarm looked at in one Region, period by period. */
export interface UseSeries {
  region: string
  setting: SettingKey
  /** Every period in which anything was called, in order of time; values in the threshold's own unit. */
  points: readonly UsePoint[]
  /** Calls in all of these periods. */
  calls: number
}

export interface UsePoint {
  /** Start of the period, ms since the epoch. */
  time: number
  value: number
}

/** A row of the alarms whose threshold may be suggested. */
export type Suggestable = ThresholdAlarm<ThresholdKey> & Required<Pick<ThresholdAlarm, 'suggest'>>

export const SUGGESTABLE: readonly Suggestable[] = THRESHOLD_ALARMS.filter((row): row is Suggestable => !!row.suggest)

/** A threshold by what two weeks were like, in the busiest Region. */
export interface Suggestion {
  setting: SettingKey
  /** The alarm's name. */
  name: string
  what: string
  now: number
  /** Of the periods in which anything was called; null where there were none. */
  median: number | null
  p99: number | null
  max: number | null
  suggested: number
  /** How often the suggested threshold would have rung in these two weeks, over all Regions. */
  wouldHaveRung: number
  /** How often the present one would have. */
  nowWouldHaveRung: number
  /** Why the present value is kept. */
  kept?: string
}

const LEAST_DAYS = 3
const LEAST_CALLS = 50
const QUANTILE = 0.995
const MARGIN = 1.5

/**
 * A value for each threshold: half as much again as what all but one in two hundred of the active periods stayed under,
 * rounded up to two digits, and never below the floor. The Region with the most decides, since thresholds are the same in
 * all. What was seen on fewer than three days or in fewer than fifty calls suggests nothing. Pure.
 */
export function suggest(
  series: readonly UseSeries[],
  thresholds: Readonly<Partial<Record<SettingKey, unknown>>>,
): Suggestion[] {
  const watched = SUGGESTABLE.filter(({ from }) => from === 'minimal' || thresholds.alarms !== 'minimal')
  return watched.map((about) => {
    const { threshold, suggest: aim } = about
    const own = series.filter(({ setting, points }) => setting === threshold.key && points.length > 0)
    const enough = own.filter(({ points, calls }) => calls >= LEAST_CALLS && daysOf(points) >= LEAST_DAYS)
    const [deciding] = [...(enough.length > 0 ? enough : own)].sort(
      (a, b) => quantile(b, QUANTILE) - quantile(a, QUANTILE),
    )
    const now = Number(thresholds[threshold.key])
    const suggested = deciding && enough.length > 0 ? thresholdFor(quantile(deciding, QUANTILE), aim.least) : now
    const ringing = (threshold: number) =>
      own.reduce((sum, { points }) => sum + timesAbove(points, threshold, about), 0)
    return {
      setting: threshold.key,
      name: about.name,
      what: aim.what,
      now,
      median: deciding ? quantile(deciding, 0.5) : null,
      p99: deciding ? quantile(deciding, 0.99) : null,
      max: deciding ? quantile(deciding, 1) : null,
      suggested,
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
  const each = tripping.map(
    ({ name, now, what, nowWouldHaveRung }) =>
      `${name} ${nowWouldHaveRung === 1 ? 'once' : count(nowWouldHaveRung, 'time')} (threshold ${grouped(now)} ${what})`,
  )
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

const daysOf = (points: readonly UsePoint[]): number =>
  new Set(points.map(({ time }) => Math.floor(time / DAY_MS))).size

/** How often an alarm goes off: each time that enough of the last periods come to be above it. A period without calls is not above. */
function timesAbove(
  points: readonly UsePoint[],
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
  if (calls === 0) return 'nothing was measured in two weeks'
  const days = Math.max(...own.map(({ points }) => daysOf(points)))
  return `too little to go by: ${grouped(calls)} calls on ${days === 1 ? '1 day' : `${days} days`}`
}
