import { signedUsd, usd } from '../../text/numbers.ts'
import type { Anomaly } from '../report-lines.ts'
import type { ReportView } from '../view.ts'
import { keyText } from './labels.ts'
import { clockText } from './times.ts'

/** So many are told in a line each. */
const MOST_TOLD = 5

/** What an anomaly is of: its group, in short where that is a model; "everything" where nothing is told apart. */
export function anomalyName(view: ReportView, { key }: Anomaly, model: (id: string) => string): string {
  const parts = Object.keys(key).map((name) => {
    const text = keyText(view, { key }, name)
    return name === 'model' ? model(text) : text
  })
  return parts.join(' · ') || 'everything'
}

/** The dearest of them in a line each, and how many more there are; that there are none, where they were asked for. */
export function anomalyTexts(view: ReportView, model: (id: string) => string): string[] {
  const { anomalies } = view.report
  if (!anomalies) return []
  if (anomalies.length === 0) return ['none in this window']
  const more = anomalies.slice(MOST_TOLD)
  const excess = more.reduce((sum, { excessUsd }) => sum + excessUsd, 0)
  return [
    ...anomalies.slice(0, MOST_TOLD).map((one) => {
      const at = `${clockText(one.start, view.timeZone)}, ${one.hours} h`
      const costs = `${usd(one.costUsd)} instead of about ${usd(one.expectedUsd)}`
      const causes = (['volume', 'mix', 'price'] as const).map((cause) => `${cause} ${signedUsd(one[`${cause}Usd`])}`)
      return `${anomalyName(view, one, model)}, ${at}: ${costs}, mostly by ${one.cause}: ${causes.join(', ')}`
    }),
    ...(more.length > 0 ? [`and ${more.length} more, which cost ${usd(excess)} more than expected together`] : []),
  ]
}
