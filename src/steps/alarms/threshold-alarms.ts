import { HIGH_ERROR_RATE } from '../../report/model.ts'
import { grouped } from '../../text/numbers.ts'
import type { Threshold, ThresholdAlarm, WatchedMath } from './alarm-definition.ts'

const MINUTE = 60
const FIVE_MINUTES = 300
const HOUR = 3_600

const moreThan = (value: number, one: string, many = `${one}s`) =>
  value === 0 ? `Any ${many}` : `More than ${grouped(value)} ${value === 1 ? one : many}`

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
    rings: (tokens) => `${moreThan(tokens, 'input token')} to Amazon Bedrock in an hour.`,
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
    rings: (errors) => `${moreThan(errors, 'client error')} of Amazon Bedrock in 5 minutes.`,
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
    rings: (invocations) => `${moreThan(invocations, 'invocation')} of Amazon Bedrock in an hour.`,
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
    rings: (ms) => `Amazon Bedrock answers in more than ${grouped(ms)} ms on average, for 10 minutes.`,
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
    rings: (calls) => `${moreThan(calls, 'throttled invocation')} of Amazon Bedrock a minute, in 3 of 5 minutes.`,
    watched: () => ({ metric: 'InvocationThrottles', statistic: 'Sum' }),
    periodSeconds: MINUTE,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
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
    rings: (errors) => `${moreThan(errors, 'server error')} of Amazon Bedrock in 5 minutes.`,
    watched: () => ({ metric: 'InvocationServerErrors', statistic: 'Sum' }),
    periodSeconds: FIVE_MINUTES,
    evaluationPeriods: 1,
  },
  {
    name: 'Bedrock-ErrorRate',
    from: 'standard',
    threshold: {
      key: 'errorPercentThreshold',
      default: HIGH_ERROR_RATE * 100,
      strict: 2,
      describe: 'alarm when more than this percentage of invocations fails, for 10 minutes',
    },
    floor: {
      key: 'errorPercentFloor',
      default: 20,
      strict: 10,
      describe: 'ignore that percentage in 5 minutes with fewer invocations than this',
    },
    rings: (percent, floor) =>
      `More than ${grouped(percent)} % of the invocations of Amazon Bedrock fail, in 10 minutes. ` +
      `Throttles are not counted; 5 minutes with fewer than ${grouped(floor)} invocations are left out.`,
    watched: errorPercent,
    periodSeconds: FIVE_MINUTES,
    evaluationPeriods: 2,
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
    rings: (ms) => `One in a hundred answers of Amazon Bedrock takes more than ${grouped(ms)} ms, for 15 minutes.`,
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
    rings: (failures) =>
      `${moreThan(failures, 'failed delivery', 'failed deliveries')} of invocation logs of Amazon Bedrock in 5 minutes: the log has gaps.`,
    watched: deliveryFailures,
    periodSeconds: FIVE_MINUTES,
    evaluationPeriods: 1,
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
    rings: (dollars) => `More than $${grouped(dollars)} in an hour, by tokens and prices of the models in use.`,
    periodSeconds: HOUR,
    evaluationPeriods: 1,
    suggest: { what: 'US dollars an hour', least: 1 },
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
    rings: (percent) => `A model over ${percent} % of its quota of tokens or requests a minute, in 3 of 5 minutes.`,
    periodSeconds: MINUTE,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
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

/** The thresholds of all alarms. */
export const THRESHOLDS: readonly Threshold<ThresholdKey>[] = THRESHOLD_ALARMS.flatMap(({ threshold, floor }) =>
  floor ? [threshold, floor] : [threshold],
)

/** The flag of a setting, without dashes in front: `high-latency-p99-threshold`. */
export const flagOf = ({ key }: { key: string }): string => key.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase()

/** The sum of metrics of which some may never have had a point: those neither count nor keep the others from counting. */
function sumOf(...ids: string[]): string {
  return `SUM([${ids.map((id) => `FILL(${id},0)`).join(',')}])`
}

/**
 * Errors per hundred invocations, client's and server's; 0 below `floor` invocations a period. Failed calls may or may not
 * be among the invocations (AWS has documented it both ways): the larger of the two counts is what was attempted. A period
 * without either is a division by zero, which has no point, and a missing point does not ring.
 */
function errorPercent(floor: number): WatchedMath {
  const errors = sumOf('clienterrors', 'servererrors')
  const attempts = `MAX([FILL(invocations,0),${errors}])`
  return {
    expression: `IF(${attempts}>=${floor},100*${errors}/${attempts},0)`,
    label: 'Errors per hundred invocations',
    metrics: {
      clienterrors: { metric: 'InvocationClientErrors', statistic: 'Sum' },
      invocations: { metric: 'Invocations', statistic: 'Sum' },
      servererrors: { metric: 'InvocationServerErrors', statistic: 'Sum' },
    },
  }
}

function deliveryFailures(): WatchedMath {
  return {
    expression: sumOf('cloudwatch', 'large', 's3'),
    label: 'Failed deliveries of invocation logs',
    metrics: {
      cloudwatch: { metric: 'ModelInvocationLogsCloudWatchDeliveryFailure', statistic: 'Sum' },
      large: { metric: 'ModelInvocationLargeDataS3DeliveryFailure', statistic: 'Sum' },
      s3: { metric: 'ModelInvocationLogsS3DeliveryFailure', statistic: 'Sum' },
    },
  }
}
