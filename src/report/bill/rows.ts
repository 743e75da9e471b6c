import { callerOf } from '../caller.ts'
import { CHARGE_KINDS, type Charge, type ChargeKind } from '../charges.ts'
import type { Counter, Dimensions, Row, Told } from '../model.ts'
import type { AttoUsd } from '../money.ts'
import { noCounters, noMoments } from '../tally.ts'
import type { Adjustment, BillKind } from './kinds.ts'
import type { BillLine, CostMetric } from './line.ts'

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
export function* rowsOf(lines: Iterable<BillLine>, metric: CostMetric): Generator<Row> {
  for (const line of lines) if (line.adjustment === undefined) yield rowOf(line, metric)
}

export function dimensionsOf(line: BillLine): Dimensions {
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

export function adjustmentsOf(lines: Iterable<BillLine>, metric: CostMetric): Map<Adjustment, AttoUsd> {
  const sums = new Map<Adjustment, AttoUsd>()
  for (const { adjustment, amounts } of lines) {
    if (adjustment !== undefined) sums.set(adjustment, (sums.get(adjustment) ?? 0n) + (amounts[metric] ?? 0n))
  }
  return sums
}
