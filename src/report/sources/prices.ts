import type { AwsPlace } from '../../aws/context.ts'
import type { Warning } from '../../core/events.ts'
import { type PlaceId, placeKey } from '../../core/place.ts'
import type { Dimensions } from '../model.ts'
import { layered, type PriceBook } from '../prices/book.ts'
import { bundledBook } from '../prices/bundled.ts'
import { loadGenaiPrices } from '../prices/genai-prices.ts'
import { overridesBook, type PriceOverrides } from '../prices/overrides.ts'
import { priceListBook } from '../prices/price-list/book.ts'
import type { LeftOutCount } from '../prices/price-list/left-out.ts'
import { liveFirst } from '../prices/price-list/live-first.ts'
import { unusedOf } from '../prices/price-list/unused.ts'
import { withProfiles } from '../prices/profiles.ts'
import { readPriceList, type TextCache } from './price-list.ts'
import { resolveProfiles } from './profiles.ts'

/** What is known of prices, apart from what comes with the program. */
export interface PriceSources {
  /** What the user's configuration says, and the file's name. */
  overrides?: { prices: PriceOverrides; source: string }
  /** Where AWS can be asked which models application profiles stand for; left out where there is no account. */
  places?: readonly AwsPlace[]
  /** Reads AWS's price list through the first of the places; left out when offline. */
  live?: { cache?: TextCache }
}

export interface Prices {
  book: PriceBook
  warnings: readonly Warning[]
}

/** What a price hangs on, and the account, whose application profile the model may be. */
export type Priced = { dimensions: Pick<Dimensions, 'model' | 'account' | 'region'> }

/** Gets the prices of what rows tell of: the Regions and application profiles in them are asked about, and no others. */
export function priceLoader(sources: PriceSources = {}): (rows: Iterable<Priced>) => Promise<Prices> {
  return async (rows) => {
    const { places = [] } = sources
    const models = modelsByPlace(rows)
    const regions = new Set([...models.values()].map(({ place }) => place.region))
    const [prices, ...profiles] = await Promise.all([
      loadPrices(sources, [...regions]),
      ...places.map((place) => resolveProfiles(place.cx, place.region, models.get(placeKey(place))?.ids ?? [])),
    ])
    const resolved = new Map(profiles.flatMap((found) => [...found.models]))
    return {
      book: withProfiles(prices.book, resolved),
      warnings: [...prices.warnings, ...profiles.flatMap(({ warnings }) => warnings)],
    }
  }
}

function modelsByPlace(rows: Iterable<Priced>): Map<string, { place: PlaceId; ids: Set<string> }> {
  const places = new Map<string, { place: PlaceId; ids: Set<string> }>()
  let latest: { place: PlaceId; ids: Set<string> } | undefined
  for (const { dimensions } of rows) {
    const { account, region, model } = dimensions
    // Rows of one place mostly come together, and there may be a year of them by the hour.
    if (latest?.place.account !== account || latest.place.region !== region) {
      const key = placeKey(dimensions)
      latest = places.get(key) ?? { place: dimensions, ids: new Set() }
      places.set(key, latest)
    }
    latest.ids.add(model)
  }
  return places
}

/** The price book of all layers for some Regions: the user's overrides, AWS's price list, what comes with the program. */
export async function loadPrices(
  { overrides, places = [], live }: PriceSources,
  regions: readonly string[],
): Promise<Prices & { unused(): LeftOutCount[] }> {
  const [reader] = places
  const asked = live && reader ? regions : []
  if (asked.length > 0) reader?.cx.emit({ type: 'phase', title: "reading AWS's price list" })
  const [packaged, lists] = await Promise.all([
    loadGenaiPrices(),
    Promise.all(asked.flatMap((region) => (reader ? [readPriceList(reader.cx, region, live?.cache)] : []))),
  ])
  if (asked.length > 0) reader?.cx.emit({ type: 'phase-done' })
  const read = lists.flatMap(({ list }) => list ?? [])
  const bundled = bundledBook(packaged)
  const known = read.length > 0 ? liveFirst(priceListBook(read), bundled) : bundled
  return {
    book: overrides ? layered([overridesBook(overrides.prices, overrides.source), known]) : known,
    warnings: lists.flatMap(({ warnings }) => warnings),
    unused: () => unusedOf(read),
  }
}
