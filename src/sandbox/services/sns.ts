import { randomUUID } from 'node:crypto'
import type { CreateTopicInput, SNS } from '@aws-sdk/client-sns'
import { arnOf } from '../arn.ts'
import { type Call, faultOf, type Service } from '../service.ts'
import { paged, perRegion } from '../state.ts'
import { allows, type Policy, parsePolicy, statementsOf } from './policy.ts'
import {
  checkAttribute,
  checkEndpoint,
  checkTopicName,
  defaultPolicy,
  invalid,
  listedEndpoint,
  PENDING,
  type Subscription,
  type Topic,
} from './sns/topics.ts'
import { Tags, tagging } from './tags.ts'
import type { Operations } from './typed.ts'

export interface Sns extends Service {
  topics(region: string): ReadonlyMap<string, Topic>
  /** What the owner of an address does when he follows the link in the mail, and a URL when it visits the SubscribeURL. */
  confirm(topicArn: string, endpoint: string): void
  /** Everything that any topic took, oldest first. */
  readonly published: readonly Published[]
  /** Publishes as an AWS service does; false where there is no such topic or it does not take the message. */
  publish(message: ServiceMessage): boolean
}

export interface Published {
  readonly id: string
  readonly topicArn: string
  readonly subject: string | undefined
  readonly message: string
}

const PAGE = 100
/** ASCII, with neither a space at its beginning nor 100 characters (Publish, API reference). */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/
/** Protocols whose endpoint has to confirm that it wants the messages. */
const CONFIRMING = ['email', 'email-json', 'http', 'https']

export function createSns(): Sns {
  const topics = perRegion(() => new Map<string, Topic>())
  const find = (arn: string | undefined, missing = notFound): Topic => {
    const topic = topics(arn?.split(':')[3] ?? '').get(arn ?? '')
    if (topic === undefined) throw missing()
    return topic
  }
  const published: Published[] = []
  const keep = (topic: Topic, subject: string | undefined, message: string): string => {
    const id = randomUUID()
    published.push({ id, topicArn: topic.arn, subject, message })
    return id
  }
  return {
    id: 'sns',
    topics,
    published,
    publish: (message) => {
      const topic = topics(message.topicArn.split(':')[3] ?? '').get(message.topicArn)
      if (!topic || !takes(topic, message)) return false
      keep(topic, message.subject, message.message)
      return true
    },
    confirm: (topicArn, endpoint) => {
      for (const subscription of find(topicArn).subscriptions) {
        if (subscription.endpoint === endpoint) subscription.confirmed = true
      }
    },
    operations: {
      CreateTopic: (input, call) => ({ TopicArn: createTopic(topics(call.region), input, call).arn }),
      DeleteTopic: ({ TopicArn = '' }) => {
        topics(TopicArn.split(':')[3] ?? '').delete(TopicArn)
      },
      ListTopics: ({ NextToken }, { region }) => {
        const all = [...topics(region).keys()].map((TopicArn) => ({ TopicArn }))
        return paged('Topics', all, NextToken, PAGE)
      },
      GetTopicAttributes: ({ TopicArn }, call) => ({ Attributes: attributesOf(find(TopicArn), call) }),
      SetTopicAttributes: ({ TopicArn, AttributeName, AttributeValue = '' }) => {
        const topic = find(TopicArn)
        topic.attributes.set(checkAttribute(AttributeName, AttributeValue), AttributeValue)
      },
      Publish: ({ TopicArn, Subject, Message }) => {
        if (!Message) throw invalid('Empty message')
        if (Subject !== undefined && !SUBJECT.test(Subject)) throw invalid('Subject')
        return { MessageId: keep(find(TopicArn), Subject, Message) }
      },
      ...tagging((arn) => find(arn, noResource).tags, 'ResourceArn'),
      ...subscriptions(find),
    } satisfies Operations<SNS>,
  }
}

function subscriptions(find: (arn: string | undefined) => Topic): Operations<SNS> {
  return {
    Subscribe: ({ TopicArn, Protocol = '', Endpoint = '', ReturnSubscriptionArn }) => {
      const topic = find(TopicArn)
      checkEndpoint(Protocol, Endpoint)
      const known = topic.subscriptions.find((item) => item.protocol === Protocol && item.endpoint === Endpoint)
      const subscription = known ?? {
        arn: `${topic.arn}:${randomUUID()}`,
        protocol: Protocol,
        endpoint: Endpoint,
        confirmed: !CONFIRMING.includes(Protocol),
      }
      if (known === undefined) topic.subscriptions.push(subscription)
      const shown = subscription.confirmed || ReturnSubscriptionArn
      return { SubscriptionArn: shown ? subscription.arn : 'pending confirmation' }
    },
    ListSubscriptionsByTopic: ({ TopicArn, NextToken }, { account }) => {
      const topic = find(TopicArn)
      const all = topic.subscriptions.map((item) => ({
        SubscriptionArn: item.confirmed ? item.arn : PENDING,
        Owner: account,
        Protocol: item.protocol,
        Endpoint: listedEndpoint(item.endpoint),
        TopicArn: topic.arn,
      }))
      return paged('Subscriptions', all, NextToken, PAGE)
    },
    Unsubscribe: ({ SubscriptionArn = '' }) => {
      const parts = SubscriptionArn.split(':')
      if (parts.length < 7) throw invalid('SubscriptionArn Reason: An ARN must have at least 6 elements')
      const { subscriptions: all } = find(parts.slice(0, -1).join(':'))
      const index = all.findIndex((item: Subscription) => item.arn === SubscriptionArn)
      if (index >= 0) all.splice(index, 1)
    },
  }
}

/** Idempotent by name, unless it asks for other tags or attributes than the topic has. */
function createTopic(topics: Map<string, Topic>, input: CreateTopicInput, call: Call): Topic {
  const name = checkTopicName(input.Name)
  const arn = arnOf('sns', call, name)
  const asked = Object.entries(input.Attributes ?? {}).map(
    ([key, value]) => [checkAttribute(key, String(value)), String(value)] as const,
  )
  const tags = input.Tags ?? []
  const known = topics.get(arn)
  if (known !== undefined) {
    if (tags.length > 0 && !known.tags.equals(tags)) {
      throw invalid('Tags Reason: Topic already exists with different tags')
    }
    if (asked.some(([key, value]) => known.attributes.get(key) !== value)) {
      throw invalid('Attributes Reason: Topic already exists with different attributes')
    }
    return known
  }
  const attributes = new Map<string, string>([
    ['Policy', defaultPolicy(arn, call.account)],
    ['DisplayName', ''],
    ...asked,
  ])
  const topic: Topic = { arn, name, attributes, tags: new Tags(tags, tooManyTags), subscriptions: [] }
  topics.set(arn, topic)
  return topic
}

function attributesOf(topic: Topic, { account }: Call): Record<string, string> {
  const pending = topic.subscriptions.filter((item) => !item.confirmed).length
  return {
    TopicArn: topic.arn,
    Owner: account,
    ...Object.fromEntries(topic.attributes),
    SubscriptionsPending: String(pending),
    SubscriptionsConfirmed: String(topic.subscriptions.length - pending),
    SubscriptionsDeleted: '0',
  }
}

const notFound = faultOf('NotFound', 404, () => 'Topic does not exist')
const tooManyTags = faultOf('TagLimitExceeded', 400, () => "Can't add more than 50 tags to a topic.")
const noResource = faultOf('ResourceNotFound', 404, () => 'Resource does not exist')

/** What an AWS service publishes to a topic on behalf of one of the account's resources. */
interface ServiceMessage {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
  /** Who publishes: `cloudwatch.amazonaws.com`. */
  readonly service: string
  /** ARN of the resource that it is about. */
  readonly source: string
}

/** By its policy, and not encrypted with the AWS managed key, whose policy lets no service in. */
function takes(topic: Topic, { service, source }: ServiceMessage): boolean {
  if (topic.attributes.get('KmsMasterKeyId') === 'alias/aws/sns') return false
  const policy = parsePolicy(topic.attributes.get('Policy') ?? '', { principal: true, resource: true })
  const account = source.split(':')[4] ?? ''
  const context = { 'aws:SourceArn': source, 'aws:SourceAccount': account, 'AWS:SourceOwner': account }
  const request = { service, action: 'sns:Publish', resource: topic.arn, context }
  return policy !== undefined && allows([everyoneIn(policy)], request)
}

/** `{ "AWS": "*" }` is everyone, services too: a topic's first policy lets in whoever acts for its owner that way. */
function everyoneIn(policy: Policy): Policy {
  const isEveryone = (principal: unknown) =>
    typeof principal === 'object' && principal !== null && 'AWS' in principal && principal.AWS === '*'
  const Statement = statementsOf(policy).map((one) => (isEveryone(one.Principal) ? { ...one, Principal: '*' } : one))
  return { ...policy, Statement }
}
