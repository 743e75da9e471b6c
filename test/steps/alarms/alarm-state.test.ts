import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isMath, type Watched, type WatchedMetric } from '../../../src/steps/alarms/alarm-definition.ts'
import {
  bandQueries,
  dimensionList,
  mathQueries,
  putInput,
  queriesOf,
  stateOf,
  toQueries,
} from '../../../src/steps/alarms/alarm-state.ts'

const text = fc.string({ minLength: 1, maxLength: 30 })
const id = fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,8}$/).filter((name) => name !== 'result')
const metric: fc.Arbitrary<WatchedMetric> = fc
  .record({
    namespace: fc.constantFrom(undefined, 'AWS/Bedrock/Guardrails'),
    metric: text,
    // A value may hold an equals sign, a name may not.
    dimensions: fc.option(fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,9}$/), text, { minKeys: 1, maxKeys: 3 }), {
      nil: undefined,
    }),
    statistic: fc.constantFrom(
      'Sum' as const,
      'Average' as const,
      'Maximum' as const,
      'p99' as const,
      'p99.9' as const,
    ),
  })
  .map(({ namespace, dimensions, ...rest }) => ({
    ...rest,
    ...(namespace !== undefined && { namespace }),
    ...(dimensions && { dimensions: { ...dimensions } }),
  }))
const watched: fc.Arbitrary<Watched> = fc.oneof(
  metric,
  fc
    .record({ expression: text, label: text, metrics: fc.dictionary(id, metric, { minKeys: 1, maxKeys: 10 }) })
    .map(({ metrics, ...math }) => ({ ...math, metrics: { ...metrics } })),
)

const QUIET = {
  ...stateOf({}),
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  comparison: 'GreaterThanThreshold',
  threshold: 1,
}
const stateWatching = (what: Watched) =>
  isMath(what)
    ? { ...QUIET, metrics: mathQueries(what, 300) }
    : {
        ...QUIET,
        namespace: what.namespace ?? 'AWS/Bedrock',
        metric: what.metric,
        dimensions: dimensionList(what.dimensions),
        statistic: what.statistic,
        periodSeconds: 300,
      }

test('what is put is what is read back', () => {
  fc.assert(
    fc.property(watched, (what) => {
      const want = stateWatching(what)
      // Left out, it is the number of evaluation periods.
      const { DatapointsToAlarm: _, ...echo } = putInput('Alarm', want)
      const have = stateOf({ ...echo, AlarmName: 'Alarm' })
      expect(have).toEqual(want)
    }),
  )
})

test('the order in which CloudWatch tells the metrics does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(id, metric, { minKeys: 2, maxKeys: 10 }), (metrics) => {
      const queries = toQueries(mathQueries({ metrics, expression: 'a+b', label: 'sum' }, 60))
      expect(queriesOf([...queries].reverse())).toEqual(queriesOf(queries))
      const ids = queries.map(({ Id }) => Id)
      expect(ids).toEqual([...ids].sort())
    }),
  )
})

test('of metric math the result alone is looked at, of a band both it and its metric', () => {
  const sum: WatchedMetric = { metric: 'Invocations', statistic: 'Sum' }
  const shown = (queries: ReturnType<typeof bandQueries>) =>
    toQueries(queries).map(({ Id, Expression, ReturnData }) => [Id, Expression, ReturnData])
  expect(shown(mathQueries({ metrics: { a: sum }, expression: 'a*2', label: 'twice' }, 60))).toEqual([
    ['a', undefined, false],
    ['result', 'a*2', true],
  ])
  expect(shown(bandQueries(sum, 2.5, 900))).toEqual([
    ['band', 'ANOMALY_DETECTION_BAND(m1, 2.5)', true],
    ['m1', undefined, true],
  ])
})

test('a percentile has a member of its own, a statistic another', () => {
  const input = (statistic: WatchedMetric['statistic']) =>
    putInput('Alarm', stateWatching({ metric: 'InvocationLatency', statistic }))
  expect(input('p99')).toMatchObject({ ExtendedStatistic: 'p99' })
  expect(input('p99')).not.toHaveProperty('Statistic')
  expect(input('Average')).toMatchObject({ Statistic: 'Average' })
})
