import { METRICS, type MetricName, queried } from './metrics.ts'

/** A panel of the dashboard: what is drawn, in the unit that it has. */
interface Panel {
  title: string
  type: 'stat' | 'timeseries' | 'bargauge' | 'table'
  unit: string
  /** Columns of 24, and rows. */
  width: number
  height: number
  /** What is asked, and what a series is called. */
  targets: readonly (readonly [expr: string, legend: string])[]
  description?: string
  stacked?: true
}

const VARIABLES = ['account', 'region', 'model'] as const
const FILTER = VARIABLES.map((name) => `${name}=~"$${name}"`).join(',')

/** With the labels that the variables choose; those that a metric has not are no filter. */
function of(metric: MetricName, more = ''): string {
  const { labels } = METRICS[metric]
  const has = (name: string) => (labels as readonly string[]).includes(name)
  const chosen = VARIABLES.every(has)
    ? FILTER
    : VARIABLES.filter(has)
        .map((name) => `${name}=~"$${name}"`)
        .join(',')
  return `${queried(metric)}{${[chosen, more].filter(Boolean).join(',')}}`
}

const sum = (metric: MetricName, by: string, more?: string, span = '$__rate_interval') =>
  `sum by (${by}) (increase(${of(metric, more)}[${span}]))`
const total = (metric: MetricName, span = '$__range') => `sum(increase(${of(metric)}[${span}]))`
const perMinute = (metric: MetricName, by: string) => `sum by (${by}) (rate(${of(metric)}[$__rate_interval])) * 60`

const PANELS: readonly Panel[] = [
  {
    title: 'Cost',
    type: 'stat',
    unit: 'currencyUSD',
    width: 4,
    height: 4,
    targets: [[total('cost'), '']],
    description: 'At known prices. Tokens without a price are not in it.',
  },
  {
    title: 'Cost a day, at the rate of the last hour',
    type: 'stat',
    unit: 'currencyUSD',
    width: 4,
    height: 4,
    targets: [[`${total('cost', '1h')} * 24`, '']],
  },
  { title: 'Calls', type: 'stat', unit: 'short', width: 4, height: 4, targets: [[total('invocations'), '']] },
  { title: 'Tokens', type: 'stat', unit: 'short', width: 4, height: 4, targets: [[total('tokens'), '']] },
  {
    title: 'Errors',
    type: 'stat',
    unit: 'percentunit',
    width: 4,
    height: 4,
    targets: [[`${total('errors')} / clamp_min(${total('invocations')}, 1)`, '']],
  },
  { title: 'Throttled calls', type: 'stat', unit: 'short', width: 4, height: 4, targets: [[total('throttles'), '']] },
  {
    title: 'Cost by model',
    type: 'timeseries',
    unit: 'currencyUSD',
    width: 12,
    height: 8,
    stacked: true,
    targets: [[sum('cost', 'model'), '{{model}}']],
  },
  {
    title: 'Cost by type',
    type: 'timeseries',
    unit: 'currencyUSD',
    width: 12,
    height: 8,
    stacked: true,
    targets: [[sum('cost', 'type'), '{{type}}']],
  },
  {
    title: 'Calls a minute',
    type: 'timeseries',
    unit: 'short',
    width: 12,
    height: 8,
    targets: [[perMinute('invocations', 'model'), '{{model}}']],
  },
  {
    title: 'Tokens a minute',
    type: 'timeseries',
    unit: 'short',
    width: 12,
    height: 8,
    targets: [[perMinute('tokens', 'type'), '{{type}}']],
  },
  {
    title: 'Latency, 99th percentile',
    type: 'timeseries',
    unit: 's',
    width: 12,
    height: 8,
    targets: [[`max by (model) (${of('latency', 'quantile="0.99"')})`, '{{model}}']],
  },
  {
    title: 'Time to first token, median',
    type: 'timeseries',
    unit: 's',
    width: 12,
    height: 8,
    targets: [[`max by (model) (${of('timeToFirstToken', 'quantile="0.5"')})`, '{{model}}']],
  },
  {
    title: 'Errors and throttles',
    type: 'timeseries',
    unit: 'short',
    width: 12,
    height: 8,
    targets: [
      [sum('errors', 'model, kind'), '{{kind}} {{model}}'],
      [sum('throttles', 'model'), 'throttled {{model}}'],
    ],
  },
  {
    title: 'Quotas used',
    type: 'bargauge',
    unit: 'percentunit',
    width: 12,
    height: 8,
    targets: [[`topk(10, max by (model, quota) (${of('quota')}))`, '{{model}} {{quota}}']],
    description: 'Of the busiest of the last minutes. AWS does not count reserved output tokens in it.',
  },
  {
    title: 'Cost by team',
    type: 'bargauge',
    unit: 'currencyUSD',
    width: 8,
    height: 8,
    targets: [[sum('cost', 'team', undefined, '$__range'), '{{team}}']],
  },
  {
    title: 'Cost by account',
    type: 'bargauge',
    unit: 'currencyUSD',
    width: 8,
    height: 8,
    targets: [[sum('cost', 'account', undefined, '$__range'), '{{account}}']],
  },
  {
    title: 'Callers by cost',
    type: 'bargauge',
    unit: 'currencyUSD',
    width: 8,
    height: 8,
    targets: [[`topk(10, ${sum('callerCost', 'caller', undefined, '$__range')})`, '{{caller}}']],
    description: 'With bedrock-monitor exporter --by role, user or identity.',
  },
  {
    title: 'Budget used',
    type: 'bargauge',
    unit: 'percentunit',
    width: 8,
    height: 5,
    targets: [[`${of('budgetSpent')} / ${of('budgetLimit')}`, '{{budget}} {{account}}']],
  },
  {
    title: 'Read by bedrock-monitor',
    type: 'stat',
    unit: 'bool_yes_no',
    width: 8,
    height: 5,
    targets: [[`min by (source, region) (${queried('up')})`, '{{source}} {{region}}']],
  },
  {
    title: 'What reading costs',
    type: 'stat',
    unit: 'currencyUSD',
    width: 8,
    height: 5,
    targets: [[`increase(${queried('awsCost')}[$__range])`, '']],
    description: 'What AWS charges for the reads, at most.',
  },
]

const DATASOURCE = { type: 'prometheus', uid: '$datasource' }

/** A dashboard as Grafana imports it, whatever its Prometheus is called. */
export function dashboard(): object {
  return {
    uid: 'bedrock-monitor',
    title: 'Amazon Bedrock',
    description: 'Usage, cost and latency by bedrock-monitor exporter.',
    tags: ['aws', 'bedrock', 'bedrock-monitor'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          hide: 0,
          refresh: 1,
          multi: false,
          includeAll: false,
        },
        ...VARIABLES.map(variable),
      ],
    },
    panels: placed(PANELS).map(panel),
  }
}

function variable(name: (typeof VARIABLES)[number], index: number) {
  // Each of what those before it leave.
  const chosen = VARIABLES.slice(0, index).map((before) => `${before}=~"$${before}"`)
  const definition = `label_values(${queried('invocations')}{${chosen.join(',')}}, ${name})`
  const query = { query: definition, refId: `variable-${name}` }
  const all = { text: 'All', value: '$__all' }
  return {
    name,
    label: name[0]?.toUpperCase() + name.slice(1),
    type: 'query',
    datasource: DATASOURCE,
    query,
    definition,
    refresh: 2,
    sort: 1,
    hide: 0,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: all,
  }
}

/** From left to right, and below where a row is full. */
function placed(panels: readonly Panel[]): (readonly [Panel, { x: number; y: number; w: number; h: number }])[] {
  let [x, y, high] = [0, 0, 0]
  return panels.map((one) => {
    if (x + one.width > 24) [x, y, high] = [0, y + high, 0]
    const at = { x, y, w: one.width, h: one.height }
    x += one.width
    high = Math.max(high, one.height)
    return [one, at] as const
  })
}

function panel(
  [{ title, type, unit, description, targets, stacked }, gridPos]: ReturnType<typeof placed>[number],
  index: number,
) {
  const isOfTime = type === 'timeseries'
  const custom = {
    drawStyle: stacked ? 'bars' : 'line',
    fillOpacity: stacked ? 60 : 10,
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    showPoints: 'never',
  }
  const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false }
  return {
    id: index + 1,
    title,
    type,
    ...(description !== undefined && { description }),
    datasource: DATASOURCE,
    gridPos,
    // Reads are minutes apart: a shorter step would draw nothing between them.
    ...(isOfTime && { interval: '5m' }),
    fieldConfig: { defaults: { unit, min: 0, ...(isOfTime && { custom }) }, overrides: [] },
    options: isOfTime
      ? {
          legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
          tooltip: { mode: 'multi', sort: 'desc' },
        }
      : {
          reduceOptions,
          orientation: type === 'bargauge' ? 'horizontal' : 'auto',
          ...(type === 'stat' && { colorMode: 'value', graphMode: 'none' }),
        },
    targets: targets.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat: legendFormat === '' ? title : legendFormat,
      ...(isOfTime ? { range: true } : { instant: true, range: false }),
    })),
  }
}
