import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import type { Notification } from '../../src/sandbox/services/cloudwatch/alarm-book.ts'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'
import type { Present } from './present.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 23, 12)
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:alerts'
const ALARM = {
  AlarmName: 'High',
  Namespace: 'N',
  MetricName: 'M',
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [TOPIC],
  OKActions: [TOPIC],
}
const { Namespace, MetricName, Statistic, Period, ...BASE } = ALARM

function cloudwatch() {
  const told: Notification[] = []
  const service = createCloudWatch((notification) => told.push(notification))
  const call = { account: '111122223333', region: 'us-east-1', now: NOW }
  const send = (operation: string, input: object): unknown => service.operations[operation]?.({ ...input }, call)
  const put = (timestamp: number, value: number, name = 'M') =>
    service.putMetric('us-east-1', { namespace: 'N', name, timestamp, value })
  const alarm = () => (send('DescribeAlarms', {}) as Present<DescribeAlarmsOutput>).MetricAlarms[0]
  const at = (now: number) => {
    service.evaluateAlarms(now)
    return alarm()?.StateValue
  }
  return { send, put, alarm, at, told }
}

describe('an alarm', () => {
  test('has no data until it is evaluated', () => {
    const { send, alarm, at } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    expect(alarm()?.StateValue).toBe('INSUFFICIENT_DATA')
    expect(at(NOW)).toBe('OK')
  })

  test('sees the whole minutes before now, in periods that end there', () => {
    const { send, put, at } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    // Six in each of two minutes: over the threshold only in a period that holds both.
    put(NOW - 6 * MINUTE, 6)
    put(NOW - 2 * MINUTE, 6)
    expect([NOW - 3 * MINUTE, NOW - 1, NOW, NOW + MINUTE - 1].map(at)).toEqual(['OK', 'ALARM', 'OK', 'OK'])
  })

  test('sees nothing of the minute that is still under way', () => {
    const { send, put, at } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    put(NOW, 11)
    expect([at(NOW + MINUTE - 1), at(NOW + MINUTE)]).toEqual(['OK', 'ALARM'])
  })

  test.each([
    ['GreaterThanThreshold', 10, 'OK'],
    ['GreaterThanOrEqualToThreshold', 10, 'ALARM'],
    ['LessThanThreshold', 10, 'OK'],
    ['LessThanOrEqualToThreshold', 10, 'ALARM'],
    ['LessThanThreshold', 9, 'ALARM'],
  ])('%s, of %i: %s', (ComparisonOperator, value, expected) => {
    const { send, put, at } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, ComparisonOperator })
    put(NOW - MINUTE, value)
    expect(at(NOW)).toBe(expected)
  })

  test('rings for M of N periods, not for fewer', () => {
    const { send, put, at } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3 })
    put(NOW - 5 * MINUTE, 11)
    put(NOW - 3 * MINUTE, 11)
    expect(at(NOW)).toBe('OK')
    put(NOW - MINUTE, 11)
    expect(at(NOW)).toBe('ALARM')
  })

  test('on a single sparse period rings on until its range has passed, as sparse metrics do', () => {
    const { send, put, at } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    put(NOW - MINUTE, 11)
    expect([0, 5, 10, 15].map((minutes) => at(NOW + minutes * MINUTE))).toEqual(['ALARM', 'ALARM', 'ALARM', 'OK'])
  })

  test('takes percentiles', () => {
    const { send, put, at } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, Statistic: undefined, ExtendedStatistic: 'p90' })
    for (let i = 0; i < 90; i++) put(NOW - MINUTE, 1)
    for (let i = 0; i < 10; i++) put(NOW - MINUTE, 11)
    expect(at(NOW)).toBe('OK')
    put(NOW - MINUTE, 11)
    expect(at(NOW)).toBe('ALARM')
  })

  test('watches a rate by metric math, and keeps quiet below a floor of calls', () => {
    const { send, put, at } = cloudwatch()
    const query = (Id: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Stat: 'Sum', Period: 300 },
    })
    const Expression = 'IF(FILL(calls, 0) >= 20, 100 * FILL(errors, 0) / calls, 0)'
    send('PutMetricAlarm', { ...BASE, Metrics: [{ Id: 'rate', Expression }, query('calls'), query('errors')] })
    put(NOW - MINUTE, 1, 'calls')
    put(NOW - MINUTE, 1, 'errors')
    expect(at(NOW)).toBe('OK')
    put(NOW - MINUTE, 24, 'calls')
    expect(at(NOW)).toBe('OK')
    put(NOW - MINUTE, 2, 'errors')
    expect(at(NOW)).toBe('ALARM')
  })

  test('of a period under a minute has no data, since the sandbox keeps metrics by the minute', () => {
    const { send, put, at } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, Period: 10, TreatMissingData: 'missing' })
    put(NOW - MINUTE, 11)
    expect(at(NOW)).toBe('INSUFFICIENT_DATA')
  })
})

describe('a change of state', () => {
  test('is told to the topics of the new state, once, in CloudWatch’s own words', () => {
    const { send, put, at, alarm, told } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, OKActions: [], AlarmActions: [TOPIC, 'arn:aws:lambda:x:y:function:z'] })
    at(NOW - 5 * MINUTE)
    put(NOW - MINUTE, 11)
    at(NOW)
    at(NOW + 5_000)
    expect(told).toHaveLength(1)
    const { AlarmArn, StateReason } = alarm() ?? {}
    expect(told[0]).toMatchObject({ topicArn: TOPIC, subject: 'ALARM: "High" in us-east-1', source: AlarmArn })
    expect(JSON.parse(told[0]?.message ?? '')).toMatchObject({
      AlarmName: 'High',
      AlarmDescription: null,
      AWSAccountId: '111122223333',
      NewStateValue: 'ALARM',
      NewStateReason: StateReason,
      StateChangeTime: '2026-11-23T12:00:00.000+0000',
      AlarmArn,
      OldStateValue: 'OK',
    })
    expect(StateReason).toMatch(
      /^Threshold Crossed: 1 out of the last 1 datapoint .*\[11 .*greater than threshold \(10\)/,
    )
  })

  test('has a time; an evaluation without one leaves it', () => {
    const { send, alarm, at } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    at(NOW + MINUTE)
    at(NOW + 2 * MINUTE)
    expect(alarm()?.StateUpdatedTimestamp).toEqual(new Date(NOW + MINUTE))
    expect(alarm()?.StateReason).toContain('no datapoints were received')
  })

  test('is told to nobody with the actions switched off', () => {
    const { send, at, told } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, ActionsEnabled: false })
    expect(at(NOW)).toBe('OK')
    expect(told).toEqual([])
  })

  test('by hand is told too', () => {
    const { send, told } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    for (const StateReason of ['tried', 'tried again'])
      send('SetAlarmState', { AlarmName: 'High', StateValue: 'ALARM', StateReason })
    expect(told.map(({ message }) => JSON.parse(message).NewStateReason)).toEqual(['tried'])
  })

  test('of a composite alarm is told like any other', () => {
    const { send, put, at, told } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, AlarmActions: [], OKActions: [] })
    send('PutCompositeAlarm', { AlarmName: 'Any', AlarmRule: 'ALARM(High)', AlarmActions: [TOPIC] })
    put(NOW - MINUTE, 11)
    at(NOW)
    expect(told.map(({ subject }) => subject)).toEqual(['ALARM: "Any" in us-east-1'])
  })
})
