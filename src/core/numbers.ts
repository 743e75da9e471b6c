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
