import { AT_ZERO_WHY, atZeroInWords } from '../../steps/notify/budget-spend.ts'
import { type Check, type Finding, odd, wrong } from '../finding.ts'
import type { TopicFacts } from '../gather/region.ts'
import { differs, setupOf } from './resources.ts'

export const subscriptions: Check = {
  title: 'alarms notify somebody',
  applies: ({ regions }) => regions.some(({ topic }) => topic),
  find: ({ regions }) => regions.flatMap(({ region, topic }) => (topic ? subscriptionFindings(region, topic) : [])),
}

const UNHEARD = 'nobody is notified when an alarm goes off'
const IN_PART = 'this subscriber is not notified when an alarm goes off'

function subscriptionFindings(region: string, topic: TopicFacts): Finding[] {
  const { confirmed, pending, waiting, unsubscribed } = topic
  if (confirmed > 0) {
    const title = `a subscription to the alarms of ${region} is not confirmed`
    return waiting.map((fix) => odd('alarms-unconfirmed', title, IN_PART, fix))
  }
  if (pending > 0) {
    const again = 'a confirmation link is valid for two days; after that, run setup to send a new one'
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
  'confirm in the email from AWS Notifications, or have the endpoint open the SubscribeURL that SNS posted to it; the link is valid for two days'

export const actions: Check = {
  title: 'the actions of the alarms are enabled',
  applies: ({ resources }) => resources.some(({ type, action }) => type === 'alarm' && action !== 'create'),
  find: (facts) =>
    facts.regions
      .flatMap(({ region }) => differs(facts, 'alarm', region, 'actionsEnabled'))
      .map((alarm) => {
        const title = `the actions of alarm ${alarm.name} in ${alarm.region} are disabled`
        const why = 'it changes state in the console but notifies nobody'
        return wrong('alarm-actions-disabled', title, why, setupOf(alarm))
      }),
}

const DROPPED = 'the notification is lost; only the history of the alarm shows it'

export const topicAccess: Check = {
  title: 'alarms may publish to the topic',
  applies: ({ resources, regions }) =>
    resources.some(({ type, action }) => type === 'sns-topic' && action !== 'create') ||
    regions.some(({ topic }) => topic && !topic.ours),
  find: (facts) => [
    ...facts.regions
      .flatMap(({ region }) => differs(facts, 'sns-topic', region, 'policy'))
      .map((topic) => {
        const title = `the policy of topic ${topic.name} in ${topic.region} no longer lets the alarms of this account publish`
        return wrong('topic-policy', title, DROPPED, setupOf(topic))
      }),
    ...facts.regions.flatMap(({ topic }) =>
      (topic?.lacks ?? []).map((statement) => {
        const title = `the policy of topic ${topic?.arn} does not let all alarms and budgets publish`
        return wrong('topic-policy', title, DROPPED, `add to its policy: ${statement}`)
      }),
    ),
    ...facts.regions
      .filter(({ topic }) => topic?.keyId?.endsWith('alias/aws/sns'))
      .map(({ region }) => {
        const title = `the topic in ${region} is encrypted with alias/aws/sns, which CloudWatch may not use`
        const fix = 'encrypt the topic with a KMS key whose policy allows cloudwatch.amazonaws.com, or not at all'
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
    const why = `it will never notify anybody: ${AT_ZERO_WHY}`
    return [wrong('budget-at-zero', atZeroInWords(found), why, 'bedrock-monitor setup --only alarms')]
  },
}
