import type { Datapoint, GetMetricStatisticsInput } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { invalidCombination, missing } from './faults.ts'
import { windowOf } from './metric-data.ts'
import { readBuckets } from './points.ts'
import { checkPeriod, dimensionsOf } from './queries.ts'
import { parseStatistic, type Statistic } from './statistic.ts'
import type { MetricStore } from './store.ts'

const MOST_POINTS = 1_440

/** GetMetricStatistics: one metric, several statistics, at most 1,440 data points. */
export function getMetricStatistics(store: MetricStore, input: GetMetricStatisticsInput, call: Call): object {
  const { Namespace = '', MetricName = '', Statistics = [], ExtendedStatistics = [], Unit } = input
  if (Statistics.length + ExtendedStatistics.length === 0) throw missing('Statistics or ExtendedStatistics')
  const plain = Statistics.map((name) => ({ name, statistic: parseStatistic(name) }))
  const extended = ExtendedStatistics.map((name) => ({ name, statistic: parseStatistic(name) }))
  const { start, end } = windowOf(input, call.now)
  const period = checkPeriod(input.Period ?? 0)
  if ((end - start) / (period * 1_000) > MOST_POINTS) {
    throw invalidCombination(`You have requested more than ${MOST_POINTS} data points. Choose a longer period.`)
  }
  const found = store.find(Namespace, MetricName, dimensionsOf(input.Dimensions))
  const metric = Unit === undefined || found?.unit === Unit ? found : undefined
  const buckets = readBuckets(metric, { start, end, period, now: call.now }, extended.length > 0)
  const Datapoints = [...buckets].map(([time, bucket]): Datapoint => {
    const values = (wanted: readonly { name: string; statistic: Statistic }[]) =>
      wanted.flatMap(({ name, statistic }): [string, number][] => {
        const value = bucket.read(statistic)
        return value === undefined ? [] : [[name, value]]
      })
    return {
      Timestamp: new Date(time),
      Unit: (metric?.unit ?? 'None') as NonNullable<Datapoint['Unit']>,
      ...Object.fromEntries(values(plain)),
      ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(values(extended)) }),
    }
  })
  return { Label: MetricName, Datapoints }
}
