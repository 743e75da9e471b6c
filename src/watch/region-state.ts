import type { AppError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import type { PlaceId } from '../core/place.ts'
import { RATES, usdOf } from '../report/calls.ts'
import type { Row, Window } from '../report/model.ts'
import { HOUR_MS, lastHours, MINUTE_MS } from '../report/window.ts'
import { rowModel, type Subject } from './subject.ts'

/** All models are listed and asked for this often, ms: CloudWatch itself lists a new one after up to 15 minutes. */
const SURVEY_EVERY_MS = 15 * MINUTE_MS
/** And no more often than this where the account's totals tell of models that are not watched by the minute. */
const SURVEY_SOONEST_MS = 5 * MINUTE_MS
/** Minutes that are asked for again, since metrics come late. */
const AGAIN_MS = 2 * MINUTE_MS

/** What is known of the last hour in a place. */
export interface RegionState extends PlaceId {
  /** Every model with metrics in the last two weeks. */
  subjects: readonly Subject[]
  /** The metrics of each that had data when all were asked for, by `rowModel`. */
  withData: ReadonlyMap<string, readonly string[]>
  /** By the minute. */
  rows: readonly Row[]
  /** 99th percentile of the latency over the hour, ms, by `rowModel`; '' is of all models. */
  p99: ReadonlyMap<string, number>
  /** What of it CloudWatch did not tell. */
  missing: readonly Warning[]
  /** The hour that the rows are of; undefined before the first answer. */
  hour: Window | undefined
  /** When all models were last listed and asked for, ms. */
  surveyedAt: number
  /** When the rows were last brought up to date, ms. */
  refreshedAt: number
  /** The account's totals have calls that the models watched by the minute do not have. */
  othersCalled: boolean
  /** Why it could not be brought up to date since. */
  failure: AppError | undefined
  spent: Spent
}

/** What watching has cost so far, in what AWS bills by. */
export interface Spent {
  /** Metrics requested, in all, and by the last request of each kind. */
  metrics: number
  lastSurvey: number
  lastMinutes: number
  /** Requests of ListMetrics: in all, and by the last survey. */
  lists: number
  lastLists: number
}

/** What is to be asked next: everything, or the minutes that are new of the models that were called in the hour. */
export interface Ask {
  kind: 'survey' | 'minutes'
  hour: Window
  /** The minutes to read; mostly within the hour. */
  window: Window
  /** Percentiles of the hour are of no use to whoever asks. */
  withoutPercentiles?: true
}

/** What came back. */
export interface Answer {
  ask: Ask
  /** When it was asked, ms. */
  at: number
  subjects: readonly Subject[]
  withData: ReadonlyMap<string, readonly string[]>
  rows: readonly Row[]
  p99: ReadonlyMap<string, number>
  missing: readonly Warning[]
  /** Samples that the percentile of all models is of. */
  accountSamples: number
  /** Calls, errors and throttles that the account's totals have in the window. */
  accountCalls: number
  metrics: number
  lists: number
}

export function newRegion({ account, region }: PlaceId): RegionState {
  return {
    account,
    region,
    subjects: [],
    withData: new Map(),
    rows: [],
    p99: new Map(),
    missing: [],
    hour: undefined,
    surveyedAt: Number.NEGATIVE_INFINITY,
    refreshedAt: Number.NEGATIVE_INFINITY,
    othersCalled: false,
    failure: undefined,
    spent: { metrics: 0, lastSurvey: 0, lastMinutes: 0, lists: 0, lastLists: 0 },
  }
}

/** Pure. */
export function nextAsk(state: RegionState, now: number): Ask {
  const hour = lastHours(now, 1)
  const known = state.hour?.end ?? Number.NEGATIVE_INFINITY
  const patience = state.othersCalled ? SURVEY_SOONEST_MS : SURVEY_EVERY_MS
  // The last minute of what is known was under way.
  const start = known - MINUTE_MS - AGAIN_MS
  const survey = now - state.surveyedAt >= patience || start <= hour.start || known > hour.end
  return survey ? { kind: 'survey', hour, window: hour } : { kind: 'minutes', hour, window: { start, end: hour.end } }
}

/** The models that were called in the hour. */
export function called(state: Pick<RegionState, 'subjects' | 'rows'>): Subject[] {
  const models = new Set(state.rows.map(({ dimensions }) => dimensions.model))
  return state.subjects.filter((subject) => models.has(rowModel(subject)))
}

/** The state with what came back: the minutes that were read are replaced, what is older than the hour is forgotten. Pure. */
export function fold(state: RegionState, answer: Answer): RegionState {
  const { ask, metrics, lists } = answer
  const kept = state.rows.filter(({ start }) => start >= ask.hour.start && start < ask.window.start)
  const rows = [...kept, ...answer.rows]
  const p99 = new Map(answer.p99)
  if (answer.accountSamples !== rows.reduce((sum, { latency }) => sum + latency.samples, 0)) p99.delete('')
  const survey = ask.kind === 'survey'
  return {
    ...state,
    subjects: answer.subjects,
    withData: answer.withData,
    rows,
    p99,
    missing: answer.missing,
    hour: ask.hour,
    surveyedAt: survey ? answer.at : state.surveyedAt,
    refreshedAt: answer.at,
    othersCalled: !survey && (state.othersCalled || answer.accountCalls > callsOf(answer.rows)),
    failure: undefined,
    spent: {
      metrics: state.spent.metrics + metrics,
      lastSurvey: survey ? metrics : state.spent.lastSurvey,
      lastMinutes: survey ? state.spent.lastMinutes : metrics,
      lists: state.spent.lists + lists,
      lastLists: survey ? lists : state.spent.lastLists,
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
 * What an hour of watching costs, US dollars, at the pace of the last requests: surveys every quarter of an hour, minutes
 * in between, at list prices of us-east-1. Until minutes have been asked for once, each refresh counts as a survey: a
 * bound. The first million listings a month are free, for all of the account's tools together; counted as if they were used up.
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
