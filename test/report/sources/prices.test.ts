import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals'
import { createAws } from '../../../src/aws/clients.ts'
import type { AwsContext } from '../../../src/aws/context.ts'
import type { Context } from '../../../src/core/context.ts'
import { priceToUsd } from '../../../src/report/money.ts'
import type { Price, PriceBook } from '../../../src/report/prices/book.ts'
import { decodePrices, encodePrices } from '../../../src/report/prices/price-list/seen.ts'
import { loadPrices, priceLoader, type TextCache } from '../../../src/report/sources/prices.ts'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const REGION = 'us-east-1'

let sandbox: Sandbox
let now: number
let cx: AwsContext

beforeEach(async () => {
  sandbox = await startSandbox()
  now = Date.UTC(2026, 10, 23, 10)
  const base: Context = {
    clock: { now: () => now, sleep: () => Promise.reject(new Error('nobody sleeps here')) },
    signal: new AbortController().signal,
    emit: () => {},
  }
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }
  const aws = createAws(base, { region: REGION, endpointUrl: sandbox.url, credentials, maxAttempts: 1 })
  cx = { ...base, aws, in: () => cx }
})
afterEach(() => sandbox.close())

const places = () => [{ account: '111122223333', region: REGION, cx }]
const called = (operation: string) => sandbox.calls.filter((call) => call.operation === operation).length

function memory(kept = new Map<string, string>()): TextCache & { kept: Map<string, string> } {
  return {
    kept,
    read: (name) => Promise.resolve(kept.get(name)),
    write: async (name, text) => {
      kept.set(name, text)
      return undefined
    },
  }
}

function ask(book: PriceBook, id: string, region = REGION): Price {
  const found = book.lookup(id, region, new Date(now))
  if ('unpriced' in found) throw new Error(found.unpriced)
  return found
}

const input = (price: Price) => priceToUsd(price.perMillion.input ?? -1n)

describe("AWS's price list", () => {
  it.each([
    ['amazon.nova-micro-v1:0', 'us-east-1', 0.035],
    ['apac.amazon.nova-micro-v1:0', 'ap-northeast-1', 0.042],
    ['us.amazon.nova-2-lite-v1:0', 'us-east-1', 0.33],
    ['global.amazon.nova-2-lite-v1:0', 'us-east-1', 0.3],
    ['amazon.nova-pro-v1:0', 'us-east-1', 0.8],
    ['eu.anthropic.claude-haiku-4-5-20251001-v1:0', 'eu-west-1', 1.1],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-east-1', 1],
    ['us.anthropic.claude-opus-4-8', 'us-east-1', 5.5],
    ['global.anthropic.claude-sonnet-4-20250514-v1:0', 'us-east-1', 3],
    ['amazon.titan-embed-text-v2:0', 'us-east-1', 0.02],
    ['deepseek.v3-v1:0', 'us-east-1', 0.58],
    ['us.nvidia.nemotron-nano-9b-v2', 'us-east-1', 0.06],
    ['bedrock-mantle/deepseek.v3.1', 'us-east-1', 0.58],
    ['bedrock-mantle/xai.grok-4.3', 'us-east-1', 1.25],
    ['xai.grok-4.3', 'us-east-1', 1.25],
    ['mistral.mistral-large-2402-v1:0', 'us-east-1', 4],
    ['mistral.mistral-large-3-675b-instruct', 'us-east-1', 0.5],
    ['qwen.qwen3-32b-v1:0', 'us-east-1', 0.15],
    ['amazon.titan-embed-text-v1', 'us-east-1', 0.1],
    ['amazon.titan-embed-image-v1', 'us-east-1', 0.8],
    ['cohere.embed-v4:0', 'us-east-1', 0.12],
    ['cohere.embed-english-v3', 'us-east-1', 0.1],
  ])('prices %s in %s at the on-demand price, of all that the list has of it', async (id, region, usd) => {
    const { book, warnings } = await loadPrices({ places: places(), live: {} }, [region])
    const price = ask(book, id, region)
    expect(input(price)).toBe(usd)
    expect(price.source).toMatch(/^aws-price-list/)
    expect(price.asOf).toBe('2026-11-23')
    expect(warnings).toEqual([])
  })

  it.each([
    ['qwen.qwen3-32b-v1:0', { tier: 'flex' }, 0.075],
    ['qwen.qwen3-32b-v1:0', { tier: 'priority' }, 0.2625],
    ['qwen.qwen3-32b-v1:0', { tier: 'batch' }, 0.075],
    ['global.amazon.nova-2-lite-v1:0', { tier: 'priority' }, 0.525],
    ['deepseek.v3-v1:0', { tier: 'flex' }, 0.29],
    ['deepseek.v3-v1:0', { tier: 'priority' }, 1.015],
    ['us.amazon.nova-pro-v1:0', { tier: 'latency-optimized' }, 1],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', { tier: 'latency-optimized' }, 1],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', { promptOver: 200_000 }, 6.6],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', { promptOver: 128_000 }, 3.3],
    ['global.anthropic.claude-sonnet-4-20250514-v1:0', { promptOver: 272_000 }, 6],
    ['global.anthropic.claude-sonnet-4-20250514-v1:0', { tier: 'batch' }, 1.5],
    ['openai.gpt-5.6-luna', { promptOver: 272_000 }, 0.4],
  ] as const)('prices %s on the terms %j', async (id, terms, usd) => {
    const { book } = await loadPrices({ places: places(), live: {} }, [REGION])
    const price = book.lookup(id, REGION, new Date(now), { tier: 'standard', promptOver: 0, ...terms })
    if ('unpriced' in price) throw new Error(price.unpriced)
    expect([input(price), price.source]).toEqual([usd, expect.stringMatching(/^aws-price-list/)])
  })

  it('has no price for speech that no record tells from text', async () => {
    const { book } = await loadPrices({ places: places(), live: {} }, [REGION])
    expect(book.lookup('amazon.nova-sonic-v1:0', REGION, new Date(now))).toEqual({
      unpriced: expect.stringMatching(/speech tokens/),
    })
  })

  it('says what of it prices nothing, by reason', async () => {
    const { unused } = await loadPrices({ places: places(), live: {} }, [REGION])
    const reasons = Object.fromEntries(unused().map(({ reason, rows }) => [reason, rows]))
    expect(reasons).toEqual({
      capacity: 2,
      'custom-model': 2,
      media: 2,
      modality: 2,
      model: 1,
      'not-tokens': 2,
      unit: 1,
      'usage-type': 1,
      volume: 1,
    })
    expect((await loadPrices({ places: places() }, [REGION])).unused()).toEqual([])
  })

  it('knows what writes for an hour cost', async () => {
    const { book } = await loadPrices({ places: places(), live: {} }, [REGION])
    const { perMillion } = ask(book, 'us.anthropic.claude-haiku-4-5-20251001-v1:0')
    expect([perMillion.cacheWrite, perMillion.cacheWrite1h].map((price) => priceToUsd(price ?? 0n))).toEqual([
      1.375, 2.2,
    ])
  })

  it('is read from all three services, and not at all when offline', async () => {
    await loadPrices({ places: places() }, [REGION])
    expect(sandbox.calls).toEqual([])
    await loadPrices({ places: places(), live: {} }, [REGION])
    expect(called('GetProducts')).toBe(3)
  })

  it('is read once in 24 hours, for each Region', async () => {
    const cache = memory()
    const read = (...regions: string[]) => loadPrices({ places: places(), live: { cache } }, regions)
    await read(REGION)
    now += DAY_MS - 1
    const { book } = await read(REGION)
    expect([called('GetProducts'), ask(book, 'amazon.nova-micro-v1:0').asOf]).toEqual([3, '2026-11-23'])
    await read(REGION, 'eu-west-1')
    expect(called('GetProducts')).toBe(6)
    now += 1
    await read(REGION)
    expect(called('GetProducts')).toBe(9)
  })

  it('is remembered: an earlier day has the price that was seen then, today its own', async () => {
    const cache = memory()
    const read = () => loadPrices({ places: places(), live: { cache } }, [REGION])
    await read()
    const name = `price-list-${REGION}.json`
    const kept = decodePrices(cache.kept.get(name) ?? '', REGION)
    if (!kept) throw new Error('nothing was kept')
    const prices = kept.prices.map((one) => (one.model === 'novamicro' ? { ...one, price: 50_000_000_000n } : one))
    cache.kept.set(name, encodePrices({ ...kept, prices }))
    now += 3 * DAY_MS
    const { book } = await read()
    const on = (days: number) => {
      const price = book.lookup('amazon.nova-micro-v1:0', REGION, new Date(now - days * DAY_MS))
      return 'unpriced' in price ? price : [input(price), price.asOf, price.warnings.map(({ code }) => code)]
    }
    expect([0, 2, 3].map(on)).toEqual([
      [0.035, '2026-11-26', []],
      [0.05, '2026-11-23', ['price-date-assumed']],
      [0.05, '2026-11-23', []],
    ])
    expect(on(4)).toEqual([0.035, expect.stringMatching(/^2026-0/), ['price-date-assumed']])
    // And so it is by a program that starts anew within the day.
    expect(called('GetProducts')).toBe(6)
    const { book: again } = await read()
    expect([called('GetProducts'), input(ask(again, 'amazon.nova-micro-v1:0'))]).toEqual([6, 0.035])
  })

  it('is read again when what was kept is broken or from the future', async () => {
    const cache = memory(new Map([[`price-list-${REGION}.json`, '{"version":1,']]))
    const read = () => loadPrices({ places: places(), live: { cache } }, [REGION])
    await read()
    expect(called('GetProducts')).toBe(3)
    now -= 1
    await read()
    expect(called('GetProducts')).toBe(6)
  })

  it('that may not be read is a warning, and the bundled prices serve', async () => {
    sandbox.faults.push({ operation: 'GetProducts', kind: 'access-denied' })
    const cache = memory()
    const { book, warnings } = await loadPrices({ places: places(), live: { cache } }, [REGION])
    expect(warnings).toEqual([
      { code: 'price-list-unavailable', message: expect.stringContaining('pricing:GetProducts') },
    ])
    expect(ask(book, 'amazon.nova-micro-v1:0').source).toMatch(/^aws-price-list@/)
    expect(cache.kept.size).toBe(0)
  })

  it('that is empty is a warning, and nothing is kept: a wrong service code answers so, too', async () => {
    const cache = memory()
    const { warnings, unused } = await loadPrices({ places: places(), live: { cache } }, ['eu-north-1'])
    expect(warnings).toMatchObject([
      { code: 'price-list-unavailable', message: expect.stringContaining('AWS lists no prices') },
    ])
    expect([cache.kept.size, unused()]).toEqual([0, []])
  })

  it.each(['us-gov-west-1', 'cn-north-1'])('does not exist for %s, which is a warning', async (region) => {
    const { warnings } = await loadPrices({ places: places(), live: {} }, [region])
    expect(warnings.map(({ code }) => code)).toEqual(['price-list-unavailable'])
    expect(sandbox.calls).toEqual([])
  })

  it('comes after what the user says', async () => {
    const prices = new Map([['amazon.nova-micro-v1:0', [{ inputPerMillion: 0.01 }]]])
    const { book } = await loadPrices({ overrides: { prices, source: 'mine.json' }, places: places(), live: {} }, [
      REGION,
    ])
    expect(ask(book, 'amazon.nova-micro-v1:0')).toMatchObject({
      source: 'mine.json + aws-price-list, cache by rule',
    })
    expect(ask(book, 'amazon.nova-pro-v1:0').source).toMatch(/^aws-price-list/)
  })
})

describe('application inference profiles', () => {
  const profile = (modelId: string) =>
    sandbox.services.bedrock.addApplicationProfile({ region: REGION, account: sandbox.account, name: 'app', modelId })
  const arn = (id: string) => `arn:aws:bedrock:${REGION}:${sandbox.account}:application-inference-profile/${id}`
  const rowsOf = (...models: string[]) =>
    models.map((model) => ({ dimensions: { account: '111122223333', model, region: REGION } }))

  it('are priced as their models, all by one listing', async () => {
    const ids = ['amazon.nova-pro-v1:0', 'amazon.nova-lite-v1:0'].map(profile)
    const { book, warnings } = await priceLoader({ places: places() })(rowsOf(ids[0] ?? '', arn(ids[1] ?? '')))
    expect([input(ask(book, ids[0] ?? '')), input(ask(book, arn(ids[1] ?? '')))]).toEqual([0.8, 0.06])
    expect(warnings).toEqual([])
    expect(sandbox.calls.map(({ operation }) => operation)).toEqual(['ListInferenceProfiles'])
  })

  it('are not asked about where none is used', async () => {
    await priceLoader({ places: places() })(rowsOf('amazon.nova-pro-v1:0', 'us.amazon.nova-lite-v1:0'))
    expect(sandbox.calls).toEqual([])
  })

  it('that are many are read page by page', async () => {
    const ids = Array.from({ length: 250 }, () => profile('amazon.nova-pro-v1:0'))
    const { book } = await priceLoader({ places: places() })(rowsOf(ids.at(-1) ?? ''))
    expect(input(ask(book, ids.at(-1) ?? ''))).toBe(0.8)
    expect(called('ListInferenceProfiles')).toBe(3)
  })

  it('that no longer exist are a warning and have no price', async () => {
    const { book, warnings } = await priceLoader({ places: places() })(rowsOf('a1b2c3d4e5f6'))
    expect(warnings.map(({ code }) => code)).toEqual(['profile-unknown'])
    expect(book.lookup('a1b2c3d4e5f6', REGION, new Date(now))).toHaveProperty('unpriced')
  })

  test('that may not be read are one warning', async () => {
    sandbox.faults.push({ operation: 'ListInferenceProfiles', kind: 'access-denied' })
    const { warnings } = await priceLoader({ places: places() })(rowsOf('a1b2c3d4e5f6', 'ffffffffffff'))
    expect(warnings).toEqual([{ code: 'profiles-unreadable', message: expect.stringMatching(/could not be read/) }])
  })
})
