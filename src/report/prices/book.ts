import type { Warning } from '../../core/events.ts'
import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import type { PicoUsdPerMillion } from '../money.ts'
import { STANDARD_TERMS, type Terms } from '../terms.ts'
import { DAY_MS } from '../window.ts'

/** What a million tokens of each kind cost. A kind that is left out has no known price. */
export type Figures = Partial<Record<TokenKind, PicoUsdPerMillion>>

export interface Quote {
  perMillion: Figures
  /** With version: "genai-prices@0.1.8". */
  source: string
  /** The date of that source's data, YYYY-MM-DD; null when it does not say. */
  asOf: string | null
}

/** The price of one model id in one Region at one time, on the terms that were asked for. */
export interface Price extends Quote {
  /** What one image costs, in pico-dollars; only of models whose images have one price. */
  perImage?: bigint
  /** What guardrails charge for a text unit of a kind of policy, in pico-dollars. */
  perTextUnit?: bigint
  /** What other sources of the same standing say instead. */
  disputes?: readonly Quote[]
  /** The list's own price, where this is one of the user's; null where the list has none. */
  list?: Pick<Price, 'perMillion' | 'perImage'> | null
  warnings: readonly Warning[]
}

export interface Unpriced {
  unpriced: string
}

/**
 * Knows prices. Never guesses: what is not the price of that very model, Region, time and terms (standard by default) is
 * unpriced. Prices change with the day, so an answer holds for all of a day of UTC.
 */
export interface PriceBook {
  lookup(modelId: string, region: string, at: Date, terms?: Terms): Price | Unpriced
  /** The days of UTC (ms of their midnight) from which on some price may be another; left out where it may be any day. */
  readonly changes?: readonly number[] | undefined
}

export const NO_PRICE = 'no price known'

/** Why a book of standard prices has none on other terms; undefined where these are standard. */
export function notStandard({ tier, promptOver }: Terms = STANDARD_TERMS): Unpriced | undefined {
  if (tier !== 'standard') return { unpriced: `no price known for the ${tier} tier` }
  return promptOver > 0 ? { unpriced: `no price known for prompts of more than ${promptOver} tokens` } : undefined
}

/** The changes of several books; undefined where one of them may change on any day. */
export function allChanges(changes: readonly PriceBook['changes'][]): PriceBook['changes'] {
  const known = changes.filter((days) => days !== undefined)
  return known.length < changes.length ? undefined : [...new Set(known.flat())].sort((a, b) => a - b)
}

/** Tells the span of time of a moment within which no price changes, as a number. */
export function pricePeriods({ changes }: Pick<PriceBook, 'changes'>): (moment: number) => number {
  if (!changes) return (moment) => Math.floor(moment / DAY_MS)
  // A year of rows by the hour is asked for one after the other, and few of them are of another span than the one before.
  let [period, start, end] = [0, 0, 0]
  return (moment) => {
    if (moment >= start && moment < end) return period
    period = changes.filter((day) => day <= moment).length
    start = changes[period - 1] ?? Number.NEGATIVE_INFINITY
    end = changes[period] ?? Number.POSITIVE_INFINITY
    return period
  }
}

/** Whether two sources say the same about all kinds that both know. */
export function agree(one: Figures, other: Figures): boolean {
  return TOKEN_KINDS.every((kind) => one[kind] === undefined || other[kind] === undefined || one[kind] === other[kind])
}

/** Adds the kinds that the first source lacks from those that agree with it in the rest, and names them. */
export function complete(first: Quote, agreeing: readonly Quote[]): Pick<Quote, 'perMillion' | 'source'> {
  const perMillion: Figures = { ...first.perMillion }
  const sources = new Set([first.source])
  for (const { perMillion: more, source } of agreeing) {
    for (const kind of TOKEN_KINDS) {
      const figure = more[kind]
      if (figure === undefined || perMillion[kind] !== undefined) continue
      perMillion[kind] = figure
      sources.add(source)
    }
  }
  return { perMillion, source: [...sources].join(' + ') }
}
