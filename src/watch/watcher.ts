import type { AwsPlace } from '../aws/context.ts'
import { isAppError } from '../core/errors.ts'
import type { Row } from '../report/model.ts'
import type { PriceBook } from '../report/prices/book.ts'
import { DAY_MS } from '../report/window.ts'
import { readRegion } from './read.ts'
import { fold, newRegion, nextAsk, type RegionState } from './region-state.ts'
import { viewOf, type WatchView } from './view.ts'

/** What rows cost: asked for anew when a model appears, and once a day. */
export type WatchPrices = (rows: readonly Row[]) => Promise<{ book: PriceBook }>

export interface WatchRequest {
  places: readonly [AwsPlace, ...AwsPlace[]]
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

/** Watches the last hour of some Regions. */
export function createWatcher({ places, prices, intervalMs }: WatchRequest): Watcher {
  const [{ cx }] = places
  let states: readonly RegionState[] = places.map(newRegion)
  let priced = { models: new Set<string>(), at: Number.NEGATIVE_INFINITY, book: NOTHING_PRICED }

  const bookOf = async (rows: readonly Row[]) => {
    const now = cx.clock.now()
    const models = new Set(
      rows.map(({ dimensions: { model, account, region } }) => JSON.stringify([model, account, region])),
    )
    const known = now - priced.at < DAY_MS && [...models].every((model) => priced.models.has(model))
    if (!known) priced = { models: new Set([...priced.models, ...models]), at: now, ...(await prices(rows)) }
    return priced.book
  }

  return {
    async refresh() {
      const now = cx.clock.now()
      states = await Promise.all(states.map((state, index) => refreshed(state, places[index] ?? places[0], now)))
      const book = await bookOf(states.flatMap(({ rows }) => rows)).catch((error: unknown) => {
        if (!isAppError(error) || error.kind === 'interrupted') throw error
        return priced.book
      })
      return viewOf(states, book, { now: cx.clock.now(), intervalMs })
    },
  }
}

async function refreshed(state: RegionState, { cx }: AwsPlace, now: number): Promise<RegionState> {
  try {
    return fold(state, await readRegion(cx, state, nextAsk(state, now)))
  } catch (error) {
    if (!isAppError(error) || error.kind === 'interrupted') throw error
    return { ...state, failure: error }
  }
}
