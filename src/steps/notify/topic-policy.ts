import type { Statement } from '../../aws/policy.ts'
import { denialIn, type ServiceRequest, verdictOn } from '../../aws/policy-verdict.ts'
import type { Concern } from '../../core/resource.ts'
import { type Env, onBehalfOf, sourceOf, topicArn } from '../env.ts'

/** A service of AWS that sends its notifications to a topic. */
export interface Publisher {
  sid: string
  service: 'cloudwatch' | 'budgets'
  /** What of the service notifies, in ARNs: `alarm:*`. */
  source: string
  wanted(env: Env): boolean
}

/** Who has to be let publish. The budget's notifications go to the topic of the first Region. */
export const PUBLISHERS: readonly Publisher[] = [
  { sid: 'BedrockMonitorAlarms', service: 'cloudwatch', source: 'alarm:*', wanted: () => true },
  {
    sid: 'BedrockMonitorBudgets',
    service: 'budgets',
    source: '*',
    wanted: ({ settings, region, regions }) => settings.budgetUsd > 0 && region === regions[0],
  },
]

/**
 * The statement that lets a service publish to a topic, on behalf of this account alone (the user guides of CloudWatch and
 * of AWS Budgets give it in this form).
 */
export function mayPublish({ sid, service, source }: Publisher, env: Env, topic: string): Statement {
  // Budgets are of no Region.
  const region = service === 'budgets' ? '' : env.region
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: [`${service}.amazonaws.com`] },
    Action: ['sns:Publish'],
    Resource: [topic],
    Condition: onBehalfOf(env, service, source, region),
  }
}

/** Whether a policy lets a service publish for this account, and does not deny it. What cannot be judged is taken for allowed. */
export function isAllowed(publisher: Publisher, env: Env, policy: readonly Statement[]): boolean {
  return verdictOn(policy, publicationOf(publisher, env)) === 'allowed'
}

/** The statement that denies a service to publish, if one does. */
export function denialOf(publisher: Publisher, env: Env, policy: readonly Statement[]): Statement | undefined {
  return denialIn(policy, publicationOf(publisher, env))
}

function publicationOf(publisher: Publisher, env: Env): ServiceRequest {
  return {
    services: [`${publisher.service}.amazonaws.com`],
    action: 'sns:Publish',
    resource: topicArn(env),
    context: contextOf(publisher, env),
  }
}

/** The condition keys of a message. CloudWatch alone also tells the owner, which the policy that topics are born with asks for. */
function contextOf({ service, source }: Publisher, env: Env): Readonly<Record<string, string | undefined>> {
  return {
    ...sourceOf(env, service, source.replace('*', 'any'), service === 'budgets' ? '' : env.region),
    'aws:sourceowner': service === 'cloudwatch' ? env.accountId : undefined,
  }
}

/** No alarm can use AWS's own key: its policy cannot be changed (docs: SNS, encrypted topics and AWS services). */
export const isManaged = (key = '') => key.endsWith('alias/aws/sns')

/** What is told of a topic with that key. */
export function lockedOut(name: string): Concern {
  const message = `topic ${name} is encrypted with alias/aws/sns, which alarms cannot use`
  const hint = 'encrypt it with a key of your own, or not at all; or pass --topic-name with another name'
  return { code: 'topic-managed-key', message, hint, stops: 'apply' }
}
