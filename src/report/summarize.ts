import type { Warning } from '../core/events.ts'
import type { CallCost } from './calls.ts'
import { pricer } from './cost.ts'
import { groupFinder, isTimeGrouping, straddlesHours } from './grouping.ts'
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
import { type AttoUsd, type NanoUsd, scale, toUsd } from './money.ts'
import { addRow, addSpend, nanoCost, noPricedTally, noSpend, type PricedTally, type Spend } from './priced-tally.ts'
import type { PriceBook } from './prices/book.ts'
import { type Attempts, attemptsInMetrics, attemptsInRecords, type Tally, toUsage } from './tally.ts'
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

/** A group: its sums, and how it went. */
interface Part extends PricedTally {
  key: GroupKey
  /** By the place of a slot in the series. Most slots of most groups are empty, and have none. */
  course: Map<number, Spend & { invocations: number }>
}

/**
 * The report of a reading. A group's cost is exact and rounded once, to nano-dollars; the total is the sum of the groups as
 * printed, so that whoever adds the column up gets the same. Parts of the series are rounded each for itself. The rows are
 * walked once and none is kept.
 */
export function summarize(reading: Reading, facts: ReportFacts, book: PriceBook): ReportView {
  const { window, slotMs } = reading
  const zone = facts.timeZone ?? 'UTC'
  // Rows may be finer than the series, so that hours and days can be told apart.
  const step = Math.max(slotMs, slotLength({ start: 0, end: facts.hours * HOUR_MS }))
  const starts = slotStarts(window, step)
  const slots = starts.map(noPricedTally)
  const all = noPricedTally()
  const parts: Part[] = []
  const partOf = groupFinder(facts.by, zone, (key) => {
    const part: Part = { key, course: new Map(), ...noPricedTally() }
    parts.push(part)
    return part
  })
  const prices = pricer(book)
  const rowStarts = new Set<number>()
  for (const row of reading.rows) {
    const cost = prices.costOf(row)
    const place = Math.floor((row.start - window.start) / step)
    const slot = slots[place]
    const part = partOf(row)
    addRow(all, row, cost)
    addRow(part, row, cost)
    if (slot) {
      addRow(slot, row, cost)
      addToCourse(part, place, row, cost)
    }
    rowStarts.add(row.start)
  }

  parts.sort(dearestFirst)
  const totalCost = sum(parts.map(nanoCost))
  const attempts = facts.source === 'metrics' ? attemptsInMetrics : attemptsInRecords
  const usage = usages(reading, attempts)
  const total = usage(all, {}, totalCost)
  const told = prices.told()
  const report: Report = {
    schemaVersion: 1,
    generatedAt: iso(facts.generatedAt),
    accountId: facts.accountId,
    regions: [...facts.regions],
    source: facts.source,
    window: { start: iso(window.start), end: iso(window.end), hours: facts.hours },
    currency: 'USD',
    total,
    groups: parts.map((part): Group => ({ key: part.key, ...usage(part, part.key, nanoCost(part)) })),
    series: slots.map(
      (slot, index): Slot => ({
        start: iso(starts[index] ?? window.start),
        ...toUsage(slot, undefined, usdOrNull(nanoCost(slot)), attempts),
      }),
    ),
    projection: project(total, totalCost, window.end - window.start),
    prices: told.prices,
    unpriced: told.unpriced,
    ...(facts.quotas && { quotas: [...facts.quotas] }),
    ...(facts.calls && { calls: facts.calls }),
    warnings: distinct([
      ...reading.warnings,
      ...told.warnings,
      ...slotWarnings([...rowStarts], slotMs, facts.by, zone),
    ]),
  }
  return { report, by: facts.by, timeZone: zone, trends: trendsOf(parts, slots) }
}

function addToCourse({ course }: Part, place: number, row: Row, cost: AttoUsd | null): void {
  const at = course.get(place) ?? { invocations: 0, ...noSpend() }
  at.invocations += row.counters.invocations
  addSpend(at, cost)
  course.set(place, at)
}

type UsageOf = (sums: Tally, key: GroupKey, cost: NanoUsd | null) => Usage

/** Puts numbers that add up and percentiles, which come ready-made, together by key. */
function usages({ percentiles }: Reading, attempts: Attempts): UsageOf {
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  return (sums, key, cost) => toUsage(sums, known.get(keyText(key)), usdOrNull(cost), attempts)
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

function trendsOf(parts: readonly Part[], slots: readonly PricedTally[]): Trends {
  return {
    total: slots.map(({ counters }) => counters.invocations),
    groups: parts.map(({ course }) => slots.map((_, place) => course.get(place)?.invocations ?? 0)),
    costs: parts.map(({ course }) => slots.map((_, place) => usdOrNull(nanoCost(course.get(place) ?? noSpend())))),
  }
}

function dearestFirst(a: Part, b: Part): number {
  const costA = nanoCost(a) ?? -1n
  const costB = nanoCost(b) ?? -1n
  if (costA !== costB) return costA > costB ? -1 : 1
  return b.counters.invocations - a.counters.invocations || (keyText(a.key) < keyText(b.key) ? -1 : 1)
}

function keyText(key: GroupKey): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Where CloudWatch rounds the window to hours of UTC, those of a zone with a half hour fall between. */
function slotWarnings(starts: readonly number[], slotMs: number, by: readonly string[], zone: string): Warning[] {
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
