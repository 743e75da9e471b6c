import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it, test } from '@jest/globals'
import { findProvider } from '@pydantic/genai-prices'
import { priceToUsd } from '../../../src/report/money.ts'
import type { PriceBook } from '../../../src/report/prices/book.ts'
import { loadGenaiPrices, refusal } from '../../../src/report/prices/genai-prices.ts'

const AT = new Date('2026-11-23T10:00:00Z')
let book: PriceBook

beforeAll(async () => {
  book = await loadGenaiPrices()
})

/** Input, output, cache read and cache write in dollars per million, or the reason why there is none. */
function prices(model: string, region = 'us-east-1', at = AT): (number | undefined)[] | string {
  const price = book.lookup(model, region, at)
  if ('unpriced' in price) return price.unpriced
  const { input, output, cacheRead, cacheWrite } = price.perMillion
  return [input, output, cacheRead, cacheWrite].map((kind) => (kind === undefined ? undefined : priceToUsd(kind)))
}

describe('the price of', () => {
  it.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-east-1', [3.3, 16.5, 0.33, 4.125]],
    ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'eu-west-1', [3.3, 16.5, 0.33, 4.125]],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-west-2', [3.3, 16.5, 0.33, 4.125]],
    ['global.anthropic.claude-sonnet-4-5-20250929-v1:0', 'ap-northeast-1', [3, 15, 0.3, 3.75]],
    ['us.anthropic.claude-opus-4-5-20251101-v1:0', 'us-east-1', [5.5, 27.5, 0.55, 6.875]],
    ['us.anthropic.claude-opus-4-6-v1', 'us-east-1', [5.5, 27.5, 0.55, 6.875]],
    ['global.anthropic.claude-sonnet-4-6', 'us-east-1', [3, 15, 0.3, 3.75]],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'us-west-2', [3, 15, 0.3, 3.75]],
    ['us.amazon.nova-micro-v1:0', 'us-east-1', [0.035, 0.14, 0.00875, undefined]],
    ['us.amazon.nova-2-lite-v1:0', 'us-east-1', [0.33, 2.75, 0.0825, undefined]],
    ['global.amazon.nova-2-lite-v1:0', 'us-east-1', [0.3, 2.5, 0.075, undefined]],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'us-east-1', [0.8, 3.2, 0.2, undefined]],
    ['amazon.titan-embed-text-v1', 'us-east-1', [0.1, undefined, undefined, undefined]],
  ])('%s in %s is that very one', (model, region, expected) => {
    expect(prices(model, region)).toEqual(expected)
  })

  it.each([
    ['amazon.titan-embed-text-v2:0', 'us-east-1', /another model, amazon\.titan-embed-text-v1/],
    ['amazon.nova-pro-v2:0', 'us-east-1', /another model/],
    ['amazon.nova-lite-v1:0:24k', 'us-east-1', /another model/],
    ['us.anthropic.claude-sonnet-5-5-20270101-v1:0', 'us-east-1', /another model/],
    ['us.anthropic.claude-haiku-4-5-20261001-v1:0', 'us-east-1', /no price known/],
    ['global.anthropic.claude-3-7-sonnet-20250219-v1:0', 'us-east-1', /global routing/],
    ['apac.amazon.nova-micro-v1:0', 'ap-northeast-1', /ap-northeast-1; prices of this model differ by Region/],
    ['eu.amazon.nova-pro-v1:0', 'eu-central-1', /eu-central-1/],
    ['eu.amazon.nova-2-lite-v1:0', 'eu-central-1', /differ by Region/],
    ['global.amazon.nova-2-lite-v1:0', 'eu-central-1', /differ by Region/],
    ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-gov-west-1', /GovCloud/],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'us-gov-east-1', /GovCloud/],
    ['cohere.embed-v4:0', 'us-east-1', /no price known/],
    ['gpt-4o', 'us-east-1', /no price known/],
    ['', 'us-east-1', /no price known/],
  ])('%s in %s is not known, rather than that of the nearest', (model, region, reason) => {
    expect(prices(model, region)).toEqual(expect.stringMatching(reason))
  })

  test('a model before and after a price cut is that of the day', () => {
    const luna = (day: string) => prices('us.openai.gpt-5.6-luna', 'us-east-1', new Date(day))
    expect(luna('2026-07-29T23:59:59Z')).toEqual([1.1, 6.6, 0.11, 1.375])
    expect(luna('2026-07-30T00:00:00Z')).toEqual([0.22, 1.32, 0.022, 0.275])
  })

  it.each([
    [0, [2, 12, 0.2, 2.5]],
    [200_000, [2, 12, 0.2, 2.5]],
    [272_000, [4, 18, 0.4, 5]],
  ] as const)('a model with tiers is, for prompts of more than %i tokens, that of its tier', (promptOver, expected) => {
    const price = book.lookup('global.openai.gpt-5.6-terra', 'us-east-1', AT, { tier: 'standard', promptOver })
    expect('unpriced' in price ? price : Object.values(price.perMillion).map(priceToUsd)).toEqual(expected)
  })

  test('a model on another tier is not known', () => {
    const price = book.lookup('amazon.nova-pro-v1:0', 'us-east-1', AT, { tier: 'flex', promptOver: 0 })
    expect(price).toEqual({ unpriced: 'no price known for the flex tier' })
  })
})

describe('the source', () => {
  it('is the installed package, with the date of its release', () => {
    const manifest = new URL('../../../node_modules/@pydantic/genai-prices/package.json', import.meta.url)
    expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe('0.1.8')
    expect(book.lookup('amazon.nova-pro-v1:0', 'us-east-1', AT)).toMatchObject({
      source: 'genai-prices@0.1.8',
      asOf: '2026-09-23',
    })
  })

  it('prices each of its own ids, and none of them for another', () => {
    const entries = findProvider({ providerId: 'aws' })?.models ?? []
    const own = entries.filter(({ id }) => typeof prices(id.replace(/^regional\./, 'us.')) !== 'string')
    expect(own.length).toBeGreaterThan(80)
    for (const one of entries) {
      const id = one.id.replace(/^regional\./, '')
      const takers = entries.filter((other) => refusal(id, other.id, 'us-east-1') === undefined)
      expect(takers.map((taker) => taker.id)).toEqual([one.id])
    }
  })
})
