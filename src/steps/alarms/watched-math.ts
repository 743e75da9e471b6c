import { ALL_MODELS } from '../../report/sources/metrics/names.ts'
import { largerOf, sumOf, type WatchedMath, type WatchedMetric } from './alarm-definition.ts'

/**
 * Errors per hundred invocations, client's and server's; 0 below `floor` invocations a period. Failed calls may or may not
 * be among the invocations (AWS has documented it both ways): the larger of the two counts is what was attempted. A period
 * without either has no point, and a missing point does not ring.
 */
export function errorPercent(floor: number): WatchedMath {
  const failed = [{ id: 'clienterrors' }, { id: 'servererrors' }]
  const called = { id: 'invocations' }
  const attempts = largerOf([called], failed)
  // A period of calls without an error is one of 0 % and no missing one.
  const errors = sumOf([...failed, { ...called, plus: '0' }])
  return {
    expression: `IF(${attempts}>=${floor},100*${errors}/(${attempts}),0)`,
    label: 'Errors per hundred invocations',
    metrics: {
      clienterrors: { metric: 'InvocationClientErrors', statistic: 'Sum' },
      invocations: { metric: 'Invocations', statistic: 'Sum' },
      servererrors: { metric: 'InvocationServerErrors', statistic: 'Sum' },
    },
  }
}

/** AWS documents them under a value of the dimension of models, others see them without dimensions: where both are, they are the same. */
export function deliveryFailures(): WatchedMath {
  const metrics = {
    cloudwatch: 'ModelInvocationLogsCloudWatchDeliveryFailure',
    large: 'ModelInvocationLargeDataS3DeliveryFailure',
    s3: 'ModelInvocationLogsS3DeliveryFailure',
  }
  const of = (end: string, dimensions?: WatchedMetric['dimensions']) =>
    Object.entries(metrics).map(([id, metric]): [string, WatchedMetric] => [
      `${id}${end}`,
      { metric, ...(dimensions && { dimensions }), statistic: 'Sum' },
    ])
  const [plain, documented] = [of(''), of('all', { ModelId: ALL_MODELS })]
  const terms = (some: readonly [string, WatchedMetric][]) => some.map(([id]) => ({ id }))
  return {
    expression: largerOf(terms(plain), terms(documented)),
    label: 'Failed deliveries of invocation logs',
    metrics: Object.fromEntries([...plain, ...documented]),
  }
}
