import type { AwsContext, AwsPlace } from '../aws/context.ts'
import { orElse } from '../aws/errors.ts'
import type { Clock } from '../core/context.ts'
import { isAppError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import type { PlaceId } from '../core/place.ts'
import type { Row, Window } from '../report/model.ts'
import type { PriceBook } from '../report/prices/book.ts'
import { metered } from '../report/sources/metered.ts'
import { type Answers, getData, getWholeData } from '../report/sources/metrics/get-data.ts'
import { listMantleModels, listModels } from '../report/sources/metrics/list-models.ts'
import { type Query, TIMING_METRICS } from '../report/sources/metrics/names.ts'
import { mantleRows, modelRows } from '../report/sources/metrics/rows.ts'
import type { Priced } from '../report/sources/prices.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, slotStarts } from '../report/window.ts'
import {
  type Answer,
  type Ask,
  allQueries,
  called,
  fold,
  newRegion,
  nextAsk,
  type RegionState,
  rowModel,
  type Subject,
  TOTALS,
  worthwhileQueries,
} from './region-state.ts'
import { viewOf } from './view.ts'

export type WatchPrices<Found extends { book: PriceBook } = { book: PriceBook }> = (
  rows: readonly Priced[],
) => Promise<Found>

export interface WatchRequest {
  places: readonly [AwsPlace, ...AwsPlace[]]
  joined?(): Promise<readonly AwsPlace[]>
  prices: WatchPrices
  intervalMs: number
}

const NOTHING_PRICED: PriceBook = { lookup: () => ({ unpriced: 'prices could not be read' }) }

/** Prices that are asked for anew when a model appears, and once a day; where they cannot be read, those from before. */
export function keptPrices<Found extends { book: PriceBook }>(
  clock: Clock,
  prices: WatchPrices<Found>,
): WatchPrices<Found | { book: PriceBook }> {
  let priced = { models: new Set<string>(), at: Number.NEGATIVE_INFINITY }
  let found: Found | { book: PriceBook } = { book: NOTHING_PRICED }
  return async (rows) => {
    const now = clock.now()
    const keyOf = ({ dimensions: { model, account, region } }: Priced) => JSON.stringify([model, account, region])
    const models = new Set(rows.map(keyOf))
    if (now - priced.at < DAY_MS && [...models].every((model) => priced.models.has(model))) return found
    const reading = prices(rows).then((read) => {
      found = read
      priced = { models: new Set([...priced.models, ...models]), at: now }
    })
    await orElse(reading, () => {})
    return found
  }
}

export type Watcher = ReturnType<typeof createWatcher>

export function createWatcher({ places: known, joined, prices, intervalMs }: WatchRequest) {
  const [{ cx }] = known
  let watched = known.map((place) => ({ place, state: newRegion(place) }))
  const pricesOf = keptPrices(cx.clock, prices)
  return {
    /** Brings every Region up to date; one that fails keeps its numbers and says so. Throws when interrupted. */
    async refresh() {
      const fresh = (await joined?.()) ?? []
      const now = cx.clock.now()
      const refreshing = [...watched, ...fresh.map((place) => ({ place, state: newRegion(place) }))]
      watched = await Promise.all(
        refreshing.map(async ({ place, state }) => {
          return { place, state: await refreshed(state, place, nextAsk(state, now)) }
        }),
      )
      const states = watched.map(({ state }) => state)
      const { book } = await pricesOf(states.flatMap(({ rows }) => rows))
      return viewOf(states, book, { now: cx.clock.now(), intervalMs })
    },
  }
}

/** A state brought up to date, or the same with why it could not be. Throws only when interrupted. */
export async function refreshed(state: RegionState, { cx }: AwsPlace, ask: Ask): Promise<RegionState> {
  const read = readRegion(cx, state, ask).then((found) => fold(state, found))
  return orElse(read, (failure) => ({ ...state, failure }))
}

/** Asks CloudWatch for what brings a state up to date. Percentiles that cannot be had are left out. */
export async function readRegion(place: AwsContext, state: RegionState, ask: Ask): Promise<Answer> {
  const { cx, billed } = metered(place)
  const at = cx.clock.now()
  const subjects = ask.kind === 'survey' ? await listSubjects(cx) : state.subjects
  const asked = ask.kind === 'survey' ? subjects : called(state)
  const queriesOf = (subject: Subject) => worthwhileQueries(subject, state.withData.get(rowModel(subject)) ?? [])
  const queries = asked.flatMap(ask.kind === 'survey' ? allQueries : queriesOf)
  const minutes = await getWholeData(cx, [...TOTALS, ...queries], ask.window, MINUTE_MS / 1_000)
  const rows = asked.flatMap((subject) => rowsOf(subject, state, minutes, ask.window))
  const timed = called({ subjects, rows: [...state.rows, ...rows] }).filter(({ mantle }) => !mantle)
  const latency = ask.withoutPercentiles ? NO_PERCENTILES : await readPercentiles(cx, timed, ask.hour)
  const withData = asked.map((subject) => [rowModel(subject), metricsWithData(subject, minutes)] as const)
  return {
    ask,
    at,
    subjects,
    withData: ask.kind === 'survey' ? new Map(withData) : state.withData,
    rows,
    ...latency,
    accountCalls: TOTALS.reduce((sum, query) => sum + sumOf(minutes, query), 0),
    metrics: billed.get('metrics') ?? 0,
    lists: billed.get('metric-listings') ?? 0,
  }
}

async function listSubjects(cx: AwsContext): Promise<Subject[]> {
  const [{ models, tiers }, mantle] = await Promise.all([listModels(cx), listMantleModels(cx)])
  const own = models.map((model): Subject => {
    const known = tiers.get(model)
    return { model, mantle: false, ...(known && { tiers: known }) }
  })
  return [...own, ...mantle.map((model) => ({ ...model, mantle: true }))]
}

/** A minute of a model that was called in several service tiers is a row for each, as it is in a report. */
function rowsOf(subject: Subject, place: PlaceId, answers: Answers, window: Window): Row[] {
  const { model, mantle, tiers } = subject
  if (mantle) return mantleRows(subject, place, answers, slotStarts(window, MINUTE_MS))
  return modelRows(model, place, answers, slotStarts(window, MINUTE_MS), tiers)
}

function metricsWithData(subject: Subject, answers: Answers): string[] {
  const found = allQueries(subject).filter((query) => sumOf(answers, query) > 0)
  return [...new Set(found.map(({ metric }) => metric))]
}

const LATENCY = TIMING_METRICS.latency
const percentile = (model: string | undefined): Query => ({ model, metric: LATENCY, stat: 'p99' })
const ACCOUNT_SAMPLES: Query = { model: undefined, metric: LATENCY, stat: 'SampleCount' }

const NO_PERCENTILES = { p99: new Map<string, number>(), missing: [], accountSamples: 0 }

/** Those of the whole hour, one point each: percentiles of minutes cannot be put together. */
async function readPercentiles(cx: AwsContext, subjects: readonly Subject[], hour: Window) {
  const about = subjects.length === 0 ? [] : [undefined, ...subjects.map(({ model }) => model)]
  const queries = about.map(percentile)
  const asked = queries.length === 0 ? [] : [...queries, ACCOUNT_SAMPLES]
  const answers = await getData(cx, asked, hour, HOUR_MS / 1_000, unavailable)
  const p99 = about.flatMap((model) => {
    const [point, ...others] = answers.points(percentile(model))
    // Two points mean that CloudWatch has cut the hour.
    return point && others.length === 0 ? [[model ?? '', point.value] as const] : []
  })
  const missing = answers.incomplete ? answers.warnings : []
  return { p99: new Map(p99), missing, accountSamples: sumOf(answers, ACCOUNT_SAMPLES) }
}

/** A server that knows no percentiles leaves the rest standing. */
function unavailable(error: unknown): Warning {
  if (!isAppError(error) || error.kind !== 'aws' || error.transient) throw error
  return { code: 'percentiles-unavailable', message: error.message }
}

function sumOf(answers: Answers, query: Query): number {
  return answers.points(query).reduce((sum, { value }) => sum + value, 0)
}
