import type { AwsContext } from '../../aws/context.ts'
import { type CommandResult, changeReport, failureOf } from '../../core/change-report.ts'
import { AppError } from '../../core/errors.ts'
import { planApply } from '../../core/plan.ts'
import type { Resource } from '../../core/resource.ts'
import { run } from '../../core/run.ts'
import { byRegion, type Env } from '../env.ts'
import { workGroup } from '../lake/work-group.ts'
import { headOf, type Session } from '../session.ts'

/** The workgroup of each Region as it is set up, with our questions saved in it. */
export function savedInLake(env: Env): Resource<unknown, AwsContext>[] {
  return byRegion(env).map((each) => {
    const group = workGroup(each, [])
    return { ...group, desired: (have) => (have ? (group.adopted?.(have) ?? have) : group.desired()) } as typeof group
  }) as Resource<unknown, AwsContext>[]
}

/** Saves the questions in the workgroup of each Region, which setup makes. @throws AppError where there is none */
export async function saveInLake(session: Session): Promise<CommandResult> {
  const { cx, env } = session
  const items = await planApply(cx, savedInLake(env))
  const missing = items.find(({ action }) => action === 'create')
  if (missing) {
    throw new AppError('failed', 'NoWorkgroup', `there is no workgroup ${missing.resource.name} of Athena`, {
      hint: 'bedrock-monitor setup --lake makes it; name another with --lake-workgroup',
    })
  }
  const results = await run(cx, items, { direction: 'apply', recover: () => Promise.resolve('skip') })
  const error = failureOf(results, 'query --save')
  return { report: changeReport(headOf(session, 'query'), results, !error), ...(error && { error }) }
}
