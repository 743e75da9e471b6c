import { createHash } from 'node:crypto'
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns'
import type { AwsContext } from '../../aws/context.ts'
import { itemsOf } from '../../aws/pages.ts'
import { listOf } from '../setting-checks.ts'
import type { Settings } from '../settings.ts'

/** What a topic that does not exist is answered with. */
export const NO_TOPIC = ['NotFound', 'NotFoundException', 'ResourceNotFoundException']

/** Whom a topic is to reach: a person's address, or a URL that SNS posts to. */
export interface Endpoint {
  protocol: 'email' | 'https'
  /** As SNS takes it. A URL may hold the key of whoever listens there: `shown` is for people. */
  endpoint: string
  shown: string
}

/** A subscription as SNS lists it. */
export interface Subscription {
  protocol: string
  endpoint: string
  /** Its ARN, once it is confirmed. */
  arn: string
  /** Confirmed, or waiting for it. SNS keeps one that waits for two days, and lists it as `PendingConfirmation`. */
  confirmed: boolean
}

/** The endpoints that the settings ask for, each once. */
export function endpointsOf({ email, httpsEndpoint }: Pick<Settings, 'email' | 'httpsEndpoint'>): Endpoint[] {
  const urls = listOf(httpsEndpoint)
  return [
    ...listOf(email).map((endpoint): Endpoint => ({ protocol: 'email', endpoint, shown: endpoint })),
    ...urls.map((endpoint, index): Endpoint => ({ protocol: 'https', endpoint, shown: shownUrl(urls, index) })),
  ]
}

/** The host alone, since path and query hold keys (PagerDuty, Opsgenie); numbered where several are at the same host. */
function shownUrl(urls: readonly string[], index: number): string {
  const hostOf = (url = '') => new URL(url).host
  const host = hostOf(urls[index])
  const before = urls.slice(0, index).filter((url) => hostOf(url) === host).length
  return before === 0 ? `https://${host}/…` : `https://${host}/… (${before + 1})`
}

/** The subscription of an endpoint. SNS lists a URL with asterisks in place of its password. */
export function subscriptionOf(
  { protocol, endpoint }: Endpoint,
  subscriptions: readonly Subscription[],
): Subscription | undefined {
  return subscriptions.find(
    (known) => known.protocol === protocol && withoutPassword(known.endpoint) === withoutPassword(endpoint),
  )
}

function withoutPassword(endpoint: string): string {
  return endpoint.replace(/^(https:\/\/[^/?#@:]*):[^/?#@]*@/, '$1:****@')
}

/** A subscription for people: "email ops@example.com", and of a URL, which may hold a key, the host alone. */
export const shownSubscription = ({ protocol, endpoint }: Pick<Subscription, 'protocol' | 'endpoint'>): string =>
  `${protocol} ${/^https?:/.test(endpoint) ? shownUrl([endpoint], 0) : endpoint}`

/** The tag of a topic for a subscription of ours. Of the endpoint, which may hold a key, a hash is enough. */
export function markOf({ protocol, endpoint }: Pick<Subscription, 'protocol' | 'endpoint'>): string {
  const hash = createHash('sha256')
    .update(`${protocol} ${withoutPassword(endpoint)}`)
    .digest('hex')
  return `${MARK}${hash.slice(0, 16)}`
}

const MARK = 'bedrock-monitor:subscription:'
/** Whether the key of a tag is that of such a mark. */
export const isMark = (key: string): boolean => key.startsWith(MARK)

/** Every subscription of a topic, whoever made it, but for those that were ended. */
export async function listSubscriptions({ aws }: AwsContext, TopicArn: string): Promise<Subscription[]> {
  const found = await itemsOf(
    'sns:ListSubscriptionsByTopic',
    (NextToken) => aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken })),
    (page) => page.NextToken,
    (page) => page.Subscriptions,
  )
  // In place of an ARN: "PendingConfirmation" while it waits, "Deleted" once it was ended.
  const standing = found.filter(({ SubscriptionArn }) => SubscriptionArn !== 'Deleted')
  return standing.map(({ SubscriptionArn = '', Protocol = '', Endpoint = '' }) => ({
    protocol: Protocol,
    endpoint: Endpoint,
    arn: SubscriptionArn,
    confirmed: SubscriptionArn.startsWith('arn:'),
  }))
}
