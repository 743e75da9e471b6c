import type { AwsContext } from '../../aws/context.ts'
import type { Window } from '../../report/model.ts'
import { getWholeData } from '../../report/sources/metrics/get-data.ts'
import { HOUR_MS } from '../../report/window.ts'
import type { Deliveries, DeliveryTarget } from '../facts.ts'

/** The middle of the names of Bedrock's metrics of its own log delivery, which have no dimensions. */
const TARGETS: Record<DeliveryTarget, string> = {
  'log group': 'LogsCloudWatch',
  bucket: 'LogsS3',
  'bucket for large bodies': 'LargeDataS3',
}

export async function readDeliveries(cx: AwsContext, window: Window): Promise<Deliveries> {
  const query = (target: string, outcome: 'Success' | 'Failure') => ({
    model: undefined,
    metric: `ModelInvocation${target}Delivery${outcome}`,
    stat: 'Sum',
  })
  const queries = Object.values(TARGETS).flatMap((target) => [query(target, 'Success'), query(target, 'Failure')])
  const answers = await getWholeData(cx, queries, window, HOUR_MS / 1000)
  const sum = (target: string, outcome: 'Success' | 'Failure') =>
    answers.points(query(target, outcome)).reduce((total, { value }) => total + value, 0)
  const of = (name: DeliveryTarget) => ({
    success: sum(TARGETS[name], 'Success'),
    failure: sum(TARGETS[name], 'Failure'),
  })
  return {
    'log group': of('log group'),
    bucket: of('bucket'),
    'bucket for large bodies': of('bucket for large bodies'),
  }
}
