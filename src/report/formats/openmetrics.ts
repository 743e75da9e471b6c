import { type Metric, type MetricSamples, openMetricsText, type Sample } from '../../text/openmetrics.ts'
import { CHARGE_KINDS } from '../charges.ts'
import type { Group, Percentiles } from '../model.ts'
import type { ReportView } from '../view.ts'
import { keyText } from './labels.ts'

/** A value of a group, and what tells it from the others of its metric; null is left out. */
type Value = readonly [value: number | null | undefined, more?: Sample['labels']]

interface WindowMetric extends Metric {
  of(group: Group): readonly Value[]
}

const metric = (
  type: Metric['type'],
  name: string,
  help: string,
  of: WindowMetric['of'],
  unit?: string,
): WindowMetric => ({ type, name: `bedrock_window_${name}`, help, of, ...(unit !== undefined && { unit }) })

/** Metrics of a window are no counters: they are as large as the window. */
const METRICS: readonly WindowMetric[] = [
  metric('gauge', 'invocations', 'Calls that Amazon Bedrock served.', (group) => [[group.invocations]]),
  metric(
    'gauge',
    'tokens',
    'Tokens by type.',
    ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }) => [
      [inputTokens, { type: 'input' }],
      [outputTokens, { type: 'output' }],
      [cacheReadTokens, { type: 'cache_read' }],
      [cacheWriteTokens, { type: 'cache_write' }],
    ],
    'tokens',
  ),
  metric('gauge', 'images', 'Images that models made.', ({ images }) => [[images]], 'images'),
  metric(
    'gauge',
    'cost_usd',
    'Cost in US dollars, by what is billed.',
    ({ costs }) => CHARGE_KINDS.map(({ name, label }) => [costs?.[name], { type: label }]),
    'usd',
  ),
  metric('gauge', 'cost_is_floor', '1 where the cost leaves something out.', ({ costIsFloor }) => [
    [costIsFloor ? 1 : 0],
  ]),
  metric('gauge', 'errors', 'Calls that failed, by whose fault.', ({ clientErrors, serverErrors }) => [
    [clientErrors, { kind: 'client' }],
    [serverErrors, { kind: 'server' }],
  ]),
  metric('gauge', 'throttles', 'Calls that were throttled.', ({ throttles }) => [[throttles]]),
  metric('summary', 'latency_seconds', 'Time to the last token.', ({ latencyMs }) => quantiles(latencyMs), 'seconds'),
  metric(
    'summary',
    'time_to_first_token_seconds',
    'Time to the first token of streamed calls.',
    ({ timeToFirstTokenMs }) => quantiles(timeToFirstTokenMs),
    'seconds',
  ),
]

/** OpenMetrics of the groups and of the window, for a collector of text files. There is no total: whoever adds up gets it. */
export function renderReport(view: ReportView): string {
  const { report, by } = view
  const names = labelNames(by)
  const groups = report.groups.map((group) => {
    const value = (name: string) => group.key[name] ?? (group.others === undefined ? '' : keyText(view, group, name))
    return { group, labels: Object.fromEntries(by.map((name, index) => [names[index] ?? name, value(name)])) }
  })
  const metrics = METRICS.map(({ of, ...metric }): MetricSamples => {
    const samples = groups.flatMap(({ group, labels }) =>
      of(group).flatMap(([value, more]) =>
        typeof value === 'number' ? [{ labels: { ...labels, ...more }, value }] : [],
      ),
    )
    return { ...metric, samples }
  })
  const { start, end } = report.window
  return openMetricsText([...metrics, time('start', start), time('end', end)])
}

function quantiles({ p50, p90, p99 }: Percentiles): Value[] {
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)
  return [
    [seconds(p50), { quantile: '0.5' }],
    [seconds(p90), { quantile: '0.9' }],
    [seconds(p99), { quantile: '0.99' }],
  ]
}

/** `tag:cost-center` as a label may be called: `tag_cost_center`. Two that would be called alike are not. */
function labelNames(by: readonly string[]): string[] {
  const names: string[] = []
  for (const name of by) {
    const plain = name.replace(/\W/g, '_')
    let unlike = plain
    for (let number = 2; names.includes(unlike); number += 1) unlike = `${plain}_${number}`
    names.push(unlike)
  }
  return names
}

function time(which: 'start' | 'end', iso: string): MetricSamples {
  const name = `bedrock_window_${which}_timestamp_seconds`
  const help = `When the window ${which}s.`
  return { name, type: 'gauge', unit: 'seconds', help, samples: [{ labels: {}, value: Date.parse(iso) / 1_000 }] }
}
