import { createHash } from 'node:crypto'
import type { ListedPrice } from './products.ts'
import type { LeftOutCount } from './usage-type.ts'

/** A price of the list, and the days (UTC, YYYY-MM-DD) on which we first and last saw it there. */
export interface SeenPrice extends ListedPrice {
  from: string
  to: string
}

/** CloudWatch keeps 455 days, and nothing older is priced often. */
const LONGEST_DAYS = 455
/** Of prices that the list no longer has: a handful of changes of all that it lists. */
const MOST_PAST = 4_000
const DAY_MS = 86_400_000

/**
 * What is known once the list has been read again: its prices, since when they were seen there, and those it had before. The
 * list tells no day from which a price holds (its effective date moves with each publication), so what we saw ourselves is all
 * that can be known of days past.
 *
 * @param before what was kept of the last time; later days than today are not believed
 * @param readAt ms since the epoch
 */
export function remember(before: readonly SeenPrice[], listed: readonly ListedPrice[], readAt: number): SeenPrice[] {
  const [today, yesterday] = [dayOf(readAt), dayOf(readAt - DAY_MS)]
  const kept = before.filter(({ from, to }) => from <= to && to <= today)
  const lastSeen = new Map<string, string>()
  for (const seen of kept) {
    const thing = thingOf(seen)
    if (seen.to > (lastSeen.get(thing) ?? '')) lastSeen.set(thing, seen.to)
  }
  // What stood in the list when it was last read goes on where it still does, all else is past.
  const going = new Map(
    kept.filter((seen) => seen.to === lastSeen.get(thingOf(seen))).map((seen) => [priceKey(seen), seen] as const),
  )
  const current = new Map(
    listed.map((price) => [priceKey(price), { ...price, from: going.get(priceKey(price))?.from ?? today, to: today }]),
  )
  const oldest = dayOf(readAt - LONGEST_DAYS * DAY_MS)
  const past = kept
    .filter((seen) => !(current.has(priceKey(seen)) && going.get(priceKey(seen)) === seen))
    // Of a day on which the list changed between two readings, the later holds.
    .map((seen) => (seen.to === today ? { ...seen, to: yesterday } : seen))
    .filter(({ from, to }) => from <= to && to >= oldest)
    .sort((a, b) => (a.to === b.to ? 0 : a.to < b.to ? 1 : -1))
  return [...current.values(), ...past.slice(0, MOST_PAST)]
}

function priceKey(price: ListedPrice): string {
  return `${thingOf(price)} ${price.price}`
}

export function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}

/** The same for all prices of one thing on the same terms. */
function thingOf({ model, alias, region, routing, tier, long, mantle, kind, modality }: ListedPrice): string {
  return JSON.stringify([model, alias, region, routing, tier, long, mantle, kind, modality])
}

export type Sight = NonNullable<ReturnType<typeof sightOn>>

/** The price of one thing on a day. Undefined where two were seen at once, or where the list has it no more. */
export function sightOn(seen: readonly SeenPrice[], day: string, readOn: string) {
  const there = on(seen, day, readOn)
  if (there.length > 0) {
    const price = soleOf(there)
    return price === undefined ? undefined : { price, when: 'seen' as const, asOf: there[0]?.to ?? day }
  }
  const [until] = seen.flatMap(({ from }) => (from > day ? [from] : [])).sort()
  if (until === undefined) return undefined
  const ended = seen.flatMap(({ to }) => (to < day ? [to] : [])).sort()
  const asOf = ended.at(-1) ?? ''
  const price = soleOf(seen.filter((one) => (asOf === '' ? one.from === until : one.to === asOf)))
  if (price === undefined) return undefined
  // It was seen only later, or before and another price after it: `until` is the first day of that one.
  if (asOf === '') return { price, when: 'before' as const, asOf: until }
  return { price, when: 'between' as const, asOf, until }
}

export function isDouble(seen: readonly SeenPrice[], day: string, readOn: string): boolean {
  const there = on(seen, day, readOn)
  return there.length > 0 && soleOf(there) === undefined
}

/** What the list had on a day, as far as we saw it: until it is read again, what it last had. */
function on(seen: readonly SeenPrice[], day: string, readOn: string): SeenPrice[] {
  return seen.filter(({ from, to }) => from <= day && (day <= to || (to === readOn && readOn <= day)))
}

function soleOf(seen: readonly SeenPrice[]): bigint | undefined {
  const [price, ...others] = new Set(seen.map((one) => one.price))
  return others.length > 0 ? undefined : price
}

/** Changes with the form or the meaning of what is stored, so that another program's file is not believed. */
const VERSION = 3

/** The prices of one Region, all terms, those of earlier days included, and when the list was read (ms since the epoch). */
export interface RegionPrices {
  prices: readonly SeenPrice[]
  leftOut: readonly LeftOutCount[]
  readAt: number
}

const sealOf = (text: string) => createHash('sha256').update(`${VERSION}\n${text}`).digest('hex')

/** Prices as text, to be kept between two runs: their seal in the first line. */
export function encodePrices(prices: RegionPrices): string {
  const text = JSON.stringify(prices, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))
  return `${sealOf(text)}\n${text}`
}

/** Reads what `encodePrices` wrote of a Region. Undefined for anything else, whatever it is. */
export function decodePrices(stored: string, region: string): RegionPrices | undefined {
  const [seal, text = ''] = stored.split('\n')
  if (seal !== sealOf(text)) return undefined
  const { prices, ...rest } = JSON.parse(text) as Omit<RegionPrices, 'prices'> & {
    prices: Record<keyof SeenPrice, string>[]
  }
  if (prices.some((price) => price.region !== region)) return undefined
  return { ...rest, prices: prices.map((price) => ({ ...price, price: BigInt(price.price) }) as unknown as SeenPrice) }
}
