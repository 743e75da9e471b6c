import type { GroupKey } from './model.ts'
import type { DoubtKind, Tier } from './terms.ts'

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
export interface ProfileLine {
  /** As the profile is called in keys; of what a key has by its ARN, the end of that. */
  id: string
  name?: string
  model?: string
  tags?: Readonly<Record<string, string>>
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
    /** Some of what was used in it has no known cost. */
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
