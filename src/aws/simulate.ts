import {
  type EvaluationResult,
  GetRoleCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { isAppError } from '../core/errors.ts'
import type { Grant } from '../core/resource.ts'
import type { AwsContext, SendOptions } from './context.ts'
import { hasCode } from './errors.ts'
import { itemsOf } from './pages.ts'

export type Principal = { arn: string } | { unknown: string }

/** The user or role behind a caller's ARN. STS leaves out the path of a role, which GetRole knows. */
export async function principalOf({ aws }: AwsContext, caller: string): Promise<Principal> {
  const [, , service, , , ...rest] = caller.split(':')
  const [kind, name] = rest.join(':').split('/')
  if (service === 'iam' && kind === 'user') return { arn: caller }
  if (kind === 'root') return { unknown: 'the permissions of the root user cannot be simulated' }
  if (service !== 'sts' || kind !== 'assumed-role' || name === undefined) {
    return { unknown: 'only the permissions of users and roles can be simulated' }
  }
  try {
    const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName: name }))
    return Role?.Arn === undefined ? { unknown: `role ${name} has no ARN` } : { arn: Role.Arn }
  } catch (error) {
    if (!isAppError(error) || error.kind !== 'aws') throw error
    return { unknown: error.message }
  }
}

/** Milliseconds after which the answer is not waited for any longer: it is advice, and must not hold up the work. */
const PATIENCE_MS = 5_000
const PAGE = 1_000

/** Which of these grants a caller lacks, as IAM simulates it. A want of rights to ask is told as `unknown`. */
export async function missingRights(
  cx: AwsContext,
  caller: string,
  grants: readonly Grant[],
): Promise<{ missing: Missing[]; unknown?: string }> {
  const principal = await principalOf(cx, caller)
  if ('unknown' in principal) return { missing: [], ...principal }
  const needs = needsOf(grants)
  try {
    const { results, skipped } = await simulateAll(cx, principal.arn, grants)
    const { missing, undecided } = judge(needs, results)
    const unknown = [
      ...(undecided.length === 0 ? [] : [dependsOn(undecided)]),
      ...(skipped.length === 0 ? [] : [`IAM does not simulate ${distinct(skipped).join(', ')}`]),
    ]
    return { missing, ...(unknown.length > 0 && { unknown: unknown.join('; ') }) }
  } catch (error) {
    if (cx.signal.aborted || !isAppError(error) || error.kind === 'credentials') throw error
    return { missing: [], unknown: error.message }
  }
}

function dependsOn(undecided: Judgement['undecided']): string {
  const keys = distinct(undecided.flatMap(({ missingContext }) => missingContext))
  const which = undecided.length === 1 ? 'one right depends' : `${undecided.length} rights depend`
  return `${which} on ${keys.join(', ')}, which IAM does not know here`
}

interface Simulation {
  results: EvaluationResult[]
  skipped: string[]
}

/** Two questions, as a rule: what knows no resource is simulated apart from what does, each action on each resource. */
async function simulateAll(cx: AwsContext, principal: string, grants: readonly Grant[]): Promise<Simulation> {
  const scoped = grants.filter(({ resources }) => !resources.includes('*'))
  const unscoped = grants.filter(({ resources }) => resources.includes('*'))
  const ContextEntries = contextOf(grants)
  const left = { questions: MOST_QUESTIONS }
  const ask = (of: readonly Grant[], ResourceArns: string[]) =>
    of.length === 0
      ? NOTHING
      : simulateApart(cx, left, {
          PolicySourceArn: principal,
          ActionNames: distinct(of.flatMap(({ actions }) => actions)),
          ...(ResourceArns.length > 0 && { ResourceArns }),
          ...(ContextEntries.length > 0 && { ContextEntries }),
        })
  return together(await Promise.all([ask(unscoped, []), ask(scoped, distinct(scoped.flatMap((of) => of.resources)))]))
}

const MOST_QUESTIONS = 40
const NOTHING: Simulation = { results: [], skipped: [] }

const together = (parts: readonly Simulation[]): Simulation => ({
  results: parts.flatMap(({ results }) => results),
  skipped: parts.flatMap(({ skipped }) => skipped),
})

/** IAM refuses actions side by side that it looks at in different ways: asked for apart, by its own lists or by halves. */
async function simulateApart(
  cx: AwsContext,
  left: { questions: number },
  input: SimulatePrincipalPolicyCommandInput & { ActionNames: string[] },
): Promise<Simulation> {
  const { ActionNames, ResourceArns = [] } = input
  if (left.questions <= 0) return { results: [], skipped: ActionNames }
  left.questions -= 1
  try {
    return { results: await simulate(cx, input), skipped: [] }
  } catch (error) {
    if (!hasCode(error, 'InvalidInput', 'InvalidInputException') || !/authorization|actions/i.test(error.message)) {
      throw error
    }
    const parts: Partial<SimulatePrincipalPolicyCommandInput>[] =
      ActionNames.length > 1
        ? apart(ActionNames, error.message).map((some) => ({ ActionNames: some }))
        : ResourceArns.length > 1
          ? halves(ResourceArns).map((some) => ({ ResourceArns: some }))
          : []
    if (parts.length === 0) return { results: [], skipped: ActionNames }
    const answers: Simulation[] = []
    for (const part of parts) answers.push(await simulateApart(cx, left, { ...input, ...part } as typeof input))
    return together(answers)
  }
}

/** Actions in the groups that a message lists between brackets, each action once; what is in none is a group of its own. Pure. */
export function apart(actions: readonly string[], message: string): string[][] {
  const lists = [...message.matchAll(/\[([^\]]*)\]/g)].map(([, list = '']) => list.toLowerCase().split(/[\s,]+/))
  const groupOf = (action: string) => lists.findIndex((list) => list.includes(action.toLowerCase()))
  const groups = [...lists.keys(), -1].map((index) => actions.filter((action) => groupOf(action) === index))
  const some = groups.filter((group) => group.length > 0)
  return some.length > 1 ? some : halves(actions)
}

function halves<Item>(items: readonly Item[]): Item[][] {
  const middle = Math.ceil(items.length / 2)
  return [items.slice(0, middle), items.slice(middle)]
}

async function simulate(cx: AwsContext, input: SimulatePrincipalPolicyCommandInput): Promise<EvaluationResult[]> {
  const advice: SendOptions = {
    abortSignal: AbortSignal.any([cx.signal, AbortSignal.timeout(PATIENCE_MS)]),
    isAdvice: true,
  }
  const ask = (Marker: string | undefined) =>
    cx.aws.iam.send(new SimulatePrincipalPolicyCommand({ ...input, MaxItems: PAGE, Marker }), advice)
  return itemsOf(
    'iam:SimulatePrincipalPolicy',
    ask,
    (page) => (page.IsTruncated ? page.Marker : undefined),
    (page) => page.EvaluationResults,
  )
}

function contextOf(grants: readonly Grant[]) {
  const keys = new Map<string, string[]>()
  for (const { condition = {} } of grants) {
    for (const [key, values] of Object.values(condition).flatMap((each) => Object.entries(each))) {
      keys.set(key, distinct([...(keys.get(key) ?? []), ...[values].flat()]))
    }
  }
  return [...keys].map(([ContextKeyName, ContextKeyValues]) => ({
    ContextKeyName,
    ContextKeyType: ContextKeyValues.length > 1 ? ('stringList' as const) : ('string' as const),
    ContextKeyValues,
  }))
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

export interface Need {
  action: string
  resources: string[]
}

export interface Missing {
  action: string
  resource: string
  why: string
}

export interface Judgement {
  missing: Missing[]
  undecided: { action: string; missingContext: string[] }[]
}

/** What has to be allowed. AWS checks log groups with and without `:*`: either will do. Roles of any name are not asked for. */
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

/** IAM tells of several resources either in one result with parts, or in a result for each. */
function decisionOn(results: readonly EvaluationResult[], action: string, resource: string) {
  const ofAction = results.filter(({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase())
  const parts = ofAction.flatMap((result) =>
    (result.ResourceSpecificResults ?? []).map((part) => {
      const { EvalResourceDecision: EvalDecision, MissingContextValues } = part
      return { ...result, ...part, EvalDecision, MissingContextValues }
    }),
  )
  const found = [...parts, ...ofAction].find(({ EvalResourceName }) => EvalResourceName === resource)
  if (!found) return undefined
  const { EvalDecision: verdict, MissingContextValues: missingContext = [], OrganizationsDecisionDetail } = found
  const [why = 'not allowed'] = [
    ...(OrganizationsDecisionDetail?.AllowedByOrganizations === false
      ? ['refused by a policy of the organization']
      : []),
    ...(found.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false
      ? ['outside the permissions boundary']
      : []),
    ...(verdict === 'explicitDeny' ? ['explicitly denied'] : []),
  ]
  return { allowed: verdict === 'allowed', missingContext, why }
}
