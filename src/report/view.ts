import type { Warning } from '../core/events.ts'
import type { Adjustment } from './bill/kinds.ts'
import type { CostMetric } from './bill/line.ts'
import type { CallCost } from './calls.ts'
import type { ChargeLine } from './charge-lines.ts'
import type { Change } from './compare.ts'
import type { FeatureLine, PolicyCost } from './features.ts'
import type { Counters, Group, GroupKey, Slot, Usage } from './model.ts'
import type { QuotaLine } from './quotas/line.ts'
import type {
  Anomaly,
  DoubtLine,
  PriceLine,
  ProfileLine,
  Projection,
  ReportAccount,
  TeamLine,
  UnpricedLine,
} from './report-lines.ts'
import type { Where } from './where.ts'

/** How the library is asked for a part of the use, for a comparison and for an order. */
export interface AskedOptions {
  /** Only the use that fits: by grouping, a pattern or several, as `report --where`. */
  where?: Readonly<Record<string, string | readonly string[]>>
  /** The window to compare with: as long a one right before, the hours before, or a span of time. */
  compare?: 'previous' | { hours: number } | { start: Date; end: Date }
  /** The order of the groups, as `report --sort`. */
  sort?: readonly string[]
  /** So many groups, and all others as one. */
  top?: number
}

export interface Bill {
  metric: CostMetric
  /** The last day with anything on it, `2026-11-27`; null: there is none, or lines are missing. */
  through: string | null
  /** Whether AWS has closed it; null where the source does not tell. */
  isFinal: boolean | null
  /** What is added or taken off apart from use, US dollars; null where that is not told of the part that was asked for. */
  adjustments: Partial<Record<Adjustment, number>> | null
  /** Use and all adjustments; null where one of them is not known. */
  totalUsd: number | null
}

/** The report as it is published: exactly what src/schema/report.schema.json says. */
export interface Report {
  schemaVersion: 1
  generatedAt: string
  /** Twelve digits; null where it is not one account: `accounts` has them. */
  accountId: string | null
  /** Those that were asked, or that the records of files name. */
  accounts: ReportAccount[]
  regions: string[]
  /** As `--source` names it. */
  source: string
  /** Whether all prices are the list's, some are the user's own, or it is what AWS billed. */
  basis: 'list' | 'discounted' | 'billed'
  window: { start: string; end: string; hours: number }
  /** All of it is of the use that fits this alone; left out where nothing was asked. */
  where?: Where
  currency: 'USD'
  total: Usage
  groups: Group[]
  series: Slot[]
  /** Where it was asked for: the other window, what was used in it, and the change since. */
  compare?: {
    window: Report['window']
    /** Where that window is longer or shorter: the change is since so much of what was used in it. */
    scale?: number
    before: Usage
    change: Change
  }
  projection: Projection
  bill?: Bill
  prices: PriceLine[]
  unpriced: UnpricedLine[]
  doubts: DoubtLine[]
  /** Names behind ids, where some are known. */
  profiles?: ProfileLine[]
  /** Where teams are told apart: dearest first, and what no rule fits last. */
  teams?: TeamLine[]
  /** Only where it was asked for. */
  quotas?: QuotaLine[]
  /** What was used besides models, where CloudWatch has it; no part of the total. */
  features?: FeatureLine[]
  /** What guardrails checked, by kind of policy, and what that cost; no part of the total. */
  guardrailPolicies?: PolicyCost[]
  /** Only where they were asked for: the dearest first; null where nothing can be told of the window. */
  anomalies?: Anomaly[] | null
  /** What the report's own calls cost; files cost none. */
  calls?: CallCost
  warnings: Warning[]
}

/** A report with what only a reader's eye needs. */
export interface ReportView {
  report: Report
  /** What it is grouped by, in the order that was asked for. */
  by: readonly string[]
  /** Whose clocks times are shown in. */
  timeZone: string
  /** The columns that were asked for, as `columnOf` knows them; those of the format where it is left out. */
  columns?: readonly string[]
  /** All that was charged, exactly. Only where it was asked for. */
  charges?: Charged
  trends: Trends
}

/** What was charged, told apart by more than the report's groups: an hour or a day, account, Region, model and so on. */
export interface Charged {
  by: readonly string[]
  /** In the order of time, in each hour or day the most expensive first. To be walked as often as needed: each walk makes them anew, as a year of hours has a million lines. */
  groups: Iterable<ChargedGroup>
}

export interface ChargedGroup {
  key: GroupKey
  invocations: number | null
  lines: readonly ChargeLine[]
}

/** By slot of the series: invocations of all, and of every group, in the order of `groups`. */
export interface Trends {
  total: number[]
  groups: number[][]
  /** What every group was used in the slots in which it was used, in no order. */
  uses: SlotCourse[][]
}

export interface SlotCourse {
  place: number
  counters: Counters
  costUsd: number | null
}
