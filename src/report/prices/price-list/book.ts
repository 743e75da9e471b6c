import type { Warning } from '../../../core/events.ts'
import { allChanges, type Figures, NO_PRICE, type Price, type PriceBook, type Unpriced } from '../book.ts'
import { pricedId, splitScope } from '../model-id.ts'
import { agree, complete } from '../quotes.ts'
import { listNames } from './names.ts'
import type { ListedPrice } from './products.ts'
import type { Routing } from './usage-type.ts'

/** What the list says of one model, Region and routing. A kind with two prices is left out: which one it is, is not known. */
interface Entry {
  figures: Figures
  perImage?: bigint
  /** The latest day from which one of its prices holds. */
  since: string
}

/** A price of AWS's list, with the day from which the list says so. */
interface DatedPrice extends Price {
  since: string
}

/** The standard on-demand prices of AWS's price list. `readOn` (YYYY-MM-DD) is when it was read. */
export function priceListBook(prices: readonly ListedPrice[], readOn: string) {
  const entries = index(prices)
  return {
    changes: changesOf([...entries.values()].map(({ since }) => since)),
    lookup(modelId: string, region: string): DatedPrice | Unpriced {
      const id = pricedId(modelId)
      if (typeof id !== 'string') return id
      const entry = routings(id)
        .flatMap((routing) => listNames(id).map((name) => entries.get(keyOf(name, region, routing))))
        .find((found) => found !== undefined)
      if (!entry) return { unpriced: NO_PRICE }
      const { figures, perImage, since } = entry
      const image = perImage === undefined ? {} : { perImage }
      return { perMillion: figures, ...image, source: 'aws-price-list', asOf: readOn, since, warnings: [] }
    },
  }
}

/**
 * The live list before the bundled prices. The list tells what holds now and since when, not what held before: use that is
 * older is priced by the list only where the bundled price of that time is the same, or where there is none.
 */
export function liveFirst(live: ReturnType<typeof priceListBook>, bundled: PriceBook): PriceBook {
  return {
    changes: allChanges([live.changes, bundled.changes]),
    lookup(modelId, region, at, terms) {
      const known = bundled.lookup(modelId, region, at, terms)
      if (terms && terms.tier !== 'standard') return known
      const listed = live.lookup(modelId, region)
      if ('unpriced' in listed) return known
      const { since, ...price } = listed
      const older = at.toISOString().slice(0, 10) < since
      if ('unpriced' in known) return older ? { ...price, warnings: [earlier(modelId, since)] } : price
      if (!agree(price.perMillion, known.perMillion)) {
        // AWS's own list is right about today: what others say is shown to who asks, and no reason to warn.
        const { perMillion, source, asOf } = known
        return older ? known : { ...price, disputes: [{ perMillion, source, asOf }] }
      }
      return { ...price, ...complete(price, [known]) }
    },
  }
}

function earlier(modelId: string, since: string): Warning {
  return {
    code: 'price-date-assumed',
    message: `AWS lists the price of ${modelId} from ${since} on; earlier use is priced the same, as no other price is known`,
  }
}

/** Undefined where a day is none of the calendar. */
function changesOf(days: readonly string[]): number[] | undefined {
  const changes = [...new Set(days)].map((day) => Date.parse(day))
  return changes.some(Number.isNaN) ? undefined : changes
}

/** The list has no price for geographic profiles so far: they bill that of the calling Region. */
function routings(id: string): Routing[] {
  const { scope } = splitScope(id)
  if (scope === 'global') return ['global']
  return scope === 'in-region' ? ['in-region'] : ['geographic', 'in-region']
}

function index(prices: readonly ListedPrice[]): Map<string, Entry> {
  const groups = new Map<string, ListedPrice[]>()
  for (const price of prices) {
    if (price.tier !== 'standard') continue
    const key = keyOf(price.model, price.region, price.routing)
    groups.set(key, [...(groups.get(key) ?? []), price])
  }
  return new Map([...groups].flatMap(([key, group]) => entryOf(group).map((entry) => [key, entry] as const)))
}

function entryOf(group: readonly ListedPrice[]): Entry[] {
  const kinds = new Set(group.map(({ kind }) => kind))
  const sole = [...kinds].flatMap((kind) => {
    const different = new Set(group.filter((price) => price.kind === kind).map(({ price }) => price))
    const [price] = different
    return different.size === 1 && price !== undefined ? [[kind, price] as const] : []
  })
  if (sole.length === 0) return []
  const since = group.map((price) => price.since).reduce((a, b) => (a > b ? a : b))
  const perImage = sole.find(([kind]) => kind === 'image')?.[1]
  const figures: Figures = Object.fromEntries(sole.filter(([kind]) => kind !== 'image'))
  return [{ figures, since, ...(perImage !== undefined && { perImage }) }]
}

function keyOf(name: string, region: string, routing: Routing): string {
  return JSON.stringify([name, region, routing])
}
