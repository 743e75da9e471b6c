import type { Dimension as Asked, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { invalidValue, validation } from './faults.ts'
import { evaluate, type Scope } from './math/evaluate.ts'
import type { Series, Value } from './math/functions.ts'
import { parseExpression } from './math/parse.ts'
import { parseStatistic, readPoints } from './points.ts'
import { parseSearch } from './search.ts'
import type { Dimension, Metric, MetricStore } from './store.ts'

const MOST_QUERIES = 500
const MOST_SEARCHED = 500
const SEARCHED_MS = 14 * 86_400_000
const LONGEST_EXPRESSION = 2_048

/** What queries are answered about, in milliseconds: `start` inclusive and aligned to how the data is kept, `end` exclusive. */
export interface Window {
  start: number
  end: number
  now: number
}

/** @throws AwsFault where there are too many queries, or one is not of the form of a MetricDataQuery. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
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
    if ((Expression?.length ?? 1) < 1 || (Expression?.length ?? 1) > LONGEST_EXPRESSION) {
      throw validation(`The expression of ${Id} must have 1 to ${LONGEST_EXPRESSION} characters.`)
    }
    ids.add(Id)
  }
}

function checkPeriod(period: number): number {
  if (Number.isInteger(period) && period > 0 && period % 60 === 0) return period
  throw invalidValue(`The parameter Period must be a multiple of 60: ${period}.`)
}

export function dimensionsOf(dimensions: readonly Asked[] = []): Dimension[] {
  return dimensions.map(({ Name = '', Value = '' }) => ({ Name, Value }))
}

type StoreOf = (query: MetricDataQuery) => MetricStore

interface Evaluator {
  reference(id: string, path?: readonly string[]): Value
  scope(query: MetricDataQuery, path: readonly string[]): Scope
}

/** By id, each worked out once and only when asked for. @throws AwsFault for unknown, circular or wrong ones */
export function queryEvaluator(storeOf: StoreOf, queries: readonly MetricDataQuery[], window: Window): Evaluator {
  const { start, end, now } = window
  const known = new Map<string, Value>()
  const byId = new Map(queries.map((query) => [query.Id ?? '', query]))

  const read = (metric: Metric | undefined, statistic: string, period: number, label: string): Series => {
    const range = { start, end, period: checkPeriod(period), now }
    return { label, period, points: readPoints(metric, parseStatistic(statistic), range) }
  }
  const metricOf = (query: MetricDataQuery): Series => {
    const { MetricStat, Label } = query
    const { Metric, Stat, Period, Unit } = MetricStat ?? {}
    const name = Metric?.MetricName ?? ''
    const found = storeOf(query).find(Metric?.Namespace ?? '', name, dimensionsOf(Metric?.Dimensions))
    return read(Unit === undefined || found?.unit === Unit ? found : undefined, Stat ?? '', Period ?? 0, Label ?? name)
  }
  const reference = (id: string, path: readonly string[] = []): Value => {
    const value = known.get(id)
    if (value !== undefined) return value
    const query = byId.get(id)
    if (!query) throw validation(`Error in expression: unknown id '${id}'`)
    if (path.includes(id)) throw validation(`Error in expression: '${id}' refers to itself`)
    const result = query.MetricStat
      ? metricOf(query)
      : evaluate(parseExpression(query.Expression ?? ''), scope(query, [...path, id]))
    known.set(id, result)
    return result
  }
  const scope = (query: MetricDataQuery, path: readonly string[]): Scope => ({
    start,
    end,
    reference: (id) => reference(id, path),
    search: (expression, statistic, period) =>
      storeOf(query)
        .active(now - SEARCHED_MS)
        .filter(parseSearch(expression))
        .slice(0, MOST_SEARCHED)
        .map((metric) => read(metric, statistic, period ?? query.Period ?? 0, searchLabel(metric))),
    before: (milliseconds) =>
      queryEvaluator(storeOf, queries, { ...window, start: start - milliseconds }).scope(query, path),
  })
  return { reference, scope }
}

function searchLabel(metric: Metric): string {
  return metric.dimensions.map(({ Value }) => Value).join(' ') || metric.name
}
