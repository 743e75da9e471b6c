import { expect, test } from '@jest/globals'
import type { Query } from '../../../../src/report/sources/metrics/names.ts'
import { billedMetrics } from '../../../../src/report/sources/metrics/names.ts'

const ask = (metric: string, ...stats: string[]): Query[] => stats.map((stat) => ({ model: 'maker.one', metric, stat }))

test.each<[string, Query[], number]>([
  ['nothing', [], 0],
  ['one statistic', ask('Invocations', 'Sum'), 1],
  ['five statistics of one metric', ask('InvocationLatency', 'Sum', 'SampleCount', 'p50', 'p90', 'p99'), 1],
  ['six statistics of one metric', ask('InvocationLatency', 'Sum', 'SampleCount', 'Maximum', 'p50', 'p90', 'p99'), 2],
  ['two metrics', [...ask('Invocations', 'Sum'), ...ask('InputTokenCount', 'Sum')], 2],
  ['one metric of a model and of the account', [...ask('A', 'Sum'), { model: undefined, metric: 'A', stat: 'Sum' }], 2],
  [
    'one name in two namespaces',
    [...ask('A', 'Sum'), { model: 'maker.one', metric: 'A', stat: 'Sum', mantle: true }],
    2,
  ],
])('AWS bills for %s', (_, queries, count) => {
  expect(billedMetrics(queries)).toBe(count)
})
