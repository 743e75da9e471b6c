import type { GetMetricDataInput, GetMetricDataOutput } from '@aws-sdk/client-cloudwatch'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import type { FakeStatus } from './fake-cloudwatch.ts'

/** What CloudWatch is to say of a metric: a StatusCode, `none` (no result at all), or undefined as it is. */
export type Telling = (metric: string, of: { stat: string; model: string | undefined }) => FakeStatus | undefined

export const WAYS = ['InternalError', 'Forbidden', 'PartialData', 'none'] as const

/** Has the sandbox's CloudWatch answer, from now on, but not for all of what it is asked; undo with what is returned. */
export function tellOnly({ services: { cloudwatch } }: Sandbox, telling: Telling): () => void {
  const whole = cloudwatch.operations.GetMetricData
  if (!whole) throw new Error('the sandbox has no GetMetricData')
  cloudwatch.operations.GetMetricData = async (input, call) => {
    const { MetricDataQueries = [] } = input as unknown as GetMetricDataInput
    const answer = (await whole(input, call)) as GetMetricDataOutput
    const statusOf = (id: string | undefined) => {
      const asked = MetricDataQueries.find(({ Id }) => Id === id)?.MetricStat
      const model = asked?.Metric?.Dimensions?.find(({ Name }) => Name === 'ModelId')?.Value
      return telling(asked?.Metric?.MetricName ?? '', { stat: asked?.Stat ?? '', model })
    }
    const results = (answer.MetricDataResults ?? []).flatMap((result) => {
      const status = statusOf(result.Id) ?? result.StatusCode
      if (status === 'none') return []
      const isTold = status === result.StatusCode
      const [Timestamps = [], Values = []] = [result.Timestamps, result.Values]
      const most = isTold ? Values.length : status === 'PartialData' ? 1 : 0
      return [{ ...result, StatusCode: status, Timestamps: Timestamps.slice(0, most), Values: Values.slice(0, most) }]
    })
    return { ...answer, MetricDataResults: results }
  }
  return () => {
    cloudwatch.operations.GetMetricData = whole
  }
}
