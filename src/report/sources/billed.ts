import type { Warning } from '../../core/events.ts'
import type { Adjustment, BillKind, BillLine, CostMetric } from '../bill/line.ts'
import { callerOf } from '../caller.ts'
import { CHARGE_KINDS, type Charge, type ChargeKind } from '../charges.ts'
import type { Counter, Dimensions, Row, Told } from '../model.ts'
import type { AttoUsd } from '../money.ts'
import { noCounters, noMoments } from '../tally.ts'
import { whereFitter } from '../where.ts'
import { DAY_MS } from '../window.ts'
import type { KnownAccount, Question, SourceReading } from './source.ts'

/** A bill tells what was used and what it cost, and nothing of calls. */
const UNTOLD: ReadonlySet<Told> = new Set([
  'invocations',
  'clientErrors',
  'serverErrors',
  'throttles',
  'latency',
  'timeToFirstToken',
])

const KINDS: ReadonlyMap<string, ChargeKind> = new Map(CHARGE_KINDS.map((kind) => [kind.name, kind]))

export const COUNTER_OF: ReadonlyMap<BillKind, Counter> = new Map([
  ['input', 'inputTokens'],
  ['output', 'outputTokens'],
  ['cacheRead', 'cacheReadTokens'],
  ['cacheWrite', 'cacheWriteTokens'],
  ['cacheWrite1h', 'cacheWriteTokens'],
  ['images', 'images'],
])

/** What the charges for use of a bill are as rows of a report, each with its own cost: no price is looked up. */
function* rowsOf(lines: Iterable<BillLine>, metric: CostMetric): Generator<Row> {
  for (const line of lines) if (line.adjustment === undefined) yield rowOf(line, metric)
}

function dimensionsOf(line: BillLine): Dimensions {
  const { account, region, model, kind, service, usageType, principal, tags = [], terms } = line
  return {
    model: model || service,
    account,
    region,
    kind,
    service,
    'usage-type': usageType,
    tier: terms.tier,
    identity: principal,
    ...(principal !== '' && callerOf(principal)),
    ...Object.fromEntries(tags),
  }
}

function rowOf(line: BillLine, metric: CostMetric): Row {
  const { kind, start, quantity } = line
  const known = KINDS.get(kind)
  const counters = { ...noCounters(), cacheWrite1hTokens: 0 }
  const whole = Math.round(quantity)
  const counter = COUNTER_OF.get(kind)
  if (counter) counters[counter] = whole
  if (kind === 'cacheWrite1h') counters.cacheWrite1hTokens = whole
  const amount = line.amounts[metric]
  const charge: Charge = {
    kind: (known ?? KINDS.get('other')) as Charge['kind'],
    // A change of cost is split by quantity, so that none is 0.
    quantity: known ? whole : Math.max(1, whole),
    rate: null,
    amount,
    source: 'bill',
    ...(line.amounts.list !== amount && { listAmount: line.amounts.list }),
  }
  return {
    dimensions: dimensionsOf(line),
    start,
    counters,
    latency: noMoments(),
    timeToFirstToken: noMoments(),
    unknown: counter && line.uncounted ? new Set([...UNTOLD, counter]) : UNTOLD,
    charges: [charge],
  }
}

function adjustmentsOf(lines: Iterable<BillLine>, metric: CostMetric): Map<Adjustment, AttoUsd> {
  const sums = new Map<Adjustment, AttoUsd>()
  for (const { adjustment, amounts } of lines) {
    if (adjustment !== undefined) sums.set(adjustment, (sums.get(adjustment) ?? 0n) + (amounts[metric] ?? 0n))
  }
  return sums
}

export interface Billed {
  lines: BillLine[]
  metric: CostMetric
  isFinal?: boolean | undefined
  withoutAdjustments?: boolean
  accounts?: readonly string[]
  known?: SourceReading['known']
  asked?: readonly KnownAccount[]
  warnings?: readonly Warning[]
  incomplete?: boolean
  /** All that it cost is there, but not all that was used, of which the warnings say. */
  uncounted?: boolean
  /** Nothing failed, and yet it has not all of the window, of which the warnings say. */
  isPart?: boolean
  /** AWS may still add what was used from here on, ms; undefined where all that there is was asked for. */
  wholeUpTo?: number
}

/** Lines of a bill as a report's reading: what fits of the window's days, adjustments apart, and how far the bill goes. */
export function billedReading(billed: Billed, { window, where }: Question): SourceReading {
  const { metric, isFinal, withoutAdjustments = false, incomplete = false, known } = billed
  const isOpen = window.end > (billed.wholeUpTo ?? window.end)
  const within = billed.lines.filter(({ start }) => start >= window.start && start < window.end)
  const fits = whereFitter(where)
  const lines = where ? within.filter((line) => fits(dimensionsOf(line))) : within
  const latest = within.reduce((last, { start, adjustment }) => (adjustment ? last : Math.max(last, start)), -1)
  // The last line that was read is not the last one of the bill where lines are missing.
  const through = latest < 0 || incomplete ? undefined : Math.floor(latest / DAY_MS) * DAY_MS
  const distinct = (of: (line: BillLine) => string) => [...new Set(lines.map(of).filter((text) => text !== ''))].sort()
  return {
    window,
    rows: { [Symbol.iterator]: () => rowsOf(lines, metric) },
    percentiles: [],
    warnings: [
      ...(billed.warnings ?? []),
      ...(incomplete ? [] : [...absent(billed.asked ?? [], within), ...freshness(through, window.end, isOpen)]),
    ],
    accounts: [...(billed.accounts ?? distinct(({ account }) => account))],
    regions: distinct(({ region }) => region),
    incomplete: incomplete || billed.uncounted === true,
    ...((incomplete || isOpen || billed.isPart) && { unread: 'anything' }),
    ...(known && { known }),
    bill: {
      metric,
      through,
      isFinal,
      lines,
      adjustments: withoutAdjustments ? undefined : adjustmentsOf(lines, metric),
    },
  }
}

export function untagged(lines: readonly BillLine[], { name, key }: { name: string; key: string }): Warning[] {
  const usage = lines.filter(({ adjustment }) => adjustment === undefined)
  if (usage.length === 0 || usage.some(({ tags }) => (tags?.get(name) ?? '') !== '')) return []
  const message = `nothing on the bill has the tag ${key}: tags count from the day on which the account that pays activates them as cost allocation tags`
  return [{ code: 'bill-untold', message }]
}

function absent(asked: readonly KnownAccount[], lines: readonly BillLine[]): Warning[] {
  const billed = new Set(lines.map(({ account }) => account))
  const [first, ...more] = asked.filter(({ id }) => !billed.has(id))
  if (first === undefined || billed.size === 0) return []
  const which = `${first.id}${more.length === 0 ? '' : ` and ${more.length} more`}`
  const message = `nothing is on the bill of ${which}: not used in these days, or not visible with these credentials`
  return [{ code: 'bill-untold', message }]
}

/** @param isOpen the last days may still grow, whatever is on them already */
function freshness(through: number | undefined, end: number, isOpen: boolean): Warning[] {
  if (through === undefined) {
    const message = 'Amazon Bedrock is not on the bill for these days'
    return [{ code: 'no-usage', message }]
  }
  const added = 'AWS adds what was used up to two days later'
  if (through + DAY_MS < end) {
    const day = new Date(through).toISOString().slice(0, 10)
    return [{ code: 'bill-late', message: `nothing is on the bill after ${day}: ${added}` }]
  }
  return isOpen ? [{ code: 'bill-late', message: `the last days of the bill are not whole yet: ${added}` }] : []
}
