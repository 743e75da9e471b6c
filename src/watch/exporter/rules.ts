import { HIGH_ERROR_RATE } from '../../report/model.ts'
import { percent } from '../../text/numbers.ts'
import { queried } from './metrics.ts'

const SPAN = '35m'
const BY_MODEL = 'account, region, model'
const BY_FEATURE = 'account, region, feature, resource'
const FEATURE =
  '{{ $labels.feature }}{{ with $labels.resource }} {{ . }}{{ end }} in {{ $labels.region }} of {{ $labels.account }}'
const MODEL = '{{ $labels.model }} in {{ $labels.region }} of {{ $labels.account }}'

type Counter = Parameters<typeof queried>[0]

const increase = (metric: Counter, span = SPAN, by = BY_MODEL) =>
  `sum by (${by}) (increase(${queried(metric)}[${span}]))`

const errorRate = (errors: Counter, calls: Counter, by: string) =>
  `${increase(errors, SPAN, by)} / clamp_min(${increase(calls, SPAN, by)}, 1) > ${HIGH_ERROR_RATE} and ${increase(errors, SPAN, by)} > 10`

function rule(
  alert: string,
  pending: string,
  expr: string,
  summary: string,
  description: string,
  severity: 'warning' | 'critical' = 'warning',
) {
  return { alert, expr, for: pending, labels: { severity }, annotations: { summary, description } }
}

/** Some things that most want to be told of. Thresholds are a beginning. */
export const RULES = [
  rule(
    'BedrockErrorRateHigh',
    '10m',
    errorRate('errors', 'invocations', BY_MODEL),
    `More than ${percent(HIGH_ERROR_RATE)} of the calls of ${MODEL} fail`,
    'See which errors there are: bedrock-monitor query errors-by-code. bedrock-monitor doctor checks the rest.',
  ),
  rule(
    'BedrockThrottled',
    '10m',
    `${increase('throttles')} > 10`,
    `Calls of ${MODEL} are throttled`,
    'See how close the quotas are: bedrock-monitor report --last 1d --quotas. Ask AWS for a higher quota, or use a cross-Region inference profile.',
  ),
  rule(
    'BedrockQuotaNearlyUsed',
    '15m',
    `max by (${BY_MODEL}, quota) (${queried('quota')}) > 0.8`,
    `${MODEL} uses {{ $value | humanizePercentage }} of its quota {{ $labels.quota }}`,
    'See the peaks: bedrock-monitor report --last 7d --quotas. AWS does not count reserved output tokens in it, so throttling may begin earlier.',
  ),
  rule(
    'BedrockLatencyHigh',
    '15m',
    `max by (${BY_MODEL}) (${queried('latency')}{quantile="0.99"}) > 60`,
    `One call in a hundred of ${MODEL} takes longer than {{ $value | humanizeDuration }}`,
    'Compare with the day before: bedrock-monitor report --last 1d --compare previous --sort latency.',
  ),
  rule(
    'BedrockSpendJump',
    '15m',
    `sum(increase(${queried('cost')}[1h])) > 3 * sum(increase(${queried('cost')}[1d] offset 1h)) / 24 and sum(increase(${queried('cost')}[1h])) > 10`,
    'The last hour cost {{ $value | humanize }} US dollars, more than three times as much as an hour of the day before',
    'See what costs more: bedrock-monitor report --last 2h --compare previous, and who: bedrock-monitor report --last 2h --source logs --by role.',
  ),
  rule(
    'BedrockBudgetExceeded',
    '0m',
    `${queried('budgetSpent')} > ${queried('budgetLimit')}`,
    'The budget {{ $labels.budget }} of {{ $labels.account }} is exceeded: {{ $value | humanize }} US dollars',
    'See what it was spent on: bedrock-monitor report --source bill --by account,model.',
    'critical',
  ),
  rule(
    'BedrockTeamBudgetExceeded',
    '0m',
    `sum by (team) (increase(${queried('cost')}[30d])) > on (team) ${queried('teamBudget')}`,
    'Team {{ $labels.team }} spent {{ $value | humanize }} US dollars in 30 days, more than its budget',
    'See what on: bedrock-monitor report --last 30d --by team,model.',
  ),
  rule(
    'BedrockTokensUnpriced',
    '1h',
    `${increase('unpriced', '1d')} > 0`,
    `Tokens of ${MODEL} have no known price, so costs are at least what is shown`,
    'See why: bedrock-monitor prices. A price of your own goes into "prices" of bedrock-monitor.json.',
  ),
  rule(
    'BedrockFeatureErrorRateHigh',
    '10m',
    errorRate('featureErrors', 'featureInvocations', BY_FEATURE),
    `More than ${percent(HIGH_ERROR_RATE)} of the calls of ${FEATURE} fail`,
    'See how many, and of whose fault: bedrock-monitor report --last 1d. Client errors are those of the caller: its permissions, its input, or a resource that no longer exists.',
  ),
  rule(
    'BedrockFeatureThrottled',
    '10m',
    `${increase('featureThrottles', SPAN, BY_FEATURE)} > 10`,
    `Calls of ${FEATURE} are throttled`,
    'See how many: bedrock-monitor report --last 1d. Their quotas are in the Service Quotas console, under Amazon Bedrock.',
  ),
  rule(
    'BedrockGuardrailIntervenes',
    '10m',
    `${increase('interventions', SPAN, BY_FEATURE)} / clamp_min(${increase('featureInvocations', SPAN, BY_FEATURE)}, 1) > 0.25 and ${increase('interventions', SPAN, BY_FEATURE)} > 20`,
    `${FEATURE} intervenes in {{ $value | humanizePercentage }} of its calls`,
    'An attack, or a policy that is too strict. See whether it is new: bedrock-monitor report --last 1d. Blocked requests are billed, too.',
  ),
  rule(
    'BedrockMonitorBehind',
    '30m',
    `${queried('up')} == 0 or time() - ${queried('lastRead')} > 3600`,
    'bedrock-monitor cannot read {{ $labels.source }}{{ with $labels.region }} in {{ . }}{{ end }}{{ with $labels.account }} of {{ . }}{{ end }}: other alerts are blind',
    'Its log says why. bedrock-monitor permissions exporter prints the policy that it needs.',
    'critical',
  ),
]

export function rules(): object {
  return { groups: [{ name: 'bedrock-monitor', rules: RULES }] }
}

export function rulesYaml(): string {
  const lines = (of: object, indent: string): string[] =>
    Object.entries(of).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [`${indent}${key}: ${PLAIN.test(value) ? value : quoted(value)}`]
        : [`${indent}${key}:`, ...lines(value, `${indent}  `)],
    )
  const entries = RULES.flatMap((rule) => lines(rule, '        ').with(0, `      - alert: ${rule.alert}`))
  return `${['groups:', '  - name: bedrock-monitor', '    rules:', ...entries].join('\n')}\n`
}

const PLAIN = /^\w+$/

/** A text in YAML: within single quotes only these are to be doubled. */
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
