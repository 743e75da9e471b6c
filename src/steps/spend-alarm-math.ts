import type { WatchedMath, WatchedMetric } from './alarm-definition.ts'
import type { TokenKind } from './in-use.ts'
import { type Exact, type Grouping, isTotalled, TOTALLED } from './spend-alarm-grouping.ts'

const TOTAL_METRICS = { input: 'InputTokenCount', output: 'OutputTokenCount' } as const
const KIND_OF: Readonly<Record<string, TokenKind>> = {
  InputTokenCount: 'input',
  OutputTokenCount: 'output',
  CacheReadInputTokenCount: 'cacheRead',
  CacheReadInputTokens: 'cacheRead',
  CacheWriteInputTokenCount: 'cacheWrite',
  CacheWriteInputTokens: 'cacheWrite',
}

/** More digits than a price has: prices are whole pico-dollars. */
const DIGITS = 12

/**
 * US dollars by metric math: each total at the price of the rest, and what is watched exactly at the difference of its
 * price to that. A sum over a list and not of terms: a metric that has never had data has no series, with which a term is
 * nothing and a sum of terms would be, too. Should the totals be missing, which no sentence of AWS's promises, the sum is
 * less than what is exact alone, and that counts.
 */
export function toMath({ exact, rest }: Grouping): WatchedMath {
  const totals = TOTALLED.flatMap((kind) => {
    const price = rest[kind]
    return price === null ? [] : [{ kind, price }]
  })
  const own = exact.map((one, index) => ({ ...one, id: `e${index + 1}` }))
  const alone = own.flatMap(({ id, price }) => (price === null ? [] : [term(id, decimal(price))]))
  const all = [
    ...totals.map(({ kind, price }) => term(kind, decimal(price))),
    ...own.flatMap(({ id, kind, price }) => {
      const total = isTotalled(kind) ? rest[kind] : null
      if (total !== null) return [term(id, `(${decimal(price ?? 0)}-${decimal(total)})`)]
      return price === null ? [] : [term(id, decimal(price))]
    }),
  ]
  const metrics: [string, WatchedMetric][] = [
    ...own.map(({ id, metric, modelId }): [string, WatchedMetric] => [
      id,
      { metric, dimensions: { ModelId: modelId }, statistic: 'Sum' },
    ]),
    ...totals.map(({ kind }): [string, WatchedMetric] => [kind, { metric: TOTAL_METRICS[kind], statistic: 'Sum' }]),
  ]
  const sum = alone.length === 0 ? `SUM([${all}])` : `MAX([SUM([${all}]),SUM([${alone}])])`
  return { expression: `${sum}/1000000`, label: 'US dollars an hour', metrics: Object.fromEntries(metrics) }
}

/** The grouping that an alarm's metric math was made of; undefined when it is not of our making. */
export function fromMath(math: WatchedMath): Grouping | undefined {
  const factors = new Map<string, RegExpMatchArray[]>()
  for (const match of math.expression.matchAll(/FILL\((\w+),0\)\*(?:\(([\d.]+)-[\d.]+\)|([\d.]+))/g)) {
    const id = match[1] ?? ''
    factors.set(id, [...(factors.get(id) ?? []), match])
  }
  const price = (id: string): number | null => {
    const [first, second] = factors.get(id) ?? []
    // What is only taken out of the rest stands in the first sum alone.
    const given = first?.[3] ?? (second && first?.[2])
    return given === undefined ? null : Number(given)
  }
  const byId = Object.entries(math.metrics).sort(([a], [b]) => (a < b ? -1 : 1))
  const exact = byId.flatMap(([id, { metric, dimensions }]): Exact[] => {
    const modelId = dimensions?.ModelId
    const kind = KIND_OF[metric]
    return modelId === undefined || kind === undefined ? [] : [{ modelId, kind, metric, price: price(id) }]
  })
  const grouping = { exact, rest: { input: price('input'), output: price('output') } }
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

/** A price in digits alone, losing nothing: metric math promises no exponents. */
function decimal(price: number): string {
  const text = String(price)
  return text.includes('e') ? price.toFixed(DIGITS).replace(/\.?0+$/, '') : text
}
