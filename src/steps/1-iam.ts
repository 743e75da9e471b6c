import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  type Tag,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import type { AwsContext } from '../aws/context.ts'
import { createOnce } from '../aws/create.ts'
import { orUndefined } from '../aws/errors.ts'
import { ADOPTION_KEYS, OF_A_STACK, ownerOf, tagsFor } from '../aws/ownership.ts'
import { itemsOf } from '../aws/pages.ts'
import {
  type PolicyDocument,
  readPolicy,
  type Statement,
  statementsOf,
  withoutStatements,
  withStatements,
} from '../aws/policy.ts'
import { denialIn, isAllowedIn, isFor, type ServiceRequest } from '../aws/policy-verdict.ts'
import { matches } from '../aws/wildcard.ts'
import { equal } from '../core/diff.ts'
import { type Concern, GLOBAL, type Resource, type Step, wantedState } from '../core/resource.ts'
import { type Env, logGroupArn, onBehalfOf, roleArn } from './env.ts'

const BEDROCK = 'bedrock.amazonaws.com'
const GONE = ['NoSuchEntityException', 'NoSuchEntity']

interface RoleState {
  /** `/`, but for roles that somebody has put elsewhere. */
  path: string
  /** The policy that bounds what the role may do, whatever its own policies say. */
  boundary: string | undefined
  trust: PolicyDocument
  /** Our inline policy; without statements when there is none. */
  policy: PolicyDocument
  /** The Regions whose logging it serves, from its tags: it goes with the last of them. */
  regions: string[]
}

/** What we write is known again by these, whatever else stands beside it. */
const TRUST_SID = 'BedrockMonitorTrust'
const LOGS_SID = 'BedrockMonitorWriteLogs'

const REGION_TAG = 'bedrock-monitor:region:'

/** Step 1: the role that Bedrock assumes to write the invocation log, and nothing else. */
export function iam(env: Env): Step<AwsContext> {
  return { id: '1', name: 'iam', title: 'role for Bedrock to write logs with', resources: [loggingRole(env)] }
}

/** The role is one per account while logging is per Region: it is good for every Region of the account. */
function loggingRole(env: Env): Resource<RoleState, AwsContext> {
  const { roleName, rolePolicyName } = env.settings
  const RoleName = roleName
  const PolicyName = rolePolicyName
  const trustBedrock: Statement = {
    Sid: TRUST_SID,
    Effect: 'Allow',
    Principal: { Service: [BEDROCK] },
    Action: ['sts:AssumeRole'],
    Condition: onBehalfOf(env, 'bedrock', '*', '*'),
  }
  const stream = `${logGroupArn(env, '*')}:log-stream:aws/bedrock/modelinvocations`
  const writeLogs: Statement = {
    Sid: LOGS_SID,
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: [stream],
  }
  const grant = (...actions: string[]) => [{ actions, resources: [roleArn(env)] }]
  const withRegions = (have: RoleState) => sorted([...env.regions, ...have.regions])
  const others = (have: RoleState) => have.regions.filter((region) => !env.regions.includes(region))

  return {
    step: '1',
    type: 'iam-role',
    name: roleName,
    region: GLOBAL,
    holdsData: false,
    needs: [],
    known: ['path', 'boundary'],
    foreign: OF_A_STACK,

    // Others may be trusted, and allow and forbid more: only what carries our Sid is ours to say.
    desired: (have) => ({
      path: have?.path ?? '/',
      boundary: have?.boundary,
      trust: withStatements(have?.trust ?? readPolicy(undefined), [trustBedrock]),
      policy: withStatements(have?.policy ?? readPolicy(undefined), [writeLogs]),
      regions: have ? withRegions(have) : sorted(env.regions),
    }),

    adopted: (have) => ({
      ...have,
      trust: trusts(env, have.trust) ? have.trust : withStatements(have.trust, [trustBedrock]),
      policy: grants(have.policy, writeLogs, stream) ? have.policy : withStatements(have.policy, [writeLogs]),
      regions: withRegions(have),
    }),

    released: (have) => {
      const regions = others(have)
      if (regions.length > 0) return { ...have, regions }
      const trust = withoutStatements(have.trust, [TRUST_SID])
      return { ...have, regions, trust, policy: withoutStatements(have.policy, [LOGS_SID]) }
    },

    remainder: (have) => {
      const regions = others(have)
      return regions.length > 0 ? { ...have, regions } : undefined
    },

    concerns: (have) => [...unusable(env, have), ...narrow(env, have)],

    permissions: () => ({
      read: grant('iam:GetRole', 'iam:GetRolePolicy'),
      write: grant('iam:CreateRole', 'iam:TagRole', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'),
      remove: grant(
        'iam:UpdateAssumeRolePolicy',
        'iam:PutRolePolicy',
        'iam:ListRolePolicies',
        'iam:DeleteRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:DetachRolePolicy',
        'iam:DeleteRole',
        'iam:UntagRole',
      ),
    }),

    async read({ aws }) {
      const found = await orUndefined(aws.iam.send(new GetRoleCommand({ RoleName })), ...GONE)
      if (!found?.Role) return undefined
      const { Path = '/', PermissionsBoundary, AssumeRolePolicyDocument, Tags } = found.Role
      const inline = await orUndefined(aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })), ...GONE)
      return {
        state: {
          path: Path,
          boundary: PermissionsBoundary?.PermissionsBoundaryArn,
          trust: readPolicy(AssumeRolePolicyDocument),
          policy: readPolicy(inline?.PolicyDocument),
          regions: regionsOf(Tags),
        },
        owner: async () => ownerOf(Tags),
      }
    },

    async write(cx, have) {
      const { aws } = cx
      const want = wantedState(this, have)
      const AssumeRolePolicyDocument = JSON.stringify(want.trust)
      if (!have) {
        const create = new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument,
          Description: 'Lets Amazon Bedrock write its invocation log. Made by bedrock-monitor.',
          Tags: [...tagsFor(undefined), ...regionTags(want.regions)],
        })
        const standing = ['EntityAlreadyExistsException', 'EntityAlreadyExists']
        await createOnce(aws.iam.send(create), () => this.read(cx), ...standing)
      } else if (!equal(have.state.trust, want.trust)) {
        await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument }))
      }
      if (!equal(have?.state.policy, want.policy)) {
        await aws.iam.send(
          new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(want.policy) }),
        )
      }
      const tags = [
        ...(have?.owner === 'unmarked' ? tagsFor(have.owner) : []),
        ...(have ? regionTags(want.regions.filter((region) => !have.state.regions.includes(region))) : []),
      ]
      if (tags.length > 0) await aws.iam.send(new TagRoleCommand({ RoleName, Tags: tags }))
    },

    async release({ aws }, { state: have }) {
      const left = this.released?.(have) ?? have
      if (!equal(have.trust, left.trust)) {
        const PolicyDocument = JSON.stringify(left.trust)
        await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
      }
      if (!equal(have.policy, left.policy)) {
        const PolicyDocument = JSON.stringify(left.policy)
        if (left.policy.Statement.length > 0) {
          await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
        } else await orUndefined(aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })), ...GONE)
      }
      const TagKeys = [...env.regions.map(regionKey), ...(left.regions.length > 0 ? [] : ADOPTION_KEYS)]
      await aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys }))
    },

    async remove({ aws }, have) {
      if (this.remainder?.(have.state)) {
        const TagKeys = env.regions.map(regionKey)
        await aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys }))
        return
      }
      await removePolicies(aws.iam, RoleName)
      await orUndefined(aws.iam.send(new DeleteRoleCommand({ RoleName })), ...GONE)
    },
  }
}

/** Bedrock's assuming of the role, for each Region in question. */
function requestsOf(env: Env): ServiceRequest[] {
  return env.regions.map((region) => {
    const { StringEquals, ArnLike } = onBehalfOf(env, 'bedrock', '*', region)
    return {
      services: [BEDROCK],
      action: 'sts:AssumeRole',
      resource: roleArn(env),
      context: {
        'aws:sourceaccount': StringEquals['aws:SourceAccount'][0],
        'aws:sourcearn': ArnLike['aws:SourceArn'][0],
      },
    }
  })
}

/** Whether Bedrock may assume a role for every Region in question. */
function trusts(env: Env, trust: PolicyDocument): boolean {
  return requestsOf(env).every((request) => isAllowedIn(statementsOf(trust), request))
}

/** Whether a statement without conditions grants the actions already. */
function grants(policy: PolicyDocument, own: Statement, resource: string): boolean {
  const allowing = statementsOf(policy).filter(({ Effect, Condition }) => Effect === 'Allow' && !Condition)
  return own.Action.every((action) =>
    allowing.some(
      ({ Action, Resource }) =>
        Action?.some((one) => matches(one.toLowerCase(), action.toLowerCase())) &&
        Resource?.some((one) => matches(one, resource)),
    ),
  )
}

/** What no added statement gets around. */
function unusable(env: Env, { path, boundary, trust }: RoleState): Concern[] {
  const hint = 'pass --role-name with another name'
  const name = `role ${env.settings.roleName}`
  const denied = requestsOf(env).some((request) => denialIn(statementsOf(trust), request))
  return [
    ...(path === '/'
      ? []
      : [{ code: 'role-with-path', message: `${name} has the path ${path}`, hint, stops: 'apply' as const }]),
    ...(denied
      ? [
          {
            code: 'role-denied',
            message: `the trust policy of ${name} denies Bedrock to assume it`,
            hint,
            stops: 'apply' as const,
          },
        ]
      : []),
    ...(boundary === undefined
      ? []
      : [
          {
            code: 'role-with-boundary',
            message: `the permissions boundary ${boundary} limits ${name}`,
            hint: 'let the boundary allow logs:CreateLogStream and logs:PutLogEvents, and pass --adopt; or pass --role-name with another name',
            stops: 'adopt' as const,
          },
        ]),
  ]
}

/** A trust that somebody has narrowed is not widened without being asked to. */
function narrow(env: Env, { trust }: RoleState): Concern[] {
  const isForBedrock = ({ Effect, Sid, ...rest }: Statement) =>
    Effect === 'Allow' && Sid !== TRUST_SID && isFor({ Effect, ...rest }, { services: [BEDROCK] })
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

/** IAM deletes no role with policies. One after the other: it refuses changes of one role at a time. */
async function removePolicies(iam: AwsContext['aws']['iam'], RoleName: string): Promise<void> {
  const inline = await itemsOf(
    'iam:ListRolePolicies',
    (Marker) => orUndefined(iam.send(new ListRolePoliciesCommand({ RoleName, Marker })), ...GONE),
    (page) => page?.Marker,
    (page) => page?.PolicyNames,
  )
  for (const PolicyName of inline) {
    await orUndefined(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })), ...GONE)
  }
  const attached = await itemsOf(
    'iam:ListAttachedRolePolicies',
    (Marker) => orUndefined(iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker })), ...GONE),
    (page) => page?.Marker,
    (page) => page?.AttachedPolicies,
  )
  for (const { PolicyArn } of attached) {
    await orUndefined(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })), ...GONE)
  }
}

const sorted = (regions: readonly string[]): string[] => [...new Set(regions)].sort()

const regionKey = (region: string): string => `${REGION_TAG}${region}`

const regionTags = (regions: readonly string[]): { Key: string; Value: string }[] =>
  regions.map((region) => ({ Key: regionKey(region), Value: 'true' }))

function regionsOf(tags: readonly Tag[] = []): string[] {
  return sorted(tags.flatMap(({ Key = '' }) => (Key.startsWith(REGION_TAG) ? [Key.slice(REGION_TAG.length)] : [])))
}
