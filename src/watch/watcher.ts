import type { AwsPlace } from '../aws/context.ts'
import { orElse } from '../aws/errors.ts'
import type { Clock } from '../core/context.ts'
import { isAppError } from '../core/errors.ts'
import type { PriceBook } from '../report/prices/book.ts'
import type { Priced } from '../report/sources/prices.ts'
import { DAY_MS } from '../report/window.ts'
import { readRegion } from './read.ts'
import { type Ask, fold, newRegion, nextAsk, type RegionState } from './region-state.ts'
import { viewOf, type WatchView } from './view.ts'

export type WatchPrices<Found extends { book: PriceBook } = { book: PriceBook }> = (
  rows: readonly Priced[],
) => Promise<Found>

export interface WatchRequest {
  places: readonly [AwsPlace, ...AwsPlace[]]
  /** Places that have come since it was last asked. */
  joined?(): Promise<readonly AwsPlace[]>
  prices: WatchPrices
  intervalMs: number
}

export interface Watcher {
  /**
   * Brings every Region up to date, side by side. One that fails keeps its numbers and says so.
   * @throws AppError when interrupted
   */
  refresh(): Promise<WatchView>
}

const NOTHING_PRICED: PriceBook = { lookup: () => ({ unpriced: 'prices could not be read' }) }

/** Prices that are asked for anew when a model appears, and once a day; where they cannot be read, those from before. */
export function keptPrices<Found extends { book: PriceBook }>(
  clock: Clock,
  prices: WatchPrices<Found>,
): WatchPrices<Found | { book: PriceBook }> {
  let priced = { models: new Set<string>(), at: Number.NEGATIVE_INFINITY }
  let found: Found | { book: PriceBook } = { book: NOTHING_PRICED }
  return async (rows) => {
    const now = clock.now()
    const models = new Set(
      rows.map(({ dimensions: { model, account, region } }) => JSON.stringify([model, account, region])),
    )
    if (now - priced.at < DAY_MS && [...models].every((model) => priced.models.has(model))) return found
    try {
      found = await prices(rows)
      priced = { models: new Set([...priced.models, ...models]), at: now }
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted') throw error
    }
    return found
  }
}

/** Watches the last hour of some Regions. */
export function createWatcher({ places: known, joined, prices, intervalMs }: WatchRequest): Watcher {
  const [first] = known
  const { cx } = first
  const places: AwsPlace[] = [...known]
  let states: readonly RegionState[] = places.map(newRegion)
  const pricesOf = keptPrices(cx.clock, prices)

  return {
    async refresh() {
      const fresh = (await joined?.()) ?? []
      places.push(...fresh)
      states = [...states, ...fresh.map(newRegion)]
      const now = cx.clock.now()
      const refresh = (state: RegionState, index: number) =>
        refreshed(state, places[index] ?? first, nextAsk(state, now))
      states = await Promise.all(states.map(refresh))
      const { book } = await pricesOf(states.flatMap(({ rows }) => rows))
      return viewOf(states, book, { now: cx.clock.now(), intervalMs })
    },
  }
}

/** A state brought up to date, or the same with why it could not be. Throws only when interrupted. */
export async function refreshed(state: RegionState, { cx }: AwsPlace, ask: Ask): Promise<RegionState> {
  const read = readRegion(cx, state, ask).then((found) => fold(state, found))
  return orElse(read, (failure) => ({ ...state, failure }))
}
