import type { Statement } from '../../aws/policy.ts'
import { denialIn, isSurelyAllowedIn, type ServiceRequest, verdictOn } from '../../aws/policy-verdict.ts'
import { type Env, onBehalfOf, sourceOf, topicArn } from '../env.ts'

/** Who has to be let publish. The budget's notifications go to the topic of the first Region. */
export const PUBLISHERS = [
  { sid: 'BedrockMonitorAlarms', service: 'cloudwatch', source: 'alarm:*', wanted: (_: Env) => true },
  {
    sid: 'BedrockMonitorBudgets',
    service: 'budgets',
    source: '*',
    wanted: ({ settings, region, regions }: Env) => settings.budgetUsd > 0 && region === regions[0],
  },
] as const

type Publisher = (typeof PUBLISHERS)[number]

/** Budgets are of no Region. */
const regionOf = ({ service }: Publisher, env: Env) => (service === 'budgets' ? '' : env.region)

/** Lets a service publish on behalf of this account alone (user guides of CloudWatch and of AWS Budgets). */
export function mayPublish(publisher: Publisher, env: Env, topic: string): Statement {
  const { sid, service, source } = publisher
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: [`${service}.amazonaws.com`] },
    Action: ['sns:Publish'],
    Resource: [topic],
    Condition: onBehalfOf(env, service, source, regionOf(publisher, env)),
  }
}

/** Whether a policy lets a service publish for this account, and does not deny it. What cannot be judged is taken for allowed. */
export const isAllowed = (publisher: Publisher, env: Env, policy: readonly Statement[]): boolean =>
  verdictOn(policy, publicationOf(publisher, env)) === 'allowed'

export const isSurelyAllowed = (publisher: Publisher, env: Env, policy: readonly Statement[]): boolean =>
  isSurelyAllowedIn(policy, publicationOf(publisher, env))

/** The statements that a topic's policy has to have and has not, of all publishers in question. */
export function lackingIn(
  policy: readonly Statement[],
  env: Env,
  topic: string,
): { service: string; statement: string }[] {
  const lacking = PUBLISHERS.filter((each) => each.wanted(env) && !isAllowed(each, env, policy))
  return lacking.map((each) => ({ service: each.service, statement: JSON.stringify(mayPublish(each, env, topic)) }))
}

export const denialOf = (publisher: Publisher, env: Env, policy: readonly Statement[]): Statement | undefined =>
  denialIn(policy, publicationOf(publisher, env))

function publicationOf(publisher: Publisher, env: Env): ServiceRequest {
  const { service, source } = publisher
  return {
    services: [`${service}.amazonaws.com`],
    action: 'sns:Publish',
    resource: topicArn(env),
    context: {
      ...sourceOf(env, service, source.replace('*', 'any'), regionOf(publisher, env)),
      // CloudWatch alone tells the owner, which the policy that topics are born with asks for.
      'aws:sourceowner': service === 'cloudwatch' ? env.accountId : undefined,
    },
  }
}
