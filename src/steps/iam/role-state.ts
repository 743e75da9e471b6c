import {
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { itemsOf } from '../../aws/pages.ts'
import { isAdded, type PolicyDocument, type Statement, statementsOf } from '../../aws/policy.ts'
import { covers, denialIn, isAllowedIn, isFor, matches, type ServiceRequest } from '../../aws/policy-verdict.ts'
import type { Concern, Owner } from '../../core/resource.ts'
import type { WarningCode } from '../../core/warnings.ts'
import { type Env, logGroupArn, onBehalfOf, roleArn, sourceOf } from '../env.ts'

const BEDROCK = 'bedrock.amazonaws.com'

export interface RoleState {
  /** Its name, where that is ours but for its case, which IAM does not tell apart. */
  otherCase?: string | undefined
  /** `/`, but for roles that somebody has put elsewhere. */
  path: string
  /** The policy that bounds what the role may do, whatever its own policies say. */
  boundary: string | undefined
  trust: PolicyDocument
  /** Our inline policy; without statements when there is none. */
  policy: PolicyDocument
  /** Where inline policies of a role that is not ours deny what we need, in words. */
  denials: string[]
  /** The Regions whose logging it serves, from its tags: it goes with the last of them. */
  regions: string[]
  /** Of a role that is to go: names of others' inline policies, ARNs of attached ones, and the instance profiles that it is in. */
  others: { policies: string[]; attached: string[]; profiles: string[] } | undefined
}

/** What we write is known again by these, whatever else stands beside it. */
const TRUST_SID = 'BedrockMonitorTrust'
export const LOGS_SID = 'BedrockMonitorWriteLogs'

export function concernsOf(env: Env, have: RoleState, owner: Owner): Concern[] {
  return [...unusable(env, have), ...narrow(env, have, owner), ...held(env, have)]
}

/** What others have given a role to do: it does not go with the role unless that is asked for. */
function held({ settings, removing }: Env, { others }: RoleState): Concern[] {
  const name = `role ${settings.roleName}`
  const { policies = [], attached = [], profiles = [] } = others ?? {}
  const theirs = [...policies.map((policy) => `policy ${policy}`), ...attached]
  const rows: [WarningCode, string[], what: string, hint: string, isHeld: boolean][] = [
    ['role-in-profiles', profiles, 'is in instance profiles', FREE, true],
    ['role-with-others', theirs, 'has policies that are not ours', KEEP_POLICIES, !removing?.includeOthers],
  ]
  return rows.flatMap(([code, those, what, hint, isHeld]) => {
    const message = `${name} ${what}: ${those.join(', ')}`
    return those.length === 0 ? [] : { code, message, hint, ...(isHeld && { stops: 'remove' as const }) }
  })
}

const FREE = 'take it out of them (aws iam remove-role-from-instance-profile); then run cleanup again'
const KEEP_POLICIES = 'take them off it, or pass --include-others to delete and detach them as well'

export const trustStatement = (env: Env): Statement => ({
  Sid: TRUST_SID,
  Effect: 'Allow',
  Principal: { Service: [BEDROCK] },
  Action: ['sts:AssumeRole'],
  Condition: onBehalfOf(env, 'bedrock', '*', '*'),
})

function requestsOf(env: Env): ServiceRequest[] {
  return env.regions.map((region) => ({
    services: [BEDROCK],
    action: 'sts:AssumeRole',
    resource: roleArn(env),
    context: sourceOf(env, 'bedrock', '*', region),
  }))
}

export function trusts(env: Env, trust: PolicyDocument): boolean {
  return requestsOf(env).every((request) => isAllowedIn(statementsOf(trust), request))
}

/** Whether a statement without conditions grants the actions already. */
export function grants(policy: PolicyDocument, own: Statement, resource: string): boolean {
  const allowing = statementsOf(policy).filter(({ Effect, Condition }) => Effect === 'Allow' && !Condition)
  return own.Action.every((action) =>
    allowing.some(
      ({ Action, Resource }) =>
        Action?.some((one) => matches(one.toLowerCase(), action.toLowerCase())) &&
        Resource?.some((one) => matches(one, resource)),
    ),
  )
}

/** The statement that denies Bedrock to write its log in a Region in question. What has conditions is not judged. */
export function denialOf(env: Env, policy: PolicyDocument): Statement | undefined {
  const requests = env.regions.flatMap((region) =>
    ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
      action,
      resource: `${logGroupArn(env, region)}:log-stream:aws/bedrock/modelinvocations`,
    })),
  )
  return statementsOf(policy).find(
    (statement) =>
      statement.Effect === 'Deny' && !statement.Condition && requests.some((request) => covers(statement, request)),
  )
}

/** What no added statement gets around. */
function unusable(env: Env, { otherCase, path, boundary, trust, denials }: RoleState): Concern[] {
  const hint = 'pass --role-name with another name'
  const name = `role ${env.settings.roleName}`
  const concerns: Concern[] = []
  if (otherCase !== undefined) {
    const message = `${name} is there as ${otherCase}, and IAM has no two names that differ in case alone`
    concerns.push({ code: 'role-in-other-case', message, hint: `pass --role-name ${otherCase}`, stops: 'apply' })
  }
  if (path !== '/') {
    concerns.push({ code: 'role-with-path', message: `${name} has the path ${path}`, hint, stops: 'apply' })
  }
  if (requestsOf(env).some((request) => denialIn(statementsOf(trust), request))) {
    const message = `the trust policy of ${name} denies Bedrock to assume it`
    concerns.push({ code: 'role-denied', message, hint, stops: 'apply' })
  }
  for (const where of denials) {
    const message = `${name} denies Bedrock to write its log (${where})`
    concerns.push({ code: 'role-denies', message, hint: `take that statement out of it, or ${hint}`, stops: 'apply' })
  }
  if (boundary !== undefined) {
    const message = `the permissions boundary ${boundary} limits ${name}`
    const allow = `let the boundary allow logs:CreateLogStream and logs:PutLogEvents, and pass --adopt; or ${hint}`
    concerns.push({ code: 'role-with-boundary', message, hint: allow, stops: 'adopt' })
  }
  return concerns
}

/** A trust that somebody has narrowed is not widened without being asked to. */
function narrow(env: Env, { trust }: RoleState, owner: Owner): Concern[] {
  const isOwn = (each: Statement) => (owner === 'ours' ? each.Sid === TRUST_SID : isAdded(each, trustStatement(env)))
  const isForBedrock = (each: Statement) =>
    each.Effect === 'Allow' && !isOwn(each) && isFor(each, { services: [BEDROCK] })
  if (trusts(env, trust) || !statementsOf(trust).some(isForBedrock)) return []
  return [
    {
      code: 'role-trust-narrower',
      message: `the trust policy of role ${env.settings.roleName} lets Bedrock assume it under narrower conditions than logging in ${env.regions.join(', ')} needs`,
      hint: 'pass --adopt to add a statement to it, or --role-name with another name',
      stops: 'adopt',
    },
  ]
}

export const GONE = ['NoSuchEntityException', 'NoSuchEntity']

export const inlinePolicies = (iam: AwsContext['aws']['iam'], RoleName: string): Promise<string[]> =>
  itemsOf(
    'iam:ListRolePolicies',
    (Marker) => orUndefined(iam.send(new ListRolePoliciesCommand({ RoleName, Marker })), ...GONE),
    (page) => page?.Marker,
    (page) => page?.PolicyNames,
  )

/** What others have put on a role that is to go, or put it into: IAM deletes none that has any of it. */
export async function othersOn(iam: AwsContext['aws']['iam'], env: Env): Promise<RoleState['others']> {
  const { roleName: RoleName, rolePolicyName } = env.settings
  const [inline, attached, profiles] = await Promise.all([
    inlinePolicies(iam, RoleName),
    itemsOf(
      'iam:ListAttachedRolePolicies',
      (Marker) => orUndefined(iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker })), ...GONE),
      (page) => page?.Marker,
      (page) => page?.AttachedPolicies,
    ),
    itemsOf(
      'iam:ListInstanceProfilesForRole',
      (Marker) => orUndefined(iam.send(new ListInstanceProfilesForRoleCommand({ RoleName, Marker })), ...GONE),
      (page) => page?.Marker,
      (page) => page?.InstanceProfiles,
    ),
  ])
  return {
    policies: inline.filter((name) => name !== rolePolicyName),
    attached: attached.map(({ PolicyArn = '' }) => PolicyArn),
    profiles: profiles.map(({ InstanceProfileName = '' }) => InstanceProfileName),
  }
}
