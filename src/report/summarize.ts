import type { Warning } from '../core/events.ts'
import type { CallCost } from './calls.ts'
import { type Costing, priceRows } from './cost.ts'
import { groupKeys, isTimeGrouping, straddlesHours } from './grouping.ts'
import type {
  Group,
  GroupKey,
  QuotaLine,
  Reading,
  Report,
  ReportView,
  Row,
  Slot,
  SourceName,
  Trends,
  Usage,
} from './model.ts'
import { type NanoUsd, scale, toNano, toUsd } from './money.ts'
import type { PriceBook } from './prices/book.ts'
import { type Attempts, attemptsInMetrics, attemptsInRecords, tally, toUsage } from './tally.ts'
import { DAY_MS, HOUR_MS, slotLength, slotStarts } from './window.ts'

const PROJECTION_DAYS = 30

/** What the report says besides numbers. */
export interface ReportFacts {
  /** ms since the epoch. */
  generatedAt: number
  accountId: string
  regions: readonly string[]
  source: SourceName
  /** As it was asked for; the reading's window may begin a little earlier. */
  hours: number
  /** What to group by: `hour`, `day`, and dimensions that every row must have. */
  by: readonly string[]
  /** Whose hours and days; UTC by default. */
  timeZone?: string
  /** Where quotas were asked for. */
  quotas?: readonly QuotaLine[]
  /** Where AWS was asked. */
  calls?: CallCost
}

interface Part {
  key: GroupKey
  rows: Row[]
  cost: NanoUsd | null
}

/**
 * The report of a reading. A group's cost is exact and rounded once, to nano-dollars; the total is the sum of the groups as
 * printed, so that whoever adds the column up gets the same. Parts of the series are rounded each for itself.
 */
export function summarize(reading: Reading, facts: ReportFacts, book: PriceBook): ReportView {
  const { rows, window, slotMs } = reading
  const costing = priceRows(rows, book)
  const zone = facts.timeZone ?? 'UTC'
  const parts = partition(rows, groupKeys(facts.by, zone), costing).sort(dearestFirst)
  const totalCost = sum(parts.map((part) => part.cost))
  // Rows may be finer than the series, so that hours and days can be told apart.
  const step = Math.max(slotMs, slotLength({ start: 0, end: facts.hours * HOUR_MS }))
  const starts = slotStarts(window, step)
  const slotOf = ({ start }: Row) => Math.floor((start - window.start) / step)
  const bySlot = groupBy(rows, (row) => String(slotOf(row)))
  const slotRows = starts.map((_, index) => bySlot.get(String(index)) ?? [])
  const attempts = facts.source === 'metrics' ? attemptsInMetrics : attemptsInRecords
  const usage = usages(reading, attempts)
  const total = usage(rows, {}, totalCost)
  const report: Report = {
    schemaVersion: 1,
    generatedAt: iso(facts.generatedAt),
    accountId: facts.accountId,
    regions: [...facts.regions],
    source: facts.source,
    window: { start: iso(window.start), end: iso(window.end), hours: facts.hours },
    currency: 'USD',
    total,
    groups: parts.map((part): Group => ({ key: part.key, ...usage(part.rows, part.key, part.cost) })),
    series: starts.map((start, index): Slot => {
      const inSlot = slotRows[index] ?? []
      return {
        start: iso(start),
        ...toUsage(tally(inSlot), undefined, usdOrNull(exactCost(inSlot, costing)), attempts),
      }
    }),
    projection: project(total, totalCost, window.end - window.start),
    prices: costing.prices,
    unpriced: costing.unpriced,
    ...(facts.quotas && { quotas: [...facts.quotas] }),
    ...(facts.calls && { calls: facts.calls }),
    warnings: distinct([...reading.warnings, ...costing.warnings, ...slotWarnings(reading, facts.by, zone)]),
  }
  return {
    report,
    by: facts.by,
    timeZone: zone,
    trends: trendsOf(parts, slotRows, slotOf, costing),
  }
}

function partition(rows: readonly Row[], keyOf: (row: Row) => GroupKey, costing: Costing): Part[] {
  const groups = groupBy(rows, (row) => keyText(keyOf(row)))
  return [...groups.values()].map((members) => ({
    key: keyOf(members[0] as Row),
    rows: members,
    cost: exactCost(members, costing),
  }))
}

type UsageOf = (rows: readonly Row[], key: GroupKey, cost: NanoUsd | null) => Usage

/** Puts numbers that add up and percentiles, which come ready-made, together by key. */
function usages({ percentiles }: Reading, attempts: Attempts): UsageOf {
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  return (rows, key, cost) => toUsage(tally(rows), known.get(keyText(key)), usdOrNull(cost), attempts)
}

/** Null when there are rows and none is priced; what was not used cost nothing. */
function exactCost(rows: readonly Row[], costing: Costing): NanoUsd | null {
  const known = rows.flatMap((row) => costing.costs.get(row) ?? [])
  return rows.length > 0 && known.length === 0 ? null : toNano(known.reduce((total, cost) => total + cost, 0n))
}

function sum(costs: readonly (NanoUsd | null)[]): NanoUsd | null {
  const known = costs.filter((cost) => cost !== null)
  return costs.length > 0 && known.length === 0 ? null : known.reduce((total, cost) => total + cost, 0n)
}

function project(total: Usage, cost: NanoUsd | null, windowMs: number): Report['projection'] {
  const horizonMs = PROJECTION_DAYS * DAY_MS
  const rate = (value: number) => Math.round((value * horizonMs) / windowMs)
  return {
    days: PROJECTION_DAYS,
    invocations: rate(total.invocations),
    inputTokens: rate(total.inputTokens),
    outputTokens: rate(total.outputTokens),
    costUsd: cost === null ? null : toUsd(scale(cost, horizonMs, windowMs)),
    method: 'run-rate',
  }
}

/** Most slots of most groups are empty: what is not used costs no time. */
function trendsOf(
  parts: readonly Part[],
  slotRows: readonly Row[][],
  slotOf: (row: Row) => number,
  costing: Costing,
): Trends {
  const none = slotRows.map(() => 0)
  const courses = parts.map((part) => {
    const course = { invocations: none.slice(), costs: none.slice() as (number | null)[] }
    for (const [slot, rows] of groupBy(part.rows, (row) => String(slotOf(row)))) {
      course.invocations[Number(slot)] = invocations(rows)
      course.costs[Number(slot)] = usdOrNull(exactCost(rows, costing))
    }
    return course
  })
  return {
    total: slotRows.map(invocations),
    groups: courses.map((course) => course.invocations),
    costs: courses.map((course) => course.costs),
  }
}

function invocations(rows: readonly Row[]): number {
  return rows.reduce((count, row) => count + row.counters.invocations, 0)
}

function dearestFirst(a: Part, b: Part): number {
  const costA = a.cost ?? -1n
  const costB = b.cost ?? -1n
  if (costA !== costB) return costA > costB ? -1 : 1
  return invocations(b.rows) - invocations(a.rows) || (keyText(a.key) < keyText(b.key) ? -1 : 1)
}

function keyText(key: GroupKey): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const members = groups.get(key(item))
    if (members) members.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

/** Where CloudWatch rounds the window to hours of UTC, those of a zone with a half hour fall between. */
function slotWarnings({ rows, slotMs }: Reading, by: readonly string[], zone: string): Warning[] {
  const starts = [...new Set(rows.map((row) => row.start))]
  if (!by.some(isTimeGrouping) || !straddlesHours(starts, slotMs, zone)) return []
  const message = `what was used in an hour counts where the hour begins: this source's hours are not those of ${zone}`
  return [{ code: 'hours-rounded', message }]
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [JSON.stringify([warning.code, warning.message]), warning])).values()]
}

function usdOrNull(cost: NanoUsd | null): number | null {
  return cost === null ? null : toUsd(cost)
}

/** ISO 8601 in UTC to the second. */
function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
