import type { Warning } from '../core/events.ts'
import { addUp, keyText, type Part, type SlotUse } from './add-up.ts'
import type { CallCost } from './calls.ts'
import { isTimeGrouping, straddlesHours } from './grouping.ts'
import type { Attempts, Group, QuotaLine, Reading, Report, ReportView, Slot, Trends, Usage } from './model.ts'
import { type NanoUsd, scale, toUsd } from './money.ts'
import { nanoCost, type PricedTally } from './priced-tally.ts'
import type { PriceBook } from './prices/book.ts'
import { attemptsInMetrics, type Tally, toUsage } from './tally.ts'
import { DAY_MS, HOUR_MS, slotLength, slotStarts } from './window.ts'

const PROJECTION_DAYS = 30

/** What the report says besides numbers. */
export interface ReportFacts {
  /** ms since the epoch. */
  generatedAt: number
  accounts: readonly string[]
  regions: readonly string[]
  /** Its name. */
  source: string
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

/**
 * The report of a reading. A group's cost is exact and rounded once, to nano-dollars; the total is the sum of the groups as
 * printed, so that whoever adds the column up gets the same. Parts of the series are rounded each for itself.
 */
export function summarize(reading: Reading, facts: ReportFacts, book: PriceBook): ReportView {
  const { window, slotMs, attempts = attemptsInMetrics } = reading
  const zone = facts.timeZone ?? 'UTC'
  // Rows may be finer than the series, so that hours and days can be told apart.
  const step = Math.max(slotMs, slotLength({ start: 0, end: facts.hours * HOUR_MS }))
  const starts = slotStarts(window, step)
  const { all, parts, slots, rowStarts, prices } = addUp(reading.rows, { starts, step, by: facts.by, zone }, book)
  const groups = parts.map(toGroup).sort(dearestFirst)
  const totalCost = all.lost ? null : sum(groups.map(({ cost }) => cost))
  const usage = usages(reading, attempts)
  const total = usage(all, keyText({}), totalCost)
  const report: Report = {
    schemaVersion: 1,
    generatedAt: iso(facts.generatedAt),
    accountId: accountOf(facts),
    accounts: facts.accounts.map((id) => ({ id })),
    regions: [...facts.regions],
    source: facts.source,
    window: { start: iso(window.start), end: iso(window.end), hours: facts.hours },
    currency: 'USD',
    total,
    groups: groups.map(({ part, cost }): Group => ({ key: part.key, ...usage(part, part.text, cost) })),
    series: slots.map(
      (slot, index): Slot => ({
        start: iso(starts[index] ?? window.start),
        ...toUsage(slot, undefined, usdOrNull(nanoCost(slot)), attempts),
      }),
    ),
    projection: project(total, totalCost, window.end - window.start),
    prices: prices.prices,
    unpriced: prices.unpriced,
    ...(facts.quotas && { quotas: [...facts.quotas] }),
    ...(facts.calls && { calls: facts.calls }),
    warnings: distinct([...reading.warnings, ...prices.warnings, ...slotWarnings(rowStarts, slotMs, facts.by, zone)]),
  }
  return { report, by: facts.by, timeZone: zone, trends: trendsOf(groups, slots) }
}

/** The only one; null where there are several, or none is known. */
function accountOf({ accounts: [only, ...others] }: ReportFacts): string | null {
  return only !== undefined && others.length === 0 ? only : null
}

/** A group whose cost is rounded. */
interface PricedPart {
  part: Part
  cost: NanoUsd | null
}

function toGroup(part: Part): PricedPart {
  return { part, cost: nanoCost(part) }
}

type UsageOf = (sums: Tally, key: string, cost: NanoUsd | null) => Usage

/** Puts numbers that add up and percentiles, which come ready-made, together by key. */
function usages({ percentiles }: Reading, attempts: Attempts): UsageOf {
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  return (sums, key, cost) => toUsage(sums, known.get(key), usdOrNull(cost), attempts)
}

function sum(costs: readonly (NanoUsd | null)[]): NanoUsd | null {
  const known = costs.filter((cost) => cost !== null)
  return costs.length > 0 && known.length === 0 ? null : known.reduce((total, cost) => total + cost, 0n)
}

function project(total: Usage, cost: NanoUsd | null, windowMs: number): Report['projection'] {
  const horizonMs = PROJECTION_DAYS * DAY_MS
  const rate = (value: number | null) => (value === null ? null : Math.round((value * horizonMs) / windowMs))
  return {
    days: PROJECTION_DAYS,
    invocations: rate(total.invocations),
    inputTokens: rate(total.inputTokens),
    outputTokens: rate(total.outputTokens),
    costUsd: cost === null ? null : toUsd(scale(cost, horizonMs, windowMs)),
    method: 'run-rate',
  }
}

function trendsOf(groups: readonly PricedPart[], slots: readonly PricedTally[]): Trends {
  const none = slots.map(() => 0)
  const course = <T>({ part }: PricedPart, of: (use: SlotUse) => T) => {
    const values: (T | number)[] = none.slice()
    for (const use of part.course) values[use.place] = of(use)
    return values
  }
  return {
    total: slots.map(({ counters }) => counters.invocations),
    groups: groups.map((group) => course(group, ({ invocations }) => invocations)),
    costs: groups.map((group) => course(group, (use) => usdOrNull(nanoCost(use)))),
  }
}

function dearestFirst(a: PricedPart, b: PricedPart): number {
  const costA = a.cost ?? -1n
  const costB = b.cost ?? -1n
  if (costA !== costB) return costA > costB ? -1 : 1
  const { text, counters } = a.part
  return b.part.counters.invocations - counters.invocations || (text < b.part.text ? -1 : 1)
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
