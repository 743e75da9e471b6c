import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  type Tag,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import type { AwsContext } from '../aws/context.ts'
import { orUndefined } from '../aws/errors.ts'
import { adoptionKeys, createOnce, OF_A_STACK, ourKeys, tagsFor, whose } from '../aws/ownership.ts'
import { isEmpty, readPolicy, type Statement, withAdded, withoutAdded, withStatements } from '../aws/policy.ts'
import { equal } from '../core/diff.ts'
import { GLOBAL, type Resource, type Step, wantedState } from '../core/resource.ts'
import { type Env, logGroupArn, roleArn } from './env.ts'
import {
  concernsOf,
  denialOf,
  GONE,
  grants,
  inlinePolicies,
  LOGS_SID,
  othersOn,
  type RoleState,
  readInline,
  trustStatement,
  trusts,
} from './iam/role-state.ts'

const DESCRIPTION = 'Lets Amazon Bedrock write its invocation log. Made by bedrock-monitor.'
const REGION_TAG = 'bedrock-monitor:region:'

/** Step 1: the role that Bedrock assumes to write the invocation log, and nothing else. */
export function iam(env: Env): Step<AwsContext> {
  return { id: '1', name: 'iam', title: 'role for Bedrock to write logs with', resources: [loggingRole(env)] }
}

/** The Regions besides a command's own that are set up in the account, by the marks of its role. */
export async function otherRegionsSetUp({ aws }: AwsContext, { regions, settings }: Env): Promise<string[]> {
  const found = await orUndefined(aws.iam.send(new GetRoleCommand({ RoleName: settings.roleName })), ...GONE)
  return regionsOf(found?.Role?.Tags).filter((region) => !regions.includes(region))
}

async function readDenials(iam: AwsContext['aws']['iam'], env: Env): Promise<string[]> {
  const { roleName: RoleName } = env.settings
  return (await readInline(iam, RoleName, await inlinePolicies(iam, RoleName))).flatMap(({ name, policy }) => {
    const statement = denialOf(env, policy)
    return statement ? [`policy ${name}${statement.Sid ? `, statement ${statement.Sid}` : ''}`] : []
  })
}

/** The role is one per account while logging is per Region: it is good for every Region of the account. */
function loggingRole(env: Env): Resource<RoleState, AwsContext> {
  const { roleName: RoleName, rolePolicyName: PolicyName } = env.settings
  const trustBedrock = trustStatement(env)
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
    name: RoleName,
    region: GLOBAL,
    known: ['otherCase', 'path', 'boundary', 'denials', 'others'],
    summary: () => 'lets Bedrock write to the log group',
    foreign: OF_A_STACK,

    // Others may be trusted, and allow and forbid more: only what carries our Sid is ours to say.
    desired: (have) => ({
      otherCase: have?.otherCase,
      path: have?.path ?? '/',
      boundary: have?.boundary,
      trust: withStatements(have?.trust ?? readPolicy(undefined), [trustBedrock]),
      policy: withStatements(have?.policy ?? readPolicy(undefined), [writeLogs]),
      denials: have?.denials ?? [],
      regions: have ? withRegions(have) : sorted(env.regions),
      others: have?.others,
    }),

    adopted: (have) => ({
      ...have,
      trust: trusts(env, have.trust) ? have.trust : withAdded(have.trust, [trustBedrock]),
      policy: grants(have.policy, writeLogs, stream) ? have.policy : withAdded(have.policy, [writeLogs]),
      regions: withRegions(have),
    }),

    released: (have) => {
      const regions = others(have)
      if (regions.length > 0) return { ...have, regions }
      const trust = withoutAdded(have.trust, [trustBedrock])
      return { ...have, regions, trust, policy: withoutAdded(have.policy, [writeLogs]) }
    },

    remainder: (have) => {
      const regions = others(have)
      return regions.length > 0 ? { ...have, regions } : undefined
    },

    marks: (have) => [...adoptionKeys(have), ...env.regions.map(regionKey)],
    concerns: (have, owner) => concernsOf(env, have, owner),

    template: (want, tags) => [
      {
        type: 'AWS::IAM::Role',
        id: RoleName,
        properties: {
          RoleName,
          Description: DESCRIPTION,
          Path: want.path,
          PermissionsBoundary: want.boundary,
          AssumeRolePolicyDocument: want.trust,
          Policies: [{ PolicyName, PolicyDocument: want.policy }],
          Tags: [...tags, ...regionTags(want.regions)],
        },
      },
    ],

    permissions: () => ({
      read: grant('iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies'),
      write: grant('iam:CreateRole', 'iam:TagRole', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'),
      remove: grant(
        'iam:UpdateAssumeRolePolicy',
        'iam:PutRolePolicy',
        'iam:ListRolePolicies',
        'iam:DeleteRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListInstanceProfilesForRole',
        'iam:DetachRolePolicy',
        'iam:DeleteRole',
        'iam:UntagRole',
      ),
    }),

    async read({ aws }) {
      const found = await orUndefined(aws.iam.send(new GetRoleCommand({ RoleName })), ...GONE)
      if (!found?.Role) return undefined
      const { RoleName: as = RoleName, Path = '/', PermissionsBoundary, AssumeRolePolicyDocument, Tags } = found.Role
      const standing = whose(Tags)
      const { owner } = standing
      const inline = await orUndefined(aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })), ...GONE)
      const regions = regionsOf(Tags)
      const isGoing = owner === 'ours' || (owner !== 'foreign' && env.removing?.includeAdopted)
      const goes = env.removing && isGoing && regions.every((region) => env.regions.includes(region))
      return {
        state: {
          ...(as !== RoleName && { otherCase: as }),
          path: Path,
          boundary: PermissionsBoundary?.PermissionsBoundaryArn,
          trust: readPolicy(AssumeRolePolicyDocument),
          policy: readPolicy(inline?.PolicyDocument),
          denials: owner === 'ours' && !env.examining ? [] : await readDenials(aws.iam, env),
          regions,
          others: goes ? await othersOn(aws.iam, env) : undefined,
        },
        owner: async () => standing,
      }
    },

    async write(cx, have) {
      const { aws } = cx
      const want = wantedState(this, have)
      const AssumeRolePolicyDocument = JSON.stringify(want.trust)
      // Before anything is added: a run that ends here leaves nothing of ours without its mark.
      const tags = [
        ...(have?.owner === 'unmarked' ? tagsFor(have.owner, have.tagKeys) : []),
        ...(have ? regionTags(want.regions.filter((region) => !have.state.regions.includes(region))) : []),
      ]
      if (tags.length > 0) await aws.iam.send(new TagRoleCommand({ RoleName, Tags: tags }))
      if (!have) {
        const create = new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument,
          Description: DESCRIPTION,
          Tags: [...tagsFor(undefined), ...regionTags(want.regions)],
        })
        const standing = ['EntityAlreadyExistsException', 'EntityAlreadyExists']
        await createOnce(aws.iam.send(create), () => this.read(cx), ...standing)
      } else if (!equal(have.state.trust, want.trust)) {
        await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument }))
      }
      if (!equal(have?.state.policy, want.policy)) {
        const PolicyDocument = JSON.stringify(want.policy)
        await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
      }
    },

    async release({ aws }, { state: have }) {
      const left = this.released?.(have) ?? have
      if (!equal(have.trust, left.trust)) {
        const PolicyDocument = JSON.stringify(left.trust)
        await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
      }
      // Under whatever names the settings have had for our policy.
      const inline = left.regions.length > 0 ? [] : await inlinePolicies(aws.iam, RoleName)
      for (const { name, policy } of await readInline(aws.iam, RoleName, inline)) {
        const rest = withoutAdded(policy, [writeLogs])
        const named = { RoleName, PolicyName: name }
        if (equal(policy, rest)) continue
        if (isEmpty(rest)) await orUndefined(aws.iam.send(new DeleteRolePolicyCommand(named)), ...GONE)
        else await aws.iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: JSON.stringify(rest) }))
      }
      const found = await aws.iam.send(new GetRoleCommand({ RoleName }))
      const TagKeys = left.regions.length > 0 ? env.regions.map(regionKey) : ourKeys(found.Role?.Tags)
      if (TagKeys.length > 0) await aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys }))
    },

    async remove({ aws }, have) {
      if (this.remainder?.(have.state)) {
        const TagKeys = env.regions.map(regionKey)
        await aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys }))
        return
      }
      const { policies = [], earlier = [], attached = [] } = have.state.others ?? {}
      // One after the other: IAM refuses changes of one role at a time. What came since is not ours to take off: the role stays.
      for (const name of [PolicyName, ...earlier, ...policies]) {
        await orUndefined(aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: name })), ...GONE)
      }
      for (const PolicyArn of attached) {
        await orUndefined(aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })), ...GONE)
      }
      await orUndefined(aws.iam.send(new DeleteRoleCommand({ RoleName })), ...GONE)
    },
  }
}

const sorted = (regions: readonly string[]): string[] => [...new Set(regions)].sort()

const regionKey = (region: string): string => `${REGION_TAG}${region}`

const regionTags = (regions: readonly string[]): { Key: string; Value: string }[] =>
  regions.map((region) => ({ Key: regionKey(region), Value: 'true' }))

function regionsOf(tags: readonly Tag[] = []): string[] {
  return sorted(tags.flatMap(({ Key = '' }) => (Key.startsWith(REGION_TAG) ? [Key.slice(REGION_TAG.length)] : [])))
}
