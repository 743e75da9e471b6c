import { TOKEN_KINDS } from '../../charges.ts'
import { TIERS } from '../../terms.ts'
import { midnightOf } from '../../window.ts'
import { LEFT_OUT, type LeftOutCount } from './left-out.ts'
import { DEAREST } from './products.ts'
import type { SeenPrice } from './seen.ts'
import { MODALITIES, ROUTINGS } from './usage-type.ts'

/** Changes with the form or the meaning of what is stored, so that an older program's file is not believed. */
const VERSION = 2

/** The prices of one Region, all terms, those of earlier days included, and when the list was read (ms since the epoch). */
export interface RegionPrices {
  prices: readonly SeenPrice[]
  /** What the list has besides, and is not used. */
  leftOut: readonly LeftOutCount[]
  readAt: number
}

/** Prices as text, to be kept between two runs. */
export function encodePrices({ prices, leftOut, readAt }: RegionPrices): string {
  return JSON.stringify({
    version: VERSION,
    readAt,
    leftOut,
    prices: prices.map((price) => ({ ...price, price: price.price.toString() })),
  })
}

/** Reads what `encodePrices` wrote of a Region. Undefined for anything else, whatever it is. */
export function decodePrices(text: string, region: string): RegionPrices | undefined {
  try {
    const stored = JSON.parse(text) as Record<string, unknown>
    const { version, readAt, leftOut, prices } = stored
    if (version !== VERSION || !isMoment(readAt) || !Array.isArray(prices) || !Array.isArray(leftOut)) return undefined
    const decoded = prices.map(decodePrice)
    const sound = decoded.every((price) => price !== undefined && price.region === region) && leftOut.every(isCount)
    return sound ? { prices: decoded as SeenPrice[], leftOut: leftOut as LeftOutCount[], readAt } : undefined
  } catch {
    return undefined
  }
}

const KINDS: ReadonlySet<unknown> = new Set([...TOKEN_KINDS, 'cacheWrite30m', 'image', 'textUnit'])
/** Names of the list are words of a few dozen letters, usage types of a hundred. */
const LONGEST_TEXT = 200
/** The last moment that a date can have (ECMA-262, "Time Values"). */
const LAST_MOMENT = 8.64e15

function isMoment(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= LAST_MOMENT
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(midnightOf(value))
}

function isOneOf(values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value)
}

const SOUND: Readonly<Record<keyof SeenPrice, (value: unknown) => boolean>> = {
  model: isText,
  alias: (value) => value === undefined || isText(value),
  region: isText,
  routing: isOneOf(ROUTINGS),
  tier: isOneOf(TIERS),
  long: isOneOf([true, false]),
  mantle: isOneOf([true, false]),
  kind: (value) => KINDS.has(value),
  modality: isOneOf([undefined, ...MODALITIES]),
  from: isDay,
  to: isDay,
  price: (value) => typeof value === 'string' && /^\d{1,17}$/.test(value) && BigInt(value) <= DEAREST,
}
const MEMBERS = Object.entries(SOUND)

function decodePrice(value: Record<string, unknown>): SeenPrice | undefined {
  if (!MEMBERS.every(([name, isSound]) => isSound(value[name]))) return undefined
  return Object.fromEntries(
    MEMBERS.flatMap(([name]) => {
      const member = name === 'price' ? BigInt(value[name] as string) : value[name]
      return member === undefined ? [] : [[name, member]]
    }),
  ) as unknown as SeenPrice
}

function isCount(value: unknown): boolean {
  const { reason, rows, example } = (value ?? {}) as Record<string, unknown>
  const known = typeof reason === 'string' && Object.hasOwn(LEFT_OUT, reason)
  return (
    known &&
    Number.isSafeInteger(rows) &&
    (rows as number) > 0 &&
    typeof example === 'string' &&
    example.length <= LONGEST_TEXT
  )
}
