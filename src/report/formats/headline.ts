import { lackText } from '../../text/floor.ts'
import { count, duration, percent } from '../../text/numbers.ts'
import type { Tone } from '../../text/table.ts'
import { COUNTERS, HIGH_ERROR_RATE } from '../model.ts'
import type { Report, ReportView } from '../view.ts'
import { whereText } from '../where.ts'
import { accountsText, bothCosts, costCell, rangeText, regionsText, roughly } from './labels.ts'
import { clockText, monthName, spanText, windowText } from './times.ts'

/** From this part of the window on, a rate is that of the window. */
const WHOLE = 0.9

/** The answer in one line: what it cost, of which time, where that leads, how much was called and how it went. What is not known is left out. */
export function headline({
  report,
  timeZone,
}: Pick<ReportView, 'report' | 'timeZone'>): { text: string; tone?: Tone }[] {
  const { total, projection, bill } = report
  const { latencyMs, costUsd, costIsFloor, costLacks: lacks, pricedShare } = total
  const { invocations, errorRate } = bill ? { invocations: null, errorRate: null } : total
  const [cost = costUsd === null ? 'cost not known' : costCell(total)] = bothCosts(report)
  const lack = costIsFloor ? `, ${lackText({ lacks, pricedShare })}` : ''
  return [
    { text: `${cost}${lack}` },
    { text: spanText(report) },
    ...(projection.costUsd === null ? [] : [{ text: projectedText(projection.costUsd, report, timeZone) }]),
    ...(invocations === null ? [] : [{ text: count(invocations, 'call') }]),
    ...(errorRate === null
      ? []
      : [
          {
            text: `${errorRate === 0 ? 'no' : percent(errorRate)} errors`,
            ...(errorRate > HIGH_ERROR_RATE && { tone: 'bad' as const }),
          },
        ]),
    ...(latencyMs.p99 === null ? [] : [{ text: `p99 ${duration(latencyMs.p99)}` }]),
  ]
}

/** "about $467 in 30 days", "about $467 in November (from $430 to $505)"; since when, where the rate is of a part of the window alone. */
function projectedText(costUsd: number, { projection, total, window }: Report, zone: string): string {
  const { days, basis, month } = projection
  const cost = `${total.costIsFloor || projection.costIsFloor ? 'at least' : 'about'} ${roughly(costUsd)}`
  if (month !== undefined) return `${cost} in ${monthName(month)} (${rangeText(projection)})`
  const isOfPart = basis && basis.hours < window.hours * WHOLE
  const since = isOfPart
    ? ` at the rate since ${clockText(basis.from, zone).slice(0, window.hours > 48 ? 10 : 16)}`
    : ''
  return `${cost} in ${days} days${since}`
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
  const { where: asked, bill } = view.report
  const fit = asked ? ` that match${bill ? 'es' : ''} ${whereText(asked)}` : ''
  const from = `(${accountsText(view.report).toLowerCase()}, from ${source})`
  const what = `${bill ? 'Nothing billed' : 'No calls'} ${where}${when}${fit} ${from}.`
  if (asked) {
    const keys = Object.keys(asked).join()
    return [what, `Try another pattern; --by ${keys} shows what there is.`]
  }
  if (source === 'file') return [what, 'Try other files, or another window (--since, --until).']
  if (bill) return [what, 'Try another window (--since, --until), or credentials of the account that pays.']
  const longer = window.hours < 720 ? ['--last 30d'] : []
  const wider = regions.length > 1 ? [] : ['--region all']
  const lag = source === 'metrics' ? ' Metrics lag 15 minutes.' : ''
  return [what, `Try ${[...longer, ...wider].join(', ')} or bedrock-monitor doctor.${lag}`.replace('Try  or', 'Try')]
}
