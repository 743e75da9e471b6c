import type { Warning } from '../../core/events.ts'
import type { TextOptions } from '../../text/painter.ts'
import type { AnswerView } from '../queries/answer.ts'
import type { ReportView } from '../view.ts'

/** What the module of a format exports: functions of what is to be told, pure, whose text ends with a line break. */
export interface ReportFormat {
  renderReport(view: ReportView, options: RenderOptions): string | Promise<string>
  /** The same piece by piece, where it may be too large to be held: to be walked once. Each ends with a line break. */
  renderPieces?(view: ReportView, options: RenderOptions): Iterable<string>
  /** What a file of its `bytes` ending holds. */
  renderBytes?(view: ReportView, options: RenderOptions): Promise<Uint8Array>
  /** What is to be said beside it, of this very report. */
  notices?(view: ReportView): readonly Warning[]
}

export interface RenderOptions extends TextOptions {
  /** One of the format's `versions`; the first by default. */
  version?: string
  /** Of a split report's index: the files of its parts, by name. */
  parts?: ReadonlyMap<string, string>
}

/** What a report is asked for, as far as a format may have to refuse or add to it. */
export interface Asked {
  by: readonly string[]
  timeZone: string
  groupings: readonly string[]
  given: readonly string[]
}

/** And this where it has a form for the rows of a query. */
export interface AnswerFormat extends ReportFormat {
  renderAnswer(view: AnswerView, options: TextOptions): string
}

/** What is registered of a format, whatever it is a format of. */
export interface About {
  /** As `--format` takes it. */
  name: string
  describe: string
  /** How the names of its files end, the usual ending first. */
  endings: readonly string[]
  /** It holds rows alone: what else is to be said is told beside it. */
  bare?: true
  /** One of its endings: files with it hold bytes. */
  bytes?: string
  /** Versions of a standard that it can follow, the usual one first. */
  versions?: readonly string[]
  /**
   * It is made of what was charged, line by line: what that is to be told apart by.
   * @throws a usage error for what it has no place for
   */
  chargesBy?(asked: Asked): readonly string[]
}

/** A format as it is registered. Its module is loaded when something is to be written in it. */
export type Format = About &
  ({ answers: true; load(): Promise<AnswerFormat> } | { answers?: never; load(): Promise<ReportFormat> })
