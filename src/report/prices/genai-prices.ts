import type { calcPrice } from '@pydantic/genai-prices'
import type { TokenKind } from '../charges.ts'
import { parsePrice } from '../money.ts'
import { PROMPT_LENGTHS, STANDARD_TERMS, type Terms } from '../terms.ts'
import { type Figures, NO_PRICE, notStandard, type Price, type PriceBook, type Unpriced } from './book.ts'
import { isCommercial, isListRegion, type ModelName, parseModelName, pricedId, splitScope } from './model-id.ts'
import { onePrice } from './rules.ts'

/** The package, and when this release of it came out: it says neither itself. */
const SOURCE = { source: 'genai-prices@0.1.8', asOf: '2026-09-23' }

const PRICE_KEYS: Record<TokenKind, string> = {
  input: 'input_mtok',
  output: 'output_mtok',
  cacheRead: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
}

type Entry = NonNullable<ReturnType<typeof calcPrice>>
type Tiered = Extract<Entry['model_price'][string], { base: number }>

/**
 * Prices from the data inside `@pydantic/genai-prices` (provider `aws`), standard ones, by the length of the prompt. Loading it takes about 30 ms and 15 MB, so it is
 * loaded here and not before. It goes to the network only when `updatePrices` is called, which nobody does.
 */
export async function loadGenaiPrices(): Promise<PriceBook> {
  const { calcPrice, findProvider } = await import('@pydantic/genai-prices')
  return {
    changes: changesOf(findProvider({ providerId: 'aws' })?.models ?? []),
    lookup(modelId, region, at, terms = STANDARD_TERMS) {
      const other = notStandard({ ...terms, promptOver: 0 })
      if (other) return other
      const id = pricedId(modelId)
      if (typeof id !== 'string') return id
      const found = namesOf(id).map((name) =>
        judge(name, region, calcPrice({}, name, { providerId: 'aws', timestamp: at }), terms),
      )
      return found.find((price) => !('unpriced' in price)) ?? found[0] ?? { unpriced: NO_PRICE }
    },
  }
}

/** The days from which prices of the package hold; undefined where one holds for hours of the day. */
function changesOf(models: readonly Pick<Entry['model'], 'prices'>[]): number[] | undefined {
  const constraints = models
    .flatMap(({ prices }) => (Array.isArray(prices) ? prices : []))
    .flatMap((price) => price.constraint ?? [])
  const days = constraints.flatMap((constraint) =>
    constraint.type === 'start_date' ? [Date.parse(constraint.start_date)] : [],
  )
  return days.length < constraints.length ? undefined : days
}

/**
 * Ids that bill the same price as this one, itself first: a geographic profile bills the price of the calling Region, which
 * is that of the base id; and the package knows some models by the one and some by the other.
 */
function namesOf(id: string): string[] {
  const { scope, base } = splitScope(id)
  return scope === 'global' || scope === 'us-gov' ? [id] : [...new Set([id, base, `us.${base}`])]
}

function judge(id: string, region: string, entry: Entry | null, terms: Terms): Price | Unpriced {
  if (entry?.provider.id !== 'aws') return { unpriced: NO_PRICE }
  const refused = refusal(id, entry.model.id, region)
  if (refused) return refused
  const perMillion = figuresOf(entry, terms)
  return perMillion.input === undefined ? { unpriced: NO_PRICE } : { perMillion, ...SOURCE, warnings: [] }
}

/**
 * Why the entry that the package found is not the price of this very model, Region and routing. The package's own match is
 * by parts of the name: titan-embed-text-v2 gets the price of v1, and a Claude 4.5 in GovCloud that of Virginia.
 */
export function refusal(id: string, entryId: string, region: string): Unpriced | undefined {
  const regional = entryId.startsWith('regional.')
  const asked = parseModelName(id)
  const found = parseModelName(regional ? entryId.slice('regional.'.length) : entryId)
  if (!sameModel(asked, found)) return { unpriced: `no price known; the nearest is that of another model, ${entryId}` }
  if ((asked.scope === 'global') !== (found.scope === 'global')) {
    return { unpriced: `no price known for ${asked.scope} routing; the nearest is that of ${entryId}` }
  }
  if (asked.scope === 'us-gov' || region.startsWith('us-gov-')) return { unpriced: 'no price known for GovCloud' }
  if (!isCommercial(region)) return { unpriced: `no price known for ${region}, whose partition has its own` }
  const everywhere = onePrice(id) !== undefined && (regional || found.scope === 'global')
  if (!everywhere && !isListRegion(region)) {
    return { unpriced: `no price known for ${region || 'an unknown Region'}; prices of this model differ by Region` }
  }
  return undefined
}

/** An entry that names no date is about all snapshots of its version. */
function sameModel(asked: ModelName, found: ModelName): boolean {
  return (
    asked.name === found.name &&
    asked.version === found.version &&
    asked.revision === found.revision &&
    (found.date === undefined || asked.date === found.date)
  )
}

/** A price of nothing is one that is not known. */
function figuresOf({ model_price: prices }: Entry, { promptOver }: Terms): Figures {
  const figures = Object.entries(PRICE_KEYS).flatMap(([kind, key]) => {
    const price = prices[key]
    const usd = typeof price === 'object' ? tierOf(price, promptOver) : price
    return usd ? [[kind, parsePrice(usd)]] : []
  })
  return Object.fromEntries(figures)
}

/** A tier begins with its first token or, as the package has some, one before. */
function tierOf({ base, tiers }: Tiered, promptOver: number): number {
  const reached = tiers.filter(({ start }) =>
    PROMPT_LENGTHS.some((length) => length <= promptOver && start <= length + 1),
  )
  return reached.at(-1)?.price ?? base
}

/** The ids of the package's entries of AWS; those of models with one price for all places begin with `regional.`. */
export async function packagedIds(): Promise<string[]> {
  const { findProvider } = await import('@pydantic/genai-prices')
  return findProvider({ providerId: 'aws' })?.models.map(({ id }) => id) ?? []
}
