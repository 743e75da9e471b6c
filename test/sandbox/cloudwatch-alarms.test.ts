import type { DescribeAlarmsOutput, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'
import type { Present } from './present.ts'

const call = { account: '111122223333', region: 'us-east-1', now: Date.UTC(2026, 10, 23) }
const ARN = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:High'
const ALARM: PutMetricAlarmInput = {
  AlarmName: 'High',
  Namespace: 'AWS/Bedrock',
  MetricName: 'InputTokenCount',
  Statistic: 'Sum',
  Period: 3_600,
  EvaluationPeriods: 1,
  Threshold: 100_000,
  ComparisonOperator: 'GreaterThanThreshold',
}

function cloudwatch() {
  const { operations } = createCloudWatch()
  const send = (operation: string, input: object): unknown => operations[operation]?.({ ...input }, call)
  const alarms = (input: object = {}) => send('DescribeAlarms', input) as Present<DescribeAlarmsOutput>
  const names = (input: object = {}) => alarms(input).MetricAlarms.map(({ AlarmName }) => AlarmName)
  return { send, alarms, names }
}

describe('an alarm', () => {
  test('reads back as it was put, without data at first', () => {
    const { send, alarms } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, AlarmActions: ['arn:aws:sns:us-east-1:111122223333:topic'] })
    expect(alarms().MetricAlarms).toEqual([
      expect.objectContaining({
        ...ALARM,
        AlarmArn: ARN,
        AlarmActions: ['arn:aws:sns:us-east-1:111122223333:topic'],
        OKActions: [],
        ActionsEnabled: true,
        StateValue: 'INSUFFICIENT_DATA',
      }),
    ])
  })

  test('"PutMetricAlarm replaces the alarm and keeps its state"', () => {
    const { send, alarms } = cloudwatch()
    send('PutMetricAlarm', { ...ALARM, AlarmDescription: 'first' })
    send('SetAlarmState', { AlarmName: 'High', StateValue: 'ALARM', StateReason: 'tried' })
    send('PutMetricAlarm', { ...ALARM, Threshold: 5 })
    const [alarm] = alarms().MetricAlarms
    expect(alarm).toMatchObject({ Threshold: 5, StateValue: 'ALARM', StateReason: 'tried' })
    expect(alarm?.AlarmDescription).toBeUndefined()
  })

  test('"tags are ignored on update: use TagResource"', () => {
    const { send } = cloudwatch()
    const tags = () => (send('ListTagsForResource', { ResourceARN: ARN }) as { Tags: object[] }).Tags
    send('PutMetricAlarm', { ...ALARM, Tags: [{ Key: 'a', Value: '1' }] })
    send('PutMetricAlarm', { ...ALARM, Tags: [{ Key: 'b', Value: '2' }] })
    expect(tags()).toEqual([{ Key: 'a', Value: '1' }])
    send('TagResource', { ResourceARN: ARN, Tags: [{ Key: 'b', Value: '2' }] })
    send('UntagResource', { ResourceARN: ARN, TagKeys: ['a'] })
    expect(tags()).toEqual([{ Key: 'b', Value: '2' }])
  })

  test('has its actions switched off', () => {
    const { send, alarms } = cloudwatch()
    send('PutMetricAlarm', ALARM)
    send('DisableAlarmActions', { AlarmNames: ['High', 'unknown'] })
    expect(alarms().MetricAlarms[0]?.ActionsEnabled).toBe(false)
  })

  const metric = (Id: string, ReturnData = false, MetricPeriod = 300) => ({
    Id,
    ReturnData,
    MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Stat: 'Sum', Period: MetricPeriod },
  })
  const { MetricName, Namespace, Statistic, Period, ...base } = ALARM

  test.each<[string, object]>([
    [
      'metric math over ten metrics',
      {
        ...base,
        Metrics: [
          { Id: 'e', Expression: 'SUM([m0, m9])', ReturnData: true },
          ...Array.from({ length: 10 }, (_, i) => metric(`m${i}`)),
        ],
      },
    ],
    ['a percentile', { ...ALARM, Statistic: undefined, ExtendedStatistic: 'p99' }],
    ['seven days of hours', { ...ALARM, EvaluationPeriods: 168 }],
    ['a day of five minutes', { ...ALARM, Period: 300, EvaluationPeriods: 288 }],
    [
      'an anomaly band',
      {
        ...base,
        Threshold: undefined,
        ThresholdMetricId: 'band',
        ComparisonOperator: 'GreaterThanUpperThreshold',
        Metrics: [metric('m1', true), { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', ReturnData: true }],
      },
    ],
  ])('may watch %s', (_, input) => {
    const { send, names } = cloudwatch()
    send('PutMetricAlarm', input)
    expect(names()).toEqual(['High'])
  })

  test.each<[string, object]>([
    ['"≤5 actions a state"', { ...ALARM, AlarmActions: Array.from({ length: 6 }, (_, i) => `arn:aws:sns:x:y:${i}`) }],
    [
      '"≤10 metrics"',
      {
        ...base,
        Metrics: [
          { Id: 'e', Expression: 'SUM([m0, m10])', ReturnData: true },
          ...Array.from({ length: 11 }, (_, i) => metric(`m${i}`)),
        ],
      },
    ],
    ['"Period × EvaluationPeriods ≤7 d"', { ...ALARM, EvaluationPeriods: 169 }],
    ['"(≤1 d for periods under an hour)"', { ...ALARM, Period: 300, EvaluationPeriods: 289 }],
    ['SEARCH, "never in alarms"', { ...base, Metrics: [{ Id: 'e', Expression: "SUM(SEARCH('{N}', 'Sum', 300))" }] }],
    ['an action that is no ARN', { ...ALARM, AlarmActions: ['topic'] }],
    ['a metric and metric math together', { ...ALARM, Metrics: [metric('m', true)] }],
    ['two results', { ...base, Metrics: [metric('a', true), metric('b', true)] }],
    ['a namespace beside metric math', { ...base, Namespace: 'N', Metrics: [metric('m', true)] }],
    ['a period beside metric math', { ...base, Period: 300, Metrics: [metric('m', true)] }],
    [
      'metrics of two periods',
      { ...base, Metrics: [{ Id: 'e', Expression: 'a + b' }, metric('a'), metric('b', false, 60)] },
    ],
    ['an unknown id', { ...base, Metrics: [{ Id: 'e', Expression: 'FILL(a, 0) + b' }, metric('a')] }],
    ['a result that is a number', { ...base, Metrics: [{ Id: 'e', Expression: 'SUM(a)' }, metric('a')] }],
    ['results that are several', { ...base, Metrics: [{ Id: 'e', Expression: '[a] * 2' }, metric('a')] }],
    ['an unknown function', { ...base, Metrics: [{ Id: 'e', Expression: 'NOSUCH(a)' }, metric('a')] }],
    ['an expression of itself', { ...base, Metrics: [{ Id: 'e', Expression: 'e + a' }, metric('a')] }],
    ['an expression that is none', { ...base, Metrics: [{ Id: 'e', Expression: 'a +' }, metric('a')] }],
    [
      'an expression of 2,049 characters',
      { ...base, Metrics: [{ Id: 'e', Expression: `a${' '.repeat(2_048)}` }, metric('a')] },
    ],
    ['an operator for a band without one', { ...ALARM, ComparisonOperator: 'GreaterThanUpperThreshold' }],
    [
      'a band and an operator for a number',
      {
        ...base,
        Threshold: undefined,
        ThresholdMetricId: 'band',
        Metrics: [metric('m1', true), { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)' }],
      },
    ],
    [
      'a threshold that is no band',
      {
        ...base,
        Threshold: undefined,
        ThresholdMetricId: 'm1',
        ComparisonOperator: 'GreaterThanUpperThreshold',
        Metrics: [metric('m1', true)],
      },
    ],
    ['a rule for few samples, which is not played', { ...ALARM, EvaluateLowSampleCountPercentile: 'ignore' }],
    ['no threshold', { ...ALARM, Threshold: undefined }],
    ['no operator', { ...ALARM, ComparisonOperator: undefined }],
    ['two statistics', { ...ALARM, ExtendedStatistic: 'p99' }],
    ['a period of 90 seconds', { ...ALARM, Period: 90 }],
    ['an unknown treatment of missing data', { ...ALARM, TreatMissingData: 'fine' }],
    ['more data points than periods', { ...ALARM, DatapointsToAlarm: 2 }],
  ])('is refused with %s', (_, input) => {
    const { send, names } = cloudwatch()
    expect(() => send('PutMetricAlarm', input)).toThrow(expect.objectContaining({ name: 'AwsFault', status: 400 }))
    expect(names()).toEqual([])
  })
})

describe('alarms', () => {
  const many = (count: number) => {
    const service = cloudwatch()
    for (let i = 0; i < count; i++)
      service.send('PutMetricAlarm', { ...ALARM, AlarmName: `A${String(i).padStart(3, '0')}` })
    return service
  }

  test('come 50 a page, at most 100', () => {
    const { alarms, send } = many(120)
    const first = alarms()
    expect([first.MetricAlarms.length, alarms({ NextToken: first.NextToken }).MetricAlarms.length]).toEqual([50, 50])
    expect(alarms({ MaxRecords: 100 }).MetricAlarms).toHaveLength(100)
    expect(() => send('DescribeAlarms', { MaxRecords: 101 })).toThrow('MaxRecords')
  })

  test('are found by name, prefix and state', () => {
    const { send, names } = many(12)
    send('SetAlarmState', { AlarmName: 'A003', StateValue: 'OK', StateReason: '' })
    expect(names({ AlarmNames: ['A001', 'A007', 'unknown'] })).toEqual(['A001', 'A007'])
    expect(names({ AlarmNamePrefix: 'A01' })).toEqual(['A010', 'A011'])
    expect(names({ StateValue: 'OK' })).toEqual(['A003'])
    expect(names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([])
  })

  test('"DeleteAlarms: ≤100 names; unknown names do not stop the rest"', () => {
    const { send, names } = many(3)
    send('DeleteAlarms', { AlarmNames: ['unknown', 'A000', 'A002'] })
    expect(names()).toEqual(['A001'])
    expect(() => send('DeleteAlarms', { AlarmNames: Array(101).fill('A001') })).toThrow('100')
  })

  test('that do not exist have no state to set and no tags', () => {
    const { send } = cloudwatch()
    expect(() => send('SetAlarmState', { AlarmName: 'High', StateValue: 'OK' })).toThrow(
      expect.objectContaining({ code: 'ResourceNotFound', status: 404 }),
    )
    expect(() => send('ListTagsForResource', { ResourceARN: ARN })).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException', status: 404 }),
    )
  })
})
