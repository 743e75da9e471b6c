import type { ReportView, Usage } from '../model.ts'
import { accountsText, callsTexts, groupingTitle, keyValue, priceSources, unpricedText } from './labels.ts'
import { codeSpan, escapeMarkdown } from './markdown-text.ts'
import { type CostFormat, costFormat, percent, whole } from './numbers.ts'
import { chronological } from './order.ts'
import { quotaTexts } from './quotas.ts'
import type { Renderer } from './renderer.ts'
import { sparkline } from './sparkline.ts'
import { slotName, windowText } from './times.ts'

/** A step summary of GitHub's CI takes 1 MiB, of all that the step writes; half of it is left to others. */
const MOST_BYTES = 512 * 1024
const MOST_NOTES = 50
const SPARK_WIDTH = 48

interface Column {
  title: string
  cell(usage: Usage): string
  /** Left out where there is nothing in it for any group. */
  always?: true
}

/** GitHub-flavoured Markdown for a pipeline's summary or a ticket. What does not fit is left out and said to be so. */
export const renderMarkdown: Renderer = (given) => {
  const view = chronological(given)
  const { regions, source } = view.report
  const about = `${accountsText(view.report)} · ${regions.join(', ')} · ${windowText(view)} · from ${source}`
  const parts = ['## Amazon Bedrock usage', escapeMarkdown(about), notes(view).join('\n')]
  const room = MOST_BYTES - Buffer.byteLength(parts.join('\n\n'))
  const [title = '', ...rest] = parts
  return `${[title, rest[0], table(view, room), rest[1]].join('\n\n')}\n`
}

function table({ report, by }: ReportView, room: number): string {
  const usages = [...report.groups, report.total]
  const cost = costFormat(usages.map((usage) => usage.costUsd))
  const columns = columnsOf(cost).filter(
    ({ cell, always }) => always || usages.some((usage) => !/^(0|–|0\.0%)$/.test(cell(usage))),
  )
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const head = [
    row([...by.map((name) => escapeMarkdown(groupingTitle(name))), ...columns.map(({ title }) => title)]),
    row([...by.map(() => ':--'), ...columns.map(() => '--:')]),
  ]
  const bold = columns.map(({ cell }) => `**${escapeMarkdown(cell(report.total))}**`)
  const total = row([...by.map((_, index) => (index === 0 ? '**Total**' : '')), ...bold])
  const rows = report.groups.map((group) =>
    row([
      ...by.map((name) => codeSpan(keyValue(group, name))),
      ...columns.map(({ cell }) => escapeMarkdown(cell(group))),
    ]),
  )
  const shown = fitting(rows, room - Buffer.byteLength([...head, total].join('\n')) - 200)
  const lines = [...head, ...shown, total]
  if (shown.length === rows.length) return lines.join('\n')
  const left = whole(rows.length - shown.length)
  return `${lines.join('\n')}\n\n${left} more groups are in the total and left out here; \`--format csv\` has them all.`
}

function columnsOf(cost: CostFormat): Column[] {
  return [
    { title: 'Invocations', cell: (usage) => whole(usage.invocations), always: true },
    { title: 'Error rate', cell: (usage) => percent(usage.errorRate), always: true },
    { title: 'Throttles', cell: (usage) => whole(usage.throttles) },
    { title: 'Input tokens', cell: (usage) => whole(usage.inputTokens), always: true },
    { title: 'Output tokens', cell: (usage) => whole(usage.outputTokens), always: true },
    { title: 'Cache read', cell: (usage) => whole(usage.cacheReadTokens) },
    { title: 'Cache write', cell: (usage) => whole(usage.cacheWriteTokens) },
    { title: 'Images', cell: (usage) => whole(usage.images) },
    { title: 'Latency p50 ms', cell: (usage) => whole(usage.latencyMs.p50) },
    { title: 'Latency p99 ms', cell: (usage) => whole(usage.latencyMs.p99) },
    { title: 'First token p99 ms', cell: (usage) => whole(usage.timeToFirstTokenMs.p99) },
    { title: 'Cost', cell: (usage) => cost(usage.costUsd), always: true },
  ]
}

function notes({ report, trends, timeZone }: ReportView): string[] {
  const { projection, unpriced, warnings } = report
  const money = costFormat([projection.costUsd])(projection.costUsd)
  const rate = `${projection.days} days at this rate: ${whole(projection.invocations)} invocations, ${money}`
  const said = [
    ...quotaTexts(report, timeZone).map(({ text, near }) => `${near ? 'Quota nearly used' : 'Quota'}: ${text}`),
    ...priceSources(report).map((text) => `Prices: ${text}`),
    ...callsTexts(report).map((text) => `This report: ${text}`),
    ...unpriced.map((line) => `Unpriced: ${unpricedText(line)}`),
    ...warnings.map(({ message }) => `Note: ${message}`),
  ]
  const more =
    said.length > MOST_NOTES ? [`${said.length - MOST_NOTES} more notes are left out; JSON has them all`] : []
  const lines = [rate, ...said.slice(0, MOST_NOTES), ...more].map((text) => `- ${escapeMarkdown(shortened(text))}`)
  return [`- ${slotName(report)}: ${codeSpan(sparkline(trends.total, SPARK_WIDTH))}`, ...lines]
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
