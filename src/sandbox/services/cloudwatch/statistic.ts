import { percentile, sum } from '../../numbers.ts'
import { invalidValue } from './faults.ts'

/** The figure of some values, of which there is at least one; undefined where it has none. */
export type Statistic = (values: readonly number[]) => number | undefined

const STATISTICS: ReadonlyMap<string, Statistic> = new Map(
  Object.entries<Statistic>({
    Sum: sum,
    Average: (values) => sum(values) / values.length,
    Minimum: (values) => values.reduce((a, b) => Math.min(a, b)),
    Maximum: (values) => values.reduce((a, b) => Math.max(a, b)),
    SampleCount: (values) => values.length,
  }),
)

/** @throws AwsFault for what is no statistic, or one (trimmed mean, percentile rank …) that the sandbox does not keep. */
export function parseStatistic(text: string): Statistic {
  const known = STATISTICS.get(text)
  if (known) return known
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(text)?.[1]
  if (percent === undefined || Number(percent) > 100) {
    throw invalidValue(`The value ${text} for parameter Stat is not supported.`)
  }
  // Of negative values CloudWatch has no percentile.
  return (values) => (values.some((value) => value < 0) ? undefined : percentile(values, Number(percent)))
}
