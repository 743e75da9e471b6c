import { deflateSync } from 'node:zlib'
import { escapeHtml } from '../../text/escape.ts'
import type { ReportView } from '../view.ts'
import { featureNotes, featureSections } from './features.ts'
import type { RenderOptions } from './format.ts'
import { chartsOf } from './html/charts.ts'
import { namesOf, pageData } from './html/data-of.ts'
import { chartBody } from './html/draw.ts'
import { framed, headline, noteList, notes } from './html/frame.ts'
import type { PageData } from './html/page-data.ts'
import { SCRIPT } from './html/page-parts.ts'
import { htmlTable } from './html/table.ts'
import {
  anomalyTable,
  groupTables,
  priceTable,
  quotaTable,
  seriesTable,
  teamTable,
  unpricedTable,
} from './html/tables.ts'
import { aboutParts, accountsText, callsTexts, clockText, slotName } from './labels.ts'
import { billTexts, compareTexts, unusedTexts } from './texts.ts'

/**
 * One file that needs nothing else: the answer, charts and the tables behind them, for a screen of any width, light or dark, and
 * for paper. A script of its own narrows and sorts; all of it can be read without.
 */
export function renderReport(view: ReportView, { parts }: Pick<RenderOptions, 'parts'> = {}): string {
  const { report, timeZone } = view
  const data = pageData(view)
  const names = namesOf(view)
  const unused = unusedTexts(view)
  const warnings = report.warnings.filter(({ code }) => !unused || code !== 'no-usage')
  const features = featureNotes(report)
  const calls = callsTexts(report).map((text) => `; this report ${escapeHtml(text)}`)
  const sections: (readonly [title: string, content: string] | false | undefined)[] = [
    report.teams?.length ? ['Teams', teamTable(view, report.teams)] : undefined,
    ...groupTables(view, names).slice(unused ? 1 : 0),
    report.bill && ['The bill', listed(billTexts(report))],
    report.compare && ['Compared', listed(compareTexts(view))],
    report.anomalies !== undefined && ['Anomalies', anomalyTable(view, names)],
    report.quotas?.length ? ['Quotas, the busiest minute', quotaTable(report.quotas, timeZone)] : undefined,
    ...featureSections(report).map(({ title, ...table }) => [title, htmlTable({ caption: title, ...table })] as const),
    features.length > 0 && ['', listed(features)],
    report.unpriced.length > 0 && ['Unpriced', unpricedTable(report.unpriced)],
    warnings.length > 0 && ['Notes', notes(warnings)],
  ]
  return framed({
    heading: `Amazon Bedrock ${report.bill ? 'bill' : 'usage'}`,
    of: report.accountId ?? accountsText(report),
    about: aboutParts(view).join(' · '),
    main: [
      ...(parts?.size ? [linked(parts)] : []),
      ...(unused
        ? unused.map((text) => `<p>${escapeHtml(text)}</p>`)
        : [headline(view), NARROW, `<section class="charts" aria-label="Charts">${figures(data)}</section>`]),
      ...sections.flatMap((section) => {
        if (!section) return []
        const [title, content] = section
        return title === '' ? [content] : [`<h2>${title}</h2>`, content]
      }),
      ...(unused ? [] : [folded(`${slotName(report)}<small class="whole"> of everything</small>`, seriesTable(view))]),
      ...(report.prices.length > 0 ? [folded('Prices, US dollars per million tokens', priceTable(report.prices))] : []),
    ],
    foot: `bedrock-monitor, ${clockText(report.generatedAt, timeZone)} ${escapeHtml(timeZone)}${calls.join('')}`,
    ...(!unused && {
      last: `<script type="application/octet-stream" id="data">${packed(data)}</script>`,
      script: SCRIPT,
    }),
  })
}

/** What only the script needs is hidden without it. */
const NARROW =
  '<div id="narrow" hidden><input type="search" placeholder="Filter by model or name ( / )" aria-label="Filter charts and tables"><button type="button" hidden></button><output></output></div>'

function figures(data: PageData): string {
  const drawn = chartsOf(data).map((chart) => {
    const caption = `<figcaption>${escapeHtml(chart.title)}</figcaption>`
    return `<figure>${caption}<div class="body">${chartBody(chart)}</div></figure>`
  })
  return drawn.join('\n')
}

function linked(parts: ReadonlyMap<string, string>): string {
  const links = Array.from(parts, ([name, file]) => {
    return `<a href="${escapeHtml(encodeURIComponent(file))}">${escapeHtml(name || 'none')}</a>`
  })
  return `<nav aria-label="Statements">${links.join(' · ')}</nav>`
}

function listed(texts: readonly { label: string; text: string }[]): string {
  return noteList(texts.map(({ label, text }) => escapeHtml(`${label}: ${text}`)))
}

function folded(summary: string, content: string): string {
  return `<details class="part"><summary>${summary}</summary>\n${content}\n</details>`
}

/** A browser takes a tenth of a second for a megabyte of text: that of many groups is packed to a quarter. */
function packed(data: PageData): string {
  return deflateSync(JSON.stringify(data)).toString('base64')
}
