/** What a kind of token of a model costs in a Region: US dollars a million; null where no price is known. */
export interface TokenPrices {
  input: number | null
  output: number | null
  cacheRead: number | null
  cacheWrite: number | null
}

/** The kinds of token that are counted and billed apart. */
export type TokenKind = keyof TokenPrices

/** A model that was called in a Region in the last two weeks. */
export interface ModelInUse {
  /** What stands in the dimension ModelId: exactly what the callers pass. */
  modelId: string
  invocations: number
  /** Sums over the two weeks. */
  tokens: Readonly<Record<TokenKind, number>>
  /** The metric of each kind. Those of the cache have two spellings: this is the one that has data. */
  metrics: Readonly<Record<TokenKind, string>>
  prices: TokenPrices
}

/** By Region, the model that costs most first. A Region that was not looked at is not in it. */
export type InUse = ReadonlyMap<string, readonly ModelInUse[]>

export const NOTHING_IN_USE: InUse = new Map()
