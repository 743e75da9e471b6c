import { largest } from './numbers.ts'

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * Values as bars, the largest the highest; the lowest bar is kept for zero, so that little differs from nothing. More values
 * than `width` are added up into as many bars.
 */
export function sparkline(values: readonly number[], width: number): string {
  const sums = condense(values, width)
  const most = largest(sums)
  return sums.map((value) => BARS[level(value, most)]).join('')
}

function level(value: number, most: number): number {
  if (value <= 0) return 0
  return Math.max(1, Math.round((value / most) * (BARS.length - 1)))
}

function condense(values: readonly number[], width: number): number[] {
  const size = Math.max(1, Math.ceil(values.length / width))
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size).reduce((sum, value) => sum + value, 0),
  )
}
