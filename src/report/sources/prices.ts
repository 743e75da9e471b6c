import type { AwsContext } from '../../aws/context.ts'
import type { Warning } from '../../core/events.ts'
import { layered, type PriceBook } from '../prices/book.ts'
import { bundledBook } from '../prices/bundled.ts'
import { loadGenaiPrices } from '../prices/genai-prices.ts'
import { overridesBook, type PriceOverrides } from '../prices/overrides.ts'
import { liveFirst, priceListBook } from '../prices/price-list/book.ts'
import { readPriceList, type TextCache } from './price-list.ts'

export interface PriceSources {
  /** What the user's configuration says, and the file's name. */
  overrides?: { prices: PriceOverrides; source: string }
  /** Reads AWS's price list for these Regions; left out when offline. */
  live?: { cx: AwsContext; regions: readonly string[]; cache?: TextCache }
}

/** The price book of all layers: the user's overrides, AWS's price list, what came with the program. */
export async function loadPrices({ overrides, live }: PriceSources): Promise<{ book: PriceBook; warnings: Warning[] }> {
  const [packaged, lists] = await Promise.all([
    loadGenaiPrices(),
    Promise.all((live?.regions ?? []).map((region) => live && readPriceList(live.cx, region, live.cache))),
  ])
  const read = lists.flatMap((list) => list?.list ?? [])
  const bundled = bundledBook(packaged)
  const oldest = Math.min(...read.map(({ readAt }) => readAt))
  const prices = read.flatMap((list) => list.prices)
  const known =
    prices.length > 0 ? liveFirst(priceListBook(prices, new Date(oldest).toISOString().slice(0, 10)), bundled) : bundled
  const book = overrides ? layered([overridesBook(overrides.prices, overrides.source), known]) : known
  return { book, warnings: lists.flatMap((list) => list?.warnings ?? []) }
}
