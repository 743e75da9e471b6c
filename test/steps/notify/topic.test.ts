import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns'
import { expect, test } from '@jest/globals'
import { inventory, names } from '../../support/inventory.ts'
import { inWorld, type World } from '../../support/world.ts'

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
