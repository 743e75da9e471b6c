import { codeSpan, escapeMarkdown } from '../../text/escape.ts'
import { whole } from '../../text/numbers.ts'
import type { TextOptions } from '../../text/painter.ts'
import type { ReportView } from '../view.ts'
import { featureSections } from './features.ts'
import type { PageColumn } from './html/table.ts'
import { aboutParts } from './labels.ts'
import {
  askedColumns,
  COST_COLUMN,
  changeColumns,
  keyColumns,
  linesOf,
  pricedColumns,
  shownColumns,
  titled,
  totalLine,
} from './lines.ts'
import { notesOf } from './notes.ts'
import { teamColumns } from './teams.ts'
import { headline, unusedTexts } from './texts.ts'

/** A step summary of GitHub's CI takes 1 MiB, of all that the step writes; half of it is left to others. */
const MOST_BYTES = 512 * 1024
const MOST_NOTES = 50
const LONGEST_NOTE = 2_000

const LEFT_OUT = /^(client|server) errors$|^(latency|first token) (avg|p90|max)$|^first token p50$/

/** GitHub-flavoured Markdown for a pipeline's summary or a ticket. What does not fit is left out and said to be so. */
export function renderReport(view: ReportView, { verbose = false }: Pick<TextOptions, 'verbose'> = {}): string {
  const title = `## Amazon Bedrock ${view.report.bill ? 'bill' : 'usage'}`
  const last = [...besides(view), notes(view, verbose).join('\n')].filter(Boolean).join('\n\n')
  const unused = unusedTexts(view)
  if (unused) return `${[title, ...unused.map(escapeMarkdown), last].filter(Boolean).join('\n\n')}\n`
  const answer = headline(view).map(({ text }) => text)
  const parts = [title, `**${escapeMarkdown(answer.join(' · '))}**`, escapeMarkdown(aboutParts(view).join(' · '))]
  const room = MOST_BYTES - Buffer.byteLength([...parts, last].join('\n\n'))
  return `${[...parts, table(view, room, verbose), last].join('\n\n')}\n`
}

function table(view: ReportView, room: number, verbose: boolean): string {
  const [groups, sum] = [linesOf(view, { short: !verbose }), totalLine(view)]
  const lines = [...groups, sum]
  const shown = shownColumns(view, lines).filter(({ name }) => !LEFT_OUT.test(name))
  const usual = [COST_COLUMN, ...teamColumns(view), ...pricedColumns(lines), ...changeColumns(view)]
  const numbers = askedColumns(view) ?? [...usual, ...shown.map(titled)]
  const keys = keyColumns(view).map((key) => ({ ...key, kind: 'key' as const, isCode: true }))
  const [heading = '', rule = '', ...rows] = markdownTable([...keys, ...numbers], groups, sum)
  const total = rows.pop() ?? ''
  const fitting = fittingLines(rows, room - Buffer.byteLength([heading, rule, total].join('\n')) - 200)
  const all = [heading, rule, ...fitting, total].join('\n')
  if (fitting.length === rows.length) return all
  const left = whole(rows.length - fitting.length)
  return `${all}\n\n${left} more groups are in the total and left out here; \`--format csv\` has them all.`
}

type MarkdownColumn<Row> = Pick<PageColumn<Row>, 'heading' | 'cell' | 'kind'> & { isCode?: boolean }

/** The lines of a table: two of headings, a line a row, and the total in bold. */
export function markdownTable<Row>(
  columns: readonly MarkdownColumn<Row>[],
  rows: readonly Row[],
  total?: Row,
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const sums = columns.map(({ cell, kind }, index) => {
    const text = index === 0 ? 'Total' : kind || !total ? '' : escapeMarkdown(cell(total))
    // Nothing in bold is read as four asterisks.
    return text && `**${text}**`
  })
  return [
    line(columns.map(({ heading }) => escapeMarkdown(heading))),
    line(columns.map(({ kind }) => (kind ? ':--' : '--:'))),
    ...rows.map((row) => line(columns.map(({ cell, isCode }) => (isCode ? codeSpan : escapeMarkdown)(cell(row))))),
    ...(total ? [line(sums)] : []),
  ]
}

function besides({ report }: ReportView): string[] {
  return featureSections(report).map(({ title, columns, rows }) => {
    const left = rows.length - MOST_NOTES
    return [
      `### ${title}`,
      '',
      ...markdownTable(columns, rows.slice(0, MOST_NOTES)),
      ...(left > 0 ? ['', `${whole(left)} more are left out here; JSON has them all.`] : []),
    ].join('\n')
  })
}

function notes(view: ReportView, verbose: boolean): string[] {
  const said = notesOf(view, verbose).map(({ label, text }) => `${label}: ${text}`)
  const left = said.length - MOST_NOTES
  const more = left > 0 ? [`${left} more notes are left out; JSON has them all`] : []
  return [...said.slice(0, MOST_NOTES), ...more].map(
    (text) => `- ${escapeMarkdown(text.length > LONGEST_NOTE ? `${text.slice(0, LONGEST_NOTE)}…` : text)}`,
  )
}

/** As many of the first lines as have no more than `room` bytes. */
function fittingLines(lines: readonly string[], room: number): readonly string[] {
  let used = 0
  const end = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 1
    return used > room
  })
  return end === -1 ? lines : lines.slice(0, end)
}
