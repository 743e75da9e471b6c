import { plain, withoutCommands } from '../../text/escape.ts'
import type { TextOptions } from '../../text/painter.ts'
import { arrange, draw } from '../../text/table.ts'
import { wrapParts } from '../../text/wrap.ts'
import type { ReportView } from '../model.ts'
import { askedColumns, changeColumns } from './asked.ts'
import { aboutParts, bothCosts } from './labels.ts'
import { keyColumns, linesOf, totalLine } from './lines.ts'
import { fitToWidth } from './table/fit.ts'
import { footer } from './table/footer.ts'
import { slotName } from './times.ts'

export { renderAnswer } from './table/answer.ts'

/** For people: a heading, the table, the course of the window, the projection and all that has to be said. */
export function renderReport(view: ReportView, options: TextOptions): string {
  const lines = [...linesOf(view), totalLine(view)]
  const keys = keyColumns(view)
  const asked = askedColumns(view, lines)
  const { leftOut, ...fitted } = asked
    ? { leftOut: [], ...arrange([{ columns: [...keys, ...asked], least: 8 }], lines, options.width) }
    : fitToWidth(keys, lines, options.width, slotName(view.report), changeColumns(view, lines))
  const box = draw(fitted, lines, options.paint, { total: true })
  const parts = [...heading(view, options), '', ...box, '', ...footer(view, leftOut, options)]
  // Where a name is wrapped, any part of it may come to begin a line.
  return withoutCommands(`${parts.join('\n')}\n`)
}

function heading(view: ReportView, { paint, width }: TextOptions): string[] {
  const [accounts = '', ...more] = aboutParts(view)
  const parts = [accounts.toLowerCase(), ...more]
  return [
    paint.bold('Amazon Bedrock usage'),
    ...wrapParts(parts.map(plain), width).map((line) => paint.dim(line)),
    ...bothCosts(view.report).map((text) => paint.bold(text)),
  ]
}
