import type { GetMetricDataInput, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../service.ts'
import { invalidToken, validation } from './faults.ts'
import { seriesOf } from './math/evaluate.ts'
import type { Series } from './math/functions.ts'
import { roundStart } from './points.ts'
import { checkQueries, queryEvaluator, type Window } from './queries.ts'
import type { MetricStore } from './store.ts'

const MOST_POINTS = 100_800

/** GetMetricData: metrics and metric math, up to 500 queries a request and 100,800 points a page. */
export function getMetricData(
  own: MetricStore,
  shared: ReadonlyMap<string, MetricStore>,
  input: GetMetricDataInput,
  call: Call,
) {
  const queries = input.MetricDataQueries ?? []
  checkQueries(queries)
  const storeOf = ({ AccountId = call.account }: MetricDataQuery) => {
    const store = AccountId === call.account ? own : shared.get(AccountId)
    if (!store) throw validation(`The account ${AccountId} is not linked to this account.`)
    return store
  }
  const { reference } = queryEvaluator(storeOf, queries, windowOf(input, call.now))
  const results = queries
    .filter(({ ReturnData }) => ReturnData !== false)
    .flatMap((query) => {
      const id = query.Id ?? ''
      const value = reference(id)
      const label = query.Label ?? (query.MetricStat ? undefined : id)
      return seriesOf(value).map((series) =>
        resultOf(id, label === undefined || Array.isArray(value) ? series.label : label, series),
      )
    })
  if (input.ScanBy !== 'TimestampAscending')
    for (const { times, values } of results) [times.reverse(), values.reverse()]
  return pageOf(results, input.NextToken, Math.min(input.MaxDatapoints ?? MOST_POINTS, MOST_POINTS))
}

/** The window of a request, its start rounded down by age. */
function windowOf({ StartTime, EndTime }: GetMetricDataInput, now: number): Window {
  if (!StartTime || !EndTime) throw validation('The parameters StartTime and EndTime are required.')
  if (StartTime >= EndTime) throw validation('The parameter StartTime must be less than the parameter EndTime.')
  return { start: roundStart(StartTime.getTime(), now), end: EndTime.getTime(), now }
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
