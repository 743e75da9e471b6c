/** AWS's service tiers, and the two ways of calling that have prices of their own. */
export const TIERS = ['standard', 'flex', 'priority', 'reserved', 'latency-optimized', 'batch'] as const
export type Tier = (typeof TIERS)[number]

/** What a source may not tell, though the price hangs on it. */
export type Untold = 'tier' | 'latency' | 'promptLength' | 'cacheTtl'

/** What is in doubt of a cost: what is not told of calls, or what the long prompts of a model cost. */
export type DoubtKind = Untold | 'longPrice'

/** Terms of a call, besides its model, Region and day, that set its price. */
export interface Terms {
  readonly tier: Tier
  /** The prompt, with what came from the cache or went there, has more tokens than this: one of `PROMPT_LENGTHS`, or 0. */
  readonly promptOver: number
  /** Priced as if it were standard, short and kept for five minutes, but it may be otherwise. */
  readonly untold?: readonly Untold[]
}

/** The lengths of prompt, in tokens, from which some model costs more. */
export const PROMPT_LENGTHS = [100_000, 128_000, 200_000, 272_000] as const

export const STANDARD_TERMS: Terms = { tier: 'standard', promptOver: 0 }

/** The highest of `PROMPT_LENGTHS` that a prompt exceeds; 0 for none. */
export function promptOver(tokens: number): number {
  let over = 0
  for (const length of PROMPT_LENGTHS) if (tokens > length) over = length
  return over
}

/** Rows of a year share a few objects. */
const keys = new WeakMap<Terms, string>()

export function termsKey(terms: Terms): string {
  const known = keys.get(terms)
  if (known !== undefined) return known
  const { tier, promptOver: over, untold = [] } = terms
  const key = [tier, over, ...untold].join(' ')
  keys.set(terms, key)
  return key
}
