import { UNALLOCATED } from '../grouping.ts'
import type { NanoUsd } from '../money.ts'
import type { Spread } from './rules.ts'

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
