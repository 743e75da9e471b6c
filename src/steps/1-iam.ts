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
import { ownerOf, tagsFor } from '../aws/ownership.ts'
import { itemsOf } from '../aws/pages.ts'
import { isForService, parsePolicy, policyDocument, type Statement } from '../aws/policy.ts'
import { equal } from '../core/diff.ts'
import { GLOBAL, type Resource, type Step } from '../core/resource.ts'
import { type Env, logGroupArn, onBehalfOf, roleArn } from './env.ts'

const BEDROCK = 'bedrock.amazonaws.com'
const GONE = ['NoSuchEntityException', 'NoSuchEntity']

interface RoleState {
  trust: Statement[]
  /** The statements of our inline policy. */
  policy: Statement[]
  /** The Regions whose logging it serves, from its tags: it goes with the last of them. */
  regions: string[]
}

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
    Effect: 'Allow',
    Principal: { Service: [BEDROCK] },
    Action: ['sts:AssumeRole'],
    Condition: onBehalfOf(env, 'bedrock', '*', '*'),
  }
  const writeLogs: Statement = {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: [`${logGroupArn(env, '*')}:log-stream:aws/bedrock/modelinvocations`],
  }
  const grant = (...actions: string[]) => [{ actions, resources: [roleArn(env)] }]

  return {
    step: '1',
    type: 'iam-role',
    name: roleName,
    region: GLOBAL,
    holdsData: false,
    needs: [],

    desired(have) {
      // A role of our name may be trusted by others too: only what is said of Bedrock is ours to say.
      const others = have?.trust.filter((statement) => !isForService(statement, BEDROCK)) ?? []
      return {
        trust: [...others, trustBedrock],
        policy: [writeLogs],
        regions: sorted([...env.regions, ...(have?.regions ?? [])]),
      }
    },

    remainder: (have) => {
      const regions = have.regions.filter((region) => !env.regions.includes(region))
      return regions.length > 0 ? { ...have, regions } : undefined
    },

    permissions: () => ({
      read: grant('iam:GetRole', 'iam:GetRolePolicy'),
      write: grant('iam:CreateRole', 'iam:TagRole', 'iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'),
      remove: grant(
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
      const { AssumeRolePolicyDocument, Tags } = found.Role
      const inline = await orUndefined(aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })), ...GONE)
      return {
        state: {
          trust: parsePolicy(AssumeRolePolicyDocument),
          policy: parsePolicy(inline?.PolicyDocument),
          regions: regionsOf(Tags),
        },
        owner: async () => ownerOf(Tags),
      }
    },

    async write(cx, have) {
      const { aws } = cx
      const want = this.desired(have?.state)
      const AssumeRolePolicyDocument = policyDocument(want.trust)
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
          new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policyDocument(want.policy) }),
        )
      }
      const tags = [
        ...(have?.owner === 'unmarked' ? tagsFor(have.owner) : []),
        ...(have ? regionTags(want.regions.filter((region) => !have.state.regions.includes(region))) : []),
      ]
      if (tags.length > 0) await aws.iam.send(new TagRoleCommand({ RoleName, Tags: tags }))
    },

    async remove({ aws }, have) {
      if (this.remainder?.(have.state)) {
        const TagKeys = env.regions.map((region) => `${REGION_TAG}${region}`)
        await aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys }))
        return
      }
      await removePolicies(aws.iam, RoleName)
      await orUndefined(aws.iam.send(new DeleteRoleCommand({ RoleName })), ...GONE)
    },
  }
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

const regionTags = (regions: readonly string[]): { Key: string; Value: string }[] =>
  regions.map((region) => ({ Key: `${REGION_TAG}${region}`, Value: 'true' }))

function regionsOf(tags: readonly Tag[] = []): string[] {
  return sorted(tags.flatMap(({ Key = '' }) => (Key.startsWith(REGION_TAG) ? [Key.slice(REGION_TAG.length)] : [])))
}
