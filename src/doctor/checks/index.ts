import type { Check } from '../finding.ts'
import { actions, subscriptions, topicAccess } from './alarms.ts'
import { budget } from './budget.ts'
import { coverage, deliveries } from './delivery.ts'
import { destinations, loggingOn } from './logging.ts'
import { concerns, resources } from './resources.ts'
import { rights, unread } from './rights.ts'
import { mantle, otherRegions, prices, use } from './usage.ts'

/** The chain from the caller's rights to the person an alarm reaches, link by link. */
export const CHECKS: readonly Check[] = [
  rights,
  loggingOn,
  resources,
  concerns,
  destinations,
  deliveries,
  use,
  coverage,
  otherRegions,
  mantle,
  prices,
  subscriptions,
  actions,
  topicAccess,
  budget,
  unread,
]
