import { costOfTokens, type ModelInUse, TOKEN_KINDS } from '../use/in-use.ts'

export interface Share {
  modelId: string
  /** The metric's name. Besides a series for each model it has a total of the account in the Region, which AWS does not promise. */
  metric: string
  tokens: number
  /** US dollars a million; null where no price is known. */
  price: number | null
}

/** Which tokens count at their own price, and what the others count at. */
export interface Split {
  /** Watched by metrics of their own, in an order that use does not change. Without a price they are only taken out of the rest. */
  exact: readonly Share[]
  blended: readonly Share[]
  /** US dollars a million for what a total has beyond the exact ones, by the metric's name. */
  rest: Readonly<Record<string, number>>
}

/** Every model has these: their totals are watched even if all models are exact, and see those that nobody has called yet. */
const OF_EVERY_MODEL = ['InputTokenCount', 'OutputTokenCount', 'TotalInputTokens', 'TotalOutputTokens']
/** More digits are no use in an average: it is off by less than a thousandth. */
const DIGITS_OF_AVERAGE = 4

/** @param rest the prices of the rest that stand; by default the averages of the two weeks */
export function splitOf(models: readonly ModelInUse[], ids: ReadonlySet<string>, rest?: Split['rest']): Split {
  const shares = models.flatMap(({ modelId, tokens, metrics, prices }): Share[] =>
    TOKEN_KINDS.map((kind) => ({ modelId, metric: metrics[kind], tokens: tokens[kind], price: prices[kind] })),
  )
  const used = shares.filter(({ tokens }) => tokens > 0)
  const blended = used.filter(({ modelId }) => !ids.has(modelId))
  const prices = rest ?? averages(shares, blended)
  const isCounted = ({ metric, price }: Share) => (price ?? 0) > 0 || prices[metric] !== undefined
  const exact = used.filter((share) => ids.has(share.modelId) && isCounted(share))
  const name = ({ modelId, metric }: Share) => `${modelId} ${metric}`
  return { exact: exact.sort((a, b) => (name(a) < name(b) ? -1 : 1)), blended, rest: prices }
}

/** The models by what counting them wrong would cost: their spend; without a price, their tokens at the average of all. */
export function rankedIds(models: readonly ModelInUse[]): string[] {
  const { blended, rest } = splitOf(models, new Set())
  // Of these no metric is of all calls.
  const byProject = new Set(models.flatMap((model) => (model.byProject ? [model.modelId] : [])))
  const stakes = new Map<string, number>()
  for (const { modelId, metric, tokens, price } of blended) {
    stakes.set(modelId, (stakes.get(modelId) ?? 0) + tokens * (price ?? rest[metric] ?? 0))
  }
  const ranked = [...stakes].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
  return ranked.flatMap(([modelId]) => (byProject.has(modelId) ? [] : [modelId]))
}

/** As a share of the spend of the two weeks: with their mix of models, and at most if each is used up to twice as much or less. */
export function errorOf({ blended, rest }: Split, models: readonly ModelInUse[]): { sameMix: number; most: number } {
  const spend = models.reduce((sum, model) => sum + costOfTokens(model), 0) || 1
  const off = blended.map(({ metric, tokens, price }) => (tokens * ((rest[metric] ?? 0) - (price ?? 0))) / 1e6)
  const sameMix = Math.abs(off.reduce((sum, usd) => sum + usd, 0)) / spend
  return { sameMix, most: sameMix + off.reduce((sum, usd) => sum + Math.abs(usd), 0) / spend }
}

/** Prices for what is not exact. Of a metric that only exact models have, the highest, so that a new model is not missed. */
function averages(shares: readonly Share[], blended: readonly Share[]): Split['rest'] {
  const metrics = [...new Set(shares.map(({ metric }) => metric))].sort()
  const prices = metrics.map((metric): [string, number] => {
    const others = blended.filter((share) => share.metric === metric)
    if (others.length > 0) return [metric, averagePrice(others)]
    const known = shares.map((share) => (share.metric === metric && share.price) || 0)
    return [metric, OF_EVERY_MODEL.includes(metric) ? Math.max(...known) : 0]
  })
  return Object.fromEntries(prices.filter(([, price]) => price > 0))
}

/** By the tokens of the two weeks; what has no price adds nothing to it. */
function averagePrice(shares: readonly Share[]): number {
  const price = shares[0]?.price ?? 0
  if (shares.every((share) => (share.price ?? 0) === price)) return price
  const tokens = shares.reduce((sum, share) => sum + share.tokens, 0)
  const cost = shares.reduce((sum, share) => sum + share.tokens * (share.price ?? 0), 0)
  return Number((cost / tokens).toPrecision(DIGITS_OF_AVERAGE))
}
