import type { GetMetricDataCommandInput, GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it, test } from '@jest/globals'
import { AppError, interrupted } from '../../../../src/core/errors.ts'
import { renderReport as renderCsv } from '../../../../src/report/formats/csv.ts'
import { renderReport as renderHtml } from '../../../../src/report/formats/html.ts'
import { FORMATS } from '../../../../src/report/formats/index.ts'
import { renderReport as renderTable } from '../../../../src/report/formats/table.ts'
import { gateFailure } from '../../../../src/report/gates.ts'
import { getWholeData } from '../../../../src/report/sources/metrics/get-data.ts'
import { readMetrics } from '../../../../src/report/sources/metrics/read-region.ts'
import { HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { shortNames } from '../../../../src/text/models.ts'
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

/** A context whose pauses take no time and are written down. */
function sleeping(cloudwatch: FakeCloudWatch) {
  const slept: number[] = []
  const context = reportContext(cloudwatch.client, NOW)
  const sleep = async (ms: number) => {
    slept.push(ms)
  }
  return { cx: { ...context, clock: { ...context.clock, sleep } }, slept }
}

async function ask(options: FakeOptions, by: readonly string[] = ['model']) {
  const cloudwatch = account(options)
  const { cx, slept } = sleeping(cloudwatch)
  const places = [{ account: '111122223333', region: REGION, cx }]
  const view = await report(cx, { source: { name: 'metrics', accountId: '111122223333', places, window: WINDOW }, by })
  expect(schemaFaults(view.report)).toEqual([])
  const group = (model: string) => view.report.groups.find(({ key }) => key.model === model)
  return {
    view,
    group,
    said: view.report.warnings.filter(({ code }) => code === 'metrics-incomplete'),
    cloudwatch,
    slept,
  }
}

/** CloudWatch of the sound account, of which one metric has this point too. */
async function withPoint(time: number, value: number, metric = 'InputTokenCount') {
  const cloudwatch = account({})
  const client = cloudwatch.client
  const send = async (command: { input: GetMetricDataCommandInput }) => {
    const answer = (await client.send(command as never)) as GetMetricDataCommandOutput
    const ids = (command.input.MetricDataQueries ?? [])
      .filter(({ MetricStat }) => MetricStat?.Metric?.MetricName === metric)
      .map(({ Id }) => Id)
    for (const result of answer.MetricDataResults ?? []) {
      if (!ids.includes(result.Id)) continue
      result.Timestamps = [...(result.Timestamps ?? []), new Date(time)]
      result.Values = [...(result.Values ?? []), value]
    }
    return answer
  }
  const context = reportContext({ send } as typeof client, NOW)
  const cx = { ...context, clock: { ...context.clock, sleep: async () => {} } }
  const source = {
    name: 'metrics',
    accountId: '111122223333',
    places: [{ region: REGION, cx }],
    window: WINDOW,
  } as const
  return report(cx, { source, by: ['model'] })
}

describe('a point that nobody asked for', () => {
  test.each([
    ['of a later time', WINDOW.end, 5],
    ['of the year 3000', Date.UTC(3000, 0), 5],
    ['of the year 1970', 0, 5],
    ['of less than nothing', WINDOW.start, -5],
    ['of no number', WINDOW.start, Number.NaN],
  ])('%s is said, and leaves no number that it may have spoilt', async (_title, time, value) => {
    const { report: found, error } = await withPoint(time, value)
    expect(error).toMatchObject({ kind: 'partial', code: 'ReportIncomplete' })
    expect(found.total).toMatchObject({ inputTokens: null, outputTokens: 6_000, costLacks: ['counts'] })
    expect(found.warnings.map(({ message }) => message).join()).toContain('points outside of the window, or below zero')
    expect(gateFailure(found, { failOverUsd: 1_000_000 })?.kind).toBe('gate')
  })

  test('is none where its period began before the window and reaches into it', async () => {
    const { report: found, error } = await withPoint(WINDOW.start - 1, 5, 'OutputTokenCount')
    expect(error).toBeUndefined()
    expect(found.total.outputTokens).toBe(6_010)
  })
})

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
    const counted = { inputTokens: null, costIsFloor: true, costLacks: ['counts'] }
    expect(total).toMatchObject({ ...counted, pricedShare: null, invocations: 60, outputTokens: 6_000 })
    expect(projection).toMatchObject({ inputTokens: null, costIsFloor: true })
    const output = sound.group(BROKEN)?.costs?.output
    expect(output).toBeGreaterThan(0)
    expect(group(BROKEN)).toMatchObject({ ...counted, costUsd: output, invocations: 30 })
    expect(group(SOUND)).toEqual(sound.group(SOUND))
    for (const slot of series) expect(slot).toMatchObject(counted)
    // Of an hour of which nothing is known there is no floor either.
    expect(series[0]?.costUsd).toBeNull()
    expect(gateFailure(view.report, { failOverUsd: 1_000_000 })?.kind).toBe('gate')
    for (const { name, load, ...format } of FORMATS) {
      if ('chargesBy' in format) continue
      const { renderReport } = await load()
      // The page's own script is no text of the report.
      const text = (await renderReport(view, { width: 120, paint: noPaint })).replace(/<script[\s\S]*?<\/script>/g, '')
      expect(text).not.toMatch(/null[^,\n}]|NaN|undefined/)
      if (name === 'openmetrics') expect(text).toMatch(/^bedrock_window_cost_is_floor\b.* 1$/m)
      if (name === 'json' || name === 'csv' || name === 'openmetrics') continue
      expect(text).toMatch(/at least \\{0,2}\$\d/)
      expect(text).toContain('not all counts known')
      expect(text).not.toContain('unpriced')
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
    const { cx } = sleeping(account({ status: () => status }))
    const query = { model: BROKEN, metric: 'Invocations', stat: 'Sum' }
    const asked = getWholeData(cx, [query], WINDOW, 3_600)
    await expect(asked).rejects.toMatchObject({ kind: 'partial', code: 'MetricsIncomplete' })
  })
})

test.each(['InternalError', 'PartialData', 'none'] as const)(
  '%s only once is asked again, half a second later',
  async (status) => {
    const { view, cloudwatch, slept } = await ask({
      status: (metric, { call, model }) =>
        call === 1 && metric === 'InputTokenCount' && model === BROKEN ? status : undefined,
    })
    expect(view.error).toBeUndefined()
    expect(view.report.total).toEqual(sound.view.report.total)
    expect(view.report.warnings).toEqual(sound.view.report.warnings)
    expect(cloudwatch.requests.filter(({ command }) => command === 'GetMetricData')).toHaveLength(3)
    expect(slept).toEqual([500])
  },
)

test('what fails again is waited for longer, and not for ever', async () => {
  const { slept } = await ask({
    status: (metric, { model }) => (metric === 'InputTokenCount' && model ? 'InternalError' : undefined),
  })
  expect(slept).toEqual([500, 2_000])
})

test('who interrupts does not wait', async () => {
  const cloudwatch = account({ status: () => 'InternalError' })
  const { cx } = sleeping(cloudwatch)
  const sleep = () => Promise.reject(interrupted())
  const place = { account: '111122223333', region: REGION, cx: { ...cx, clock: { ...cx.clock, sleep } } }
  const asked = readMetrics(place, { window: WINDOW, by: [] })
  await expect(asked).rejects.toMatchObject({ kind: 'interrupted' })
})

test('a request for percentiles that is refused as a whole leaves null and a report that is incomplete', async () => {
  const refuse = (_: string, input: unknown) => {
    if (JSON.stringify(input).includes('"p99"')) throw new AppError('aws', 'InternalFailure', 'HTTP 500')
  }
  for (const by of [['model'], ['model', 'hour']]) {
    const { view, group } = await ask({ fault: refuse }, by)
    expect(view.error).toMatchObject({ kind: 'partial', code: 'ReportIncomplete' })
    expect(view.report.total.latencyMs).toMatchObject({ p50: null, p90: null, p99: null, avg: 200 })
    expect(group(SOUND)?.latencyMs.p99).toBeNull()
    expect(view.report.total.costUsd).toBe(sound.view.report.total.costUsd)
    expect(view.report.warnings.map(({ code }) => code)).toContain('percentiles-unavailable')
  }
})

test('a model without a price stays unpriced where all of it is told', async () => {
  const cloudwatch = new FakeCloudWatch({ status: (_, { model }) => (model === BROKEN ? 'InternalError' : undefined) })
  for (const model of [BROKEN, 'nobody.knows-this-v1:0']) {
    cloudwatch.put('Invocations', { ModelId: model }, NOW, 1)
    cloudwatch.put('InputTokenCount', { ModelId: model }, NOW, 1_000)
  }
  const { cx } = sleeping(cloudwatch)
  const places = [{ region: REGION, cx }]
  const view = await report(cx, { source: { name: 'metrics', accountId: '111122223333', places, window: WINDOW } })
  const text = renderCsv(view)
  expect(text).not.toContain('unpriced')
  const table = renderTable(view, { width: 220, paint: noPaint })
  expect(table).toMatch(/^knows-this +unpriced /m)
  expect(table).toMatch(/^Total +incomplete /m)
})

test('no course is drawn of what is known in part', async () => {
  const { view } = await ask({ status: (_, { model }) => (model === BROKEN ? 'InternalError' : undefined) })
  const html = await renderHtml(view)
  expect(html).toContain('<figcaption>Cost over time (at least)</figcaption>')
  for (const title of ['Tokens', 'Calls', 'Errors and throttles']) {
    expect(html).toContain(
      `<figcaption>${title} over time</figcaption><div class="body"><p>Incomplete: CloudWatch did not return all of it.`,
    )
  }
  const lines = renderTable(view, { width: 260, paint: noPaint }).split('\n')
  const lineOf = (name: string) => lines.find((line) => line.startsWith(`${name} `)) ?? ''
  const [sounds = '', broken = ''] = shortNames('model', [SOUND, BROKEN])
  expect(lineOf(sounds)).toMatch(/[▂-█]/)
  expect(lineOf(broken)).toMatch(/^\S+ +incomplete [^▁-█]+$/)
  expect(lineOf('Total')).toMatch(/^Total +at least \$\d\S+ [^▁-█]+$/)
  expect(lines).toContain('By hour: incomplete')
})

test('what is forbidden is not asked again', async () => {
  const { cloudwatch, slept } = await ask({ status: () => 'Forbidden' })
  expect(cloudwatch.requests.filter(({ command }) => command === 'GetMetricData')).toHaveLength(2)
  expect(slept).toEqual([])
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
  const place = { account: '111122223333', region: REGION, cx: sleeping(cloudwatch).cx }
  const { rows, incomplete } = await readMetrics(place, { window: WINDOW, by: [] })
  const all = [...rows]
  expect(incomplete).toBe(true)
  expect(all.every(({ unknown }) => unknown?.has('inputTokens') && !unknown.has('invocations'))).toBe(true)
})
