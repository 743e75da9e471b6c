import { plainDigits } from '../../text/numbers.ts'
import type { WatchedMath, WatchedMetric } from '../alarms/alarm-definition.ts'
import type { Split } from './spend-alarm-split.ts'

/**
 * US dollars by metric math: each total at the price of the rest, and what is exact at the difference of its price to that.
 * A sum over a list and not of terms: a metric that has never had data has no series, with which a term is nothing and a
 * sum of terms would be, too. Should a total be missing, which no sentence of AWS's promises, or late, the sum of its
 * metric is less than what is exact alone, and that counts: it never is below 0.
 */
export function toMath({ exact, rest }: Split): WatchedMath {
  const own = exact.map((share, index) => ({ ...share, id: `e${index + 1}`, price: share.price ?? 0 }))
  const names = [...new Set([...own.map(({ metric }) => metric), ...Object.keys(rest)])].sort()
  const parts = names.flatMap((metric) => {
    const those = own.filter((one) => one.metric === metric)
    const alone = those.map(({ id, price }) => term(id, plainDigits(price)))
    const other = rest[metric]
    if (other === undefined) return alone
    const taken = those.map(({ id, price }) => term(id, `(${plainDigits(price)}-${plainDigits(other)})`))
    const all = [term(totalId(metric), plainDigits(other)), ...taken]
    return those.length === 0 ? all : [`MAX([SUM([${all}]),SUM([${alone}])])`]
  })
  const metrics = Object.fromEntries<WatchedMetric>([
    ...own.map((one) => [one.id, { ...sumOf(one.metric), dimensions: { ModelId: one.modelId } }] as const),
    ...Object.keys(rest).map((metric) => [totalId(metric), sumOf(metric)] as const),
  ])
  return { expression: `SUM([${parts}])/1000000`, label: 'US dollars an hour', metrics }
}

const sumOf = (metric: string): WatchedMetric => ({ metric, statistic: 'Sum' })
const term = (id: string, factor: string): string => `FILL(${id},0)*${factor}`
/** An id begins with a small letter. */
const totalId = (metric: string): string => metric.charAt(0).toLowerCase() + metric.slice(1)
