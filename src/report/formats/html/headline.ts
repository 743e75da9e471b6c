import { escapeHtml } from '../../../text/escape.ts'
import { lackText } from '../../../text/floor.ts'
import { duration, percent, whole } from '../../../text/numbers.ts'
import type { Usage } from '../../model.ts'
import type { Report, ReportView } from '../../view.ts'
import { changeText } from '../change.ts'
import { basisText, costCell, hasListCosts, horizonText, listCostText, projectedCost } from '../labels.ts'
import { spanText } from '../times.ts'

/** From here on a rate of errors needs eyes. */
const BAD_RATE = 0.05

export interface Tile {
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

/** Of which a bill knows nothing. */
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
