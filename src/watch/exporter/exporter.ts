import type { AwsPlace } from '../../aws/context.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { type PlaceId, placeKey, placeName } from '../../core/place.ts'
import { callCost } from '../../report/calls.ts'
import { pricer } from '../../report/cost.ts'
import type { Dimensions, GroupPercentiles, Row, Window } from '../../report/model.ts'
import type { PriceBook } from '../../report/prices/book.ts'
import { MANTLE_PREFIX } from '../../report/prices/model-id.ts'
import { type BudgetLine, readBudgets } from '../../report/sources/budgets.ts'
import { SOURCES } from '../../report/sources/index.ts'
import { metered } from '../../report/sources/metered.ts'
import { readPercentiles } from '../../report/sources/metrics/percentiles.ts'
import { dimensionsOf } from '../../report/sources/metrics/rows.ts'
import { readHeadroom } from '../../report/sources/quotas.ts'
import type { KnownAccount } from '../../report/sources/source.ts'
import { type TeamRule, teamFinder } from '../../report/teams/rules.ts'
import type { ProfileLine } from '../../report/view.ts'
import { DAY_MS, MINUTE_MS } from '../../report/window.ts'
import { newRegion, nextAsk, type RegionState, rowModel } from '../region-state.ts'
import { keptPrices, refreshed, type WatchPrices } from '../watcher.ts'
import { type Callers, LOG } from './callers.ts'
import { createFeatures } from './features.ts'
import {
  anew,
  type Labels,
  type Ledger,
  minuteOf,
  newLedger,
  outdated,
  type Saved,
  settle,
  trouble,
  usesOf,
} from './ledger.ts'
import type { PlaceTold, Told } from './samples.ts'

export type ExporterPrices = WatchPrices<{ book: PriceBook; profiles?: readonly ProfileLine[] }>

export interface ExporterRequest {
  places: readonly [AwsPlace, ...AwsPlace[]]
  joined?(): Promise<readonly AwsPlace[]>
  prices: ExporterPrices
  intervalMs: number
  budgetName: string
  /** Rules that CloudWatch's metrics can be told by, and those for what the log tells; none: there is no label for teams. */
  teams: { ofModels: readonly TeamRule[] | undefined; ofCallers: readonly TeamRule[] | undefined }
  accounts: readonly KnownAccount[]
  callers?: (saved: Saved['callers']) => Callers
  billed?: readonly ReadonlyMap<string, number>[]
  saved?: Saved | undefined
}

/** A minute is counted when it has been over for so long: CloudWatch mostly has it then, and is asked for it again later. */
const LATE_MS = 2 * MINUTE_MS
/** Quotas and budgets are asked for no more often than this, and latencies are of no shorter time. */
const SLOW_MS = 5 * MINUTE_MS

export type Exporter = ReturnType<typeof createExporter>

export function createExporter(request: ExporterRequest) {
  const { intervalMs, budgetName, teams, accounts, saved } = request
  const [{ cx }] = request.places
  const all: ReturnType<typeof readingOf>[] = []
  const pricesOf = keptPrices(cx.clock, request.prices)
  const callers = request.callers?.(saved?.callers)
  const unread = accounts.flatMap(({ id, error }) => (error ? id : []))
  const readingOf = (given: AwsPlace) => {
    const { cx: metering, billed } = metered(given.cx)
    const place = { ...given, cx: metering }
    const ledgerOf = (key: string) => saved?.ledgers.get(key) ?? newLedger(minuteOf(cx.clock.now()))
    const features = createFeatures(place, ledgerOf(featuresKey(place)))
    const own = { state: newRegion(place), ledger: ledgerOf(placeKey(place)), features: features.told }
    const told: PlaceTold = { ...own, latencies: [], quotas: [] }
    return { place, billed, features, told }
  }
  all.push(...request.places.map(readingOf))
  let budgets: readonly BudgetLine[] = []
  let slowAt = Number.NEGATIVE_INFINITY
  const said = new Set<string>()
  const reads: number[] = []

  const spent = () => callCost([...all.map(({ billed }) => billed), ...(request.billed ?? [])], RATES_READ).usd
  const awsUsd = () => (saved?.awsUsd ?? 0) + spent()

  const read = async (now: number) => {
    const warnings: Warning[] = []
    const end = minuteOf(now - LATE_MS)
    const places = all.map(({ place }) => place)
    const nameOf = (place: PlaceId) => placeName(place, places)
    const begun = (ledger: Ledger, name: string) => {
      const why = outdated(ledger, now)
      if (why === undefined) return
      warnings.push(anew(name, why))
      Object.assign(ledger, newLedger(minuteOf(now)))
    }
    const states = await Promise.all(
      all.map(async ({ place, told: { state, ledger } }) => {
        begun(ledger, nameOf(place))
        const read = await refreshed(state, place, askOf(state, ledger, now))
        // Of models that were not called before there is nothing in it yet.
        const again = askOf(read, ledger, now)
        return read.othersCalled && !read.failure && again.kind === 'survey' ? refreshed(read, place, again) : read
      }),
    )
    const before = callers?.failure
    const ofCallers = (await callers?.read()) ?? []
    warnings.push(...trouble(LOG, before, callers?.failure))
    const policies = await Promise.all(
      all.map(async ({ place, features: { told, read } }) => {
        const name = `guardrails, agents and flows of ${nameOf(place)}`
        const { failure } = told
        begun(told.ledger, name)
        const found = await read(end)
        // Where there is none of it, what fails is told of the place.
        if (told.ledger.series.size > 0) warnings.push(...trouble(name, failure, told.failure))
        return found
      }),
    )
    const priced = await pricesOf([...states.flatMap(({ rows }) => rows), ...ofCallers, ...policies.flat()])
    const price = pricer(priced.book)
    const names = { accounts, profiles: 'profiles' in priced ? priced.profiles : undefined }
    const teamBy = (rules: readonly TeamRule[] | undefined) => {
      const find = rules && teamFinder(rules, names)
      return (dimensions: Dimensions): Labels => (find ? { team: find(dimensions) } : {})
    }
    const teamOf = teamBy(teams.ofModels)
    for (const [index, { features, told }] of all.entries()) {
      features.count(priced.book)
      const state = states[index]
      if (!state || state.failure || !state.hour) continue
      const labelsOf = (model: string): Labels => {
        const dimensions = dimensionsOf(model, state)
        const { account, region, profile = '' } = dimensions
        return { account, region, model, profile, ...teamOf(dimensions) }
      }
      const listed = state.subjects.map(rowModel)
      const through = minuteOf(state.refreshedAt - LATE_MS)
      const found = { uses: usesOf(state.rows, price), listed, through, open: state.hour.start }
      settle(told.ledger, found, { labelsOf, now })
    }
    warnings.push(...(callers?.count(ofCallers, price, teamBy(teams.ofCallers)) ?? []))
    const isSlow = now - slowAt >= SLOW_MS
    if (isSlow) slowAt = now
    const span = { start: end - Math.max(SLOW_MS, minuteOf(intervalMs)), end }
    const gauges = await Promise.all(
      all.map(async ({ place, told }, index): Promise<PlaceTold> => {
        const state = states[index] ?? told.state
        const without = { ...told, state, latencies: [], quotas: [] }
        if (state.failure) return without
        try {
          const [latencies, quotas] = await Promise.all([
            readLatencies(place, state.rows, span),
            isSlow ? readQuotas(place, state.rows, span) : told,
          ])
          if ('warnings' in quotas) warnings.push(...quotas.warnings)
          return { ...told, state, latencies, quotas: quotas.quotas }
        } catch (error) {
          // Credentials that have run out, say: it ends no exporter.
          if (!isAppError(error) || error.kind === 'interrupted') throw error
          return { ...without, state: { ...state, failure: error } }
        }
      }),
    )
    if (isSlow) {
      const found = await readBudgets(places, budgetName)
      budgets = found.budgets
      warnings.push(...found.warnings)
    }
    for (const [index, one] of all.entries()) {
      const told = gauges[index] ?? one.told
      warnings.push(...trouble(nameOf(one.place), one.told.state.failure, told.state.failure))
      one.told = told
    }
    return warnings
  }

  return {
    told: (): Told => ({ places: all.map(({ told }) => told), unread, budgets, callers, awsUsd: awsUsd() }),
    saved: (): Saved => {
      const ledgers = all.flatMap(({ place, told: { ledger, features } }): [string, Ledger][] => [
        [placeKey(place), ledger],
        [featuresKey(place), features.ledger],
      ])
      return { awsUsd: awsUsd(), ledgers: new Map(ledgers), callers: callers?.counted }
    },
    /** Reads what is new, and tells what is to be said of it. A place that fails keeps its numbers. Throws only when interrupted. */
    async refresh(): Promise<readonly Warning[]> {
      all.push(...((await request.joined?.()) ?? []).map(readingOf))
      const before = spent()
      const warnings = await read(cx.clock.now())
      reads.push(spent() - before)
      return warnings.filter(({ code, message }) => {
        const key = `${code} ${message}`
        return code === 'exporter-behind' || (!said.has(key) && said.add(key))
      })
    },
    dailyUsd: () => (DAY_MS / intervalMs) * (reads.reduce((sum, usd) => sum + usd, 0) / Math.max(1, reads.length)),
  }
}

const featuresKey = (place: PlaceId) => `${placeKey(place)} features`

const RATES_READ = [...new Map(SOURCES.flatMap(({ bills }) => bills).map((rate) => [rate.unit, rate])).values()]

/** What was not read yet is asked for, too, however long ago that is. */
function askOf(state: RegionState, { from }: Ledger, now: number) {
  const ask = { ...nextAsk(state, now), withoutPercentiles: true } as const
  if (ask.kind === 'minutes' || from >= ask.window.start) return ask
  return { ...ask, window: { start: from, end: ask.window.end } }
}

const within = (rows: readonly Row[], { start, end }: Window) =>
  rows.filter((row) => row.start >= start && row.start < end)

/** Latencies of the models that were called in a span, by model. None where there are none, or CloudWatch does not tell. */
async function readLatencies({ cx }: AwsPlace, rows: readonly Row[], span: Window): Promise<GroupPercentiles[]> {
  const called = within(rows, span).filter(({ latency }) => latency.samples > 0)
  const models = new Set(called.map(({ dimensions }) => dimensions.model))
  const timed = [...models].filter((model) => !model.startsWith(MANTLE_PREFIX))
  return timed.length === 0 ? [] : (await readPercentiles(cx, timed, span, false)).models
}

async function readQuotas(place: AwsPlace, rows: readonly Row[], span: Window) {
  const used = within(rows, span)
  return used.length === 0 ? { quotas: [], warnings: [] } : readHeadroom([place], used, span)
}
