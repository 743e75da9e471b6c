const UNKNOWN = '–'
const UNITS = ['', 'k', 'M', 'G', 'T'] as const

/**
 * A number in at most five characters, for a column that must never be cut: 0.03, 7.25, 812, 1.23k, 45.6M. What is too small
 * to be shown does not read as nothing.
 */
export function compact(value: number | null): string {
  if (value === null) return UNKNOWN
  if (value === 0) return '0'
  if (value < 0.01) return '<0.01'
  if (value < 1_000 && Number.isInteger(value)) return String(value)
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3)))
  const rounded = threeDigits(value / 1_000 ** power)
  // 999.7 rounds to a thousand, which is 1.00 of the next unit.
  if (Number(rounded) < 1_000 || power === UNITS.length - 1) return `${rounded}${UNITS[power]}`
  return `1.00${UNITS[power + 1]}`
}

/** US dollars: $0.0042, $1.23, $45.60, $1.23k; a dash where nothing is priced. */
export function dollars(usd: number | null): string {
  if (usd === null) return UNKNOWN
  if (usd === 0) return '$0'
  if (usd < 0.0001) return '<$.0001'
  if (usd < 1) return `$${usd.toFixed(4)}`
  return usd < 1_000 ? `$${usd.toFixed(2)}` : `$${compact(usd)}`
}

/** Rounded once: 0.1451 is 0.15, though to three digits it is 0.145 and that, to two, 0.14. */
function threeDigits(value: number): string {
  const rounded = Number(value.toPrecision(3))
  if (rounded >= 100) return value.toFixed(0)
  return value.toFixed(rounded >= 10 ? 1 : 2)
}
