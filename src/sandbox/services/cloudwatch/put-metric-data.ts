import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { invalidCombination, invalidValue, missing } from './faults.ts'
import { dimensionsOf } from './queries.ts'
import type { MetricStore } from './store.ts'

const MOST_DATA = 1_000
const MOST_DIMENSIONS = 30

/** Takes AWS's own namespaces too, which AWS refuses: metrics of Bedrock have to come from somewhere. */
export function putMetricData(store: MetricStore, input: PutMetricDataInput, call: Call): object {
  const { Namespace, MetricData = [] } = input
  if (!Namespace) throw missing('Namespace')
  if (MetricData.length === 0) throw missing('MetricData')
  if (MetricData.length > MOST_DATA) {
    throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`)
  }
  for (const datum of MetricData) check(datum)
  for (const datum of MetricData) put(store, Namespace, datum, call.now)
  return {}
}

function check({ MetricName, Value, Values, Counts, StatisticValues, Dimensions = [] }: MetricDatum): void {
  if (!MetricName) throw missing('MetricData.member.MetricName')
  if ([Value, Values, StatisticValues].filter((given) => given !== undefined).length !== 1) {
    throw invalidCombination('Exactly one of the parameters Value, Values and StatisticValues must be given.')
  }
  if (Counts && Counts.length !== Values?.length) {
    throw invalidCombination('The parameters Values and Counts must have the same length.')
  }
  if (Dimensions.length > MOST_DIMENSIONS) throw invalidValue(`More than ${MOST_DIMENSIONS} dimensions.`)
  if (Dimensions.some(({ Name, Value: value }) => !Name || !value))
    throw invalidValue('A dimension needs a name and a value.')
  if ([Value, ...(Values ?? [])].some((value) => value !== undefined && !Number.isFinite(value))) {
    throw invalidValue('The value must be a number.')
  }
}

function put(store: MetricStore, namespace: string, datum: MetricDatum, now: number): void {
  const sample = {
    namespace,
    name: datum.MetricName ?? '',
    dimensions: dimensionsOf(datum.Dimensions),
    timestamp: datum.Timestamp?.getTime() ?? now,
    ...(datum.Unit !== undefined && { unit: datum.Unit }),
  }
  const set = datum.StatisticValues
  if (set) {
    const { SampleCount: count = 0, Sum: sum = 0, Minimum: min = 0, Maximum: max = 0 } = set
    store.putSet(sample, { count, sum, min, max })
  }
  for (const [i, value] of (datum.Values ?? [datum.Value]).entries()) {
    if (value !== undefined) store.put({ ...sample, value, times: datum.Counts?.[i] ?? 1 })
  }
}
