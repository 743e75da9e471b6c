import type { Warning } from '../core/events.ts'
import type { Adjustment, CostMetric } from './bill/line.ts'
import type { CallCost } from './calls.ts'
import type { ChargeLine } from './charges.ts'
import type { Change } from './compare.ts'
import type { FeatureLine, PolicyCost } from './features.ts'
import type { Counters, Group, GroupKey, Slot, Usage } from './model.ts'
import type { OwnProfile } from './prices/model-id.ts'
import type { DoubtKind, Tier } from './terms.ts'
import type { Where } from './where.ts'

/** The busiest minute beside what is allowed in one. */
export interface QuotaPeak {
  /** Tokens as they count against the quota, or requests. */
  peak: number
  quota: number
  /** Null for a quota of 0, which allows nothing. */
  usedPercent: number | null
  at: string
}

/** How near a model came to its quotas; null where none is truly known, or CloudWatch tells no use. */
export interface QuotaLine {
  region: string
  model: string
  /** Other ids under which the same model was called, which draw on the same quotas and are counted here. */
  sharedWith?: string[]
  tokensPerMinute: QuotaPeak | null
  requestsPerMinute: QuotaPeak | null
}

/** What `days` days would come to at the rate of its basis, or the calendar month that is under way; all null without a basis. */
export interface Projection {
  /** 30; by weekday those of the month. */
  days: number
  invocations: number | null
  inputTokens: number | null
  outputTokens: number | null
  costUsd: number | null
  /** As the total's cost is: the projection is then "at least", too. */
  costIsFloor: boolean
  method: 'run-rate' | 'weekday'
  /**
   * From the first hour with use to the end of the window, or to now where that comes first; by weekday so many full days since then.
   * Null: then `reason` says why.
   */
  basis: { from: string; hours: number; days?: number } | null
  reason?: string
  /** By weekday alone, as is what follows: `2026-11`. */
  month?: string
  /** What was used of the month, and what is expected of the rest: both together are `costUsd`. */
  spentUsd?: number | null
  restUsd?: number | null
  /** Of a hundred months, what they come to lies from here to there in so many as `level` says, 0 to 1. */
  lowUsd?: number | null
  highUsd?: number | null
  level?: number
}

/** US dollars per million tokens; null where the source has no such price. */
export interface PriceLine {
  model: string
  region: string
  /** Left out of the price of standard calls, and of prompts of any length. */
  tier?: Tier
  promptOver?: number
  inputPerMillion: number | null
  outputPerMillion: number | null
  cacheReadPerMillion: number | null
  cacheWritePerMillion: number | null
  /** Writes kept for an hour, and what one image costs; left out where the source has no such price. */
  cacheWrite1hPerMillion?: number
  perImage?: number
  source: string
  asOf: string | null
}

/** Hours of a group, one after the other, that cost far more than the same hours of the weeks before. US dollars. */
export interface Anomaly {
  /** What it is of, by what the report is grouped by besides times; empty where that is nothing. */
  key: GroupKey
  start: string
  hours: number
  costUsd: number
  expectedUsd: number
  excessUsd: number
  cause: 'volume' | 'mix' | 'price'
  volumeUsd: number
  mixUsd: number
  priceUsd: number
}

/** What is known of an application inference profile or a prompt router, from the configuration file or the account. */
export interface ProfileLine extends OwnProfile {
  /** As the profile is called in keys; of what a key has by its ARN, the end of that. */
  id: string
}

export interface TeamLine {
  team: string
  invocations: number
  /** What it used itself; null where that is not known. */
  costUsd: number | null
  /** Its part of what other teams share; below zero for a team that shares. */
  sharedUsd: number
  chargedUsd: number | null
  costIsFloor: boolean
  /** Of what all teams are charged, 0 to 1. */
  share: number | null
  /** Of the calendar month in which the window ends, up to that; with a budget, and where the month begins in the window. */
  budget?: {
    month: string
    limitUsd: number
    usedUsd: number
    usedIsFloor: boolean
    leftUsd: number
    /** What the whole month comes to at this rate; null where use began too lately. */
    forecastUsd: number | null
    isOver: boolean
  }
}

export interface UnpricedLine {
  model: string
  inputTokens: number | null
  outputTokens: number | null
  reason: string
}

/** What a source does not tell, of how many calls of a model, and what it could add to their cost at most; null: not known. */
export interface DoubtLine {
  model: string
  untold: DoubtKind
  calls: number
  couldAddUsd: number | null
}

/** An account of a report; `name` as the organization or the configuration file has it, `error` where it could not be read. */
export interface ReportAccount {
  id: string
  name?: string
  /** It was read through the caller's own, which its metrics and logs are shared with. */
  linked?: true
  error?: { code: string; message: string; hint?: string }
}

/** How the library is asked for a part of the use, for a comparison and for an order. */
export interface AskedOptions {
  /** Only the use that fits: by grouping, a pattern or several, as `report --where`. */
  where?: Readonly<Record<string, string | readonly string[]>>
  /** The window to compare with: as long a one right before, the hours before, or a span of time. */
  compare?: 'previous' | { hours: number } | { start: Date; end: Date }
  sort?: readonly string[]
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
  profiles?: ProfileLine[]
  /** Where teams are told apart: costliest first, and what no rule fits last. */
  teams?: TeamLine[]
  quotas?: QuotaLine[]
  /** What was used besides models, where CloudWatch has it; no part of the total. */
  features?: FeatureLine[]
  /** What guardrails checked, by kind of policy, and what that cost; no part of the total. */
  guardrailPolicies?: PolicyCost[]
  /** Only where they were asked for: the costliest first; null where nothing can be told of the window. */
  anomalies?: Anomaly[] | null
  /** What the report's own calls cost; files cost none. */
  calls?: CallCost
  warnings: Warning[]
}

export interface ReportView {
  report: Report
  /** What it is grouped by, in the order that was asked for. */
  by: readonly string[]
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
  uses: { place: number; counters: Counters; costUsd: number | null }[][]
}
