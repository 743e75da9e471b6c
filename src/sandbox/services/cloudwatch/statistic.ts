import { invalidValue } from './faults.ts'
import type { StatisticSet } from './samples.ts'

/** A statistic as a request names it: `p99.5` is the percentile 99.5. */
export type Statistic =
  | { kind: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' }
  | { kind: 'p'; percent: number }

const NAMES = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'] as const

/** @throws AwsFault for what is no statistic, or one (trimmed mean, percentile rank …) that the sandbox does not keep. */
export function parseStatistic(text: string): Statistic {
  const name = NAMES.find((known) => known === text)
  if (name) return { kind: name }
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(text)?.[1]
  if (percent !== undefined && Number(percent) <= 100) return { kind: 'p', percent: Number(percent) }
  throw invalidValue(`The value ${text} for parameter Stat is not supported.`)
}

/** Everything that falls into one data point. Raw values are kept only when a percentile is wanted. */
export class Bucket {
  count = 0
  sum = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  #raw = true
  readonly #values: { value: number; times: number }[] | undefined

  constructor(keepValues: boolean) {
    this.#values = keepValues ? [] : undefined
  }

  add(value: number, times: number): void {
    this.addSums({ count: times, sum: value * times, min: value, max: value })
    this.#values?.push({ value, times })
  }

  /** A set is as good as raw values when it can hold only one value; otherwise it costs the bucket its percentiles. */
  addSet(set: StatisticSet): void {
    this.addSums(set)
    if (set.count === 1 || set.min === set.max) this.#values?.push({ value: set.min, times: set.count })
    else this.#raw = false
  }

  /** The figure, or undefined where there is none: percentiles need raw data points and no negative values. */
  read(statistic: Statistic): number | undefined {
    if (this.count === 0) return undefined
    switch (statistic.kind) {
      case 'Sum':
        return this.sum
      case 'Average':
        return this.sum / this.count
      case 'Minimum':
        return this.min
      case 'Maximum':
        return this.max
      case 'SampleCount':
        return this.count
      case 'p':
        return this.#raw && this.min >= 0 ? nearestRank(this.#values ?? [], this.count, statistic.percent) : undefined
    }
  }

  private addSums(set: StatisticSet): void {
    this.count += set.count
    this.sum += set.sum
    this.min = Math.min(this.min, set.min)
    this.max = Math.max(this.max, set.max)
  }
}

/** The smallest value that at least `percent` of all values do not exceed. */
function nearestRank(values: { value: number; times: number }[], count: number, percent: number): number | undefined {
  values.sort((a, b) => a.value - b.value)
  const rank = (percent / 100) * count
  let seen = 0
  for (const { value, times } of values) {
    seen += times
    if (seen >= rank) return value
  }
  return values.at(-1)?.value
}
