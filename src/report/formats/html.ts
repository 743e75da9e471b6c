import { createHash } from 'node:crypto'
import { escapeHtml } from '../../text/escape.ts'
import { lackText } from '../../text/floor.ts'
import { percent, whole } from '../../text/numbers.ts'
import type { ReportView } from '../model.ts'
import type { QuotaLine, QuotaPeak } from '../quotas/line.ts'
import { compareTexts } from './asked.ts'
import { type Chart, chartsOf } from './html/charts.ts'
import { draw } from './html/draw.ts'
import { STYLE } from './html/style.ts'
import { htmlTable, type PageColumn } from './html/table.ts'
import { costTable, groupTable, latencyTable, priceTable, seriesTable, unpricedTable } from './html/tables.ts'
import { aboutParts, accountsText, basisText, callsTexts, costCell, listCostText, projectedCost } from './labels.ts'
import { isNear, usedText } from './quotas.ts'
import { clockText, slotName } from './times.ts'

/** The busiest minute of each model beside its quotas, nearest to its limit first. */
function quotaTable(lines: readonly QuotaLine[], zone: string): string {
  const columns = (what: string, of: (line: QuotaLine) => QuotaPeak | null): PageColumn<QuotaLine>[] => [
    { heading: `${what} a minute`, cell: (line) => whole(of(line)?.peak ?? null) },
    { heading: 'Quota', cell: (line) => whole(of(line)?.quota ?? null) },
    { heading: 'Used', cell: (line) => usedText(of(line)), tone: (line) => (isNear(line) ? 'bad' : undefined) },
    { heading: `When (${zone})`, cell: (line) => when(of(line), zone), kind: 'when' },
  ]
  return htmlTable(
    'Quotas',
    [
      { heading: 'Model', cell: ({ model, sharedWith = [] }) => [model, ...sharedWith].join(', '), kind: 'key' },
      { heading: 'Region', cell: ({ region }) => region, kind: 'when' },
      ...columns('Tokens', (line) => line.tokensPerMinute),
      ...columns('Requests', (line) => line.requestsPerMinute),
    ],
    lines,
  )
}

function when(peak: QuotaPeak | null, zone: string): string {
  return peak ? clockText(peak.at, zone) : '–'
}

/** No script, nothing from elsewhere, and no style but the page's own. */
function securityPolicy(): string {
  const style = createHash('sha256').update(STYLE).digest('base64')
  return `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`
}

/** One file that needs nothing else: charts and the tables behind them, for a screen of any width, light or dark, and for paper. */
export async function renderReport(view: ReportView): Promise<string> {
  const { report } = view
  const charts = chartsOf(view)
  const svgs = await draw(charts.flatMap(({ spec }) => spec ?? []))
  const figures = charts.map((chart) => figure(chart, chart.spec ? (svgs.shift() ?? '') : ''))
  const about = aboutParts(view).join(' · ')
  const costs = costTable(view)
  const latency = latencyTable(view)
  return `${[
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(securityPolicy())}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>Amazon Bedrock usage · ${escapeHtml(report.accountId ?? accountsText(report))}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<header>',
    '<h1>Amazon Bedrock usage</h1>',
    `<p class="about">${escapeHtml(about)}</p>`,
    '</header>',
    '<main>',
    tiles(view),
    `<section class="charts" aria-label="Charts">${figures.join('\n')}</section>`,
    '<h2>Use and cost</h2>',
    groupTable(view),
    ...(costs ? ['<h2>What the cost is made of</h2>', costs] : []),
    ...(latency ? ['<h2>Latency</h2>', latency] : []),
    ...(report.quotas?.length ? ['<h2>Quotas, the busiest minute</h2>', quotaTable(report.quotas, view.timeZone)] : []),
    ...(report.unpriced.length > 0 ? ['<h2>Unpriced</h2>', unpricedTable(report.unpriced)] : []),
    ...(report.compare
      ? ['<h2>Compared</h2>', list(compareTexts(view).map(({ label, text }) => `${label}: ${text}`))]
      : []),
    ...(report.warnings.length > 0 ? ['<h2>Notes</h2>', list(report.warnings.map(({ message }) => message))] : []),
    `<details><summary>${slotName(report)}</summary>`,
    seriesTable(view),
    '</details>',
    ...(report.prices.length > 0 ? ['<h2>Prices, US dollars per million tokens</h2>', priceTable(report.prices)] : []),
    '</main>',
    `<footer>bedrock-monitor, ${clockText(report.generatedAt, view.timeZone)} ${escapeHtml(view.timeZone)}${callsTexts(
      report,
    )
      .map((text) => `; this report ${escapeHtml(text)}`)
      .join('')}</footer>`,
    '</body>',
    '</html>',
  ].join('\n')}\n`
}

interface Tile {
  title: string
  value: string
  bad?: boolean
  /** What has to be known of the value. */
  note?: string
}

function tiles({ report, timeZone }: ReportView): string {
  const { total, projection, basis } = report
  const { costIsFloor, costLacks: lacks, pricedShare, latencyMs, errorRate } = total
  const all: Tile[] = [
    {
      title: 'Cost',
      value: costCell(total),
      ...(costIsFloor && { note: lackText({ lacks, pricedShare }) }),
    },
    ...(basis === 'list' ? [] : [{ title: 'At list prices', value: listCostText(total) }]),
    {
      title: `${projection.days} days at this rate`,
      value: projection.basis ? projectedCost(report) : '–',
      note: basisText(projection, timeZone),
    },
    { title: 'Invocations', value: whole(total.invocations) },
    { title: 'Input tokens', value: whole(total.inputTokens) },
    { title: 'Output tokens', value: whole(total.outputTokens) },
    { title: 'Error rate', value: percent(errorRate), bad: (errorRate ?? 0) > 0 },
    { title: 'Throttles', value: whole(total.throttles), bad: (total.throttles ?? 0) > 0 },
    latencyMs.p99 === null
      ? { title: 'Latency, average', value: milliseconds(latencyMs.avg) }
      : { title: 'Latency p99', value: milliseconds(latencyMs.p99) },
  ]
  const tile = ({ title, value, bad, note }: Tile) =>
    `<div><dt>${escapeHtml(title)}</dt><dd${bad ? ' class="bad"' : ''}>${escapeHtml(value)}</dd>${note ? `<dd class="note">${escapeHtml(note)}</dd>` : ''}</div>`
  return `<dl class="tiles">${all.map(tile).join('')}</dl>`
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : `${whole(value)} ms`
}

function figure({ title, overTime, legend, spec, without }: Chart, svg: string): string {
  const caption = `<figcaption>${escapeHtml(title)}</figcaption>`
  if (!spec) return `<figure>${caption}<p>${escapeHtml(without)}</p></figure>`
  const entries = legend.map(({ label, colour }) => `<li>${swatch(colour)}${escapeHtml(label)}</li>`).join('')
  return `<figure${overTime ? ' class="time"' : ''}>${caption}${legend.length > 0 ? `<ul class="legend">${entries}</ul>` : ''}${svg}</figure>`
}

/** A picture, not a style, since the page's policy allows none but its own. */
function swatch(colour: string): string {
  return `<svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="${colour}"/></svg>`
}

function list(texts: readonly string[]): string {
  return `<ul class="notes">${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}</ul>`
}
