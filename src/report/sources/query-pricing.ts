import type { AwsPlace } from '../../aws/context.ts'
import type { Warning } from '../../core/events.ts'
import type { Window } from '../model.ts'
import type { PriceBook } from '../prices/book.ts'
import type { RawRow } from '../queries/answer.ts'
import { MOST_MODELS, type PricedCalls, type PriceGroup, pricedCalls, priceGroups } from '../queries/price-groups.ts'
import type { Priced } from './prices.ts'
import type { Tell } from './progress.ts'
import type { QueryEngine, QueryText, ReadyRequest } from './query-engine.ts'

export type Ask = (target: AwsPlace, text: QueryText, rows: number, tell: Tell) => Promise<{ rows: RawRow[] }>
export type InEach = <Found>(
  work: (target: AwsPlace, tell: Tell) => Promise<Found>,
) => Promise<{ read: { place: AwsPlace; reading: Found }[] }>

export const NO_PRICING = { book: undefined, warnings: [], groupsOf: (): PriceGroup[] => [] }

/** What the models of each Region cost. What is wrong with a Region shows when the query itself is asked. */
export async function pricing(
  { models, where, window, prices }: ReadyRequest,
  engine: QueryEngine,
  ask: Ask,
  inEach: InEach,
) {
  const callsOf = async (place: AwsPlace, tell: Tell) => {
    const text = engine.textOf(place, 'terms', { models, where, window, limit: MOST_MODELS })
    const { rows } = await ask(place, text, MOST_MODELS, tell)
    return rows.flatMap((row) => pricedCalls(row).map((calls) => ({ ...calls, owner: engine.ownerIn(place)(row) })))
  }
  const { read } = await inEach(callsOf)
  const used = read.flatMap(({ place, reading }) =>
    reading.map(({ owner, ...calls }) => {
      const of = { account: owner.account || place.account, region: owner.region }
      return { ...calls, dimensions: { model: calls.model, ...of } }
    }),
  )
  const { book, warnings } = await prices(used)
  const groupsOf = (target: AwsPlace): PriceGroup[] => {
    const called = used.filter(({ dimensions }) => engine.covers(target, dimensions))
    return priceGroups(called, target.region, new Date(window.end), book)
  }
  return { book, warnings: [...warnings, ...unpriced(used, window, book)], groupsOf }
}

/** Told of every model that was called: requests that are not ranked may be the dearest of all. */
function unpriced(used: readonly (Priced & PricedCalls)[], window: Window, book: PriceBook): Warning[] {
  const messages = used.flatMap(({ dimensions: { model, region }, billedModel, terms }) => {
    const price = book.lookup(billedModel ?? model, region, new Date(window.end), terms)
    const known = !('unpriced' in price)
    return known ? [] : [`requests of ${model} have no cost and are not ranked by it: ${price.unpriced}`]
  })
  return [...new Set(messages)].map((message) => ({ code: 'unpriced', message }))
}
