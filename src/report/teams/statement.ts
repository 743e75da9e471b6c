import type { Warning } from '../../core/events.ts'
import { addUp, noPart } from '../add-up.ts'
import { boundsOf } from '../calendar.ts'
import { timeKey, UNALLOCATED } from '../grouping.ts'
import type { Row, Window } from '../model.ts'
import { type NanoUsd, scale, toUsd } from '../money.ts'
import type { PriceBook } from '../prices/book.ts'
import { addLack, costOf, roundTogether } from '../spending.ts'
import type { TeamLine } from '../view.ts'
import { HOUR_MS } from '../window.ts'
import { type Spread, type Teams, teamNames } from './rules.ts'

/** Less is no rate, as it is none for a report's projection. */
const LEAST_BASIS_MS = 3 * HOUR_MS

export interface StatementFacts {
  /** Each with its `team` among its dimensions. */
  rows: Iterable<Row>
  window: Window
  zone: string
  /** Nothing was used before; ms since the epoch, as is what follows. */
  began: number
  now: number
  /** Some use could not be read: every cost is a floor. */
  isUnread: boolean
  /** Use is left out that a budget would count. */
  isPart: boolean
}

/** What a report tells of teams; without lines where it does not tell them apart. */
export interface Statement {
  lines?: readonly TeamLine[]
  warnings: readonly Warning[]
}

type TeamSums = ReturnType<typeof sumsOf>['costs']
type TeamSum = NonNullable<ReturnType<TeamSums['get']>>

/**
 * What each team used and pays, costliest first, with what no rule fits last. Their costs add up to the report's total to the nano-dollar, before
 * shared costs are spread and after.
 */
export function teamStatement(teams: Teams, facts: StatementFacts, book: PriceBook): Required<Statement> {
  const { rows, window, zone, began, now, isPart } = facts
  const { costs, firstUse } = sumsOf(teams, rows, facts, book)
  const total = [...costs.values()].reduce((sum, { own }) => sum + own, 0n)
  const [from = window.start, to = window.end] = boundsOf({ start: window.end - 1, end: window.end }, 'month', zone)
  const month = timeKey('month', from, zone)
  const hasBudgets = teams.budgets.size > 0
  const isWhole = window.start <= from && !isPart
  const all = { costs, firstUse }
  const sums = () => (window.start === from ? all : sumsOf(teams, since(rows, from), facts, book))
  const ofMonth = hasBudgets && isWhole ? sums() : undefined
  const basis = { start: Math.max(from, began, ofMonth?.firstUse ?? from), end: Math.min(window.end, now) }
  const lines = [...costs].map(([team, cost]): TeamLine => {
    const { own, shared, isKnown, isFloor, calls } = cost
    const limit = teams.budgets.get(team)
    const used = ofMonth?.costs.get(team)
    return {
      team,
      invocations: calls,
      costUsd: isKnown ? toUsd(own) : null,
      sharedUsd: toUsd(shared),
      chargedUsd: isKnown || shared !== 0n ? toUsd(own + shared) : null,
      costIsFloor: isFloor,
      share: total === 0n ? null : Number(own + shared) / Number(total),
      ...(limit !== undefined && used && { budget: budgetLine(limit, used, { month, basis, to }) }),
    }
  })
  const order = (line: TeamLine) => (line.team === UNALLOCATED ? -Infinity : (line.chargedUsd ?? 0))
  const sorted = lines.sort((a, b) => order(b) - order(a) || (a.team < b.team ? -1 : 1))
  const unsure = unsureShares(teams, costs)
  if (!hasBudgets || isWhole) return { lines: sorted, warnings: unsure }
  const day = timeKey('day', from, zone)
  const message = isPart
    ? 'a budget counts all use of a team, so budgets are left out with --where, except with --where team=…'
    : `budgets are for a calendar month: --since ${day} shows what is used and what is left`
  return { lines: sorted, warnings: [...unsure, { code: 'budgets-not-told', message }] }
}

/** Shares by spend where some of the spend that they go by is not known: too low for those teams, too high for the others. */
function unsureShares({ shared }: Teams, costs: TeamSums): Warning[] {
  const sharing = [...shared].flatMap(([team, how]) => (how === 'by-spend' && costs.get(team)?.shared ? [team] : []))
  const lacking = [...costs].filter(([team, { lacks }]) => lacks && team !== UNALLOCATED && !shared.has(team))
  if (sharing.length === 0 || lacking.length === 0) return []
  const names = lacking.map(([team]) => team).join(', ')
  const message = `the cost of ${sharing.join(', ')} is shared by spend, and some use of ${names} has no known cost: their share is too low, and that of the others too high`
  return [{ code: 'shares-uncertain', message }]
}

function* since(rows: Iterable<Row>, from: number): Generator<Row> {
  for (const row of rows) if (row.start >= from) yield row
}

/** Own and shared costs of every team that there is, or that was used. */
function sumsOf(teams: Teams, rows: Iterable<Row>, { zone, isUnread }: StatementFacts, book: PriceBook) {
  const { parts, firstUse } = addUp(rows, { starts: [], by: ['team'], zone }, book)
  const used = new Set(parts.map(({ key }) => key.team))
  const missing = [...teamNames(teams), UNALLOCATED].filter((team) => !used.has(team))
  const all = [...parts, ...missing.map((team) => noPart({ team }))].sort((a, b) => (a.text < b.text ? -1 : 1))
  if (isUnread) for (const part of all) addLack(part, 'reading')
  const rounded = roundTogether(all)
  const own = new Map(rounded.map((part) => [part.of.key.team ?? '', costOf(part)]))
  const spread = spreadShared(new Map([...own].map(([team, cost]) => [team, cost ?? 0n])), teams.shared)
  const isSharedFloor = rounded.some(({ of }) => of.lacks && teams.shared.has(of.key.team ?? ''))
  const costs = rounded.map(({ of }) => {
    const [team, lacks] = [of.key.team ?? '', of.lacks !== undefined]
    const cost = own.get(team) ?? null
    const sum = { own: cost ?? 0n, shared: spread.get(team) ?? 0n, isKnown: cost !== null, lacks }
    const isFloor = lacks || (team !== UNALLOCATED && isSharedFloor)
    return [team, { ...sum, isFloor, calls: of.counters.invocations }] as const
  })
  return { costs: new Map(costs), firstUse }
}

/** @param period a calendar month: its name, when use began in it to when it is told, and when it ends */
function budgetLine(
  limit: NanoUsd,
  { own, shared, isFloor }: TeamSum,
  { month, basis, to }: { month: string; basis: Window; to: number },
): NonNullable<TeamLine['budget']> {
  const used = own + shared
  const forecast = forecastOf(used, basis, to)
  return {
    month,
    limitUsd: toUsd(limit),
    usedUsd: toUsd(used),
    usedIsFloor: isFloor,
    leftUsd: toUsd(limit - used),
    forecastUsd: forecast === null ? null : toUsd(forecast),
    isOver: used > limit,
  }
}

/** What the month comes to at the rate since use began in it; null where that is too short. */
function forecastOf(used: NanoUsd, { start, end }: Window, monthEnd: number): NanoUsd | null {
  if (end >= monthEnd) return used
  return end - start < LEAST_BASIS_MS ? null : used + scale(used, monthEnd - end, end - start)
}

/**
 * What each team gets of what others share, below zero for these: it adds up to nothing, to the nano-dollar. Teams that share get none of
 * each other, and what no team is known for gets none. What there is nobody to spread over, or nothing to spread by, stays where it is.
 * @param costs of all teams, in an order that is always the same
 */
export function spreadShared(
  costs: ReadonlyMap<string, NanoUsd>,
  shared: ReadonlyMap<string, Spread>,
): Map<string, NanoUsd> {
  const spread = new Map([...costs].map(([team]) => [team, 0n]))
  const takers = [...costs].filter(([team]) => team !== UNALLOCATED && !shared.has(team))
  for (const [team, how] of shared) {
    const cost = costs.get(team) ?? 0n
    const weights = takers.map(([, own]) => (how === 'evenly' ? 1n : own > 0n ? own : 0n))
    const whole = weights.reduce((sum, weight) => sum + weight, 0n)
    if (whole === 0n) continue
    let [reached, given] = [0n, 0n]
    for (const [index, [taker]] of takers.entries()) {
      reached += weights[index] ?? 0n
      // Each gets what the running total grows by, so that the parts are the whole.
      const upTo = (cost * reached) / whole
      spread.set(taker, (spread.get(taker) ?? 0n) + upTo - given)
      given = upTo
    }
    spread.set(team, (spread.get(team) ?? 0n) - cost)
  }
  return spread
}
