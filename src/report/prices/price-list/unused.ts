import { countLeftOut, type LeftOut, type LeftOutCount, sumLeftOut } from './left-out.ts'
import { modelIds } from './names.ts'
import { dayOf, type SeenPrice } from './seen.ts'
import type { RegionPrices } from './stored.ts'

/**
 * What the lists have and prices nothing, by reason: what their reader left out, names that no model id is known for, and
 * what has two prices at once.
 */
export function unusedOf(lists: readonly RegionPrices[]): LeftOutCount[] {
  return sumLeftOut(lists.flatMap((list) => [list.leftOut, countLeftOut(unusable(list))]))
}

function* unusable({ prices, readAt }: RegionPrices): Iterable<{ reason: LeftOut; example: string }> {
  const today = dayOf(readAt)
  const things = new Map<string, bigint>()
  for (const price of prices) {
    if (price.to !== today || price.from > today) continue
    const example = `${price.model} ${price.kind}, ${price.region}, ${price.routing}, ${price.tier}`
    // Policies of guardrails are none.
    if (!price.mantle && price.kind !== 'textUnit' && modelIds(price.model).length === 0)
      yield { reason: 'model', example }
    const thing = thingOf(price)
    const known = things.get(thing)
    if (known !== undefined && known !== price.price) yield { reason: 'conflict', example }
    things.set(thing, price.price)
  }
}

function thingOf({ price: _, from: __, to: ___, alias: ____, ...rest }: SeenPrice): string {
  return JSON.stringify(rest)
}
