import { decimalText } from '../text/numbers.ts'

/**
 * Money without floats. A price is whole pico-dollars per million tokens, so tokens × price is whole atto-dollars
 * (10⁻¹⁸) and adding is exact. Nothing is rounded before a line of the report is: once, to nano-dollars, half to even.
 */
export type PicoUsdPerMillion = bigint
export type AttoUsd = bigint
export type NanoUsd = bigint

const PICO_DIGITS = 12
const ATTO_PER_PICO = 10n ** 6n
const ATTO_PER_NANO = 10n ** 9n
const NANO_DIGITS = 9

/**
 * The decimal that a JavaScript number was written as (its shortest round-trip form), in pico-dollars: 0.00875 → 8750000000.
 * Throws a RangeError for what is negative, not finite or finer than a pico-dollar.
 */
export function parsePrice(usdPerMillion: number): PicoUsdPerMillion {
  const price = usdPerMillion >= 0 ? shifted(String(usdPerMillion), PICO_DIGITS) : undefined
  if (price === undefined) throw new RangeError(`not a price: ${usdPerMillion}`)
  if (priceToUsd(price) !== usdPerMillion) throw new RangeError(`finer than a pico-dollar: ${usdPerMillion}`)
  return price
}

/** What a whole number of units costs, exactly: tokens at a price a million in pico-dollars, all else at one in atto-dollars. */
export function costOf(quantity: number, rate: PicoUsdPerMillion | AttoUsd): AttoUsd {
  return BigInt(quantity) * rate
}

/** A price in pico-dollars in atto-dollars. */
export function perUnit(price: bigint): AttoUsd {
  return price * ATTO_PER_PICO
}

/** Rounds to whole nano-dollars, half to even. */
export function toNano(amount: AttoUsd): NanoUsd {
  return divideHalfEven(amount, ATTO_PER_NANO)
}

/** `amount × numerator / denominator`, rounded half to even; for run rates. What a bill takes back is counted below zero. */
export function scale(amount: bigint, numerator: number, denominator: number): bigint {
  const product = amount * BigInt(numerator)
  return denominator < 0 ? divideHalfEven(-product, BigInt(-denominator)) : divideHalfEven(product, BigInt(denominator))
}

/** Dollars as the JSON number nearest to the exact decimal: prints without float noise up to nine million dollars. */
export function toUsd(amount: NanoUsd): number {
  return Number(decimalText(amount, NANO_DIGITS))
}

/** The price as the JSON number it was read from. */
export function priceToUsd(price: PicoUsdPerMillion): number {
  return Number(decimalText(price, PICO_DIGITS))
}

/** By a divisor above zero. */
function divideHalfEven(amount: bigint, divisor: bigint): bigint {
  if (amount < 0n) return -divideHalfEven(-amount, divisor)
  const quotient = amount / divisor
  const twice = (amount % divisor) * 2n
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n)
  return up ? quotient + 1n : quotient
}

const ATTO_DIGITS = 18

/** US dollars as a bill writes them (`-1.5E-7`), exact to the atto-dollar; undefined for what is no number. */
export function parseAmount(text: string): AttoUsd | undefined {
  return shifted(text, ATTO_DIGITS)
}

/** 1.234 of 1,000 tokens are 1,234: the nearest double. Undefined for what is no number. */
export function parseQuantity(text: string, unitDigits: number): number | undefined {
  const nano = shifted(text, unitDigits + 9)
  return nano === undefined ? undefined : Number(nano) / 1e9
}

function shifted(text: string, by: number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(text.trim())
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? []
  if (!match || whole + fraction === '') return undefined
  const places = by + Number(exponent) - fraction.length
  const digits = BigInt(whole + fraction)
  const size = places >= 0 ? digits * 10n ** BigInt(places) : halfUp(digits, 10n ** BigInt(-places))
  return sign === '-' ? -size : size
}

function halfUp(amount: bigint, divisor: bigint): bigint {
  return (2n * amount + divisor) / (2n * divisor)
}
