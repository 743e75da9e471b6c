import { createHash } from 'node:crypto'
import type { Warning } from '../../../core/events.ts'
import { WARNINGS } from '../../../core/warnings.ts'
import { escapeHtml } from '../../../text/escape.ts'
import { lackText } from '../../../text/floor.ts'
import { duration, percent, whole } from '../../../text/numbers.ts'
import type { Usage } from '../../model.ts'
import type { Report, ReportView } from '../../view.ts'
import { basisText, costCell, hasListCosts, horizonText, listCostText, projectedCost, spanText } from '../labels.ts'
import { changeText } from '../texts.ts'
import { STYLE } from './page-parts.ts'

/** From here on a rate of errors needs eyes. */
const BAD_RATE = 0.05

interface Tile {
  title: string
  value: string
  bad?: boolean
  note?: string | undefined
}

/** The answer: what it cost, how that has changed, and what else is asked first. */
export function headline(view: ReportView): string {
  const { report, timeZone } = view
  const { total, projection, bill } = report
  const { costIsFloor, costLacks: lacks, pricedShare } = total
  const tiles: Tile[] = [
    {
      title: `${bill ? 'Billed' : 'Cost'}, ${spanText(report)}`,
      value: costCell(total),
      note: costIsFloor ? lackText({ lacks, pricedShare }) : undefined,
    },
    ...(!hasListCosts(report) ? [] : [{ title: 'At list prices', value: listCostText(total) }]),
    {
      title: horizonText(projection),
      value: projection.basis ? projectedCost(report) : '–',
      note: basisText(projection, timeZone),
    },
    ...(bill ? [] : tilesOfCalls(total)),
    { title: 'Input tokens', value: whole(total.inputTokens) },
    { title: 'Output tokens', value: whole(total.outputTokens) },
  ]
  return tilesOf(tiles, changed(report))
}

/** @param more stands with the first of them */
export function tilesOf(tiles: readonly Tile[], more = ''): string {
  return `<dl class="tiles">${tiles.map((tile, index) => tileOf(tile, index === 0 ? more : '')).join('')}</dl>`
}

function tilesOfCalls({ invocations, errorRate, throttles, latencyMs }: Usage): Tile[] {
  return [
    { title: 'Calls', value: whole(invocations) },
    {
      title: 'Errors',
      value: percent(errorRate),
      bad: (errorRate ?? 0) >= BAD_RATE,
      note: throttles === 0 ? undefined : `and ${whole(throttles)} throttled`,
    },
    latencyMs.p99 === null
      ? { title: 'Latency, average', value: duration(latencyMs.avg) }
      : { title: 'Latency, p99', value: duration(latencyMs.p99), note: `p50 ${duration(latencyMs.p50)}` },
  ]
}

function tileOf({ title, value, bad, note }: Tile, more: string): string {
  const noted = note === undefined ? '' : `<dd class="note">${escapeHtml(note)}</dd>`
  return `<div><dt>${escapeHtml(title)}</dt><dd${bad ? ' class="bad"' : ''}>${escapeHtml(value).replace(/^(at least|more than) /, '<small>$1</small> ')}</dd>${more}${noted}</div>`
}

/** "+$1.67 (+12.0 %) on the window before"; empty where nothing is compared. */
function changed(report: Report): string {
  if (!report.compare) return ''
  const { change, scale } = report.compare
  const text = `${change.usd === null ? 'change not known' : changeText(change)} on the window before${scale === undefined ? '' : ', day for day'}`
  return `<dd class="change">${escapeHtml(text)}</dd>`
}

/** A message of no more stands as it is. */
const SHORT = 120

/** @param lines of HTML */
export function noteList(lines: readonly string[]): string {
  return `<ul class="notes">${lines.map((line) => `<li>${line}</li>`).join('\n')}</ul>`
}

/** Notes, one line a kind: a short one as it is, others folded under what their kind means. */
export function notes(warnings: readonly Warning[]): string {
  const kinds = new Map<Warning['code'], string[]>()
  for (const { code, message } of warnings) kinds.set(code, [...(kinds.get(code) ?? []), message])
  const lines = [...kinds].map(([code, all]) => {
    const [first = '', ...more] = all
    if (more.length === 0 && first.length <= SHORT) return escapeHtml(first)
    const messages = all.map((message) => `<li>${escapeHtml(message)}</li>`).join('')
    const many = more.length > 0 ? ` <span class="count">${all.length}</span>` : ''
    const meaning = WARNINGS[code].replace(/^./, (letter) => letter.toUpperCase())
    return `<details><summary>${escapeHtml(meaning)}${many}</summary><ul>${messages}</ul></details>`
  })
  return noteList(lines)
}

/** A page of our own: all but the texts in `main`, `foot` and `last` is escaped here. */
interface Frame {
  heading: string
  of: string
  about: string
  main: readonly string[]
  foot: string
  last?: string
  script?: string
}

/** Nothing from elsewhere, no request, and no style and script but the page's own. */
function securityPolicy(script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const scripts = script === '' ? '' : ` script-src ${hash(script)};`
  return `default-src 'none'; style-src ${hash(STYLE)};${scripts} base-uri 'none'; form-action 'none'`
}

export function framed({ heading, of, about, main, foot, last, script = '' }: Frame): string {
  const below = [`<footer>${foot}</footer>`, last, script && `<script>${script}</script>`].filter(Boolean)
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(securityPolicy(script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(`${heading} · ${of}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(heading)}</h1>
<p class="about">${escapeHtml(about)}</p>
</header>
<main>
${main.join('\n')}
</main>
${below.join('\n')}
</body>
</html>
`
}
