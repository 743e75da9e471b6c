import type { DescribeAlarmsOutput, PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { childrenOf, holds, parseRule } from '../../src/sandbox/services/cloudwatch/composite-rule.ts'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'
import type { Present } from './present.ts'

const call = { account: '111122223333', region: 'us-east-1', now: Date.UTC(2026, 10, 23) }
const METRIC = {
  Namespace: 'N',
  MetricName: 'M',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  // Without data it stays in whatever state it is put.
  TreatMissingData: 'ignore',
}

/** Two metric alarms, `a` and `b`, and what is put besides. */
function cloudwatch(...composites: PutCompositeAlarmInput[]) {
  const service = createCloudWatch()
  const send = (operation: string, input: object): unknown => service.operations[operation]?.({ ...input }, call)
  const alarms = (input: object = { AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] }) =>
    send('DescribeAlarms', input) as Present<DescribeAlarmsOutput>
  const set = (AlarmName: string, StateValue: string) => send('SetAlarmState', { AlarmName, StateValue })
  const names = () => {
    const { CompositeAlarms, MetricAlarms } = alarms()
    return [...CompositeAlarms, ...MetricAlarms].map(({ AlarmName }) => AlarmName)
  }
  const state = (name: string) => {
    service.evaluateAlarms(call.now)
    return alarms().CompositeAlarms.find(({ AlarmName }) => AlarmName === name)?.StateValue
  }
  for (const AlarmName of ['a', 'b']) send('PutMetricAlarm', { ...METRIC, AlarmName })
  for (const composite of composites) send('PutCompositeAlarm', composite)
  return { send, alarms, set, names, state }
}

const EITHER = { AlarmName: 'either', AlarmRule: 'ALARM("a") OR ALARM("b")' }

describe('the rule of a composite alarm', () => {
  const STATES: Record<string, string> = { a: 'ALARM', b: 'OK', 'the third': 'INSUFFICIENT_DATA' }
  test.each<[string, boolean]>([
    ['ALARM("a")', true],
    ['ALARM(a)', true],
    ['ALARM(arn:aws:cloudwatch:us-east-1:111122223333:alarm:a)', true],
    ['OK("a")', false],
    ['INSUFFICIENT_DATA("the third")', true],
    ['TRUE', true],
    ['FALSE', false],
    ['NOT ALARM(b)', true],
    ['NOT (ALARM(a) OR ALARM(b))', false],
    ['ALARM(a) AND ALARM(b)', false],
    ['ALARM(b) OR ALARM(a) AND OK(b)', true],
    ['(ALARM(a) OR TRUE) AND FALSE', false],
    ['ALARM(a) OR TRUE AND FALSE', true],
  ])('%s is %s', (rule, expected) => {
    expect(holds(parseRule(rule), (name) => STATES[name])).toBe(expected)
  })

  test.each([
    '',
    'ALARM("a"',
    'ALARM()',
    'ALARM(a) ALARM(b)',
    'AND',
    '(TRUE',
    'a',
    'TRUE OR',
    `ALARM("${'a'.repeat(10_240)}")`,
    Array.from({ length: 101 }, (_, i) => `ALARM(${i})`).join(' OR '),
    Array.from({ length: 501 }, () => 'TRUE').join(' OR '),
  ])('may not be %.30s', (rule) => {
    expect(() => parseRule(rule)).toThrow('AlarmRule')
  })

  test('may have 100 children and 500 elements', () => {
    const children = Array.from({ length: 100 }, (_, i) => `ALARM(a${i})`)
    const rule = [...children, ...Array.from({ length: 400 }, () => 'FALSE')].join(' OR ')
    expect(childrenOf(parseRule(rule))).toHaveLength(100)
  })
})

describe('a composite alarm', () => {
  test('reads back as it was put, among the alarms only for those who ask for its kind', () => {
    const { alarms } = cloudwatch({ ...EITHER, AlarmDescription: 'any', AlarmActions: ['arn:aws:sns:x:y:z'] })
    expect(alarms({}).CompositeAlarms).toEqual([])
    expect(alarms({ AlarmTypes: ['CompositeAlarm'] })).toEqual({
      MetricAlarms: [],
      CompositeAlarms: [
        expect.objectContaining({
          ...EITHER,
          AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:either',
          AlarmDescription: 'any',
          AlarmActions: ['arn:aws:sns:x:y:z'],
          OKActions: [],
          ActionsEnabled: true,
          StateValue: 'INSUFFICIENT_DATA',
        }),
      ],
    })
  })

  test('counts for the size of a page as metric alarms do', () => {
    const { send, alarms } = cloudwatch(EITHER)
    const all = { AlarmTypes: ['CompositeAlarm', 'MetricAlarm'], MaxRecords: 2 }
    const { NextToken, ...first } = alarms(all)
    const second = send('DescribeAlarms', { ...all, NextToken }) as Present<DescribeAlarmsOutput>
    const pages = [first, second].map((page) => [page.MetricAlarms.length, page.CompositeAlarms.length])
    expect(pages).toEqual([
      [2, 0],
      [0, 1],
    ])
  })

  test('has tags, which putting it again does not change', () => {
    const { send } = cloudwatch({ ...EITHER, Tags: [{ Key: 'a', Value: '1' }] })
    send('PutCompositeAlarm', { ...EITHER, Tags: [{ Key: 'b', Value: '2' }] })
    const ResourceARN = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:either'
    expect(send('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'a', Value: '1' }] })
  })

  test('follows its children, and theirs', () => {
    // In the order of their names, the grandparent comes before its child.
    const { set, state } = cloudwatch(EITHER, { AlarmName: 'above', AlarmRule: 'NOT OK(either)' })
    expect([state('above'), state('either')]).toEqual(['OK', 'OK'])
    set('b', 'ALARM')
    expect(state('above')).toBe('ALARM')
    set('b', 'OK')
    expect(state('above')).toBe('OK')
  })

  test('in a cycle stays as it is', () => {
    const { send, set, state } = cloudwatch(EITHER, { AlarmName: 'other', AlarmRule: 'ALARM(either)' })
    send('PutCompositeAlarm', { AlarmName: 'either', AlarmRule: 'ALARM(a) OR ALARM(other)' })
    set('a', 'ALARM')
    expect([state('either'), state('other')]).toEqual(['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA'])
  })

  test.each<[string, object]>([
    ['a child that does not exist', { AlarmRule: 'ALARM(a) OR ALARM(unknown)' }],
    ['a rule that is none', { AlarmRule: 'ALARM(a' }],
    ['the name of a metric alarm', { AlarmName: 'b' }],
    ['an action that is no ARN', { AlarmActions: ['topic'] }],
    ['no name', { AlarmName: '' }],
  ])('is refused with %s', (_, wrong) => {
    const { send, alarms } = cloudwatch()
    expect(() => send('PutCompositeAlarm', { ...EITHER, ...wrong })).toThrow(
      expect.objectContaining({ name: 'AwsFault', code: 'ValidationException', status: 400 }),
    )
    expect(alarms().CompositeAlarms).toEqual([])
  })

  test('keeps its name from metric alarms', () => {
    const { send } = cloudwatch(EITHER)
    expect(() => send('PutMetricAlarm', { ...METRIC, AlarmName: 'either' })).toThrow('either')
  })
})

describe('deleting alarms', () => {
  test('"can include no more than one composite alarm", and metric alarms beside it', () => {
    const { send, names } = cloudwatch(
      { AlarmName: 'one', AlarmRule: 'ALARM(a)' },
      { AlarmName: 'two', AlarmRule: 'TRUE' },
    )
    expect(() => send('DeleteAlarms', { AlarmNames: ['one', 'two'] })).toThrow('one composite alarm')
    expect(names()).toEqual(['one', 'two', 'a', 'b'])
    send('DeleteAlarms', { AlarmNames: ['two', 'b'] })
    expect(names()).toEqual(['one', 'a'])
  })

  test('"Cannot delete … as there are composite alarm(s) depending on" them, until the composite is gone', () => {
    const { send, names } = cloudwatch(EITHER, { AlarmName: 'above', AlarmRule: 'ALARM(either)' })
    for (const name of ['a', 'either']) {
      expect(() => send('DeleteAlarms', { AlarmNames: [name] })).toThrow(`Cannot delete ${name} as there are composite`)
    }
    for (const name of ['above', 'either', 'a']) send('DeleteAlarms', { AlarmNames: [name] })
    expect(names()).toEqual(['b'])
  })
})
