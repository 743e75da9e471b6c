import type { DescribeAnomalyDetectorsOutput, GetMetricDataOutput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'
import type { Present } from './present.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 10, 23, 12)
const call = { account: '111122223333', region: 'us-east-1', now: NOW }
const metric = { Namespace: 'N', MetricName: 'M', Dimensions: [{ Name: 'ModelId', Value: 'm' }] }
const single = { ...metric, Stat: 'Sum' }
const QUERIES = [
  { Id: 'm1', MetricStat: { Metric: metric, Stat: 'Sum', Period: 3_600 } },
  { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)' },
]
const ALARM = {
  AlarmName: 'unusual',
  Metrics: QUERIES,
  ThresholdMetricId: 'band',
  ComparisonOperator: 'GreaterThanUpperThreshold',
  EvaluationPeriods: 1,
  TreatMissingData: 'notBreaching',
}

function cloudwatch() {
  const service = createCloudWatch()
  const send = (operation: string, input: object): unknown => service.operations[operation]?.({ ...input }, call)
  const put = (timestamp: number, value: number) =>
    service.putMetric('us-east-1', { namespace: 'N', name: 'M', dimensions: metric.Dimensions, timestamp, value })
  const detectors = (input: object = {}) =>
    (send('DescribeAnomalyDetectors', input) as Present<DescribeAnomalyDetectorsOutput>).AnomalyDetectors
  const state = () => {
    service.evaluateAlarms(NOW)
    return (send('DescribeAlarms', {}) as { MetricAlarms: { StateValue: string }[] }).MetricAlarms[0]?.StateValue
  }
  return { send, put, detectors, state }
}

/** By day 9 and 11 in turn at the hour that ends now, 100 at every other hour. */
function rhythm(put: (timestamp: number, value: number) => void): void {
  for (let hours = 2; hours <= 14 * 24; hours++) {
    put(NOW - hours * HOUR, (hours - 1) % 24 === 0 ? 9 + 2 * (((hours - 1) / 24) % 2) : 100)
  }
}

describe('a band of expected values', () => {
  test('is the mean of the same hour of the days before, and so many standard deviations around it', () => {
    const { send, put } = cloudwatch()
    for (const [days, value] of [9, 11, 9, 11].entries()) put(NOW - HOUR - (days + 1) * DAY, value)
    put(NOW - HOUR, 500)
    const input = { MetricDataQueries: QUERIES, StartTime: new Date(NOW - HOUR), EndTime: new Date(NOW) }
    const { MetricDataResults } = send('GetMetricData', input) as Present<GetMetricDataOutput>
    expect(MetricDataResults.map(({ Id, Values }) => [Id, Values])).toEqual([
      ['m1', [500]],
      ['band', [12]],
      ['band', [8]],
    ])
  })

  test.each([
    [12, 'OK'],
    [13, 'ALARM'],
  ])('has an alarm on it be told of %i as %s', (value, expected) => {
    const { send, put, state } = cloudwatch()
    rhythm(put)
    put(NOW - HOUR, value)
    send('PutMetricAlarm', ALARM)
    expect(state()).toBe(expected)
  })

  test('is not known of a metric without a past, which leaves the alarm without data', () => {
    const { send, put, state } = cloudwatch()
    put(NOW - HOUR, 1_000_000)
    send('PutMetricAlarm', { ...ALARM, TreatMissingData: 'missing' })
    expect(state()).toBe('INSUFFICIENT_DATA')
  })

  test.each([
    ['LessThanLowerThreshold', 7, 'ALARM'],
    ['LessThanLowerThreshold', 13, 'OK'],
    ['LessThanLowerOrGreaterThanUpperThreshold', 7, 'ALARM'],
    ['LessThanLowerOrGreaterThanUpperThreshold', 13, 'ALARM'],
    ['LessThanLowerOrGreaterThanUpperThreshold', 10, 'OK'],
    ['GreaterThanUpperThreshold', 7, 'OK'],
  ])('%s: %i is %s', (ComparisonOperator, value, expected) => {
    const { send, put, state } = cloudwatch()
    rhythm(put)
    put(NOW - HOUR, value)
    send('PutMetricAlarm', { ...ALARM, ComparisonOperator })
    expect(state()).toBe(expected)
  })
})

describe('anomaly detectors', () => {
  test('are put, read and deleted', () => {
    const { send, put, detectors } = cloudwatch()
    const input = { SingleMetricAnomalyDetector: single }
    send('PutAnomalyDetector', input)
    send('PutAnomalyDetector', input)
    expect(detectors()).toEqual([{ ...single, SingleMetricAnomalyDetector: single, StateValue: 'PENDING_TRAINING' }])
    put(NOW - HOUR, 1)
    expect(detectors()[0]?.StateValue).toBe('TRAINED')
    send('DeleteAnomalyDetector', input)
    expect(detectors()).toEqual([])
  })

  test('are found by namespace, metric and exact dimensions', () => {
    const { send, detectors } = cloudwatch()
    send('PutAnomalyDetector', { SingleMetricAnomalyDetector: single })
    expect(detectors({ Namespace: 'N', MetricName: 'M', Dimensions: metric.Dimensions })).toHaveLength(1)
    expect(detectors({ Namespace: 'N', Dimensions: [] })).toEqual([])
    expect(detectors({ MetricName: 'other' })).toEqual([])
    expect(detectors({ AnomalyDetectorTypes: ['METRIC_MATH'] })).toEqual([])
  })

  test('that do not exist cannot be deleted', () => {
    const { send } = cloudwatch()
    send('PutAnomalyDetector', { SingleMetricAnomalyDetector: single })
    expect(() =>
      send('DeleteAnomalyDetector', { SingleMetricAnomalyDetector: { ...single, Stat: 'Average' } }),
    ).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }))
  })

  test.each<[string, object]>([
    ['the older form', single],
    ['no statistic', { SingleMetricAnomalyDetector: metric }],
    ['no metric', { SingleMetricAnomalyDetector: { Namespace: 'N', Stat: 'Sum' } }],
  ])('are refused with %s', (_, input) => {
    const { send, detectors } = cloudwatch()
    expect(() => send('PutAnomalyDetector', input)).toThrow(expect.objectContaining({ name: 'AwsFault' }))
    expect(detectors()).toEqual([])
  })

  test('are made by an alarm on a band, once, and outlive it', () => {
    const { send, detectors } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    send('PutMetricAlarm', ALARM)
    send('DeleteAlarms', { AlarmNames: ['unusual'] })
    expect(detectors().map(({ SingleMetricAnomalyDetector }) => SingleMetricAnomalyDetector)).toEqual([single])
  })
})
