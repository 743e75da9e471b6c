import { describe, expect, it, test } from '@jest/globals'
import { gateFailure } from '../../../../src/report/gates.ts'
import { RENDERERS } from '../../../../src/report/renderers/index.ts'
import { getWholeData } from '../../../../src/report/sources/metrics/get-data.ts'
import { readMetrics } from '../../../../src/report/sources/metrics/read-region.ts'
import { HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { FakeCloudWatch, type FakeOptions } from '../../../support/fake-cloudwatch.ts'
import { noPaint } from '../../../support/paint.ts'
import { report } from '../../../support/report.ts'
import { reportContext } from '../../../support/report-context.ts'
import { schemaFaults } from '../../../support/report-schema.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 37, 12)
const WINDOW = lastHours(NOW, 24)
const REGION = 'us-east-1'
const BROKEN = 'amazon.nova-pro-v1:0'
const SOUND = 'amazon.nova-lite-v1:0'

function account(options: FakeOptions) {
  const cloudwatch = new FakeCloudWatch(options)
  for (const hour of [1, 2, 5]) {
    for (const model of [BROKEN, SOUND]) {
      const at = WINDOW.start + hour * HOUR_MS
      cloudwatch.put('Invocations', { ModelId: model }, at, 10)
      cloudwatch.put('InputTokenCount', { ModelId: model }, at, 1_000_000)
      cloudwatch.put('OutputTokenCount', { ModelId: model }, at, 1_000)
      cloudwatch.put('InvocationClientErrors', { ModelId: model }, at, 1)
      for (const value of [100, 300]) {
        cloudwatch.put('InvocationLatency', { ModelId: model }, at, value)
        cloudwatch.put('InvocationLatency', {}, at, value)
      }
    }
    cloudwatch.put('Invocations', {}, WINDOW.start + hour * HOUR_MS, 20)
  }
  return cloudwatch
}

async function ask(options: FakeOptions, by: readonly string[] = ['model']) {
  const cloudwatch = account(options)
  const cx = reportContext(cloudwatch.client, NOW)
  const places = [{ account: '111122223333', region: REGION, cx }]
  const view = await report(cx, { source: { name: 'metrics', accountId: '111122223333', places, window: WINDOW }, by })
  expect(schemaFaults(view.report)).toEqual([])
  const group = (model: string) => view.report.groups.find(({ key }) => key.model === model)
  return { view, group, said: view.report.warnings.filter(({ code }) => code === 'metrics-incomplete'), cloudwatch }
}

const WAYS = ['InternalError', 'Forbidden', 'PartialData', 'none'] as const
const sound = await ask({})

describe.each(WAYS)('a metric that CloudWatch answers with %s', (status) => {
  it('leaves no number that is too small: tokens and cost are unknown where they count, and no gate passes', async () => {
    const { view, group, said } = await ask({
      status: (metric, { model }) => (metric === 'InputTokenCount' && model === BROKEN ? status : undefined),
    })
    expect(view.error).toMatchObject({ kind: 'partial', code: 'ReportIncomplete' })
    expect(said).toHaveLength(1)
    expect(said[0]?.message).toContain(`InputTokenCount (Sum) of ${BROKEN}`)
    const { total, projection, series } = view.report
    expect(total).toMatchObject({ inputTokens: null, costUsd: null, invocations: 60, outputTokens: 6_000 })
    expect(projection).toMatchObject({ inputTokens: null, costUsd: null })
    expect(group(BROKEN)).toMatchObject({ inputTokens: null, costUsd: null, invocations: 30 })
    expect(group(SOUND)).toEqual(sound.group(SOUND))
    expect(series.every(({ inputTokens, costUsd }) => inputTokens === null && costUsd === null)).toBe(true)
    expect(gateFailure(view.report, { failOverUsd: 1_000_000 })?.kind).toBe('gate')
    for (const format of ['table', 'json', 'csv', 'markdown', 'html'] as const) {
      const text = await RENDERERS[format](view, { width: 120, paint: noPaint })
      expect(text).not.toMatch(/null[^,\n}]|NaN|undefined/)
    }
  })

  it('leaves no rate of errors where one of its parts is unknown', async () => {
    const { view } = await ask({ status: (metric) => (metric === 'InvocationServerErrors' ? status : undefined) })
    expect(view.report.total).toMatchObject({ errorRate: null, serverErrors: null, clientErrors: 6 })
    expect(gateFailure(view.report, { maxErrorRate: 1 })?.message).toMatch(/not known/)
    expect(view.error?.kind).toBe('partial')
  })

  it('is no use that was not there: a report of which nothing could be read', async () => {
    const { view, group } = await ask({ status: () => status })
    expect(view.error?.kind).toBe('partial')
    expect(view.report.total).toMatchObject({ invocations: null, inputTokens: null, images: null, costUsd: null })
    expect(view.report.total.latencyMs).toEqual({ avg: null, p50: null, p90: null, p99: null, max: null })
    expect(group(BROKEN)).toBeDefined()
    expect(view.report.warnings.map(({ code }) => code)).not.toContain('no-usage')
  })

  it('takes the average and the largest of a duration with it, and percentiles of all', async () => {
    const { view, group } = await ask({
      status: (metric, { model, stat }) =>
        metric === 'InvocationLatency' && model === BROKEN && stat === 'SampleCount' ? status : undefined,
    })
    expect(group(BROKEN)?.latencyMs).toMatchObject({ avg: null, max: null })
    expect(group(SOUND)?.latencyMs).toEqual(sound.group(SOUND)?.latencyMs)
    expect(view.report.total.latencyMs).toEqual({ avg: null, p50: null, p90: null, p99: null, max: null })
  })

  it('is one percentile, and only that', async () => {
    const { view, group } = await ask({
      status: (_, { model, stat }) => (model === BROKEN && stat === 'p99' ? status : undefined),
    })
    const whole = sound.group(BROKEN)
    expect(group(BROKEN)).toEqual({ ...whole, latencyMs: { ...whole?.latencyMs, p99: null } })
    expect(view.error?.kind).toBe('partial')
  })

  it.each([['hour'], ['day']])('is unknown in every %s', async (time) => {
    const { view } = await ask(
      { status: (metric, { model }) => (metric === 'Invocations' && model === BROKEN ? status : undefined) },
      ['model', time],
    )
    const broken = view.report.groups.filter(({ key }) => key.model === BROKEN)
    expect(broken.length).toBeGreaterThan(1)
    expect(broken.every(({ invocations }) => invocations === null)).toBe(true)
  })

  it('is an error where a part is of no use', async () => {
    const { client } = account({ status: () => status })
    const query = { model: BROKEN, metric: 'Invocations', stat: 'Sum' }
    const asked = getWholeData(reportContext(client, NOW), [query], WINDOW, 3_600)
    await expect(asked).rejects.toMatchObject({ kind: 'partial', code: 'MetricsIncomplete' })
  })
})

test.each(['InternalError', 'PartialData', 'none'] as const)('%s only once is asked again', async (status) => {
  const { view, cloudwatch } = await ask({
    status: (metric, { call, model }) =>
      call === 1 && metric === 'InputTokenCount' && model === BROKEN ? status : undefined,
  })
  expect(view.error).toBeUndefined()
  expect(view.report.total).toEqual(sound.view.report.total)
  expect(view.report.warnings).toEqual(sound.view.report.warnings)
  expect(cloudwatch.requests.filter(({ command }) => command === 'GetMetricData')).toHaveLength(3)
})

test('what is forbidden is not asked again', async () => {
  const { cloudwatch } = await ask({ status: () => 'Forbidden' })
  expect(cloudwatch.requests.filter(({ command }) => command === 'GetMetricData')).toHaveLength(2)
})

test.each([{}, { pointsAPage: 3 }, { pointsAPage: 1 }])('points that come twice count once (%o)', async (pages) => {
  const { view } = await ask({ twice: true, ...pages })
  expect(view.report.total).toEqual(sound.view.report.total)
  expect(view.report.groups).toEqual(sound.view.report.groups)
})

test('the models of the OpenAI-compatible endpoint too', async () => {
  const cloudwatch = new FakeCloudWatch({
    status: (metric) => (metric === 'TotalInputTokens' ? 'InternalError' : undefined),
  })
  cloudwatch.putMantle('Inferences', { Model: 'openai.gpt-oss-120b' }, NOW, 3)
  const { rows, incomplete } = await readMetrics(
    { account: '111122223333', region: REGION, cx: reportContext(cloudwatch.client, NOW) },
    WINDOW,
  )
  const all = [...rows]
  expect(incomplete).toBe(true)
  expect(all.every(({ unknown }) => unknown?.has('inputTokens') && !unknown.has('invocations'))).toBe(true)
})
