import { MANTLE_PREFIX } from '../../report/prices/model-id.ts'
import { MANTLE_NAMESPACE } from '../../report/sources/metrics/names.ts'
import { plainDigits } from '../../text/numbers.ts'
import { isMantle } from '../use/in-use.ts'
import type { Spend, SpendLine } from './spend.ts'
import { graph, type MetricRow, numbers, type Place, type Sized } from './widgets.ts'

const SPEND_AN_HOUR = 'Spend (US dollars an hour)'
const SPEND_IN_ALL = 'Spend (US dollars)'
/** The titles that the graph may have, by which it is known again. */
export const GRAPH_TITLES: readonly string[] = [SPEND_AN_HOUR, atLeastTitle(SPEND_AN_HOUR)]

/** What leaves out a model that is in use says so where it is read. */
function titled(title: string, { floor, more }: Spend): string {
  return floor !== undefined || more > 0 ? atLeastTitle(title) : title
}

function atLeastTitle(title: string): string {
  return title.replace('Spend', 'Spend, at least')
}

/** The beginning of a Region's words on its spend, by which they are known again. */
const HEADING = /^### Spend in ([a-z0-9-]+)\n/

/** Each model's tokens × price, an hour: whatever the length of the graph's data points is. */
export function spendGraph(at: Place, width: number, spend: Spend): Sized {
  const rows = spend.lines.flatMap((line, index) =>
    rowsOf(line, index + 1, (sum, first) => `${sum}/1000000*3600/PERIOD(${first})`, true),
  )
  return graph(at, titled(SPEND_AN_HOUR, spend), width, rows, {
    stat: 'Sum',
    stacked: true,
    yAxis: { left: { min: 0, label: 'US dollars an hour', showUnits: false } },
  })
}

/** All models' tokens × price, in the window that is looked at. */
export function spendNumber(at: Place, spend: Spend): Sized {
  const rows = spend.lines.flatMap((line, index) => rowsOf(line, index + 1, (sum) => `${sum}/1000000`, false))
  const sum = `SUM([${spend.lines.map((_, index) => `s${index + 1}`).join(',')}])`
  return numbers(at, titled(SPEND_IN_ALL, spend), [...rows, [{ id: 'spend', expression: sum, label: 'US dollars' }]])
}

/** The metrics of a line, out of sight, and their sum. What has no data counts as nothing, by FILL and SUM. */
function rowsOf(
  line: SpendLine,
  n: number,
  whole: (sum: string, first: string) => string,
  visible: boolean,
): MetricRow[] {
  const metrics = line.parts.map(({ metric }, k): MetricRow => {
    const options = { id: `m${n}k${k + 1}`, stat: 'Sum', visible: false }
    if (isMantle(line)) return [MANTLE_NAMESPACE, metric, 'Model', line.modelId.slice(MANTLE_PREFIX.length), options]
    return ['AWS/Bedrock', metric, 'ModelId', line.modelId, options]
  })
  const parts = line.parts.map(({ usdPerMillion }, k) => `FILL(m${n}k${k + 1},0)*${plainDigits(usdPerMillion)}`)
  const expression = whole(`SUM([${parts.join(',')}])`, `m${n}k1`)
  return [...metrics, [{ id: `s${n}`, expression, label: line.modelId, ...(!visible && { visible }) }]]
}

export function spendText({ region }: Place, width: number, height: number, spend: Spend): Sized {
  const { lines, unpriced, more, floor } = spend
  const said = [
    lines.length === 0
      ? 'No model with a known price was in use when this was written.'
      : 'Tokens × list price of the models in use. Cache writes count as kept for five minutes.',
    ...(floor === undefined ? [] : [`At least: ${floor}.`]),
    ...(unpriced.length === 0
      ? []
      : [`Not priced, or not only by the token: ${unpriced.map((id) => `\`${id}\``).join(', ')}.`]),
    ...(more === 0 ? [] : [`${more} more models in use are not included.`]),
    'For new models and prices, run `bedrock-monitor setup`.',
  ]
  return {
    type: 'text',
    width,
    height,
    properties: { markdown: `### Spend in ${region}\n${said.join('\n\n')}`, background: 'transparent' },
  }
}

export const spendRegionOf = (markdown: unknown): string | undefined => HEADING.exec(String(markdown))?.[1]

/** Reads back what `spendGraph` and `spendText` show. */
export function spendShown(metrics: unknown, markdown: unknown): Spend {
  const rows: unknown[] = Array.isArray(metrics) ? metrics.filter(Array.isArray) : []
  const named = new Map(rows.flatMap((row) => namedMetric(row as unknown[])))
  const lines = rows.flatMap((row) => {
    const [{ expression = '', label = '' } = {}] = row as { expression?: unknown; label?: unknown }[]
    const parts = [...String(expression).matchAll(/FILL\((\w+),0\)\*([\d.]+)/g)].flatMap(([, id = '', price]) => {
      const metric = named.get(id)
      return metric === undefined ? [] : [{ metric, usdPerMillion: Number(price) }]
    })
    return parts.length === 0 ? [] : [{ modelId: String(label), parts }]
  })
  const text = String(markdown)
  const unpriced = /^Not priced, or not only by the token: (.+)\.$/m.exec(text)?.[1] ?? ''
  const floor = /^At least: (.+)\.$/m.exec(text)?.[1]
  return {
    lines,
    ...(floor !== undefined && { floor }),
    unpriced: [...unpriced.matchAll(/`([^`]*)`/g)].map(([, id = '']) => id),
    more: Number(/^(\d+) more (?:models )?in use/m.exec(text)?.[1] ?? 0),
  }
}

function namedMetric(row: unknown[]): [string, string][] {
  const [namespace, metric, , , options] = row
  const id = typeof options === 'object' && options !== null && 'id' in options ? options.id : undefined
  const isOurs = namespace === 'AWS/Bedrock' || namespace === MANTLE_NAMESPACE
  return isOurs && typeof id === 'string' ? [[id, String(metric)]] : []
}
