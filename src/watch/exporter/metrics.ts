import { type Metric, sampleName } from '../../text/openmetrics.ts'

/** A metric that the exporter has, and the labels that tell its samples apart. */
export interface ExporterMetric extends Metric {
  readonly labels: readonly string[]
}

const PLACE = ['account', 'region'] as const
const MODEL = [...PLACE, 'model', 'profile', 'team'] as const
const FEATURE = [...PLACE, 'feature', 'resource'] as const
const CALLER = [...MODEL, 'caller'] as const

const metric = (
  type: Metric['type'],
  name: string,
  labels: readonly string[],
  help: string,
  unit?: string,
): ExporterMetric => ({ name, type, help, labels, ...(unit !== undefined && { unit }) })

/**
 * Everything that the exporter tells, in the order in which it is told. The dashboard, the rules and the page of the documentation
 * are made of this list.
 */
export const METRICS = {
  invocations: metric('counter', 'bedrock_invocations', MODEL, 'Calls that Amazon Bedrock served.'),
  tokens: metric(
    'counter',
    'bedrock_tokens',
    [...MODEL, 'type'],
    'Tokens by type: input, output, cache_read, cache_write.',
    'tokens',
  ),
  images: metric('counter', 'bedrock_images', MODEL, 'Images that models made.', 'images'),
  cost: metric(
    'counter',
    'bedrock_cost_usd',
    [...MODEL, 'type'],
    'Cost at known prices, in US dollars, by what is billed.',
    'usd',
  ),
  unpriced: metric(
    'counter',
    'bedrock_unpriced_tokens',
    MODEL,
    'Tokens without a known price, which no cost includes.',
    'tokens',
  ),
  errors: metric('counter', 'bedrock_errors', [...MODEL, 'kind'], 'Calls that failed, by whose fault: client, server.'),
  throttles: metric('counter', 'bedrock_throttles', MODEL, 'Calls that were throttled.'),
  latency: metric(
    'summary',
    'bedrock_latency_seconds',
    [...MODEL, 'quantile'],
    'Time to the last token. Quantiles are of the last minutes.',
    'seconds',
  ),
  timeToFirstToken: metric(
    'summary',
    'bedrock_time_to_first_token_seconds',
    [...MODEL, 'quantile'],
    'Time to the first token of streamed calls, of the last minutes.',
    'seconds',
  ),
  quota: metric(
    'gauge',
    'bedrock_quota_used_ratio',
    [...PLACE, 'model', 'quota'],
    'Share of a quota that the busiest of the last minutes used: tokens_per_minute, requests_per_minute.',
    'ratio',
  ),
  budgetLimit: metric(
    'gauge',
    'bedrock_budget_limit_usd',
    ['account', 'budget'],
    'Limit of the AWS Budget, in US dollars a month.',
    'usd',
  ),
  budgetSpent: metric(
    'gauge',
    'bedrock_budget_spent_usd',
    ['account', 'budget'],
    'What the AWS Budget has counted of the month, in US dollars.',
    'usd',
  ),
  teamBudget: metric('gauge', 'bedrock_team_budget_usd', ['team'], 'Budget of a team, in US dollars a month.', 'usd'),
  callerInvocations: metric(
    'counter',
    'bedrock_caller_invocations',
    CALLER,
    'Calls by caller, from the invocation log.',
  ),
  callerTokens: metric(
    'counter',
    'bedrock_caller_tokens',
    [...CALLER, 'type'],
    'Tokens by caller, from the invocation log.',
    'tokens',
  ),
  callerCost: metric(
    'counter',
    'bedrock_caller_cost_usd',
    CALLER,
    'Cost by caller at known prices, in US dollars, from the invocation log.',
    'usd',
  ),
  featureInvocations: metric(
    'counter',
    'bedrock_feature_invocations',
    FEATURE,
    'Calls of guardrails, agents, flows and knowledge-bases.',
  ),
  featureErrors: metric(
    'counter',
    'bedrock_feature_errors',
    [...FEATURE, 'kind'],
    'Those that failed, by whose fault.',
  ),
  featureThrottles: metric('counter', 'bedrock_feature_throttles', FEATURE, 'Those that were throttled.'),
  featureTokens: metric(
    'counter',
    'bedrock_feature_tokens',
    [...FEATURE, 'type'],
    'Tokens of agents by type.',
    'tokens',
  ),
  interventions: metric(
    'counter',
    'bedrock_guardrail_interventions',
    FEATURE,
    'Calls in which a guardrail intervened.',
  ),
  textUnits: metric('counter', 'bedrock_guardrail_text_units', FEATURE, 'Text units that guardrails checked.', 'units'),
  policyUnits: metric(
    'counter',
    'bedrock_guardrail_policy_text_units',
    [...PLACE, 'policy'],
    'Text units that guardrails checked, by kind of policy, which is what AWS bills.',
    'units',
  ),
  policyCost: metric(
    'counter',
    'bedrock_guardrail_cost_usd',
    [...PLACE, 'policy'],
    'What that cost where the price is known, in US dollars; no part of bedrock_cost_usd.',
    'usd',
  ),
  up: metric('gauge', 'bedrock_monitor_up', [...PLACE, 'source'], '1 if the last read of a source succeeded.'),
  lastRead: metric(
    'gauge',
    'bedrock_monitor_last_read_timestamp_seconds',
    [...PLACE, 'source'],
    'When a source was last read.',
    'seconds',
  ),
  countedFrom: metric(
    'gauge',
    'bedrock_monitor_counted_from_timestamp_seconds',
    [...PLACE, 'source'],
    'Counters include what happened from here on.',
    'seconds',
  ),
  countedTo: metric(
    'gauge',
    'bedrock_monitor_counted_to_timestamp_seconds',
    [...PLACE, 'source'],
    'Counters include what happened before this.',
    'seconds',
  ),
  awsCost: metric(
    'counter',
    'bedrock_monitor_aws_cost_usd',
    [],
    'What AWS charges for the reads of the exporter, in US dollars, at most.',
    'usd',
  ),
  build: metric(
    'gauge',
    'bedrock_monitor_build_info',
    ['version'],
    'Always 1; the label has the version of bedrock-monitor.',
  ),
} as const satisfies Record<string, ExporterMetric>

export type MetricName = keyof typeof METRICS

/** What queries call it: `bedrock_tokens_total`. */
export const queried = (name: MetricName): string => sampleName(METRICS[name])
