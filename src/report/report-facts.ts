import type { Arrangement } from './arrange.ts'
import type { CallCost } from './calls.ts'
import type { Besides } from './features.ts'
import type { Reading } from './model.ts'
import type { QuotaLine } from './quotas/line.ts'
import type { ProfileLine, ReportAccount, TeamLine } from './report-lines.ts'
import type { Where } from './where.ts'

export interface ReportFacts extends Arrangement {
  generatedAt: number
  accounts: readonly ReportAccount[]
  regions: readonly string[]
  source: string
  /** As it was asked for; the reading's window may begin a little earlier. */
  hours: number
  /** What to group by: `hour`, `day`, and dimensions that every row must have. */
  by: readonly string[]
  timeZone?: string
  where?: Where | undefined
  /** The window to compare with, and what was read of it. */
  before?: { reading: Reading; hours: number } | undefined
  forecast?: boolean
  history?: Reading | undefined
  /** Where anomalies were asked for: what was read by the hour, of the window and the weeks before. */
  hourly?: Reading | undefined
  /** All that was charged is to be told, line by line, by this: an hour or a day, and dimensions that every row must have. */
  charges?: readonly string[] | undefined
  profiles?: readonly ProfileLine[]
  teams?: readonly TeamLine[] | undefined
  quotas?: readonly QuotaLine[]
  besides?: Besides | undefined
  calls?: CallCost
}
