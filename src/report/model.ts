import type { Warning } from '../core/events.ts'
import type { Lack } from '../text/floor.ts'
import type { Adjustment, BillLine, CostMetric } from './bill/line.ts'
import type { Charge } from './charges.ts'
import type { Change } from './compare.ts'
import type { Besides } from './features.ts'
import type { AttoUsd } from './money.ts'
import type { Terms } from './terms.ts'

/** What adds up: calls, failures, tokens, images. Whole numbers of one slot, group or window. */
export const COUNTERS = [
  ...(['invocations', 'clientErrors', 'serverErrors', 'throttles'] as const),
  ...(['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'images'] as const),
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
  /** Use that no row tells of could not be read, so that costs are floors: of whole Regions, of whole models, or of anything. */
  unread?: 'regions' | 'models' | 'anything'
  /** Nothing was used before, ms; from sources that know it better than by the slot. */
  began?: number
  /** How many calls its numbers are of; by default as CloudWatch's metrics count them. */
  attempts?: Attempts
  /** Of a bill: its rows have their own cost, and are of days. */
  bill?: BillReading
}

export interface BillReading {
  metric: CostMetric
  /** Start of the last day with anything on it, ms; undefined: there is none, or lines are missing. */
  through: number | undefined
  /** AWS has closed it. Undefined where the source does not tell. */
  isFinal?: boolean | undefined
  /** All that its rows are made of, adjustments included. Whoever takes them last may empty it: there may be very many. */
  lines: BillLine[]
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

export interface Group extends Usage {
  /** An hour, day, week or month of which only a part is in the window. */
  partial?: true
  /** Of others taken together, only the hour, day, week or month, if it has one. */
  key: GroupKey
  /** So many groups beyond those that were asked for, taken together. */
  others?: number
  /** Where windows are compared: its use in the other one, null where there was none, and the change since. */
  before?: Usage | null
  change?: Change
}
export type Slot = { start: string } & Usage & Pick<Group, 'partial'>
