import type { IAM } from '@aws-sdk/client-iam'
import { AwsFault, type Call, type Service } from '../service.ts'
import { page } from '../state.ts'
import { type Role, Roles } from './iam/roles.ts'
import { type Refusal, simulate } from './iam/simulate.ts'
import { parsePolicy } from './policy.ts'
import type { Operations } from './typed.ts'

export interface Iam extends Service {
  readonly roles: Roles
  /** What simulations find refused, beside what a role's own policies leave out; may be changed at any time. */
  readonly refusals: Refusal[]
  /** Actions that a simulation does not take beside others, besides those that AWS is known to be so with. */
  readonly apart: RegExp[]
}

/** IAM's roles with their policies and tags; policy documents come back URL-encoded, as from AWS. */
export function createIam(): Iam {
  const roles = new Roles()
  const refusals: Refusal[] = []
  const apart: RegExp[] = []
  const policyOf = (role: Role, name: string | undefined): string => {
    const document = role.policies.get(name ?? '')
    if (document !== undefined) return document
    throw new AwsFault('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404)
  }
  return {
    id: 'iam',
    roles,
    refusals,
    apart,
    operations: {
      SimulatePrincipalPolicy: (input) => {
        const { Marker, MaxItems } = input
        return paged('EvaluationResults', simulate(roles, refusals, input, apart), Marker, MaxItems)
      },
      CreateRole: (input, call) => {
        checkName(input.RoleName)
        const role = roles.create(
          {
            name: input.RoleName ?? '',
            path: input.Path ?? '/',
            description: input.Description,
            maxSessionDuration: input.MaxSessionDuration ?? 3600,
            boundary: input.PermissionsBoundary,
            trust: checkDocument(input.AssumeRolePolicyDocument, 'trust'),
          },
          input.Tags ?? [],
          call,
        )
        return { Role: { ...describe(role), Tags: role.tags.list() } }
      },
      GetRole: ({ RoleName }) => {
        const role = roles.get(RoleName)
        const tags = role.tags.list()
        return { Role: { ...describe(role), ...(tags.length > 0 && { Tags: tags }), RoleLastUsed: {} } }
      },
      ListRoles: ({ PathPrefix = '/', Marker, MaxItems }) => {
        const all = roles.list().filter((role) => role.path.startsWith(PathPrefix))
        return paged('Roles', all.map(describe), Marker, MaxItems)
      },
      DeleteRole: ({ RoleName }) => roles.delete(RoleName),
      UpdateAssumeRolePolicy: (input, call) => {
        const role = roles.get(input.RoleName)
        role.trust = checkDocument(input.PolicyDocument, 'trust')
        changed(role, call)
      },
      TagRole: ({ RoleName, Tags }) => roles.get(RoleName).tags.add(Tags),
      UntagRole: ({ RoleName, TagKeys }) => roles.get(RoleName).tags.remove(TagKeys),
      ListRoleTags: ({ RoleName, Marker, MaxItems }) =>
        paged('Tags', roles.get(RoleName).tags.list(), Marker, MaxItems),
      PutRolePolicy: (input, call) => {
        const role = roles.get(input.RoleName)
        role.policies.set(input.PolicyName ?? '', checkDocument(input.PolicyDocument, 'permissions'))
        changed(role, call)
      },
      GetRolePolicy: ({ RoleName, PolicyName }) => {
        const document = policyOf(roles.get(RoleName), PolicyName)
        return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) }
      },
      ListRolePolicies: ({ RoleName, Marker, MaxItems }) =>
        paged('PolicyNames', [...roles.get(RoleName).policies.keys()].sort(), Marker, MaxItems),
      DeleteRolePolicy: ({ RoleName, PolicyName }, call) => {
        const role = roles.get(RoleName)
        policyOf(role, PolicyName)
        role.policies.delete(PolicyName ?? '')
        changed(role, call)
      },
      AttachRolePolicy: ({ RoleName, PolicyArn = '' }, call) => {
        const role = roles.get(RoleName)
        if (!/^arn:[\w-]+:iam::(aws|\d{12}):policy\/./.test(PolicyArn)) {
          throw new AwsFault('InvalidInput', `ARN ${PolicyArn} is not valid.`)
        }
        role.attached.add(PolicyArn)
        changed(role, call)
      },
      ListAttachedRolePolicies: ({ RoleName, Marker, MaxItems }) => {
        const attached = [...roles.get(RoleName).attached].sort()
        const items = attached.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) }))
        return paged('AttachedPolicies', items, Marker, MaxItems)
      },
      ListInstanceProfilesForRole: ({ RoleName, Marker, MaxItems }) => {
        const role = roles.get(RoleName)
        const profiles = [...role.profiles].map((InstanceProfileName) => ({
          InstanceProfileName,
          InstanceProfileId: `AIPA${role.id.slice(4)}`,
          Arn: role.arn.replace(/:role.*/, `:instance-profile/${InstanceProfileName}`),
          Path: '/',
          CreateDate: new Date(role.createdAt),
          Roles: [describe(role)],
        }))
        return paged('InstanceProfiles', profiles, Marker, MaxItems)
      },
      DetachRolePolicy: ({ RoleName, PolicyArn = '' }, call) => {
        const role = roles.get(RoleName)
        if (!role.attached.delete(PolicyArn)) {
          throw new AwsFault('NoSuchEntity', `Policy ${PolicyArn} was not found.`, 404)
        }
        changed(role, call)
      },
    } satisfies Operations<IAM>,
  }
}

function describe(role: Role): object {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
    ...(role.boundary !== undefined && {
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.boundary },
    }),
  }
}

function changed(role: Role, { now }: Call): void {
  role.changedAt = now
}

function paged(member: string, items: readonly unknown[], marker: string | undefined, size = 100): object {
  const { items: part, next } = page(items, marker, size)
  return { [member]: part, IsTruncated: next !== undefined, Marker: next }
}

function checkName(name: string | undefined): void {
  if (/^[\w+=,.@-]{1,64}$/.test(name ?? '')) return
  throw new AwsFault('ValidationError', 'The specified value for roleName is invalid.')
}

function checkDocument(document: string | undefined, kind: 'trust' | 'permissions'): string {
  const trust = kind === 'trust'
  if (document !== undefined && parsePolicy(document, { principal: trust, resource: !trust })) return document
  throw new AwsFault('MalformedPolicyDocument', 'This policy contains invalid Json or lacks a required element.')
}
