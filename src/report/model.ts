import type { Warning } from '../core/events.ts'
import type { Lack } from '../text/floor.ts'
import type { Adjustment } from './bill/kinds.ts'
import type { BillLine, CostMetric } from './bill/line.ts'
import type { CallCost } from './calls.ts'
import type { ChargeLine } from './charge-lines.ts'
import type { Charge } from './charges.ts'
import type { Change } from './compare.ts'
import type { Besides, FeatureLine, PolicyCost } from './features.ts'
import type { AttoUsd } from './money.ts'
import type { QuotaLine } from './quotas/line.ts'
import type { Terms, Tier, Untold } from './terms.ts'
import type { Where } from './where.ts'

/** What adds up: calls, failures, tokens, images. Whole numbers of one slot, group or window. */
export const COUNTERS = [
  'invocations',
  'clientErrors',
  'serverErrors',
  'throttles',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'images',
] as const
export type Counter = (typeof COUNTERS)[number]
export type Counters = Record<Counter, number>

/** What can be told of a duration by adding: the sum and the number of its samples, and the largest. Milliseconds. */
export interface Moments {
  sumMs: number
  samples: number
  maxMs: number | null
}

/**
 * What a row is about. Prices hang on model and Region; the account is '' where a record does not name it. Sources that know
 * more say more (`identity`, `operation` …).
 */
export type Dimensions = { readonly model: string; readonly account: string; readonly region: string } & Readonly<
  Record<string, string>
>

/** What a row tells, by name. */
export type Told = Counter | 'latency' | 'timeToFirstToken'

/** Raw numbers of one combination of dimensions in one slot of time. */
export interface Row {
  dimensions: Dimensions
  /** Start of the slot, ms since the epoch. */
  start: number
  /** `cacheWrite1hTokens`, from sources that can tell, is the part of `cacheWriteTokens` that is kept for an hour. */
  counters: Counters & { readonly cacheWrite1hTokens?: number }
  latency: Moments
  timeToFirstToken: Moments
  /** What of these the source could not read, so that the number here is none. */
  unknown?: ReadonlySet<Told>
  /** Standard by default: all calls of a row are on the same terms. */
  terms?: Terms
  /** The model that answered, where it is another than `dimensions.model` (a prompt router's choice): it sets the price. */
  billedModel?: string
  /** What it was billed, from sources that know: no price is looked up. */
  charges?: readonly Charge[]
}

/** Milliseconds; null where the source cannot tell. */
export interface Percentiles {
  p50: number | null
  p90: number | null
  p99: number | null
}

/** Percentiles do not add up, so they come ready-made: for one group, or for everything when the key is empty. */
export interface GroupPercentiles {
  key: GroupKey
  latency: Percentiles
  timeToFirstToken: Percentiles
}

/** A span of time in ms since the epoch: `start` included, `end` excluded. */
export interface Window {
  start: number
  end: number
}

/** What a source found. `window` is what was really read: a source may have to round the start down. */
export interface Reading {
  window: Window
  /** Each lies within one slot of the report's series. To be walked as often as needed: each walk may make them anew, as a year of them by the hour would take a gigabyte. */
  rows: Iterable<Row>
  /** Of what there are rows, from sources that know without making them. */
  used?: readonly Dimensions[]
  /** Guardrails, agents, flows and knowledge bases, where they were asked for. */
  besides?: Besides
  /** What was left out by `where`, and may draw on the same quotas. */
  unasked?: readonly Dimensions[]
  percentiles: readonly GroupPercentiles[]
  /** Those of other groups, from sources that have every sample: by what `told` makes of dimensions, undefined: left out. */
  percentilesBy?(by: readonly string[], told: (dimensions: Dimensions) => Dimensions | undefined): GroupPercentiles[]
  warnings: readonly Warning[]
  /** Something that should have been read could not be: the warnings say what. */
  incomplete?: boolean
  /** Use that no row tells of could not be read, so that costs are floors: of whole Regions, or of anything. */
  unread?: 'regions' | 'anything'
  /** Nothing was used before, ms; from sources that know it better than by the slot. */
  began?: number
  /** How many calls its numbers are of; by default as CloudWatch's metrics count them. */
  attempts?: Attempts
  /** Of a bill: its rows have their own cost, and are of days. */
  bill?: BillReading
}

/** What a bill says besides use. */
export interface BillReading {
  metric: CostMetric
  /** Start of the last day with anything on it, ms; undefined: there is none, or lines are missing. */
  through: number | undefined
  /** AWS has closed it. Undefined where the source does not tell. */
  isFinal?: boolean | undefined
  /** All that its rows are made of, adjustments included. */
  lines: readonly BillLine[]
  /** What is added or taken off apart from use, exact; undefined: not told of the part that was asked for. */
  adjustments?: ReadonlyMap<Adjustment, AttoUsd> | undefined
}

/** How many calls were made that AWS did not throttle. At least as many as failed. */
export type Attempts = (calls: Pick<Counters, 'invocations' | 'clientErrors' | 'serverErrors'>) => number

export type GroupKey = Record<string, string>

export interface Timing extends Percentiles {
  avg: number | null
  max: number | null
}

/** The numbers of the published report, for a group, a slot or everything; null where CloudWatch did not tell all of one. */
export interface Usage extends Record<Counter, number | null> {
  /**
   * Errors of client and server by the calls that were not throttled, 0 to 1: of records these are counted, of metrics they
   * are the larger of invocations and errors.
   */
  errorRate: number | null
  latencyMs: Timing
  timeToFirstTokenMs: Timing
  /** US dollars to the nano-dollar, of what has a price; null where something lacks and nothing is priced. */
  costUsd: number | null
  /** Its exact parts by kind of billed thing (`input`, `output`, `cacheRead` …), to the nano-dollar; null where it is. */
  costs: Costs | null
  /** The part of its tokens that has a price, 0 to 1. Null without tokens, and where these are not known. */
  pricedShare: number | null
  /** The cost leaves something out: it is "at least" `costUsd`, or wholly unknown where that is null. */
  costIsFloor: boolean
  /** What it leaves out; empty where nothing. */
  costLacks: readonly Lack[]
  /** The cost at the list's prices: another where some are the user's own. Null where the list has no price of any of it. */
  listCostUsd: number | null
  /** Some of it has no price in the list: it costs at least so much there. */
  listCostIsFloor: boolean
}

/** US dollars by kind of billed thing. */
export type Costs = Readonly<Record<string, number | null>>

/** More errors than this, of 1, need attention. The alarm on the error rate goes off above it, too. */
export const HIGH_ERROR_RATE = 0.05

/** Marks an hour or a day of which only a part is in the window. */
export interface PartOfTime {
  partial?: true
}

export interface Group extends Usage, PartOfTime {
  /** Of others taken together, only the hour, day, week or month, if it has one. */
  key: GroupKey
  /** So many groups beyond those that were asked for, taken together. */
  others?: number
  /** Where windows are compared: its use in the other one, null where there was none, and the change since. */
  before?: Usage | null
  change?: Change
}
export type Slot = { start: string } & Usage & PartOfTime

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
  /** What it cost more than expected: the sum of the three that follow. */
  excessUsd: number
  /** The largest of these. */
  cause: 'volume' | 'mix' | 'price'
  volumeUsd: number
  mixUsd: number
  priceUsd: number
}

/** What is known of an application inference profile or a prompt router, from the configuration file or the account. */
export interface ProfileLine {
  /** As the profile is called in keys; of what a key has by its ARN, the end of that. */
  id: string
  name?: string
  model?: string
  tags?: Readonly<Record<string, string>>
}

/** What a team used and pays. */
export interface TeamLine {
  team: string
  invocations: number
  /** What it used itself; null where that is not known. */
  costUsd: number | null
  /** Its part of what other teams share; below zero for a team that shares. */
  sharedUsd: number
  /** Both together. */
  chargedUsd: number | null
  costIsFloor: boolean
  /** Of what all teams are charged, 0 to 1. */
  share: number | null
  /** Of the calendar month in which the window ends, up to that; with a budget, and where the month begins in the window. */
  budget?: {
    month: string
    limitUsd: number
    usedUsd: number
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
  untold: Untold
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
  /** The order of the groups, as `report --sort`. */
  sort?: readonly string[]
  /** So many groups, and all others as one. */
  top?: number
}

/** What a report of a bill says besides use. */
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
    window: { start: string; end: string; hours: number }
    /** Where that window is longer or shorter: the change is since so much of what was used in it. */
    scale?: number
    before: Usage
    change: Change
  }
  projection: Projection
  /** Only where the source is a bill. */
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
  /** Null: not known. */
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

/** What a group was used in one slot of the series. */
export interface SlotCourse {
  /** In the series, from 0. */
  place: number
  counters: Counters
  /** Null: unpriced. */
  costUsd: number | null
}
