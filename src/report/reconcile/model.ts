import type { Warning } from '../../core/events.ts'
import { type Adjustment, type CostMetric, KIND_TITLES } from '../bill/line.ts'
import type { CallCost } from '../calls.ts'
import { CHARGE_KINDS } from '../charges.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import type { Where } from '../where.ts'

/** What a difference is of: what was billed and not measured, or the other way round; what one costs; neither is known. */
const SIDES = ['quantity', 'rate', 'unexplained'] as const
export type Side = (typeof SIDES)[number]

export const ESTIMATED: ReadonlySet<string> = new Set(CHARGE_KINDS.map(({ name }) => name))

/** Why bill and estimate differ: in words, and what to do about it. */
const CAUSES = new Map(
  [
    ['quantity account', 'accounts not looked at', 'include them with --accounts'],
    ['quantity region', 'Regions not looked at', 'include them with --region'],
    [
      'quantity mantle',
      'calls through the OpenAI-compatible endpoint',
      'the invocation log has none of them, and CloudWatch has no cached tokens of them',
    ],
    ['quantity batch', 'batch jobs', 'they are neither in the metrics nor in the invocation log'],
    ['quantity logging', 'days without invocation logging', '--source metrics needs no logging'],
    ['quantity late', 'not on the bill yet', 'a day is final two days later: run it again then'],
    ['quantity unbilled-account', 'accounts that the bill does not cover', 'ask the payer account'],
    [
      'quantity unbilled-days',
      'days for which the bill has nothing',
      'an export begins with the month in which it was made, and Cost Explorer keeps 14 months',
    ],
    ['rate flex', 'the flex tier', '--source logs knows the tier of each call'],
    ['rate priority', 'the priority tier', '--source logs knows the tier of each call'],
    ['rate latency-optimized', 'latency-optimized calls', '--source logs distinguishes them'],
    ['rate reserved', 'reserved capacity'],
    ['rate batch', 'batch prices'],
    ['rate tier', 'another service tier than estimated'],
    ['rate long-prompt', 'long prompts', '--source logs knows the length of each prompt'],
    ['rate cache-ttl', 'cache writes kept for an hour', '--source logs knows how long each is kept'],
    ['rate routing', 'another routing than estimated (in-Region, geographic or global)'],
    ['rate modality', 'tokens of speech, audio, images or video'],
    ['rate discount', 'discounts on the bill'],
    ['rate private-rate', 'a rate of your own', 'put the proposed prices into the configuration file'],
    ['rate price-change', 'a rate that changed', 'put the proposed prices into the configuration file'],
    ['rate list-price', "AWS's public price differs from the price book's"],
    ['rate own-prices', 'the prices of your configuration file are not those of the bill'],
    ['rate unpriced', 'use without a known price', 'if you know it, add it under prices in bedrock-monitor.json'],
    ['rate rounding', 'rounding of the bill'],
    ['unexplained quantity', 'more or less billed than measured'],
    ['unexplained rate', "a rate that differs from the price book's"],
    ['unexplained kind', 'charges of no known kind'],
  ].map(([cause, title = '', remedy]) => [cause, { title, ...(remedy && { remedy }) }] as const),
)

/** What to say of a cause. Charges of which there is no estimate are a cause by their kind. */
export function causeText(side: Side, cause: string): { title: string; remedy?: string } {
  return CAUSES.get(`${side} ${cause}`) ?? { title: `${KIND_TITLES.get(cause) ?? cause} (no estimate)` }
}

/** What cells are told apart by, and what can be asked for alone. */
export const CELL_KEYS = ['model', 'account', 'region', 'kind'] as const
export const GROUP_KEYS: readonly string[] = [...CELL_KEYS, 'day', 'week', 'month']

/** US dollars to the nano-dollar: `differenceUsd` is bill less estimate, and the three after it add up to it exactly. */
export interface Amounts {
  billUsd: number
  estimateUsd: number
  differenceUsd: number
  quantityUsd: number
  rateUsd: number
  unexplainedUsd: number
}

/** A cause of the difference, in all that it touches. */
export interface Cause {
  of: Side
  cause: string
  title: string
  remedy?: string
  usd: number
  days: { first: string; last: string; count: number }
  accounts: string[]
  regions: string[]
  models: string[]
}

/** What is billed alike: a kind of a model on the same terms, of one account, Region and day. */
export interface Cell extends Amounts {
  day: string
  account: string
  region: string
  model: string
  kind: string
  /** `standard`, `flex global`, `standard mantle`. */
  terms: string
  /** In the kind's unit, mostly tokens: on the bill, and in the estimate. */
  billedQuantity: number
  measuredQuantity: number
  causes: { of: Side; cause: string; usd: number }[]
}

/** What is told apart by some keys: `{ account, month }`. */
export interface Group extends Amounts {
  key: Readonly<Record<string, string>>
}

/** Prices that the bill suggests, as `prices` of a configuration file takes them. Nobody applies them but the user. */
export interface Proposal {
  says: string[]
  prices: Record<string, PriceOverride[]>
}

export interface Reconciliation {
  schemaVersion: 1
  command: 'reconcile'
  generatedAt: string
  window: { start: string; end: string; days: number }
  currency: 'USD'
  bill: {
    source: string
    metric: CostMetric
    /** The last day with data; null where there is none, or where lines are missing. */
    through: string | null
    /** The first day that may still change; null: all are final. */
    openFrom: string | null
    /** What the bill adds or takes off apart from use, in US dollars. It is no part of the difference. */
    adjustments: Partial<Record<Adjustment, number>>
  }
  estimate: { source: string; accounts: string[]; regions: string[] }
  total: Amounts & {
    /** Of the estimate; null where that is 0. */
    differencePercent: number | null
    /** What is unexplained in single cells, whether above or below, of the bill; null where that is 0 and something is unexplained. */
    unexplainedPercent: number | null
  }
  where?: Where | undefined
  causes: Cause[]
  /** Times in their order, else the largest difference first. */
  groups: Group[]
  models: (Amounts & { model: string })[]
  days: (Amounts & { day: string })[]
  cells: Cell[]
  proposal: Proposal | null
  calls: CallCost
  warnings: Warning[]
}
