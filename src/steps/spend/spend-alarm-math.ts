import { plainDigits } from '../../text/numbers.ts'
import type { WatchedMath, WatchedMetric } from '../alarms/alarm-definition.ts'
import type { Exact, Grouping } from './spend-alarm-grouping.ts'
import { POOLS } from './spend-alarm-pools.ts'

/**
 * US dollars by metric math: each total at the price of the rest, and what is watched exactly at the difference of its
 * price to that. A sum over a list and not of terms: a metric that has never had data has no series, with which a term is
 * nothing and a sum of terms would be, too. Should a total be missing, which no sentence of AWS's promises, or late, the
 * sum of its metric is less than what is exact alone, and that counts: it never is below 0.
 */
export function toMath({ exact, rest }: Grouping): WatchedMath {
  const own = exact.map((one, index) => ({ ...one, id: `e${index + 1}` }))
  const parts = POOLS.flatMap(({ metric, id }) =>
    partsOf(
      own.filter((one) => one.metric === metric),
      id,
      rest[metric],
    ),
  )
  const metrics: [string, WatchedMetric][] = [
    ...own.map(({ id, metric, modelId }): [string, WatchedMetric] => [
      id,
      { metric, dimensions: { ModelId: modelId }, statistic: 'Sum' },
    ]),
    ...POOLS.filter(({ metric }) => rest[metric] !== undefined).map(({ metric, id }): [string, WatchedMetric] => [
      id,
      { metric, statistic: 'Sum' },
    ]),
  ]
  const expression = `SUM([${parts}])/1000000`
  return { expression, label: 'US dollars an hour', metrics: Object.fromEntries(metrics) }
}

/** What the tokens of one metric cost, as items of a sum. */
function partsOf(own: readonly (Exact & { id: string })[], total: string, rest: number | undefined): string[] {
  const alone = own.map(({ id, price }) => term(id, plainDigits(price)))
  if (rest === undefined) return alone
  const taken = own.map(({ id, price }) => term(id, `(${plainDigits(price)}-${plainDigits(rest)})`))
  const all = [term(total, plainDigits(rest)), ...taken]
  return own.length === 0 ? all : [`MAX([SUM([${all}]),SUM([${alone}])])`]
}

/** The grouping that an alarm's metric math was made of; undefined when it is not of our making. */
export function fromMath(math: WatchedMath): Grouping | undefined {
  const prices = new Map<string, number>()
  for (const [, id = '', price] of math.expression.matchAll(/FILL\((\w+),0\)\*\(?([\d.]+)/g))
    prices.set(id, Number(price))
  const byId = Object.entries(math.metrics).sort(([a], [b]) => (a < b ? -1 : 1))
  const exact = byId.flatMap(([id, { metric, dimensions }]): Exact[] => {
    const modelId = dimensions?.ModelId
    const kind = POOLS.find((pool) => pool.metric === metric)?.kind
    const price = prices.get(id)
    if (modelId === undefined || kind === undefined || price === undefined) return []
    return [{ modelId, kind, metric, price }]
  })
  const rest = POOLS.flatMap(({ metric, id }) => {
    const price = id in math.metrics ? prices.get(id) : undefined
    return price === undefined ? [] : [[metric, price] as const]
  })
  const grouping = { exact, rest: Object.fromEntries(rest) }
  return sameMath(toMath(grouping), math) ? grouping : undefined
}

function sameMath(one: WatchedMath, other: WatchedMath): boolean {
  const text = ({ expression, metrics }: WatchedMath) =>
    JSON.stringify([
      expression,
      Object.entries(metrics)
        .map(([id, { namespace, metric, statistic, dimensions }]) => [id, { namespace, metric, statistic, dimensions }])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ])
  return text(one) === text(other)
}

const term = (id: string, factor: string): string => `FILL(${id},0)*${factor}`
