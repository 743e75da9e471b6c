const UNKNOWN = '–'
const wholeFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 1234567 → "1,234,567"; what is not known is a dash. */
export function whole(value: number | null): string {
  return value === null ? UNKNOWN : wholeFormat.format(value)
}

/** 0.0375 → "3.8%"; a rate that is not quite nothing does not read as nothing. */
export function percent(rate: number): string {
  if (rate > 0 && rate < 0.001) return '<0.1%'
  return `${(rate * 100).toFixed(1)}%`
}

export type CostFormat = (cost: number | null) => string

/** One number of decimals for a whole column: as many as its smallest cost needs to be seen. */
export function costFormat(costs: readonly (number | null)[]): CostFormat {
  const smallest = Math.min(...costs.map((cost) => cost || Infinity), Infinity)
  const digits = smallest >= 1 ? 2 : smallest >= 0.01 ? 4 : 6
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: Math.max(digits, 2),
  })
  return (cost) => (cost === null ? 'unpriced' : format.format(cost))
}
