import { GetExportCommand } from '@aws-sdk/client-bcm-data-exports'
import {
  CostAllocationTagStatus,
  CostAllocationTagType,
  ListCostAllocationTagsCommand,
} from '@aws-sdk/client-cost-explorer'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode } from '../../aws/errors.ts'
import { findHomeRegion } from '../../aws/home-region.ts'
import { itemsOf } from '../../aws/pages.ts'
import { bedrockRegions, partitionOf } from '../../aws/partitions.ts'
import { missingRights } from '../../aws/simulate.ts'
import { asResults, changeReport } from '../../core/change-report.ts'
import { isAppError } from '../../core/errors.ts'
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
import { checkNotifications } from '../../steps/notify/notifications.ts'
import { checkKeyPlaces } from '../../steps/permissions/key-policy.ts'
import { grantsFor } from '../../steps/permissions/permissions.ts'
import { NOT_ENABLED } from '../../steps/regions.ts'
import type { Session } from '../../steps/session.ts'
import { allSteps, resourcesOf } from '../../steps/steps.ts'
import {
  type Attempt,
  type BillFacts,
  type ExportFacts,
  type Facts,
  noting,
  type RegionUse,
  type Told,
  type Unread,
} from '../facts.ts'
import { readLogging } from './destinations.ts'
import { readRegion } from './region.ts'

/** The last 24 hours and the one under way: its slots are hours of the clock, as those of the log's own query. */
function lastDay(now: number): Window {
  return { start: Math.floor(now / HOUR_MS) * HOUR_MS - DAY_MS, end: Math.ceil(now / MINUTE_MS) * MINUTE_MS }
}

/** Many may not see the bill: where no export of it is asked for, nothing is said of those rights. */
const isOfUse =
  ({ settings: { billingExport } }: Env) =>
  ({ action }: { action: string }) =>
    !(billingExport ? /^ce:/ : /^(ce|cur|bcm-data-exports):/).test(action)

/** Reads everything that the examination looks at; changes nothing. Fails for want of credentials, and for settings that cannot be had. */
export async function gatherFacts({ cx, env: named, identity, prices }: Session): Promise<Facts> {
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
  const looking = new Set(
    [...grantsFor(env, 'status'), ...grantsFor(env, 'report'), ...grantsFor(env, 'doctor')].flatMap(
      ({ actions }) => actions,
    ),
  )
  const head = { command: 'doctor', accountId: env.accountId, regions: [...env.regions], warnings: [] }
  return {
    accountId: env.accountId,
    caller: identity,
    rights: {
      ...rights,
      missing: rights.missing.filter(isOfUse(env)).map((right) => ({ ...right, changing: !looking.has(right.action) })),
    },
    resources: changeReport(head, asResults(items), true).resources,
    // What keeps an export from being delivered has a finding of its own.
    concerns: concernsOf(items).filter(({ code }) => code !== 'billing-export-unhealthy'),
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

/** What AWS answers with in a Region that the account has not enabled, or that its organization forbids: it has no use. */
const CLOSED = [...NOT_ENABLED, 'AccessDenied', 'AccessDeniedException']

/** The other Regions of the partition in which Bedrock was used in the window, all asked side by side. */
export async function readElsewhere(
  cx: AwsContext,
  regions: readonly string[],
  window: Window,
  attempt: Attempt,
): Promise<Pick<Facts, 'elsewhere' | 'elsewhereUnread'>> {
  const others = bedrockRegions(regions[0] ?? '').filter((region) => !regions.includes(region))
  const found = await Promise.all(
    others.map((region) =>
      attempt(`the use of Bedrock in ${region}`, unlessClosed(region, useOf(cx.in(region), region, window))),
    ),
  )
  const read = found.filter((use) => use !== undefined)
  return { elsewhere: read.filter(({ invocations }) => invocations > 0), elsewhereUnread: read.length < found.length }
}

async function useOf(cx: AwsContext, region: string, window: Window): Promise<RegionUse> {
  const { models } = await listModels(cx)
  const none = noUseOf(region)
  if (models.length === 0) return none
  const queries = models.map((model) => ({ model, metric: 'Invocations', stat: 'Sum' }))
  const answers = await getWholeData(cx, queries, window, HOUR_MS / 1000)
  const invocations = queries.flatMap((query) => answers.points(query)).reduce((sum, { value }) => sum + value, 0)
  return invocations === 0 ? none : { region, invocations, logging: (await readLogging(cx)) !== null }
}

function noUseOf(region: string): RegionUse {
  return { region, invocations: 0, logging: false }
}

async function unlessClosed(region: string, use: Promise<RegionUse>): Promise<RegionUse> {
  return use.catch((error: unknown) => {
    if (hasCode(error, ...CLOSED)) return noUseOf(region)
    throw error
  })
}

const AT_ONCE = 4

/** What reports of the bill can be made of: its exports, whoever made them, and the tags that are in it. Asked side by side. */
async function readBill(cx: AwsContext): Promise<BillFacts> {
  const there = cx.in(BILLING_REGION)
  const [exports, tags] = await Promise.all([told(readExports(there)), told(inactiveTags(there))])
  return { exports, tags }
}

/** An answer, or why there is none: that others may not look at the bill is the rule. */
async function told<Part>(reading: Promise<Part[]>): Promise<Told<Part>> {
  return reading.catch((error: unknown) => {
    if (!isAppError(error) || error.kind === 'credentials' || error.kind === 'interrupted') throw error
    return { unread: error.message, ...(error.transient && { hint: error.hint }) }
  })
}

async function readExports(cx: AwsContext): Promise<ExportFacts[]> {
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
        table,
        place: `s3://${bucket}/${folder}/${ExportName}`,
        principals: table === CUR && hasPrincipals(properties) && hasColumn,
        health: limits.health?.code === 'UNHEALTHY' ? (limits.health.reason ?? 'no reason given') : undefined,
        createdAt: ExportStatus?.CreatedAt?.getTime(),
        refreshedAt: ExportStatus?.LastRefreshedAt?.getTime(),
      },
    ]
  })
  return found.flat()
}

/** The keys of tags that AWS has seen and that are in no bill yet. */
async function inactiveTags({ aws }: AwsContext): Promise<string[]> {
  const tags = await itemsOf(
    'ce:ListCostAllocationTags',
    (NextToken) => {
      return aws.ce.send(
        new ListCostAllocationTagsCommand({
          Status: CostAllocationTagStatus.INACTIVE,
          Type: CostAllocationTagType.USER_DEFINED,
          MaxResults: 1_000,
          NextToken,
        }),
      )
    },
    (page) => page.NextToken,
    (page) => page.CostAllocationTags,
  )
  return tags.flatMap(({ TagKey }) => TagKey ?? []).sort()
}
