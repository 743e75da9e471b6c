import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DescribeAnomalyDetectorsCommand,
  ListTagsForResourceCommand,
  PutAnomalyDetectorCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import type { Settings } from '../../src/steps/settings.ts'
import { MINIMAL, STANDARD } from '../support/counts.ts'
import { inventory, names } from '../support/inventory.ts'
import { prepared } from '../support/replay.ts'
import { THIRD } from '../support/share.ts'
import { errorOf, inWorld, REGION, type World, writingCalls } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ONLY = { only: ['alarms'] }

/** Metrics as Bedrock puts them, by the minutes before now that they are of; in the account's total. */
type Traffic = Readonly<Record<string, Readonly<Record<number, readonly number[]>>>>

/** A call each minute of the last so many, all alike. */
const each = (minutes: number, ...values: number[]) =>
  Object.fromEntries(Array.from({ length: minutes }, (_, n) => [n + 1, values]))
const many = (length: number, value: number) => Array<number>(length).fill(value)

/** The states of the alarms after that traffic, as of the end of the last whole minute. */
async function evaluated(world: World, traffic: Traffic): Promise<Record<string, string | undefined>> {
  const { cloudwatch } = world.sandbox.services
  const now = Math.floor(world.cx.clock.now() / MINUTE) * MINUTE
  for (const [name, points] of Object.entries(traffic)) {
    for (const [ago, values] of Object.entries(points)) {
      const timestamp = now - Number(ago) * MINUTE
      for (const value of values) cloudwatch.putMetric(REGION, { namespace: 'AWS/Bedrock', name, timestamp, value })
    }
  }
  cloudwatch.evaluateAlarms(now)
  return states(world)
}

async function states({ cx }: World): Promise<Record<string, string | undefined>> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cx.aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }),
  )
  return Object.fromEntries([...MetricAlarms, ...CompositeAlarms].map((alarm) => [alarm.AlarmName, alarm.StateValue]))
}

const ringing = (all: Record<string, string | undefined>) =>
  Object.keys(all)
    .filter((name) => all[name] === 'ALARM')
    .sort()

const inStep5 = <T>(settings: Partial<Settings>, body: (world: World) => Promise<T>) =>
  inWorld({ settings, isSetUp: ONLY }, body)

describe('rings on traffic that should trip it, and on no other', () => {
  test.each<[string, Traffic, string[]]>([
    ['nothing at all', {}, []],
    [
      'ordinary traffic',
      { Invocations: each(10, 1, 1, 1), InputTokenCount: each(10, 900), InvocationLatency: each(15, 2_000, 3_000) },
      [],
    ],
    ['100,000 input tokens in an hour', { InputTokenCount: { 50: [60_000], 2: [40_000] } }, []],
    [
      '100,001 input tokens in an hour',
      { InputTokenCount: { 50: [60_000], 2: [40_001] } },
      ['Bedrock-HighInputTokenUsage'],
    ],
    [
      '10 client errors in 5 minutes, among many calls',
      { InvocationClientErrors: { 1: many(10, 1) }, Invocations: each(10, ...many(200, 1)) },
      ['Bedrock-UnusualInvocationSpike'],
    ],
    [
      '11 client errors in 5 minutes',
      { InvocationClientErrors: { 4: many(11, 1) }, Invocations: { 4: many(300, 1) } },
      ['Bedrock-HighErrorRate'],
    ],
    ['1,000 invocations in an hour', { Invocations: { 59: many(1_000, 1) } }, []],
    ['1,001 invocations in an hour', { Invocations: { 59: many(1_001, 1) } }, ['Bedrock-UnusualInvocationSpike']],
    ['slow answers for 5 minutes', { InvocationLatency: { 1: [10_001], 7: [9_000] } }, []],
    ['slow answers for 10 minutes', { InvocationLatency: { 1: [10_001], 7: [10_001] } }, ['Bedrock-HighLatency']],
    ['throttles in 2 of 5 minutes', { InvocationThrottles: { 1: [1], 3: many(50, 1) } }, []],
    [
      'a throttle in each of 3 of 5 minutes',
      { InvocationThrottles: { 1: [1], 3: [1], 5: [1] } },
      ['Bedrock-Throttles'],
    ],
    ['5 server errors in 5 minutes', { InvocationServerErrors: { 2: many(5, 1) } }, []],
    ['6 server errors in 5 minutes', { InvocationServerErrors: { 2: many(6, 1) } }, ['Bedrock-ServerErrors']],
    ['one failed call at night', { InvocationClientErrors: { 2: [1], 8: [1] }, Invocations: { 2: [1] } }, []],
    ['nothing but failed calls, too few to judge by', { InvocationServerErrors: { 2: many(4, 1), 8: many(4, 1) } }, []],
    [
      '5 % of the calls fail',
      { Invocations: { 2: many(100, 1), 8: many(100, 1) }, InvocationServerErrors: { 2: many(5, 1), 8: many(5, 1) } },
      [],
    ],
    [
      '6 % of the calls fail, of either kind',
      {
        Invocations: { 2: many(100, 1), 8: many(100, 1) },
        InvocationClientErrors: { 2: many(3, 1), 8: many(6, 1) },
        InvocationServerErrors: { 2: many(3, 1) },
      },
      ['Bedrock-ErrorRate'],
    ],
    [
      'all calls fail, and none of them is counted as an invocation',
      { InvocationClientErrors: { 2: many(10, 1), 8: many(20, 1) }, InvocationServerErrors: { 2: many(10, 1) } },
      ['Bedrock-ErrorRate', 'Bedrock-ServerErrors'],
    ],
    [
      'one answer of a minute in a hundred, for 10 minutes',
      {
        InvocationLatency: {
          1: [...many(97, 1_000), 61_000, 61_000],
          6: [...many(97, 1_000), 61_000, 61_000],
          11: [1_000],
        },
      },
      [],
    ],
    [
      'one answer of a minute in a hundred, for 15 minutes',
      {
        InvocationLatency: {
          1: [...many(97, 1_000), 61_000, 61_000],
          6: [...many(97, 1_000), 61_000, 61_000],
          11: [...many(97, 1_000), 61_000, 61_000],
        },
      },
      ['Bedrock-HighLatencyP99'],
    ],
    [
      'deliveries that succeed',
      { ModelInvocationLogsCloudWatchDeliverySuccess: each(5, 9), ModelInvocationLogsS3DeliveryFailure: each(5, 0) },
      [],
    ],
    ['a failed delivery to S3', { ModelInvocationLogsS3DeliveryFailure: { 3: [1] } }, ['Bedrock-LogDeliveryFailures']],
    [
      'a failed delivery of a large body',
      {
        ModelInvocationLogsCloudWatchDeliveryFailure: each(5, 0),
        ModelInvocationLargeDataS3DeliveryFailure: { 1: [1] },
      },
      ['Bedrock-LogDeliveryFailures'],
    ],
  ])('%s', (_, traffic, expected) =>
    inStep5({}, async (world) => {
      const all = await evaluated(world, traffic)
      expect(ringing(all)).toEqual(expected)
      expect(Object.values(all).filter((state) => state === 'OK')).toHaveLength(STANDARD - expected.length)
    }),
  )
})

describe('anomalies', () => {
  /** Two weeks of the same day: 10 calls an hour, 40 in that of now, never quite alike. */
  const usual = (now: number) => (ago: number) => {
    const sameHour = Math.floor((now - ago * MINUTE) / HOUR) % 24 === Math.floor((now - MINUTE) / HOUR) % 24
    return many((sameHour ? 10 : 3) + (Math.floor(ago / 15) % 2), 1)
  }

  test.each([
    ['as many calls as ever at this hour', 'Invocations', 10, []],
    ['four times as many', 'Invocations', 40, ['Bedrock-InvocationsAnomaly']],
    ['as many input tokens as ever at this hour', 'InputTokenCount', 10, []],
    ['four times as many', 'InputTokenCount', 40, ['Bedrock-InputTokensAnomaly']],
  ])('%s: %s', (_, metric, calls, expected) =>
    inStep5({ alarms: 'minimal', anomaly: true }, async (world) => {
      // The quarters that are looked at are all of one hour.
      const tenToTheHour = (50 * MINUTE - (world.cx.clock.now() % HOUR) + HOUR) % HOUR
      await world.cx.clock.sleep(tenToTheHour, world.abort.signal)
      const history = usual(world.cx.clock.now())
      const quarters = Array.from({ length: 14 * 24 * 4 - 4 }, (__, n) => (n + 4) * 15 + 1)
      const before = Object.fromEntries(quarters.map((ago) => [ago, history(ago)]))
      const all = await evaluated(world, {
        [metric]: { ...before, 1: many(calls, 1), 16: many(calls, 1), 31: many(calls, 1) },
      })
      expect(ringing(all)).toEqual(expected)
    }),
  )

  const models = async ({ cx }: World) =>
    (await cx.aws.cloudwatch.send(new DescribeAnomalyDetectorsCommand({}))).AnomalyDetectors?.map(
      ({ SingleMetricAnomalyDetector: model }) => model?.MetricName,
    ).sort()

  test('are learned with the alarm and forgotten with it', () =>
    inStep5({ anomaly: true }, async (world) => {
      expect(await models(world)).toEqual(['InputTokenCount', 'Invocations'])
      expect((await world.cleanup(ONLY)).error).toBeUndefined()
      expect(await models(world)).toEqual([])
      expect(await states(world)).toEqual({})
    }))

  test('leave a model that was there before', () =>
    inWorld({ settings: { anomaly: true } }, async (world) => {
      const SingleMetricAnomalyDetector = { Namespace: 'AWS/Bedrock', MetricName: 'Invocations', Stat: 'Sum' }
      await world.cx.aws.cloudwatch.send(new PutAnomalyDetectorCommand({ SingleMetricAnomalyDetector }))
      await world.setup(ONLY)
      world.sandbox.calls.length = 0
      await world.setup(ONLY)
      expect(writingCalls(world)).toEqual([])
      await world.cleanup(ONLY)
      expect(await models(world)).toEqual(['Invocations'])
    }))
})

describe('page once', () => {
  const told = ({ sandbox }: World) =>
    sandbox.services.sns.published.map(({ message }) => {
      const { AlarmName, NewStateValue } = JSON.parse(message) as Record<string, string>
      return `${AlarmName} ${NewStateValue}`
    })
  /** Trips server errors and throttles. */
  const outage = { InvocationServerErrors: { 1: many(9, 1) }, InvocationThrottles: each(5, 1) }

  test('tells once of an outage that rings several alarms, where each would tell otherwise', async () => {
    await inStep5({ pageOnce: true }, async (world) => {
      expect(await evaluated(world, { Invocations: each(10, 1) })).toMatchObject({ 'Bedrock-AnyAlarm': 'OK' })
      expect(told(world)).toEqual(['Bedrock-AnyAlarm OK'])
      expect(ringing(await evaluated(world, outage))).toEqual([
        'Bedrock-AnyAlarm',
        'Bedrock-ServerErrors',
        'Bedrock-Throttles',
      ])
      expect(told(world)).toEqual(['Bedrock-AnyAlarm OK', 'Bedrock-AnyAlarm ALARM'])
    })
    await inStep5({}, async (world) => {
      await evaluated(world, outage)
      expect(
        told(world)
          .filter((text) => text.endsWith(' ALARM'))
          .sort(),
      ).toEqual(['Bedrock-ServerErrors ALARM', 'Bedrock-Throttles ALARM'])
    })
  })

  test('takes our topic from the alarms and gives it back, and leaves what others have added', () =>
    inStep5({ alarms: 'minimal' }, async (world) => {
      const ours = `arn:aws:sns:us-east-1:${world.env.accountId}:bedrock-usage-alerts`
      const theirs = ours.replace(/[^:]+$/, 'their-topic')
      const [first] = await actions(world)
      expect(first).toEqual([ours])
      await addAction(world, 'Bedrock-HighErrorRate', [ours, theirs])
      expect((await world.setup(ONLY, undefined, { pageOnce: true })).error).toBeUndefined()
      expect((await actions(world)).sort()).toEqual([[], [], [], [theirs]])
      expect((await world.setup(ONLY, undefined, { pageOnce: false })).error).toBeUndefined()
      expect(await states(world)).not.toHaveProperty('Bedrock-AnyAlarm')
      expect((await actions(world)).filter((list) => list.includes(ours))).toHaveLength(MINIMAL)
      expect((await actions(world)).filter((list) => list.includes(theirs))).toHaveLength(1)
    }))

  test('keeps hearing an alarm that nobody asks for any more but that stands', () =>
    inStep5({ pageOnce: true }, async (world) => {
      await world.setup(ONLY, undefined, { alarms: 'minimal' })
      await evaluated(world, outage)
      expect(told(world)).toEqual(['Bedrock-AnyAlarm ALARM'])
    }))

  test('lets go of an alarm on quotas before that goes with its model', () =>
    inWorld({ settings: { pageOnce: true } }, async (world) => {
      const dimensions = [{ Name: 'ModelId', Value: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' }]
      const timestamp = world.cx.clock.now() - 2 * MINUTE
      const point = { namespace: 'AWS/Bedrock', name: 'Invocations', timestamp, value: 1, dimensions }
      world.sandbox.services.cloudwatch.putMetric(REGION, point)
      const onQuotas = async () => Object.keys(await states(world)).filter((name) => name.startsWith('Bedrock-Quota-'))
      await world.setup(ONLY)
      const [name = 'none'] = await onQuotas()
      expect(await ruleOf(world)).toContain(`ALARM("${name}")`)
      await world.cx.clock.sleep(15 * 24 * HOUR, world.abort.signal)
      expect((await world.setup(ONLY)).error).toBeUndefined()
      expect(await onQuotas()).toEqual([])
      expect(await ruleOf(world)).not.toContain(name)
      world.sandbox.calls.length = 0
      await world.setup(ONLY)
      expect(writingCalls(world)).toEqual([])
      await world.cleanup(ONLY)
      expect(await states(world)).toEqual({})
    }))

  test('an alarm of that name that was there before keeps its rule: those of ours in it stay as long as it watches them', () =>
    inStep5({ pageOnce: true }, async (world) => {
      const { cloudwatch } = world.cx.aws
      const ResourceARN = `arn:aws:cloudwatch:us-east-1:${world.env.accountId}:alarm:Bedrock-AnyAlarm`
      await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['managed-by'] }))
      await world.setup(ONLY)
      const AlarmRule = `${await ruleOf(world)} OR NOT ALARM("theirs")`
      await putTheirs(world)
      await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'Bedrock-AnyAlarm', AlarmRule }))
      const { error, report } = await world.cleanup(ONLY)
      expect(error).toMatchObject({ kind: 'partial' })
      const watched = report.resources.find(({ name }) => name === 'Bedrock-HighLatency')?.error
      expect(watched).toMatchObject({ code: 'AlarmWatched', hint: expect.stringContaining('Bedrock-AnyAlarm') })
      // What was added to it went; what he made of it stays.
      expect(await ruleOf(world)).toBe(AlarmRule.replace(/ OR \(FALSE OR [^()]*(\([^()]*\)[^()]*)*\)/, ''))
      const letsGo = new PutCompositeAlarmCommand({ AlarmName: 'Bedrock-AnyAlarm', AlarmRule: 'NOT ALARM("theirs")' })
      await cloudwatch.send(letsGo)
      expect((await world.cleanup(ONLY)).error).toBeUndefined()
      expect(Object.keys(await states(world)).sort()).toEqual(['Bedrock-AnyAlarm', 'theirs'])
    }))

  test("leaves somebody's own alarm of that name alone while the option is off", () =>
    inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
      await world.setup({ ...ONLY }, undefined, { pageOnce: true })
      const { cloudwatch } = world.cx.aws
      const ResourceARN = `arn:aws:cloudwatch:us-east-1:${world.env.accountId}:alarm:Bedrock-AnyAlarm`
      await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['managed-by'] }))
      await world.setup(ONLY)
      expect(await states(world)).toHaveProperty('Bedrock-AnyAlarm')
      expect((await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([])
    }))
})

test('an alarm outside the profile is neither made nor taken away', () =>
  inStep5({ alarms: 'minimal' }, async (world) => {
    expect(Object.keys(await states(world))).toHaveLength(MINIMAL)
    await world.setup(ONLY, undefined, { alarms: 'standard' })
    expect(Object.keys(await states(world))).toHaveLength(STANDARD)
    world.sandbox.calls.length = 0
    const { report } = await world.setup(ONLY)
    expect(writingCalls(world)).toEqual([])
    expect(report.resources.map(({ outcome }) => outcome)).toEqual(Array(1 + MINIMAL).fill('unchanged'))
    expect(Object.keys(await states(world))).toHaveLength(STANDARD)
    await world.cleanup(ONLY)
    expect(await states(world)).toEqual({})
  }))

test('an alarm that somebody has bent is put right: metric math, percentile, data points and all', () =>
  inStep5({ alarms: 'strict' }, async (world) => {
    const bent = ['Bedrock-ErrorRate', 'Bedrock-HighLatencyP99', 'Bedrock-Throttles', 'Bedrock-InvocationsAnomaly']
    for (const AlarmName of bent) {
      await world.cx.aws.cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: 'AWS/Bedrock',
          MetricName: 'Invocations',
          Dimensions: [{ Name: 'ModelId', Value: 'a=b' }],
          Statistic: 'Maximum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'LessThanThreshold',
        }),
      )
    }
    const before = (await world.status()).report.resources.filter(({ action }) => action === 'update')
    expect(before.map(({ name }) => name).sort()).toEqual([...bent].sort())
    expect((await world.setup(ONLY)).error).toBeUndefined()
    const { report } = await world.status()
    expect(report.resources.filter(({ step, action }) => step === '5' && action !== 'none')).toEqual([])
  }))

describe('stopped before or after any change and run again, ends as if never stopped', () => {
  const settings = { alarms: 'minimal', anomaly: true, pageOnce: true } as const
  const clean = async ({ cx }: World) => {
    const { alarms, composites, models, topics } = await inventory(cx)
    return { alarms, composites, models, topics }
  }

  test.each([
    ['setup', async () => undefined, (world: World) => world.setup(ONLY)],
    ['cleanup', (world: World) => world.setup(ONLY), (world: World) => world.cleanup(ONLY)],
    [
      'a setup that pages no more',
      (world: World) => world.setup(ONLY),
      (world: World) => world.setup(ONLY, undefined, { pageOnce: false }),
    ],
  ])(
    '%s',
    async (name, prepare, run) => {
      const begin = (world: World) => prepared(world, name, () => prepare(world))
      const { changes, end } = await inWorld({ settings }, async (world) => {
        await begin(world)
        await run(world)
        const changes = world.sandbox.calls.flatMap(({ writing }, index) => (writing ? [index + 1] : []))
        return { changes, end: await clean(world) }
      })
      expect(changes.length).toBeGreaterThan(4)
      const points = (['before', 'after'] as const).flatMap((when) => changes.map((nth) => ({ when, nth })))
      for (const { when, nth } of THIRD.of(points)) {
        await inWorld({ settings, maxAttempts: 1 }, async (world) => {
          await begin(world)
          world.sandbox.faults.push({ kind: 'reset', from: nth, count: 1_000, when })
          await errorOf(run(world))
          world.sandbox.faults.length = 0
          expect(await errorOf(run(world))).toBeUndefined()
          expect({ when, nth, end: await clean(world) }).toEqual({ when, nth, end })
        })
      }
    },
    120_000,
  )
})

test('alarms deleted by hand are made again, and the composite alarm over them too', () =>
  inStep5({ pageOnce: true }, async (world) => {
    const { cloudwatch } = world.cx.aws
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['Bedrock-AnyAlarm'] }))
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['Bedrock-Throttles'] }))
    await world.setup(ONLY)
    const { alarms, composites } = names(await inventory(world.cx))
    expect([alarms?.length, composites]).toEqual([STANDARD, ['Bedrock-AnyAlarm']])
  }))

async function putTheirs({ cx }: World): Promise<void> {
  const metric = { Namespace: 'AWS/Bedrock', MetricName: 'Invocations', Statistic: 'Sum', Period: 60 } as const
  const rings = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' } as const
  await cx.aws.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'theirs', ...metric, ...rings }))
}

async function ruleOf({ cx }: World): Promise<string | undefined> {
  const { CompositeAlarms = [] } = await cx.aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
  )
  return CompositeAlarms[0]?.AlarmRule
}

async function actions({ cx }: World): Promise<string[][]> {
  const { MetricAlarms = [] } = await cx.aws.cloudwatch.send(new DescribeAlarmsCommand({}))
  return MetricAlarms.map(({ AlarmActions = [] }) => AlarmActions)
}

async function addAction({ cx }: World, AlarmName: string, AlarmActions: string[]): Promise<void> {
  const { MetricAlarms = [] } = await cx.aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }))
  const [alarm] = MetricAlarms
  if (!alarm) throw new Error(`no alarm ${AlarmName}`)
  const { Namespace, MetricName, Statistic, Period, EvaluationPeriods, Threshold, ComparisonOperator } = alarm
  await cx.aws.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace,
      MetricName,
      Statistic,
      Period,
      EvaluationPeriods,
      Threshold,
      ComparisonOperator,
      AlarmActions,
    }),
  )
}
