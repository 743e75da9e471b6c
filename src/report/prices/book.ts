import type { Warning } from '../../core/events.ts'
import type { PicoUsdPerMillion } from '../money.ts'

/** Kinds of tokens that are billed apart. */
export const TOKEN_KINDS = ['input', 'output', 'cacheRead', 'cacheWrite'] as const
export type TokenKind = (typeof TOKEN_KINDS)[number]

/** The on-demand price of one model id in one Region at one time. A kind that is left out has no known price. */
export interface Price {
  perMillion: Partial<Record<TokenKind, PicoUsdPerMillion>>
  /** Who says so, with version: "genai-prices@0.1.8". */
  source: string
  /** The date of that source's data, YYYY-MM-DD; null when it does not say. */
  asOf: string | null
  /** What the price leaves out, for the reader. */
  warnings: readonly Warning[]
}

/** Why there is no price, in words for the reader. */
export interface Unpriced {
  unpriced: string
}

/** Knows prices. Never guesses: what is not the price of that very model, Region and time is unpriced. */
export interface PriceBook {
  lookup(modelId: string, region: string, at: Date): Price | Unpriced
}
