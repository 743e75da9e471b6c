import { GetExportCommand } from '@aws-sdk/client-bcm-data-exports'
import {
  CostAllocationTagStatus,
  CostAllocationTagType,
  ListCostAllocationTagsCommand,
} from '@aws-sdk/client-cost-explorer'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode } from '../../aws/errors.ts'
import { findHomeRegion } from '../../aws/home-region.ts'
import { allOf } from '../../aws/pages.ts'
import { bedrockRegions, partitionOf } from '../../aws/partitions.ts'
import { missingRights } from '../../aws/simulate.ts'
import { asResults, changeReport } from '../../core/change-report.ts'
import { concernsOf, planApply } from '../../core/plan.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import type { Window } from '../../report/model.ts'
import { getWholeData } from '../../report/sources/metrics/get-data.ts'
import { listModels } from '../../report/sources/metrics/list-models.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../report/window.ts'
import { checkBillingExport, listExports } from '../../steps/billing/export.ts'
import { CUR, exportStateOf, hasPrincipals, PRINCIPAL_COLUMN } from '../../steps/billing/export-state.ts'
import { BILLING_REGION, byRegion, type Env } from '../../steps/env.ts'
import { unaskedInWords, unaskedLakes } from '../../steps/lake/unasked.ts'
import { budgetAtZero } from '../../steps/notify/budget-spend.ts'
import { checkNotifications, passing } from '../../steps/notify/notifications.ts'
import { checkKeyPlaces } from '../../steps/permissions/key-policy.ts'
import { grantsFor } from '../../steps/permissions/permissions.ts'
import { NOT_ENABLED } from '../../steps/regions.ts'
import type { Session } from '../../steps/session.ts'
import { allSteps, resourcesOf } from '../../steps/steps.ts'
import { readLogging } from './destinations.ts'
import { type Attempt, noting, readRegion, type Unread } from './region.ts'

/** The last 24 hours and the one under way: its slots are hours of the clock, as those of the log's own query. */
function lastDay(now: number): Window {
  return { start: Math.floor(now / HOUR_MS) * HOUR_MS - DAY_MS, end: Math.ceil(now / MINUTE_MS) * MINUTE_MS }
}

/** Many may not see the bill: where no export of it is asked for, nothing is said of those rights. */
const isOfUse =
  ({ settings: { billingExport } }: Env) =>
  ({ action }: { action: string }) =>
    !(billingExport ? /^ce:/ : /^(ce|cur|bcm-data-exports):/).test(action)

/** All that the examination looks at. What could not be read is undefined where it stands, and told in `unread`. */
export type Facts = Awaited<ReturnType<typeof gatherFacts>>

/** Reads everything that the examination looks at; changes nothing. Fails for want of credentials, and for settings that cannot be had. */
export async function gatherFacts({ cx, env: named, identity, prices }: Session) {
  checkNotifications(named)
  checkBillingExport(named)
  checkKeyPlaces(
    named,
    allSteps(named).map(({ id }) => id),
  )
  const unread: Unread[] = []
  const attempt = noting(unread)
  const window = lastDay(cx.clock.now())
  const homeRegion = (await attempt('the bucket', findHomeRegion(cx, named))) ?? named.homeRegion
  const env: Env = { ...named, homeRegion, examining: true }
  const [rights, items, regions, elsewhere, bill, lakes] = await Promise.all([
    missingRights(
      cx,
      identity,
      byRegion(env).flatMap((each) => grantsFor(each, 'all')),
    ),
    planApply(cx, resourcesOf(allSteps(env))),
    Promise.all(byRegion(env).map((each) => readRegion(cx.in(each.region), each, window, prices, attempt))),
    readElsewhere(cx, env.regions, window, attempt),
    partitionOf(env.region).hasDataExports ? readBill(cx) : undefined,
    unaskedLakes(cx, env),
  ])
  const credentials = items.find(({ error }) => error?.kind === 'credentials' || error?.kind === 'interrupted')?.error
  if (credentials) throw credentials
  const budget = await budgetAtZero(cx, env, items, prices)
  const reading = (['status', 'report', 'doctor'] as const).flatMap((command) => grantsFor(env, command))
  const looking = new Set(reading.flatMap(({ actions }) => actions))
  const head = { command: 'doctor', accountId: env.accountId, regions: [...env.regions], warnings: [] }
  return {
    accountId: env.accountId,
    caller: identity,
    rights: {
      ...rights,
      /** `changing`: needed by setup and cleanup only. */
      missing: rights.missing.filter(isOfUse(env)).map((right) => ({ ...right, changing: !looking.has(right.action) })),
    },
    /** The plan of `setup`: what is missing, differs or is not ours. */
    resources: changeReport(head, asResults(items), true).resources,
    // What keeps an export from being delivered has a finding of its own.
    concerns: concernsOf(items).filter(({ code }) => code !== 'billing-export-unhealthy'),
    /** What helps against each reason why `setup` would stop. */
    cures: new Map(items.flatMap(({ reason, hint }) => (reason && hint ? [[reason, hint] as const] : []))),
    regions,
    ...elsewhere,
    unread,
    now: cx.clock.now(),
    ...(bill && { bill }),
    ...(lakes.length > 0 && { unaskedLakes: unaskedInWords(lakes, env.settings) }),
    ...(budget && { budgetAtZero: budget }),
  }
}

const CLOSED = [...NOT_ENABLED, 'AccessDenied', 'AccessDeniedException']

export async function readElsewhere(cx: AwsContext, regions: readonly string[], window: Window, attempt: Attempt) {
  const others = bedrockRegions(regions[0] ?? '').filter((region) => !regions.includes(region))
  const found = await Promise.all(
    others.map((region) =>
      attempt(
        `the use of Bedrock in ${region}`,
        useOf(cx.in(region), region, window).catch((error: unknown) => {
          if (hasCode(error, ...CLOSED)) return { region, invocations: 0, logging: false }
          throw error
        }),
      ),
    ),
  )
  const read = found.filter((use) => use !== undefined)
  return { elsewhere: read.filter(({ invocations }) => invocations > 0), elsewhereUnread: read.length < found.length }
}

async function useOf(cx: AwsContext, region: string, window: Window) {
  const { models } = await listModels(cx)
  const queries = models.map((model) => ({ model, metric: 'Invocations', stat: 'Sum' }))
  const answers = queries.length > 0 && (await getWholeData(cx, queries, window, HOUR_MS / 1000))
  const points = answers ? queries.flatMap((query) => answers.points(query)) : []
  const invocations = points.reduce((sum, { value }) => sum + value, 0)
  return { region, invocations, logging: invocations > 0 && (await readLogging(cx)) !== null }
}

const AT_ONCE = 4

/** What reports of the bill can be made of: its exports, whoever made them, and the tags that are in it. Asked side by side. */
async function readBill(cx: AwsContext) {
  const there = cx.in(BILLING_REGION)
  const [exports, tags] = await Promise.all([told(readExports(there)), told(inactiveTags(there))])
  return { exports, tags }
}

/** What was found, or why nobody could look; with a hint where that may be otherwise the next time. */
type Told<Part> = readonly Part[] | { unread: string; hint?: string | undefined }

function told<Part>(reading: Promise<Part[]>): Promise<Told<Part>> {
  return reading.catch((error: unknown) => {
    const { message, transient, hint } = passing(error)
    return { unread: message, ...(transient && { hint }) }
  })
}

export type ExportFacts = Awaited<ReturnType<typeof readExports>>[number]

async function readExports(cx: AwsContext) {
  const listed = await listExports(cx)
  const found = await sideBySide(listed, AT_ONCE, async ({ ExportArn, ExportName = '' }) => {
    const { Export, ExportStatus } = await cx.aws.exports.send(new GetExportCommand({ ExportArn }))
    const { table = '', columns, properties, bucket, folder, limits } = exportStateOf({ ...Export }, ExportStatus)
    if (table !== CUR && !table.startsWith('FOCUS')) return []
    // A query that is more than a list of columns may have all of them.
    const hasColumn = columns === undefined || columns.includes(PRINCIPAL_COLUMN)
    return [
      {
        name: ExportName,
        /** `COST_AND_USAGE_REPORT`, `FOCUS_1_2_AWS` */
        table,
        place: `s3://${bucket}/${folder}/${ExportName}`,
        principals: table === CUR && hasPrincipals(properties) && hasColumn,
        health: limits.health?.code === 'UNHEALTHY' ? (limits.health.reason ?? 'no reason given') : undefined,
        /** Milliseconds since the epoch; undefined where AWS does not say. */
        createdAt: ExportStatus?.CreatedAt?.getTime(),
        refreshedAt: ExportStatus?.LastRefreshedAt?.getTime(),
      },
    ]
  })
  return found.flat()
}

const UNUSED_TAGS = {
  Status: CostAllocationTagStatus.INACTIVE,
  Type: CostAllocationTagType.USER_DEFINED,
  MaxResults: 1_000,
}

async function inactiveTags({ aws }: AwsContext): Promise<string[]> {
  const tags = await allOf(aws.ce, ListCostAllocationTagsCommand, UNUSED_TAGS, 'CostAllocationTags')
  return tags.flatMap(({ TagKey }) => TagKey ?? []).sort()
}
