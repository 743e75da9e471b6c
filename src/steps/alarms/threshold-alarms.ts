import { HIGH_ERROR_RATE } from '../../report/model.ts'
import { MANTLE_NAMESPACE } from '../../report/sources/metrics/names.ts'
import { grouped } from '../../text/numbers.ts'
import {
  by,
  deliveryFailures,
  errorPercent,
  of,
  outOf,
  type Threshold,
  type ThresholdAlarm,
  zeroWithout,
} from './alarm-definition.ts'

const moreThan = (value: number, one: string, many = `${one}s`) =>
  value === 0 ? `At least one ${one}` : `More than ${grouped(value)} ${value === 1 ? one : many}`

const MINUTE = 60
const FIVE_MINUTES = 300
const HOUR = 3_600

const RETRY = 'Retry with backoff, spread the calls, or request a higher quota in Service Quotas.'
const FASTER = 'Ask for fewer output tokens, or try a faster model or another Region.'
const MANTLE = { namespace: MANTLE_NAMESPACE }
const ENDPOINT = 'the OpenAI-compatible endpoint of Amazon Bedrock (bedrock-mantle)'
const OF_MANTLE = "report --hours 3 --where 'model=bedrock-mantle/*'"
const CALLERS_OF_MANTLE = 'Only CloudTrail data events show who called.'

const THROUGH = 'through the OpenAI-compatible endpoint'
const over = <const Key extends string>(key: Key, fallback: number, what: string, strict?: number) =>
  by(key, fallback, `alarm on more ${what}`, strict)

const ROWS = [
  {
    name: 'Bedrock-HighInputTokenUsage',
    from: 'minimal',
    threshold: over('highTokenThreshold', 100_000, 'input tokens than this an hour', 50_000),
    goesOff: (tokens) => `${moreThan(tokens, 'input token')} to Amazon Bedrock in an hour.`,
    look: ['report --hours 2 --source logs --by identity', 'who sent them'],
    watched: of('InputTokenCount'),
    ...outOf(1, 1, HOUR),
    suggest: { what: 'input tokens an hour', least: 10_000 },
  },
  {
    name: 'Bedrock-HighErrorRate',
    from: 'minimal',
    threshold: over('errorRateThreshold', 10, 'client errors than this in 5 minutes', 5),
    goesOff: (errors) => `${moreThan(errors, 'client error')} of Amazon Bedrock in 5 minutes.`,
    look: ['query errors-by-code --hours 2', 'which errors they are', 'Correct the calls that fail.'],
    watched: of('InvocationClientErrors'),
    ...outOf(1, 1, FIVE_MINUTES),
    suggest: { what: 'client errors in 5 min', least: 5 },
  },
  {
    name: 'Bedrock-UnusualInvocationSpike',
    from: 'minimal',
    threshold: over('invocationThreshold', 1_000, 'invocations than this an hour', 500),
    goesOff: (invocations) => `${moreThan(invocations, 'invocation')} of Amazon Bedrock in an hour.`,
    look: ['report --hours 2 --source logs --by identity', 'who calls'],
    watched: of('Invocations'),
    ...outOf(1, 1, HOUR),
    suggest: { what: 'invocations an hour', least: 100 },
  },
  {
    name: 'Bedrock-HighLatency',
    from: 'minimal',
    threshold: by(
      'highLatencyThreshold',
      10_000,
      'alarm on an average latency above this in ms, for 10 minutes',
      5_000,
    ),
    goesOff: (ms) => `Amazon Bedrock answers in more than ${grouped(ms)} ms on average, for 10 minutes.`,
    look: ['query latency-by-model --hours 2', 'which models are slow', FASTER],
    watched: of('InvocationLatency', 'Average'),
    ...outOf(2, 2, FIVE_MINUTES),
    suggest: { what: 'ms of average latency', least: 1_000 },
  },
  {
    name: 'Bedrock-Throttles',
    from: 'standard',
    threshold: over('throttleThreshold', 0, 'throttles than this a minute, in 3 of 5 minutes'),
    goesOff: (calls) => `${moreThan(calls, 'throttled invocation')} of Amazon Bedrock a minute, in 3 of 5 minutes.`,
    look: ['report --hours 2 --quotas', 'which quota is reached', RETRY],
    watched: of('InvocationThrottles'),
    ...outOf(3, 5, MINUTE),
  },
  {
    name: 'Bedrock-ServerErrors',
    from: 'standard',
    threshold: over('serverErrorThreshold', 5, 'server errors than this in 5 minutes', 1),
    goesOff: (errors) => `${moreThan(errors, 'server error')} of Amazon Bedrock in 5 minutes.`,
    look: [
      'query errors-by-code --hours 2',
      'which models fail',
      'Retry with backoff, and see AWS Health for an event.',
    ],
    watched: of('InvocationServerErrors'),
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-ErrorRate',
    from: 'standard',
    threshold: {
      ...by(
        'errorPercentThreshold',
        HIGH_ERROR_RATE * 100,
        'alarm when more than this percentage of invocations fails, in 10 of 15 minutes',
        2,
      ),
      below: 100,
    },
    floor: by('errorPercentFloor', 20, 'ignore that percentage in 5 minutes with fewer invocations than this', 10),
    goesOff: (percent, floor) =>
      `More than ${grouped(percent)} % of the invocations of Amazon Bedrock fail, in 10 of 15 minutes. ` +
      `Throttles are not counted; 5 minutes with fewer than ${grouped(floor)} invocations are left out.`,
    look: ['query errors-by-code --hours 2', 'which errors they are', 'Correct the calls that fail.'],
    watched: errorPercent,
    ...outOf(2, 3, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-HighLatencyP99',
    from: 'standard',
    threshold: by('highLatencyP99Threshold', 60_000, 'alarm on a p99 latency above this in ms, for 15 minutes', 30_000),
    goesOff: (ms) => `One in a hundred responses of Amazon Bedrock takes more than ${grouped(ms)} ms, for 15 minutes.`,
    look: ['query latency-by-model --hours 2', 'which models are slow', FASTER],
    watched: of('InvocationLatency', 'p99'),
    ...outOf(3, 3, FIVE_MINUTES),
    suggest: { what: 'ms of p99 latency', least: 2_000 },
  },
  {
    name: 'Bedrock-LogDeliveryFailures',
    from: 'standard',
    threshold: over('logDeliveryFailureThreshold', 0, 'failed log deliveries than this in 5 minutes'),
    goesOff: (failures) =>
      `${moreThan(failures, 'failed delivery', 'failed deliveries')} of invocation logs of Amazon Bedrock in 5 minutes: the log has gaps.`,
    look: ['doctor', 'what prevents delivery', 'Correct the role, bucket or key policy that it names.'],
    watched: deliveryFailures,
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-HighSpend',
    from: 'standard',
    threshold: over('spendThreshold', 10, 'spend than this an hour, in US dollars', 5),
    goesOff: (dollars) => `More than $${grouped(dollars)} in an hour, by tokens and prices of the models in use.`,
    look: ['report --hours 3', 'what cost it'],
    ...outOf(1, 2, HOUR),
    suggest: { what: 'US dollars an hour', least: 1 },
  },
  {
    name: 'Bedrock-MantleInputTokens',
    from: 'standard',
    threshold: over('mantleTokenThreshold', 100_000, `input tokens than this an hour ${THROUGH}`, 50_000),
    goesOff: (tokens) => `${moreThan(tokens, 'input token')} to ${ENDPOINT} in an hour.`,
    look: [OF_MANTLE, 'which models they were sent to', CALLERS_OF_MANTLE],
    watched: () => ({
      expression: zeroWithout('tokens'),
      label: 'Input tokens',
      metrics: { tokens: of('TotalInputTokens', 'Sum', MANTLE)() },
    }),
    ...outOf(1, 2, HOUR),
  },
  {
    name: 'Bedrock-MantleErrors',
    from: 'standard',
    threshold: over(
      'mantleErrorThreshold',
      10,
      'client errors than this in 5 minutes at the OpenAI-compatible endpoint',
      5,
    ),
    goesOff: (errors) =>
      `${moreThan(errors, 'client error')} of ${ENDPOINT} in 5 minutes. Throttled calls may be among them.`,
    look: [OF_MANTLE, 'which models were called', CALLERS_OF_MANTLE],
    watched: of('InferenceClientErrors', 'Sum', MANTLE),
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-MantleSpend',
    from: 'standard',
    threshold: over('mantleSpendThreshold', 10, `spend than this an hour ${THROUGH}, in US dollars`, 5),
    goesOff: (dollars) =>
      `More than $${grouped(dollars)} in an hour ${THROUGH}, by tokens and prices of the models in use.`,
    look: [OF_MANTLE, 'what cost it'],
    ...outOf(1, 2, HOUR),
  },
  {
    name: 'Bedrock-GuardrailInterventions',
    from: 'standard',
    threshold: over('guardrailThreshold', 20, 'calls than this in 5 minutes in which a guardrail intervened', 5),
    goesOff: (calls) =>
      `${moreThan(calls, 'call')} in 5 minutes in which a guardrail of Amazon Bedrock intervened: somebody may be probing it, or it is too strict.`,
    look: ['report --hours 2', 'which guardrails and policies intervened', 'Find out who calls, or adjust the policy.'],
    // Of all guardrails of the Region: there is no total without dimensions.
    watched: of('InvocationsIntervened', 'Sum', {
      namespace: 'AWS/Bedrock/Guardrails',
      dimensions: { Operation: 'ApplyGuardrail' },
    }),
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-Quota-…',
    from: 'standard',
    threshold: {
      ...by('quotaAlarmPercent', 80, "alarm above this percentage of a model's per-minute quota; 0 for none"),
      orZero: true,
    },
    goesOff: (percent) => `A model over ${percent} % of its quota of tokens or requests a minute, in 3 of 5 minutes.`,
    look: ['report --hours 2 --quotas', 'how close each model came to its quotas', RETRY],
    ...outOf(3, 5, MINUTE),
  },
] as const satisfies readonly ThresholdAlarm[]

type Row = (typeof ROWS)[number]
export type ThresholdKey = Row['threshold']['key'] | Extract<Row, { floor: Threshold }>['floor']['key']

export const THRESHOLD_ALARMS: readonly ThresholdAlarm<ThresholdKey>[] = ROWS

/** The row of an alarm by its name: its own, or what the names of many begin with. */
export const thresholdAlarm = (name: string): ThresholdAlarm<ThresholdKey> | undefined =>
  THRESHOLD_ALARMS.find((alarm) =>
    alarm.name.endsWith('…') ? name.startsWith(alarm.name.slice(0, -1)) : name === alarm.name,
  )

export function rowOf(name: string): ThresholdAlarm<ThresholdKey> {
  const row = thresholdAlarm(name)
  if (!row) throw new RangeError(`no such alarm: ${name}`)
  return row
}

/** Those that the shell scripts had were set by the same names in capitals. */
export const THRESHOLDS = THRESHOLD_ALARMS.flatMap(({ from, threshold, floor }) =>
  [threshold, ...(floor ? [floor] : [])].map((each) => ({ ...each, isLegacy: from === 'minimal' })),
)
