import { largest } from './numbers.ts'

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** Values as bars, added up where there are more than `width`; the lowest bar is zero's alone. */
export function sparkline(values: readonly number[], width: number): string {
  const size = Math.max(1, Math.ceil(values.length / width))
  const sums = Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size).reduce((sum, value) => sum + value, 0),
  )
  const most = largest(sums)
  const level = (value: number) => (value <= 0 ? 0 : Math.max(1, Math.round((value / most) * (BARS.length - 1))))
  return sums.map((value) => BARS[level(value)]).join('')
}
