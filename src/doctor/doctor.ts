import type { Session } from '../steps/session.ts'
import { actions, budget, subscriptions, topicAccess } from './checks/alarms.ts'
import { destinations, INCOMPLETE, loggingOn, rights, unread } from './checks/logging.ts'
import { concerns, lakes, resources } from './checks/resources.ts'
import { billExports, costTags, coverage, deliveries, mantle, otherRegions, prices, use } from './checks/usage.ts'
import { type Check, type Examination, examine } from './finding.ts'
import { gatherFacts } from './gather/gather.ts'

export { INCOMPLETE }

/** What `doctor --json` prints (src/schema/doctor.schema.json). */
export interface DoctorReport extends Examination {
  schemaVersion: 1
  command: 'doctor'
  accountId: string
  regions: string[]
  ok: boolean
}

/** Examines the chain from the caller's rights to the person an alarm reaches. Changes nothing. */
export async function doctor(session: Session): Promise<DoctorReport> {
  const { cx } = session
  cx.emit({ type: 'phase', title: 'examining' })
  const facts = await gatherFacts(session).finally(() => cx.emit({ type: 'phase-done' }))
  const { findings, passed } = examine(facts, CHECKS)
  return {
    schemaVersion: 1,
    command: 'doctor',
    accountId: facts.accountId,
    regions: facts.regions.map(({ region }) => region),
    ok: findings.every(({ severity }) => severity !== 'error'),
    findings,
    passed: ['the credentials are valid', ...passed],
  }
}

/** The chain from the caller's rights to the person an alarm reaches, link by link. */
export const CHECKS: readonly Check[] = [
  ...[rights, loggingOn, resources, concerns, lakes, destinations, deliveries],
  ...[use, coverage, otherRegions, mantle, prices],
  ...[subscriptions, actions, topicAccess, budget, billExports, costTags, unread],
]
