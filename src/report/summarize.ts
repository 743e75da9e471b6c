import type { Warning } from '../core/events.ts'
import { addUp, keyText, type Part, type PricedTally, type Sums } from './add-up.ts'
import { askedOf, boundsOf, partKeys, seriesSlots, timeUnit, within } from './calendar.ts'
import type { CallCost } from './calls.ts'
import { isTimeGrouping, timeOrder } from './grouping.ts'
import type {
  Attempts,
  Group,
  ProfileLine,
  Projection,
  Reading,
  Report,
  ReportView,
  Slot,
  Trends,
  Usage,
  Window,
} from './model.ts'
import { type NanoUsd, scale, toNano, toUsd } from './money.ts'
import type { PriceBook } from './prices/book.ts'
import type { QuotaLine } from './quotas/line.ts'
import {
  addLack,
  costOf,
  isUntold,
  type Rounded,
  roundAlone,
  roundTogether,
  type Spend,
  toSpending,
} from './spending.ts'
import { attemptsInMetrics, toUsage } from './tally.ts'
import { DAY_MS, HOUR_MS, type Unit } from './window.ts'

const PROJECTION_DAYS = 30
const NO_KEYS: ReadonlySet<string> = new Set()
/** Less is no rate: the first calls of a day would be projected as if they went on. */
const LEAST_BASIS_HOURS = 3

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
  /** Names behind ids. */
  profiles?: readonly ProfileLine[]
  /** Where quotas were asked for. */
  quotas?: readonly QuotaLine[]
  /** Where AWS was asked. */
  calls?: CallCost
}

/**
 * The report of a reading. The total's cost is exact and rounded once, to nano-dollars. Groups add up to it as they are printed,
 * and so do the slots of the series and the kinds of billed things, so that whoever adds them up gets the same.
 */
export function summarize(reading: Reading, facts: ReportFacts, book: PriceBook): ReportView {
  const { window, attempts = attemptsInMetrics } = reading
  const { by, hours, timeZone: zone = 'UTC' } = facts
  const asked = askedOf(window, hours)
  const series = seriesSlots(window, hours, by, zone)
  const unit = timeUnit(by)
  const kept = unit && by.every(isTimeGrouping) ? hoursOrDays(asked, unit, zone) : []
  const sums = addUp(reading.rows, { starts: series.map(({ start }) => start), by, zone, kept }, book)
  const { all, parts, slots, prices } = sums
  const cut = unit ? partKeys(asked, unit, zone) : NO_KEYS
  const partial = { partial: true } as const
  for (const sum of unreadOf(reading, facts.by, sums)) addLack(sum, 'reading')
  const groups = inOrder(roundTogether(parts.sort(byText)), by)
  const ofAll = roundAlone(all)
  const usage = usages(reading, attempts)
  const total = usage(all, keyText({}), ofAll)
  const report: Report = {
    schemaVersion: 1,
    generatedAt: iso(facts.generatedAt),
    accountId: accountOf(facts),
    accounts: facts.accounts.map((id) => ({ id })),
    regions: [...facts.regions],
    source: facts.source,
    basis: all.list ? 'discounted' : 'list',
    window: { start: iso(window.start), end: iso(window.end), hours: facts.hours },
    currency: 'USD',
    total,
    groups: groups.map(
      (group): Group => ({
        key: group.of.key,
        ...(unit && cut.has(group.of.key[unit] ?? '') && partial),
        ...usage(group.of, group.of.text, group),
      }),
    ),
    series: roundTogether(slots).map(
      (slot, index): Slot => ({
        start: iso(series[index]?.start ?? window.start),
        ...(series[index]?.isPart && partial),
        ...toUsage(slot.of, undefined, toSpending(slot), attempts),
      }),
    ),
    projection: project(total, costOf(ofAll), basisOf(sums, reading, facts.generatedAt)),
    prices: prices.prices,
    unpriced: prices.unpriced,
    doubts: prices.doubts,
    ...(facts.profiles && facts.profiles.length > 0 && { profiles: [...facts.profiles] }),
    ...(facts.quotas && { quotas: [...facts.quotas] }),
    ...(facts.calls && { calls: facts.calls }),
    warnings: distinct([...reading.warnings, ...prices.warnings]),
  }
  return { report, by: facts.by, timeZone: zone, trends: trendsOf(groups, slots) }
}

/** When the hours or days of a window begin, the first of them with the window. */
function hoursOrDays(window: Window, unit: Unit, zone: string): number[] {
  return within(boundsOf(window, unit, zone), window).slice(0, -1)
}

/** The only one; null where there are several, or none is known. */
function accountOf({ accounts: [only, ...others] }: ReportFacts): string | null {
  return only !== undefined && others.length === 0 ? only : null
}

type UsageOf = <Sums extends PricedTally>(sums: Sums, key: string, rounded: Rounded<Sums>) => Usage

/** Puts numbers that add up and percentiles, which come ready-made, together by key. */
function usages({ percentiles }: Reading, attempts: Attempts): UsageOf {
  const known = new Map(percentiles.map((group) => [keyText(group.key), group]))
  return (sums, key, rounded) => toUsage(sums, known.get(key), toSpending(rounded), attempts)
}

/** What lacks some of what could not be read. A group of a Region that was read has all of it. */
function unreadOf({ unread }: Reading, by: readonly string[], { all, parts, slots }: Sums): Spend[] {
  if (unread === undefined) return []
  return [all, ...slots, ...(unread === 'regions' && by.includes('region') ? [] : parts)]
}

/** The span in which there was use, ms; undefined where there was none. */
type Basis = Window | undefined

function basisOf({ firstUse }: Sums, { window, began = firstUse }: Reading, now: number): Basis {
  if (firstUse === undefined || began === undefined) return undefined
  const start = Math.max(window.start, firstUse, began)
  // What is yet to come is no part of the rate.
  return { start, end: Math.max(start, Math.min(window.end, now)) }
}

/** By the rate since use began, so that the same use comes to the same, whatever window is looked at. */
function project(total: Usage, cost: NanoUsd | null, basis: Basis): Projection {
  const told = { days: PROJECTION_DAYS, costIsFloor: total.costIsFloor, method: 'run-rate' } as const
  const ms = basis ? basis.end - basis.start : 0
  if (!basis || ms < LEAST_BASIS_HOURS * HOUR_MS) {
    const reason = basis ? `less than ${LEAST_BASIS_HOURS} hours since use began` : 'nothing was used'
    return { ...told, invocations: null, inputTokens: null, outputTokens: null, costUsd: null, basis: null, reason }
  }
  const horizonMs = PROJECTION_DAYS * DAY_MS
  const rate = (value: number | null) => (value === null ? null : Math.round((value * horizonMs) / ms))
  return {
    ...told,
    invocations: rate(total.invocations),
    inputTokens: rate(total.inputTokens),
    outputTokens: rate(total.outputTokens),
    costUsd: cost === null ? null : toUsd(scale(cost, horizonMs, ms)),
    basis: { from: iso(basis.start), hours: Number((ms / HOUR_MS).toFixed(2)) },
  }
}

function trendsOf(groups: readonly Rounded<Part>[], slots: readonly PricedTally[]): Trends {
  const none = slots.map(() => 0)
  return {
    total: slots.map(({ counters }) => counters.invocations),
    groups: groups.map(({ of: { course } }) => {
      const values = none.slice()
      for (const { place, counters } of course) values[place] = counters.invocations
      return values
    }),
    uses: groups.map(({ of: { course } }) =>
      course.map((use) => ({
        place: use.place,
        counters: use.counters,
        costUsd: isUntold(use) ? null : toUsd(toNano(use.cost)),
      })),
    ),
  }
}

/** Parts are rounded in an order that is theirs whatever the order of the rows. */
function byText(a: Part, b: Part): number {
  return a.text < b.text ? -1 : 1
}

/** In the order of time where hours or days are told apart; dearest first, also within each of these. */
function inOrder(groups: Rounded<Part>[], by: readonly string[]): Rounded<Part>[] {
  const inTime = timeOrder(by)
  if (by.length === 0 || !by.every(isTimeGrouping)) groups.sort(dearestFirst)
  return by.some(isTimeGrouping) ? groups.sort((a, b) => inTime(a.of.key, b.of.key)) : groups
}

function dearestFirst(a: Rounded<Part>, b: Rounded<Part>): number {
  const costA = costOf(a) ?? -1n
  const costB = costOf(b) ?? -1n
  if (costA !== costB) return costA > costB ? -1 : 1
  return b.of.counters.invocations - a.of.counters.invocations || byText(a.of, b.of)
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [JSON.stringify([warning.code, warning.message]), warning])).values()]
}

/** ISO 8601 in UTC to the second. */
function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
