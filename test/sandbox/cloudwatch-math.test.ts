import type { GetMetricDataOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { parseSearch } from '../../src/sandbox/services/cloudwatch/search.ts'
import { MetricStore } from '../../src/sandbox/services/cloudwatch/store.ts'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'
import type { Present } from './present.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const HOUR = 3_600_000
const START = NOW - 3 * HOUR
const call = { account: '111122223333', region: 'us-east-1', now: NOW }

/** `a` is 1, 2, 3 in three hours, `b` is 10 in the first and 30 in the third. */
const SERIES: [name: string, values: (number | undefined)[]][] = [
  ['a', [1, 2, 3]],
  ['b', [10, undefined, 30]],
]

function evaluate(expression: string, more: MetricDataQuery[] = []) {
  const service = createCloudWatch()
  const queries: MetricDataQuery[] = [{ Id: 'result', Expression: expression, Period: 3_600 }, ...more]
  for (const [name, values] of SERIES) {
    const Metric = { Namespace: 'N', MetricName: 'M', Dimensions: [{ Name: 'ModelId', Value: name }] }
    queries.push({ Id: name, MetricStat: { Metric, Stat: 'Sum', Period: 3_600 }, ReturnData: false })
    for (const [i, value] of values.entries()) {
      const sample = { namespace: 'N', name: 'M', dimensions: Metric.Dimensions, timestamp: START + i * HOUR }
      if (value !== undefined) service.putMetric('us-east-1', { ...sample, value })
    }
  }
  const input = {
    MetricDataQueries: queries,
    StartTime: new Date(START),
    EndTime: new Date(NOW),
    ScanBy: 'TimestampAscending',
  }
  const output = service.operations.GetMetricData?.(input, call) as Present<GetMetricDataOutput>
  return output.MetricDataResults
}

/** The single result by the hour, undefined where there is no point. */
function hours(expression: string): (number | undefined)[] {
  const [result, ...others] = evaluate(expression)
  expect(others).toEqual([])
  return [0, 1, 2].map((hour) => {
    const at = result?.Timestamps?.findIndex((time) => time.getTime() === START + hour * HOUR) ?? -1
    return at === -1 ? undefined : result?.Values?.[at]
  })
}

const NONE = undefined

describe('metric math', () => {
  test.each<[string, (number | undefined)[]]>([
    ['a', [1, 2, 3]],
    ['a + 1', [2, 3, 4]],
    ['2 * a + 3 * 2', [8, 10, 12]],
    ['2 * (a + 3) * 2', [16, 20, 24]],
    ['10 - a - 1', [8, 7, 6]],
    ['-a', [-1, -2, -3]],
    ['a ^ 2', [1, 4, 9]],
    ['a / b', [0.1, NONE, 0.1]],
    // Arithmetic takes a missing point for 0, and what is divided by it has none.
    ['a + b', [11, 2, 33]],
    ['b / (a - 1)', [NONE, 0, 15]],
    ['FILL(b, 0)', [10, 0, 30]],
    ['a + FILL(b, 0)', [11, 2, 33]],
    ['a * 60 / PERIOD(a)', [1 / 60, 2 / 60, 3 / 60]],
    ['SUM([a, b])', [11, 2, 33]],
    ['AVG([a, b])', [5.5, 2, 16.5]],
    ['MAX([a, b])', [10, 2, 30]],
    ['MIN([a, b])', [1, 2, 3]],
    ['a / SUM(a)', [1 / 6, 2 / 6, 3 / 6]],
    ['a * MAX(b)', [30, 60, 90]],
    ['IF(a > 1, a, 0)', [0, 2, 3]],
    ['IF(a >= 2 AND a < 3, 1)', [NONE, 1, NONE]],
    ['IF(a == 1 || a == 3, b, 7)', [10, 7, 30]],
    ['a > 2', [0, 0, 1]],
    ['a != b', [1, NONE, 1]],
    ['ABS(a - 2)', [1, 0, 1]],
    ["SUM(SEARCH('{N,ModelId} MetricName=\"M\"', 'Sum', 3600))", [11, 2, 33]],
  ])('%s', (expression, expected) => {
    expect(hours(expression)).toEqual(expected)
  })

  test('a SEARCH that finds nothing stays nothing, filled or not', () => {
    const [result] = evaluate("FILL(SUM(SEARCH('{Nowhere} M', 'Sum', 3600)), 0)")
    expect(result?.Values).toEqual([])
  })

  test('SEARCH gives one result for each metric found, all under the id of the query', () => {
    const results = evaluate("SEARCH('{N,ModelId} MetricName=\"M\"', 'Sum')")
    expect(results.map(({ Id, Label }) => [Id, Label])).toEqual([
      ['result', 'a'],
      ['result', 'b'],
    ])
  })

  test('an expression may refer to another, but not to itself', () => {
    expect(evaluate('twice + 1', [{ Id: 'twice', Expression: 'a * 2', ReturnData: false }])[0]?.Values).toEqual([
      3, 5, 7,
    ])
    expect(() => evaluate('result + 1')).toThrow('refers to itself')
  })

  test.each([
    ['a +', "unexpected 'end'"],
    ['(a', "unexpected 'end'"],
    ['a b', "unexpected 'b'"],
    ['a ; b', 'unexpected symbol'],
    ['unknown', "unknown id 'unknown'"],
    ['NOSUCH(a)', 'NOSUCH is not supported'],
    ['FILL(a, REPEAT)', "unknown id 'REPEAT'"],
    ['FILL(a, b)', 'number'],
    ['RATE(a)', 'RATE is not supported'],
    ['FILL(a, SUM([a, b]))', 'number'],
    ['ANOMALY_DETECTION_BAND([a, b])', 'single time series'],
    [`a${' '.repeat(2_048)}`, '2048 characters'],
    ['SUM(a)', 'must give a time series'],
    ['[a, b] + [a, b]', 'Two arrays'],
    ["'text'", 'Unexpected text'],
    [`SEARCH('{N,ModelId} ${'x'.repeat(1_024)}', 'Sum')`, '1024 characters'],
  ])('refuses %s', (expression, message) => {
    expect(() => evaluate(expression)).toThrow(message)
  })
})

describe('SEARCH', () => {
  const store = new MetricStore()
  const samples: [string, string, [string, string][]][] = [
    ['AWS/Bedrock', 'Invocations', [['ModelId', 'amazon.nova-pro-v1:0']]],
    ['AWS/Bedrock', 'Invocations', []],
    [
      'AWS/Bedrock',
      'Invocations',
      [
        ['ModelId', 'amazon.nova-pro-v1:0'],
        ['ServiceTier', 'default'],
      ],
    ],
    ['AWS/Bedrock', 'InvocationLatency', [['ModelId', 'us.anthropic.claude']]],
    ['AWS/EC2', 'CPU', [['InstanceId', 'i-1']]],
  ]
  for (const [namespace, name, pairs] of samples) {
    const dimensions = pairs.map(([Name, Value]) => ({ Name, Value }))
    store.put({ namespace, name, dimensions, timestamp: NOW, value: 1 })
  }

  test.each<[string, number[]]>([
    ['{AWS/Bedrock,ModelId} MetricName="Invocations"', [0]],
    ['{AWS/Bedrock,ModelId}', [0, 3]],
    ['{AWS/Bedrock,ServiceTier,ModelId} Invocations', [2]],
    ['{AWS/Bedrock}', [0, 1, 2, 3]],
    ['MetricName="Invocation"', []],
    ['MetricName=Invocation', [0, 1, 2, 3]],
    ['Latency OR CPU', [3, 4]],
    ['{AWS/Bedrock,ModelId} NOT MetricName="Invocations"', [3]],
    ['{AWS/Bedrock,ModelId} (MetricName="Invocations" OR MetricName="CPU")', [0]],
    ['{AWS/Bedrock,ModelId} ModelId="us.anthropic.claude"', [3]],
    ['nova AND default', [2]],
  ])('%s', (expression, expected) => {
    const found = store.active(0).flatMap((metric, i) => (parseSearch(expression)(metric) ? [i] : []))
    expect(found).toEqual(expected)
  })
})
