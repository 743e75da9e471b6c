import type { Settings } from './settings.ts'

export interface Widget {
  type: 'text' | 'metric' | 'log'
  x: number
  y: number
  width: number
  height: number
  properties: Record<string, unknown>
}

/** A dashboard's body; what it has besides widgets (variables, a default period …) is others' to say. */
export interface DashboardBody {
  widgets: Widget[]
  [other: string]: unknown
}

/** The line by which a dashboard is known as ours: it lives in the body, which is all that is certain to be kept. */
export const OWNER_LINE = 'Managed by bedrock-monitor.'
/** The same on a dashboard that was there before. */
export const ADOPTED_LINE = 'Managed by bedrock-monitor (adopted).'

/** Columns of CloudWatch's grid. */
const GRID = 24
const PERIOD_SECONDS = 300

/**
 * One glance at the use of Bedrock, Region by Region. Graphs search for their models when they are looked at, so that a
 * new model shows up by itself.
 */
export function dashboardBody(settings: Settings, regions: readonly string[]): DashboardBody {
  const shown = [...new Set(regions)].sort()
  const head: Sized = {
    type: 'text',
    width: GRID,
    height: 2,
    properties: { markdown: `## Amazon Bedrock in ${shown.join(', ')}\n${OWNER_LINE}`, background: 'transparent' },
  }
  return { widgets: place([[head], ...shown.flatMap((region) => rowsOf(region, settings, shown.length > 1))]) }
}

/** The Regions that our widgets of a dashboard show. */
export function regionsOn(have: DashboardBody): string[] {
  const regions = have.widgets.filter((widget) => !isTheirs(have, widget)).map(({ properties }) => properties.region)
  return [...new Set(regions.filter((region) => typeof region === 'string'))].sort()
}

/** Our widgets for these Regions, and below them those that others have put onto the dashboard. */
export function mergedBody(settings: Settings, regions: readonly string[], have: DashboardBody): DashboardBody {
  const ours = dashboardBody(settings, regions).widgets
  return { ...have, widgets: [...ours, ...below(ours, theirWidgets(have))] }
}

/** What is left of a dashboard without our widgets. */
export function theirWidgets(have: DashboardBody): Widget[] {
  return have.widgets.filter((widget) => isTheirs(have, widget))
}

/** On a dashboard that we have never written everything is theirs; on ours, what has none of our titles. */
function isTheirs(have: DashboardBody, { type, properties = {} }: Widget): boolean {
  if (!JSON.stringify(have.widgets).includes(OWNER_LINE)) return true
  if (type === 'text') return !String(properties.markdown).includes(OWNER_LINE)
  const title = String(properties.title)
  return !OUR_TITLES.has(title.replace(`, ${properties.region}`, ''))
}

/** Moved down as one, no further than it takes to be clear of what stands above. */
function below(above: readonly Widget[], widgets: readonly Widget[]): Widget[] {
  const end = Math.max(...above.map(({ y, height }) => y + height))
  const shift = Math.max(0, end - Math.min(...widgets.map(({ y = 0 }) => y)))
  return widgets.map((widget) => ({ ...widget, y: (widget.y ?? 0) + shift }))
}

function rowsOf(region: string, { logGroupName }: Pick<Settings, 'logGroupName'>, named: boolean): Sized[][] {
  const title = (text: string) => (named ? `${text}, ${region}` : text)
  const graph = (text: string, series: readonly Series[], options: Record<string, unknown> = {}): Sized => ({
    type: 'metric',
    width: 12,
    height: 6,
    properties: {
      title: title(text),
      region,
      view: 'timeSeries',
      period: PERIOD_SECONDS,
      yAxis: { left: { min: 0 } },
      metrics: series.map(({ metric, stat, label }, index) => [
        { id: `e${index + 1}`, expression: search(metric, stat), label: label ?? '' },
      ]),
      ...options,
    },
  })
  return [
    [
      graph('Invocations', [{ metric: 'Invocations', stat: 'Sum' }], { stacked: true }),
      graph('Errors and throttles', [
        { metric: 'InvocationClientErrors', stat: 'Sum', label: 'client errors' },
        { metric: 'InvocationServerErrors', stat: 'Sum', label: 'server errors' },
        { metric: 'InvocationThrottles', stat: 'Sum', label: 'throttles' },
      ]),
    ],
    [
      graph('Input tokens', [{ metric: 'InputTokenCount', stat: 'Sum' }], { stacked: true }),
      graph('Output tokens', [{ metric: 'OutputTokenCount', stat: 'Sum' }], { stacked: true }),
    ],
    [
      graph('Average latency (ms)', [{ metric: 'InvocationLatency', stat: 'Average' }]),
      graph('p99 latency (ms)', [{ metric: 'InvocationLatency', stat: 'p99' }]),
    ],
    [
      {
        type: 'log',
        width: GRID,
        height: 9,
        properties: {
          title: title('Recent invocations'),
          region,
          view: 'table',
          query: recentInvocations(logGroupName),
        },
      },
    ],
  ]
}

interface Series {
  metric: string
  stat: string
  label?: string
}

type Sized = Omit<Widget, 'x' | 'y'>

function search(metric: string, stat: string): string {
  return `SEARCH('{AWS/Bedrock,ModelId} MetricName="${metric}"', '${stat}', ${PERIOD_SECONDS})`
}

/** Field names as the record nests them; events that are no records (the first of a stream) are left out. */
function recentInvocations(logGroup: string): string {
  return [
    `SOURCE '${logGroup}'`,
    'fields @timestamp, modelId, operation, identity.arn, input.inputTokenCount, input.cacheReadInputTokenCount, output.outputTokenCount, errorCode',
    'filter schemaType = "ModelInvocationLog"',
    'sort @timestamp desc',
    'limit 50',
  ].join(' | ')
}

/** Puts rows of widgets below one another, each row from left to right. */
function place(rows: readonly Sized[][]): Widget[] {
  let y = 0
  return rows.flatMap((row) => {
    let x = 0
    const placed = row.map(({ type, ...rest }) => {
      const widget: Widget = { type, x, y, ...rest }
      x += rest.width
      return widget
    })
    y += Math.max(...row.map(({ height }) => height))
    return placed
  })
}

const OUR_TITLES = new Set(
  rowsOf('', { logGroupName: '' }, false)
    .flat()
    .map(({ properties }) => properties.title),
)
