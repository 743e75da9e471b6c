import type { ListedPrice } from './products.ts'

/** Changes with the form or the meaning of what is stored, so that an older program's file is not believed. */
const VERSION = 1

interface Stored {
  prices: readonly ListedPrice[]
  /** ms since the epoch. */
  readAt: number
}

/** Prices as text, to be kept between two runs. */
export function encodePrices({ prices, readAt }: Stored): string {
  return JSON.stringify({
    version: VERSION,
    readAt,
    prices: prices.map((price) => ({ ...price, price: price.price.toString() })),
  })
}

/** Reads what `encodePrices` wrote. Undefined for anything else, whatever it is. */
export function decodePrices(text: string): Stored | undefined {
  try {
    const { version, readAt, prices } = JSON.parse(text) as { version: unknown; readAt: unknown; prices: unknown }
    if (version !== VERSION || typeof readAt !== 'number' || !Array.isArray(prices)) return undefined
    const decoded = prices.map(decodePrice)
    return decoded.every((price) => price !== undefined) ? { prices: decoded, readAt } : undefined
  } catch {
    return undefined
  }
}

const TEXTS = ['model', 'region', 'routing', 'tier', 'kind', 'since'] as const

function decodePrice(value: Record<string, unknown>): ListedPrice | undefined {
  const { price } = value
  const sound = TEXTS.every((key) => typeof value[key] === 'string') && typeof price === 'string' && /^\d+$/.test(price)
  return sound ? ({ ...value, price: BigInt(price) } as ListedPrice) : undefined
}
