import { GetMetricDataCommand, type GetMetricDataCommandInput, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../../src/aws/context.ts'

export type FakeDimensions = Record<string, string>

interface Sample {
  namespace: string
  metric: string
  dimensions: FakeDimensions
  time: number
  value: number
}

export type FakeStatus = 'Complete' | 'PartialData' | 'Forbidden' | 'InternalError' | 'none'

export interface FakeOptions {
  /** Metrics a page of ListMetrics. */
  metricsAPage?: number
  /** Data points a page of GetMetricData. */
  pointsAPage?: number
  /** Called for every request; may throw what the client would. */
  fault?(command: string, input: unknown): void
  /** The StatusCode of a metric's results, which are empty where it is an error; `none`: no result at all. */
  status?(
    metric: string,
    of: { stat: string; model: string | undefined; tier: string | undefined; call: number },
  ): FakeStatus | undefined
  /** Every point stands in its result twice. */
  twice?: boolean
}

/**
 * A CloudWatch in memory that evaluates what it is asked over the samples put into it, by the documented rules: dimensions
 * match exactly, periods count from the request's start, percentiles are of the raw samples.
 */
export class FakeCloudWatch {
  readonly samples: Sample[] = []
  readonly requests: { command: string; input: unknown }[] = []
  readonly #options: FakeOptions

  constructor(options: FakeOptions = {}) {
    this.#options = options
  }

  put(metric: string, dimensions: FakeDimensions, time: number, ...values: number[]): void {
    for (const value of values) this.samples.push({ namespace: 'AWS/Bedrock', metric, dimensions, time, value })
  }

  /** What the OpenAI-compatible endpoint puts. */
  putMantle(metric: string, dimensions: FakeDimensions, time: number, value: number): void {
    this.samples.push({ namespace: 'AWS/BedrockMantle', metric, dimensions, time, value })
  }

  /** What any other namespace has. */
  putIn(namespace: string, metric: string, dimensions: FakeDimensions, time: number, value: number): void {
    this.samples.push({ namespace, metric, dimensions, time, value })
  }

  /** For a context: only what the program calls. */
  get client(): Aws['cloudwatch'] {
    return { send: async (command: unknown) => this.#answer(command) } as unknown as Aws['cloudwatch']
  }

  #answer(command: unknown): object {
    if (command instanceof ListMetricsCommand) {
      this.#log('ListMetrics', command.input)
      return this.#list(command.input.Namespace ?? '', Number(command.input.NextToken ?? 0))
    }
    if (command instanceof GetMetricDataCommand) {
      this.#log('GetMetricData', command.input)
      return this.#data(command.input)
    }
    throw new Error('not a call that the report makes')
  }

  #log(command: string, input: unknown): void {
    this.requests.push({ command, input })
    this.#options.fault?.(command, input)
  }

  #list(wanted: string, offset: number): object {
    const size = this.#options.metricsAPage ?? 500
    const known = new Map(
      this.samples.filter(({ namespace }) => namespace === wanted).map((sample) => [identity(sample), sample]),
    )
    const all = [...known.values()].map(({ metric, dimensions }) => ({
      Namespace: wanted,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    }))
    const next = offset + size
    return { Metrics: all.slice(offset, next), ...(next < all.length && { NextToken: String(next) }) }
  }

  #data({ MetricDataQueries = [], StartTime, EndTime, NextToken }: GetMetricDataCommandInput): object {
    if (MetricDataQueries.length > 500) throw new Error('more than 500 queries')
    const [start, end] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0]
    const series = MetricDataQueries.map(({ Id, MetricStat }) => {
      const metric = MetricStat?.Metric?.MetricName ?? ''
      const namespace = MetricStat?.Metric?.Namespace ?? ''
      const dimensions = Object.fromEntries((MetricStat?.Metric?.Dimensions ?? []).map((d) => [d.Name, d.Value]))
      const key = identity({ namespace, metric, dimensions: dimensions as FakeDimensions })
      const samples = this.samples.filter((s) => identity(s) === key && s.time >= start && s.time < end)
      const points = toPoints(samples, start, (MetricStat?.Period ?? 60) * 1000, MetricStat?.Stat ?? '')
      const call = this.requests.filter(({ command }) => command === 'GetMetricData').length
      const model = dimensions.ModelId ?? dimensions.Model
      const of = { stat: MetricStat?.Stat ?? '', model, tier: dimensions.ResolvedServiceTier, call }
      const status = this.#options.status?.(metric, of) ?? 'Complete'
      const told = status === 'Complete' ? points : status === 'PartialData' ? points.slice(0, 1) : []
      return { Id, status, points: this.#options.twice ? told.flatMap((point) => [point, point]) : told }
    })
    const answered = series.filter(({ status }) => status !== 'none')
    return paged(answered, Number(NextToken ?? 0), this.#options.pointsAPage ?? 100_800)
  }
}

interface Series {
  Id: string | undefined
  status: string
  points: (readonly [number, number])[]
}

/** The points from `offset` on, over all series in turn, as many as a page holds. */
function paged(series: Series[], offset: number, size: number): object {
  let passed = 0
  const results = series.map(({ Id, status, points }) => {
    const from = Math.max(0, offset - passed)
    const to = Math.max(0, offset + size - passed)
    passed += points.length
    const page = points.slice(from, to)
    return {
      Id,
      StatusCode: to < points.length ? 'PartialData' : status,
      Timestamps: page.map(([time]) => new Date(time)),
      Values: page.map(([, value]) => value),
    }
  })
  return { MetricDataResults: results, ...(offset + size < passed && { NextToken: String(offset + size) }) }
}

function toPoints(samples: Sample[], start: number, periodMs: number, stat: string): [number, number][] {
  const slots = new Map<number, number[]>()
  for (const { time, value } of samples) {
    const slot = start + Math.floor((time - start) / periodMs) * periodMs
    slots.set(slot, [...(slots.get(slot) ?? []), value])
  }
  return [...slots].sort(([a], [b]) => a - b).map(([slot, values]) => [slot, statistic(values, stat)])
}

function statistic(values: number[], stat: string): number {
  const sum = values.reduce((total, value) => total + value, 0)
  if (stat === 'Sum') return sum
  if (stat === 'SampleCount') return values.length
  if (stat === 'Average') return sum / values.length
  if (stat === 'Maximum') return Math.max(...values)
  const percentile = /^p(\d+)$/.exec(stat)
  if (!percentile) throw new Error(`unknown statistic ${stat}`)
  return nearestRank(values, Number(percentile[1]))
}

/** The smallest value that at least `percent` of all are not above. */
export function nearestRank(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

function identity({ namespace, metric, dimensions }: Omit<Sample, 'time' | 'value'>): string {
  return JSON.stringify([namespace, metric, Object.entries(dimensions).sort()])
}
