import type { EvaluationResult, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam'
import { AwsFault } from '../../service.ts'
import { allows, type Policy, parsePolicy } from '../policy.ts'
import type { Roles } from './roles.ts'

export interface Refusal {
  /** An action, or a pattern of actions: `s3:*`. */
  readonly action: string
  /** A pattern of ARNs; any by default. */
  readonly resource?: string
  readonly decision?: 'explicitDeny' | 'implicitDeny'
  /** Condition keys without which nothing certain can be said. */
  readonly missingContext?: readonly string[]
  /** Refused by a service control policy of the organization. */
  readonly organization?: boolean
}

/** Actions that IAM does not look at beside others, as seen in its answers. */
const APART: readonly RegExp[] = [
  /^s3:(PutBucketReplication|PutObjectLockConfiguration|PutBucketIntelligentTieringConfiguration)$/i,
]

/** Refuses actions side by side that "require different authorization information". */
function checkMix(actions: readonly string[], apart: readonly RegExp[]): void {
  const special = actions.filter((action) => apart.some((pattern) => pattern.test(action)))
  const plain = actions.filter((action) => !special.includes(action))
  if (special.length === 0 || plain.length === 0) return
  throw new AwsFault(
    'InvalidInput',
    `Invalid Input Actions: [${plain.join(',')}] and [${special.join(',')}] require different authorization information. Please refer to the documentation for more details: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html`,
  )
}

/** A role has what its inline policies allow, others all rights; `refusals` go for either. */
export function simulate(
  roles: Roles,
  refusals: readonly Refusal[],
  input: SimulatePrincipalPolicyRequest,
  apart: readonly RegExp[] = [],
): EvaluationResult[] {
  checkMix(input.ActionNames ?? [], [...APART, ...apart])
  const policies = policiesOf(roles, input.PolicySourceArn ?? '')
  const context = Object.fromEntries(
    (input.ContextEntries ?? []).map(({ ContextKeyName = '', ContextKeyValues = [] }) => [
      ContextKeyName,
      ContextKeyValues[0] ?? '',
    ]),
  )
  const resources = input.ResourceArns ?? ['*']
  return (input.ActionNames ?? []).map((action) => {
    const specific = resources.map((resource) => {
      const refusal = refusals.find((each) => isRefused(each, action, resource))
      const allowed = policies === undefined || allows(policies, { action, resource, context })
      const decision: EvaluationResult['EvalDecision'] = refusal
        ? (refusal.decision ?? 'implicitDeny')
        : allowed
          ? 'allowed'
          : 'implicitDeny'
      return {
        EvalResourceName: resource,
        EvalResourceDecision: decision,
        MissingContextValues: [...(refusal?.missingContext ?? [])],
        organization: refusal?.organization ?? false,
      }
    })
    const worst = specific.find(({ EvalResourceDecision }) => EvalResourceDecision !== 'allowed') ?? specific[0]
    return {
      EvalActionName: action,
      EvalResourceName: resources.length === 1 ? resources[0] : '*',
      EvalDecision: worst?.EvalResourceDecision ?? 'implicitDeny',
      MissingContextValues: worst?.MissingContextValues ?? [],
      ...(worst?.organization && { OrganizationsDecisionDetail: { AllowedByOrganizations: false } }),
      ResourceSpecificResults: specific.map(({ organization: _, ...result }) => result),
    }
  })
}

function policiesOf(roles: Roles, arn: string): Policy[] | undefined {
  if (/:root$/.test(arn) || !/^arn:[\w-]+:iam::\d{12}:(user|role|group)\/./.test(arn)) {
    throw new AwsFault('InvalidInput', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  }
  const role = roles.byArn(arn)
  if (role) {
    const documents = [...role.policies.values()]
    return documents.flatMap((document) => parsePolicy(document, { principal: false, resource: true }) ?? [])
  }
  if (arn.split(':')[5]?.startsWith('role/')) {
    throw new AwsFault('NoSuchEntity', `The role with name ${arn.split('/').at(-1)} cannot be found.`, 404)
  }
  return undefined
}

/** Asked of the evaluator, so that patterns mean the same as in policies. */
function isRefused({ action: pattern, resource: where = '*' }: Refusal, action: string, resource: string): boolean {
  const policy: Policy = { Statement: { Effect: 'Allow', Action: pattern, Resource: where } }
  return allows([policy], { action, resource, context: {} })
}
