import type { AwsContext } from '../aws/context.ts'
import { dashboardUrl } from '../aws/partitions.ts'
import {
  asResults,
  type CommandResult,
  changeReport,
  failureOf,
  type MonthlyCost,
  type ReportHead,
} from '../core/change-report.ts'
import { AppError, toAppError } from '../core/errors.ts'
import { type PlanItem, planApply, unsettled } from '../core/plan.ts'
import { GLOBAL } from '../core/resource.ts'
import { type Recovery, type Result, run } from '../core/run.ts'
import type { Env } from './env.ts'
import { monthlyCost } from './monthly-cost.ts'
import {
  checkNotifications,
  howToConfirm,
  type PendingEndpoint,
  pendingEndpoints,
  pendingUnnamed,
  pendingWarning,
  topicWarnings,
} from './notify/notifications.ts'
import { checkKeys } from './permissions/key-policy.ts'
import { preflight } from './permissions/preflight.ts'
import { findHomeRegion } from './regions.ts'
import type { Session } from './session.ts'
import { spendAlarmWarnings } from './spend/spend-alarm-status.ts'
import { allSteps, resourcesOf, type Selection, selectSteps } from './steps.ts'
import type { InUse } from './use/in-use.ts'
import { readUse } from './use/read-use.ts'

/** What a person (or the flags in his place) decides. Each throws a usage error where nobody can be asked. */
export interface Interaction {
  /** `monthlyCost`: what it will cost to have it standing; not of a plan that takes away. */
  showPlan(items: readonly PlanItem[], monthlyCost?: MonthlyCost): void
  confirm(question: 'apply' | 'remove' | 'remove-data', items: readonly PlanItem[]): Promise<boolean>
  recover(item: PlanItem, error: AppError): Promise<Recovery>
}

export interface SetupOptions extends Selection {
  dryRun: boolean
  yes: boolean
  replaceLogging: boolean
  /** Go ahead without asking IAM for the rights. */
  skipChecks: boolean
}

const SETTLE_MS = 20_000
const SETTLE_PAUSE_MS = 1_000

/** Steps 1 to 5: plan, confirm, apply, verify. */
export async function setup(session: Session, options: SetupOptions, ask: Interaction): Promise<CommandResult> {
  const { cx } = session
  const { items, inUse } = await planAll(session, options, { replaceForeign: options.replaceLogging }, isNews)
  const head = { ...headOf(session, 'setup'), monthlyCost: monthlyCost(items, 'planned', inUse) }
  ask.showPlan(items, head.monthlyCost)
  const { obstacle, held } = obstaclesOf(items, session.env.regions)
  if (obstacle || options.dryRun) {
    return { report: changeReport(head, asResults(items), !obstacle), ...(obstacle && { error: obstacle }) }
  }
  const plan = items.map((item) => (held.has(item.resource.region) ? heldBack(item) : item))
  const refused = options.skipChecks
    ? undefined
    : ((await preflight(cx, session.identity, 'setup', plan)) ?? (await checkKeys(cx, session.env)))
  if (refused) return { report: changeReport(head, asResults(items), false), error: refused }
  const pending = items.filter(({ action }) => action !== 'none')
  if (pending.length > 0 && !options.yes && !(await ask.confirm('apply', items))) {
    const declined = new AppError('interrupted', 'Declined', 'nothing was changed', { hint: 'pass --yes to go ahead' })
    return { report: changeReport(head, asResults(items), false), error: declined }
  }
  const results = await run(cx, plan, { direction: 'apply', recover: ask.recover })
  const error = failureOf(results, 'setup') ?? (await verify(cx, results))
  return { report: changeReport(head, results, !error), ...(error && { error }) }
}

/** The plan of `setup` without applying it. `ok` when all stands as it should. */
export async function status(session: Session, selection: Selection): Promise<CommandResult> {
  const { items, inUse } = await planAll(session, selection, {}, notifies)
  if (items.some(({ resource }) => resource.step === NOTIFYING)) await warnOfPending(session)
  const drift = items.filter(({ action, error }) => action !== 'none' || error)
  const head = { ...headOf(session, 'status'), monthlyCost: monthlyCost(items, 'standing', inUse) }
  const report = changeReport(head, asResults(items), drift.length === 0)
  const error = unreadableOf(items, session.env.regions)
  return { report, ...(error && { error }) }
}

/** The first resource's error that could not be read; where some Regions could be read, the status is there in part. */
function unreadableOf(items: readonly PlanItem[], regions: readonly string[]): AppError | undefined {
  const unreadable = items.filter((item) => item.error)
  const [first] = unreadable
  const dark = new Set(unreadable.map(({ resource }) => resource.region))
  if (!first?.error || dark.has(GLOBAL) || regions.every((region) => dark.has(region))) return first?.error
  const { code, message, hint } = first.error
  const text = `${[...dark].join(', ')} could not be read: ${message}`
  return new AppError('partial', code, text, hint === undefined ? {} : { hint })
}

async function warnOfPending({ cx, env }: Session): Promise<void> {
  const pending = await pendingEndpoints(cx, env)
  const warnings = [...pending.map(pendingWarning), ...(await pendingUnnamed(cx, env))]
  for (const warning of warnings) cx.emit({ type: 'warning', warning })
}

/** What to do after a setup that succeeded; `pending` are those who have yet to confirm that they want the alarms. */
export function nextSteps({ env, regionFlag }: Session, pending: readonly PendingEndpoint[] = []): string[] {
  const { settings, region } = env
  const flag = `--region ${regionFlag}`
  const told = [settings.email, settings.httpsEndpoint, settings.snsTopic].some((value) => value !== '')
  return [
    `dashboard: ${dashboardUrl(region, settings.dashboardName)}`,
    ...(told ? [] : [`alarms by e-mail: bedrock-monitor setup ${flag} --only alarms --email you@example.com`]),
    ...pending.map((each) => `alarms: ${howToConfirm(each)}`),
    `usage and cost: bedrock-monitor report ${flag} --hours 24`,
  ]
}

export function headOf({ env, warnings }: Session, command: string): ReportHead {
  return { command, accountId: env.accountId, regions: [...env.regions], warnings }
}

/** The step that people and other systems are told by. */
const NOTIFYING = '5'

async function planAll(
  { cx, env, overrides }: Session,
  selection: Selection,
  options: { replaceForeign?: boolean },
  /** Whether what the alarm on spending does not cover is to be told. */
  tellsOfSpend: (selection: Selection, items: readonly PlanItem[]) => boolean,
): Promise<{ items: PlanItem<AwsContext>[]; inUse?: InUse }> {
  const chosen = selectSteps(allSteps(env), selection).map(({ id }) => id)
  if (chosen.includes(NOTIFYING)) checkNotifications(env)
  cx.emit({ type: 'phase', title: 'reading what exists' })
  const [homeRegion, use] = await Promise.all([
    findHomeRegion(cx, env),
    readUse(cx, env, chosen, overrides && { overrides }),
  ])
  const facts: Env = { ...env, homeRegion, ...use }
  const resources = resourcesOf(selectSteps(allSteps(facts), selection))
  const items = await planApply(cx, resources, options)
  const warnings = chosen.includes(NOTIFYING)
    ? [...(await topicWarnings(cx, env)), ...(tellsOfSpend(selection, items) ? spendAlarmWarnings(facts, items) : [])]
    : []
  cx.emit({ type: 'phase-done' })
  for (const warning of warnings) cx.emit({ type: 'warning', warning })
  return { items, ...(use.inUse && { inUse: use.inUse }) }
}

/** A setup that only confirms what stands does not repeat itself; one that is named the alarms (`alarms sync`) does. */
function isNews({ only }: Selection, items: readonly PlanItem[]): boolean {
  return only.length > 0 || items.some(({ resource, action }) => resource.step === NOTIFYING && action !== 'none')
}

/** Of an account that is not set up, `status` does not tell what an alarm would not cover. */
function notifies(_selection: Selection, items: readonly PlanItem[]): boolean {
  return items.some(({ resource, have }) => resource.step === NOTIFYING && have !== undefined)
}

/**
 * What stands in a setup's way before its first change: something unreadable, or something that is not ours. In one Region
 * of several it holds up that Region alone; in what is global, or everywhere, the whole setup.
 */
function obstaclesOf(
  items: readonly PlanItem[],
  regions: readonly string[],
): { obstacle: AppError | undefined; held: Set<string> } {
  const inTheWay = items.filter(({ action, error }) => error || action === 'blocked')
  const held = new Set(inTheWay.map(({ resource }) => resource.region))
  const stopsAll = held.has(GLOBAL) || regions.every((region) => held.has(region))
  const [first] = inTheWay
  return { obstacle: stopsAll && first ? obstacleError(first) : undefined, held }
}

function obstacleError({ resource: { step, type, name }, reason, error }: PlanItem): AppError {
  if (error) return error
  return new AppError('blocked', 'NotOurs', `step ${step}, ${type} ${name}: ${reason}; nothing was changed`, {
    hint: 'pass --replace-logging to replace it: cleanup puts it back',
  })
}

/** An item of a Region that is held up: nothing is done there, so that the Region is not left half set up. */
function heldBack(item: PlanItem<AwsContext>): PlanItem<AwsContext> {
  if (item.error || item.action === 'blocked' || item.action === 'none') return item
  const { region } = item.resource
  const error = new AppError('failed', 'RegionHeldUp', `not done: something else in ${region} stands in the way`)
  return { ...item, error }
}

/** Reads again what was written; what cannot be read, or still differs after a while, is a failure. */
async function verify(cx: AwsContext, results: readonly Result<AwsContext>[]): Promise<AppError | undefined> {
  const written = results
    .filter(({ item, outcome }) => outcome === 'done' && item.action !== 'remove')
    .map(({ item }) => item)
  if (written.length === 0) return undefined
  cx.emit({ type: 'phase', title: 'verifying' })
  try {
    const open = await waitUntilSettled(cx, written)
    if (open.length === 0) return undefined
    const list = open.map(
      ({ resource, changes }) => `${resource.type} ${resource.name} (${changes.map(({ path }) => path).join(', ')})`,
    )
    return new AppError('failed', 'NotAsWritten', `written, but AWS shows other settings: ${list.join('; ')}`, {
      hint: 'run bedrock-monitor status to see the differences',
    })
  } catch (error) {
    return toAppError(error)
  } finally {
    cx.emit({ type: 'phase-done' })
  }
}

/** AWS may take a moment to show what it has accepted. Gives what differs when the time is up. */
async function waitUntilSettled(cx: AwsContext, written: PlanItem<AwsContext>[]): Promise<PlanItem<AwsContext>[]> {
  const deadline = cx.clock.now() + SETTLE_MS
  let open = await unsettled(cx, written)
  while (open.length > 0 && cx.clock.now() < deadline) {
    await cx.clock.sleep(SETTLE_PAUSE_MS, cx.signal)
    open = await unsettled(cx, open)
  }
  return open
}
