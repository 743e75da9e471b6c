import type { ModelInUse, TokenKind } from '../use/in-use.ts'
import { type Choice, choicesWithoutTotal, choicesWithTotal, NOT_WATCHED } from './spend-alarm-choices.ts'
import {
  biasAt,
  costOf,
  hasPrice,
  isOfEveryModel,
  type Pool,
  poolsOf,
  type Share,
  sharesOf,
  spreadAt,
} from './spend-alarm-pools.ts'

/** Metric math in an alarm reads at most ten metrics. */
const MOST_METRICS = 10

/** Tokens of one model that are watched by their own metric. */
export interface Exact {
  modelId: string
  kind: TokenKind
  /** The metric's name. */
  metric: string
  /** US dollars a million; 0 for a model without a price, too, which is only taken out of the rest. */
  price: number
}

/**
 * How ten metrics watch any number of models: some kinds of token of some models by metrics of their own, at their own
 * price, and what the account's totals have beyond these at one price for all: the average of the two weeks.
 */
export interface Grouping {
  exact: readonly Exact[]
  /** US dollars a million for the rest of each total that is watched, by the metric's name. */
  rest: Readonly<Record<string, number>>
}

/**
 * A dollar that is not counted is as bad as so many dollars that are counted at an average price. Since these are at most
 * twice the spend, and all can be counted at averages, what is left out is no more than half a percent of it.
 */
const WORTH_OF_COVER = 400
/** What it is worth, beside the spend, that a model that nobody has called yet counts at the dearest price and not at nothing. */
const WORTH_OF_SIGHT = 0.01
const TINY = 1e-9

/**
 * The best use of ten metrics by what the last two weeks cost; undefined where no price is known. The totals of input and
 * output always are watched: they see models that nobody has called yet. All six totals at average prices leave four
 * metrics, so that for the mix of the two weeks nothing is off, whatever the models are; what else there is room for goes
 * to the models that a change of the mix would put furthest off.
 */
export function bestGrouping(models: readonly ModelInUse[]): Grouping | undefined {
  const shares = sharesOf(models)
  const ofEveryModel = poolsOf(shares).filter(({ kind }) => isOfEveryModel(kind))
  if (!ofEveryModel.some(hasPrice)) return undefined
  const [inputs = [], outputs = []] = ofEveryModel.map(choicesOfEveryModel)
  const dearest = dearestOf(shares)
  const spend = costOf(shares)
  const caches = bestOfCaches(poolsOf(shares).filter(({ kind }) => !isOfEveryModel(kind)))
  let best: { chosen: readonly Choice[]; loss: number; metrics: number } | undefined
  for (const one of inputs) {
    for (const other of outputs) {
      const cache = caches[MOST_METRICS - one.metrics - other.metrics]
      if (!cache) continue
      const chosen = [one, other, ...cache.chosen]
      const sight = ((one.rest?.price ?? 0) + (other.rest?.price ?? 0)) / (dearest || 1)
      const loss = badnessOf(one) + badnessOf(other) + cache.loss + blindness(sight, spend)
      const metrics = one.metrics + other.metrics + cache.metrics
      const margin = TINY * Math.max(1, Math.abs(loss))
      const isLess = !best || loss < best.loss - margin || (loss <= best.loss + margin && metrics < best.metrics)
      if (isLess) best = { chosen, loss, metrics }
    }
  }
  return best && groupingOf(best.chosen)
}

/**
 * US dollars of the last two weeks that a grouping counts too much or too little, the mix of models being what it was:
 * those of each metric by themselves. Infinite where it does not hold: a price has changed, or tokens of a kind that every
 * model has are not watched.
 */
export function offBy(grouping: Grouping, models: readonly ModelInUse[]): number {
  const own = new Map(grouping.exact.map((one) => [keyOf(one), one]))
  const shares = sharesOf(models)
  const isOutdated = (share: Share) => (own.get(keyOf(share))?.price ?? share.price ?? 0) !== (share.price ?? 0)
  if (shares.some(isOutdated)) return Number.POSITIVE_INFINITY
  return poolsOf(shares).reduce((sum, pool) => {
    const price = grouping.rest[pool.metric]
    if (price === undefined && isOfEveryModel(pool.kind) && hasPrice(pool)) return Number.POSITIVE_INFINITY
    const others = pool.shares.filter((share) => !own.has(keyOf(share)))
    return sum + Math.abs(biasAt(price ?? 0, others))
  }, 0)
}

/** US dollars of the last two weeks that a grouping counts at an average price and not at their own. */
export function spreadOf(grouping: Grouping, models: readonly ModelInUse[]): number {
  return restOf(grouping, models).reduce((sum, share) => {
    const price = grouping.rest[share.metric]
    return price === undefined ? sum : sum + spreadAt(price, [share])
  }, 0)
}

/** What has no metric of its own. */
export function restOf({ exact }: Grouping, models: readonly ModelInUse[]): Share[] {
  const own = new Set(exact.map(keyOf))
  return sharesOf(models).filter((share) => !own.has(keyOf(share)))
}

export function spendOf(models: readonly ModelInUse[]): number {
  return costOf(sharesOf(models))
}

const keyOf = ({ metric, modelId }: Pick<Exact, 'metric' | 'modelId'>): string => `${metric} ${modelId}`
const badnessOf = ({ off, spread }: Choice): number => WORTH_OF_COVER * off + spread
const blindness = (sight: number, spend: number): number => WORTH_OF_SIGHT * spend * Math.max(0, 1 - sight)

/** The dearest prices of input and output that are in use, together. */
function dearestOf(shares: readonly Share[]): number {
  const dearest = (kind: TokenKind) =>
    shares.reduce((most, one) => Math.max(most, (one.kind === kind && one.price) || 0), 0)
  return dearest('input') + dearest('output')
}

function choicesOfEveryModel(pool: Pool): readonly Choice[] {
  return hasPrice(pool) ? choicesWithTotal(pool, MOST_METRICS - 1) : [NOT_WATCHED]
}

interface Caches {
  chosen: readonly Choice[]
  metrics: number
  loss: number
}

/** By the number of metrics at most, the best way to watch the cache. */
function bestOfCaches(pools: readonly Pool[]): readonly Caches[] {
  const none: Caches = { chosen: [], metrics: 0, loss: 0 }
  let best: readonly Caches[] = Array.from({ length: MOST_METRICS }, () => none)
  for (const pool of pools.filter(hasPrice)) {
    // What is watched without the total comes first: where both are as good, nothing hangs on a total that may not be.
    const choices = [...choicesWithoutTotal(pool, MOST_METRICS), ...choicesWithTotal(pool, MOST_METRICS)]
    const before = best
    best = before.map((_, most) =>
      choices
        .filter(({ metrics }) => metrics <= most)
        .map((choice): Caches => {
          const others = before[most - choice.metrics] ?? none
          return {
            chosen: [...others.chosen, choice],
            metrics: others.metrics + choice.metrics,
            loss: others.loss + badnessOf(choice),
          }
        })
        .reduce((least, one) => (one.loss < least.loss - TINY * Math.max(1, least.loss) ? one : least)),
    )
  }
  return best
}

function groupingOf(chosen: readonly Choice[]): Grouping {
  const exact = chosen.flatMap((choice) => choice.exact.map(exactOf))
  const rest = chosen.flatMap((choice) => (choice.rest ? [[choice.rest.metric, choice.rest.price] as const] : []))
  return { exact, rest: Object.fromEntries(rest) }
}

function exactOf({ modelId, kind, metric, price }: Share): Exact {
  return { modelId, kind, metric, price: price ?? 0 }
}
