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
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import type { AwsContext } from '../aws/context.ts'
import { orUndefined } from '../aws/errors.ts'
import { ownerOf, tagsFor } from '../aws/ownership.ts'
import { isForService, parsePolicy, policyDocument, type Statement } from '../aws/policy.ts'
import { equal } from '../core/diff.ts'
import type { Resource, Step } from '../core/resource.ts'
import { type Env, logGroupArn, onBehalfOf, roleArn } from './env.ts'

const BEDROCK = 'bedrock.amazonaws.com'

interface RoleState {
  trust: Statement[]
  /** The statements of our inline policy. */
  policy: Statement[]
}

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
    region: 'global',
    holdsData: false,
    needs: [],

    desired(have) {
      // A role of our name may be trusted by others too: only what is said of Bedrock is ours to say.
      const others = have?.trust.filter((statement) => !isForService(statement, BEDROCK)) ?? []
      return { trust: [...others, trustBedrock], policy: [writeLogs] }
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
      ),
    }),

    async read({ aws }) {
      const found = await orUndefined(
        aws.iam.send(new GetRoleCommand({ RoleName })),
        'NoSuchEntityException',
        'NoSuchEntity',
      )
      if (!found?.Role) return undefined
      const { AssumeRolePolicyDocument, Tags } = found.Role
      const inline = await orUndefined(
        aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
        'NoSuchEntityException',
        'NoSuchEntity',
      )
      return {
        state: { trust: parsePolicy(AssumeRolePolicyDocument), policy: parsePolicy(inline?.PolicyDocument) },
        owner: async () => ownerOf(Tags),
      }
    },

    async write({ aws }, have) {
      const want = this.desired(have?.state)
      const AssumeRolePolicyDocument = policyDocument(want.trust)
      if (!have) {
        await aws.iam.send(
          new CreateRoleCommand({
            RoleName,
            AssumeRolePolicyDocument,
            Description: 'Lets Amazon Bedrock write its invocation log. Made by bedrock-monitor.',
            Tags: tagsFor(undefined),
          }),
        )
      } else if (!equal(have.state.trust, want.trust)) {
        await aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument }))
      }
      if (!equal(have?.state.policy, want.policy)) {
        await aws.iam.send(
          new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: policyDocument(want.policy) }),
        )
      }
      if (have?.owner === 'unmarked') await aws.iam.send(new TagRoleCommand({ RoleName, Tags: tagsFor(have.owner) }))
    },

    async remove({ aws }) {
      const gone = ['NoSuchEntityException', 'NoSuchEntity']
      const [inline, attached] = await Promise.all([
        orUndefined(aws.iam.send(new ListRolePoliciesCommand({ RoleName })), ...gone),
        orUndefined(aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName })), ...gone),
      ])
      await Promise.all([
        ...(inline?.PolicyNames ?? []).map((name) =>
          orUndefined(aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: name })), ...gone),
        ),
        ...(attached?.AttachedPolicies ?? []).map(({ PolicyArn }) =>
          orUndefined(aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })), ...gone),
        ),
      ])
      await orUndefined(aws.iam.send(new DeleteRoleCommand({ RoleName })), ...gone)
    },
  }
}
