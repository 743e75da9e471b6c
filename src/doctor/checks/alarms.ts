import { AT_ZERO_WHY, atZeroInWords } from '../../steps/notify/budget-spend.ts'
import type { TopicFacts } from '../facts.ts'
import type { Check, Finding } from '../finding.ts'
import { differs, setupOf } from './resources.ts'

export const subscriptions: Check = {
  title: 'alarms reach somebody',
  applies: ({ regions }) => regions.some(({ topic }) => topic),
  find: ({ regions }) => regions.flatMap(({ region, topic }) => (topic ? subscriptionFindings(region, topic) : [])),
}

const UNHEARD = 'an alarm that rings is heard by nobody'
const IN_PART = 'others hear an alarm that rings, and this one does not'

function subscriptionFindings(region: string, topic: TopicFacts): Finding[] {
  const { confirmed, pending, waiting, unsubscribed } = topic
  if (confirmed > 0) {
    return waiting.map((fix) => {
      const title = `a subscription to the alarms of ${region} waits for its confirmation`
      return { code: 'alarms-unconfirmed', severity: 'warning', title, why: IN_PART, fix }
    })
  }
  if (pending > 0) {
    const again = 'a confirmation is good for two days: after that, setup sends it anew'
    const fix = waiting.length > 0 ? `${waiting.join('; ')}; ${again}` : CONFIRM
    const title = `nobody has confirmed the subscription to the alarms of ${region}`
    return [{ code: 'alarms-unconfirmed', severity: 'error', title, why: UNHEARD, fix }]
  }
  // Who is asked for and is not subscribed is a difference that the plan shows: setup mends it without a new address.
  const who = unsubscribed.length > 0 ? '' : ' --email you@example.com'
  const fix = topic.ours
    ? `bedrock-monitor setup --region ${region} --only alarms${who}`
    : `subscribe somebody to ${topic.arn}: aws sns subscribe --topic-arn ${topic.arn} --protocol email --notification-endpoint you@example.com`
  const title = `nobody is subscribed to the alarms of ${region}`
  return [{ code: 'alarms-unsubscribed', severity: 'error', title, why: UNHEARD, fix }]
}

const CONFIRM =
  'open the message from AWS Notifications and confirm, or have the endpoint visit the SubscribeURL that SNS has posted to it; after two days it has to be sent anew'

export const actions: Check = {
  title: 'the actions of the alarms are enabled',
  applies: ({ resources }) => resources.some(({ type, action }) => type === 'alarm' && action !== 'create'),
  find: (facts) =>
    facts.regions
      .flatMap(({ region }) => differs(facts, 'alarm', region, 'actionsEnabled'))
      .map((alarm) => ({
        code: 'alarm-actions-disabled',
        severity: 'error',
        title: `the actions of alarm ${alarm.name} in ${alarm.region} are disabled`,
        why: 'it changes its colour in the console and tells nobody',
        fix: setupOf(alarm),
      })),
}

const DROPPED = 'the message is dropped without a word to anybody but the history of the alarm'

export const topicAccess: Check = {
  title: 'alarms may publish to the topic',
  applies: ({ resources, regions }) =>
    resources.some(({ type, action }) => type === 'sns-topic' && action !== 'create') ||
    regions.some(({ topic }) => topic && !topic.ours),
  find: (facts) => [
    ...facts.regions
      .flatMap(({ region }) => differs(facts, 'sns-topic', region, 'policy'))
      .map(
        (topic): Finding => ({
          code: 'topic-policy',
          severity: 'error',
          title: `the policy of topic ${topic.name} in ${topic.region} does not let the alarms of this account publish, as setup had it`,
          why: DROPPED,
          fix: setupOf(topic),
        }),
      ),
    ...facts.regions.flatMap(({ topic }) =>
      (topic?.lacks ?? []).map(
        (statement): Finding => ({
          code: 'topic-policy',
          severity: 'error',
          title: `the policy of topic ${topic?.arn} does not let everything publish that has to`,
          why: DROPPED,
          fix: `add to its policy: ${statement}`,
        }),
      ),
    ),
    ...facts.regions
      .filter(({ topic }) => topic?.keyId?.endsWith('alias/aws/sns'))
      .map(
        ({ region }): Finding => ({
          code: 'topic-key',
          severity: 'error',
          title: `the topic in ${region} is encrypted with alias/aws/sns, which CloudWatch may not use`,
          why: 'no alarm can publish to it',
          fix: 'give the topic a KMS key of your own whose policy lets cloudwatch.amazonaws.com use it, or none',
        }),
      ),
  ],
}

export const budget: Check = {
  title: 'the budget counts what is spent',
  applies: ({ resources }) => resources.some(({ type, action }) => type === 'budget' && action !== 'create'),
  sawAll: ({ regions }) => regions.every(({ usage }) => usage),
  find: ({ budgetAtZero: found }) =>
    found === undefined
      ? []
      : [
          {
            code: 'budget-at-zero',
            severity: 'error',
            title: atZeroInWords(found),
            why: `no notification of it will ever come: ${AT_ZERO_WHY}`,
            fix: 'bedrock-monitor setup --only alarms',
          },
        ],
}
