import {
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { allOf } from '../../aws/pages.ts'
import {
  isAdded,
  isEmpty,
  type PolicyDocument,
  readPolicy,
  type Statement,
  statementsOf,
  withoutStatements,
} from '../../aws/policy.ts'
import { covers, denialIn, isAllowedIn, isFor, matches, type ServiceRequest } from '../../aws/policy-verdict.ts'
import { type Concern, concernsIn, type Owner } from '../../core/resource.ts'
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
  /**
   * Of a role that is to go: names of others' inline policies, and of ours from before it got another name; ARNs of attached ones;
   * and the instance profiles that it is in.
   */
  others: { policies: string[]; earlier: string[]; attached: string[]; profiles: string[] } | undefined
}

/** What we write is known again by these, whatever else stands beside it. */
const TRUST_SID = 'BedrockMonitorTrust'
export const LOGS_SID = 'BedrockMonitorWriteLogs'

/** What no added statement gets around, what is not widened or removed without being asked to, and what holds the role. */
export function concernsOf(env: Env, have: RoleState, owner: Owner): Concern[] {
  const { otherCase, path, boundary, trust, denials, others } = have
  const { policies = [], attached = [], profiles = [] } = others ?? {}
  const theirs = [...policies.map((policy) => `policy ${policy}`), ...attached]
  const name = `role ${env.settings.roleName}`
  const rename = 'pass --role-name with another name'
  const cased = `${name} exists as ${otherCase}, and in IAM two names cannot differ only in case`
  const isDenied = requestsOf(env).some((request) => denialIn(statementsOf(trust), request))
  const allow = `let the boundary allow logs:CreateLogStream and logs:PutLogEvents, and pass --adopt; or ${rename}`
  const narrow = `the trust policy of ${name} lets Bedrock assume it under narrower conditions than logging in ${env.regions.join(', ')} needs`
  const widen = 'pass --adopt to add a statement to it, or --role-name with another name'
  const laden = `${name} has policies that are not ours: ${theirs.join(', ')}`
  const held = env.removing?.includeOthers ? undefined : 'remove'
  return concernsIn(
    ['role-in-other-case', otherCase !== undefined, cased, `pass --role-name ${otherCase}`, 'apply'],
    ['role-with-path', path !== '/', `${name} has the path ${path}`, rename, 'apply'],
    ['role-denied', isDenied, `the trust policy of ${name} denies Bedrock permission to assume it`, rename, 'apply'],
    ...denials.map((where) => {
      const message = `${name} denies Bedrock permission to write its log (${where})`
      return ['role-denies', true, message, `remove that statement from it, or ${rename}`, 'apply'] as const
    }),
    ['role-with-boundary', boundary, `the permissions boundary ${boundary} limits ${name}`, allow, 'adopt'],
    ['role-trust-narrower', isNarrow(env, trust, owner), narrow, widen, 'adopt'],
    ['role-in-profiles', profiles.length, `${name} is in instance profiles: ${profiles.join(', ')}`, FREE, 'remove'],
    ['role-with-others', theirs.length, laden, KEEP_POLICIES, held],
  )
}

const FREE = 'remove it from them (aws iam remove-role-from-instance-profile); then run cleanup again'
const KEEP_POLICIES = 'remove them from it, or pass --include-others to delete and detach them as well'

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

/** Whether Bedrock is trusted by somebody's statements, and not in all that is needed. */
function isNarrow(env: Env, trust: PolicyDocument, owner: Owner): boolean {
  const isOwn = (each: Statement) => (owner === 'ours' ? each.Sid === TRUST_SID : isAdded(each, trustStatement(env)))
  const isForBedrock = (each: Statement) =>
    each.Effect === 'Allow' && !isOwn(each) && isFor(each, { services: [BEDROCK] })
  return !trusts(env, trust) && statementsOf(trust).some(isForBedrock)
}

export const GONE = ['NoSuchEntityException', 'NoSuchEntity']

export const inlinePolicies = async (iam: AwsContext['aws']['iam'], RoleName: string): Promise<string[]> =>
  (await orUndefined(allOf(iam, ListRolePoliciesCommand, { RoleName }, 'PolicyNames'), ...GONE)) ?? []

export const readInline = (iam: AwsContext['aws']['iam'], RoleName: string, names: readonly string[]) =>
  Promise.all(
    names.map(async (name) => {
      const found = await orUndefined(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: name })), ...GONE)
      return { name, policy: readPolicy(found?.PolicyDocument) }
    }),
  )

/** What others have put on a role that is to go, or put it into: IAM deletes none that has any of it. */
export async function othersOn(iam: AwsContext['aws']['iam'], env: Env): Promise<RoleState['others']> {
  const { roleName: RoleName, rolePolicyName } = env.settings
  const [inline, attached = [], profiles = []] = await Promise.all([
    inlinePolicies(iam, RoleName),
    orUndefined(allOf(iam, ListAttachedRolePoliciesCommand, { RoleName }, 'AttachedPolicies'), ...GONE),
    orUndefined(allOf(iam, ListInstanceProfilesForRoleCommand, { RoleName }, 'InstanceProfiles'), ...GONE),
  ])
  const read = await readInline(
    iam,
    RoleName,
    inline.filter((name) => name !== rolePolicyName),
  )
  const isOurs = ({ policy }: (typeof read)[number]) =>
    !isEmpty(policy) && isEmpty(withoutStatements(policy, [LOGS_SID]))
  const namesOf = (some: typeof read) => some.map(({ name }) => name)
  return {
    policies: namesOf(read.filter((each) => !isOurs(each))),
    earlier: namesOf(read.filter(isOurs)),
    attached: attached.map(({ PolicyArn = '' }) => PolicyArn),
    profiles: profiles.map(({ InstanceProfileName = '' }) => InstanceProfileName),
  }
}
