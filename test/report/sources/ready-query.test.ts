import { DeleteModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { PriceBook } from '../../../src/report/prices/book.ts'
import { parseOverrides } from '../../../src/report/prices/overrides.ts'
import type { QueryRow } from '../../../src/report/queries/answer.ts'
import { findQuery, QUERIES } from '../../../src/report/queries/catalog.ts'
import { readDeliveries } from '../../../src/report/sources/delivery.ts'
import { readLogs } from '../../../src/report/sources/logs/read.ts'
import { priceLoader } from '../../../src/report/sources/prices.ts'
import type { ReadyRequest } from '../../../src/report/sources/query-engine.ts'
import { runReadyQuery } from '../../../src/report/sources/ready-query.ts'
import type { Invocation } from '../../../src/sandbox/traffic.ts'
import { callModels } from '../../support/everything.ts'
import { type LoggedTraffic, playLogged, withLoggedLatency } from '../../support/logged-traffic.ts'
import { priceRows } from '../../support/price-rows.ts'
import { exactRates, TERMS_BOOK } from '../../support/terms-book.ts'
import { sumsBy, costOf as truth } from '../../support/truth.ts'
import { inWorld, REGION, type World } from '../../support/world.ts'

type Asked = Partial<Pick<ReadyRequest, 'models' | 'limit' | 'key' | 'places' | 'prices' | 'deliveries'>>

function ask({ cx, env }: World, { window }: Pick<LoggedTraffic, 'window'>, name: string, asked: Asked = {}) {
  const query = findQuery(name)
  if (!query) throw new Error(`no query ${name}`)
  return runReadyQuery(cx, {
    query,
    places: [{ account: '111122223333', region: REGION, cx }],
    logGroup: env.settings.logGroupName,
    window,
    models: [],
    limit: query.defaultLimit,
    prices: priceLoader(),
    ...asked,
  })
}

/** What a call costs at the prices that come with the program, exactly; undefined where its model has none. */
function exactCost(book: PriceBook, { modelId, time, images, ...call }: Invocation): bigint | undefined {
  const price = book.lookup(modelId, REGION, new Date(time))
  if ('unpriced' in price) return undefined
  const { input = 0n, output = 0n, cacheRead = 0n, cacheWrite = 0n } = price.perMillion
  return (
    BigInt(call.inputTokens) * input +
    BigInt(call.outputTokens) * output +
    BigInt(call.cacheReadTokens) * cacheRead +
    BigInt(call.cacheWriteTokens) * cacheWrite +
    BigInt(images) * (price.perImage ?? 0n) * 1_000_000n
  )
}

/** Of all calls of a group, as far as they have a price; null where none has. */
const costOf = (book: PriceBook, calls: readonly Invocation[]) => {
  const known = calls.flatMap((call) => exactCost(book, call) ?? [])
  return known.length === 0
    ? null
    : (expect.closeTo(Number(known.reduce((sum, each) => sum + each, 0n)) / 1e18, 8) as unknown as number)
}

/** The truth about some calls, as a query has to tell it. */
const sumsOf = (
  book: PriceBook,
  calls: readonly Invocation[],
  name: string,
  keyOf: (call: Invocation) => string,
): QueryRow[] => {
  const sums = sumsBy(calls, keyOf)
  const rows = [...sums].map(([key, sum]) => {
    const own = calls.filter((call) => keyOf(call) === key)
    return {
      [name]: key,
      requests: own.length,
      failed: own.filter(({ outcome }) => outcome !== 'success').length,
      inputTokens: sum.inputTokens,
      outputTokens: sum.outputTokens,
      cacheReadTokens: sum.cacheReadTokens,
      cacheWriteTokens: sum.cacheWriteTokens,
      costUsd: costOf(book, own),
      costIsFloor: expect.any(Boolean) as unknown as boolean,
    }
  })
  const tokens = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: (typeof rows)[number]) =>
    inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens
  return rows.sort((a, b) => tokens(b) - tokens(a) || b.requests - a.requests)
}

const hourOf = ({ time }: Invocation) => new Date(Math.floor(time / 3_600_000) * 3_600_000).toISOString()
const promptOf = (call: Invocation) => call.inputTokens + call.cacheReadTokens + call.cacheWriteTokens
const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b))

/** The smallest value that at least `percent` of all do not exceed. */
const percentile = (values: readonly number[], percent: number) =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil((percent / 100) * values.length) - 1)] ?? null

describe('every query tells the truth about the traffic, whatever the seed', () => {
  const inAnyTraffic = (body: (world: World, traffic: LoggedTraffic) => Promise<void>) =>
    fc.assert(
      fc.asyncProperty(fc.nat(), (seed) =>
        inWorld({ isSetUp: true }, async (world) => {
          await body(world, playLogged(world, { seed, hours: 6, perHour: 60 }))
        }),
      ),
      { numRuns: 3 },
    )

  test('sums by model, identity, hour and metadata', () =>
    inAnyTraffic(async (world, traffic) => {
      const { invocations } = traffic
      const { book } = await priceLoader()([])
      const rowsOf = async (name: string, asked?: Asked) => (await ask(world, traffic, name, asked)).rows
      expect(await rowsOf('tokens-by-model')).toEqual(sumsOf(book, invocations, 'model', ({ modelId }) => modelId))
      expect(await rowsOf('tokens-by-identity')).toEqual(sumsOf(book, invocations, 'identity', (call) => call.identity))
      expect(await rowsOf('requests-by-metadata', { key: 'team' })).toEqual(
        sumsOf(book, invocations, 'value', ({ metadata }) => metadata?.team ?? ''),
      )
      expect(await rowsOf('requests-by-hour')).toEqual(
        sumsOf(book, invocations, 'hour', hourOf).sort((a, b) => byText(String(a.hour), String(b.hour))),
      )
      const model = 'amazon.nova-pro-v1:0'
      expect(await rowsOf('tokens-by-identity', { models: [model] })).toEqual(
        sumsOf(
          book,
          invocations.filter(({ modelId }) => modelId === model),
          'identity',
          (call) => call.identity,
        ),
      )
    }))

  test('latency, errors, the cache and the largest prompts', () =>
    inAnyTraffic(async (world, traffic) => {
      const { invocations } = traffic
      const rowsOf = async (name: string) => (await ask(world, traffic, name)).rows
      const timed = withLoggedLatency(invocations)
      for (const row of await rowsOf('latency-by-model')) {
        const own = timed.filter(({ modelId }) => modelId === row.model)
        const latencies = own.flatMap(({ latencyMs }) => latencyMs ?? [])
        expect(row).toMatchObject({
          timed: latencies.length,
          p50Ms: percentile(latencies, 50),
          p99Ms: percentile(latencies, 99),
          maxMs: Math.max(...latencies),
          firstTokenP50Ms: percentile(firstTokensOf(own), 50),
        })
        expect(row.avgMs).toBeCloseTo(latencies.reduce((sum, each) => sum + each, 0) / latencies.length, 3)
      }
      const errors = invocations.filter(({ errorCode }) => errorCode !== undefined)
      const wrong = (await rowsOf('errors-by-code')).map(({ errorCode, model, requests }) => [
        errorCode,
        model,
        requests,
      ])
      const counted = [...new Set(errors.map(({ errorCode, modelId }) => `${errorCode} ${modelId}`))].map((pair) => [
        ...pair.split(' '),
        errors.filter(({ errorCode, modelId }) => pair === `${errorCode} ${modelId}`).length,
      ])
      expect(wrong).toEqual(
        counted
          .sort(
            (a, b) =>
              Number(b[2]) - Number(a[2]) || byText(String(a[0]), String(b[0])) || byText(String(a[1]), String(b[1])),
          )
          .slice(0, 20),
      )
      for (const { model, hitRate } of await rowsOf('cache-hit-rate')) {
        const own = invocations.filter(({ modelId }) => modelId === model)
        const read = own.reduce((sum, { cacheReadTokens }) => sum + cacheReadTokens, 0)
        expect(hitRate).toBeCloseTo(read / own.reduce((sum, call) => sum + promptOf(call), 0), 12)
      }
      const largest = invocations
        .filter((call) => promptOf(call) > 0)
        .sort((a, b) => promptOf(b) - promptOf(a) || byText(a.requestId, b.requestId))
      expect(
        (await rowsOf('largest-prompts')).map(({ requestId, promptTokens, time }) => [requestId, promptTokens, time]),
      ).toEqual(largest.slice(0, 20).map((call) => [call.requestId, promptOf(call), new Date(call.time).toISOString()]))
      const { book } = await priceLoader()([])
      const costs = (await rowsOf('largest-prompts')).map(({ costUsd }) => costUsd)
      expect(costs).toEqual(largest.slice(0, 20).map((call) => costOf(book, [call])))
      for (const { model, costUsd } of await rowsOf('cache-hit-rate')) {
        const prompts = invocations.filter(({ modelId }) => modelId === model)
        expect(costUsd).toEqual(
          costOf(
            book,
            prompts.map((call) => ({ ...call, outputTokens: 0, images: 0 })),
          ),
        )
      }
    }))

  test('the costliest requests, at the exact price of each', () =>
    inAnyTraffic(async (world, traffic) => {
      const { rows, queries } = await ask(world, traffic, 'costliest-requests', { limit: 15 })
      const { book } = await priceLoader()([])
      const cost = (call: Invocation) => exactCost(book, call) ?? 0n
      const costliest = traffic.invocations.filter(({ outcome }) => outcome === 'success').map((call) => cost(call))
      const expected = costliest.sort((a, b) => (a > b ? -1 : Number(a < b))).slice(0, 15)
      expect(rows.map(({ costUsd }) => costUsd)).toEqual(expected.map((atto) => expect.closeTo(Number(atto) / 1e18, 9)))
      expect(queries).toBe(2)
      const [first] = rows
      const call = traffic.invocations.find(({ requestId }) => requestId === first?.requestId)
      expect(call && Number(cost(call)) / 1e18).toBeCloseTo(Number(first?.costUsd), 9)
    }))
})

/** Converse logs how long the answer took as a whole, and no more. */
const firstTokensOf = (calls: readonly Invocation[]) =>
  calls.flatMap(({ operation, timeToFirstTokenMs }) =>
    operation === 'InvokeModelWithResponseStream' ? (timeToFirstTokenMs ?? []) : [],
  )

test('a request of a model without a price has no cost, stands last, and is told of', () =>
  inWorld({ isSetUp: true }, async (world) => {
    const traffic = playLogged(world, { seed: 5, hours: 2, perHour: 30 })
    const priced = traffic.invocations.filter(({ outcome }) => outcome === 'success').length
    world.sandbox.services.logs.putRecord(REGION, world.env.settings.logGroupName, 'aws/bedrock/modelinvocations', [
      {
        timestamp: traffic.window.start,
        message: JSON.stringify({
          timestamp: new Date(traffic.window.start).toISOString(),
          requestId: 'nobody-knows',
          operation: 'Converse',
          modelId: 'somebody.unheard-of-v1:0',
          input: { inputTokenCount: 9_999_999 },
          output: { outputTokenCount: 1 },
        }),
      },
    ])
    const { rows, warnings } = await ask(world, traffic, 'costliest-requests', { limit: 10_000 })
    expect(rows).toHaveLength(priced + 1)
    const costs = rows.map(({ costUsd }) => costUsd)
    const unpriced = costs.indexOf(null)
    expect(rows[unpriced]).toMatchObject({ requestId: 'nobody-knows', costUsd: null })
    expect(costs.slice(unpriced).every((cost) => cost === null)).toBe(true)
    const message =
      'requests of somebody.unheard-of-v1:0 have no cost and are not ranked by it: no price known; the AWS Price List may have it: bedrock-monitor prices somebody.unheard-of-v1:0 --region us-east-1'
    expect(warnings).toContainEqual({ code: 'unpriced', message })
    const { rows: top, warnings: told } = await ask(world, traffic, 'costliest-requests', { limit: 1 })
    expect(top.map(({ costUsd }) => costUsd)).not.toContain(null)
    expect(told).toContainEqual({ code: 'unpriced', message })
  }))

test('of models that are named no other request is ranked', () =>
  inWorld({ isSetUp: true }, async (world) => {
    const traffic = playLogged(world, { seed: 6, hours: 2, perHour: 60 })
    const models = ['amazon.nova-pro-v1:0']
    const { rows } = await ask(world, traffic, 'costliest-requests', { models })
    expect(new Set(rows.map(({ model }) => model))).toEqual(new Set(models))
  }))

test(
  'flex, priority, long prompts, writes for an hour and routed calls cost what they cost in a report',
  () =>
    inWorld({ isSetUp: true }, async (world) => {
      const traffic = playLogged(world, { seed: 5, hours: 12, perHour: 60, variesTerms: true })
      const prices = async () => ({ book: TERMS_BOOK, warnings: [] })
      const usd = (atto: bigint) => expect.closeTo(Number(atto) / 1e18, 8) as unknown as number
      const inAll = usd(truth(traffic.invocations, exactRates))
      const source = {
        places: [{ account: '111122223333', region: REGION, cx: world.cx }],
        logGroup: world.env.settings.logGroupName,
      }
      const { rows: read } = await readLogs(
        world.cx,
        source.places.map((place) => ({ ...place, logGroup: source.logGroup })),
        { window: traffic.window, by: [] },
      )
      const reported = [...priceRows([...read], TERMS_BOOK).costs.values()]
      expect(usd(reported.reduce<bigint>((sum, cost) => sum + (cost ?? 0n), 0n))).toEqual(inAll)
      for (const name of ['tokens-by-model', 'tokens-by-identity', 'requests-by-hour', 'requests-by-metadata']) {
        const { rows, warnings } = await ask(world, traffic, name, { prices, key: 'team', limit: 1_000 })
        expect([name, rows.reduce((sum, { costUsd }) => sum + Number(costUsd), 0)]).toEqual([name, inAll])
        // Of calls whose bodies lie elsewhere it is not told in which tier they ran.
        expect(warnings.map(({ code }) => code)).toContain('tier-unknown')
        expect(warnings.map(({ code }) => code)).not.toContain('price-changed')
      }
      const single = await ask(world, traffic, 'costliest-requests', { prices, limit: 60 })
      const costs = traffic.invocations.map((call) => truth([call], exactRates))
      const costliest = costs.sort((a, b) => (a > b ? -1 : Number(a < b))).slice(0, 60)
      expect(single.rows.map(({ costUsd }) => costUsd)).toEqual(costliest.map(usd))
      const { rows: largest } = await ask(world, traffic, 'largest-prompts', { prices, limit: 60 })
      const byId = new Map(traffic.invocations.map((call) => [call.requestId, call]))
      for (const { requestId, costUsd } of largest) {
        const call = byId.get(String(requestId))
        expect(costUsd).toEqual(call && usd(truth([call], exactRates)))
      }
    }),
  120_000,
)

test('the rows of several Regions are put in one order, each with its Region', () =>
  inWorld({ regions: [REGION, 'eu-west-1'], isSetUp: true }, async (world) => {
    const here = playLogged(world, { seed: 7, hours: 2, perHour: 40 })
    const there = playLogged(world, { seed: 8, hours: 2, perHour: 40, region: 'eu-west-1' })
    const places = [REGION, 'eu-west-1'].map((region) => ({ account: '111122223333', region, cx: world.cx.in(region) }))
    const { rows, limited } = await ask(world, here, 'largest-prompts', { places, limit: 30 })
    const all = [...here.invocations, ...there.invocations].filter((call) => promptOf(call) > 0)
    const largest = all.sort((a, b) => promptOf(b) - promptOf(a) || byText(a.requestId, b.requestId)).slice(0, 30)
    expect(rows.map(({ region, requestId }) => [region, requestId])).toEqual(
      largest.map((call) => [call.region, call.requestId]),
    )
    expect(limited).toBe(true)
  }))

test('a query that is interrupted is stopped, since it goes on to cost', () =>
  inWorld({ isSetUp: true }, async (world) => {
    const traffic = playLogged(world, { seed: 9, hours: 1, perHour: 10 })
    world.sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'GetQueryResults' })
    await expect(ask(world, traffic, 'tokens-by-model')).rejects.toMatchObject({ kind: 'aws' })
    expect(world.sandbox.calls.map(({ operation }) => operation)).toContain('StopQuery')
  }))

test('no query reads a prompt or an answer', () => {
  for (const query of QUERIES) {
    const text = query.commands({ models: [], limit: 1, key: 'team' }).join('\n')
    expect(text).not.toMatch(/inputBodyJson|outputBodyJson|display.*@message/)
  }
})

test('sums of a Region that no longer logs are floors, as what was called meanwhile is in none', () =>
  inWorld({ isSetUp: true }, async (world) => {
    const traffic = playLogged(world, { seed: 6, hours: 4, perHour: 20 })
    callModels(world)
    const places = [{ account: '111122223333', region: REGION, cx: world.cx }]
    const answers = async (name: string) =>
      ask(world, traffic, name, { places, deliveries: await readDeliveries(places) })
    const floors = ({ rows }: { rows: QueryRow[] }) => rows.filter(({ costIsFloor }) => costIsFloor).length
    const codesOf = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code)
    expect(codesOf(await answers('tokens-by-identity'))).not.toContain('region-not-logged')
    await world.cx.aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    const sums = await answers('tokens-by-identity')
    expect(floors(sums)).toBe(sums.rows.length)
    expect(codesOf(sums)).toContain('region-not-logged')
    const single = await answers('costliest-requests')
    expect([floors(single), codesOf(single).includes('region-not-logged')]).toEqual([0, true])
  }))

test('sums are priced by the day where a price changes within the window, and are a floor where a model has none', () =>
  inWorld({ isSetUp: true }, async (world) => {
    const traffic = playLogged(world, { seed: 6, hours: 40, perHour: 10 })
    const day = new Date(traffic.window.end - 1).toISOString().slice(0, 10)
    const prices = parseOverrides({ '*': { from: day, discountPercent: 50 } }, 'mine.json')
    const asked = { prices: priceLoader({ overrides: { prices, source: 'mine.json' } }) }
    const { book } = await asked.prices([])
    const { rows, queries } = await ask(world, traffic, 'tokens-by-model', asked)
    expect(queries).toBe(1)
    expect(rows).toEqual(sumsOf(book, traffic.invocations, 'model', ({ modelId }) => modelId))
    const { book: listed } = await priceLoader()([])
    const [first] = rows
    const own = traffic.invocations.filter(({ modelId }) => modelId === first?.model)
    expect(first?.costUsd).not.toEqual(costOf(listed, own))
    const { time = Number.NaN } = own.find(({ inputTokens }) => inputTokens > 0) ?? {}
    const message = {
      timestamp: new Date(time).toISOString(),
      requestId: 'nobody-knows',
      operation: 'Converse',
      modelId: 'somebody.unheard-of-v1:0',
      input: { inputTokenCount: 1 },
      output: { outputTokenCount: 1 },
    }
    world.sandbox.services.logs.putRecord(REGION, world.env.settings.logGroupName, 'aws/bedrock/modelinvocations', [
      { timestamp: time, message: JSON.stringify(message) },
    ])
    const { rows: hours, warnings } = await ask(world, traffic, 'requests-by-hour', asked)
    const its = hours.find(({ hour }) => Date.parse(String(hour)) === time - (time % 3_600_000))
    expect(its).toMatchObject({ costIsFloor: true, costUsd: expect.any(Number) })
    expect(warnings).toContainEqual({
      code: 'unpriced',
      message: expect.stringMatching(/^calls of somebody\.unheard-of-v1:0 have no cost: no price known; .*--region /),
    })
  }))
