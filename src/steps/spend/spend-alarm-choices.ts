import { averagePrice, costOf, type Pool, type Share, spreadAt } from './spend-alarm-pools.ts'

/** A way to watch the tokens of one metric. */
export interface Choice {
  /** By metrics of their own. */
  exact: readonly Share[]
  /** What the total has beyond these, at US dollars a million; undefined where the total is not watched. */
  rest: { metric: string; price: number } | undefined
  /** How many metrics it takes. */
  metrics: number
  /** US dollars of the two weeks that are not counted; what an average is rounded by does not matter. */
  off: number
  /** US dollars of the two weeks that the mix of models alone sets right. */
  spread: number
}

/** So many prices are tried as the middle of the rest: all of them, for as many models as an account calls. */
const MOST_MIDDLES = 64

export const NOT_WATCHED: Choice = { exact: [], rest: undefined, metrics: 0, off: 0, spread: 0 }

/**
 * The ways to watch the total: whatever price the rest lies around, what is furthest from it in dollars is exact first.
 * Of those that take as many metrics, the ones that no other is better than in both spread and price of the rest.
 */
export function choicesWithTotal({ metric, shares }: Pool, most: number): Choice[] {
  const middles = some(
    [...new Set(shares.map(({ price }) => price ?? 0))].sort((a, b) => b - a),
    MOST_MIDDLES,
  )
  const choices = middles.flatMap((middle) => {
    const distances = shares.map((share) => ({ share, far: spreadAt(middle, [share]) })).sort((a, b) => b.far - a.far)
    const gains = distances.slice(0, most - 1).filter(({ far }) => far > 0).length
    const ranked = distances.map(({ share }) => share)
    return Array.from({ length: gains + 1 }, (_, count) => withTotal(metric, ranked, count))
  })
  return withoutWorse(choices)
}

function withTotal(metric: string, ranked: readonly Share[], count: number): Choice {
  const others = ranked.slice(count)
  const price = others.length > 0 ? averagePrice(others) : averagePrice(ranked)
  return {
    exact: ranked.slice(0, count),
    rest: { metric, price },
    metrics: count + 1,
    off: 0,
    spread: spreadAt(price, others),
  }
}

/** The ways to watch the dearest by metrics of their own and nothing else. */
export function choicesWithoutTotal({ shares }: Pool, most: number): Choice[] {
  const ranked = shares.filter(({ cost }) => cost > 0).sort((a, b) => b.cost - a.cost)
  return Array.from({ length: Math.min(ranked.length, most) + 1 }, (_, count) => ({
    exact: ranked.slice(0, count),
    rest: undefined,
    metrics: count,
    off: costOf(ranked.slice(count)),
    spread: 0,
  }))
}

function withoutWorse(choices: readonly Choice[]): Choice[] {
  const inOrder = [...choices].sort((a, b) => a.metrics - b.metrics || a.spread - b.spread)
  let [metrics, dearest] = [0, -1]
  return inOrder.filter((choice) => {
    const price = choice.rest?.price ?? 0
    if (choice.metrics === metrics && price <= dearest) return false
    ;[metrics, dearest] = [choice.metrics, price]
    return true
  })
}

/** As many as wanted at even distances, first and last included. */
function some<Value>(values: readonly Value[], most: number): readonly Value[] {
  if (values.length <= most) return values
  const step = (values.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, index) => values[Math.round(index * step)]).filter((one) => one !== undefined)
}
