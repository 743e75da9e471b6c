import type { AppError } from '../../core/errors.ts'
import type { Arrangement } from '../arrange.ts'
import type { Window } from '../model.ts'
import type { Teams } from '../teams/rules.ts'
import type { ReportView } from '../view.ts'
import type { Where } from '../where.ts'
import type { PricesFrom } from './opening.ts'
import type { SourceOptions } from './source.ts'

export interface ReportRequest extends SourceOptions, Arrangement {
  /** The name of one of `SOURCES`; the first by default. */
  source?: string | undefined
  /** Without it a day; of what is at hand, all of it. */
  window?: Window | undefined
  /** See `GROUPINGS`; `model` by default. One that is named twice counts once. */
  by?: readonly string[] | undefined
  where?: Where | undefined
  /** The window to compare with, by that of the report. */
  compare?: ((window: Window) => Window) | undefined
  /** A forecast of the month, for which more is read where the window alone does not do. */
  forecast?: boolean | undefined
  /** Also tell hours that cost far more than the same ones of the weeks before, which are read for that. */
  anomalies?: boolean | undefined
  timeZone?: string | undefined
  /** Where prices come from, given where AWS is asked; those that come with the program by default. */
  prices?: PricesFrom | undefined
  /** Also tell all that was charged, line by line, by this: formats that need it say so. */
  charges?: readonly string[] | undefined
  /** Who pays for what: needed to tell teams apart. */
  teams?: Teams | undefined
  /** A report of each of these, besides that of all of them by this: a grouping. */
  splitBy?: string | undefined
  /** Also tell how near the models came to the account's quotas, where the source can. */
  quotas?: boolean | undefined
}

export interface ReportOutcome extends ReportView {
  /** Of kind `partial`: something could not be read and is not in the report. To be thrown once the report is out. */
  error?: AppError
  /** Where it is split. */
  parts?: () => readonly ReportPart[]
}

export interface ReportPart {
  name: string
  view(): ReportView
}
