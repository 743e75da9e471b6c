import type { AwsContext } from '../aws/context.ts'
import { findHomeRegion } from '../aws/home-region.ts'
import { bucketNameOf } from '../aws/log-bucket.ts'
import { asResults, type CommandResult, commandResult, failureOf } from '../core/change-report.ts'
import { equal } from '../core/diff.ts'
import { AppError, declined } from '../core/errors.ts'
import { type PlanItem, planRemove, readKnown } from '../core/plan.ts'
import { GLOBAL, resourceId } from '../core/resource.ts'
import { run } from '../core/run.ts'
import type { Interaction } from './0-orchestrator.ts'
import { logging } from './3-logging.ts'
import { byRegion, type Env, roleArn } from './env.ts'
import { type Kept, keptLogging, knowing } from './logging/kept-logging.ts'
import { isOurs, type LoggingState, stateOf } from './logging/logging-state.ts'
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
  /** Also delete what others have put into the buckets, the role, the topic, the database and the workgroup. */
  includeOthers: boolean
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
    return commandResult(head, asResults(planned), planned.find((item) => item.error)?.error)
  }
  const stopped = (error: AppError) => commandResult(head, asResults(planned), error)
  const refused = options.skipChecks ? undefined : await preflight(cx, session.identity, 'cleanup', planned)
  if (refused) return stopped(refused)
  const heldUp = await ask.begin?.(planned.filter(isChange))
  if (heldUp) return stopped(heldUp)
  const wishes = options.yes ? options : await wishesOf(planned, options, ask)
  if (!wishes) return stopped(declined())
  const isAsPlanned = wishes.includeOthers === options.includeOthers && wishes.keepData === options.keepData
  const items = isAsPlanned ? planned : asShown(planned, await plan(wishes))
  const results = await run(cx, options.yes ? items : keeping(items), {
    direction: 'remove',
    asked: !options.yes,
    recover: ask.recover,
  })
  const failure =
    failureOf(results, 'cleanup') ?? (await verifyGone(cx, results, { ...options, keepData: wishes.keepData }))
  // Clean-up is judged by what is left: any failure leaves something, whether or not the rest was removed.
  const error =
    failure && (failure.kind === 'interrupted' || failure.kind === 'credentials')
      ? failure
      : failure && new AppError('partial', 'PartlyDone', failure.message, { hint: failure.hint })
  return commandResult(head, results, error)
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

function holdsOthers({ action, have, resource, reason }: PlanItem): boolean {
  const concerns = (have && resource.concerns?.(have.state, have.owner)) ?? []
  const inTheWay = concerns.filter(({ stops }) => stops === 'remove')
  const isTold = inTheWay.some(({ message }) => reason?.includes(message))
  return action === 'blocked' && isTold && inTheWay.every(({ code }) => code.endsWith('-with-others'))
}

/** What a person has said no to, and what that needs, stays: as was asked for, and so no failure. */
function keeping(items: readonly PlanItem<AwsContext>[]): PlanItem<AwsContext>[] {
  const kept = new Map(items.filter(holdsOthers).map((item) => [resourceId(item.resource), item.reason ?? '']))
  for (const id of kept.keys()) {
    const { name = '', needs = [] } = items.find(({ resource }) => resourceId(resource) === id)?.resource ?? {}
    // A map goes on with what is added to it meanwhile.
    for (const need of needs) if (!kept.has(need)) kept.set(need, `${name}, which stays, needs it`)
  }
  return items.map((item) => {
    const why = kept.get(resourceId(item.resource))
    const { hint: _, ...rest } = item
    const isGoing = item.action !== 'none' && !item.error
    return why !== undefined && isGoing ? { ...rest, action: 'none', changes: [], reason: `kept: ${why}` } : item
  })
}

const isChange = ({ action }: PlanItem) => action === 'remove' || action === 'update'

type Wishes = Pick<CleanupOptions, 'includeOthers' | 'keepData'>

/** What a person wants of it: undefined for nothing at all. What holds data is asked for by itself, and so is what others put there. */
async function wishesOf(items: readonly PlanItem[], given: Wishes, ask: Interaction): Promise<Wishes | undefined> {
  const changes = items.filter(isChange)
  if (changes.length > 0 && !(await ask.confirm('remove', changes))) return undefined
  const withData = changes.filter(({ action, resource }) => action === 'remove' && resource.holdsData)
  const keepData = given.keepData || (withData.length > 0 && !(await ask.confirm('remove-data', withData)))
  // What is kept for its data is not asked about a second time.
  const withOthers = items.filter((item) => holdsOthers(item) && !(keepData && item.resource.holdsData))
  const includeOthers =
    given.includeOthers || (withOthers.length > 0 && (await ask.confirm('remove-others', withOthers)))
  return { keepData, includeOthers }
}

const DELIVERY = ['iam-role', 's3-bucket', 'log-group']

/** Nothing goes that a logging configuration which stays is still using, or that keeps one which has yet to be put back. */
async function holdBack(cx: AwsContext, env: Env, items: PlanItem<AwsContext>[]): Promise<PlanItem<AwsContext>[]> {
  let plan = items
  for (const each of byRegion(env)) {
    const isGoing = ({ action, resource: { type, region } }: PlanItem) =>
      (action === 'remove' || action === 'update') &&
      DELIVERY.includes(type) &&
      (region === each.region || region === GLOBAL)
    if (!plan.some(isGoing)) continue
    const why = await reasonsOf(cx, each, plan)
    plan = plan.map((item) => {
      const held = isGoing(item) ? why(item) : undefined
      return held ? { ...item, action: 'blocked', ...held } : item
    })
  }
  return plan
}

type Reason = { reason: string; hint: string }

/** Why a thing has to stay in a Region, by what is logging there and will be. */
async function reasonsOf(
  cx: AwsContext,
  env: Env,
  items: readonly PlanItem<AwsContext>[],
): Promise<(item: PlanItem) => Reason | undefined> {
  const there = cx.in(env.region)
  const planned = items.find(({ resource: { type, region } }) => type === 'invocation-logging' && region === env.region)
  // What could not be read keeps what it may be using: its failure stops all that waits for it.
  if (planned?.error) return () => undefined
  const standing = planned ? planned.have : await readStanding(there, env)
  const state = standing?.state as LoggingState | undefined
  const isStaying = planned?.action !== 'remove'
  const kept = await keptLogging(env).read(there)
  const known = state && knowing(kept, state)
  if (state && isStaying && (known || isOurs(state, env))) {
    const reason = `it keeps the logging configuration that ${env.region} had before setup`
    const hint = `run cleanup with step 3 as well, which ${kept.length > 0 ? 'restores it' : 'deletes that configuration'}`
    const used = `the logging configuration in ${env.region}, which stays, uses it`
    return ({ resource }) => {
      if (kept.length > 0 && [env.settings.logGroupName, bucketNameOf(env)].includes(resource.name)) {
        return { reason, hint }
      }
      return uses(state, env, resource) ? { reason: used, hint } : undefined
    }
  }
  if (isStaying) await tellOfDropped(there, env, kept, state)
  const earlier = known ?? kept[0]
  const after = isStaying ? state : earlier && stateOf(earlier.before)
  return ({ action, resource }) => {
    if (action !== 'remove' || !after || !uses(after, env, resource)) return undefined
    const which = isStaying ? 'which is not ours' : 'which is restored'
    const reason = `the logging configuration in ${env.region}, ${which}, uses it`
    return { reason, hint: 'give that configuration others, or delete it; then run cleanup again' }
  }
}

async function readStanding(cx: AwsContext, env: Env) {
  const [resource] = logging({ ...env, regions: [env.region] }, []).resources
  return resource && readKnown(cx, resource)
}

function uses({ cloudWatch, s3 }: LoggingState, env: Env, { type, name }: PlanItem['resource']): boolean {
  if (type === 'iam-role') return cloudWatch?.roleArn === roleArn(env)
  if (type === 'log-group') return cloudWatch?.logGroup === env.settings.logGroupName
  return [s3?.bucket, cloudWatch?.largeData?.bucket].includes(name)
}

/** Somebody has chosen otherwise since we replaced it: that stays, and what stood before is told, unless another setup keeps it. */
async function tellOfDropped(
  cx: AwsContext,
  env: Env,
  [earlier]: readonly Kept[],
  standing: LoggingState | undefined,
): Promise<void> {
  if (!earlier || equal(stateOf(earlier.before), standing)) return
  const another = standing && knowing(await keptLogging(env).readAt(cx, standing), standing)
  if (another && equal(another.before, earlier.before)) return
  const now = standing ? 'has been replaced since' : 'has been turned off since'
  const message = `the logging configuration that setup made in ${env.region} ${now}, so the one before it is not restored. It was: ${JSON.stringify(earlier.before)}`
  cx.emit({ type: 'warning', warning: { code: 'logging-not-restored', message } })
}
