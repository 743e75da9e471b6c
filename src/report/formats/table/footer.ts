import { plain } from '../../../text/escape.ts'
import { largest, percent, whole } from '../../../text/numbers.ts'
import type { TextOptions } from '../../../text/painter.ts'
import { sparkline } from '../../../text/sparkline.ts'
import { wrap } from '../../../text/wrap.ts'
import type { ReportView, Timing, Usage } from '../../model.ts'
import { compareTexts } from '../asked.ts'
import { TIMINGS } from '../fields.ts'
import {
  basisText,
  callsTexts,
  floorTexts,
  priceSources,
  projectedCost,
  projectionTitle,
  unpricedText,
} from '../labels.ts'
import { quotaTexts } from '../quotas.ts'
import { clockText, slotName } from '../times.ts'

/** What stands under the table: how it went, where it leads, and all that has to be said. */
export function footer(view: ReportView, leftOut: readonly string[], { paint, width }: TextOptions): string[] {
  const { report } = view
  const { unpriced, warnings } = report
  const say = (label: string, text: string, style: (text: string) => string = paint.bold) => {
    const [first = '', ...others] = wrap(`${label}: ${plain(text)}`, width, '  ')
    return [style(first.slice(0, label.length + 1)) + first.slice(label.length + 1), ...others]
  }
  return [
    ...floorTexts(report).flatMap((text) => say('Cost', text, paint.yellow)),
    ...compareTexts(view).flatMap(({ label, text }) => say(label, text)),
    ...say('Reliability', reliabilityText(report.total)),
    ...latencyTexts(report.total).flatMap((text) => say('Latency', text)),
    ...say(slotName(report), course(view)),
    ...say(projectionTitle(report, view.timeZone), projectionText(view)),
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

function projectionText({ report, timeZone }: ReportView): string {
  const { invocations, inputTokens, outputTokens, basis } = report.projection
  if (!basis) return basisText(report.projection, timeZone)
  return `${whole(invocations)} invocations, ${whole(inputTokens)} input and ${whole(outputTokens)} output tokens, ${projectedCost(report)}`
}

/** Invocations over the window, and when they were most. */
function course({ report, trends, timeZone }: ReportView): string {
  if (report.total.invocations === null) return 'incomplete'
  const most = largest(trends.total)
  const peak = report.series[trends.total.indexOf(most)]
  const bars = sparkline(trends.total, 48)
  return most === 0 || !peak ? bars : `${bars} most: ${whole(most)} from ${clockText(peak.start, timeZone)}`
}
