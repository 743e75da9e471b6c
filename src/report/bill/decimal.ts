import type { AttoUsd } from '../money.ts'

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
