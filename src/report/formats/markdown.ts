import { codeSpan, escapeMarkdown } from '../../text/escape.ts'
import { whole } from '../../text/numbers.ts'
import type { TextOptions } from '../../text/painter.ts'
import type { ReportView } from '../view.ts'
import { askedColumns, changeColumns } from './asked.ts'
import { featureSections } from './features.ts'
import { headline, unusedTexts } from './headline.ts'
import { aboutParts } from './labels.ts'
import { COST_COLUMN, keyColumns, linesOf, pricedColumns, shownColumns, titleOf, totalLine } from './lines.ts'
import { notesOf } from './notes.ts'
import { teamColumns } from './teams.ts'

/** A step summary of GitHub's CI takes 1 MiB, of all that the step writes; half of it is left to others. */
const MOST_BYTES = 512 * 1024
const MOST_NOTES = 50
const LONGEST_NOTE = 2_000

/** What a summary has room for; each is left out where there is nothing in it. */
const COLUMNS = [
  'invocations',
  'error rate',
  'throttles',
  'input tokens',
  'output tokens',
  'cache read',
  'cache write',
  'images',
  'latency p50',
  'latency p99',
  'first token p99',
]

/** GitHub-flavoured Markdown for a pipeline's summary or a ticket. What does not fit is left out and said to be so. */
export function renderReport(view: ReportView, { verbose = false }: Pick<TextOptions, 'verbose'> = {}): string {
  const title = `## Amazon Bedrock ${view.report.bill ? 'bill' : 'usage'}`
  const last = [...besides(view), notes(view, verbose).join('\n')].filter(Boolean).join('\n\n')
  const unused = unusedTexts(view)
  if (unused) return `${[title, ...unused.map(escapeMarkdown), last].filter(Boolean).join('\n\n')}\n`
  const answer = `**${escapeMarkdown(
    headline(view)
      .map(({ text }) => text)
      .join(' · '),
  )}**`
  const parts = [title, answer, escapeMarkdown(aboutParts(view).join(' · '))]
  const room = MOST_BYTES - Buffer.byteLength([...parts, last].join('\n\n'))
  return `${[...parts, table(view, room, verbose), last].join('\n\n')}\n`
}

function table(view: ReportView, room: number, verbose: boolean): string {
  const [groups, sum] = [linesOf(view, { short: !verbose }), totalLine(view)]
  const lines = [...groups, sum]
  const keys = keyColumns(view)
  const asked = askedColumns(view)
  const columns = asked ? [] : shownColumns(view, lines).filter(({ name }) => COLUMNS.includes(name))
  const money = asked ?? [COST_COLUMN, ...teamColumns(view), ...pricedColumns(lines), ...changeColumns(view)]
  const numbers = [...money, ...columns]
  const titles = [...money.map(({ heading }) => heading), ...columns.map(titleOf)]
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const head = [
    row([...keys.map(({ heading }) => escapeMarkdown(heading)), ...titles]),
    row([...keys.map(() => ':--'), ...titles.map(() => '--:')]),
  ]
  const bold = numbers.map(({ cell }) => bolded(escapeMarkdown(cell(sum))))
  const total = row([...keys.map((_, index) => (index === 0 ? '**Total**' : '')), ...bold])
  const rows = groups.map((group) =>
    row([...keys.map(({ cell }) => codeSpan(cell(group))), ...numbers.map(({ cell }) => escapeMarkdown(cell(group)))]),
  )
  const shown = fitting(rows, room - Buffer.byteLength([...head, total].join('\n')) - 200)
  const all = [...head, ...shown, total]
  if (shown.length === rows.length) return all.join('\n')
  const left = whole(rows.length - shown.length)
  return `${all.join('\n')}\n\n${left} more groups are in the total and left out here; \`--format csv\` has them all.`
}

/** What was used besides models, a table each. */
function besides({ report }: ReportView): string[] {
  return featureSections(report).map(({ title, columns, rows }) => {
    const shown = rows.slice(0, MOST_NOTES).map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`)
    const left = rows.length - shown.length
    return [
      `### ${title}`,
      '',
      `| ${columns.map(({ heading }) => heading).join(' | ')} |`,
      `| ${columns.map(({ kind }) => (kind ? ':--' : '--:')).join(' | ')} |`,
      ...shown,
      ...(left > 0 ? ['', `${whole(left)} more are left out here; JSON has them all.`] : []),
    ].join('\n')
  })
}

function notes(view: ReportView, verbose: boolean): string[] {
  const said = notesOf(view, verbose)
  const more =
    said.length > MOST_NOTES ? [`${said.length - MOST_NOTES} more notes are left out; JSON has them all`] : []
  return [...said.slice(0, MOST_NOTES).map(({ label, text }) => `${label}: ${text}`), ...more].map(
    (text) => `- ${escapeMarkdown(text.length > LONGEST_NOTE ? `${text.slice(0, LONGEST_NOTE)}…` : text)}`,
  )
}

/** Nothing in bold is read as four asterisks. */
const bolded = (text: string) => (text === '' ? '' : `**${text}**`)

/** As many of the first lines as have no more than `room` bytes. */
function fitting(lines: readonly string[], room: number): string[] {
  let used = 0
  const end = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 1
    return used > room
  })
  return end === -1 ? [...lines] : lines.slice(0, end)
}
