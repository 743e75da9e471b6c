export interface Widget {
  type: 'text' | 'metric' | 'log' | 'alarm'
  x: number
  y: number
  width: number
  height: number
  properties: Record<string, unknown>
}

/** A dashboard's body; what it has besides widgets and our variable (a default period …) is others' to say. */
export interface DashboardBody {
  widgets: Widget[]
  [other: string]: unknown
}

export type Sized = Omit<Widget, 'x' | 'y'>

/** A row of a widget's metrics: namespace, name and dimensions, then its options; or the options of an expression alone. */
export type MetricRow = readonly (string | Readonly<Record<string, unknown>>)[]

export const GRID = 24
/** Seconds a data point. CloudWatch itself widens it for long windows. */
const PERIOD_SECONDS = 300

/** A title, with its Region where the dashboard shows several. */
export interface Place {
  region: string
  named: boolean
}

export const titled = (text: string, { region, named }: Place): string => (named ? `${text}, ${region}` : text)

/** Lines over time, from zero. */
export function graph(
  at: Place,
  title: string,
  width: number,
  metrics: readonly MetricRow[],
  options: Record<string, unknown> = {},
): Sized {
  const shape = { view: 'timeSeries', period: PERIOD_SECONDS, yAxis: { left: { min: 0 } }, metrics, ...options }
  return widget('metric', at, title, width, 6, shape)
}

/** Single numbers over the whole window that is looked at: a true percentile, a true sum. */
export function numbers(at: Place, title: string, metrics: readonly MetricRow[]): Sized {
  const whole = { view: 'singleValue', setPeriodToTimeRange: true, stat: 'Sum', period: PERIOD_SECONDS, metrics }
  return widget('metric', at, title, 4, 4, whole)
}

export function table(at: Place, title: string, width: number, height: number, query: string): Sized {
  return widget('log', at, title, width, height, { view: 'table', query })
}

function widget(type: Widget['type'], at: Place, title: string, width: number, height: number, more: object): Sized {
  return { type, width, height, properties: { title: titled(title, at), region: at.region, ...more } }
}

/** A metric of all models together: AWS/Bedrock puts each without dimensions, too. */
export function total(metric: string, stat: string, label: string, ...dimension: string[]): MetricRow {
  return ['AWS/Bedrock', metric, ...dimension, { stat, label }]
}

/** Found when looked at, so that new models show up. Searches stand in no calculation: where they find nothing, there is none. */
export function everyModel(id: string, metric: string | readonly string[], stat: string, kind = ''): MetricRow {
  const names = [metric].flat().map((name) => `MetricName="${name}"`)
  const terms = names.length === 1 ? names[0] : `(${names.join(' OR ')})`
  const expression = `SEARCH('{AWS/Bedrock,ModelId} ${terms}', '${stat}', ${PERIOD_SECONDS})`
  return [{ id, expression, label: kind === '' ? '' : `${kind}, \${PROP('Dim.ModelId')}` }]
}

/** The same of any schema of a search, whose first dimension stands in the legend. */
export function everyOf(id: string, schema: string, metric: string, kind: string, stat: string): MetricRow {
  const expression = `SEARCH('${schema} MetricName="${metric}"', '${stat}', ${PERIOD_SECONDS})`
  const dimension = /^\{[^,]+,(\w+)/.exec(schema)?.[1]
  return [{ id, expression, label: dimension === undefined ? kind : `${kind}, \${PROP('Dim.${dimension}')}` }]
}

/** Puts rows of widgets below one another, each row from left to right. */
export function place(rows: readonly (readonly Sized[])[]): Widget[] {
  let y = 0
  return rows.flatMap((row) => {
    let x = 0
    const placed = row.map(({ type, ...rest }) => {
      const widget: Widget = { type, x, y, ...rest }
      x += rest.width
      return widget
    })
    y += Math.max(0, ...row.map(({ height }) => height))
    return placed
  })
}

export const SUM = 'Sum'

export const FAILURES = [
  ['InvocationClientErrors', 'client errors'],
  ['InvocationServerErrors', 'server errors'],
  ['InvocationThrottles', 'throttles'],
] as const

/** Both spellings of the cache metrics: AWS documents the first, the second is what others find. Only one has data. */
export const CACHE_READS = ['CacheReadInputTokens', 'CacheReadInputTokenCount'] as const
export const CACHE_WRITES = ['CacheWriteInputTokens', 'CacheWriteInputTokenCount'] as const

export const latency = (row: (stat: string) => MetricRow): MetricRow[] => ['Average', 'p50', 'p90', 'p99'].map(row)
