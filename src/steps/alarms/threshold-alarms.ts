import { HIGH_ERROR_RATE } from '../../report/model.ts'
import { grouped } from '../../text/numbers.ts'
import { moreThan, outOf, type Threshold, type ThresholdAlarm } from './alarm-definition.ts'
import { MANTLE_ROWS } from './mantle-alarms.ts'
import { deliveryFailures, errorPercent } from './watched-math.ts'

const MINUTE = 60
const FIVE_MINUTES = 300
const HOUR = 3_600

const RETRY = 'Retry with backoff, spread the calls, or request a higher quota in Service Quotas.'
const FASTER = 'Ask for fewer output tokens, or try a faster model or another Region.'

const ROWS = [
  {
    name: 'Bedrock-HighInputTokenUsage',
    from: 'minimal',
    threshold: {
      key: 'highTokenThreshold',
      legacy: 'HIGH_TOKEN_THRESHOLD',
      default: 100_000,
      strict: 50_000,
      describe: 'alarm on more input tokens than this an hour',
    },
    goesOff: (tokens) => `${moreThan(tokens, 'input token')} to Amazon Bedrock in an hour.`,
    look: ['report --hours 2 --source logs --by identity', 'who sent them'],
    watched: () => ({ metric: 'InputTokenCount', statistic: 'Sum' }),
    periodSeconds: HOUR,
    evaluationPeriods: 1,
    suggest: { what: 'input tokens an hour', least: 10_000 },
  },
  {
    name: 'Bedrock-HighErrorRate',
    from: 'minimal',
    threshold: {
      key: 'errorRateThreshold',
      legacy: 'ERROR_RATE_THRESHOLD',
      default: 10,
      strict: 5,
      describe: 'alarm on more client errors than this in 5 minutes',
    },
    goesOff: (errors) => `${moreThan(errors, 'client error')} of Amazon Bedrock in 5 minutes.`,
    look: ['query errors-by-code --hours 2', 'which errors they are', 'Correct the calls that fail.'],
    watched: () => ({ metric: 'InvocationClientErrors', statistic: 'Sum' }),
    periodSeconds: FIVE_MINUTES,
    evaluationPeriods: 1,
    suggest: { what: 'client errors in 5 min', least: 5 },
  },
  {
    name: 'Bedrock-UnusualInvocationSpike',
    from: 'minimal',
    threshold: {
      key: 'invocationThreshold',
      legacy: 'INVOCATION_THRESHOLD',
      default: 1_000,
      strict: 500,
      describe: 'alarm on more invocations than this an hour',
    },
    goesOff: (invocations) => `${moreThan(invocations, 'invocation')} of Amazon Bedrock in an hour.`,
    look: ['report --hours 2 --source logs --by identity', 'who calls'],
    watched: () => ({ metric: 'Invocations', statistic: 'Sum' }),
    periodSeconds: HOUR,
    evaluationPeriods: 1,
    suggest: { what: 'invocations an hour', least: 100 },
  },
  {
    name: 'Bedrock-HighLatency',
    from: 'minimal',
    threshold: {
      key: 'highLatencyThreshold',
      legacy: 'HIGH_LATENCY_THRESHOLD',
      default: 10_000,
      strict: 5_000,
      describe: 'alarm on an average latency above this in ms, for 10 minutes',
    },
    goesOff: (ms) => `Amazon Bedrock answers in more than ${grouped(ms)} ms on average, for 10 minutes.`,
    look: ['query latency-by-model --hours 2', 'which models are slow', FASTER],
    watched: () => ({ metric: 'InvocationLatency', statistic: 'Average' }),
    periodSeconds: FIVE_MINUTES,
    evaluationPeriods: 2,
    suggest: { what: 'ms of average latency', least: 1_000 },
  },
  {
    name: 'Bedrock-Throttles',
    from: 'standard',
    threshold: {
      key: 'throttleThreshold',
      default: 0,
      describe: 'alarm on more throttles than this a minute, in 3 of 5 minutes',
      orZero: true,
    },
    goesOff: (calls) => `${moreThan(calls, 'throttled invocation')} of Amazon Bedrock a minute, in 3 of 5 minutes.`,
    look: ['report --hours 2 --quotas', 'which quota is reached', RETRY],
    watched: () => ({ metric: 'InvocationThrottles', statistic: 'Sum' }),
    ...outOf(3, 5, MINUTE),
  },
  {
    name: 'Bedrock-ServerErrors',
    from: 'standard',
    threshold: {
      key: 'serverErrorThreshold',
      default: 5,
      strict: 1,
      describe: 'alarm on more server errors than this in 5 minutes',
    },
    goesOff: (errors) => `${moreThan(errors, 'server error')} of Amazon Bedrock in 5 minutes.`,
    look: [
      'query errors-by-code --hours 2',
      'which models fail',
      'Retry with backoff, and see AWS Health for an event.',
    ],
    watched: () => ({ metric: 'InvocationServerErrors', statistic: 'Sum' }),
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-ErrorRate',
    from: 'standard',
    threshold: {
      key: 'errorPercentThreshold',
      default: HIGH_ERROR_RATE * 100,
      strict: 2,
      describe: 'alarm when more than this percentage of invocations fails, in 10 of 15 minutes',
    },
    floor: {
      key: 'errorPercentFloor',
      default: 20,
      strict: 10,
      describe: 'ignore that percentage in 5 minutes with fewer invocations than this',
    },
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
    threshold: {
      key: 'highLatencyP99Threshold',
      default: 60_000,
      strict: 30_000,
      describe: 'alarm on a p99 latency above this in ms, for 15 minutes',
    },
    goesOff: (ms) => `One in a hundred answers of Amazon Bedrock takes more than ${grouped(ms)} ms, for 15 minutes.`,
    look: ['query latency-by-model --hours 2', 'which models are slow', FASTER],
    watched: () => ({ metric: 'InvocationLatency', statistic: 'p99' }),
    periodSeconds: FIVE_MINUTES,
    evaluationPeriods: 3,
    suggest: { what: 'ms of p99 latency', least: 2_000 },
  },
  {
    name: 'Bedrock-LogDeliveryFailures',
    from: 'standard',
    threshold: {
      key: 'logDeliveryFailureThreshold',
      default: 0,
      describe: 'alarm on more failed log deliveries than this in 5 minutes',
      orZero: true,
    },
    goesOff: (failures) =>
      `${moreThan(failures, 'failed delivery', 'failed deliveries')} of invocation logs of Amazon Bedrock in 5 minutes: the log has gaps.`,
    look: ['doctor', 'what prevents delivery', 'Correct the role, bucket or key policy that it names.'],
    watched: deliveryFailures,
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-HighSpend',
    from: 'standard',
    threshold: {
      key: 'spendThreshold',
      default: 10,
      strict: 5,
      describe: 'alarm on more spend than this an hour, in US dollars',
    },
    goesOff: (dollars) => `More than $${grouped(dollars)} in an hour, by tokens and prices of the models in use.`,
    look: ['report --hours 3', 'what cost it'],
    ...outOf(1, 2, HOUR),
    suggest: { what: 'US dollars an hour', least: 1 },
  },
  ...MANTLE_ROWS,
  {
    name: 'Bedrock-GuardrailInterventions',
    from: 'standard',
    threshold: {
      key: 'guardrailThreshold',
      default: 20,
      strict: 5,
      describe: 'alarm on more calls than this in 5 minutes in which a guardrail intervened',
    },
    goesOff: (calls) =>
      `${moreThan(calls, 'call')} in 5 minutes in which a guardrail of Amazon Bedrock intervened: someone may be probing it, or it is too strict.`,
    look: ['report --hours 2', 'which guardrails and policies intervened', 'Find out who calls, or adjust the policy.'],
    // Of all guardrails of the Region: there is no total without dimensions.
    watched: () => ({
      namespace: 'AWS/Bedrock/Guardrails',
      metric: 'InvocationsIntervened',
      dimensions: { Operation: 'ApplyGuardrail' },
      statistic: 'Sum',
    }),
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-Quota-…',
    from: 'standard',
    threshold: {
      key: 'quotaAlarmPercent',
      default: 80,
      describe: "alarm above this percentage of a model's per-minute quota; 0 for none",
      orZero: true,
    },
    goesOff: (percent) => `A model over ${percent} % of its quota of tokens or requests a minute, in 3 of 5 minutes.`,
    look: ['report --hours 2 --quotas', 'how near each model came to its quotas', RETRY],
    ...outOf(3, 5, MINUTE),
  },
] as const satisfies readonly ThresholdAlarm[]

type Row = (typeof ROWS)[number]
export type ThresholdKey = Row['threshold']['key'] | Extract<Row, { floor: Threshold }>['floor']['key']

/** Every alarm with a threshold, each declared once. */
export const THRESHOLD_ALARMS: readonly ThresholdAlarm<ThresholdKey>[] = ROWS

/** The row of an alarm by its name: its own, or what the names of many begin with. */
export const thresholdAlarm = (name: string): ThresholdAlarm<ThresholdKey> | undefined =>
  THRESHOLD_ALARMS.find((alarm) =>
    alarm.name.endsWith('…') ? name.startsWith(alarm.name.slice(0, -1)) : name === alarm.name,
  )

/** The same of an alarm that is known to have one. */
export function rowOf(name: string): ThresholdAlarm<ThresholdKey> {
  const row = thresholdAlarm(name)
  if (!row) throw new RangeError(`no such alarm: ${name}`)
  return row
}

export const THRESHOLDS: readonly Threshold<ThresholdKey>[] = THRESHOLD_ALARMS.flatMap(({ threshold, floor }) =>
  floor ? [threshold, floor] : [threshold],
)
