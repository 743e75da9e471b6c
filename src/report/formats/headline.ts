import { lackText } from '../../text/floor.ts'
import { count, duration, percent, usd, whole } from '../../text/numbers.ts'
import type { Tone } from '../../text/table.ts'
import { COUNTERS, HIGH_ERROR_RATE, type Report, type ReportView } from '../model.ts'
import { accountsText, bothCosts, costCell, regionsText } from './labels.ts'
import { spanText, windowText } from './times.ts'

/** A part of the first line. */
export interface HeadlinePart {
  text: string
  tone?: Tone
}

/** The answer in one line: what it cost, of which time, where that leads, how much was called and how it went. What is not known is left out. */
export function headline({ report }: Pick<ReportView, 'report'>): HeadlinePart[] {
  const { total, projection } = report
  const { invocations, errorRate, latencyMs, costUsd, costIsFloor, costLacks: lacks, pricedShare } = total
  const [cost = costCell(total)] = bothCosts(report)
  const lack = costIsFloor && costUsd !== null ? `, ${lackText({ lacks, pricedShare })}` : ''
  return [
    { text: `${cost}${lack}` },
    { text: spanText(report) },
    ...(projection.costUsd === null ? [] : [{ text: projectedText(projection.costUsd, report) }]),
    ...(invocations === null ? [] : [{ text: count(invocations, 'call') }]),
    ...(errorRate === null
      ? []
      : [{ text: `${percent(errorRate)} errors`, ...(errorRate > HIGH_ERROR_RATE && { tone: 'bad' as const }) }]),
    ...(latencyMs.p99 === null ? [] : [{ text: `p99 ${duration(latencyMs.p99)}` }]),
  ]
}

/** "about $467 in 30 days", to the dollar from a hundred on. */
function projectedText(costUsd: number, { projection: { days }, total }: Report): string {
  const cost = costUsd < 100 ? usd(costUsd) : `$${whole(costUsd)}`
  return `${total.costIsFloor ? 'at least' : 'about'} ${cost} in ${days} days`
}

/** What to say where nothing was used, and what to try; undefined where something was. */
export function unusedTexts(view: ReportView): [what: string, remedy: string] | undefined {
  const { total, source, window, regions } = view.report
  if (COUNTERS.some((counter) => total[counter] !== 0)) return undefined
  // Of a bill that was not read whole, nobody knows.
  if (view.report.bill && total.costIsFloor) return undefined
  const span = spanText(view.report)
  const when = source !== 'file' && span.startsWith('last') ? `in the ${span}` : `from ${windowText(view)}`
  const where = regions.length > 0 ? `in ${regionsText(view.report)} ` : ''
  const what = `No calls ${where}${when} (${accountsText(view.report).toLowerCase()}, from ${source}).`
  if (source === 'file') return [what, 'Try other files, or another window (--since, --until).']
  if (view.report.bill)
    return [
      what.replace(/^No calls/, 'Nothing billed'),
      'Try another window (--since, --until), or credentials of the account that pays.',
    ]
  const longer = window.hours < 720 ? ['--last 30d'] : []
  const wider = regions.length > 1 ? [] : ['--region all']
  const lag = source === 'metrics' ? ' Metrics lag 15 minutes.' : ''
  return [what, `Try ${[...longer, ...wider].join(', ')} or bedrock-monitor doctor.${lag}`.replace('Try  or', 'Try')]
}
