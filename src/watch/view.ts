import type { Warning } from '../core/events.ts'
import { accountsOf, regionsOf } from '../core/place.ts'
import { grouped } from '../report/arrange.ts'
import {
  COUNTERS,
  type GroupKey,
  type GroupPercentiles,
  type Row,
  type Told,
  type Usage,
  type Window,
} from '../report/model.ts'
import type { PriceBook } from '../report/prices/book.ts'
import { reportAccounts } from '../report/sources/linked.ts'
import { TIMING_NAMES } from '../report/sources/metrics/names.ts'
import type { KnownAccount } from '../report/sources/source.ts'
import { unread } from '../report/spending.ts'
import { summarize } from '../report/summarize.ts'
import { noTally, toUsage } from '../report/tally.ts'
import { lastHours, MINUTE_MS } from '../report/window.ts'
import { hourlyCost, type RegionState } from './region-state.ts'

const MINUTES = 60
/** The minute under way is not through, and so is no part of what is "now". */
const RECENT = { from: MINUTES - 6, to: MINUTES - 1 }

export type Watched = ReturnType<typeof watched>
export type WatchView = ReturnType<typeof viewOf>
export type WatchedModel = WatchView['models'][number]

export function viewOf(
  states: readonly RegionState[],
  book: PriceBook,
  { now, intervalMs }: { now: number; intervalMs: number },
) {
  const accounts = accountsOf(states)
  const regions = regionsOf(states)
  const ends = states.flatMap(({ hour }) => hour?.end ?? [])
  const hour = lastHours(ends.length > 0 ? Math.max(...ends) : now, 1)
  const rows = states.flatMap((state) => state.rows).filter(({ start }) => start >= hour.start)
  const missing = states.flatMap((state) => state.missing)
  const isPart = states.some(({ failure }) => failure)
  const read = { window: hour, rows, percentiles: percentilesOf(states), warnings: missing }
  const told = { accounts: accounts.map((id) => ({ id })), regions, source: 'metrics', hours: 1 } as const
  const { report } = summarize(
    { ...read, ...(isPart && { unread: 'regions' as const }) },
    { ...told, generatedAt: now, by: ['model', 'account', 'region'] },
    book,
  )
  const isBehind = (key: GroupKey) =>
    states.some(({ account, region, failure }) => failure && account === key.account && region === key.region)
  const courses = grouped(rows, (row) => placeOf(row.dimensions))
  return {
    accounts,
    regions,
    now,
    hour,
    intervalMs,
    models: report.groups.map(({ key, ...usage }) => ({
      model: key.model ?? '',
      account: key.account ?? '',
      region: key.region ?? '',
      ...watched(isBehind(key) ? unread(usage) : usage, courses.get(placeOf(key)) ?? [], hour),
    })),
    total: ends.length > 0 ? watched(report.total, rows, hour) : NOTHING_KNOWN,
    stale: states.flatMap(({ account, region, failure: error, refreshedAt }) => {
      const since = Number.isFinite(refreshedAt) ? refreshedAt : undefined
      return error ? [{ account, region, since, error }] : []
    }),
    missing,
    /** What an hour of watching costs, US dollars; what it has cost so far, in metrics requested. */
    hourlyUsd: hourlyCost(states, intervalMs),
    metricsRequested: states.reduce((sum, { spent }) => sum + spent.metrics, 0),
    notes: [
      ...report.unpriced.map(({ model, reason }): Warning => ({ code: 'unpriced', message: `${model}: ${reason}` })),
      ...report.warnings,
    ],
  }
}

/** Of no Region at all there are no numbers, which is not the same as no use. */
const NOTHING_KNOWN: Watched = {
  usage: toUsage({ ...noTally(), unknown: new Set<Told>([...COUNTERS, ...TIMING_NAMES]) }, undefined, {
    costUsd: null,
    costs: null,
    pricedShare: null,
    costIsFloor: true,
    costLacks: ['reading'],
    listCostUsd: null,
    listCostIsFloor: false,
  }),
  course: [],
  recent: null,
}

/** Usage, with invocations in each of the hour's minutes, the one under way last; none where nothing could be read. */
function watched(usage: Usage, rows: readonly Row[], hour: Window) {
  const course = Array.from({ length: MINUTES }, () => 0)
  for (const { start, counters } of rows) {
    const minute = Math.floor((start - hour.start) / MINUTE_MS)
    course[minute] = (course[minute] ?? 0) + counters.invocations
  }
  const recent = course.slice(RECENT.from, RECENT.to)
  const average = recent.reduce((sum, count) => sum + count, 0) / recent.length
  return { usage, course, recent: average as number | null }
}

/** Of each model in its Region; that of everything only where one Region is everything. */
function percentilesOf(states: readonly RegionState[]): GroupPercentiles[] {
  const none = { p50: null, p90: null, p99: null }
  return states.flatMap(({ account, region, p99 }) =>
    [...p99].flatMap(([model, value]) => {
      if (model === '' && states.length > 1) return []
      const key: GroupKey = model === '' ? {} : { model, account, region }
      return [{ key, latency: { ...none, p99: value }, timeToFirstToken: none }]
    }),
  )
}

function placeOf({ model, account, region }: Readonly<Record<string, string>>): string {
  return JSON.stringify([model, account, region])
}

/** What `watch --json` prints: usage as in the report's JSON, with the invocations of each minute. Pure. */
export function watchJson(view: WatchView, known: readonly KnownAccount[] = []): object {
  const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
  const numbers = ({ usage, course }: Watched) => ({ ...usage, invocationsByMinute: course })
  const accounts = reportAccounts(view.accounts, known)
  const several = accounts.length > 1
  return {
    schemaVersion: 1,
    command: 'watch',
    ok: view.stale.length === 0 && view.missing.length === 0 && !accounts.some(({ error }) => error),
    accountId: several ? null : (view.accounts[0] ?? null),
    ...(several && { accounts }),
    regions: view.regions,
    generatedAt: iso(view.now),
    window: { start: iso(view.hour.start), end: iso(view.hour.end), hours: 1 },
    currency: 'USD',
    total: numbers(view.total),
    groups: view.models.map((one) => ({
      key: { model: one.model, ...(several && { account: one.account }), region: one.region },
      ...numbers(one),
    })),
    stale: view.stale.map(({ account, region, since, error: { code, message } }) => ({
      ...(several && { account }),
      region,
      since: since === undefined ? null : iso(since),
      error: { code, message },
    })),
    cost: { metricsRequested: view.metricsRequested, usdAnHour: Number(view.hourlyUsd.toFixed(6)) },
    warnings: view.notes,
  }
}
