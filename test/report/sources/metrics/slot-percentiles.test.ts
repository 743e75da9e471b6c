import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from '@jest/globals'
import { readMetricsOf } from '../../../../src/report/sources/metrics/read.ts'
import { HOUR_MS } from '../../../../src/report/window.ts'
import { FakeCloudWatch } from '../../../support/fake-cloudwatch.ts'
import { reportContext } from '../../../support/report-context.ts'

const NOW = Date.UTC(2026, 10, 23, 10)
const WINDOW = { start: NOW - 4 * HOUR_MS, end: NOW }
const ONE = { ModelId: 'maker.one' }
const TWO = { ModelId: 'maker.two' }

/** A latency in one of the window's hours, of a model and, where `counted`, of the account. */
function called(cloudwatch: FakeCloudWatch, model: Record<string, string>, hour: number, ms: number, counted = true) {
  const time = WINDOW.start + hour * HOUR_MS
  for (const dimensions of counted ? [model, {}] : [model]) cloudwatch.put('InvocationLatency', dimensions, time, ms)
}

async function read(cloudwatch: FakeCloudWatch, by: readonly string[]) {
  const place = { account: '111122223333', region: 'us-east-1', cx: reportContext(cloudwatch.client, NOW) }
  const { percentiles, warnings } = await readMetricsOf(place.cx, [place], { window: WINDOW, by })
  const byHour = percentiles.filter(({ key }) => key.hour !== undefined)
  return {
    p50: byHour.map(({ key, latency }) => [key.hour?.slice(11, 13), latency.p50]),
    warned: warnings.map(({ code }) => code),
    asked: cloudwatch.requests.flatMap(({ input }) => {
      const queries = (input as GetMetricDataCommandInput).MetricDataQueries ?? []
      const hourly = queries.filter(({ MetricStat }) => MetricStat?.Period === 3600 && MetricStat.Stat?.startsWith('p'))
      return hourly.map(({ MetricStat }) => MetricStat?.Metric?.Dimensions?.[0]?.Value ?? 'account')
    }),
  }
}

describe('percentiles by hour', () => {
  it('are those of the account, which alone is asked, where its calls are those of the models', async () => {
    const cloudwatch = new FakeCloudWatch()
    called(cloudwatch, ONE, 0, 100)
    called(cloudwatch, TWO, 0, 100)
    called(cloudwatch, TWO, 2, 300)
    const { p50, asked, warned } = await read(cloudwatch, ['hour'])
    expect(p50).toEqual([
      ['06', 100],
      ['08', 300],
    ])
    expect(new Set(asked)).toEqual(new Set(['account']))
    expect(warned).toEqual([])
  })

  it('are those of a model that was alone in an hour of which the account tells other calls', async () => {
    const cloudwatch = new FakeCloudWatch()
    called(cloudwatch, ONE, 0, 100)
    called(cloudwatch, ONE, 1, 200, false)
    called(cloudwatch, ONE, 2, 300, false)
    called(cloudwatch, TWO, 2, 300, false)
    const { p50, asked, warned } = await read(cloudwatch, ['hour'])
    expect(p50).toEqual([
      ['06', 100],
      ['07', 200],
      ['08', null],
    ])
    expect(new Set(asked)).toEqual(new Set(['account', 'maker.one']))
    expect(warned).toContain('percentiles-not-joined')
  })

  it('are asked for of every model where these are told apart', async () => {
    const cloudwatch = new FakeCloudWatch()
    called(cloudwatch, ONE, 0, 100)
    called(cloudwatch, TWO, 0, 200)
    const { p50, asked } = await read(cloudwatch, ['model', 'hour'])
    expect(p50).toEqual([
      ['06', 100],
      ['06', 200],
    ])
    expect(new Set(asked)).toEqual(new Set(['account', 'maker.one', 'maker.two']))
  })
})
