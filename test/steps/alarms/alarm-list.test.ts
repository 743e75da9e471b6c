import {
  type CompositeAlarm,
  type MetricAlarm,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { expect, test } from '@jest/globals'
import { listAlarms, listed, ringingFirst } from '../../../src/steps/alarms/alarm-list.ts'
import { STANDARD } from '../../support/counts.ts'
import { inWorld } from '../../support/world.ts'

const SINGLE: MetricAlarm = {
  AlarmName: 'A',
  MetricName: 'Invocations',
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 1_000,
}
const input = { Id: 'm1', MetricStat: { Metric: { MetricName: 'Invocations' }, Stat: 'Sum', Period: 900 } }

test.each<[string, MetricAlarm | CompositeAlarm, string, string, number | null]>([
  ['one period', SINGLE, 'Sum of Invocations', '> 1,000 in 5 min', 1_000],
  ['several periods', { ...SINGLE, EvaluationPeriods: 3 }, 'Sum of Invocations', '> 1,000 in 15 min', 1_000],
  [
    'some of several periods',
    { ...SINGLE, EvaluationPeriods: 5, DatapointsToAlarm: 3, Period: 60 },
    'Sum of Invocations',
    '> 1,000 in 3 of 5 × 1 min',
    1_000,
  ],
  [
    'a percentile, bent to ring below',
    {
      ...SINGLE,
      Statistic: undefined,
      ExtendedStatistic: 'p99',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 0.5,
    },
    'p99 of Invocations',
    '< 0.5 in 5 min',
    0.5,
  ],
  [
    'metric math',
    {
      AlarmName: 'A',
      Metrics: [
        { ...input, ReturnData: false },
        { Id: 'result', Expression: 'm1*2', Label: 'Twice', ReturnData: true },
      ],
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5,
    },
    'Twice',
    '> 5 in 15 min',
    5,
  ],
  [
    'a band',
    {
      AlarmName: 'A',
      Metrics: [input, { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', Label: 'expected' }],
      ThresholdMetricId: 'band',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanUpperThreshold',
    },
    'Sum of Invocations',
    'above what is expected in 15 min',
    null,
  ],
  [
    'a composite alarm',
    { AlarmName: 'A', AlarmRule: 'ALARM("a") OR ALARM("b")' },
    '2 other alarms',
    'while any of them is in ALARM',
    null,
  ],
  [
    'a composite alarm of none',
    { AlarmName: 'A', AlarmRule: 'FALSE' },
    '0 other alarms',
    'while any of them is in ALARM',
    null,
  ],
  [
    'a comparison that is new',
    { ...SINGLE, ComparisonOperator: 'AlmostEqual' as 'GreaterThanThreshold' },
    'Sum of Invocations',
    'AlmostEqual 1,000 in 5 min',
    1_000,
  ],
])('%s', (_, alarm, watches, goesOff, threshold) => {
  expect(listed('us-east-1', alarm)).toMatchObject({ watches, goesOff, threshold, state: 'INSUFFICIENT_DATA' })
})

test('an alarm whose actions are disabled tells nobody', () => {
  const AlarmActions = ['arn:aws:sns:us-east-1:111122223333:b', 'arn:aws:sns:us-east-1:111122223333:a']
  expect(listed('us-east-1', { ...SINGLE, AlarmActions }).notifies).toEqual([...AlarmActions].reverse())
  expect(listed('us-east-1', { ...SINGLE, AlarmActions, ActionsEnabled: false }).notifies).toEqual([])
})

test('reading them takes one call a Region, and leaves out those of others', () =>
  inWorld({ regions: ['us-east-1', 'eu-west-1'] }, async (world) => {
    await world.setup({ only: ['alarms'] })
    const { EvaluationPeriods, ComparisonOperator, ...rest } = SINGLE
    const theirs = {
      ...rest,
      EvaluationPeriods,
      ComparisonOperator,
      AlarmName: 'Bedrock-Theirs',
      Namespace: 'AWS/Bedrock',
    }
    await world.cx.aws.cloudwatch.send(new PutMetricAlarmCommand(theirs))
    const ringing = { AlarmName: 'Bedrock-UnusualInvocationSpike', StateValue: 'ALARM', StateReason: 'tried' } as const
    await world.cx.in('eu-west-1').aws.cloudwatch.send(new SetAlarmStateCommand(ringing))
    world.sandbox.calls.length = 0
    const alarms = await listAlarms(world.cx, world.env)
    expect(world.sandbox.calls).toHaveLength(2)
    expect(alarms).toHaveLength(2 * STANDARD)
    expect(alarms.map(({ name }) => name)).not.toContain('Bedrock-Theirs')
    expect(alarms.filter(({ state }) => state === 'ALARM')).toEqual([ringingFirst(alarms)[0]])
  }))
