import { DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { COMPOSITE_NAME } from '../../../src/steps/alarms/composite-rule.ts'
import type { Settings } from '../../../src/steps/settings.ts'
import { MINIMAL } from '../../support/counts.ts'
import { prepared } from '../../support/replay.ts'
import { THIRD } from '../../support/share.ts'
import { errorOf, inWorld, type World, writingCalls } from '../../support/world.ts'

const ONLY = { only: ['alarms'] }

/** The alarms of which nobody hears: they do not tell the topic, and no composite alarm that tells it watches them. */
async function silent({ cx, env }: World): Promise<string[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cx.aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }),
  )
  const topic = `arn:aws:sns:us-east-1:${env.accountId}:${env.settings.topicName}`
  const tells = ({ AlarmActions }: { AlarmActions?: string[] | undefined }) => AlarmActions?.includes(topic)
  const rules = CompositeAlarms.filter(tells).map(({ AlarmRule = '' }) => AlarmRule)
  return MetricAlarms.filter((alarm) => !tells(alarm)).flatMap(({ AlarmName = '' }) =>
    rules.some((rule) => rule.includes(`ALARM("${AlarmName}")`)) ? [] : [AlarmName],
  )
}

type Life = readonly [string, prepare: (world: World) => Promise<unknown>, run: Partial<Settings>]

const lives: readonly Life[] = [
  ['page once from the start', async () => {}, { pageOnce: true }],
  ['page once from now on', (world) => world.setup(ONLY), { pageOnce: true }],
  [
    'page once and more alarms than before',
    (world) => world.setup(ONLY, undefined, { pageOnce: true }),
    { pageOnce: true, alarms: 'standard' },
  ],
  [
    'page once, other thresholds, and the composite alarm deleted by hand',
    async (world) => {
      await world.setup(ONLY, undefined, { pageOnce: true })
      await world.cx.aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [COMPOSITE_NAME] }))
      // Nobody hears of them until the next setup: what somebody takes away is not a window that setup opens.
    },
    { pageOnce: true, highTokenThreshold: 7, errorRateThreshold: 7, invocationThreshold: 7, highLatencyThreshold: 7 },
  ],
  ['page each again', (world) => world.setup(ONLY, undefined, { pageOnce: true }), { pageOnce: false }],
]

describe.each(lives)('%s', (name, prepare, settings) => {
  test('leaves no alarm silent, at whatever change it is stopped', async () => {
    const run = (world: World) => world.setup(ONLY, undefined, settings)
    const inAccount = <T>(body: (world: World) => Promise<T>) =>
      inWorld({ settings: { alarms: 'minimal' }, maxAttempts: 1 }, async (world) => {
        await prepared(world, name, () => prepare(world))
        return body(world)
      })
    const changes = await inAccount(async (world) => {
      expect(await errorOf(run(world))).toBeUndefined()
      expect(await silent(world)).toEqual([])
      return writingCalls(world).length
    })
    for (const nth of THIRD.of(Array.from({ length: changes }, (_, index) => index + 1))) {
      await inAccount(async (world) => {
        const before = await silent(world)
        // What is stopped before a change is what is stopped after the one before.
        world.sandbox.faults.push({ kind: 'reset', writing: true, from: nth, count: 1_000, when: 'after' })
        await errorOf(run(world))
        world.sandbox.faults.length = 0
        const opened = (await silent(world)).filter((name) => !before.includes(name))
        expect({ nth, opened }).toEqual({ nth, opened: [] })
        expect(await errorOf(run(world))).toBeUndefined()
        expect(await silent(world)).toEqual([])
      })
    }
  })
})

test('alarms tell by themselves as long as CloudWatch takes no composite alarm, and no more once it does', () =>
  inWorld({ settings: { alarms: 'minimal', pageOnce: true } }, async (world) => {
    world.sandbox.faults.push({ kind: 'access-denied', operation: 'PutCompositeAlarm', count: 99 })
    const { error, report } = await world.setup(ONLY)
    expect(error).toMatchObject({ kind: 'partial' })
    expect(report.resources.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)).toEqual([
      COMPOSITE_NAME,
    ])
    expect(await tellingByThemselves(world)).toHaveLength(MINIMAL)
    world.sandbox.faults.length = 0
    expect((await world.setup(ONLY)).error).toBeUndefined()
    expect(await tellingByThemselves(world)).toEqual([])
    world.sandbox.calls.length = 0
    await world.setup(ONLY)
    expect(writingCalls(world)).toEqual([])
  }))

async function tellingByThemselves({ cx }: World): Promise<string[]> {
  const { MetricAlarms = [] } = await cx.aws.cloudwatch.send(new DescribeAlarmsCommand({}))
  return MetricAlarms.flatMap(({ AlarmName = '', AlarmActions = [] }) => (AlarmActions.length > 0 ? [AlarmName] : []))
}
