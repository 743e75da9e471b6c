import { findHomeRegion } from '../../aws/home-region.ts'
import { partitionOf } from '../../aws/partitions.ts'
import { missingRights } from '../../aws/simulate.ts'
import { asResults, changeReport } from '../../core/change-report.ts'
import { concernsOf, planApply } from '../../core/plan.ts'
import type { Window } from '../../report/model.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../report/window.ts'
import { checkBillingExport } from '../../steps/billing/export.ts'
import { byRegion, type Env } from '../../steps/env.ts'
import { unaskedInWords, unaskedLakes } from '../../steps/lake/unasked.ts'
import { budgetAtZero } from '../../steps/notify/budget-spend.ts'
import { checkNotifications } from '../../steps/notify/notifications.ts'
import { checkKeyPlaces } from '../../steps/permissions/key-policy.ts'
import { grantsFor } from '../../steps/permissions/permissions.ts'
import type { Session } from '../../steps/session.ts'
import { allSteps, resourcesOf } from '../../steps/steps.ts'
import { type Facts, noting, type Unread } from '../facts.ts'
import { readBill } from './bill.ts'
import { readElsewhere } from './elsewhere.ts'
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
