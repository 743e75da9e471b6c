import type { AwsPlace } from '../../aws/context.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { type PlaceId, placeKey, placeName } from '../../core/place.ts'
import { callCost } from '../../report/calls.ts'
import { pricer } from '../../report/cost.ts'
import type { Dimensions, GroupPercentiles } from '../../report/model.ts'
import type { PriceBook } from '../../report/prices/book.ts'
import type { QuotaLine } from '../../report/quotas/line.ts'
import type { ProfileLine } from '../../report/report-lines.ts'
import { type BudgetLine, readBudgets } from '../../report/sources/budgets.ts'
import { SOURCES } from '../../report/sources/index.ts'
import { metered } from '../../report/sources/metered.ts'
import { dimensionsOf } from '../../report/sources/metrics/rows.ts'
import type { KnownAccount } from '../../report/sources/source.ts'
import { teamFinder } from '../../report/teams/match.ts'
import type { TeamRule } from '../../report/teams/rules.ts'
import { DAY_MS, MINUTE_MS } from '../../report/window.ts'
import { newRegion, nextAsk, type RegionState } from '../region-state.ts'
import { rowModel } from '../subject.ts'
import { keptPrices, refreshed, type WatchPrices } from '../watcher.ts'
import { type Callers, LOG } from './callers.ts'
import { createFeatures, type FeatureCounters, type FeaturesTold } from './features.ts'
import { readLatencies, readQuotas } from './gauges.ts'
import { anew, type Labels, type Ledger, newLedger, outdated, settle, trouble, usesOf } from './ledger.ts'
import type { Saved } from './saved.ts'

/** Prices, and what is known of application inference profiles. */
export type ExporterPrices = WatchPrices<{ book: PriceBook; profiles?: readonly ProfileLine[] }>

export interface ExporterRequest {
  places: readonly [AwsPlace, ...AwsPlace[]]
  /** Places that have come since it was last asked. */
  joined?(): Promise<readonly AwsPlace[]>
  prices: ExporterPrices
  intervalMs: number
  /** The AWS Budget that is told of. */
  budgetName: string
  /** Rules that CloudWatch's metrics can be told by, and those for what the log tells; none: there is no label for teams. */
  teams: { ofModels: readonly TeamRule[] | undefined; ofCallers: readonly TeamRule[] | undefined }
  accounts: readonly KnownAccount[]
  callers?: (saved: Saved['callers']) => Callers
  /** What AWS bills of the reads of callers. */
  billed?: readonly ReadonlyMap<string, number>[]
  saved?: Saved | undefined
}

/** A place as it was last read. */
export interface PlaceTold {
  state: RegionState
  ledger: Ledger
  features: FeaturesTold
  latencies: readonly GroupPercentiles[]
  quotas: readonly QuotaLine[]
}

/** All that there is to be told. */
export interface Told {
  places: readonly PlaceTold[]
  /** Accounts that could not be opened. */
  unread: readonly string[]
  budgets: readonly BudgetLine[]
  callers: Callers | undefined
  awsUsd: number
}

export interface Exporter {
  told(): Told
  saved(): Saved
  /**
   * Reads what is new: once an interval, however many ask for it. A place that fails keeps its numbers.
   * @returns what is to be said: that a place fails, or does again
   * @throws AppError when interrupted
   */
  refresh(): Promise<readonly Warning[]>
  /** What a day of reading costs at the pace of the reads so far, US dollars, at most. */
  dailyUsd(): number
}

/** A minute is counted when it has been over for so long: CloudWatch mostly has it then, and is asked for it again later. */
const LATE_MS = 2 * MINUTE_MS
/** Quotas and budgets are asked for no more often than this, and latencies are of no shorter time. */
const SLOW_MS = 5 * MINUTE_MS

const minute = (time: number) => Math.floor(time / MINUTE_MS) * MINUTE_MS

export function createExporter(request: ExporterRequest): Exporter {
  const { intervalMs, budgetName, teams, accounts, saved } = request
  const [{ cx }] = request.places
  const meters: ReturnType<typeof metered>[] = []
  const places: AwsPlace[] = []
  const features: FeatureCounters[] = []
  let told: PlaceTold[] = []
  const pricesOf = keptPrices(cx.clock, request.prices)
  const callers = request.callers?.(saved?.callers)
  const unread = accounts.flatMap(({ id, error }) => (error ? id : []))
  const ledgerOf = (key: string) => saved?.ledgers.get(key) ?? newLedger(minute(cx.clock.now()))
  const add = (given: AwsPlace) => {
    const meter = metered(given.cx)
    const place = { ...given, cx: meter.cx }
    const feature = createFeatures(place, ledgerOf(featuresKey(place)))
    meters.push(meter)
    places.push(place)
    features.push(feature)
    const ledger = ledgerOf(placeKey(place))
    told.push({ state: newRegion(place), ledger, features: feature.told, latencies: [], quotas: [] })
  }
  for (const place of request.places) add(place)
  let budgets: readonly BudgetLine[] = []
  let slowAt = Number.NEGATIVE_INFINITY
  const said = new Set<string>()
  const reads: number[] = []

  const spent = () => callCost([...meters.map(({ billed }) => billed), ...(request.billed ?? [])], RATES_READ).usd

  const read = async (now: number) => {
    const warnings: Warning[] = []
    const begun = (ledger: Ledger, name: string) => {
      const why = outdated(ledger, now)
      if (why === undefined) return
      warnings.push(anew(name, why))
      Object.assign(ledger, newLedger(minute(now)))
    }
    const states = await Promise.all(
      told.map(async ({ state, ledger }, index) => {
        const place = places[index] ?? request.places[0]
        begun(ledger, placeName(place, places))
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
      features.map(async ({ told: { failure, ledger }, read }, index) => {
        const name = `guardrails, agents and flows of ${placeName(places[index] ?? request.places[0], places)}`
        begun(ledger, name)
        const found = await read(minute(now - LATE_MS))
        // Where there is none of it, what fails is told of the place.
        if (ledger.series.size > 0) warnings.push(...trouble(name, failure, features[index]?.told.failure))
        return found
      }),
    )
    const priced = await pricesOf([...states.flatMap(({ rows }) => rows), ...ofCallers, ...policies.flat()])
    for (const { count } of features) count(priced.book)
    const price = pricer(priced.book)
    const names = { accounts, profiles: 'profiles' in priced ? priced.profiles : undefined }
    const teamBy = (rules: readonly TeamRule[] | undefined) => {
      if (!rules) return () => ({})
      const find = teamFinder(rules, names)
      return (dimensions: Dimensions): Labels => ({ team: find(dimensions) })
    }
    const teamOf = teamBy(teams.ofModels)
    const labelsOf = (state: RegionState) => (model: string) => {
      const dimensions = dimensionsOf(model, state)
      const { account, region, profile = '' } = dimensions
      return { account, region, model, profile, ...teamOf(dimensions) }
    }
    for (const [index, state] of states.entries()) {
      const ledger = told[index]?.ledger
      if (!ledger || state.failure || !state.hour) continue
      const listed = state.subjects.map(rowModel)
      const through = minute(state.refreshedAt - LATE_MS)
      settle(
        ledger,
        { uses: usesOf(state.rows, price), listed, through, open: state.hour.start },
        { labelsOf: labelsOf(state), now },
      )
    }
    warnings.push(...(callers?.count(ofCallers, price, teamBy(teams.ofCallers)) ?? []))
    const isSlow = now - slowAt >= SLOW_MS
    if (isSlow) slowAt = now
    const end = minute(now - LATE_MS)
    const span = { start: end - Math.max(SLOW_MS, minute(intervalMs)), end }
    const gauges = await Promise.all(
      states.map(async (state, index): Promise<PlaceTold> => {
        const before = told[index] as PlaceTold
        if (state.failure) return { ...before, state, latencies: [], quotas: [] }
        const place = places[index] ?? request.places[0]
        try {
          const [latencies, quotas] = await Promise.all([
            readLatencies(place, state.rows, span),
            isSlow ? readQuotas(place, state.rows, span) : { quotas: before.quotas, warnings: [] },
          ])
          warnings.push(...quotas.warnings)
          return { ...before, state, latencies, quotas: quotas.quotas }
        } catch (error) {
          // Credentials that have run out, say: it ends no exporter.
          if (!isAppError(error) || error.kind === 'interrupted') throw error
          return { ...before, state: { ...state, failure: error }, latencies: [], quotas: [] }
        }
      }),
    )
    if (isSlow) {
      const found = await readBudgets(places, budgetName)
      budgets = found.budgets
      warnings.push(...found.warnings)
    }
    for (const [index, { state }] of gauges.entries()) {
      warnings.push(...trouble(placeName(state, places), told[index]?.state.failure, state.failure))
    }
    told = gauges
    return warnings
  }

  return {
    told: () => ({ places: told, unread, budgets, callers, awsUsd: (saved?.awsUsd ?? 0) + spent() }),
    saved: () => ({
      awsUsd: (saved?.awsUsd ?? 0) + spent(),
      ledgers: new Map(
        told.flatMap(({ state, ledger, features }) => [
          [placeKey(state), ledger],
          [featuresKey(state), features.ledger],
        ]),
      ),
      callers: callers?.counted,
    }),
    async refresh() {
      for (const place of (await request.joined?.()) ?? []) add(place)
      const before = spent()
      const warnings = await read(cx.clock.now())
      reads.push(spent() - before)
      const isNew = ({ code, message }: Warning) => {
        if (code === 'exporter-behind') return true
        const key = `${code} ${message}`
        return !said.has(key) && said.add(key)
      }
      return warnings.filter(isNew)
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
