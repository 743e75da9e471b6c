import { asResults, type CommandResult, changeReport, failureOf } from '../core/change-report.ts'
import { AppError } from '../core/errors.ts'
import { type PlanItem, planRemove } from '../core/plan.ts'
import { run } from '../core/run.ts'
import type { Interaction } from './0-orchestrator.ts'
import { holdBack } from './logging/hold-back.ts'
import { preflight } from './permissions/preflight.ts'
import { findHomeRegion } from './regions.ts'
import { headOf, type Session } from './session.ts'
import { allSteps, resourcesOf, type Selection, selectSteps } from './steps.ts'
import { readQuotaAlarmNames } from './use/quotas.ts'
import { verifyGone } from './verify.ts'

export interface CleanupOptions extends Selection {
  dryRun: boolean
  yes: boolean
  keepData: boolean
  includeAdopted: boolean
  /** Also delete what others have put into the bucket. */
  includeOthers: boolean
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
  const plan = async (includeOthers: boolean) => {
    const removing = { includeOthers, includeAdopted: options.includeAdopted }
    const facts = { ...env, homeRegion, removing, ...(quotaAlarmNames && { quotaAlarmNames }) }
    const resources = resourcesOf(selectSteps(allSteps(facts), options)).reverse()
    return holdBack(cx, facts, await planRemove(cx, resources, options))
  }
  const planned = await plan(options.includeOthers)
  cx.emit({ type: 'phase-done' })
  ask.showPlan(planned)
  if (options.dryRun) {
    const unreadable = planned.find((item) => item.error)?.error
    return { report: changeReport(head, asResults(planned), !unreadable), ...(unreadable && { error: unreadable }) }
  }
  const refused = options.skipChecks ? undefined : await preflight(cx, session.identity, 'cleanup', planned)
  if (refused) return { report: changeReport(head, asResults(planned), false), error: refused }
  if (!options.yes && !(await confirmed(planned, ask))) {
    const declined = new AppError('interrupted', 'Declined', 'nothing was removed', { hint: 'pass --yes to go ahead' })
    return { report: changeReport(head, asResults(planned), false), error: declined }
  }
  const withOthers = options.yes ? [] : planned.filter(holdsOthers)
  const items = withOthers.length > 0 && (await ask.confirm('remove-others', withOthers)) ? await plan(true) : planned
  const results = await run(cx, items, { direction: 'remove', recover: ask.recover })
  const failure = failureOf(results, 'cleanup') ?? (await verifyGone(cx, results, options))
  // Clean-up is judged by what is left: any failure leaves something, whether or not the rest was removed.
  const error =
    failure && (failure.kind === 'interrupted' || failure.kind === 'credentials')
      ? failure
      : failure &&
        new AppError('partial', 'PartlyDone', failure.message, failure.hint === undefined ? {} : { hint: failure.hint })
  return { report: changeReport(head, results, !error), ...(error && { error }) }
}

/** Whether a thing stays for what others have put into it. */
function holdsOthers({ action, have, resource }: PlanItem): boolean {
  const concerns = (have && resource.concerns?.(have.state, have.owner)) ?? []
  return action === 'blocked' && concerns.some(({ code }) => code === 'bucket-with-others')
}

/** What holds data is asked for a second time. */
async function confirmed(items: readonly PlanItem[], ask: Interaction): Promise<boolean> {
  const changes = items.filter(({ action }) => action === 'remove' || action === 'update')
  if (changes.length === 0) return true
  if (!(await ask.confirm('remove', changes))) return false
  const withData = changes.filter(({ action, resource }) => action === 'remove' && resource.holdsData)
  return withData.length === 0 || ask.confirm('remove-data', withData)
}
