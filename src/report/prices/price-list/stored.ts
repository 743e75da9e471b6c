import { TOKEN_KINDS } from '../../charges.ts'
import type { ListedPrice } from './products.ts'
import type { Routing } from './usage-type.ts'

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

/** Reads what `encodePrices` wrote of a Region. Undefined for anything else, whatever it is. */
export function decodePrices(text: string, region: string): Stored | undefined {
  try {
    const { version, readAt, prices } = JSON.parse(text) as { version: unknown; readAt: unknown; prices: unknown }
    if (version !== VERSION || !Number.isSafeInteger(readAt) || !Array.isArray(prices)) return undefined
    const decoded = prices.map(decodePrice)
    const sound = decoded.every((price) => price !== undefined && price.region === region)
    return sound ? { prices: decoded as ListedPrice[], readAt: readAt as number } : undefined
  } catch {
    return undefined
  }
}

const KINDS: ReadonlySet<unknown> = new Set([...TOKEN_KINDS, 'image'])
const ROUTINGS: ReadonlySet<unknown> = new Set(['in-region', 'geographic', 'global'] satisfies Routing[])
/** Names and tiers of the list are words of a few dozen letters. */
const LONGEST_TEXT = 200
/** Ten thousand dollars for a million tokens, or for an image: the dearest is at a hundredth of it. */
const DEAREST = 10_000n * 10n ** 12n

function decodePrice(value: Record<string, unknown>): ListedPrice | undefined {
  const { model, region, routing, tier, kind, since, price } = value
  const sound =
    [model, region, tier].every((text) => typeof text === 'string' && text !== '' && text.length <= LONGEST_TEXT) &&
    KINDS.has(kind) &&
    ROUTINGS.has(routing) &&
    typeof since === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(since) &&
    typeof price === 'string' &&
    /^\d{1,17}$/.test(price) &&
    BigInt(price) <= DEAREST
  return sound ? ({ model, region, routing, tier, kind, since, price: BigInt(price) } as ListedPrice) : undefined
}
