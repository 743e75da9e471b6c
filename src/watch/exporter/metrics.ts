import { type Metric, sampleName } from '../../text/openmetrics.ts'

/** A metric that the exporter has, and the labels that tell its samples apart. */
export interface ExporterMetric extends Metric {
  readonly labels: readonly string[]
}

const PLACE = ['account', 'region'] as const
const SOURCE = [...PLACE, 'source'] as const
const POLICY = [...PLACE, 'policy'] as const
const BUDGET = ['account', 'budget'] as const
const MODEL = [...PLACE, 'model', 'profile', 'team'] as const
const TIMING = [...MODEL, 'quantile'] as const
const FEATURE = [...PLACE, 'feature', 'resource'] as const
const CALLER = [...MODEL, 'caller'] as const

/** The unit is what the name ends in, as OpenMetrics asks for. */
const metricOf = (type: Metric['type']) => (name: string, labels: readonly string[], help: string) => {
  const [, unit] = /(?:^|_)(tokens|images|usd|seconds|ratio|units)$/.exec(name) ?? []
  return { name: `bedrock_${name}`, type, help, labels, ...(unit !== undefined && { unit }) } satisfies ExporterMetric
}
const counter = metricOf('counter')
const gauge = metricOf('gauge')
const summary = metricOf('summary')

/** All that the exporter tells, in this order. The dashboard, the rules and the page of the documentation are made of it. */
export const METRICS = {
  invocations: counter('invocations', MODEL, 'Calls that Amazon Bedrock served.'),
  tokens: counter('tokens', [...MODEL, 'type'], 'Tokens by type: input, output, cache_read, cache_write.'),
  images: counter('images', MODEL, 'Images that models made.'),
  cost: counter('cost_usd', [...MODEL, 'type'], 'Cost at known prices, in US dollars, by what is billed.'),
  unpriced: counter('unpriced_tokens', MODEL, 'Tokens without a known price, which no cost includes.'),
  errors: counter('errors', [...MODEL, 'kind'], 'Calls that failed, by whose fault: client, server.'),
  throttles: counter('throttles', MODEL, 'Calls that were throttled.'),
  latency: summary('latency_seconds', TIMING, 'Time to the last token. Quantiles are of the last minutes.'),
  timeToFirstToken: summary(
    'time_to_first_token_seconds',
    TIMING,
    'Time to the first token of streamed calls, of the last minutes.',
  ),
  quota: gauge(
    'quota_used_ratio',
    [...PLACE, 'model', 'quota'],
    'Share of a quota that the busiest of the last minutes used: tokens_per_minute, requests_per_minute.',
  ),
  budgetLimit: gauge('budget_limit_usd', BUDGET, 'Limit of the AWS Budget, in US dollars a month.'),
  budgetSpent: gauge('budget_spent_usd', BUDGET, 'What the AWS Budget has counted of the month, in US dollars.'),
  teamBudget: gauge('team_budget_usd', ['team'], 'Budget of a team, in US dollars a month.'),
  callerInvocations: counter('caller_invocations', CALLER, 'Calls by caller, from the invocation log.'),
  callerTokens: counter('caller_tokens', [...CALLER, 'type'], 'Tokens by caller, from the invocation log.'),
  callerCost: counter(
    'caller_cost_usd',
    CALLER,
    'Cost by caller at known prices, in US dollars, from the invocation log.',
  ),
  featureInvocations: counter(
    'feature_invocations',
    FEATURE,
    'Calls of guardrails, agents, flows and knowledge bases.',
  ),
  featureErrors: counter('feature_errors', [...FEATURE, 'kind'], 'Those that failed, by whose fault.'),
  featureThrottles: counter('feature_throttles', FEATURE, 'Those that were throttled.'),
  featureTokens: counter('feature_tokens', [...FEATURE, 'type'], 'Tokens of agents by type.'),
  interventions: counter('guardrail_interventions', FEATURE, 'Calls in which a guardrail intervened.'),
  textUnits: counter('guardrail_text_units', FEATURE, 'Text units that guardrails checked.'),
  policyUnits: counter(
    'guardrail_policy_text_units',
    POLICY,
    'Text units that guardrails checked, by kind of policy, which is what AWS bills.',
  ),
  policyCost: counter(
    'guardrail_cost_usd',
    POLICY,
    'What that cost where the price is known, in US dollars; not part of bedrock_cost_usd.',
  ),
  up: gauge('monitor_up', SOURCE, '1 if the last read of a source succeeded.'),
  lastRead: gauge('monitor_last_read_timestamp_seconds', SOURCE, 'When a source was last read.'),
  countedFrom: gauge('monitor_counted_from_timestamp_seconds', SOURCE, 'Counters include what happened from here on.'),
  countedTo: gauge('monitor_counted_to_timestamp_seconds', SOURCE, 'Counters include what happened before this.'),
  awsCost: counter(
    'monitor_aws_cost_usd',
    [],
    'What AWS charges for the reads of the exporter, in US dollars, at most.',
  ),
  build: gauge('monitor_build_info', ['version'], 'Always 1; the label has the version of bedrock-monitor.'),
} as const satisfies Record<string, ExporterMetric>

export type MetricName = keyof typeof METRICS

/** What queries call it: `bedrock_tokens_total`. */
export const queried = (name: MetricName): string => sampleName(METRICS[name])
