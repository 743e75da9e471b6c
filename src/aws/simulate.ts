import {
  type EvaluationResult,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
  type SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam'
import type { InitializeMiddleware } from '@aws-sdk/types'
import { isAppError } from '../core/errors.ts'
import type { Grant } from '../core/resource.ts'
import type { AwsContext } from './context.ts'
import { itemsOf } from './pages.ts'
import { principalOf } from './principal.ts'
import { judge, type Missing, needsOf } from './rights.ts'

/** Milliseconds after which the answer is not waited for any longer: it is advice, and must not hold up the work. */
const PATIENCE_MS = 5_000
/** The most SimulatePrincipalPolicy gives in one answer. */
const PAGE = 1_000

export interface RightsCheck {
  missing: Missing[]
  /** Why nothing, or not everything, could be told; undefined when all is told. */
  unknown?: string
}

/**
 * Which of these grants a caller lacks, as IAM simulates it. Never fails for a want of rights to ask: that is `unknown`.
 * @param caller the ARN that STS gives
 */
export async function missingRights(cx: AwsContext, caller: string, grants: readonly Grant[]): Promise<RightsCheck> {
  const principal = await principalOf(cx, caller)
  if ('unknown' in principal) return { missing: [], ...principal }
  const needs = needsOf(grants)
  try {
    const results = await simulateAll(cx, principal.arn, grants)
    const { missing, undecided } = judge(needs, results)
    if (undecided.length === 0) return { missing }
    const keys = [...new Set(undecided.flatMap(({ missingContext }) => missingContext))].sort()
    const which = undecided.length === 1 ? 'one right depends' : `${undecided.length} rights depend`
    return { missing, unknown: `${which} on ${keys.join(', ')}, which IAM does not know here` }
  } catch (error) {
    if (cx.signal.aborted || !isAppError(error) || error.kind === 'credentials') throw error
    return { missing: [], unknown: error.message }
  }
}

/** Two questions at most: what knows no resource is simulated apart from what does, each action on each resource. */
async function simulateAll(cx: AwsContext, principal: string, grants: readonly Grant[]): Promise<EvaluationResult[]> {
  const scoped = grants.filter(({ resources }) => !resources.includes('*'))
  const unscoped = grants.filter(({ resources }) => resources.includes('*'))
  const ContextEntries = contextOf(grants)
  const ask = (of: readonly Grant[], ResourceArns: string[]) =>
    of.length === 0
      ? []
      : simulate(cx, {
          PolicySourceArn: principal,
          ActionNames: distinct(of.flatMap(({ actions }) => actions)),
          ...(ResourceArns.length > 0 && { ResourceArns }),
          ...(ContextEntries.length > 0 && { ContextEntries }),
        })
  const answers = await Promise.all([ask(unscoped, []), ask(scoped, distinct(scoped.flatMap((of) => of.resources)))])
  return answers.flat()
}

async function simulate(cx: AwsContext, input: SimulatePrincipalPolicyCommandInput): Promise<EvaluationResult[]> {
  const abortSignal = AbortSignal.any([cx.signal, AbortSignal.timeout(PATIENCE_MS)])
  const ask = (Marker: string | undefined) => {
    const command = new SimulatePrincipalPolicyCommand({ ...input, MaxItems: PAGE, Marker })
    command.middlewareStack.add(failAtOnce, { step: 'initialize' })
    return cx.aws.iam.send(command, { abortSignal })
  }
  return itemsOf(
    'iam:SimulatePrincipalPolicy',
    ask,
    (page) => (page.IsTruncated ? page.Marker : undefined),
    (page) => page.EvaluationResults,
  )
}

/** Keeps the client from retrying after a fault on IAM's side (some emulations of AWS have nothing else to say). */
const failAtOnce: InitializeMiddleware<SimulatePrincipalPolicyCommandInput, SimulatePrincipalPolicyCommandOutput> =
  (next) => async (args) => {
    try {
      return await next(args)
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
      if (($metadata?.httpStatusCode ?? 0) < 500) throw error
      // Without the signs by which a fault is known as one that time may heal.
      throw Object.assign(new Error(message), { name })
    }
  }

/** The condition keys that the calls will carry, as the grants' own conditions name them. */
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
