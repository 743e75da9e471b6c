import { grouped } from '../../core/numbers.ts'

const UNKNOWN = '–'

/** The largest of any number of values, none of them below zero; 0 of none. `Math.max(...)` fails on a hundred thousand. */
export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

/** 1234567 → "1,234,567"; what is not known is a dash. */
export function whole(value: number | null): string {
  return value === null ? UNKNOWN : grouped(value, 0)
}

/** 0.0375 → "3.8%"; a rate that is not quite nothing does not read as nothing. */
export function percent(rate: number | null): string {
  if (rate === null) return UNKNOWN
  if (rate > 0 && rate < 0.001) return '<0.1%'
  return `${(rate * 100).toFixed(1)}%`
}

export type CostFormat = (cost: number | null) => string

/** One number of decimals for a whole column, by its largest cost; what is too small for them does not read as nothing. */
export function costFormat(costs: readonly (number | null)[]): CostFormat {
  const most = largest(costs.map((cost) => cost ?? 0))
  const digits = most >= 100 ? 2 : most >= 1 ? 4 : 6
  const format = (cost: number) => `$${grouped(cost, digits, digits)}`
  const least = 10 ** -digits
  return (cost) => {
    if (cost === null) return 'unpriced'
    return cost > 0 && cost < least ? `<${format(least)}` : format(cost)
  }
}
