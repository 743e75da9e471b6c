import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type MetricSamples, openMetricsText, prometheusText, sampleName } from '../../src/text/openmetrics.ts'
import { describeWith } from '../support/external.ts'
import { hostileText } from '../support/hostile.ts'
import { parseMetrics } from '../support/openmetrics.ts'
import { promtool } from '../support/promtool.ts'

const METRICS: readonly MetricSamples[] = [
  {
    name: 'x_tokens',
    type: 'counter',
    unit: 'tokens',
    help: 'Tokens.',
    samples: [
      { labels: { model: 'a', team: '' }, value: '12', created: 1_500 },
      { labels: { model: 'b' }, value: 0 },
    ],
  },
  {
    name: 'x_seconds',
    type: 'summary',
    help: 'Seconds.',
    samples: [
      { labels: { quantile: '0.5' }, value: 0.25 },
      { labels: {}, value: '3', suffix: '_count' },
    ],
  },
  { name: 'x_none', type: 'gauge', help: 'Nothing.', samples: [] },
  { name: 'x_build_info', type: 'gauge', help: 'What it is.', samples: [{ labels: { version: '1' }, value: 1 }] },
]

test('OpenMetrics has types, units, creation times and an end', () => {
  expect(openMetricsText(METRICS)).toBe(
    [
      '# TYPE x_tokens counter',
      '# UNIT x_tokens tokens',
      '# HELP x_tokens Tokens.',
      'x_tokens_total{model="a"} 12',
      'x_tokens_created{model="a"} 1.5',
      'x_tokens_total{model="b"} 0',
      '# TYPE x_seconds summary',
      '# HELP x_seconds Seconds.',
      'x_seconds{quantile="0.5"} 0.25',
      'x_seconds_count 3',
      '# TYPE x_build_info gauge',
      '# HELP x_build_info What it is.',
      'x_build_info{version="1"} 1',
      '# EOF\n',
    ].join('\n'),
  )
})

test("Prometheus' own text has the types that it knows, by the names of the samples", () => {
  expect(prometheusText(METRICS)).toBe(
    [
      '# HELP x_tokens_total Tokens.',
      '# TYPE x_tokens_total counter',
      'x_tokens_total{model="a"} 12',
      'x_tokens_total{model="b"} 0',
      '# HELP x_seconds Seconds.',
      '# TYPE x_seconds summary',
      'x_seconds{quantile="0.5"} 0.25',
      'x_seconds_count 3',
      '# HELP x_build_info What it is.',
      '# TYPE x_build_info gauge',
      'x_build_info{version="1"} 1\n',
    ].join('\n'),
  )
  expect(METRICS.map(sampleName)).toEqual(['x_tokens_total', 'x_seconds', 'x_none', 'x_build_info'])
})

const gauges = (values: readonly string[]): MetricSamples[] => [
  { name: 'x', type: 'gauge', help: 'X.', samples: values.map((model, value) => ({ labels: { model }, value })) },
]

describe('whatever labels say', () => {
  const labels = fc.uniqueArray(fc.oneof(hostileText, fc.string(), fc.string({ unit: 'binary' })), { maxLength: 8 })

  test('it stays a sample a line, and unlike ones stay unlike', () => {
    fc.assert(
      fc.property(labels, (values) => {
        const samples = parseMetrics(openMetricsText(gauges(values)))
        expect(samples.map(({ value }) => value)).toEqual(values.map((_, index) => index))
        expect(new Set(samples.map(({ labels }) => JSON.stringify(labels))).size).toBe(values.length)
      }),
    )
  })

  test('nothing in it steers a terminal, or the log of a CI', () => {
    fc.assert(
      fc.property(labels, (values) => {
        const text = openMetricsText(gauges(values))
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u)
        expect(text).not.toMatch(/##(\[|vso\[)/i)
      }),
    )
  })
})

describeWith(['promtool'], 'Prometheus reads it', () => {
  const check = (text: string) => promtool(['check', 'metrics'], {}, text)

  test('with nothing to complain of', () => {
    expect(check(prometheusText(METRICS.filter(({ type }) => type !== 'summary')))).toBe('')
  })

  test('whatever labels say', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hostileText, { minLength: 1, maxLength: 20 }), (values) => {
        expect(check(prometheusText(gauges(values)))).toBe('')
      }),
      { numRuns: 10 },
    )
  })
})
