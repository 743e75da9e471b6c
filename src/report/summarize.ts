import type { Warning } from '../core/events.ts'
import { addUp, keyText, noPart, type Part, placeFinder, type Sums } from './add-up.ts'
import { arrange, type Entry } from './arrange.ts'
import { askedOf, boundsOf, partKeys, seriesSlots, timeUnit, within } from './calendar.ts'
import { changeOf, linesOf } from './compare.ts'
import { type Besides, pricePolicies } from './features.ts'
import {
  byText,
  type Compared,
  type Earlier,
  joinGroups,
  type ReportFacts,
  sideOf,
  sumsBefore,
  trendsOf,
  unreadOf,
  usages,
} from './group-sums.ts'
import { isTimeGrouping, timeOrder } from './grouping.ts'
import type { BillReading, GroupKey, Reading, Row, Slot, Window } from './model.ts'
import { type NanoUsd, toNano, toUsd } from './money.ts'
import type { PriceBook } from './prices/book.ts'
import { addLack, amountOf, costOf, isUntold, type Rounded, roundAlone, roundTogether, toSpending } from './spending.ts'
import { attemptsInMetrics, toUsage } from './tally.ts'
import { anomaliesOf } from './trends/anomalies.ts'
import { dailyOf, monthForecast, runRate } from './trends/projection.ts'
import type { Bill, Charged, ChargedGroup, Projection, Report, ReportView } from './view.ts'
import { HOUR_MS, isoTime, unitOf } from './window.ts'
import { comparedPart } from './window-parse.ts'

const NO_FORECAST: Warning = {
  code: 'forecast-unavailable',
  message:
    'no forecast of the month: it takes three weeks of full days since use began, up to now; the projection is at the rate since then',
}

const NO_ANOMALIES: Warning = {
  code: 'anomalies-unavailable',
  message: 'no hour can be compared with earlier ones: that takes two weeks of use before it',
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
  // The first of them begins with the window.
  const kept = unit && by.every(isTimeGrouping) ? within(boundsOf(asked, unit, zone), asked).slice(0, -1) : []
  const starts = series.map(({ start }) => start)
  const sums = addUp(reading.rows, { starts, by, zone, kept, hasLines: before !== undefined }, book)
  const { all, parts, slots, prices } = sums
  const cut = unit && partKeys(asked, unit, zone)
  const partial = { partial: true } as const
  const earlier = before && sumsBefore(before, asked, facts, book)
  const compared = before && comparedPart(askedOf(before.reading.window, before.hours), asked, zone)
  // A day is compared with a day, whatever windows they are of.
  const part = unit ? undefined : compared
  const texts = new Set(parts.map(({ text }) => text))
  for (const [text, { of }] of earlier?.parts ?? []) if (!texts.has(text)) parts.push(noPart(of.key))
  // A team that used nothing may be charged for what others share, and what is of no team is told even where that is nothing.
  const known = new Set(parts.map(({ key }) => key.team))
  const unused = by.join() === 'team' ? (facts.teams ?? []).filter(({ team }) => !known.has(team)) : []
  parts.push(...unused.map(({ team }) => noPart({ team })))
  for (const sum of unreadOf(reading, facts.by, sums)) addLack(sum, 'reading')
  const ofAll = roundAlone(all)
  const usage = usages(reading, attempts)
  const total = usage(keyText({}), ofAll)
  const entryOf = (now: Rounded<Part>, was: Earlier | undefined, text: string): Entry<Compared> => ({
    of: { now, was },
    group: {
      key: now.of.key,
      ...(unit && cut?.has(now.of.key[unit] ?? '') && partial),
      ...usage(text, now),
      ...(earlier && { before: was?.usage ?? null, change: changeOf({ ...sideOf(was), part }, sideOf(now)) }),
    },
  })
  const together = (entries: readonly Entry<Compared>[], key: GroupKey) => {
    const was = entries.flatMap(({ of }) => of.was ?? [])
    const now = entries.map(({ of }) => of.now)
    return entryOf(joinGroups(now, key), earlier && was.length > 0 ? earlier.join(was, key) : undefined, '')
  }
  const entries = roundTogether(parts.sort(byText)).map((now) =>
    entryOf(now, earlier?.parts.get(now.of.text), now.of.text),
  )
  const costliest = (a: Entry<Compared>, b: Entry<Compared>) => {
    const nows = [a.of.now, b.of.now] as const
    return costliestFirst(
      nows[0].of,
      nows[1].of,
      nows.map((now) => costOf(now) ?? undefined),
    )
  }
  const arranged = arrange(entries, by, facts, costliest, together)
  const { hourly } = facts
  const anomalies = hourly && anomaliesOf(hourly, { window: asked, by, zone }, book)
  const forecast = forecastOf(reading, facts, sums, book)
  const report: Report = {
    schemaVersion: 1,
    generatedAt: isoTime(facts.generatedAt),
    accountId: facts.accounts.length === 1 ? (facts.accounts[0]?.id ?? null) : null,
    accounts: [...facts.accounts],
    regions: [...facts.regions],
    source: facts.source,
    basis: reading.bill ? 'billed' : all.list ? 'discounted' : 'list',
    window: windowOf(window, hours),
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
          window: windowOf(before.reading.window, before.hours),
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
    trends: trendsOf(arranged, slots),
  }
}

const windowOf = ({ start, end }: Window, hours: number) => ({ start: isoTime(start), end: isoTime(end), hours })

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

/** By what they cost, undefined: not known; then by their calls. */
function costliestFirst(a: Part, b: Part, [costA = -1n, costB = -1n]: readonly (bigint | undefined)[]): number {
  if (costA !== costB) return costA > costB ? -1 : 1
  return b.counters.invocations - a.counters.invocations || byText(a, b)
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [JSON.stringify([warning.code, warning.message]), warning])).values()]
}

/** The rows are walked once for each week, of which alone the sums are held: those of a year of hours take a gigabyte. */
function chargedGroups(
  { rows, window }: Pick<Reading, 'rows' | 'window'>,
  { by, zone }: { by: readonly string[]; zone: string },
  book: PriceBook,
): Charged['groups'] {
  const weeks = boundsOf(window, 'week', zone).slice(0, -1)
  const inTime = timeOrder(by)
  const cost = (part: Part) => (isUntold(part) ? undefined : amountOf(part.lines.values()))
  const inOrder = (a: Part, b: Part) => inTime(a.key, b.key) || costliestFirst(a, b, [cost(a), cost(b)])
  return {
    *[Symbol.iterator]() {
      for (const week of weeks.keys()) {
        const { parts } = addUp(ofWeek(rows, weeks, week), { starts: [], by, zone, hasLines: true }, book)
        for (const part of parts.sort(inOrder)) yield told(part)
      }
    },
  }
}

function* ofWeek(rows: Iterable<Row>, weeks: readonly number[], week: number): Generator<Row> {
  const placeOf = placeFinder(weeks)
  for (const row of rows) if (placeOf(row.start) === week) yield row
}

function told({ key, counters, unknown, lines }: Part): ChargedGroup {
  const invocations = unknown?.has('invocations') ? null : counters.invocations
  return { key, invocations, lines: [...lines.values()] }
}
