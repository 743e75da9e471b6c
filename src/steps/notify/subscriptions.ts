import { createHash } from 'node:crypto'
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns'
import type { AwsContext } from '../../aws/context.ts'
import { allOf } from '../../aws/pages.ts'
import { listOf } from '../setting-checks.ts'
import type { Settings } from '../settings.ts'

export const NO_TOPIC = ['NotFound', 'NotFoundException', 'ResourceNotFoundException']

/** Whom a topic is to reach: a person's address, or a URL that SNS posts to. */
export interface Endpoint {
  protocol: 'email' | 'https'
  /** As SNS takes it. A URL may hold the key of whoever listens there: `shown` is for people. */
  endpoint: string
  shown: string
}

export interface Subscription {
  protocol: string
  endpoint: string
  /** Its ARN, once it is confirmed. */
  arn: string
  /** Confirmed, or waiting for it. SNS keeps one that waits for two days, and lists it as `PendingConfirmation`. */
  confirmed: boolean
}

export function endpointsOf({ email, httpsEndpoint }: Pick<Settings, 'email' | 'httpsEndpoint'>): Endpoint[] {
  const urls = listOf(httpsEndpoint)
  return [
    ...listOf(email).map((endpoint): Endpoint => ({ protocol: 'email', endpoint, shown: endpoint })),
    ...urls.map((endpoint, index): Endpoint => {
      const host = shownHost(endpoint)
      const before = urls.slice(0, index).filter((url) => shownHost(url) === host).length
      return { protocol: 'https', endpoint, shown: before === 0 ? host : `${host} (${before + 1})` }
    }),
  ]
}

/** The host alone, since path and query hold keys (PagerDuty, Opsgenie). */
const shownHost = (url: string): string => `https://${new URL(url).host}/…`

/** A subscription for people: "email ops@example.com", and of a URL, which may hold a key, the host alone. */
export const shownSubscription = ({ protocol, endpoint }: Subscription): string =>
  `${protocol} ${/^https?:/.test(endpoint) ? shownHost(endpoint) : endpoint}`

export const subscriptionOf = (endpoint: Endpoint, all: readonly Subscription[]): Subscription | undefined =>
  all.find((known) => identityOf(known) === identityOf(endpoint))

/** SNS lists a URL with asterisks in place of its password. */
const identityOf = ({ protocol, endpoint }: Pick<Subscription, 'protocol' | 'endpoint'>): string =>
  `${protocol} ${endpoint.replace(/^(https:\/\/[^/?#@:]*):[^/?#@]*@/, '$1:****@')}`

const MARK = 'bedrock-monitor:subscription:'

/** The tag of a topic for a subscription of ours. Of the endpoint, which may hold a key, a hash is enough. */
export const markOf = (one: Pick<Subscription, 'protocol' | 'endpoint'>): string =>
  MARK + createHash('sha256').update(identityOf(one)).digest('hex').slice(0, 16)

export const isMark = (key: string): boolean => key.startsWith(MARK)

/** Every subscription of a topic, whoever made it, but for those that were ended. */
export async function listSubscriptions({ aws }: AwsContext, TopicArn: string): Promise<Subscription[]> {
  const found = await allOf(aws.sns, ListSubscriptionsByTopicCommand, { TopicArn }, 'Subscriptions')
  // In place of an ARN: "PendingConfirmation" while it waits, "Deleted" once it was ended.
  return found.flatMap(({ SubscriptionArn: arn = '', Protocol: protocol = '', Endpoint: endpoint = '' }) =>
    arn === 'Deleted' ? [] : [{ protocol, endpoint, arn, confirmed: arn.startsWith('arn:') }],
  )
}
