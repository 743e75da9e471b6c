import type { AwsContext } from '../aws/context.ts'
import { asResults, type ChangeReport, changeReport } from '../core/change-report.ts'
import type { Warning } from '../core/events.ts'
import type { PlanItem } from '../core/plan.ts'
import { checkBillingExport } from './billing/export.ts'
import type { Env } from './env.ts'
import { monthlyCost } from './monthly-cost.ts'
import { checkNotifications } from './notify/notifications.ts'
import { checkKeyPlaces } from './permissions/key-policy.ts'
import { allSteps, resourcesOf, type Selection, selectSteps } from './steps.ts'

const WARNING: Warning = {
  code: 'aws-not-asked',
  message: 'AWS was not asked: this is the plan for an account in which nothing stands and no model is in use yet',
}

/**
 * The plan of `setup` for an account that nobody has looked at: everything is to be created. Makes no call. Throws usage
 * errors for settings that cannot be had together.
 */
export function planForEmptyAccount(
  env: Env,
  selection: Selection,
): { items: PlanItem<AwsContext>[]; report: ChangeReport } {
  const inUse = new Map(env.regions.map((region) => [region, []]))
  const steps = selectSteps(allSteps({ ...env, inUse }), selection)
  checkKeyPlaces(
    env,
    steps.map(({ id }) => id),
  )
  if (steps.some(({ name }) => name === 'alarms')) checkNotifications(env)
  checkBillingExport(env)
  const wanted = resourcesOf(steps).filter((resource) => resource.wanted !== false)
  const items = wanted.map((resource): PlanItem<AwsContext> => ({ resource, action: 'create', changes: [], readAt: 0 }))
  const { accountId, regions } = env
  const cost = monthlyCost(items, 'planned', inUse)
  const head = { command: 'setup', accountId, regions: [...regions], monthlyCost: cost, warnings: [WARNING] }
  return { items, report: changeReport(head, asResults(items), true) }
}
