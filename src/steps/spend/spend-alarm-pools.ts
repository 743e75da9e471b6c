import { type ModelInUse, TOKEN_KINDS, type TokenKind } from '../use/in-use.ts'

/**
 * The metrics of tokens that have, besides a series for each model, a total of the account in the Region. No sentence of
 * AWS's promises the totals. Those of the cache have two spellings, of which a model has one.
 */
export const POOLS = [
  { metric: 'InputTokenCount', kind: 'input', id: 'input' },
  { metric: 'OutputTokenCount', kind: 'output', id: 'output' },
  { metric: 'CacheReadInputTokenCount', kind: 'cacheRead', id: 'cacheReadCount' },
  { metric: 'CacheReadInputTokens', kind: 'cacheRead', id: 'cacheRead' },
  { metric: 'CacheWriteInputTokenCount', kind: 'cacheWrite', id: 'cacheWriteCount' },
  { metric: 'CacheWriteInputTokens', kind: 'cacheWrite', id: 'cacheWrite' },
] as const satisfies readonly { metric: string; kind: TokenKind; id: string }[]

/** The tokens of one kind of one model over the two weeks. */
export interface Share {
  modelId: string
  kind: TokenKind
  /** The metric's name. */
  metric: string
  /** US dollars a million; null for a model without a price. */
  price: number | null
  tokens: number
  /** US dollars; 0 without a price. */
  cost: number
}

export function sharesOf(models: readonly ModelInUse[]): Share[] {
  return models.flatMap(({ modelId, tokens, metrics, prices }) =>
    TOKEN_KINDS.map((kind) => {
      const cost = (tokens[kind] * (prices[kind] ?? 0)) / 1e6
      return { modelId, kind, metric: metrics[kind], price: prices[kind], tokens: tokens[kind], cost }
    }),
  )
}

/** All tokens of one metric. */
export interface Pool {
  metric: string
  kind: TokenKind
  shares: readonly Share[]
}

/** In the order of `POOLS`: input, output, then those of the cache. */
export function poolsOf(shares: readonly Share[]): Pool[] {
  return POOLS.map(({ metric, kind }) => ({ metric, kind, shares: shares.filter((share) => share.metric === metric) }))
}

export const hasPrice = ({ shares }: Pool): boolean => shares.some(({ price }) => price !== null)

/** Of every model there are input and output; with a total of these, models are seen that nobody has called yet. */
export const isOfEveryModel = (kind: TokenKind): boolean => kind === 'input' || kind === 'output'

export const costOf = (shares: readonly Share[]): number => shares.reduce((sum, { cost }) => sum + cost, 0)

/** More digits are no use in an average: it is off by less than a ten-thousandth. */
const DIGITS_OF_AVERAGE = 4

/**
 * The one price, in US dollars a million, at which tokens cost what they cost at their own prices: the average by the
 * tokens of the two weeks, with nothing for those without a price. Of what nobody has used, the dearest price.
 */
export function averagePrice(shares: readonly Share[]): number {
  const used = shares.filter(({ tokens }) => tokens > 0)
  const [first] = used
  if (!first) return Math.max(0, ...shares.map(({ price }) => price ?? 0))
  if (used.every(({ price }) => price === first.price)) return first.price ?? 0
  const tokens = used.reduce((sum, share) => sum + share.tokens, 0)
  return Number(((1e6 * costOf(used)) / tokens).toPrecision(DIGITS_OF_AVERAGE))
}

/** US dollars that tokens are counted too much (or, below 0, too little) at one price for all. */
export function biasAt(price: number, shares: readonly Share[]): number {
  return shares.reduce((sum, { tokens }) => sum + (tokens * price) / 1e6, 0) - costOf(shares)
}

/**
 * US dollars that are counted at a price not their own, too much or too little alike: what one price for all may be off by
 * when the mix of models changes, while the mix of the two weeks evens it out.
 */
export function spreadAt(price: number, shares: readonly Share[]): number {
  return shares.reduce((sum, { tokens, price: own }) => sum + (tokens * Math.abs(price - (own ?? 0))) / 1e6, 0)
}
