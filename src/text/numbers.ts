export const UNKNOWN = '–'
const UNITS = ['', 'k', 'M', 'G', 'T'] as const

/**
 * A number as `toLocaleString('en-US')` has it, in groups of three: 1234567.8915 → "1,234,567.892". Written out, since the
 * first use of `Intl` takes a process 6 to 10 ms.
 * @param most decimals at most, half rounded up
 * @param least decimals that stand even if they are zeros
 */
export function grouped(value: number, most = 3, least = 0): string {
  // What has no plain digits is rare.
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) {
    return value.toLocaleString('en-US', { minimumFractionDigits: least, maximumFractionDigits: most })
  }
  const [whole = '', decimals = ''] = rounded(Math.abs(value), most).split('.')
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const fraction = withoutZeros(decimals, least)
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction && `.${fraction}`)
}

/** A number that is not below zero as plain digits, never in the exponent form: 1e-9 → "0.000000001". */
export function plainDigits(value: number): string {
  const text = String(value)
  if (!text.includes('e-')) return text
  const [coefficient = '', exponent] = text.split('e-')
  return value.toFixed(Math.min(100, Number(exponent) + coefficient.replace('.', '').length - 1))
}

/** A whole number of the last decimals as an exact decimal, without zeros at its end: -1500 of 3 → "-1.5" */
export function decimalText(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0')
  const [whole, fraction] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)]
  const kept = fraction.replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${whole}${kept && `.${kept}`}`
}

/** The largest of any number of values, none of them below zero; 0 of none. `Math.max(...)` fails on a hundred thousand. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

/** 1234567 → "1,234,567"; what is not known is a dash. */
export function whole(value: number | null): string {
  return value === null ? UNKNOWN : grouped(value, 0)
}

/** 0.0375 → "3.8 %", 64.838 → "6,484 %": nobody needs a tenth of what has doubled. What is not quite nothing does not read as nothing. */
export function percent(rate: number | null): string {
  if (rate === null) return UNKNOWN
  if (rate > 0 && rate < 0.001) return '<0.1 %'
  return `${Math.abs(rate) < 1 ? (rate * 100).toFixed(1) : whole(rate * 100)} %`
}

/** "+3.8 %", "-20.0 %"; "<0.1 %" is either way. */
export function signedPercent(rate: number): string {
  const size = percent(Math.abs(rate))
  return size.startsWith('<') ? size : `${rate < 0 ? '-' : '+'}${size}`
}

/** Milliseconds as they are below a second, else in seconds: "212 ms", "21.9 s"; what is not known is a dash. */
export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`
  const digits = ms < 99_950 ? 1 : 0
  return `${grouped(ms / 1_000, digits, digits)} s`
}

/** At most three digits below one hundred, whole from there on; what is not known is a dash. */
export function short(value: number | null): string {
  if (value === null) return UNKNOWN
  return value < 100 ? grouped(Number(value.toPrecision(3)), 20) : grouped(value, 0)
}

/** A number in at most five characters: 0.03, 7.25, 812, 1.23k, 45.6M. What is tiny does not read as nothing. */
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

/** "1 alarm", "3 alarms"; digits in groups of three. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`
}

/** "812 bytes", "1.3 MB": in powers of 1,024, as AWS has them. */
export function bytes(number: number): string {
  const power = Math.min(5, Math.floor(Math.log2(Math.max(1, number)) / 10))
  if (power === 0) return count(number, 'byte')
  return `${grouped(number / 1_024 ** power, 1)} ${['', 'KB', 'MB', 'GB', 'TB', 'PB'][power]}`
}

/** US dollars: cents, and of less than a cent two digits ($0.0025), so that it never reads as nothing. */
export function usd(amount: number | null, without = 'unpriced'): string {
  if (amount === null) return without
  const size = Math.abs(amount)
  const digits = size > 0 && size < 0.01 ? 1 - Math.floor(Math.log10(size)) : 2
  return `${amount < 0 ? '-' : ''}$${grouped(size, digits, 2)}`
}

/** "+$1.20", "-$0.0025"; "$0.00" of nothing. */
export function signedUsd(amount: number): string {
  return `${amount > 0 ? '+' : ''}${usd(amount)}`
}

/** A price, which is never rounded: $3.00, $0.0375; nothing where there is none. */
export function price(amount: number | null): string {
  return amount === null ? '' : `$${grouped(amount, 12, 2)}`
}

/** Dollars in at most seven characters: $0.0042, $1.23, $45.60, $1.23k; a dash where nothing is priced. */
export function compactUsd(amount: number | null): string {
  if (amount === 0) return '$0'
  if (amount !== null && amount < 0.001) return '<$0.001'
  return amount === null || amount < 999.995 ? usd(amount, UNKNOWN) : `$${compact(amount)}`
}

/** With so many decimals. It is the shortest decimal that is rounded, as it was written, and not the binary number it stands for. */
function rounded(value: number, decimals: number): string {
  if (Number.isInteger(value)) return String(value)
  const [, first = '', rest = '', exponent] = /^(\d)(?:\.(\d+))?e(.+)$/.exec(value.toExponential()) ?? []
  const digits = first + rest
  const end = Number(exponent) + 1 + decimals
  if (end < 0) return '0'
  const kept = BigInt(digits.slice(0, end).padEnd(end, '0'))
  const text = String((digits[end] ?? '0') >= '5' ? kept + 1n : kept).padStart(decimals + 1, '0')
  return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`
}

function withoutZeros(decimals: string, least: number): string {
  return decimals.slice(0, least).padEnd(least, '0') + decimals.slice(least).replace(/0+$/, '')
}

/** Rounded once: 0.1451 is 0.15, though to three digits it is 0.145 and that, to two, 0.14. */
function threeDigits(value: number): string {
  const rounded = Number(value.toPrecision(3))
  if (rounded >= 100) return value.toFixed(0)
  return value.toFixed(rounded >= 10 ? 1 : 2)
}
