import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from '../clients.ts'

let sandbox: Sandbox
let sns: ReturnType<typeof clientsOf>['sns']
let count = 0
let Name: string
let TopicArn: string

beforeAll(async () => {
  sandbox = await startSandbox()
  sns = clientsOf(sandbox).sns
})
afterAll(() => sandbox.close())
beforeEach(async () => {
  Name = `topic-${++count}`
  const created = await sns.send(new CreateTopicCommand({ Name }))
  TopicArn = created.TopicArn ?? ''
})

describe('topics', () => {
  test('are created once: "CreateTopic is idempotent by name"', async () => {
    expect(await sns.send(new CreateTopicCommand({ Name }))).toMatchObject({ TopicArn })
    expect(TopicArn).toBe(`arn:aws:sns:us-east-1:111122223333:${Name}`)
  })

  test('"but with other tags or attributes: InvalidParameter \'Topic already exists with different tags\'"', async () => {
    await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: [{ Key: 'a', Value: 'b' }] }))
    const otherTags = sns.send(new CreateTopicCommand({ Name, Tags: [{ Key: 'a', Value: 'c' }] }))
    expect(await refusal(otherTags)).toEqual({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Tags Reason: Topic already exists with different tags',
      status: 400,
    })
    const otherAttributes = sns.send(new CreateTopicCommand({ Name, Attributes: { DisplayName: 'x' } }))
    expect((await refusal(otherAttributes)).message).toContain('different attributes')
    await sns.send(new CreateTopicCommand({ Name, Tags: [{ Key: 'a', Value: 'b' }] }))
  })

  test('are tagged and untagged', async () => {
    const tags = [
      { Key: 'a', Value: 'b' },
      { Key: 'c', Value: 'd' },
    ]
    await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: tags }))
    await sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: ['a'] }))
    expect((await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags).toEqual([tags[1]])
    const more = Array.from({ length: 50 }, (_, n) => ({ Key: `more-${n}`, Value: '' }))
    const tooMany = await refusal(sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: more })))
    expect(tooMany).toMatchObject({ name: 'TagLimitExceededException', status: 400 })
    await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: more.slice(1) }))
  })

  test('keep the attributes that are set, and the policy they were born with until then', async () => {
    const before = await sns.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(JSON.parse(before.Attributes?.Policy ?? '')).toMatchObject({ Id: '__default_policy_ID' })
    const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement: [] })
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }))
    const after = await sns.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(after.Attributes).toMatchObject({ Policy: AttributeValue, Owner: '111122223333' })
  })

  test('that are not there are NotFound 404', async () => {
    await sns.send(new DeleteTopicCommand({ TopicArn }))
    await sns.send(new DeleteTopicCommand({ TopicArn }))
    const missing = await refusal(sns.send(new GetTopicAttributesCommand({ TopicArn })))
    expect(missing).toEqual({ name: 'NotFoundException', message: 'Topic does not exist', status: 404 })
    const tags = await refusal(sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn })))
    expect(tags).toMatchObject({ name: 'ResourceNotFoundException', status: 404 })
  })

  test('are listed in their Region only', async () => {
    const arns = (await sns.send(new ListTopicsCommand({}))).Topics?.map((topic) => topic.TopicArn)
    expect(arns).toContain(TopicArn)
    expect((await clientsOf(sandbox, 'eu-west-1').sns.send(new ListTopicsCommand({}))).Topics).toEqual([])
  })

  test('keep what is published', async () => {
    const { MessageId: id } = await sns.send(new PublishCommand({ TopicArn, Subject: 's', Message: 'm' }))
    expect(sandbox.services.sns.published).toEqual([{ id, topicArn: TopicArn, subject: 's', message: 'm' }])
  })
})

describe('subscriptions', () => {
  test('"An email subscription is \'pending confirmation\' until confirmed"', async () => {
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' })
    expect(await sns.send(subscribe)).toMatchObject({ SubscriptionArn: 'pending confirmation' })
    const listed = async () => (await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions
    expect(await listed()).toMatchObject([{ SubscriptionArn: 'PendingConfirmation', Endpoint: 'ops@example.com' }])
    sandbox.services.sns.confirm(TopicArn, 'ops@example.com')
    const confirmed = (await listed())?.[0]?.SubscriptionArn
    expect(confirmed).toMatch(new RegExp(`^${TopicArn}:`))
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: confirmed }))
    expect(await listed()).toEqual([])
  })

  test('are made once for an address', async () => {
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' })
    await sns.send(subscribe)
    await sns.send(subscribe)
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toHaveLength(1)
  })

  test('that are pending cannot be ended', async () => {
    const unsubscribe = new UnsubscribeCommand({ SubscriptionArn: 'PendingConfirmation' })
    expect(await refusal(sns.send(unsubscribe))).toMatchObject({ name: 'InvalidParameterException', status: 400 })
  })

  test('need an address that is one', async () => {
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'nobody' })
    expect((await refusal(sns.send(subscribe))).message).toBe('Invalid parameter: Email address')
  })

  test('of a URL wait for it to answer, and are listed without its password', async () => {
    const Endpoint = 'https://me:secret@example.com/hook'
    const { SubscriptionArn } = await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint }))
    expect(SubscriptionArn).toBe('pending confirmation')
    sandbox.services.sns.confirm(TopicArn, Endpoint)
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    expect(Subscriptions).toMatchObject([{ Protocol: 'https', Endpoint: 'https://me:****@example.com/hook' }])
  })

  test.each([
    ['https', 'http://example.com', 'Endpoint must match the specified protocol'],
    ['https', 'example.com', 'Endpoint must match the specified protocol'],
    ['pigeon', 'coop', 'Does not support this protocol string: pigeon'],
  ])('by %s to %s are refused', async (Protocol, Endpoint, message) => {
    const { message: said } = await refusal(sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint })))
    expect(said).toBe(`Invalid parameter: ${message}`)
  })
})
