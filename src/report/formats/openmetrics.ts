import { type Metric, type MetricSamples, openMetricsText, type Sample } from '../../text/openmetrics.ts'
import { CHARGE_KINDS } from '../charges.ts'
import type { FeatureLine, PolicyCost } from '../features.ts'
import type { Group, Percentiles } from '../model.ts'
import type { ReportView } from '../view.ts'
import { keyText } from './labels.ts'

/** A value of a group, and what tells it from the others of its metric; null is left out. */
type Value = readonly [value: number | null | undefined, more?: Sample['labels']]

/** What a metric has of one group, or of one line. Those of a window are no counters: they are as large as the window. */
interface WindowMetric<One> extends Metric {
  of(one: One): readonly Value[]
}

const gauge = <One>(name: string, help: string, of: WindowMetric<One>['of']): WindowMetric<One> => {
  const unit = /_(?:tokens|images|usd|units)$/.exec(`_${name}`)?.[0].slice(1)
  return { type: 'gauge', name: `bedrock_window_${name}`, help, of, ...(unit !== undefined && { unit }) }
}
const summary = (name: string, help: string, of: WindowMetric<Group>['of']): WindowMetric<Group> => {
  return { ...gauge(`${name}_seconds`, help, of), type: 'summary', unit: 'seconds' }
}

const errorsOf = ({ clientErrors, serverErrors }: Pick<FeatureLine, 'clientErrors' | 'serverErrors'>): Value[] => [
  [clientErrors, { kind: 'client' }],
  [serverErrors, { kind: 'server' }],
]

const METRICS: readonly WindowMetric<Group>[] = [
  gauge('invocations', 'Calls that Amazon Bedrock served.', ({ invocations }) => [[invocations]]),
  gauge('tokens', 'Tokens by type.', ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }) => [
    [inputTokens, { type: 'input' }],
    [outputTokens, { type: 'output' }],
    [cacheReadTokens, { type: 'cache_read' }],
    [cacheWriteTokens, { type: 'cache_write' }],
  ]),
  gauge('images', 'Images that models made.', ({ images }) => [[images]]),
  gauge('cost_usd', 'Cost in US dollars, by what is billed.', ({ costs }) =>
    CHARGE_KINDS.map(({ name, label }) => [costs?.[name], { type: label }]),
  ),
  gauge('cost_is_floor', '1 where the cost leaves something out.', ({ costIsFloor }) => [[costIsFloor ? 1 : 0]]),
  gauge('errors', 'Calls that failed, by whose fault.', errorsOf),
  gauge('throttles', 'Calls that were throttled.', ({ throttles }) => [[throttles]]),
  summary('latency', 'Time to the last token.', ({ latencyMs }) => quantiles(latencyMs)),
  summary('time_to_first_token', 'Time to the first token of streamed calls.', ({ timeToFirstTokenMs }) =>
    quantiles(timeToFirstTokenMs),
  ),
]

const FEATURE_METRICS: readonly WindowMetric<FeatureLine>[] = [
  gauge('feature_invocations', 'Calls of guardrails, agents, flows and knowledge bases.', (line) => [
    [line.invocations],
  ]),
  gauge('feature_errors', 'Those that failed, by whose fault.', errorsOf),
  gauge('feature_throttles', 'Those that were throttled.', ({ throttles }) => [[throttles]]),
  gauge('feature_tokens', 'Tokens of agents by type.', ({ inputTokens, outputTokens }) => [
    [inputTokens, { type: 'input' }],
    [outputTokens, { type: 'output' }],
  ]),
  gauge('guardrail_interventions', 'Calls in which a guardrail intervened.', ({ intervened }) => [[intervened]]),
  gauge('guardrail_text_units', 'Text units that guardrails checked.', ({ textUnits }) => [[textUnits]]),
]

const POLICY_METRICS: readonly WindowMetric<PolicyCost>[] = [
  gauge('guardrail_policy_text_units', 'Text units by kind of policy.', ({ textUnits }) => [[textUnits]]),
  gauge('guardrail_cost_usd', 'What they cost in US dollars; not in cost_usd.', ({ costUsd }) => [[costUsd]]),
]

/** Resources of a feature in a place with labels of their own; all others, which are called less, are taken together. */
const MOST_RESOURCES = 100

interface Labelled<One> {
  one: One
  labels: Sample['labels']
}

function samplesOf<One>({ of, ...metric }: WindowMetric<One>, all: readonly Labelled<One>[]): MetricSamples {
  const samples = new Map<string, Sample & { value: number }>()
  for (const { one, labels: own } of all) {
    for (const [value, more] of of(one)) {
      if (typeof value !== 'number') continue
      const labels = { ...own, ...more }
      const key = JSON.stringify(labels)
      samples.set(key, { labels, value: value + (samples.get(key)?.value ?? 0) })
    }
  }
  return { ...metric, samples: [...samples.values()] }
}

/** OpenMetrics of the groups and of the window, for a collector of text files. There is no total: whoever adds up gets it. */
export function renderReport(view: ReportView): string {
  const { report, by } = view
  const { features = [], guardrailPolicies = [], window } = report
  const names = labelNames(by)
  const groups = report.groups.map((group): Labelled<Group> => {
    const value = (name: string) => group.key[name] ?? (group.others === undefined ? '' : keyText(view, group, name))
    return { one: group, labels: Object.fromEntries(by.map((name, index) => [names[index] ?? name, value(name)])) }
  })
  const seen = new Map<string, number>()
  const lines = features.map((one): Labelled<FeatureLine> => {
    const { feature, account, region, resource } = one
    const place = [feature, account, region].join()
    const rank = (seen.get(place) ?? 0) + 1
    seen.set(place, rank)
    return { one, labels: { feature, account, region, resource: rank > MOST_RESOURCES ? 'other' : (resource ?? '') } }
  })
  const policies = guardrailPolicies.map((one): Labelled<PolicyCost> => {
    const { account, region, policy } = one
    return { one, labels: { account, region, policy } }
  })
  return openMetricsText([
    ...METRICS.map((metric) => samplesOf(metric, groups)),
    ...FEATURE_METRICS.map((metric) => samplesOf(metric, lines)),
    ...POLICY_METRICS.map((metric) => samplesOf(metric, policies)),
    time('start', window.start),
    time('end', window.end),
  ])
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
