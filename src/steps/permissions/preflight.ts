import type { AwsContext } from '../../aws/context.ts'
import { missingRights } from '../../aws/simulate.ts'
import { AppError } from '../../core/errors.ts'
import type { PlanItem } from '../../core/plan.ts'
import type { Grant } from '../../core/resource.ts'
import { type Env, roleArn } from '../env.ts'

/** What a clean-up takes away unasked and the policy for it has only where it is asked for, by step. */
const UNASKED = [
  ['2c', '--lake'],
  ['2d', '--billing-export'],
] as const

/** Whether the caller, by his ARN, may carry out a plan. Missing rights are an error; where IAM cannot tell, that is a warning. */
export async function preflight(
  cx: AwsContext,
  caller: string,
  command: 'setup' | 'cleanup',
  items: readonly PlanItem<AwsContext>[],
): Promise<AppError | undefined> {
  const changing = items.filter(({ action, error }) => !error && action !== 'none' && action !== 'blocked')
  const grants = changing.flatMap(({ resource, action }) => {
    const { remove, write } = resource.permissions()
    return command === 'cleanup' || action === 'remove' ? remove : write
  })
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

export function preflightGrants(env: Env): Grant[] {
  const anyRole = roleArn(env).replace(/role\/.*/, 'role/*')
  return [
    { actions: ['iam:SimulatePrincipalPolicy'], resources: [anyRole, anyRole.replace(':role/', ':user/')] },
    { actions: ['iam:GetRole'], resources: [anyRole] },
  ]
}
