import type { AwsContext } from '../aws/context.ts'
import { findHomeRegion } from '../aws/home-region.ts'
import { asResults, type CommandResult, changeReport, failureOf } from '../core/change-report.ts'
import { AppError, declined } from '../core/errors.ts'
import { type PlanItem, planRemove } from '../core/plan.ts'
import { resourceId } from '../core/resource.ts'
import { run } from '../core/run.ts'
import type { Interaction } from './0-orchestrator.ts'
import { holdBack } from './logging/hold-back.ts'
import { preflight } from './permissions/preflight.ts'
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
  const plan = async ({ includeOthers, keepData }: Wishes) => {
    const removing = { includeOthers, includeAdopted: options.includeAdopted }
    const facts = { ...env, homeRegion, removing, ...(quotaAlarmNames && { quotaAlarmNames }) }
    const resources = resourcesOf(selectSteps(allSteps(facts), options)).reverse()
    return holdBack(cx, facts, await planRemove(cx, resources, { ...options, keepData }))
  }
  const planned = await plan(options)
  cx.emit({ type: 'phase-done' })
  ask.showPlan(planned)
  if (options.dryRun) {
    const unreadable = planned.find((item) => item.error)?.error
    return { report: changeReport(head, asResults(planned), !unreadable), ...(unreadable && { error: unreadable }) }
  }
  const refused = options.skipChecks ? undefined : await preflight(cx, session.identity, 'cleanup', planned)
  if (refused) return { report: changeReport(head, asResults(planned), false), error: refused }
  const wishes = options.yes ? options : await wishesOf(planned, options, ask)
  if (!wishes) return { report: changeReport(head, asResults(planned), false), error: declined() }
  const isAsPlanned = wishes.includeOthers === options.includeOthers && wishes.keepData === options.keepData
  const items = isAsPlanned ? planned : asShown(planned, await plan(wishes))
  const results = await run(cx, items, { direction: 'remove', asked: !options.yes, recover: ask.recover })
  const failure =
    failureOf(results, 'cleanup') ?? (await verifyGone(cx, results, { ...options, keepData: wishes.keepData }))
  // Clean-up is judged by what is left: any failure leaves something, whether or not the rest was removed.
  const error =
    failure && (failure.kind === 'interrupted' || failure.kind === 'credentials')
      ? failure
      : failure &&
        new AppError('partial', 'PartlyDone', failure.message, failure.hint === undefined ? {} : { hint: failure.hint })
  return { report: changeReport(head, results, !error), ...(error && { error }) }
}

/** A plan made anew after an answer is still held against what stood when the first one was shown. */
function asShown(
  shown: readonly PlanItem<AwsContext>[],
  anew: readonly PlanItem<AwsContext>[],
): PlanItem<AwsContext>[] {
  const before = new Map(shown.map((item) => [resourceId(item.resource), item]))
  return anew.map(({ have: _, ...item }) => {
    const { have, readAt = item.readAt } = before.get(resourceId(item.resource)) ?? {}
    return { ...item, readAt, ...(have && { have }) }
  })
}

/** Whether a thing stays for what others have put into it. */
function holdsOthers({ action, have, resource }: PlanItem): boolean {
  const concerns = (have && resource.concerns?.(have.state, have.owner)) ?? []
  return action === 'blocked' && concerns.some(({ code }) => code === 'bucket-with-others')
}

/** What is decided when the plan is looked at. */
type Wishes = Pick<CleanupOptions, 'includeOthers' | 'keepData'>

/** What a person wants of it: undefined for nothing at all. What holds data is asked for by itself, and so is what others put there. */
async function wishesOf(items: readonly PlanItem[], given: Wishes, ask: Interaction): Promise<Wishes | undefined> {
  const changes = items.filter(({ action }) => action === 'remove' || action === 'update')
  const withOthers = items.filter(holdsOthers)
  if (changes.length > 0 && !(await ask.confirm('remove', changes))) return undefined
  const withData = changes.filter(({ action, resource }) => action === 'remove' && resource.holdsData)
  const keepData = given.keepData || (withData.length > 0 && !(await ask.confirm('remove-data', withData)))
  const includeOthers =
    given.includeOthers || (withOthers.length > 0 && (await ask.confirm('remove-others', withOthers)))
  return { keepData, includeOthers }
}
