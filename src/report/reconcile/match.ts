import { type AttoUsd, scale } from '../money.ts'
import type { Aspects, Billed, Measured, Unit } from './units.ts'

/** So much of what was billed is so much of what was measured; one of them is missing where the other has more. */
export interface Portion extends Omit<Billed, 'lines'> {
  billed?: Billed
  measured?: Measured
}

/** What tells terms apart, with the cause that it is; what is more often not told comes first, and is the nearer for it. */
const CAUSES = {
  kind: 'cache-ttl',
  long: 'long-prompt',
  routing: 'routing',
  tier: 'tier',
  modality: 'modality',
} as const
const ASPECTS = Object.keys(CAUSES) as (keyof Aspects)[]

export function termsCause(aspect: keyof Aspects, { tier }: Aspects): string {
  return aspect === 'tier' && tier !== 'standard' ? tier : CAUSES[aspect]
}

/** What of two terms differs. Bills rarely tell routing within a geography from none. */
export function differing(measured: Aspects, billed: Aspects): (keyof Aspects)[] {
  const isLike = billed.routing === 'in-region' && measured.routing === 'geographic'
  return ASPECTS.filter((aspect) => measured[aspect] !== billed[aspect] && !(aspect === 'routing' && isLike))
}

function distanceOf(measured: Aspects, billed: Aspects): number {
  const routing = measured.routing === billed.routing ? 0 : 1
  // Batch jobs are hardly ever measured: they get what nothing else is nearer to.
  const isBatchAlone = billed.tier === 'batch' && measured.tier !== 'batch' ? 64 : 0
  return differing(measured, billed).reduce(
    (sum, aspect) => sum + 2 ** (ASPECTS.indexOf(aspect) + 1),
    routing + isBatchAlone,
  )
}

/**
 * Divides what was billed and measured in one unit: first what is on the same terms, then what is nearest; what is left over was
 * billed and not measured, or measured and not billed. Exact: the portions add up to both.
 * @param isFinal whether more may still be billed: then what lacks may be late, and is not taken for batch
 */
export function portions({ billed, measured }: Pick<Unit, 'billed' | 'measured'>, isFinal: boolean): Portion[] {
  const bills = billed.map((of) => ({ of, left: Math.round(of.quantity), take: taker(of) }))
  const uses = measured.map((of) => ({ of, left: of.quantity }))
  const pairs = bills.flatMap((bill) =>
    uses.map((use) => ({ bill, use, distance: distanceOf(use.of.aspects, bill.of.aspects) })),
  )
  const found: Portion[] = []
  for (const { bill, use } of pairs.sort((a, b) => a.distance - b.distance)) {
    const { aspects } = bill.of
    const isBatchAlone = aspects.tier === 'batch' && use.of.aspects.tier !== 'batch' && !isFinal
    const quantity = isBatchAlone ? 0 : Math.min(bill.left, use.left)
    if (quantity <= 0) continue
    bill.left -= quantity
    use.left -= quantity
    found.push({ aspects, quantity, billed: bill.of, measured: use.of, ...bill.take(quantity) })
  }
  for (const { of, left, take } of bills) {
    const rest = take(left)
    if (left !== 0 || rest.amount !== 0n) found.push({ aspects: of.aspects, quantity: left, billed: of, ...rest })
  }
  for (const { of, left } of uses) {
    const nothing = { amount: 0n, unblended: 0n, list: 0n }
    if (left > 0) found.push({ aspects: of.aspects, quantity: left, measured: of, ...nothing })
  }
  return found
}

/** Hands out parts of a sum by quantity; together they are the sum, exactly. */
function taker({ quantity, amount, unblended, list }: Billed) {
  const whole = Math.round(quantity)
  let taken = 0
  return (more: number): Pick<Portion, 'amount' | 'unblended' | 'list'> => {
    const [from, to] = [taken, taken + more]
    taken = to
    // What has no quantity is all of it, once.
    const of = (sum: AttoUsd | null) =>
      sum === null ? null : whole === 0 ? sum : scale(sum, to, whole) - scale(sum, from, whole)
    return { amount: of(amount) ?? 0n, unblended: of(unblended), list: of(list) }
  }
}
