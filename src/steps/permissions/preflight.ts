import type { AwsContext } from '../../aws/context.ts'
import { missingRights } from '../../aws/simulate.ts'
import { AppError } from '../../core/errors.ts'
import type { Action, PlanItem } from '../../core/plan.ts'
import type { Grant } from '../../core/resource.ts'
import { type Env, roleArn } from '../env.ts'

/**
 * Whether the caller may carry out a plan, told before its first change. That he may read what stands has been seen in
 * making it. Rights that are missing are an error that lists all of them; where IAM cannot tell, that is a warning,
 * since the simulation is advice and knows neither session nor resource policies.
 * @param caller the ARN that STS gives
 */
export async function preflight(
  cx: AwsContext,
  caller: string,
  command: 'setup' | 'cleanup',
  items: readonly PlanItem<AwsContext>[],
): Promise<AppError | undefined> {
  const changing = items.filter(({ action, error }) => !error && action !== 'none' && action !== 'blocked')
  const kindOf = (action: Action) => (command === 'cleanup' || action === 'remove' ? 'remove' : 'write')
  const grants = changing.flatMap(({ resource, action }) => resource.permissions()[kindOf(action)])
  if (grants.length === 0) return undefined
  cx.emit({ type: 'phase', title: 'checking permissions' })
  const { missing, unknown } = await missingRights(cx, caller, grants).finally(() => cx.emit({ type: 'phase-done' }))
  if (unknown !== undefined) {
    const message = `whether ${caller} may do all of this could not be checked: ${unknown}`
    cx.emit({ type: 'warning', warning: { code: 'rights-not-checked', message } })
  }
  if (missing.length === 0) return undefined
  const flags = UNASKED.flatMap(([step, flag]) =>
    changing.some(({ resource }) => resource.wanted === false && resource.step === step) ? [` ${flag}`] : [],
  )
  const list = missing.map(({ action, resource, why }) => `${action} on ${resource} (${why})`).join('; ')
  const count = `${missing.length} ${missing.length === 1 ? 'right is' : 'rights are'} missing`
  return new AppError('aws', 'MissingRights', `${count} to ${caller}, nothing was changed: ${list}`, {
    hint: `bedrock-monitor permissions ${command}${flags.join('')} prints the policy that allows it; --skip-checks goes ahead without this check`,
  })
}

/** What a clean-up takes away unasked and the policy for it has only where it is asked for, by step. */
const UNASKED = [
  ['2c', '--lake'],
  ['2d', '--billing-export'],
] as const

/** What the check itself asks for: the caller's own rights, and the path of his role. */
export function preflightGrants(env: Env): Grant[] {
  const anyRole = roleArn(env).replace(/role\/.*/, 'role/*')
  return [
    { actions: ['iam:SimulatePrincipalPolicy'], resources: [anyRole, anyRole.replace(':role/', ':user/')] },
    { actions: ['iam:GetRole'], resources: [anyRole] },
  ]
}
