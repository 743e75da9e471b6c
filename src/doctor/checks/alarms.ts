import type { Check, Finding } from '../finding.ts'
import { differs, setupOf } from './resources.ts'

export const subscriptions: Check = {
  title: 'alarms reach somebody',
  applies: ({ regions }) => regions.some(({ topic }) => topic),
  find: ({ regions }) =>
    regions.flatMap(({ region, topic }): Finding[] => {
      if (!topic || topic.confirmed > 0) return []
      if (topic.pending > 0) {
        const fix = 'open the message from AWS Notifications and confirm; after 3 days it has to be sent anew'
        const title = `nobody has confirmed the subscription to the alarms of ${region}`
        return [{ code: 'alarms-unconfirmed', severity: 'error', title, why: UNHEARD, fix }]
      }
      const fix = `bedrock-monitor setup --region ${region} --only alarms --email you@example.com`
      const title = `nobody is subscribed to the alarms of ${region}`
      return [{ code: 'alarms-unsubscribed', severity: 'error', title, why: UNHEARD, fix }]
    }),
}

const UNHEARD = 'an alarm that rings is heard by nobody'

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

export const topicAccess: Check = {
  title: 'alarms may publish to the topic',
  applies: ({ resources }) => resources.some(({ type, action }) => type === 'sns-topic' && action !== 'create'),
  find: (facts) => [
    ...facts.regions
      .flatMap(({ region }) => differs(facts, 'sns-topic', region, 'policy'))
      .map(
        (topic): Finding => ({
          code: 'topic-policy',
          severity: 'error',
          title: `the policy of topic ${topic.name} in ${topic.region} does not let the alarms of this account publish, as setup had it`,
          why: 'CloudWatch drops the message without a word to anybody but the history of the alarm',
          fix: setupOf(topic),
        }),
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
