import type { TextOptions } from '../../text/painter.ts'
import type { ReportView } from '../model.ts'
import type { AnswerView } from '../queries/answer.ts'

/** What the module of a format exports: functions of what is to be told, pure, whose text ends with a line break. */
export interface ReportFormat {
  renderReport(view: ReportView, options: TextOptions): string | Promise<string>
}

/** And this where it has a form for the rows of a query. */
export interface AnswerFormat extends ReportFormat {
  renderAnswer(view: AnswerView, options: TextOptions): string
}

/** What is registered of a format, whatever it is a format of. */
export interface About {
  /** As `--format` takes it. */
  name: string
  /** What it is for, in a few words. */
  describe: string
  /** How the names of its files end, the usual ending first. */
  endings: readonly string[]
  /** It holds rows alone: what else is to be said is told beside it. */
  bare?: true
}

/** A format as it is registered. Its module is loaded when something is to be written in it. */
export type Format = About &
  ({ answers: true; load(): Promise<AnswerFormat> } | { answers?: never; load(): Promise<ReportFormat> })
