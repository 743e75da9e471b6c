import { asResults, type CommandResult, changeReport, failureOf } from '../core/change-report.ts'
import { AppError, declined } from '../core/errors.ts'
import { type PlanItem, planRemove } from '../core/plan.ts'
import { run } from '../core/run.ts'
import type { Interaction } from './0-orchestrator.ts'
import { preflight } from './permissions/preflight.ts'
import { findHomeRegion } from './regions.ts'
import { headOf, type Session } from './session.ts'
import { allSteps, resourcesOf, type Selection, selectSteps } from './steps.ts'
import { readQuotaAlarmNames } from './use/quotas.ts'

export interface CleanupOptions extends Selection {
  dryRun: boolean
  yes: boolean
  keepData: boolean
  includeAdopted: boolean
  /** Go ahead without asking IAM for the rights. */
  skipChecks: boolean
}

/** Step 7: takes away what `setup` made, steps 5 to 1 backwards, and goes on past a failure. */
export async function cleanup(session: Session, options: CleanupOptions, ask: Interaction): Promise<CommandResult> {
  const { cx, env } = session
  const head = headOf(session, 'cleanup')
  cx.emit({ type: 'phase', title: 'reading what exists' })
  const withAlarms = selectSteps(allSteps(env), options).some(({ id }) => id === '5')
  const [homeRegion, quotaAlarmNames] = await Promise.all([
    findHomeRegion(cx, env),
    withAlarms ? readQuotaAlarmNames(cx, env.regions) : undefined,
  ])
  const facts = { ...env, homeRegion, ...(quotaAlarmNames && { quotaAlarmNames }) }
  const resources = resourcesOf(selectSteps(allSteps(facts), options)).reverse()
  const items = await planRemove(cx, resources, options)
  cx.emit({ type: 'phase-done' })
  ask.showPlan(items)
  if (options.dryRun) {
    const unreadable = items.find((item) => item.error)?.error
    return { report: changeReport(head, asResults(items), !unreadable), ...(unreadable && { error: unreadable }) }
  }
  const refused = options.skipChecks ? undefined : await preflight(cx, session.identity, 'cleanup', items)
  if (refused) return { report: changeReport(head, asResults(items), false), error: refused }
  if (!options.yes && !(await confirmed(items, ask))) {
    return { report: changeReport(head, asResults(items), false), error: declined() }
  }
  const results = await run(cx, items, { direction: 'remove', recover: ask.recover })
  const failure = failureOf(results, 'cleanup')
  // Clean-up is judged by what is left: any failure leaves something, whether or not the rest was removed.
  const error =
    failure && (failure.kind === 'interrupted' || failure.kind === 'credentials')
      ? failure
      : failure &&
        new AppError('partial', 'PartlyDone', failure.message, failure.hint === undefined ? {} : { hint: failure.hint })
  return { report: changeReport(head, results, !error), ...(error && { error }) }
}

/** What holds data is asked for a second time. */
async function confirmed(items: readonly PlanItem[], ask: Interaction): Promise<boolean> {
  const removals = items.filter(({ action }) => action === 'remove')
  if (removals.length === 0) return true
  if (!(await ask.confirm('remove', removals))) return false
  const withData = removals.filter(({ resource }) => resource.holdsData)
  return withData.length === 0 || ask.confirm('remove-data', withData)
}
