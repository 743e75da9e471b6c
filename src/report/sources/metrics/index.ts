import { RATES } from '../../calls.ts'
import type { Source } from '../source.ts'

/** CloudWatch's metrics, which Bedrock writes by itself: they need no set-up, and know of a call its model and no more. */
export const metrics: Source = {
  name: 'metrics',
  groupings: ['model', 'account', 'region', 'profile'],
  tellsNot: 'CloudWatch metrics do not have it',
  tellsQuotas: true,
  settings: [],
  bills: [RATES.metrics, RATES.metricListings],
  ifIncomplete: 'run it again',
  grants: () => [{ actions: ['cloudwatch:ListMetrics', 'cloudwatch:GetMetricData'], resources: ['*'] }],
  async linked(hub) {
    const { linkedByMetrics } = await import('./list-models.ts')
    return linkedByMetrics(hub)
  },
  async open({ cx, signIn }) {
    const { readMetricsOf } = await import('./read.ts')
    const { places } = await signIn()
    return { places, read: (question) => readMetricsOf(cx, places, question) }
  },
}
