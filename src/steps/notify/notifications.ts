import { GetTopicAttributesCommand } from '@aws-sdk/client-sns'
import type { AwsContext } from '../../aws/context.ts'
import { partitionOf } from '../../aws/partitions.ts'
import { parsePolicy } from '../../aws/policy.ts'
import { type AppError, toAppError, usageError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { Grant } from '../../core/resource.ts'
import { byRegion, type Env, ownTopicArn } from '../env.ts'
import { type Endpoint, endpointsOf, listSubscriptions, subscriptionOf } from './subscriptions.ts'
import { isAllowed, mayPublish, PUBLISHERS } from './topic-policy.ts'

/** An endpoint that is asked for and does not get the alarms of a Region as long as it has not confirmed. */
export interface PendingEndpoint extends Endpoint {
  region: string
}

/** Throws a usage error for settings that cannot be had together, or not in these Regions. Pure. */
export function checkNotifications({ accountId, region, regions, settings }: Env): void {
  const { snsTopic, topicName, email, httpsEndpoint, budgetUsd } = settings
  const [, , , topicRegion, topicAccount] = snsTopic.split(':')
  for (const [flag, topic] of [
    ['--topic-name', topicName],
    ['--sns-topic', snsTopic],
  ] as const) {
    // Nobody can subscribe to one by e-mail or HTTPS (docs: SNS, FIFO topics), and AWS Budgets publishes to none.
    if (topic.endsWith('.fifo'))
      throw usageError(`${flag} ${topic}: it is a FIFO topic, which tells no person`, 'pass a standard topic')
  }
  const elsewhere = regions.find((each) => each !== topicRegion)
  if (snsTopic !== '' && elsewhere !== undefined) {
    throw usageError(
      `--sns-topic is a topic in ${topicRegion}: alarms notify topics of their own Region only, and this is about ${elsewhere} too`,
      `run it with --region ${topicRegion} for that topic, and for other Regions with topics of theirs`,
    )
  }
  if (snsTopic !== '' && (email !== '' || httpsEndpoint !== '')) {
    throw usageError(
      '--sns-topic does not go with --email or --https-endpoint: nothing is changed about a topic that is not ours',
      'subscribe to that topic by yourself, or leave out --sns-topic',
    )
  }
  if (budgetUsd > 0 && !partitionOf(region).hasBudgets) {
    throw usageError(`--budget-usd: AWS Budgets is not offered in ${region}`, 'leave out --budget-usd there')
  }
  if (budgetUsd > 0 && snsTopic !== '' && topicAccount !== accountId) {
    throw usageError(
      `--sns-topic is a topic of account ${topicAccount}: a budget notifies topics of its own account only`,
      'leave out --budget-usd, or pass a topic of this account',
    )
  }
}

/** What looking at a topic of somebody's own asks for. */
export function notifiedTopicGrants({ settings: { snsTopic } }: Env): Grant[] {
  return snsTopic === '' ? [] : [{ actions: ['sns:GetTopicAttributes'], resources: [snsTopic] }]
}

/**
 * Whether the topic of somebody's own takes what is to be published to it. It is looked at only: each service that its
 * policy does not let publish is a warning with the statement to add.
 */
export async function topicWarnings(cx: AwsContext, env: Env): Promise<Warning[]> {
  const { snsTopic: TopicArn } = env.settings
  if (TopicArn === '') return []
  const publishers = PUBLISHERS.filter(({ wanted }) => wanted(env))
  const add = (some: typeof publishers) =>
    some.map((each) => JSON.stringify(mayPublish(each, env, TopicArn))).join(', ')
  try {
    const { Attributes } = await cx.in(env.region).aws.sns.send(new GetTopicAttributesCommand({ TopicArn }))
    const policy = parsePolicy(Attributes?.Policy)
    const kept = publishers.filter((publisher) => !isAllowed(publisher, env, policy))
    if (kept.length === 0) return []
    const services = kept.map(({ service }) => `${service}.amazonaws.com`).join(' and ')
    const message = `the policy of topic ${TopicArn} does not let ${services} publish; add to it: ${add(kept)}`
    return [{ code: 'topic-policy', message }]
  } catch (thrown) {
    const error = passing(thrown)
    const message = `topic ${TopicArn} could not be looked at (${error.message}); its policy has to have: ${add(publishers)}`
    return [{ code: 'topic-not-checked', message }]
  }
}

/** Which endpoints have not confirmed yet. A topic that is not there, or may not be looked at, has none. */
export async function pendingEndpoints(cx: AwsContext, env: Env): Promise<PendingEndpoint[]> {
  const endpoints = endpointsOf(env.settings)
  if (endpoints.length === 0 || env.settings.snsTopic !== '') return []
  const found = await Promise.all(
    byRegion(env).map(async (each) => {
      const known = await listSubscriptions(cx.in(each.region), ownTopicArn(each)).catch((thrown) => {
        passing(thrown)
        return []
      })
      const pending = endpoints.filter((endpoint) => subscriptionOf(endpoint, known)?.confirmed === false)
      return pending.map((endpoint) => ({ ...endpoint, region: each.region }))
    }),
  )
  return found.flat()
}

/**
 * Of a topic of ours whose endpoints the settings do not name (they were flags of setup): how many have not confirmed, by
 * Region. The topic itself counts them, so that their list need not be allowed.
 */
export async function pendingUnnamed(cx: AwsContext, env: Env): Promise<Warning[]> {
  if (endpointsOf(env.settings).length > 0 || env.settings.snsTopic !== '') return []
  const found = await Promise.all(
    byRegion(env).map(async (each): Promise<Warning[]> => {
      const command = new GetTopicAttributesCommand({ TopicArn: ownTopicArn(each) })
      const topic = await cx
        .in(each.region)
        .aws.sns.send(command)
        .catch((thrown) => void passing(thrown))
      const pending = Number(topic?.Attributes?.SubscriptionsPending ?? 0)
      if (pending === 0) return []
      const who = count(pending, 'subscriber')
      const message = `${who} of ${env.settings.topicName} in ${each.region} ${pending === 1 ? 'does' : 'do'} not get its alarms yet: open the message from AWS Notifications and confirm (status --email ADDRESS tells of one by name)`
      return [{ code: 'subscription-pending', message }]
    }),
  )
  return found.flat()
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

/** What is to be done that an endpoint gets the alarms. */
export function howToConfirm({ protocol, shown, region }: PendingEndpoint): string {
  return protocol === 'email'
    ? `open the message from AWS Notifications to ${shown} and confirm (topic in ${region})`
    : `have ${shown} answer the confirmation that SNS has posted to it: visit its SubscribeURL (topic in ${region})`
}

export function pendingWarning(pending: PendingEndpoint): Warning {
  const message = `${pending.shown} does not get the alarms of ${pending.region} yet: ${howToConfirm(pending)}`
  return { code: 'subscription-pending', message }
}

/** Throws what ends the command. */
export function passing(thrown: unknown): AppError {
  const error = toAppError(thrown)
  if (error.kind === 'interrupted' || error.kind === 'credentials') throw error
  return error
}
