import { jsonText } from '../../core/json.ts'
import type { AnswerView } from '../queries/answer.ts'
import type { ReportView } from '../view.ts'

/** The published report (src/schema/report.schema.json), and nothing else. */
export function renderReport({ report }: ReportView): string {
  return `${jsonText(report)}\n`
}

export function renderAnswer({ report }: AnswerView): string {
  return `${jsonText(report)}\n`
}
