import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { renderReport as csvOf } from '../../../src/report/formats/csv.ts'
import { renderReport } from '../../../src/report/formats/openmetrics.ts'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { describeWith } from '../../support/external.ts'
import { FORBIDDEN, hostileRows } from '../../support/hostile.ts'
import { parseMetrics, sumOf } from '../../support/openmetrics.ts'
import { promtool } from '../../support/promtool.ts'
import { anyRows, bookOf, facts, reading, row, START } from '../../support/report-rows.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3), output: parsePrice(15) } })
const viewOf = (rows: readonly Row[], by: readonly string[] = ['model']) =>
  summarize(reading(rows), { ...facts, by }, book)
const render = (rows: readonly Row[], by?: readonly string[]) => renderReport(viewOf(rows, by))

describe('OpenMetrics of a report', () => {
  it('has gauges of the window by group, in base units', () => {
    const one = row('maker.one', { invocations: 2, inputTokens: 1_000_000, clientErrors: 1 })
    const samples = parseMetrics(render([one, row('maker.two', { inputTokens: 7 })], ['model', 'region']))
    const of = (name: string, labels: object) =>
      sumOf(samples, `bedrock_window_${name}`, { model: 'maker.one', region: 'us-east-1', ...labels })
    expect(of('invocations', {})).toBe(2)
    expect(of('tokens', { type: 'input' })).toBe(1_000_000)
    expect(of('cost_usd', { type: 'input' })).toBe(3)
    expect(of('errors', { kind: 'client' })).toBe(1)
    expect(sumOf(samples, 'bedrock_window_cost_is_floor', { model: 'maker.two' })).toBe(1)
    expect(sumOf(samples, 'bedrock_window_start_timestamp_seconds')).toBe(START / 1_000)
  })

  it('has what was used besides models, with a bounded number of names', () => {
    const at = { account: '111122223333', region: 'us-east-1' }
    const features = [
      { ...at, feature: 'guardrails' as const, resource: 'gr1', invocations: 5, intervened: 2, textUnits: 40 },
      ...Array.from({ length: 102 }, (_, index) => {
        return { ...at, feature: 'flows' as const, resource: `f${index}`, invocations: 1, clientErrors: null }
      }),
    ]
    const policies = [{ ...at, policy: 'ContentPolicy', textUnits: 40, intervened: 2 }]
    const view = summarize(reading([row('maker.one')]), { ...facts, besides: { features, policies } }, book)
    const samples = parseMetrics(renderReport(view))
    const of = (name: string, labels: object) => sumOf(samples, `bedrock_window_${name}`, { ...at, ...labels })
    expect(of('feature_invocations', { feature: 'flows' })).toBe(102)
    expect(of('feature_invocations', { feature: 'flows', resource: 'other' })).toBe(2)
    expect(of('guardrail_interventions', { resource: 'gr1' })).toBe(2)
    expect(of('guardrail_policy_text_units', { policy: 'ContentPolicy' })).toBe(40)
    expect(samples.filter(({ name }) => /feature_errors|guardrail_cost/.test(name))).toEqual([])
    const [head, , flow, ...lines] = csvOf(view).trim().split('\r\n')
    expect(head).toMatch(/,feature,featureAccount,featureRegion,featureResource,featureInvocations,.*,featureCostUsd$/)
    expect(flow).toMatch(/^,+guardrails,111122223333,us-east-1,gr1,5,,,,2,40,,,$/)
    expect(lines.at(-1)).toMatch(/^,+guardrail-policies,111122223333,us-east-1,ContentPolicy,,,,,2,40,,,$/)
  })

  it('leaves out what is not known, instead of saying 0', () => {
    const samples = parseMetrics(render([row('maker.two', { inputTokens: 7 })]))
    expect(samples.filter(({ name }) => name === 'bedrock_window_cost_usd')).toEqual([])
  })

  it('ends with a mark, and calls labels what labels may be called', () => {
    const tagged = row(
      'maker.one',
      {},
      { dimensions: { ...row('maker.one').dimensions, 'tag:cost-center': 'a', 'tag:cost_center': 'b' } },
    )
    const text = render([tagged], ['tag:cost-center', 'tag:cost_center'])
    expect(text.endsWith('\n# EOF\n')).toBe(true)
    expect(parseMetrics(text)[0]?.labels).toEqual({ tag_cost_center: 'a', tag_cost_center_2: 'b' })
  })

  it('adds up to the report, whatever the rows are', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { report } = viewOf(rows)
        const samples = parseMetrics(render(rows))
        expect(sumOf(samples, 'bedrock_window_invocations')).toBe(report.total.invocations)
        expect(sumOf(samples, 'bedrock_window_cost_usd')).toBeCloseTo(report.total.costUsd ?? 0, 6)
      }),
      { numRuns: 50 },
    )
  })

  it('holds nothing that steers a terminal, and each group once', () => {
    fc.assert(
      fc.property(hostileRows, (rows) => {
        const text = render(rows, ['model', 'identity'])
        expect(text).not.toMatch(FORBIDDEN)
        const calls = parseMetrics(text).filter(({ name }) => name === 'bedrock_window_throttles')
        expect(new Set(calls.map(({ labels }) => JSON.stringify(labels))).size).toBe(calls.length)
      }),
      { numRuns: 50 },
    )
  })
})

describeWith(['promtool'], 'Prometheus', () => {
  it('reads it, as the text-file collector does', () => {
    const rows = [row('maker.one', { invocations: 2, inputTokens: 10 }), row('maker.two', { invocations: 1 })]
    const lines = render(rows)
      .split('\n')
      .filter((line) => line !== '# EOF' && !line.startsWith('# UNIT'))
    expect(promtool(['check', 'metrics'], {}, lines.join('\n'))).toBe('')
  })
})
