import { codeSpan, escapeMarkdown } from '../../text/escape.ts'
import { whole } from '../../text/numbers.ts'
import { sparkline } from '../../text/sparkline.ts'
import type { ReportView } from '../model.ts'
import { askedColumns, changeColumns, compareTexts } from './asked.ts'
import {
  aboutParts,
  basisText,
  bothCosts,
  callsTexts,
  floorTexts,
  priceSources,
  projectedCost,
  projectionTitle,
  unpricedText,
} from './labels.ts'
import { costColumn, keyColumns, linesOf, pricedColumns, titleOf, totalLine, USAGE_COLUMNS } from './lines.ts'
import { quotaTexts } from './quotas.ts'
import { slotName } from './times.ts'

/** A step summary of GitHub's CI takes 1 MiB, of all that the step writes; half of it is left to others. */
const MOST_BYTES = 512 * 1024
const MOST_NOTES = 50
const SPARK_WIDTH = 48

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
export function renderReport(view: ReportView): string {
  const about = aboutParts(view).join(' · ')
  const parts = ['## Amazon Bedrock usage', escapeMarkdown(about), notes(view).join('\n')]
  const room = MOST_BYTES - Buffer.byteLength(parts.join('\n\n'))
  const [title = '', ...rest] = parts
  return `${[title, rest[0], table(view, room), rest[1]].join('\n\n')}\n`
}

function table(view: ReportView, room: number): string {
  const [groups, sum] = [linesOf(view), totalLine(view)]
  const lines = [...groups, sum]
  const keys = keyColumns(view)
  const asked = askedColumns(view, lines)
  const columns = USAGE_COLUMNS.filter(
    ({ name, essential, empty }) => !asked && COLUMNS.includes(name) && (essential || !lines.every(empty)),
  )
  const money = asked ?? [...pricedColumns(lines), costColumn(lines), ...changeColumns(view, lines)]
  const numbers = [...columns, ...money]
  const titles = [
    ...columns.map((column) => `${titleOf(column)}${column.timing ? ' ms' : ''}`),
    ...money.map(({ heading }) => heading),
  ]
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const head = [
    row([...keys.map(({ heading }) => escapeMarkdown(heading)), ...titles]),
    row([...keys.map(() => ':--'), ...titles.map(() => '--:')]),
  ]
  const bold = numbers.map(({ cell }) => `**${escapeMarkdown(cell(sum))}**`)
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

function notes(view: ReportView): string[] {
  const { report, trends, timeZone } = view
  const { projection, unpriced, warnings } = report
  const rate = projection.basis
    ? `${whole(projection.invocations)} invocations, ${projectedCost(report)}`
    : basisText(projection, timeZone)
  const lead = [...floorTexts(report).map((text) => `Cost: ${text}`), `${projectionTitle(report, timeZone)}: ${rate}`]
  const said = [
    ...quotaTexts(report, timeZone).map(({ text, near }) => `${near ? 'Quota nearly used' : 'Quota'}: ${text}`),
    ...priceSources(report).map((text) => `Prices: ${text}`),
    ...callsTexts(report).map((text) => `This report: ${text}`),
    ...unpriced.map((line) => `Unpriced: ${unpricedText(line)}`),
    ...warnings.map(({ message }) => `Note: ${message}`),
  ]
  const more =
    said.length > MOST_NOTES ? [`${said.length - MOST_NOTES} more notes are left out; JSON has them all`] : []
  const lines = [
    ...compareTexts(view).map(({ label, text }) => `${label}: ${text}`),
    ...bothCosts(report).map((text) => `Cost: ${text}`),
    ...lead,
    ...said.slice(0, MOST_NOTES),
    ...more,
  ].map((text) => `- ${escapeMarkdown(shortened(text))}`)
  const course = report.total.invocations === null ? 'incomplete' : codeSpan(sparkline(trends.total, SPARK_WIDTH))
  return [`- ${slotName(report)}: ${course}`, ...lines]
}

function shortened(text: string): string {
  const most = 2_000
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** As many of the first lines as have no more than `room` bytes. */
function fitting(lines: readonly string[], room: number): string[] {
  let used = 0
  const end = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 1
    return used > room
  })
  return end === -1 ? [...lines] : lines.slice(0, end)
}
