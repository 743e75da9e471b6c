import type { EvaluationResult } from '@aws-sdk/client-iam'
import type { Grant } from '../core/resource.ts'

export interface Need {
  action: string
  /** Ways to write its ARN, of which one is enough. */
  resources: string[]
}

export interface Missing {
  action: string
  resource: string
  /** In words: denied explicitly, by the organization … */
  why: string
}

export interface Judgement {
  missing: Missing[]
  /** Refused for want of condition keys that only the real call has. */
  undecided: { action: string; missingContext: string[] }[]
}

/**
 * What has to be allowed. A log group goes by its ARN with and without `:*`, and AWS checks some actions against the one
 * and some against the other: either will do. Roles and users of any name are needed in rare cases only, and are not asked for.
 */
export function needsOf(grants: readonly Grant[]): Need[] {
  const needs = new Map<string, Need>()
  for (const { actions, resources } of grants) {
    for (const action of actions) {
      for (const resource of resources.filter((each) => !/:(role|user)\/\*$/.test(each))) {
        const key = JSON.stringify([action, resource.replace(/:\*$/, '')])
        const need = needs.get(key) ?? { action, resources: [] }
        if (!need.resources.includes(resource)) need.resources.push(resource)
        needs.set(key, need)
      }
    }
  }
  return [...needs.values()]
}

/** Reads a simulation's results for these needs; what was not answered is not held against anybody. */
export function judge(needs: readonly Need[], results: readonly EvaluationResult[]): Judgement {
  const missing: Missing[] = []
  const undecided: Judgement['undecided'] = []
  for (const { action, resources } of needs) {
    const decisions = resources.flatMap((resource) => decisionOn(results, action, resource) ?? [])
    if (decisions.length === 0 || decisions.some(({ allowed }) => allowed)) continue
    const [first] = decisions
    const missingContext = decisions.flatMap((decision) => decision.missingContext)
    if (missingContext.length > 0) undecided.push({ action, missingContext })
    else missing.push({ action, resource: resources[0] ?? '*', why: first?.why ?? 'not allowed' })
  }
  return { missing, undecided }
}

interface Decision {
  allowed: boolean
  missingContext: readonly string[]
  why: string
}

/** IAM tells of several resources either in one result with parts, or in a result for each. */
function decisionOn(results: readonly EvaluationResult[], action: string, resource: string): Decision | undefined {
  const ofAction = results.filter(({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase())
  for (const result of ofAction) {
    const part = result.ResourceSpecificResults?.find(({ EvalResourceName }) => EvalResourceName === resource)
    if (part) {
      const boundary = part.PermissionsBoundaryDecisionDetail ?? result.PermissionsBoundaryDecisionDetail
      return decision(part.EvalResourceDecision, part.MissingContextValues, {
        ...result,
        ...(boundary && { PermissionsBoundaryDecisionDetail: boundary }),
      })
    }
  }
  const own = ofAction.find(({ EvalResourceName }) => EvalResourceName === resource)
  return own && decision(own.EvalDecision, own.MissingContextValues, own)
}

function decision(
  verdict: EvaluationResult['EvalDecision'],
  missingContext: readonly string[] = [],
  { OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail }: Partial<EvaluationResult>,
): Decision {
  return {
    allowed: verdict === 'allowed',
    missingContext,
    why:
      OrganizationsDecisionDetail?.AllowedByOrganizations === false
        ? 'refused by a policy of the organization'
        : PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false
          ? 'outside the permissions boundary'
          : verdict === 'explicitDeny'
            ? 'explicitly denied'
            : 'not allowed',
  }
}
