import { CHARGE_KINDS, type Charge, type ChargeName } from './charges.ts'
import type { AttoUsd } from './money.ts'

/** How far a sum at the list's prices is from one in which some prices are the user's own. */
interface ListDifference {
  /** What the list has more (below 0: less), exact. What the list has no price for is not in its sum. */
  more: Record<ChargeName, AttoUsd>
  /** Some charge has a price of the user's own and none in the list. */
  isFloor: boolean
}

/** A sum that may be another at the list's prices; left out where no price of the user's own is in it. */
export interface Listed {
  list?: ListDifference
  /** Something of it has a price in the list. */
  isListed?: boolean
}

export function addList(sum: Listed, charges: readonly Charge[]): void {
  if (!sum.isListed && charges.some(({ amount, listAmount }) => amount !== null && listAmount !== null)) {
    sum.isListed = true
  }
  if (charges.every(({ listAmount }) => listAmount === undefined)) return
  sum.list ??= noDifference()
  const { list } = sum
  for (const { kind, amount, listAmount = amount } of charges) {
    if (amount === null) continue
    list.more[kind.name] += (listAmount ?? 0n) - amount
    if (listAmount === null) list.isFloor = true
  }
}

export function addLists(sum: Listed, others: readonly Listed[]): void {
  for (const { list, isListed } of others) {
    if (isListed) sum.isListed = true
    if (!list) continue
    sum.list ??= noDifference()
    for (const { name } of CHARGE_KINDS) sum.list.more[name] += list.more[name]
    if (list.isFloor) sum.list.isFloor = true
  }
}

/** What it costs by kind at the list's prices. */
export function listCostsOf(costs: Record<ChargeName, AttoUsd>, { list }: Listed): Record<ChargeName, AttoUsd> {
  if (!list) return { ...costs }
  return Object.fromEntries(CHARGE_KINDS.map(({ name }) => [name, costs[name] + list.more[name]])) as typeof costs
}

function noDifference(): ListDifference {
  const more = Object.fromEntries(CHARGE_KINDS.map(({ name }) => [name, 0n])) as ListDifference['more']
  return { more, isFloor: false }
}
