import type { Warning } from '../../core/events.ts'
import type { Adjustment } from '../bill/kinds.ts'
import type { CostMetric } from '../bill/line.ts'
import type { CallCost } from '../calls.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import type { Where } from '../where.ts'
import type { Side } from './causes.ts'

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

export interface CellCause {
  of: Side
  cause: string
  usd: number
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
  causes: CellCause[]
}

/** What is told apart by some keys: `{ account, month }`. */
export interface Group extends Amounts {
  key: Readonly<Record<string, string>>
}

/** Prices that the bill speaks for, as `prices` of a configuration file takes them. Nobody applies them but the user. */
export interface Proposal {
  says: string[]
  prices: Record<string, PriceOverride[]>
}

export interface BillFacts {
  source: string
  metric: CostMetric
  /** The last day with data; null where there is none, or where lines are missing. */
  through: string | null
  /** The first day that may still change; null: all are final. */
  openFrom: string | null
  /** What the bill adds or takes off apart from use, in US dollars. It is no part of the difference. */
  adjustments: Partial<Record<Adjustment, number>>
}

export interface EstimateFacts {
  source: string
  accounts: string[]
  regions: string[]
}

export interface Reconciliation {
  schemaVersion: 1
  command: 'reconcile'
  generatedAt: string
  window: { start: string; end: string; days: number }
  currency: 'USD'
  bill: BillFacts
  estimate: EstimateFacts
  total: Amounts & {
    /** Of the estimate; null where that is 0. */
    differencePercent: number | null
    /** What is unexplained in single cells, whether above or below, of the bill; null where that is 0 and something is unexplained. */
    unexplainedPercent: number | null
  }
  /** All of it is of these alone. */
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
