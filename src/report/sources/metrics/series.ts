import type { MetricDataResult } from '@aws-sdk/client-cloudwatch'

/**
 * The points of one query: the starts of their periods (ms since the epoch) and as many values. Side by side and outside the
 * heap, since a year by the hour has millions.
 */
export interface Series {
  readonly times: Float64Array
  readonly values: Float64Array
}

export const NO_POINTS: Series = { times: new Float64Array(), values: new Float64Array() }

/** The points of a page. Those of one request mostly have the same times: where they are those of `before`, they are shared. */
export function seriesOf({ Timestamps = [], Values = [] }: MetricDataResult, before: Series): Series {
  const count = Math.min(Timestamps.length, Values.length)
  const timeAt = (index: number) => Timestamps[index]?.getTime() ?? 0
  const same = before.times.length === count && before.times.every((time, index) => time === timeAt(index))
  const times = same ? before.times : Float64Array.from({ length: count }, (_, index) => timeAt(index))
  return { times, values: new Float64Array(Values.slice(0, count)) }
}

/** What several pages tell of one query. */
export function joined(first: Series | undefined, second: Series, before: Series): Series {
  if (first === undefined || first.times.length === 0) return second
  const times = concat(first.times, second.times)
  const same = before.times.length === times.length && before.times.every((time, index) => time === times[index])
  return { times: same ? before.times : times, values: concat(first.values, second.values) }
}

function concat(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
