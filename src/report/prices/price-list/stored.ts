import { createHash } from 'node:crypto'
import type { LeftOutCount } from './left-out.ts'
import type { SeenPrice } from './seen.ts'

/** Changes with the form or the meaning of what is stored, so that another program's file is not believed. */
const VERSION = 3

/** The prices of one Region, all terms, those of earlier days included, and when the list was read (ms since the epoch). */
export interface RegionPrices {
  prices: readonly SeenPrice[]
  /** What the list has besides, and is not used. */
  leftOut: readonly LeftOutCount[]
  readAt: number
}

/** What tells that a text is as this version wrote it. */
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
