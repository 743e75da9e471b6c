import { METRICS, type MetricName, queried } from './metrics.ts'

type Target = readonly [expr: string, legend: string]

interface Panel {
  type: 'stat' | 'timeseries' | 'bargauge'
  title: string
  unit: string
  width: number
  height: number
  targets: readonly Target[]
  about?: string | undefined
  stacked?: boolean
}

const USD = 'currencyUSD'
const SHARE = 'percentunit'

const VARIABLES = ['account', 'region', 'model'] as const
const chosen = (names: readonly string[]) => names.map((name) => `${name}=~"$${name}"`)

function of(metric: MetricName, more = ''): string {
  const labels: readonly string[] = METRICS[metric].labels
  const filters = chosen(VARIABLES.filter((name) => labels.includes(name)))
  return `${queried(metric)}{${[...filters, more].filter(Boolean).join(',')}}`
}

const sum = (metric: MetricName, by: string, span = '$__rate_interval') =>
  `sum by (${by}) (increase(${of(metric)}[${span}]))`
const total = (metric: MetricName, span = '$__range') => `sum(increase(${of(metric)}[${span}]))`
const perMinute = (metric: MetricName, by: string) => `sum by (${by}) (rate(${of(metric)}[$__rate_interval])) * 60`
const most = (metric: MetricName, more: string) => `max by (model) (${of(metric, more)})`

const OF_QUOTAS = 'In the busiest of the last minutes. AWS does not count reserved output tokens in it.'
const OF_CALLERS = 'With bedrock-monitor exporter --by role, user or identity.'
const OF_GUARDRAILS = 'At known prices. Not part of the costs above.'
const FEATURE = 'feature, resource'
const FEATURE_NAME = '{{feature}} {{resource}}'
const OF_READS = 'What AWS charges for the reads of the exporter, at most.'

const number = (title: string, unit: string, expr: string, about?: string): Panel => {
  return { type: 'stat', title, unit, width: 4, height: 4, targets: [[expr, title]], about }
}
const course = (title: string, unit: string, targets: readonly Target[], stacked = false): Panel => {
  return { type: 'timeseries', title, unit, width: 12, height: 8, targets, stacked }
}
const bars = (title: string, unit: string, width: number, target: Target, about?: string): Panel => {
  return { type: 'bargauge', title, unit, width, height: 8, targets: [target], about }
}
const callers = (title: string, unit: string, metric: MetricName): Panel =>
  bars(title, unit, 8, [`topk(10, ${sum(metric, 'caller', '$__range')})`, '{{caller}}'], OF_CALLERS)

const PANELS: readonly Panel[] = [
  number('Cost', USD, total('cost'), 'At known prices. Tokens without a price are not in it.'),
  number('Cost a day, at the rate of the last hour', USD, `${total('cost', '1h')} * 24`),
  number('Calls', 'short', total('invocations')),
  number('Tokens', 'short', total('tokens')),
  number('Errors', SHARE, `${total('errors')} / clamp_min(${total('invocations')}, 1)`),
  number('Throttled calls', 'short', total('throttles')),
  course('Cost by model', USD, [[sum('cost', 'model'), '{{model}}']], true),
  course('Cost by type', USD, [[sum('cost', 'type'), '{{type}}']], true),
  course('Calls a minute', 'short', [[perMinute('invocations', 'model'), '{{model}}']]),
  course('Tokens a minute', 'short', [[perMinute('tokens', 'type'), '{{type}}']]),
  course('Latency, 99th percentile', 's', [[most('latency', 'quantile="0.99"'), '{{model}}']]),
  course('Time to first token, median', 's', [[most('timeToFirstToken', 'quantile="0.5"'), '{{model}}']]),
  course('Errors and throttles', 'short', [
    [sum('errors', 'model, kind'), '{{kind}} {{model}}'],
    [sum('throttles', 'model'), 'throttled {{model}}'],
  ]),
  bars(
    'Quotas used',
    SHARE,
    12,
    [`topk(10, max by (model, quota) (${of('quota')}))`, '{{model}} {{quota}}'],
    OF_QUOTAS,
  ),
  bars('Cost by team', USD, 8, [sum('cost', 'team', '$__range'), '{{team}}']),
  bars('Cost by account', USD, 8, [sum('cost', 'account', '$__range'), '{{account}}']),
  bars('Images by model', 'short', 8, [sum('images', 'model', '$__range'), '{{model}}']),
  callers('Callers by cost', USD, 'callerCost'),
  callers('Callers by calls', 'short', 'callerInvocations'),
  callers('Callers by tokens', 'short', 'callerTokens'),
  course('Calls a minute of guardrails, agents, flows and knowledge bases', 'short', [
    [perMinute('featureInvocations', FEATURE), FEATURE_NAME],
  ]),
  course('Their errors and throttles', 'short', [
    [sum('featureErrors', `${FEATURE}, kind`), `{{kind}} ${FEATURE_NAME}`],
    [sum('featureThrottles', FEATURE), `throttled ${FEATURE_NAME}`],
  ]),
  course('Interventions of guardrails', 'short', [[sum('interventions', 'resource'), '{{resource}}']]),
  course('Text units of guardrails', 'short', [[sum('textUnits', 'resource'), '{{resource}}']]),
  bars('Text units by policy', 'short', 8, [sum('policyUnits', 'policy', '$__range'), '{{policy}}']),
  bars('Cost of guardrails by policy', USD, 8, [sum('policyCost', 'policy', '$__range'), '{{policy}}'], OF_GUARDRAILS),
  bars('Tokens of agents', 'short', 8, [sum('featureTokens', 'resource, type', '$__range'), '{{type}} {{resource}}']),
  bars('Budget used', SHARE, 12, [`${of('budgetSpent')} / ${of('budgetLimit')}`, '{{budget}} {{account}}']),
  { ...number('Read by bedrock-monitor', 'bool_yes_no', `min(${queried('up')})`), width: 6, height: 8 },
  { ...number('What reading costs', USD, `increase(${queried('awsCost')}[$__range])`, OF_READS), width: 6, height: 8 },
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
  const definition = `label_values(${queried('invocations')}{${chosen(VARIABLES.slice(0, index))}}, ${name})`
  return {
    name,
    label: name[0]?.toUpperCase() + name.slice(1),
    type: 'query',
    datasource: DATASOURCE,
    query: { query: definition, refId: `variable-${name}` },
    refresh: 2,
    sort: 1,
    hide: 0,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  }
}

type Placed = readonly [Panel, { x: number; y: number; w: number; h: number }]

function placed(panels: readonly Panel[]): Placed[] {
  let [x, y, high] = [0, 0, 0]
  return panels.map((one) => {
    if (x + one.width > 24) [x, y, high] = [0, y + high, 0]
    const at = { x, y, w: one.width, h: one.height }
    x += one.width
    high = Math.max(high, one.height)
    return [one, at]
  })
}

function panel([{ type, title, unit, about, targets, stacked }, gridPos]: Placed, index: number) {
  const isOfTime = type === 'timeseries'
  const [drawStyle, fillOpacity, mode] = stacked ? ['bars', 60, 'normal'] : ['line', 10, 'none']
  const custom = { drawStyle, fillOpacity, stacking: { mode, group: 'A' }, showPoints: 'never' }
  const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false }
  const legend = { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true }
  return {
    id: index + 1,
    type,
    title,
    ...(about !== undefined && { description: about }),
    datasource: DATASOURCE,
    gridPos,
    // Reads are minutes apart: a shorter step would draw nothing between them.
    ...(isOfTime && { interval: '5m' }),
    fieldConfig: { defaults: { unit, min: 0, ...(isOfTime && { custom }) }, overrides: [] },
    options: {
      ...(isOfTime ? { legend, tooltip: { mode: 'multi', sort: 'desc' } } : { reduceOptions }),
      ...(type === 'bargauge' && { orientation: 'horizontal' }),
      ...(type === 'stat' && { colorMode: 'value', graphMode: 'none' }),
    },
    targets: targets.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr,
      legendFormat,
      ...(isOfTime ? { range: true } : { instant: true, range: false }),
    })),
  }
}
