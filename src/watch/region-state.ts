import type { AppError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import type { PlaceId } from '../core/place.ts'
import { RATES, usdOf } from '../report/calls.ts'
import type { Row, Window } from '../report/model.ts'
import { MANTLE_PREFIX } from '../report/prices/model-id.ts'
import type { MantleModel } from '../report/sources/metrics/list-models.ts'
import type { Query } from '../report/sources/metrics/names.ts'
import { mantleQueries, modelQueries } from '../report/sources/metrics/rows.ts'
import { type TierMetrics, tierQueries } from '../report/sources/metrics/tiers.ts'
import { HOUR_MS, lastHours, MINUTE_MS } from '../report/window.ts'

/** All models are listed and asked for this often, ms: CloudWatch itself lists a new one after up to 15 minutes. */
const SURVEY_EVERY_MS = 15 * MINUTE_MS
/** And no more often than this where the account's totals tell of models that are not watched by the minute. */
const SURVEY_SOONEST_MS = 5 * MINUTE_MS
/** Minutes that are asked for again, since metrics come late. */
const AGAIN_MS = 2 * MINUTE_MS

interface Known {
  subjects: readonly Subject[]
  /** The metrics of each that had data when all were asked for, by `rowModel`. */
  withData: ReadonlyMap<string, readonly string[]>
  rows: readonly Row[]
  /** 99th percentile of the latency over the hour, ms, by `rowModel`; '' is of all models. */
  p99: ReadonlyMap<string, number>
  missing: readonly Warning[]
}

export type RegionState = ReturnType<typeof newRegion>

/** What is to be asked next: everything, or the minutes that are new of the models that were called in the hour. */
export interface Ask {
  kind: 'survey' | 'minutes'
  hour: Window
  window: Window
  /** Percentiles of the hour are of no use to whoever asks. */
  withoutPercentiles?: true
}

export interface Answer extends Known {
  ask: Ask
  at: number
  accountSamples: number
  /** Calls, errors and throttles that the account's totals have in the window. */
  accountCalls: number
  metrics: number
  lists: number
}

export function newRegion({ account, region }: PlaceId) {
  const known: Known = { subjects: [], withData: new Map(), rows: [], p99: new Map(), missing: [] }
  return {
    account,
    region,
    ...known,
    hour: undefined as Window | undefined,
    surveyedAt: Number.NEGATIVE_INFINITY,
    refreshedAt: Number.NEGATIVE_INFINITY,
    /** The account's totals have calls that the models watched by the minute do not have. */
    othersCalled: false,
    failure: undefined as AppError | undefined,
    /** Metrics requested, in all and by the last request of each kind; requests of ListMetrics, in all and by the last survey. */
    spent: { metrics: 0, lastSurvey: 0, lastMinutes: 0, lists: 0, lastLists: 0 },
  }
}

export function nextAsk(state: RegionState, now: number): Ask {
  const hour = lastHours(now, 1)
  const known = state.hour?.end ?? Number.NEGATIVE_INFINITY
  const patience = state.othersCalled ? SURVEY_SOONEST_MS : SURVEY_EVERY_MS
  // The last minute of what is known was under way.
  const start = known - MINUTE_MS - AGAIN_MS
  const survey = now - state.surveyedAt >= patience || start <= hour.start || known > hour.end
  return survey ? { kind: 'survey', hour, window: hour } : { kind: 'minutes', hour, window: { start, end: hour.end } }
}

export function called(state: Pick<RegionState, 'subjects' | 'rows'>): Subject[] {
  const models = new Set(state.rows.map(({ dimensions }) => dimensions.model))
  return state.subjects.filter((subject) => models.has(rowModel(subject)))
}

/** The state with what came back: the minutes that were read are replaced, what is older than the hour is forgotten. Pure. */
export function fold(state: RegionState, answer: Answer): RegionState {
  const { ask, at, metrics, lists, subjects, withData, missing } = answer
  const kept = state.rows.filter(({ start }) => start >= ask.hour.start && start < ask.window.start)
  const rows = [...kept, ...answer.rows]
  const p99 = new Map(answer.p99)
  if (answer.accountSamples !== rows.reduce((sum, { latency }) => sum + latency.samples, 0)) p99.delete('')
  const survey = ask.kind === 'survey'
  const { spent } = state
  return {
    ...state,
    ...{ subjects, withData, rows, p99, missing, hour: ask.hour, refreshedAt: at, failure: undefined },
    surveyedAt: survey ? at : state.surveyedAt,
    othersCalled: !survey && (state.othersCalled || answer.accountCalls > callsOf(answer.rows)),
    spent: {
      ...spent,
      metrics: spent.metrics + metrics,
      lists: spent.lists + lists,
      ...(survey ? { lastSurvey: metrics, lastLists: lists } : { lastMinutes: metrics }),
    },
  }
}

/** Invocations, errors and throttles, which is what the account's totals are compared by. */
function callsOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { counters: { invocations, clientErrors, serverErrors, throttles } }) => {
    return sum + invocations + clientErrors + serverErrors + throttles
  }, 0)
}

/**
 * What an hour of watching costs at the pace of the last requests, at list prices of us-east-1, US dollars: a bound. The free
 * million of listings a month counts as used up.
 */
export function hourlyCost(states: readonly RegionState[], intervalMs: number): number {
  return states.reduce((sum, { spent }) => {
    const refreshes = HOUR_MS / intervalMs
    const surveys = Math.min(refreshes, HOUR_MS / SURVEY_EVERY_MS)
    const minutes = spent.lastMinutes || spent.lastSurvey
    const metrics = surveys * spent.lastSurvey + (refreshes - surveys) * minutes
    return sum + usdOf(RATES.metrics, metrics) + usdOf(RATES.metricListings, surveys * spent.lastLists)
  }, 0)
}

/** A model that is watched: through Bedrock itself, or through its OpenAI-compatible endpoint (`mantle`). */
export interface Subject extends MantleModel {
  mantle: boolean
  /** Where it was called in other service tiers than the standard one: what there is to be asked of each. */
  tiers?: readonly TierMetrics[]
}

export function rowModel({ model, mantle }: Subject): string {
  return mantle ? `${MANTLE_PREFIX}${model}` : model
}

const NOT_WATCHED = ['TimeToFirstToken']

/** What an incident begins with: asked for every time, even where there was nothing of it in the hour. */
const CALLS = ['Invocations', 'InvocationClientErrors', 'InvocationServerErrors', 'InvocationThrottles']
const ESSENTIAL = [...CALLS, 'InputTokenCount', 'OutputTokenCount', 'InvocationLatency']

export function allQueries(subject: Subject): Query[] {
  const { model, mantle, tiers } = subject
  if (mantle) return mantleQueries(subject)
  const ofModel = modelQueries(model).filter(({ metric }) => !NOT_WATCHED.includes(metric))
  return [...ofModel, ...tierQueries(model, tiers)]
}

/** Those worth asking for every minute: what an incident begins with, and what had data when all were last asked for. */
export function worthwhileQueries(subject: Subject, withData: readonly string[]): Query[] {
  return allQueries(subject).filter(
    ({ metric }) => subject.mantle || ESSENTIAL.includes(metric) || withData.includes(metric),
  )
}

const total = (metric: string): Query => ({ model: undefined, metric, stat: 'Sum' })

/** What tells that models are called that are not watched by the minute: the account's totals at either endpoint, in metrics without dimensions. */
export const TOTALS: readonly Query[] = [
  ...CALLS.map(total),
  ...['Inferences', 'InferenceClientErrors'].map((metric) => ({ ...total(metric), mantle: true })),
]
