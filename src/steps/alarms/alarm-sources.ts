import { grouped } from '../../text/numbers.ts'
import type { Settings } from '../settings.ts'
import type { AlarmDefinition, AlarmSource, WatchedMath, WatchedMetric } from './alarm-definition.ts'

const MINUTE = 60
const FIVE_MINUTES = 300
const QUARTER = 900
const HOUR = 3_600

/** Every alarm whose name is known beforehand, and when it is asked for. */
export function alarmSources(settings: Settings): AlarmSource[] {
  const asked = (isAsked: boolean, definition: AlarmDefinition, learns?: WatchedMetric): AlarmSource => ({
    name: definition.name,
    ...(learns && { learns }),
    define: () => (isAsked ? definition : undefined),
  })
  return [
    ...minimalAlarms(settings).map((definition) => asked(true, definition)),
    ...standardAlarms(settings).map((definition) => asked(settings.alarms !== 'minimal', definition)),
    ...anomalyAlarms(settings).map(({ learns, ...definition }) => asked(settings.anomaly, definition, learns)),
  ]
}

const moreThan = (value: number, one: string, many = `${one}s`) =>
  value === 0 ? `Any ${many}` : `More than ${grouped(value)} ${value === 1 ? one : many}`

/** Those of the shell scripts, under their names. */
function minimalAlarms(settings: Settings): AlarmDefinition[] {
  return [
    {
      name: 'Bedrock-HighInputTokenUsage',
      description: `${moreThan(settings.highTokenThreshold, 'input token')} to Amazon Bedrock in an hour.`,
      watched: { metric: 'InputTokenCount', statistic: 'Sum' },
      periodSeconds: HOUR,
      evaluationPeriods: 1,
      threshold: settings.highTokenThreshold,
    },
    {
      name: 'Bedrock-HighErrorRate',
      description: `${moreThan(settings.errorRateThreshold, 'client error')} of Amazon Bedrock in 5 minutes.`,
      watched: { metric: 'InvocationClientErrors', statistic: 'Sum' },
      periodSeconds: FIVE_MINUTES,
      evaluationPeriods: 1,
      threshold: settings.errorRateThreshold,
    },
    {
      name: 'Bedrock-UnusualInvocationSpike',
      description: `${moreThan(settings.invocationThreshold, 'invocation')} of Amazon Bedrock in an hour.`,
      watched: { metric: 'Invocations', statistic: 'Sum' },
      periodSeconds: HOUR,
      evaluationPeriods: 1,
      threshold: settings.invocationThreshold,
    },
    {
      name: 'Bedrock-HighLatency',
      description: `Amazon Bedrock answers in more than ${grouped(settings.highLatencyThreshold)} ms on average, for 10 minutes.`,
      watched: { metric: 'InvocationLatency', statistic: 'Average' },
      periodSeconds: FIVE_MINUTES,
      evaluationPeriods: 2,
      threshold: settings.highLatencyThreshold,
    },
  ]
}

function standardAlarms(settings: Settings): AlarmDefinition[] {
  const { throttleThreshold, serverErrorThreshold, errorPercentThreshold, errorPercentFloor } = settings
  return [
    {
      name: 'Bedrock-Throttles',
      description: `${moreThan(throttleThreshold, 'throttled invocation')} of Amazon Bedrock a minute, in 3 of 5 minutes.`,
      watched: { metric: 'InvocationThrottles', statistic: 'Sum' },
      periodSeconds: MINUTE,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      threshold: throttleThreshold,
    },
    {
      name: 'Bedrock-ServerErrors',
      description: `${moreThan(serverErrorThreshold, 'server error')} of Amazon Bedrock in 5 minutes.`,
      watched: { metric: 'InvocationServerErrors', statistic: 'Sum' },
      periodSeconds: FIVE_MINUTES,
      evaluationPeriods: 1,
      threshold: serverErrorThreshold,
    },
    {
      name: 'Bedrock-ErrorRate',
      description:
        `More than ${grouped(errorPercentThreshold)} % of the invocations of Amazon Bedrock fail, in 10 minutes. ` +
        `Throttles are not counted; 5 minutes with fewer than ${grouped(errorPercentFloor)} invocations are left out.`,
      watched: errorPercent(errorPercentFloor),
      periodSeconds: FIVE_MINUTES,
      evaluationPeriods: 2,
      threshold: errorPercentThreshold,
    },
    {
      name: 'Bedrock-HighLatencyP99',
      description: `One in a hundred answers of Amazon Bedrock takes more than ${grouped(settings.highLatencyP99Threshold)} ms, for 15 minutes.`,
      watched: { metric: 'InvocationLatency', statistic: 'p99' },
      periodSeconds: FIVE_MINUTES,
      evaluationPeriods: 3,
      threshold: settings.highLatencyP99Threshold,
    },
    {
      name: 'Bedrock-LogDeliveryFailures',
      description: `${moreThan(settings.logDeliveryFailureThreshold, 'failed delivery', 'failed deliveries')} of invocation logs of Amazon Bedrock in 5 minutes: the log has gaps.`,
      watched: LOG_DELIVERY_FAILURES,
      periodSeconds: FIVE_MINUTES,
      evaluationPeriods: 1,
      threshold: settings.logDeliveryFailureThreshold,
    },
  ]
}

function anomalyAlarms({ anomalyBand }: Settings): (AlarmDefinition & { learns: WatchedMetric })[] {
  const above = (name: string, what: string, metric: string) => {
    const watched: WatchedMetric = { metric, statistic: 'Sum' }
    return {
      name,
      description: `More ${what} of Amazon Bedrock than this hour of the week has ever led to expect, by ${grouped(anomalyBand)} standard deviations.`,
      watched,
      learns: watched,
      periodSeconds: QUARTER,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      band: anomalyBand,
    }
  }
  return [
    above('Bedrock-InvocationsAnomaly', 'invocations', 'Invocations'),
    above('Bedrock-InputTokensAnomaly', 'input tokens', 'InputTokenCount'),
  ]
}

/** The sum of metrics of which some may never have had a point: those neither count nor keep the others from counting. */
const sumOf = (...ids: string[]) => `SUM([${ids.map((id) => `FILL(${id},0)`).join(',')}])`

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

const LOG_DELIVERY_FAILURES: WatchedMath = {
  expression: sumOf('cloudwatch', 'large', 's3'),
  label: 'Failed deliveries of invocation logs',
  metrics: {
    cloudwatch: { metric: 'ModelInvocationLogsCloudWatchDeliveryFailure', statistic: 'Sum' },
    large: { metric: 'ModelInvocationLargeDataS3DeliveryFailure', statistic: 'Sum' },
    s3: { metric: 'ModelInvocationLogsS3DeliveryFailure', statistic: 'Sum' },
  },
}
