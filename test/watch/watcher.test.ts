import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { AppError, interrupted } from '../../src/core/errors.ts'
import { priceLoader } from '../../src/report/sources/prices.ts'
import { lastHours, MINUTE_MS } from '../../src/report/window.ts'
import { generateTraffic, type Invocation, playTraffic } from '../../src/sandbox/traffic.ts'
import { watchJson } from '../../src/watch/view.ts'
import { createWatcher } from '../../src/watch/watcher.ts'
import { FakeCloudWatch } from '../support/fake-cloudwatch.ts'
import { report } from '../support/report.ts'
import { reportContext } from '../support/report-context.ts'
import { truth } from '../support/truth.ts'
import { inWorld, REGION, type World } from '../support/world.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 30, 20)
const minute = (ago: number) => Math.floor(NOW / MINUTE_MS) * MINUTE_MS - ago * MINUTE_MS

function watcherOf({ cx }: World, regions: readonly string[] = [REGION]) {
  const placeOf = (region: string) => ({ account: '111122223333', region, cx: cx.in(region) })
  const [first = REGION, ...others] = regions
  return createWatcher({
    places: [placeOf(first), ...others.map(placeOf)],
    prices: priceLoader(),
    intervalMs: 60_000,
  })
}

function play({ sandbox, cx }: World, region = REGION, seed = 5): Invocation[] {
  const now = cx.clock.now()
  const { start } = lastHours(now, 1)
  const traffic = { seed, start, end: now, account: sandbox.account, region, invocationsPerHour: 2_000 }
  const calls = generateTraffic(traffic)
  playTraffic(sandbox.services, calls)
  return calls
}

describe('on the sandbox', () => {
  test('the last hour is what was played, to the token, and costs what the report says', async () => {
    await inWorld({}, async (world) => {
      const { total, byModel } = truth(play(world))
      const view = await watcherOf(world).refresh()
      const { usage } = view.total
      expect(usage).toMatchObject({
        invocations: total.invocations,
        clientErrors: total.clientErrors,
        serverErrors: total.serverErrors,
        throttles: total.throttles,
        inputTokens: total.inputTokens,
        outputTokens: total.outputTokens,
        cacheReadTokens: total.cacheReadTokens,
        cacheWriteTokens: total.cacheWriteTokens,
      })
      expect(view.total.course.reduce((sum, calls) => sum + calls, 0)).toBe(total.invocations)
      expect(new Set(view.models.map(({ model }) => model))).toEqual(new Set(byModel.keys()))
      const places = [{ account: '111122223333', region: REGION, cx: world.cx }]
      const source = { name: 'metrics', accountId: world.sandbox.account, places, window: view.hour } as const
      const told = (await report(world.cx, { source })).report
      expect(usage.costUsd).toBe(told.total.costUsd)
      expect(usage.latencyMs.p99).toBe(told.total.latencyMs.p99)
      expect(usage.latencyMs.p99).toBeGreaterThan(0)
    })
  })

  test('Regions stand beside each other, without a percentile of both together', async () => {
    await inWorld({}, async (world) => {
      const here = truth(play(world)).total
      const there = truth(play(world, 'eu-west-1', 6)).total
      const view = await watcherOf(world, [REGION, 'eu-west-1']).refresh()
      expect(view.total.usage.invocations).toBe(here.invocations + there.invocations)
      expect(view.total.usage.latencyMs.p99).toBeNull()
      expect(new Set(view.models.map(({ region }) => region))).toEqual(new Set([REGION, 'eu-west-1']))
    })
  })

  test('a Region that cannot be read is told of, and the others are there', async () => {
    await inWorld({ maxAttempts: 1 }, async (world) => {
      play(world)
      world.sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 1 })
      const { stale, models } = await watcherOf(world, [REGION, 'eu-west-1']).refresh()
      expect(stale).toEqual([
        expect.objectContaining({ since: undefined, error: expect.objectContaining({ kind: 'aws' }) }),
      ])
      expect(models.length > 0).toBe(stale[0]?.region !== REGION)
    })
  })
})

/** A CloudWatch in memory, so that each request can be looked at, and a clock to be moved. */
function faked(put: (cloudwatch: FakeCloudWatch) => void) {
  const state: { now: number; failure?: AppError } = { now: NOW }
  const cloudwatch = new FakeCloudWatch({
    fault() {
      if (state.failure) throw state.failure
    },
  })
  put(cloudwatch)
  const context = reportContext(cloudwatch.client, NOW)
  const cx = { ...context, clock: { ...context.clock, now: () => state.now } }
  const watcher = createWatcher({
    places: [{ account: '111122223333', region: REGION, cx }],
    prices: async () => ({ book: { lookup: () => ({ unpriced: 'no price known' }) } }),
    intervalMs: 60_000,
  })
  const asked = () =>
    cloudwatch.requests.splice(0).map(({ command, input }) => ({ command, input: input as GetMetricDataCommandInput }))
  return { cloudwatch, state, watcher, asked }
}

/** A call as Bedrock counts it: for its model, and for the account. */
function call(cloudwatch: FakeCloudWatch, model: string, time: number) {
  for (const dimensions of [{ ModelId: model }, {}] as Record<string, string>[]) {
    cloudwatch.put('Invocations', dimensions, time, 1)
    cloudwatch.put('InputTokenCount', dimensions, time, 100)
    cloudwatch.put('InvocationLatency', dimensions, time, 500)
  }
}

describe('after the first frame', () => {
  test('only new minutes are asked for, of models that were called in the hour, and nothing is listed', async () => {
    const { cloudwatch, state, watcher, asked } = faked((metrics) => {
      call(metrics, 'maker.busy', minute(3))
      call(metrics, 'maker.idle', minute(90))
    })
    await watcher.refresh()
    expect(asked().filter(({ command }) => command === 'ListMetrics')).toHaveLength(2)
    state.now += MINUTE_MS
    call(cloudwatch, 'maker.busy', minute(0))
    const view = await watcher.refresh()
    const requests = asked()
    expect(requests.map(({ command }) => command)).toEqual(['GetMetricData', 'GetMetricData'])
    const [minutes] = requests
    expect(minutes?.input.StartTime?.getTime()).toBe(minute(2))
    const models = minutes?.input.MetricDataQueries?.flatMap(
      ({ MetricStat }) => MetricStat?.Metric?.Dimensions?.map(({ Value }) => Value) ?? [],
    )
    expect(new Set(models)).toEqual(new Set(['maker.busy']))
    expect(view.models).toEqual([
      expect.objectContaining({ model: 'maker.busy', usage: expect.objectContaining({ invocations: 2 }) }),
    ])
  })

  test('what it costs an hour is what was asked for', async () => {
    const { state, watcher, asked } = faked((metrics) => call(metrics, 'maker.busy', minute(3)))
    await watcher.refresh()
    asked()
    state.now += MINUTE_MS
    const before = (await watcher.refresh()).metricsRequested
    state.now += MINUTE_MS
    const view = await watcher.refresh()
    // Seven metrics of the model, six totals, and the latency of each once more for the hour.
    expect(view.metricsRequested - before).toBe(7 + 6 + 2)
    expect(view.hourlyUsd).toBeGreaterThan(60 * 13 * 0.00001)
    expect(view.hourlyUsd).toBeLessThan(60 * 20 * 0.00001)
  })

  test('a refresh that fails leaves the numbers, with since when they are and why; the next one mends it', async () => {
    const { state, watcher } = faked((metrics) => call(metrics, 'maker.busy', minute(3)))
    const first = await watcher.refresh()
    state.now += MINUTE_MS
    state.failure = new AppError('aws', 'ThrottlingException', 'Rate exceeded')
    const second = await watcher.refresh()
    expect(second.stale).toEqual([{ account: '111122223333', region: REGION, since: NOW, error: state.failure }])
    const behind = { costIsFloor: true, costLacks: ['tokens', 'reading'] }
    expect(second.models).toEqual(first.models.map((one) => ({ ...one, usage: { ...one.usage, ...behind } })))
    expect(second.total.usage).toMatchObject(behind)
    delete state.failure
    state.now += MINUTE_MS
    expect((await watcher.refresh()).stale).toEqual([])
  })

  test('an interruption is no failed refresh: it ends the watch', async () => {
    const { state, watcher } = faked(() => {})
    state.failure = interrupted()
    await expect(watcher.refresh()).rejects.toMatchObject({ kind: 'interrupted' })
  })

  test('a model that wakes is found by the totals of the account', async () => {
    const { cloudwatch, state, watcher } = faked((metrics) => {
      call(metrics, 'maker.busy', minute(3))
      call(metrics, 'maker.idle', minute(90))
    })
    await watcher.refresh()
    state.now += MINUTE_MS
    call(cloudwatch, 'maker.idle', minute(0))
    expect((await watcher.refresh()).models).toHaveLength(1)
    state.now += 4 * MINUTE_MS
    expect((await watcher.refresh()).models).toHaveLength(2)
  })
})

test('prices are asked for once, and again when a model appears', async () => {
  const cloudwatch = new FakeCloudWatch()
  call(cloudwatch, 'maker.one', minute(1))
  const state = { now: NOW }
  const context = reportContext(cloudwatch.client, NOW)
  const loads: number[] = []
  const watcher = createWatcher({
    places: [
      {
        account: '111122223333',
        region: REGION,
        cx: { ...context, clock: { ...context.clock, now: () => state.now } },
      },
    ],
    prices: async (rows) => {
      loads.push(rows.length)
      return { book: { lookup: () => ({ unpriced: 'no price known' }) } }
    },
    intervalMs: 60_000,
  })
  await watcher.refresh()
  state.now += MINUTE_MS
  await watcher.refresh()
  expect(loads).toHaveLength(1)
  call(cloudwatch, 'maker.two', minute(0))
  state.now += 15 * MINUTE_MS
  await watcher.refresh()
  expect(loads).toHaveLength(2)
})

test('the JSON has what the view has, by model and Region', async () => {
  await inWorld({}, async (world) => {
    const { total } = truth(play(world))
    const view = await watcherOf(world).refresh()
    expect(watchJson(view)).toMatchObject({
      schemaVersion: 1,
      command: 'watch',
      ok: true,
      total: { invocations: total.invocations, invocationsByMinute: view.total.course },
      groups: view.models.map(({ model, region }) => ({ key: { model, region } })),
      stale: [],
      cost: { metricsRequested: view.metricsRequested },
    })
  })
})
