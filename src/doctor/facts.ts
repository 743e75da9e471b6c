import type { Missing } from '../aws/rights.ts'
import type { RightsCheck } from '../aws/simulate.ts'
import type { ChangeReportResource } from '../core/change-report.ts'
import { isAppError } from '../core/errors.ts'
import type { Concern } from '../core/resource.ts'
import type { Window } from '../report/model.ts'
import type { BudgetAtZero } from '../steps/notify/budget-spend.ts'

/** Everything the examination looks at. What could not be read is undefined where it stands, and told in `unread`. */
export interface Facts {
  accountId: string
  /** The caller's ARN. */
  caller: string
  rights: Omit<RightsCheck, 'missing'> & { missing: readonly MissingRight[] }
  /** The plan of `setup`: what is missing, differs or is not ours. */
  resources: readonly ChangeReportResource[]
  /** What of the things that stand hinders their use or their removal. */
  concerns: readonly Concern[]
  /** What helps against each reason why `setup` would stop. */
  cures: ReadonlyMap<string, string>
  regions: readonly RegionFacts[]
  /** Other Regions with Bedrock in which it was used in the window. */
  elsewhere: readonly RegionUse[]
  /** Some of those could not be looked at. */
  elsewhereUnread: boolean
  unread: readonly Unread[]
  /** What the bill can be told by; undefined where AWS has no such thing. */
  bill?: BillFacts
  /** Regions in which a lake stands that the settings do not ask for, in words of which. */
  unaskedLakes?: string
  /** When it was looked, in milliseconds since the epoch. */
  now: number
  /** A budget that counts nothing, and what was spent meanwhile. */
  budgetAtZero?: BudgetAtZero
}

export interface MissingRight extends Missing {
  /** Needed by setup and cleanup only. */
  changing: boolean
}

export interface Unread {
  /** "the metrics of us-east-1" */
  what: string
  why: string
  /** AWS answered, but not all of it: another try may tell. */
  incomplete: boolean
}

export interface RegionFacts {
  region: string
  /** What `setup` makes there, by name, and whether bodies are to be logged. */
  ours: { logGroup: string; bucket: string; role: string; text: boolean }
  /** Null: logging is off. */
  logging: LoggingFacts | null | undefined
  usage: UsageFacts | undefined
  deliveries: Deliveries | undefined
  coverage: Coverage | undefined
  /** Undefined also where there is no topic. */
  topic: TopicFacts | undefined
  /** The table of the log in Athena, where the settings ask for one and it stands. */
  lake?: LakeFacts
}

export interface LakeFacts {
  /** `bedrock_monitor.bedrock_invocations` */
  name: string
  /** Why a query of it failed. */
  failure?: { message: string; hint?: string | undefined }
}

export interface LoggingFacts {
  logGroup: string | undefined
  role: string | undefined
  bucket: string | undefined
  text: boolean
  /** What of these is not ours and is not there any more, in words. What may not be looked at is taken to be there. */
  gone?: readonly string[]
}

export interface UsageFacts {
  window: Window
  /** By the metrics, of the models behind the native endpoint. */
  invocations: number
  /** Calls of the OpenAI-compatible endpoint. */
  mantleCalls: number
  /** Models with tokens and no known price, sorted. */
  unpriced: readonly string[]
}

/** Log records and bodies that Bedrock delivered or failed to, by its own count. */
export type Deliveries = Record<DeliveryTarget, { success: number; failure: number }>
export type DeliveryTarget = 'log group' | 'bucket' | 'bucket for large bodies'

/** Invocations by the metrics held against records in the log group, over whole hours in which both are complete. */
export interface Coverage {
  window: Window
  invocations: number
  records: number
}

/** The topic that is notified: ours, or one of somebody's own. */
export interface TopicFacts {
  arn: string
  ours: boolean
  /** Subscriptions, whoever made them. */
  confirmed: number
  pending: number
  /** Endpoints of the settings that have yet to confirm, with what is to be done, and those that are not subscribed. */
  waiting: readonly string[]
  unsubscribed: readonly string[]
  /** The statements that a topic of somebody's own lacks. */
  lacks: readonly string[]
  /** The KMS key that the topic is encrypted with. */
  keyId: string | undefined
}

/** What was found, or why nobody could look; with a hint where that may be otherwise the next time. */
export type Told<Part> = readonly Part[] | Untold
export interface Untold {
  unread: string
  hint?: string | undefined
}

export interface BillFacts {
  exports: Told<ExportFacts>
  /** Keys of tags that AWS has seen and that are in no bill. */
  tags: Told<string>
}

/** An export of the bill, whoever made it. */
export interface ExportFacts {
  name: string
  /** `COST_AND_USAGE_REPORT`, `FOCUS_1_2_AWS` */
  table: string
  /** Where its files are, as a URL of S3's. */
  place: string
  principals: boolean
  /** Why it is not delivered. */
  health: string | undefined
  /** Milliseconds since the epoch; undefined where AWS does not say. */
  createdAt: number | undefined
  refreshedAt: number | undefined
}

export interface RegionUse {
  region: string
  invocations: number
  logging: boolean
}

/** Lets an examination go on past what it may not see: the answer, or undefined and a note of why. */
export type Attempt = <T>(what: string, reading: Promise<T>) => Promise<T | undefined>

export function noting(unread: Unread[]): Attempt {
  return async (what, reading) => {
    try {
      return await reading
    } catch (error) {
      // Without credentials nothing can be told, and an interruption is obeyed.
      if (!isAppError(error) || error.kind === 'credentials' || error.kind === 'interrupted') throw error
      unread.push({ what, why: error.message, incomplete: error.kind === 'partial' })
      return undefined
    }
  }
}
