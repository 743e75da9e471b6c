import type { AwsContext } from '../aws/context.ts'
import { findHomeRegion } from '../aws/home-region.ts'
import { dashboardUrl } from '../aws/partitions.ts'
import {
  asResults,
  type ChangeReport,
  type ChangeReportResource,
  type CommandResult,
  changeReport,
  commandResult,
  failureOf,
  type MonthlyCost,
} from '../core/change-report.ts'
import { type AppError, declined, usageError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { type ApplyOptions, concernsOf, type PlanItem, planApply } from '../core/plan.ts'
import { type Recovery, run } from '../core/run.ts'
import { readUseSeries, SUGGESTABLE, suggest, trippingWords } from './alarms/suggest.ts'

import { checkBillingExport } from './billing/export.ts'
import { billingBucketName, EXPORT_FOLDER } from './billing/export-bucket.ts'
import type { Env } from './env.ts'
import { LAKE } from './lake/lake.ts'
import { unaskedInWords, unaskedLakes } from './lake/unasked.ts'
import { monthlyCost } from './monthly-cost.ts'
import { AT_ZERO_WHY, atZeroInWords, budgetAtZero } from './notify/budget-spend.ts'
import { checkNotifications, passing, topicWarnings, unheardWarnings } from './notify/notifications.ts'
import { obstaclesOf, unreadableOf } from './obstacles.ts'
import { checkKeyPlaces, checkKeys, withKeyInUse } from './permissions/key-policy.ts'
import { preflight } from './permissions/preflight.ts'
import { headOf, type Session } from './session.ts'
import { spendAlarmWarnings } from './spend/spend-alarm.ts'
import { allSteps, resourcesOf, type Selection, selectSteps } from './steps.ts'
import type { InUse } from './use/in-use.ts'
import { readUse } from './use/quotas.ts'
import { incompleteUse } from './use/read-in-use.ts'
import { verify } from './verify.ts'

/** What a person (or the flags in his place) decides. Each throws a usage error where nobody can be asked. */
export interface Interaction {
  /** `monthlyCost`: what it will cost to have it standing; not of a plan that takes away. */
  showPlan(items: readonly PlanItem[], monthlyCost?: MonthlyCost): void
  confirm(
    question: 'apply' | 'shorten' | 'remove' | 'remove-data' | 'remove-others',
    items: readonly PlanItem[],
  ): Promise<boolean>
  recover(item: PlanItem, error: AppError): Promise<Recovery>
  /** Of one account among several: waits until all have their plan, and answers why nothing is to be changed. */
  begin?(pending: readonly PlanItem[]): Promise<AppError | undefined>
}

export interface SetupOptions extends Selection {
  dryRun: boolean
  yes: boolean
  replaceLogging: boolean
  /** Use what was there before, though it differs from what would be made: ours is added, the rest stays. */
  adopt: boolean
  /** Keep logs for a shorter time than they are kept now, which deletes the older ones. */
  shortenRetention: boolean
  skipChecks: boolean
  /** The thresholds have been held against the last two weeks. */
  suggest?: boolean
}

/** Steps 1 to 5: plan, confirm, apply, verify. */
export async function setup(session: Session, options: SetupOptions, ask: Interaction): Promise<CommandResult> {
  const { cx } = session
  const wishes = { replaceForeign: options.replaceLogging, adopt: options.adopt }
  const { items, inUse } = await planAll(session, options, wishes, isNews)
  const head = { ...headOf(session, 'setup'), monthlyCost: monthlyCost(items, 'planned', inUse) }
  ask.showPlan(items, head.monthlyCost)
  if (inUse && !options.suggest) await warnOfTripping(session, items, inUse)
  const { obstacle, inPart, holdBack } = obstaclesOf(items, session.env.regions)
  if (obstacle || options.dryRun) {
    const error = obstacle ?? inPart ?? incompleteUse(session.warnings, 'setup')
    return commandResult(head, asResults(items), error)
  }
  const plan = items.map(holdBack)
  const refused = options.skipChecks
    ? undefined
    : ((await preflight(cx, session.identity, 'setup', plan)) ?? (await checkKeys(cx, withKeyInUse(session.env, plan))))
  const stopped = (error: AppError) => commandResult(head, asResults(items), error)
  if (refused) return stopped(refused)
  const pending = plan.filter(({ action, error }) => action !== 'none' && !error)
  const losing = pending.filter(({ loses }) => loses !== undefined)
  if (losing.length > 0 && options.yes && !options.shortenRetention) return stopped(wouldLose(losing))
  const heldUp = await ask.begin?.(pending)
  if (heldUp) return stopped(heldUp)
  const agreed = async () =>
    options.yes ||
    pending.length === 0 ||
    ((await ask.confirm('apply', items)) &&
      (losing.length === 0 || options.shortenRetention || (await ask.confirm('shorten', losing))))
  if (!(await agreed())) return stopped(declined())
  const results = await run(cx, plan, { direction: 'apply', asked: !options.yes, recover: ask.recover })
  const error = failureOf(results, 'setup') ?? (await verify(cx, results)) ?? incompleteUse(session.warnings, 'setup')
  return commandResult(head, results, error)
}

async function warnOfTripping({ cx, env }: Session, items: readonly PlanItem[], inUse: InUse): Promise<void> {
  const isChanging = (name: string) =>
    items.some(({ action, resource }) => resource.name === name && (action === 'create' || action === 'update'))
  if (!SUGGESTABLE.some(({ name }) => isChanging(name))) return
  cx.emit({ type: 'phase', title: 'reading the last two weeks' })
  const series = await readUseSeries(cx, inUse).catch((thrown) => {
    passing(thrown)
    return []
  })
  cx.emit({ type: 'phase-done' })
  const message = trippingWords(suggest(series, env.settings).filter(({ name }) => isChanging(name)))
  if (message !== undefined) warn(cx, 'threshold-trips', message)
}

/** What deletes data is not covered by a general yes. */
function wouldLose(items: readonly PlanItem[]): AppError {
  return usageError(
    `${items.map(({ loses }) => loses).join('; ')}; nothing was changed`,
    'pass --shorten-retention to go ahead, or keep --retention-days and --lifecycle-days as they are',
  )
}

/** The plan of `setup` without applying it. `ok` when all stands as it should. */
export async function status(session: Session, selection: Selection): Promise<CommandResult> {
  const { cx, env } = session
  const { items, inUse } = await planAll(session, selection, {}, notifies)
  if (items.some(({ resource }) => resource.step === NOTIFYING)) {
    await warnOfUnheard(session)
    const found = await budgetAtZero(cx, env, items, session.prices)
    if (found) warn(cx, 'budget-at-zero', `${atZeroInWords(found)}: ${AT_ZERO_WHY}`)
  }
  // Where nobody asks for a lake, none is compared; that one stands is told.
  const isOfLake = selectSteps(allSteps(env), selection).some(({ id }) => id === LAKE)
  const lakes = isOfLake ? await unaskedLakes(cx, env) : []
  if (lakes.length > 0) {
    const told = unaskedInWords(lakes, env.settings)
    warn(cx, 'lake-not-compared', `${told}; pass --lake, or set lake to true in the configuration file`)
  }
  const drift = items.filter(({ action, error }) => action !== 'none' || error)
  const head = { ...headOf(session, 'status'), monthlyCost: monthlyCost(items, 'standing', inUse) }
  const error = unreadableOf(items, env.regions) ?? incompleteUse(session.warnings, 'status')
  const report = changeReport(head, asResults(items), drift.length === 0 && !error)
  return { report, ...(error && { error }) }
}

export async function warnOfUnheard({ cx, env }: Session): Promise<void> {
  for (const warning of await unheardWarnings(cx, env)) cx.emit({ type: 'warning', warning })
}

export function nextSteps(
  { env, regionFlag }: Pick<Session, 'env' | 'regionFlag'>,
  resources: readonly Pick<ChangeReportResource, 'type'>[],
): string[] {
  const has = (type: string) => resources.some((resource) => resource.type === type)
  const bill = `s3://${billingBucketName(env)}/${EXPORT_FOLDER}/${env.settings.billingExportName}`
  return [
    ...(has('dashboard') ? [`dashboard: ${dashboardUrl(env.region, env.settings.dashboardName)}`] : []),
    `usage and cost: bedrock-monitor report --region ${regionFlag} --hours 24`,
    ...(has('glue-table')
      ? [`callers, summed by Athena: bedrock-monitor report --region ${regionFlag} --source athena --by role,model`]
      : []),
    ...(has('billing-export')
      ? [`the bill, once AWS has delivered it: bedrock-monitor report --source cur:${bill}`]
      : []),
  ]
}

export const NOTIFYING = '5'

const warn = (cx: AwsContext, code: Warning['code'], message: string) =>
  cx.emit({ type: 'warning', warning: { code, message } })

/** The plan, with all that it takes read, and what is to be known of it told. Changes nothing. */
export async function planAll(
  { cx, env, prices }: Session,
  selection: Selection,
  options: ApplyOptions,
  /** Whether what the alarm on spending does not cover is to be told. */
  tellsOfSpend: (selection: Selection, items: readonly PlanItem[]) => boolean = notifies,
): Promise<{ items: PlanItem<AwsContext>[]; inUse?: InUse }> {
  const chosen = checked(env, selection)
  cx.emit({ type: 'phase', title: 'reading what exists' })
  const [homeRegion, use] = await Promise.all([findHomeRegion(cx, env), readUse(cx, env, chosen, prices)])
  const facts: Env = { ...env, homeRegion, ...use }
  const resources = resourcesOf(selectSteps(allSteps(facts), selection))
  const items = await planApply(cx, resources, options)
  const warnings = chosen.includes(NOTIFYING)
    ? [...(await topicWarnings(cx, env)), ...(tellsOfSpend(selection, items) ? spendAlarmWarnings(facts, items) : [])]
    : []
  cx.emit({ type: 'phase-done' })
  for (const warning of [...concernWarnings(items), ...warnings]) cx.emit({ type: 'warning', warning })
  return { items, ...(use.inUse && { inUse: use.inUse }) }
}

/** The ids of the chosen steps. Throws a usage error for settings that they cannot have together. */
function checked(env: Env, selection: Selection): string[] {
  const chosen = selectSteps(allSteps(env), selection).map(({ id }) => id)
  if (chosen.includes(NOTIFYING)) checkNotifications(env)
  checkBillingExport(env)
  checkKeyPlaces(env, chosen)
  return chosen
}

/** What is to be known of things that are used; what stands in the way of it is told by the plan. */
function concernWarnings(items: readonly PlanItem[]): Warning[] {
  return (
    concernsOf(items.filter(({ action }) => action !== 'blocked'))
      .filter(({ stops }) => stops !== 'remove')
      // What would stop an adoption has been decided on by then.
      .map(({ code, message, hint, stops }) => ({ code, message: stops ? message : `${message} (${hint})` }))
  )
}

/** A setup that only confirms what stands does not repeat itself; one that is named the alarms (`alarms sync`) does. */
function isNews({ only }: Selection, items: readonly PlanItem[]): boolean {
  return only.length > 0 || items.some(({ resource, action }) => resource.step === NOTIFYING && action !== 'none')
}

/** Of an account that is not set up, `status` does not tell what an alarm would not cover. */
function notifies(_selection: Selection, items: readonly PlanItem[]): boolean {
  return items.some(({ resource, have }) => resource.step === NOTIFYING && have !== undefined)
}

/** The plan of `setup` for an account that nobody has looked at. Makes no call. Throws usage errors. */
export function planForEmptyAccount(
  env: Env,
  selection: Selection,
): { items: PlanItem<AwsContext>[]; report: ChangeReport } {
  const inUse = new Map(env.regions.map((region) => [region, []]))
  checked(env, selection)
  const resources = resourcesOf(selectSteps(allSteps({ ...env, inUse }), selection))
  const items = resources
    .filter(({ wanted }) => wanted !== false)
    .map((resource): PlanItem<AwsContext> => ({ resource, action: 'create', changes: [], readAt: 0 }))
  const message =
    'AWS was not asked: this is the plan for an account in which nothing exists and no model is in use yet'
  const warnings: Warning[] = [{ code: 'aws-not-asked', message }]
  const cost = monthlyCost(items, 'planned', inUse)
  const { accountId, regions } = env
  const head = { command: 'setup', accountId, regions: [...regions], monthlyCost: cost, warnings }
  return { items, report: changeReport(head, asResults(items), true) }
}
