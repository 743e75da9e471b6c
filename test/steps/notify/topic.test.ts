import { CreateBudgetCommand } from '@aws-sdk/client-budgets'
import { DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateTopicCommand, SubscribeCommand, TagResourceCommand } from '@aws-sdk/client-sns'
import { expect, test } from '@jest/globals'
import { inventory, names } from '../../support/inventory.ts'
import { errorOf, inWorld, type World, writingCalls } from '../../support/world.ts'

const settings = { alarms: 'minimal', email: 'ops@example.com', httpsEndpoint: 'https://pager.example/key' } as const
const TOPIC = 'bedrock-usage-alerts'

const subscribe = ({ cx, env }: World, Protocol: string, Endpoint: string) =>
  cx.aws.sns.send(
    new SubscribeCommand({ TopicArn: `arn:aws:sns:us-east-1:${env.accountId}:${TOPIC}`, Protocol, Endpoint }),
  )
const topicIn = ({ report }: Awaited<ReturnType<World['cleanup']>>) =>
  report.resources.find(({ type }) => type === 'sns-topic')
const topics = async ({ cx }: World) => names(await inventory(cx)).topics?.map((arn) => arn.split(':').at(-1))

test('subscriptions that others made are named, without the keys of URLs, and keep the topic unless they are to go, too', () =>
  inWorld({ settings, isSetUp: true }, async (world) => {
    await subscribe(world, 'https', 'https://their.example/secret?token=secret')
    await subscribe(world, 'email', 'their@example.com')
    const reason =
      'topic bedrock-usage-alerts has subscriptions that are not ours: email their@example.com, https https://their.example/…'
    expect(topicIn(await world.cleanup({ dryRun: true }))).toMatchObject({ action: 'blocked', reason })
    const { error, report } = await world.cleanup()
    expect(error).toMatchObject({ kind: 'partial' })
    const hint = expect.stringContaining('--include-others')
    expect(report.resources.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { type: 'sns-topic', error: { hint } },
    ])
    expect(await topics(world)).toEqual([TOPIC])
    expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
    expect(await topics(world)).toEqual([])
  }))

test('and so do alarms of others that notify it; ours, and those that we added to, do not', () =>
  inWorld({ settings }, async (world) => {
    const topic = `arn:aws:sns:us-east-1:${world.env.accountId}:${TOPIC}`
    const put = (AlarmName: string, AlarmActions: string[], OKActions: string[] = []) =>
      world.cx.aws.cloudwatch.send(
        new PutMetricAlarmCommand({
          ...{
            AlarmName,
            AlarmActions,
            OKActions,
            Namespace: 'AWS/Bedrock',
            MetricName: 'InvocationLatency',
            Period: 300,
          },
          ...{ Statistic: 'Average', EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: 'GreaterThanThreshold' },
        }),
      )
    await put('Bedrock-HighLatency', [`${topic}-2`])
    await put('beside', [`${topic}-2`])
    await world.setup()
    await put('theirs', [topic])
    await put('theirs-when-over', [], [topic])
    // Of one of our names, but made anew by hand.
    await world.cx.aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['Bedrock-HighErrorRate'] }))
    await put('Bedrock-HighErrorRate', [topic])
    const { report, error } = await world.cleanup()
    expect(error).toMatchObject({ kind: 'partial' })
    expect(report.resources.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      {
        reason:
          'topic bedrock-usage-alerts has alarms that are not ours: Bedrock-HighErrorRate, theirs, theirs-when-over',
      },
    ])
    expect(await topics(world)).toEqual([TOPIC])
    expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
    expect(await topics(world)).toEqual([])
  }))

test('a person is asked about them', () =>
  inWorld({ settings, isSetUp: true }, async (world) => {
    await subscribe(world, 'email', 'their@example.com')
    const asked: string[] = []
    const { error } = await world.cleanup({ yes: false }, undefined, undefined, {
      showPlan: () => {},
      async confirm(question, items) {
        asked.push(`${question}: ${items.map(({ resource }) => resource.type)}`)
        return true
      },
      recover: async () => 'skip',
    })
    expect(error).toBeUndefined()
    expect(asked).toContain('remove-others: sns-topic')
    expect(await topics(world)).toEqual([])
  }))

test('what setup has subscribed is known again by whoever cleans up with other settings', () =>
  inWorld({ settings, isSetUp: true }, async (world) => {
    await world.setup({ only: ['alarms'] }, undefined, { email: 'more@example.com', httpsEndpoint: '' })
    const { error } = await world.cleanup({}, undefined, { email: '', httpsEndpoint: '' })
    expect(error).toBeUndefined()
    expect(await topics(world)).toEqual([])
  }))

const emailOf = (count: number, at: string) => Array.from({ length: count }, (_, n) => `${n}@${at}`).join()
const tagsOf = ({ sandbox, env }: World) => {
  const topic = sandbox.services.sns.topics('us-east-1').get(`arn:aws:sns:us-east-1:${env.accountId}:${TOPIC}`)
  return { topic, keys: topic?.tags.list().map(({ Key }) => Key) ?? [] }
}

test('tags for subscriptions that have ended go with the next setup; without room for more, nothing is changed', () =>
  inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
    const setup = (email: string) => world.setup({ only: ['alarms'] }, undefined, { email })
    expect((await setup(emailOf(40, 'old.example'))).error).toBeUndefined()
    const { topic, keys } = tagsOf(world)
    world.sandbox.calls.length = 0
    expect((await errorOf(setup(emailOf(10, 'new.example'))))?.hint).toContain('end subscriptions')
    expect(writingCalls(world)).toEqual([])
    // As AWS ends those that are not confirmed.
    topic?.subscriptions.splice(1)
    expect((await setup(emailOf(47, 'new.example'))).error).toBeUndefined()
    expect(topic?.subscriptions).toHaveLength(48)
    expect(tagsOf(world).keys).toHaveLength(49)
    expect(tagsOf(world).keys).toContain(keys[1])
    expect((await world.cleanup()).error).toBeUndefined()
    expect(await topics(world)).toEqual([])
  }))

test('a topic of somebody with as many tags as it may have is named before the first change', () =>
  inWorld({ settings }, async (world) => {
    const { sns } = world.cx.aws
    const { TopicArn: ResourceArn } = await sns.send(new CreateTopicCommand({ Name: TOPIC }))
    const Tags = Array.from({ length: 49 }, (_, n) => ({ Key: `his-${n}`, Value: '' }))
    await sns.send(new TagResourceCommand({ ResourceArn, Tags }))
    world.sandbox.calls.length = 0
    expect(await errorOf(world.setup())).toMatchObject({ kind: 'blocked', message: expect.stringContaining('no room') })
    expect(writingCalls(world)).toEqual([])
  }))

test('of a topic that was there before, his subscriptions stay, and do not go unseen with --include-adopted', () =>
  inWorld({ settings }, async (world) => {
    await world.cx.aws.sns.send(new CreateTopicCommand({ Name: TOPIC }))
    await subscribe(world, 'email', 'ops@example.com')
    await world.setup()
    const held = await world.cleanup({ includeAdopted: true })
    expect(topicIn(held)?.reason).toBe(
      'topic bedrock-usage-alerts has subscriptions that are not ours: email ops@example.com',
    )
    expect((await world.cleanup()).error).toBeUndefined()
    expect(await topics(world)).toEqual([TOPIC])
  }))

test('and so do budgets of others that notify it, together with all else that is not ours', () =>
  inWorld({ settings: { ...settings, budgetUsd: 100 }, isSetUp: true }, async (world) => {
    const { aws } = world.cx
    const Address = `arn:aws:sns:us-east-1:${world.env.accountId}:${TOPIC}`
    const notification = { NotificationType: 'ACTUAL', ComparisonOperator: 'GREATER_THAN', Threshold: 50 } as const
    const budget = (BudgetName: string, address: string) =>
      aws.budgets.send(
        new CreateBudgetCommand({
          AccountId: world.env.accountId,
          Budget: {
            ...{ BudgetName, BudgetType: 'COST', TimeUnit: 'MONTHLY' },
            BudgetLimit: { Amount: '5', Unit: 'USD' },
          },
          NotificationsWithSubscribers: [
            { Notification: notification, Subscribers: [{ SubscriptionType: 'SNS', Address: address }] },
          ],
        }),
      )
    await budget('theirs', Address)
    await budget('beside', `${Address}-2`)
    await subscribe(world, 'email', 'their@example.com')
    const reason = /subscriptions that are not ours: .*; topic .* has budgets that are not ours: theirs$/
    expect(topicIn(await world.cleanup({ dryRun: true }))).toMatchObject({
      action: 'blocked',
      reason: expect.stringMatching(reason),
    })
    expect((await world.cleanup()).error).toMatchObject({ kind: 'partial' })
    expect(await topics(world)).toEqual([TOPIC])
    world.sandbox.faults.push({ kind: 'throttle', service: 'budgets', operation: 'DescribeBudgets', count: 99 })
    expect((await world.cleanup()).error).toMatchObject({ kind: 'partial' })
    world.sandbox.faults.length = 0
    expect(await topics(world)).toEqual([TOPIC])
    expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
    expect(await topics(world)).toEqual([])
  }))

test('the plan of clean-up takes the topic from an alarm only where setup had put it', () =>
  inWorld({ settings: { ...settings, pageOnce: false } }, async (world) => {
    const topic = `arn:aws:sns:us-east-1:${world.env.accountId}:${TOPIC}`
    const about = { Namespace: 'AWS/Bedrock', MetricName: 'InvocationLatency', Period: 300, Statistic: 'Average' }
    const limit = { EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: 'GreaterThanThreshold' } as const
    await world.cx.aws.cloudwatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: 'Bedrock-HighLatency', ...limit, AlarmActions: [topic] },
        ...about,
      } as never),
    )
    const before = (await inventory(world.cx)).alarms
    expect((await world.setup()).error).toBeUndefined()
    const { report } = await world.cleanup({ dryRun: true })
    const alarm = report.resources.find(({ name }) => name === 'Bedrock-HighLatency')
    expect(alarm?.changes).toEqual([
      { path: 'okActions', from: [topic], to: [] },
      { path: 'owner', from: 'adopted', to: 'unmarked' },
    ])
    expect((await world.cleanup()).error).toBeUndefined()
    expect((await inventory(world.cx)).alarms).toEqual(before)
  }))
