import { AT_ZERO_WHY, atZeroInWords } from '../../steps/notify/budget-spend.ts'
import type { TopicFacts } from '../facts.ts'
import { type Check, type Finding, odd, wrong } from '../finding.ts'
import { differs, setupOf } from './resources.ts'

export const subscriptions: Check = {
  title: 'somebody is notified of the alarms',
  applies: ({ regions }) => regions.some(({ topic }) => topic),
  find: ({ regions }) => regions.flatMap(({ region, topic }) => (topic ? subscriptionFindings(region, topic) : [])),
}

const UNHEARD = 'when an alarm goes off, nobody is notified'
const IN_PART = 'others are notified when an alarm goes off, and this one is not'

function subscriptionFindings(region: string, topic: TopicFacts): Finding[] {
  const { confirmed, pending, waiting, unsubscribed } = topic
  if (confirmed > 0) {
    return waiting.map((fix) => {
      const title = `a subscription to the alarms of ${region} waits for its confirmation`
      return odd('alarms-unconfirmed', title, IN_PART, fix)
    })
  }
  if (pending > 0) {
    const again = 'a confirmation is good for two days: after that, setup sends it anew'
    const fix = waiting.length > 0 ? `${waiting.join('; ')}; ${again}` : CONFIRM
    const title = `nobody has confirmed the subscription to the alarms of ${region}`
    return [wrong('alarms-unconfirmed', title, UNHEARD, fix)]
  }
  // Who is asked for and is not subscribed is a difference that the plan shows: setup mends it without a new address.
  const who = unsubscribed.length > 0 ? '' : ' --email you@example.com'
  const fix = topic.ours
    ? `bedrock-monitor setup --region ${region} --only alarms${who}`
    : `subscribe somebody to ${topic.arn}: aws sns subscribe --topic-arn ${topic.arn} --protocol email --notification-endpoint you@example.com`
  const title = `nobody is subscribed to the alarms of ${region}`
  return [wrong('alarms-unsubscribed', title, UNHEARD, fix)]
}

const CONFIRM =
  'open the message from AWS Notifications and confirm, or have the endpoint visit the SubscribeURL that SNS has posted to it; after two days it has to be sent anew'

export const actions: Check = {
  title: 'the actions of the alarms are enabled',
  applies: ({ resources }) => resources.some(({ type, action }) => type === 'alarm' && action !== 'create'),
  find: (facts) =>
    facts.regions
      .flatMap(({ region }) => differs(facts, 'alarm', region, 'actionsEnabled'))
      .map((alarm) => {
        const title = `the actions of alarm ${alarm.name} in ${alarm.region} are disabled`
        const why = 'it changes colour in the console and notifies nobody'
        return wrong('alarm-actions-disabled', title, why, setupOf(alarm))
      }),
}

const DROPPED = 'the message is dropped, which only the history of the alarm shows'

export const topicAccess: Check = {
  title: 'alarms may publish to the topic',
  applies: ({ resources, regions }) =>
    resources.some(({ type, action }) => type === 'sns-topic' && action !== 'create') ||
    regions.some(({ topic }) => topic && !topic.ours),
  find: (facts) => [
    ...facts.regions
      .flatMap(({ region }) => differs(facts, 'sns-topic', region, 'policy'))
      .map((topic) => {
        const title = `the policy of topic ${topic.name} in ${topic.region} does not let the alarms of this account publish, as setup had it`
        return wrong('topic-policy', title, DROPPED, setupOf(topic))
      }),
    ...facts.regions.flatMap(({ topic }) =>
      (topic?.lacks ?? []).map((statement) => {
        const title = `the policy of topic ${topic?.arn} does not let everything publish that has to`
        return wrong('topic-policy', title, DROPPED, `add to its policy: ${statement}`)
      }),
    ),
    ...facts.regions
      .filter(({ topic }) => topic?.keyId?.endsWith('alias/aws/sns'))
      .map(({ region }) => {
        const title = `the topic in ${region} is encrypted with alias/aws/sns, which CloudWatch may not use`
        const fix = 'give the topic a KMS key of your own whose policy lets cloudwatch.amazonaws.com use it, or none'
        return wrong('topic-key', title, 'no alarm can publish to it', fix)
      }),
  ],
}

export const budget: Check = {
  title: 'the budget counts what is spent',
  applies: ({ resources }) => resources.some(({ type, action }) => type === 'budget' && action !== 'create'),
  sawAll: ({ regions }) => regions.every(({ usage }) => usage),
  find: ({ budgetAtZero: found }) => {
    if (found === undefined) return []
    const why = `no notification of it will ever come: ${AT_ZERO_WHY}`
    return [wrong('budget-at-zero', atZeroInWords(found), why, 'bedrock-monitor setup --only alarms')]
  },
}
