import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { priceToUsd } from '../money.ts'
import { STANDARD_TERMS, type Tier } from '../terms.ts'
import type { Price, PriceBook, Unpriced } from './book.ts'
import { isCallableFrom } from './listing.ts'
import { type StrayKey, strayKeys } from './override-keys.ts'
import type { PriceOverride } from './overrides.ts'
import { type OwnPrices, withOverrides } from './with-overrides.ts'

/** What an override changes of one price: US dollars per million tokens, or an image. */
export interface PriceChange {
  kind: TokenKind | 'image'
  /** Null where the list has no such price. */
  listUsd: number | null
  yoursUsd: number
  /** By how much yours is above the list's; null where that has none, or is free. */
  percent: number | null
}

export interface ChangedLine {
  key: string
  model: string
  region: string
  tier?: Tier
  from?: string
  to?: string
  changes: PriceChange[]
}

export interface OverrideCheck {
  changes: ChangedLine[]
  /** Keys that are of no known model. */
  unmatched: StrayKey[]
  /** Keys that are of one, and change no price in these Regions. */
  unchanged: string[]
}

interface Asked {
  models: readonly string[]
  regions: readonly string[]
  now: Date
}

/** What each override changes, on the day that it is looked at, or the nearest on which the override holds. */
export function checkOverrides(own: OwnPrices, list: PriceBook, { models, regions, now }: Asked): OverrideCheck {
  const book = withOverrides(own, list)
  // A key may be an id that is not known, or the ARN of a profile.
  const named = [...own.prices.keys()].filter((key) => !key.includes('*') && !models.includes(key))
  const changes = [...own.prices].flatMap(([key, overrides]) =>
    overrides.flatMap((override) =>
      regions.flatMap((region) =>
        [...models, ...named].flatMap((model): ChangedLine[] => {
          const at = dayOf(override, now)
          const { tier, from, to } = override
          const terms = { ...STANDARD_TERMS, ...(tier && { tier }) }
          if (!isCallableFrom(model, region)) return []
          if (book.holding(model, region, at, terms)?.override !== override) return []
          const found = changesOf(list.lookup(model, region, at, terms), book.lookup(model, region, at, terms))
          const when = { ...(tier && { tier }), ...(from && { from }), ...(to && { to }) }
          return found.length > 0 ? [{ key, model, region, ...when, changes: found }] : []
        }),
      ),
    ),
  )
  const unmatched = strayKeys(own.prices, models)
  const told = new Set([...changes, ...unmatched].map(({ key }) => key))
  return { changes, unmatched, unchanged: [...own.prices.keys()].filter((key) => !told.has(key)) }
}

function dayOf({ from, to }: PriceOverride, now: Date): Date {
  const today = now.toISOString().slice(0, 10)
  if (from !== undefined && from > today) return new Date(from)
  return to !== undefined && to < today ? new Date(to) : now
}

function changesOf(list: Price | Unpriced, yours: Price | Unpriced): PriceChange[] {
  if ('unpriced' in yours) return []
  const listed = 'unpriced' in list ? undefined : list
  const pairs = [
    ...TOKEN_KINDS.map((kind) => [kind, listed?.perMillion[kind], yours.perMillion[kind]] as const),
    ['image', listed?.perImage, yours.perImage] as const,
  ]
  return pairs.flatMap(([kind, before, after]) => {
    if (after === undefined || before === after) return []
    const percent = before ? Math.round((Number(after - before) / Number(before)) * 10_000) / 100 : null
    return [{ kind, listUsd: before === undefined ? null : priceToUsd(before), yoursUsd: priceToUsd(after), percent }]
  })
}
