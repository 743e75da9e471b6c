import type { Arrangement } from './arrange.ts'
import type { CallCost } from './calls.ts'
import type { Besides } from './features.ts'
import type { Reading } from './model.ts'
import type { QuotaLine } from './quotas/line.ts'
import type { ProfileLine, ReportAccount, TeamLine } from './report-lines.ts'
import type { Where } from './where.ts'

/** What the report says besides numbers. */
export interface ReportFacts extends Arrangement {
  /** ms since the epoch. */
  generatedAt: number
  accounts: readonly ReportAccount[]
  regions: readonly string[]
  /** Its name. */
  source: string
  /** As it was asked for; the reading's window may begin a little earlier. */
  hours: number
  /** What to group by: `hour`, `day`, and dimensions that every row must have. */
  by: readonly string[]
  /** Whose hours and days; UTC by default. */
  timeZone?: string
  /** What the readings are of, where not of everything. */
  where?: Where | undefined
  /** The window to compare with, and what was read of it. */
  before?: { reading: Reading; hours: number } | undefined
  /** A forecast of the month was asked for. */
  forecast?: boolean
  /** What was read for that besides. */
  history?: Reading | undefined
  /** Where anomalies were asked for: what was read by the hour, of the window and the weeks before. */
  hourly?: Reading | undefined
  /** All that was charged is to be told, line by line, by this: an hour or a day, and dimensions that every row must have. */
  charges?: readonly string[] | undefined
  /** Names behind ids. */
  profiles?: readonly ProfileLine[]
  /** Where teams are told apart. */
  teams?: readonly TeamLine[] | undefined
  /** Where quotas were asked for. */
  quotas?: readonly QuotaLine[]
  /** What was used besides models. */
  besides?: Besides | undefined
  /** Where AWS was asked. */
  calls?: CallCost
}
