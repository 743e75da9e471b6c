import type { Warning } from '../core/events.ts'
import { addUp, joinParts, keyText, noPart, type Part, type PricedTally, type Sums } from './add-up.ts'
import { type Arrangement, arrange, type Entry, grouped } from './arrange.ts'
import { askedOf, boundsOf, movedKeys, partKeys, seriesSlots, timeUnit, within } from './calendar.ts'
import type { CallCost } from './calls.ts'
import { chargedGroups } from './charged.ts'
import { changeOf, linesOf, type Side } from './compare.ts'
import { type Besides, pricePolicies } from './features.ts'
import { isTimeGrouping } from './grouping.ts'
import type {
  Attempts,
  Bill,
  BillReading,
  GroupKey,
  ProfileLine,
  Projection,
  Reading,
  Report,
  ReportAccount,
  ReportView,
  Slot,
  TeamLine,
  Trends,
  Usage,
  Window,
} from './model.ts'
import { type NanoUsd, toNano, toUsd } from './money.ts'
import type { PriceBook } from './prices/book.ts'
import type { QuotaLine } from './quotas/line.ts'
import {
  addLack,
  costOf,
  isUntold,
  joinRounded,
  type Rounded,
  roundAlone,
  roundTogether,
  type Spend,
  toSpending,
} from './spending.ts'
import { attemptsInMetrics, toUsage } from './tally.ts'
import { anomaliesOf } from './trends/anomalies.ts'
import { dailyOf, monthForecast, runRate } from './trends/projection.ts'
import type { Where } from './where.ts'
import { HOUR_MS, isoTime, type Unit, unitOf } from './window.ts'
import { comparedPart } from './window-parse.ts'

const NO_KEYS: ReadonlySet<string> = new Set()

const NO_FORECAST: Warning = {
  code: 'forecast-unavailable',
  message:
    'no forecast of the month: it takes three weeks of full days since use began, up to now; the projection is at the rate since then',
}

const NO_ANOMALIES: Warning = {
  code: 'anomalies-unavailable',
  message: 'no hour is held against those before: that takes two weeks of use before it',
}

/** What the report says besides numbers. */
export interface ReportFacts extends Arrangement {
  /** ms since the epoch. */
  generatedAt: number
  accounts: readonly ReportAccount[]
  regions: readonly string[]
  /** Its name. */
  source: string
  /** As it was asked for; the reading's window may begin a little earlier. */
  hours: number
  /** What to group by: `hour`, `day`, and dimensions that every row must have. */
  by: readonly string[]
  /** Whose hours and days; UTC by default. */
  timeZone?: string
  /** What the readings are of, where not of everything. */
  where?: Where | undefined
  /** The window to compare with, and what was read of it. */
  before?: { reading: Reading; hours: number } | undefined
  /** A forecast of the month was asked for. */
  forecast?: boolean
  /** What was read for that besides. */
  history?: Reading | undefined
  /** Where anomalies were asked for: what was read by the hour, of the window and the weeks before. */
  hourly?: Reading | undefined
  /** All that was charged is to be told, line by line, by this: an hour or a day, and dimensions that every row must have. */
  charges?: readonly string[] | undefined
  /** Names behind ids. */
  profiles?: readonly ProfileLine[]
  /** Where teams are told apart. */
  teams?: readonly TeamLine[] | undefined
  /** Where quotas were asked for. */
  quotas?: readonly QuotaLine[]
  /** What was used besides models. */
  besides?: Besides | undefined
  /** Where AWS was asked. */
  calls?: CallCost
}

/**
 * The report of a reading. The total's cost is exact and rounded once, to nano-dollars. Groups add up to it as they are printed,
 * and so do the slots of the series and the kinds of billed things, so that whoever adds them up gets the same.
 */
export function summarize(reading: Reading, facts: ReportFacts, book: PriceBook): ReportView {
  const { window, attempts = attemptsInMetrics } = reading
  const { by, hours, timeZone: zone = 'UTC', before, charges } = facts
  const asked = askedOf(window, hours)
  const series = seriesSlots(window, hours, [...by, ...(charges ?? [])], zone, reading.bill && 'day')
  const unit = timeUnit(by)
  const kept = unit && by.every(isTimeGrouping) ? hoursOrDays(asked, unit, zone) : []
  const starts = series.map(({ start }) => start)
  const sums = addUp(reading.rows, { starts, by, zone, kept, hasLines: before !== undefined }, book)
  const { all, parts, slots, prices } = sums
  const cut = unit ? partKeys(asked, unit, zone) : NO_KEYS
  const partial = { partial: true } as const
  const earlier = before && sumsBefore(before, asked, facts, book)
  const compared = before && comparedPart(askedOf(before.reading.window, before.hours), asked, zone)
  // A day is compared with a day, whatever windows they are of.
  const part = unit ? undefined : compared
  // What is gone is a group of nothing.
  const texts = new Set(parts.map(({ text }) => text))
  for (const [text, { of }] of earlier?.parts ?? []) if (!texts.has(text)) parts.push(noPart(of.key))
  // A team that used nothing may be charged for what others share, and what is of no team is told even where that is nothing.
  const known = new Set(parts.map(({ key }) => key.team))
  const unused = by.join() === 'team' ? (facts.teams ?? []).filter(({ team }) => !known.has(team)) : []
  parts.push(...unused.map(({ team }) => noPart({ team })))
  for (const sum of unreadOf(reading, facts.by, sums)) addLack(sum, 'reading')
  const ofAll = roundAlone(all)
  const usage = usages(reading, attempts)
  const total = usage(all, keyText({}), ofAll)
  const entryOf = (now: Rounded<Part>, was: Earlier | undefined, text: string): Entry<Compared> => ({
    of: { now, was },
    group: {
      key: now.of.key,
      ...(unit && cut.has(now.of.key[unit] ?? '') && partial),
      ...usage(now.of, text, now),
      ...(earlier && { before: was?.usage ?? null, change: changeOf({ ...sideOf(was), part }, sideOf(now)) }),
    },
  })
  const together = (entries: readonly Entry<Compared>[], key: GroupKey) => {
    const was = entries.flatMap(({ of }) => of.was ?? [])
    const now = joinGroups(
      entries.map(({ of }) => of.now),
      key,
    )
    return entryOf(now, earlier && was.length > 0 ? earlier.join(was, key) : undefined, '')
  }
  const entries = roundTogether(parts.sort(byText)).map((now) =>
    entryOf(now, earlier?.parts.get(now.of.text), now.of.text),
  )
  const arranged = arrange(entries, by, facts, (a, b) => dearestFirst(a.of.now, b.of.now), together)
  const { hourly } = facts
  const anomalies = hourly && anomaliesOf(hourly, { window: asked, by, zone }, book)
  const forecast = forecastOf(reading, facts, sums, book)
  const report: Report = {
    schemaVersion: 1,
    generatedAt: isoTime(facts.generatedAt),
    accountId: accountOf(facts),
    accounts: [...facts.accounts],
    regions: [...facts.regions],
    source: facts.source,
    basis: reading.bill ? 'billed' : all.list ? 'discounted' : 'list',
    window: { start: isoTime(window.start), end: isoTime(window.end), hours: facts.hours },
    ...(facts.where && { where: facts.where }),
    currency: 'USD',
    total,
    groups: arranged.map(({ group }) => group),
    series: roundTogether(slots).map(
      (slot, index): Slot => ({
        start: isoTime(series[index]?.start ?? window.start),
        ...(series[index]?.isPart && partial),
        ...toUsage(slot.of, undefined, toSpending(slot), attempts),
      }),
    ),
    ...(before &&
      earlier && {
        compare: {
          window: {
            start: isoTime(before.reading.window.start),
            end: isoTime(before.reading.window.end),
            hours: before.hours,
          },
          ...(compared && { scale: compared[0] / compared[1] }),
          before: earlier.total.usage,
          change: changeOf(
            { ...earlier.total.side, part: compared },
            { cost: costOf(ofAll), lines: linesOf(parts.map(({ lines }) => lines)) },
          ),
        },
      }),
    projection: forecast ?? runRate(total, costOf(ofAll), [sums, reading, facts.generatedAt]),
    ...(reading.bill && { bill: billOf(reading.bill, costOf(ofAll)) }),
    prices: prices.prices,
    unpriced: prices.unpriced,
    doubts: prices.doubts,
    ...(facts.profiles && facts.profiles.length > 0 && { profiles: [...facts.profiles] }),
    ...(facts.teams && { teams: [...facts.teams] }),
    ...(facts.quotas && { quotas: [...facts.quotas] }),
    ...besidesOf(facts.besides, book, window),
    ...(hourly && { anomalies: anomalies ?? null }),
    ...(facts.calls && { calls: facts.calls }),
    warnings: distinct([
      ...reading.warnings,
      ...(before?.reading.warnings ?? []),
      ...(facts.forecast && !forecast ? [NO_FORECAST] : []),
      ...(hourly && !anomalies ? [NO_ANOMALIES] : []),
      ...prices.warnings,
    ]),
  }
  return {
    report,
    by: facts.by,
    timeZone: zone,
    ...(charges && { charges: { by: charges, groups: chargedGroups(reading, { by: charges, zone }, book) } }),
    trends: trendsOf(
      arranged.map(({ of }) => of.now),
      slots,
    ),
  }
}

function besidesOf({ features, policies }: Besides = { features: [], policies: [] }, book: PriceBook, { end }: Window) {
  const costs = pricePolicies(policies, book, new Date(end - 1))
  return {
    ...(features.length > 0 && { features: [...features] }),
    ...(costs.length > 0 && { guardrailPolicies: costs }),
  }
}

/** By what was read for it, or by the window itself where its series is of days. */
function forecastOf(reading: Reading, facts: ReportFacts, sums: Sums, book: PriceBook): Projection | undefined {
  const { history, hours, timeZone: zone = 'UTC', generatedAt: now } = facts
  if (history) return monthForecast(dailyOf(history, zone, book), history, { zone, now })
  if (!reading.bill && unitOf(hours * HOUR_MS) !== 'day') return undefined
  return monthForecast({ ...sums, start: askedOf(reading.window, hours).start }, reading, { zone, now })
}

/** What is added and taken off is rounded one by one, so that what is printed adds up. */
function billOf({ metric, through, isFinal, adjustments }: BillReading, cost: NanoUsd | null): Bill {
  const sums = adjustments && [...adjustments].map(([name, amount]) => [name, toNano(amount)] as const)
  return {
    metric,
    through: through === undefined ? null : isoTime(through).slice(0, 10),
    isFinal: isFinal ?? null,
    adjustments: sums ? Object.fromEntries(sums.map(([name, nano]) => [name, toUsd(nano)])) : null,
    totalUsd: sums && cost !== null ? toUsd(sums.reduce((sum, [, nano]) => sum + nano, cost)) : null,
  }
}

/** When the hours or days of a window begin, the first of them with the window. */
function hoursOrDays(window: Window, unit: Unit, zone: string): number[] {
  return within(boundsOf(window, unit, zone), window).slice(0, -1)
}

/** The only one; null where there are several, or none is known. */
function accountOf({ accounts: [only, ...others] }: ReportFacts): string | null {
  return only !== undefined && others.length === 0 ? only.id : null
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

/** What is of groups is made when it is asked for: many formats show none, and a year of hours by day has millions of values. */
function trendsOf(groups: readonly Rounded<Part>[], slots: readonly PricedTally[]): Trends {
  const none = slots.map(() => 0)
  const courses = groups.map(({ of: { course } }) => course)
  let values: Trends['groups'] | undefined
  let uses: Trends['uses'] | undefined
  return {
    total: slots.map(({ counters }) => counters.invocations),
    get groups() {
      values ??= courses.map((course) => {
        const all = none.slice()
        for (const [place, { counters }] of course) all[place] = counters.invocations
        return all
      })
      return values
    },
    get uses() {
      uses ??= courses.map((course) =>
        Array.from(course, ([place, use]) => ({
          place,
          counters: use.counters,
          costUsd: isUntold(use) ? null : toUsd(toNano(use.cost)),
        })),
      )
      return uses
    },
  }
}

/** Parts are rounded in an order that is theirs whatever the order of the rows. */
function byText(a: Part, b: Part): number {
  return a.text < b.text ? -1 : 1
}

/** Groups as one, under a key. */
function joinGroups(groups: readonly Rounded<Part>[], key: GroupKey): Rounded<Part> {
  const parts = groups.map(({ of }) => of)
  return joinRounded(joinParts(parts, key), groups)
}

/** A group's use in the window compared with. */
interface Earlier extends Rounded<Part> {
  usage: Usage
}

interface Compared {
  now: Rounded<Part>
  was: Earlier | undefined
}

function sideOf(group: Rounded<Part> | undefined): Side {
  return group ? { cost: costOf(group), lines: linesOf([group.of.lines]) } : { cost: 0n, lines: new Map() }
}

/** What was used in the window compared with, in total and by the keys of this one, whose first day is told beside its first. */
function sumsBefore(
  { reading, hours }: NonNullable<ReportFacts['before']>,
  now: Window,
  facts: ReportFacts,
  book: PriceBook,
) {
  const { by, timeZone: zone = 'UTC' } = facts
  const sums = addUp(reading.rows, { starts: [], by, zone, hasLines: true }, book)
  for (const sum of unreadOf(reading, by, sums)) addLack(sum, 'reading')
  const usage = usages(reading, reading.attempts ?? attemptsInMetrics)
  const keyOf = movedKeys(askedOf(reading.window, hours), now, by, zone)
  const join = (groups: readonly Rounded<Part>[], key: GroupKey): Earlier => {
    const [first, ...others] = groups
    const joined = joinGroups(groups, key)
    return { ...joined, usage: usage(joined.of, first && others.length === 0 ? first.of.text : '', joined) }
  }
  const moved = grouped(roundTogether(sums.parts.sort(byText)), ({ of }) => keyText(keyOf(of.key)))
  const ofAll = roundAlone(sums.all)
  return {
    total: {
      usage: usage(sums.all, keyText({}), ofAll),
      side: { cost: costOf(ofAll), lines: linesOf(sums.parts.map(({ lines }) => lines)) },
    },
    parts: new Map([...moved].map(([text, groups]) => [text, join(groups, keyOf(groups[0].of.key))])),
    join,
  }
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
