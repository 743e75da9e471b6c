import { GetTopicAttributesCommand } from '@aws-sdk/client-sns'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { roomIn } from '../../aws/ownership.ts'
import { partitionOf } from '../../aws/partitions.ts'
import { parsePolicy } from '../../aws/policy.ts'
import { type AppError, isAppError, usageError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { Grant } from '../../core/resource.ts'
import { count } from '../../text/numbers.ts'
import { byRegion, type Env, ownTopicArn, topicArn } from '../env.ts'
import { type Endpoint, endpointsOf, listSubscriptions, NO_TOPIC, subscriptionOf } from './subscriptions.ts'
import { lackingIn } from './topic-policy.ts'

/** A topic has a tag for each subscription of ours, beside those that it is ours by, and no more tags than a resource may have. */
const MOST_ENDPOINTS = roomIn([])

/** Throws a usage error for settings that cannot be had together, or not in these Regions. Pure. */
export function checkNotifications({ accountId, region, regions, settings }: Env): void {
  const { snsTopic, topicName, email, httpsEndpoint, budgetUsd } = settings
  const [, , , topicRegion, topicAccount] = snsTopic.split(':')
  const isNamed = snsTopic !== ''
  const elsewhere = regions.find((each) => each !== topicRegion)
  const { length } = endpointsOf(settings)
  // Nobody can subscribe to one by e-mail or HTTPS (docs: SNS, FIFO topics), and AWS Budgets publishes to none.
  const fifo = [`--topic-name ${topicName}`, `--sns-topic ${snsTopic}`].find((topic) => topic.endsWith('.fifo'))
  const faults: [isFault: boolean, message: string, hint: string][] = [
    [fifo !== undefined, `${fifo}: it is a FIFO topic, which cannot notify people`, 'pass a standard topic'],
    [
      isNamed && elsewhere !== undefined,
      `--sns-topic is a topic in ${topicRegion}: alarms notify only topics in their own Region, and this also covers ${elsewhere}`,
      `run it with --region ${topicRegion} for that topic, and for other Regions with topics of their own`,
    ],
    [
      isNamed && (email !== '' || httpsEndpoint !== ''),
      '--sns-topic does not go with --email or --https-endpoint: a topic that is not ours is never changed',
      'subscribe them to that topic yourself, or leave out --sns-topic',
    ],
    [
      length > MOST_ENDPOINTS,
      `--email and --https-endpoint name ${length} addresses: setup subscribes at most ${MOST_ENDPOINTS} to a topic`,
      'pass the address of a mailing list',
    ],
    [
      budgetUsd > 0 && !partitionOf(region).hasBudgets,
      `--budget-usd: AWS Budgets is not offered in ${region}`,
      'leave out --budget-usd there',
    ],
    [
      budgetUsd > 0 && isNamed && topicAccount !== accountId,
      `--sns-topic is a topic of account ${topicAccount}: a budget notifies only topics of its own account`,
      'leave out --budget-usd, or pass a topic of this account',
    ],
  ]
  const [fault] = faults.filter(([isFault]) => isFault)
  if (fault) throw usageError(fault[1], fault[2])
}

export function notifiedTopicGrants({ settings: { snsTopic } }: Env): Grant[] {
  return snsTopic === '' ? [] : [{ actions: ['sns:GetTopicAttributes'], resources: [snsTopic] }]
}

/** A topic of somebody's own is looked at only: what its policy does not let publish is a warning with the statement to add. */
export async function topicWarnings(cx: AwsContext, env: Env): Promise<Warning[]> {
  const { snsTopic: TopicArn } = env.settings
  if (TopicArn === '') return []
  const add = (lacking: ReturnType<typeof lackingIn>) => lacking.map(({ statement }) => statement).join(', ')
  try {
    const { Attributes } = await cx.in(env.region).aws.sns.send(new GetTopicAttributesCommand({ TopicArn }))
    const kept = lackingIn(parsePolicy(Attributes?.Policy), env, TopicArn)
    if (kept.length === 0) return []
    const services = kept.map(({ service }) => `${service}.amazonaws.com`).join(' and ')
    const message = `the policy of topic ${TopicArn} does not let ${services} publish; add to it: ${add(kept)}`
    return [{ code: 'topic-policy', message }]
  } catch (thrown) {
    const error = passing(thrown)
    const message = `topic ${TopicArn} could not be read (${error.message}); its policy has to have: ${add(lackingIn([], env, TopicArn))}`
    return [{ code: 'topic-not-checked', message }]
  }
}

async function audienceIn({ aws }: AwsContext, env: Env) {
  try {
    const command = new GetTopicAttributesCommand({ TopicArn: topicArn(env) })
    const found = await orUndefined(aws.sns.send(command), ...NO_TOPIC)
    if (!found) return 'no topic' as const
    const { SubscriptionsConfirmed: confirmed, SubscriptionsPending: pending = 0 } = found.Attributes ?? {}
    return confirmed === undefined ? undefined : { confirmed: Number(confirmed), pending: Number(pending) }
  } catch (thrown) {
    passing(thrown)
    return undefined
  }
}

/** Whether alarms would go off somewhere with nobody subscribed, not even somebody who has yet to confirm. */
export async function isUnheard(cx: AwsContext, env: Env): Promise<boolean> {
  const { email, httpsEndpoint, snsTopic } = env.settings
  if (email + httpsEndpoint + snsTopic !== '') return false
  const found = await Promise.all(byRegion(env).map((each) => audienceIn(cx.in(each.region), each)))
  return found.some((one) => one === 'no topic' || (one && one.confirmed + one.pending === 0))
}

/** Whom the alarms do not reach: Regions in which nobody hears them, and those who have yet to confirm. */
export async function unheardWarnings(cx: AwsContext, env: Env): Promise<Warning[]> {
  const { snsTopic, topicName } = env.settings
  const topic = snsTopic || topicName
  const silent: string[] = []
  const found = byRegion(env).map(async (each): Promise<string[]> => {
    const { region } = each
    const audience = await audienceIn(cx.in(region), each)
    if (!audience || audience === 'no topic') return []
    const { confirmed, pending } = audience
    if (confirmed + pending === 0) silent.push(region)
    if (pending === 0) return []
    const named = await pendingIn(cx.in(region), each)
    const who = `${count(pending, 'subscriber')} of ${topic} ${pending === 1 ? 'has' : 'have'} not confirmed`
    const how = named.map((one) => howToConfirm(one, region)).join('; ') || CONFIRM
    if (confirmed === 0) return [`nobody is notified yet when an alarm in ${region} goes off: ${who}; ${how}`]
    if (named.length === 0) return [`${who} and is not notified of the alarms in ${region}: ${how}`]
    return named.map(
      (one) => `${one.shown} is not notified of the alarms in ${region} yet: ${howToConfirm(one, region)}`,
    )
  })
  const pending = (await Promise.all(found)).flat()
  const warnings = pending.map((message): Warning => ({ code: 'subscription-pending', message }))
  if (silent.length === 0) return warnings
  const fix =
    snsTopic === ''
      ? `bedrock-monitor setup --region ${silent.join(',')} --only alarms --email you@example.com`
      : `aws sns subscribe --topic-arn ${snsTopic} --protocol email --notification-endpoint you@example.com`
  const message = `nobody is notified when an alarm in ${silent.join(', ')} goes off: topic ${topic} has no subscribers (${fix})`
  return [{ code: 'nobody-notified', message }, ...warnings]
}

const CONFIRM = 'open the message from AWS Notifications and confirm'

async function pendingIn(cx: AwsContext, env: Env): Promise<Endpoint[]> {
  const endpoints = endpointsOf(env.settings)
  if (endpoints.length === 0 || env.settings.snsTopic !== '') return []
  const known = await listSubscriptions(cx, ownTopicArn(env)).catch((thrown) => {
    passing(thrown)
    return []
  })
  return endpoints.filter((endpoint) => subscriptionOf(endpoint, known)?.confirmed === false)
}

export function howToConfirm({ protocol, shown }: Endpoint, region: string): string {
  return protocol === 'email'
    ? `open the message from AWS Notifications to ${shown} and confirm (topic in ${region})`
    : `have ${shown} answer the confirmation that SNS has posted to it: visit its SubscribeURL (topic in ${region})`
}

/** Throws what ends the command, and what is a fault of the program. */
export function passing(thrown: unknown): AppError {
  if (!isAppError(thrown) || thrown.kind === 'interrupted' || thrown.kind === 'credentials') throw thrown
  return thrown
}
