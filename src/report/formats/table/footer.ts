import { plain } from '../../../text/escape.ts'
import { type CostFormat, costFormat, largest, percent, whole } from '../../../text/numbers.ts'
import type { TextOptions } from '../../../text/painter.ts'
import { sparkline } from '../../../text/sparkline.ts'
import { wrap } from '../../../text/wrap.ts'
import type { Report, ReportView, Timing, Usage } from '../../model.ts'
import { TIMINGS } from '../fields.ts'
import { callsTexts, priceSources, unpricedText, withoutCost } from '../labels.ts'
import { quotaTexts } from '../quotas.ts'
import { clockText, slotName } from '../times.ts'

/** What stands under the table: how it went, where it leads, and all that has to be said. */
export function footer(view: ReportView, leftOut: readonly string[], { paint, width }: TextOptions): string[] {
  const { report } = view
  const { projection, unpriced, warnings } = report
  const cost = costFormat([projection.costUsd])
  const say = (label: string, text: string, style: (text: string) => string = paint.bold) => {
    const [first = '', ...others] = wrap(`${label}: ${plain(text)}`, width, '  ')
    return [style(first.slice(0, label.length + 1)) + first.slice(label.length + 1), ...others]
  }
  return [
    ...say('Reliability', reliabilityText(report.total)),
    ...latencyTexts(report.total).flatMap((text) => say('Latency', text)),
    ...say(slotName(report), course(view)),
    ...say(`${projection.days} days at this rate`, projectionText(report, cost)),
    ...quotaTexts(report, view.timeZone).flatMap(({ text, near }) => say('Quota', text, near ? paint.red : paint.bold)),
    ...priceSources(report).flatMap((text) => say('Prices', text)),
    ...callsTexts(report).flatMap((text) => say('This report', text, paint.dim)),
    ...unpriced.flatMap((line) => say('Unpriced', unpricedText(line), paint.yellow)),
    ...warnings.flatMap(({ message }) => say('Note', message, paint.yellow)),
    ...(leftOut.length > 0 ? say('Left out for width', leftOut.join(', '), paint.dim) : []),
  ]
}

function reliabilityText({ errorRate, clientErrors, serverErrors, throttles }: Usage): string {
  return `${percent(errorRate)} errors (${whole(clientErrors)} client, ${whole(serverErrors)} server), ${whole(throttles)} throttles`
}

/** At most one line: what the source does not tell is left out. */
function latencyTexts({ latencyMs, timeToFirstTokenMs }: Usage): string[] {
  const parts = [timingText(latencyMs, ''), timingText(timeToFirstTokenMs, 'to first token ')].filter(Boolean)
  return parts.length === 0 ? [] : [parts.join('; ')]
}

function timingText(timing: Timing, of: string): string {
  const stats = TIMINGS.flatMap((stat) => (timing[stat] === null ? [] : [`${stat} ${whole(timing[stat])}`]))
  return stats.length === 0 ? '' : `${of}${stats.join(', ')} ms`
}

function projectionText({ projection, total }: Report, cost: CostFormat): string {
  const { invocations, inputTokens, outputTokens, costUsd } = projection
  return `${whole(invocations)} invocations, ${whole(inputTokens)} input and ${whole(outputTokens)} output tokens, ${cost(costUsd, withoutCost(total))}`
}

/** Invocations over the window, and when they were most. */
function course({ report, trends, timeZone }: ReportView): string {
  if (report.total.invocations === null) return 'incomplete'
  const most = largest(trends.total)
  const peak = report.series[trends.total.indexOf(most)]
  const bars = sparkline(trends.total, 48)
  return most === 0 || !peak ? bars : `${bars} most: ${whole(most)} from ${clockText(peak.start, timeZone)}`
}
