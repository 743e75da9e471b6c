import type { GetMetricDataInput, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { invalidToken, invalidValue, validation } from './faults.ts'
import { evaluate, seriesOf } from './math/evaluate.ts'
import { parseExpression } from './math/parse.ts'
import type { Series, Value } from './math/series.ts'
import { readPoints, roundStart } from './points.ts'
import { parseSearch } from './search.ts'
import { parseStatistic } from './statistic.ts'
import type { Dimension, Metric, MetricStore } from './store.ts'

const MOST_QUERIES = 500
const MOST_POINTS = 100_800
const MOST_SEARCHED = 500
const SEARCHED_MS = 14 * 86_400_000

/** GetMetricData: metrics and metric math, up to 500 queries a request and 100,800 points a page. */
export function getMetricData(store: MetricStore, input: GetMetricDataInput, call: Call) {
  const queries = input.MetricDataQueries ?? []
  checkQueries(queries)
  const { start, end } = windowOf(input, call.now)
  const known = new Map<string, Value>()
  const byId = new Map(queries.map((query) => [query.Id ?? '', query]))

  const read = (metric: Metric | undefined, statistic: string, period: number, label: string): Series => {
    const range = { start, end, period: checkPeriod(period), now: call.now }
    return { label, period, points: readPoints(metric, parseStatistic(statistic), range) }
  }
  const reference = (id: string, path: readonly string[]): Value => {
    const value = known.get(id)
    if (value !== undefined) return value
    const query = byId.get(id)
    if (!query) throw validation(`Error in expression: unknown id '${id}'`)
    if (path.includes(id)) throw validation(`Error in expression: '${id}' refers to itself`)
    const result = query.MetricStat ? metricOf(query) : expressionOf(query, [...path, id])
    known.set(id, result)
    return result
  }
  const metricOf = ({ MetricStat, Label }: MetricDataQuery): Series => {
    const { Metric, Stat, Period, Unit } = MetricStat ?? {}
    const name = Metric?.MetricName ?? ''
    const found = store.find(Metric?.Namespace ?? '', name, dimensionsOf(Metric?.Dimensions))
    return read(Unit === undefined || found?.unit === Unit ? found : undefined, Stat ?? '', Period ?? 0, Label ?? name)
  }
  const expressionOf = (query: MetricDataQuery, path: readonly string[]): Value =>
    evaluate(parseExpression(query.Expression ?? ''), {
      start,
      end,
      reference: (id) => reference(id, path),
      metrics: (part) =>
        queries
          .filter(({ Id, MetricStat }) => MetricStat && Id?.includes(part))
          .flatMap(({ Id = '' }) => seriesOf(reference(Id, path))),
      search: (expression, statistic, period) =>
        store
          .active(call.now - SEARCHED_MS)
          .filter(parseSearch(expression))
          .slice(0, MOST_SEARCHED)
          .map((metric) => read(metric, statistic, period ?? query.Period ?? 0, searchLabel(metric))),
    })

  const results = queries
    .filter(({ ReturnData }) => ReturnData !== false)
    .flatMap((query) => {
      const id = query.Id ?? ''
      const all = seriesOf(reference(id, []))
      const label = query.Label ?? (query.MetricStat ? undefined : id)
      return all.map((series) =>
        resultOf(id, label === undefined || Array.isArray(known.get(id)) ? series.label : label, series),
      )
    })
  if (input.ScanBy !== 'TimestampAscending')
    for (const { times, values } of results) [times.reverse(), values.reverse()]
  return pageOf(results, input.NextToken, Math.min(input.MaxDatapoints ?? MOST_POINTS, MOST_POINTS))
}

/** The window of a request, its start rounded down by age; both in milliseconds. */
export function windowOf(input: { StartTime?: Date | undefined; EndTime?: Date | undefined }, now: number) {
  const { StartTime, EndTime } = input
  if (!StartTime || !EndTime) throw validation('The parameters StartTime and EndTime are required.')
  if (StartTime >= EndTime) throw validation('The parameter StartTime must be less than the parameter EndTime.')
  return { start: roundStart(StartTime.getTime(), now), end: EndTime.getTime() }
}

export function checkPeriod(period: number): number {
  if (Number.isInteger(period) && period > 0 && period % 60 === 0) return period
  throw invalidValue(`The parameter Period must be a multiple of 60: ${period}.`)
}

export function dimensionsOf(
  dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[] = [],
): Dimension[] {
  return dimensions.map(({ Name = '', Value = '' }) => ({ Name, Value }))
}

interface Result {
  id: string
  label: string
  times: number[]
  values: number[]
}

function resultOf(id: string, label: string, { points }: Series): Result {
  return { id, label, times: [...points.keys()], values: [...points.values()] }
}

function searchLabel(metric: Metric): string {
  return metric.dimensions.map(({ Value }) => Value).join(' ') || metric.name
}

function checkQueries(queries: readonly MetricDataQuery[]): void {
  if (queries.length === 0) throw validation('The parameter MetricDataQueries is required.')
  if (queries.length > MOST_QUERIES) {
    throw validation(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`)
  }
  const ids = new Set<string>()
  for (const { Id = '', MetricStat, Expression } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(Id))
      throw validation(`The value ${Id} for parameter Id is not matching the expected pattern.`)
    if (ids.has(Id)) throw validation(`The values for parameter id in MetricDataQueries are not unique: ${Id}.`)
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw validation(`Exactly one of MetricStat and Expression is needed: ${Id}.`)
    }
    ids.add(Id)
  }
}

/** One page: as many points as fit. A result that goes on in the next page says PartialData. */
function pageOf(results: readonly Result[], token: string | undefined, size: number) {
  let [at, from] = cursorOf(token, results.length)
  const page: MetricDataResult[] = []
  for (let room = size; at < results.length && room > 0; ) {
    const result = results[at]
    if (!result) break
    const { id, label, times, values } = result
    const to = Math.min(times.length, from + room)
    page.push({
      Id: id,
      Label: label,
      Timestamps: times.slice(from, to).map((time) => new Date(time)),
      Values: values.slice(from, to),
      StatusCode: to < times.length ? 'PartialData' : 'Complete',
    })
    room -= to - from
    if (to < times.length) from = to
    else [at, from] = [at + 1, 0]
  }
  return { MetricDataResults: page, Messages: [], ...(at < results.length && { NextToken: `${at}:${from}` }) }
}

function cursorOf(token: string | undefined, length: number): [number, number] {
  if (token === undefined) return [0, 0]
  const [, at, from] = /^(\d+):(\d+)$/.exec(token) ?? []
  if (at === undefined || from === undefined || Number(at) >= length) throw invalidToken()
  return [Number(at), Number(from)]
}
