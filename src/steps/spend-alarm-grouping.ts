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

/** A way to watch one of the totals, or the cache. */
interface Choice {
  exact: readonly Exact[]
  rest: number | null
  /** US dollars of the two weeks that are counted too much or not at all. */
  off: number
}

/** So little beside the spend is as good as exact. */
const AS_GOOD_AS_EXACT = 0.005
/** What it is worth, beside the spend, that a model that nobody has called yet counts at the dearest price and not at nothing. */
const WORTH_OF_SIGHT = 0.05
const TINY = 1e-9

/**
 * The best use of ten metrics by what the last two weeks cost; undefined where no price is known. The totals come first:
 * they see models that nobody has called yet, and cost nothing, since one model of each side needs no metric of its own
 * once the others are taken out of the total. The rest is searched whole, by the price that the rest of each total may
 * have: what is dearer has to be exact, and after that whatever would be furthest off. See `lossOf` for what is best.
 */
export function bestGrouping(models: readonly ModelInUse[]): Grouping | undefined {
  const totals = TOTALLED.filter((kind) => models.some(({ prices }) => prices[kind] !== null))
  if (totals.length === 0) return undefined
  const most = MOST_METRICS - totals.length
  const caches = choicesOfCache(models, most)
  const outputs = choicesOfTotal(models, 'output', most)
  const measure = measureOf(models)
  let best: { chosen: readonly [Choice, Choice, Choice]; merits: readonly number[] } | undefined
  for (const input of choicesOfTotal(models, 'input', most)) {
    for (const output of outputs) {
      const left = most - input.exact.length - output.exact.length
      const cache = left < 0 ? undefined : caches[Math.min(left, caches.length - 1)]
      if (!cache) continue
      const off = input.off + output.off + cache.off
      const rest = (input.rest ?? 0) + (output.rest ?? 0)
      const metrics = input.exact.length + output.exact.length + cache.exact.length
      const merits = [-lossBy(off, rest, measure), -off, rest, -metrics]
      if (!best || isMore(merits, best.merits)) best = { chosen: [input, output, cache], merits }
    }
  }
  if (!best) return undefined
  const [input, output] = best.chosen
  return { exact: best.chosen.flatMap(({ exact }) => exact), rest: { input: input.rest, output: output.rest } }
}

/**
 * How bad a grouping is, in US dollars of the two weeks: what it is off by and, beside that, how blind it is to models to
 * come. What is as good as exact is better than all that is not. Infinite where the grouping does not hold.
 */
export function lossOf(grouping: Grouping, models: readonly ModelInUse[]): number {
  const rest = (grouping.rest.input ?? 0) + (grouping.rest.output ?? 0)
  return lossBy(offBy(grouping, models), rest, measureOf(models))
}

interface Measure {
  spend: number
  /** The dearest prices of input and output that are in use, together. */
  dearest: number
}

function measureOf(models: readonly ModelInUse[]): Measure {
  const dearest = TOTALLED.reduce((sum, kind) => sum + Math.max(0, ...models.map(({ prices }) => prices[kind] ?? 0)), 0)
  return { spend: spendOf(models), dearest }
}

function lossBy(off: number, rest: number, { spend, dearest }: Measure): number {
  const blind = dearest > 0 ? Math.max(0, 1 - rest / dearest) : 0
  if (off <= AS_GOOD_AS_EXACT * spend) return AS_GOOD_AS_EXACT * spend * blind
  return off + WORTH_OF_SIGHT * spend * blind
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

/** The ways to watch one of the totals that no other way is better than in every respect. */
function choicesOfTotal(models: readonly ModelInUse[], kind: Totalled, most: number): Choice[] {
  const pairs = models.map((model) => pairOf(model, kind))
  const prices = [...new Set(pairs.flatMap(({ price }) => (price === null ? [] : [price])))].sort((a, b) => b - a)
  if (prices.length === 0) return [{ exact: [], rest: null, off: 0 }]
  /** By the number of metrics: the least that a dearer rest is off by. */
  const least: number[] = []
  return prices.flatMap((rest) => {
    const dearer = pairs.filter(({ price }) => (price ?? 0) > rest)
    const cheaper = pairs
      .filter((pair) => (pair.price ?? 0) <= rest && excess(pair, rest) > 0)
      .sort((a, b) => excess(b, rest) - excess(a, rest))
    const counts = Array.from({ length: Math.min(cheaper.length, most - dearer.length) + 1 }, (_, count) => count)
    return counts.flatMap((count) => {
      const off = cheaper.slice(count).reduce((sum, pair) => sum + excess(pair, rest), 0)
      const metrics = dearer.length + count
      if (off >= (least[metrics] ?? Number.POSITIVE_INFINITY)) return []
      least[metrics] = off
      return [{ exact: [...dearer, ...cheaper.slice(0, count)].map(asExact), rest, off }]
    })
  })
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
