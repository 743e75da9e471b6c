import type { AwsContext } from '../../../aws/context.ts'
import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { type TimeRun, timeKeys, timeRuns } from '../../calendar.ts'
import type { GroupPercentiles, Percentiles, Window } from '../../model.ts'
import { slotStarts } from '../../window.ts'
import { NO_PERCENTILES } from '../percentiles.ts'
import type { Question } from '../source.ts'
import { type Answers, getData } from './get-data.ts'
import {
  granularityMs,
  type Query,
  TIMING_METRICS,
  TIMING_NAMES,
  type TimingName,
  wholePeriodSeconds,
} from './names.ts'
import { bySlot, plus } from './series.ts'

const STATS = ['p50', 'p90', 'p99'] as const
type Stat = (typeof STATS)[number]

type Subject = string | undefined

const percentileQuery = (model: Subject, name: TimingName, stat: Stat): Query => {
  return { model, metric: TIMING_METRICS[name], stat }
}

/** In requests of their own, with the time as the period: percentiles do not add up, and may be refused. */
function ask(cx: AwsContext, about: readonly Subject[], window: Window, periodSeconds: number): Promise<Answers> {
  const queries = about.flatMap((model) =>
    TIMING_NAMES.flatMap((name) => STATS.map((stat) => percentileQuery(model, name, stat))),
  )
  return getData(cx, queries, window, periodSeconds, (error) => {
    if (!isAppError(error) || error.kind !== 'aws') throw error
    const message = `no percentiles of latency: CloudWatch refused the request for them (${error.code})`
    return { code: 'percentiles-unavailable', message }
  })
}

export async function readPercentiles(cx: AwsContext, models: readonly string[], window: Window, withAccount = true) {
  const about = withAccount ? [...models, undefined] : models
  const answers = await ask(cx, about, window, wholePeriodSeconds(window, cx.clock.now()))
  const warnings = [...answers.warnings]
  const percentiles = (model: Subject, name: TimingName): Percentiles => {
    const of = (stat: Stat) => {
      const values = answers.points(percentileQuery(model, name, stat)).map(({ value }) => value)
      if (values.length > 1) warnings.push(bounds(model, name, stat, values))
      return values.length === 1 ? (values[0] ?? null) : null
    }
    return { p50: of('p50'), p90: of('p90'), p99: of('p99') }
  }
  const group = (model: Subject): GroupPercentiles => ({
    key: model === undefined ? {} : { model },
    latency: percentiles(model, 'latency'),
    timeToFirstToken: percentiles(model, 'timeToFirstToken'),
  })
  return { models: models.map(group), account: group(undefined), incomplete: answers.incomplete, warnings }
}

export type WindowPercentiles = Awaited<ReturnType<typeof readPercentiles>>

/** Two points mean that CloudWatch cut the window: the percentile of the whole lies between those of the parts. */
function bounds(model: Subject, name: TimingName, stat: Stat, values: readonly number[]): Warning {
  const what = `${stat} of ${TIMING_METRICS[name]}${model === undefined ? '' : ` of ${model}`}`
  const message = `${what} is not known exactly: it is between ${Math.min(...values)} and ${Math.max(...values)} ms`
  return { code: 'percentiles-bound', message }
}

export function tellsModelsApart(by: readonly string[]): boolean {
  return by.includes('model') || by.includes('profile')
}

/** Of each hour or day, for each model, and for all where the account's metric has exactly the models' samples. */
export async function readSlotPercentiles(
  cx: AwsContext,
  models: readonly string[],
  { window, by, timeZone = 'UTC' }: Question,
  sums: Answers,
  withAccount = true,
): Promise<{ percentiles: GroupPercentiles[]; incomplete: boolean; warnings: Warning[] }> {
  const step = granularityMs(window.start, cx.clock.now())
  // Points of half an hour are no longer kept of a day that is longer by one, or begins at one.
  const isKept = (run: TimeRun) => run.slotMs % step === 0 && run.window.start % step === 0
  const read = await Promise.all(
    timeRuns(window, by, timeZone)
      .filter(isKept)
      .map(async (run) => {
        const starts = slotStarts(run.window, run.slotMs)
        const of = (name: TimingName) => samplesIn(starts, run.window.end, models, sums, TIMING_METRICS[name])
        const samples = { latency: of('latency'), timeToFirstToken: of('timeToFirstToken') }
        const alone = () => [...new Set(TIMING_NAMES.flatMap((name) => samples[name].alone()))].sort()
        const about = [...(tellsModelsApart(by) ? models : alone()), ...(withAccount ? [undefined] : [])]
        return { starts, samples, about, answers: await ask(cx, about, run.window, run.slotMs / 1000) }
      }),
  )
  const percentiles = read.flatMap(({ starts, samples, about, answers }) => {
    const keys = starts.map((start) => timeKeys(by, start, timeZone))
    return about.flatMap((model) => {
      const [latencyAt, firstTokenAt] = TIMING_NAMES.map((name) => percentilesAt(answers, model, name))
      return starts.flatMap((start, slot): GroupPercentiles[] => {
        const isTold = (name: TimingName) => model !== undefined || samples[name].isWhole(slot)
        const latency = (isTold('latency') && latencyAt?.(start)) || NO_PERCENTILES
        const timeToFirstToken = (isTold('timeToFirstToken') && firstTokenAt?.(start)) || NO_PERCENTILES
        if (latency.p50 === null && timeToFirstToken.p50 === null) return []
        return [{ key: { ...(model !== undefined && { model }), ...keys[slot] }, latency, timeToFirstToken }]
      })
    })
  })
  return {
    percentiles,
    incomplete: read.some(({ answers }) => answers.incomplete),
    warnings: read.flatMap(({ answers }) => answers.warnings),
  }
}

function percentilesAt(answers: Answers, model: Subject, name: TimingName): (start: number) => Percentiles {
  const [p50, p90, p99] = STATS.map(
    (stat) => new Map(answers.points(percentileQuery(model, name, stat)).map(({ time, value }) => [time, value])),
  )
  return (start) => ({ p50: p50?.get(start) ?? null, p90: p90?.get(start) ?? null, p99: p99?.get(start) ?? null })
}

function samplesIn(starts: readonly number[], end: number, models: readonly string[], sums: Answers, metric: string) {
  // What is before the slots, or after them, is in none.
  const bounds = [Number.NEGATIVE_INFINITY, ...starts, end]
  const of = (model: Subject) => bySlot(sums.series({ model, metric, stat: 'SampleCount' }), bounds, plus).slice(1)
  const account = of(undefined)
  const each = models.map((model) => ({ model, slots: of(model) })).filter(({ slots }) => slots.length > 0)
  const callersAt = starts.map((_, slot) => each.filter(({ slots }) => (slots[slot] ?? 0) > 0))
  const isWhole = (slot: number) => {
    const together = callersAt[slot]?.reduce((sum, { slots }) => sum + (slots[slot] ?? 0), 0)
    return (account[slot] ?? 0) > 0 && account[slot] === together
  }
  const alone = () =>
    callersAt.flatMap(([only, ...others], slot) => (only && others.length === 0 && !isWhole(slot) ? [only.model] : []))
  return { isWhole, alone }
}
