import {
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { itemsOf } from '../../aws/pages.ts'
import type { Env } from '../env.ts'
import type { RoleState } from './role-state.ts'

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
