import { costOfTokens, type ModelInUse, TOKEN_KINDS, type TokenKind } from './in-use.ts'

/** Metric math in an alarm reads at most ten metrics. */
const MOST_METRICS = 10

/** The kinds whose tokens the account's totals hold; there is no total of the cache's. */
export const TOTALLED = ['input', 'output'] as const
export type Totalled = (typeof TOTALLED)[number]

/** A kind of token of one model that is watched by its own metric. */
export interface Exact {
  modelId: string
  kind: TokenKind
  /** The metric's name. */
  metric: string
  /** US dollars a million; null for a model without a price, which is only taken out of the rest. */
  price: number | null
}

/**
 * How ten metrics watch any number of models: some kinds of token of some models by metrics of their own, at their own
 * price, and what the account's totals have beyond these at one price for all.
 */
export interface Grouping {
  exact: readonly Exact[]
  /** US dollars a million for the rest of each total; null where no price is known and the total is not watched. */
  rest: Readonly<Record<Totalled, number | null>>
}

/** A side of the choice: the least that can be left wrong with so many metrics, and how. */
interface Choice {
  exact: readonly Exact[]
  rest: number | null
  /** US dollars of the two weeks that are counted too much or not at all. */
  off: number
}

const TINY = 1e-9

/**
 * The use of ten metrics that is least far off what the last two weeks cost; undefined where no price is known.
 *
 * The totals come first: they see models that nobody has called yet, and they cost nothing, since the dearest model of
 * each side needs no metric of its own once the others are taken out of the total. Each side is then searched whole: for
 * every price that the rest may have, what is dearer has to be exact, and after that whatever would be furthest off.
 */
export function bestGrouping(models: readonly ModelInUse[]): Grouping | undefined {
  const totals = TOTALLED.filter((kind) => models.some(({ prices }) => prices[kind] !== null))
  if (totals.length === 0) return undefined
  const most = MOST_METRICS - totals.length
  const inputs = choicesOfTotal(models, 'input', most)
  const outputs = choicesOfTotal(models, 'output', most)
  const caches = choicesOfCache(models, most)
  let best: { input: Choice; output: Choice; cache: Choice; worth: readonly number[] } | undefined
  for (const [i, input] of inputs.entries()) {
    for (const [o, output] of outputs.slice(0, most - i + 1).entries()) {
      for (const cache of caches.slice(0, most - i - o + 1)) {
        const worth = [
          -(input.off + output.off + cache.off),
          (input.rest ?? 0) + (output.rest ?? 0),
          -(input.exact.length + output.exact.length + cache.exact.length),
        ]
        if (!best || isMore(worth, best.worth)) best = { input, output, cache, worth }
      }
    }
  }
  if (!best) return undefined
  const { input, output, cache } = best
  return {
    exact: [...input.exact, ...output.exact, ...cache.exact],
    rest: { input: input.rest, output: output.rest },
  }
}

/**
 * US dollars of the last two weeks that a grouping counts too much, or, of the cache, not at all. Infinite where it does
 * not hold: a price has changed, or a model that is in use would be counted at less than its price.
 */
export function offBy({ exact, rest }: Grouping, models: readonly ModelInUse[]): number {
  const pairs = models.flatMap((model) => TOKEN_KINDS.map((kind) => pairOf(model, kind)))
  const off = pairs.map((pair) => {
    const own = exact.find(({ modelId, metric }) => modelId === pair.modelId && metric === pair.metric)
    if (own) return own.price === pair.price ? 0 : Number.POSITIVE_INFINITY
    if (!isTotalled(pair.kind)) return pair.cost
    const price = rest[pair.kind]
    if (price === null) return pair.price === null ? 0 : Number.POSITIVE_INFINITY
    return (pair.price ?? 0) > price ? Number.POSITIVE_INFINITY : excess(pair, price)
  })
  return off.reduce((sum, one) => sum + one, 0)
}

export function spendOf(models: readonly ModelInUse[]): number {
  return models.reduce((sum, model) => sum + costOfTokens(model), 0)
}

interface Pair extends Exact {
  tokens: number
  /** US dollars of the two weeks; 0 without a price. */
  cost: number
}

export function pairOf({ modelId, tokens, metrics, prices }: ModelInUse, kind: TokenKind): Pair {
  const cost = (tokens[kind] * (prices[kind] ?? 0)) / 1e6
  return { modelId, kind, metric: metrics[kind], price: prices[kind], tokens: tokens[kind], cost }
}

export function isTotalled(kind: TokenKind): kind is Totalled {
  return kind === 'input' || kind === 'output'
}

/** What a pair costs too much when its tokens are counted at the price of the rest. */
function excess({ tokens, price }: Pair, rest: number): number {
  return (tokens * (rest - (price ?? 0))) / 1e6
}

/** By the number of metrics, from none on: the best choice of one of the totals. */
function choicesOfTotal(models: readonly ModelInUse[], kind: Totalled, most: number): Choice[] {
  const pairs = models.map((model) => pairOf(model, kind))
  const prices = [...new Set(pairs.flatMap(({ price }) => (price === null ? [] : [price])))].sort((a, b) => b - a)
  if (prices.length === 0) return [{ exact: [], rest: null, off: 0 }]
  const best: (Choice | undefined)[] = []
  for (const rest of prices) {
    const dearer = pairs.filter(({ price }) => (price ?? 0) > rest)
    const cheaper = pairs
      .filter((pair) => (pair.price ?? 0) <= rest && excess(pair, rest) > 0)
      .sort((a, b) => excess(b, rest) - excess(a, rest))
    for (let count = 0; count <= cheaper.length && dearer.length + count <= most; count += 1) {
      const off = cheaper.slice(count).reduce((sum, pair) => sum + excess(pair, rest), 0)
      const known = best[dearer.length + count]
      if (known && known.off <= off) continue
      best[dearer.length + count] = { exact: [...dearer, ...cheaper.slice(0, count)].map(asExact), rest, off }
    }
  }
  return filled(best)
}

function choicesOfCache(models: readonly ModelInUse[], most: number): Choice[] {
  const pairs = models
    .flatMap((model) => (['cacheRead', 'cacheWrite'] as const).map((kind) => pairOf(model, kind)))
    .filter(({ cost }) => cost > 0)
    .sort((a, b) => b.cost - a.cost)
  return Array.from({ length: Math.min(pairs.length, most) + 1 }, (_, count) => ({
    exact: pairs.slice(0, count).map(asExact),
    rest: null,
    off: pairs.slice(count).reduce((sum, { cost }) => sum + cost, 0),
  }))
}

/** Where so many metrics are more than any choice needs, the one with the next fewer serves. */
function filled(best: readonly (Choice | undefined)[]): Choice[] {
  const choices: Choice[] = []
  for (const choice of best) {
    const before = choices.at(-1)
    if (choice) choices.push(choice)
    else if (before) choices.push(before)
  }
  return choices
}

function asExact({ modelId, kind, metric, price }: Pair): Exact {
  return { modelId, kind, metric, price }
}

/** Compares what counts most first, sums of floating-point numbers being a little off. */
function isMore(one: readonly number[], other: readonly number[]): boolean {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? 0
    if (Math.abs(value - against) > TINY * Math.max(1, Math.abs(value), Math.abs(against))) return value > against
  }
  return false
}
