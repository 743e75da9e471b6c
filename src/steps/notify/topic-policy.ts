import type { Statement } from '../../aws/policy.ts'
import { matches } from '../../aws/wildcard.ts'
import { type Env, onBehalfOf } from '../env.ts'

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
  { sid: 'AllowCloudWatchAlarms', service: 'cloudwatch', source: 'alarm:*', wanted: () => true },
  {
    sid: 'AllowBudgets',
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

/**
 * Whether a policy lets a service publish for this account. In doubt it does: conditions other than those on account and
 * source are not judged, and no `Deny` is.
 */
export function isAllowed(publisher: Publisher, env: Env, policy: readonly Statement[]): boolean {
  return policy.some(
    (statement) =>
      statement.Effect === 'Allow' &&
      isFor(statement, `${publisher.service}.amazonaws.com`) &&
      statement.Action?.some((action) => matches(action.toLowerCase(), 'sns:publish')) &&
      isMet(statement, contextOf(publisher, env)),
  )
}

function isFor({ Principal }: Statement, service: string): boolean {
  return (
    Principal === '*' ||
    [...(Principal?.Service ?? []), ...(Principal?.AWS ?? [])].some((name) => name === '*' || name === service)
  )
}

/** The condition keys of a message. CloudWatch alone also tells the owner, which the policy that topics are born with asks for. */
function contextOf({ service, source }: Publisher, env: Env): Readonly<Record<string, string | undefined>> {
  const { Condition } = {
    Condition: onBehalfOf(env, service, source.replace('*', 'any'), service === 'budgets' ? '' : env.region),
  }
  return {
    'aws:sourceaccount': env.accountId,
    'aws:sourcearn': Condition.ArnLike['aws:SourceArn'][0],
    'aws:sourceowner': service === 'cloudwatch' ? env.accountId : undefined,
  }
}

function isMet({ Condition = {} }: Statement, context: Readonly<Record<string, string | undefined>>): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const name = key.toLowerCase()
      if (!Object.hasOwn(context, name) || !/^(String|Arn)(Equals|Like)$/.test(operator)) return true
      const given = context[name]
      return given !== undefined && values.some((value) => matches(value, given))
    }),
  )
}
