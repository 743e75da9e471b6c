import { describe, expect, test } from '@jest/globals'
import { placesIn } from '../../../src/core/place.ts'
import { parseOverrides } from '../../../src/report/prices/overrides.ts'
import { type PriceSources, priceLoader } from '../../../src/report/sources/prices.ts'
import { lastHours } from '../../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { readInUse } from '../../../src/steps/use/read-in-use.ts'
import { truth } from '../../support/truth.ts'
import { inWorld, REGION, type World } from '../../support/world.ts'

const used = ({ cx, env }: World, sources: PriceSources = {}, regions: readonly string[] = [REGION]) => {
  const places = placesIn(cx, env.accountId, regions)
  return readInUse(cx, places, priceLoader({ places, ...sources }))
}
const operations = ({ sandbox }: World) => sandbox.calls.map(({ operation }) => operation)
const warnings = ({ events }: World) => events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []))

function play({ sandbox, cx }: World, region = REGION, hours = 24) {
  const { start, end } = lastHours(cx.clock.now(), hours)
  const calls = generateTraffic({ seed: 11, start, end, account: sandbox.account, region, invocationsPerHour: 30 })
  playTraffic(sandbox.services, calls)
  return truth(calls).byModel
}

describe('the models in use', () => {
  test('cost a call for each endpoint to look for where there are none', () =>
    inWorld({}, async (world) => {
      expect(await used(world)).toEqual(new Map([[REGION, []]]))
      expect(operations(world)).toEqual(['ListMetrics', 'ListMetrics'])
    }))

  test('are those of two weeks, with their tokens, the metrics that have data, and prices; the costliest first', () =>
    inWorld({}, async (world) => {
      const played = play(world, REGION, 14 * 24 - 1)
      const models = (await used(world)).get(REGION) ?? []
      expect(operations(world)).toEqual(['ListMetrics', 'ListMetrics', 'GetMetricData'])
      expect(models.map(({ modelId }) => modelId).sort()).toEqual([...played.keys()].sort())
      for (const { modelId, tokens, invocations } of models) {
        const sums = played.get(modelId)
        expect([modelId, invocations, tokens]).toEqual([
          modelId,
          sums?.invocations,
          {
            input: sums?.inputTokens,
            output: sums?.outputTokens,
            cacheRead: sums?.cacheReadTokens,
            cacheWrite: sums?.cacheWriteTokens,
          },
        ])
      }
      const [first, second] = models
      expect(first).toMatchObject({
        modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        metrics: { cacheRead: 'CacheReadInputTokenCount' },
        prices: { input: 3.3, output: 16.5, cacheRead: 0.33, cacheWrite: 4.125 },
      })
      expect(second).toMatchObject({
        modelId: 'global.anthropic.claude-haiku-4-5-20251001-v1:0',
        metrics: { cacheRead: 'CacheReadInputTokens', cacheWrite: 'CacheWriteInputTokens' },
      })
    }))

  test('called through an application profile have the price of what it stands for, and the user his own prices', () =>
    inWorld({}, async (world) => {
      const { services, account } = world.sandbox
      const modelId = 'anthropic.claude-haiku-4-5-20251001-v1:0'
      const id = services.bedrock.addApplicationProfile({ region: REGION, account, name: 'team', modelId })
      for (const Value of [id, 'amazon.nova-pro-v1:0']) {
        const dimensions = [{ Name: 'ModelId', Value }]
        const timestamp = world.cx.clock.now() - 60_000
        const sample = { namespace: 'AWS/Bedrock', name: 'InputTokenCount', dimensions, timestamp, value: 1_000 }
        services.cloudwatch.putMetric(REGION, sample)
      }
      const prices = parseOverrides({ 'amazon.nova-pro-v1:0': { inputPerMillion: 0.5 } }, 'mine.json')
      const found = await used(world, { overrides: { prices, source: 'mine.json' } })
      expect(found.get(REGION)?.map((each) => [each.modelId, each.prices.input])).toEqual([
        [id, 1.1],
        ['amazon.nova-pro-v1:0', 0.5],
      ])
    }))

  test("have the prices of AWS's list, which is read beside their use, once, and only where something was called", () =>
    inWorld({}, async (world) => {
      play(world)
      const places = placesIn(world.cx, world.env.accountId, [REGION, 'eu-west-1'])
      const prices = priceLoader({ places, live: {} })
      const found = await readInUse(world.cx, places, prices)
      expect(operations(world).filter((name) => name === 'GetProducts')).toHaveLength(3)
      const { book } = await prices([{ dimensions: { account: '', region: REGION, model: 'amazon.nova-pro-v1:0' } }])
      expect(book.lookup('amazon.nova-pro-v1:0', REGION, new Date())).toMatchObject({
        source: expect.stringMatching(/^aws-price-list/),
      })
      expect(operations(world).filter((name) => name === 'GetProducts')).toHaveLength(3)
      expect(found.get('eu-west-1')).toEqual([])
    }))

  test("stay bundled where AWS's list cannot be read, and that is told once", () =>
    inWorld({}, async (world) => {
      play(world)
      world.sandbox.faults.push({ kind: 'access-denied', service: 'pricing', operation: 'GetProducts', count: 99 })
      const { error, report } = await world.setup()
      expect(error).toBeUndefined()
      const told = report.warnings.filter(({ code }) => code === 'price-list-unavailable')
      expect(told).toEqual([
        { code: 'price-list-unavailable', message: expect.stringContaining('pricing:GetProducts') },
      ])
      expect(report.resources.find(({ name }) => name === 'Bedrock-HighSpend')?.outcome).toBe('done')
    }))

  test('of a Region that cannot be read are not known, and that is a warning', () =>
    inWorld({}, async (world) => {
      play(world)
      world.sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'GetMetricData', count: 9 })
      const found = await used(world, {}, [REGION, 'eu-west-1'])
      expect(found).toEqual(new Map([['eu-west-1', []]]))
      expect(warnings(world)).toMatchObject([{ code: 'in-use-unread', message: expect.stringContaining(REGION) }])
    }))

  test('are no reason for a setup to fail', () =>
    inWorld({}, async (world) => {
      world.sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 99 })
      const { error, report } = await world.setup()
      expect(error).toBeUndefined()
      expect(report.warnings.map(({ code }) => code)).toContain('in-use-unread')
      expect(report.warnings.map(({ code }) => code)).not.toContain('spend-alarm-waits')
    }))

  test('are not asked for where neither dashboard nor alarms are chosen', () =>
    inWorld({}, async (world) => {
      await world.setup({ only: ['iam'] })
      expect(operations(world)).not.toContain('ListMetrics')
    }))
})
