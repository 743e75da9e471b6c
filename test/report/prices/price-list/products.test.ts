import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { parseProduct } from '../../../../src/report/prices/price-list/products.ts'
import { decodePrices, encodePrices } from '../../../../src/report/prices/price-list/stored.ts'

interface Wish {
  attributes?: Record<string, string>
  unit?: string
  usd?: string
  dimensions?: Record<string, unknown>
}

function product({ attributes = {}, unit = '1K tokens', usd = '0.0000350000', dimensions }: Wish = {}): string {
  const one = { unit, beginRange: '0', endRange: 'Inf', pricePerUnit: { USD: usd } }
  return JSON.stringify({
    product: {
      sku: 'S',
      attributes: {
        regionCode: 'us-east-1',
        usagetype: 'USE1-NovaMicro-input-tokens',
        model: 'Nova Micro',
        inferenceType: 'Input tokens',
        feature: 'On-demand Inference',
        ...attributes,
      },
    },
    terms: {
      OnDemand: { 'S.T': { effectiveDate: '2026-07-01T00:00:00Z', priceDimensions: dimensions ?? { 'S.T.D': one } } },
    },
  })
}

describe('a product', () => {
  it('is its price to the pico-dollar, with model, Region and day', () => {
    expect(parseProduct(product())).toEqual([
      {
        model: 'novamicro',
        region: 'us-east-1',
        routing: 'in-region',
        tier: 'standard',
        kind: 'input',
        price: 35_000_000_000n,
        since: '2026-07-01',
      },
    ])
  })

  it('of the marketplace is by the million tokens, and its service names the model', () => {
    const attributes = {
      model: undefined as unknown as string,
      servicename: 'Claude Haiku 4.5 (Amazon Bedrock Edition)',
      usagetype: 'USE1-MP:USE1_InputTokenCount_Global-Units',
    }
    expect(parseProduct(product({ attributes, unit: '1M tokens', usd: '1.0000000000' }))).toMatchObject([
      { model: 'claudehaiku4.5', routing: 'global', price: 1_000_000_000_000n },
    ])
  })

  it.each([
    [{ feature: 'Batch Inference' }, 'batch inference'],
    [{ inferenceType: 'Input tokens flex' }, 'input tokens flex'],
    [{ service_tier: 'priority' }, 'priority'],
    [{ usagetype: 'USE1-NovaMicro-input-tokens-batch' }, 'batch'],
  ])('that says anywhere that it is not on demand is kept apart: %j', (attributes, tier) => {
    expect(parseProduct(product({ attributes: attributes as Record<string, string> }))).toMatchObject([{ tier }])
  })

  it.each([
    ['1K tokens', '0.5', 500_000_000_000_000n],
    ['1K Tokens', '12', 12_000_000_000_000_000n],
    ['1M tokens', '0.25', 250_000_000_000n],
  ])('by %j at %j dollars is as dear by the million', (unit, usd, price) => {
    expect(parseProduct(product({ unit, usd }))).toMatchObject([{ price }])
  })

  it.each(['image', 'images', 'Units', 'unit'])('that is an image is counted by the %s', (unit) => {
    const attributes = { usagetype: 'USE1-MP:USE1_created_image-Units', servicename: 'x', model: 'Some Painter' }
    expect(parseProduct(product({ attributes, unit, usd: '0.04' }))).toMatchObject([
      { kind: 'image', model: 'somepainter', price: 40_000_000_000n },
    ])
    expect(parseProduct(product({ unit, usd: '0.04' }))).toEqual([])
  })

  it.each([
    [
      'the model id of its usage type',
      { usagetype: 'USE1-qwen.qwen3-32b-mantle-input-tokens', model: 'x' },
      'qwenqwen3.32b',
    ],
    ['its model', { model: 'Nova Lite', titanModel: 'x', servicename: 'x (Amazon Bedrock Edition)' }, 'novalite'],
    [
      'its model of Titan',
      { titanModel: 'TitanEmbeddingsV2-Text', servicename: 'x (Amazon Bedrock Edition)' },
      'titanembeddingsv2text',
    ],
    ['its service, where that is an edition', { servicename: 'Palmyra X5 (Amazon Bedrock Edition)' }, 'palmyrax5'],
    ['its usage type', { servicename: 'Amazon Bedrock' }, 'novamicro'],
  ] as [string, Record<string, string>, string][])('has its name from %s', (_what, own, model) => {
    const attributes = { model: undefined as unknown as string, ...own }
    expect(parseProduct(product({ attributes }))).toMatchObject([{ model }])
  })

  it.each([
    ['a price that is not all a number', product({ usd: '1 USD' })],
    ['a price with something before it', product({ usd: 'USD 1' })],
    ['no price', product({ dimensions: { a: { unit: '1K tokens' } } })],
    ['no unit', product({ dimensions: { a: { pricePerUnit: { USD: '1' } } } })],
    ['no dimension', product({ dimensions: {} })],
    [
      'two prices, though each from nought on',
      product({
        dimensions: {
          a: { unit: '1K tokens', beginRange: '0', pricePerUnit: { USD: '1' } },
          b: { unit: '1K tokens', beginRange: '0', pricePerUnit: { USD: '2' } },
        },
      }),
    ],
    ['no day', product().replace('2026-07-01T', 'soon, 2026-07-01T')],
    ['no day at all', product().replace('"effectiveDate":"2026-07-01T00:00:00Z",', '')],
    ['no terms', product().replace('"terms"', '"words"')],
    ['no offer on demand', product().replace('"OnDemand"', '"Reserved"')],
    ['no usage type', product({ attributes: { usagetype: '' } })],
    ['another kind of use', product({ attributes: { usagetype: 'USE1-Guardrail-ContentPolicyUnitsConsumed' } })],
    ['null for itself', 'null'],
  ])('that has %s is left out', (_what, text) => {
    expect(parseProduct(text)).toEqual([])
  })

  it.each([
    ['another unit', product({ unit: '1K TPM Hour' })],
    ['no number', product({ usd: 'free' })],
    ['a price that is finer than a pico-dollar', product({ usd: '0.00000000000000001' })],
    ['no Region', product({ attributes: { regionCode: '' } })],
    ['prices by volume', product({ dimensions: { a: { unit: '1K tokens' }, b: { unit: '1K tokens' } } })],
    [
      'a price from a volume on',
      product({ dimensions: { a: { unit: '1K tokens', beginRange: '1000', pricePerUnit: { USD: '1' } } } }),
    ],
  ])('with %s is left out', (_what, text) => {
    expect(parseProduct(text)).toEqual([])
  })

  it('that is anything at all does no harm', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseProduct(text).length === 0))
  })
})

describe('prices that are kept', () => {
  const prices = parseProduct(product())
  const REGION = prices[0]?.region ?? ''

  it('come back as they were', () => {
    expect(decodePrices(encodePrices({ prices, readAt: 5 }), REGION)).toEqual({ prices, readAt: 5 })
  })

  test.each(['model', 'region', 'routing', 'tier', 'kind', 'since', 'price'])(
    'one of them without its %s is none',
    (key) => {
      const [price] = prices.map((one) => ({ ...one, price: '5' }))
      const text = (more: object) => JSON.stringify({ version: 1, readAt: 5, prices: [{ ...price, ...more }] })
      expect(decodePrices(text({}), REGION)).toHaveProperty('prices')
      expect(decodePrices(text({ [key]: 7 }), REGION)).toBeUndefined()
      expect(decodePrices(text({ [key]: undefined }), REGION)).toBeUndefined()
    },
  )

  test.each([
    ['one sound and one broken', { readAt: 5, prices: [{ ...prices[0], price: '5' }, {}] }],
    ['a price that only begins with a number', { readAt: 5, prices: [{ ...prices[0], price: '5n' }] }],
    ['no time', { prices: [] }],
    ['a time in words', { readAt: '5', prices: [] }],
    ['no list', { readAt: 5, prices: {} }],
    ['a time that is no whole number', { readAt: 5.5, prices: [] }],
    ['a price beyond all that is plausible', { readAt: 5, prices: [{ ...prices[0], price: '10000000000000001' }] }],
    ['a price of a thousand digits', { readAt: 5, prices: [{ ...prices[0], price: '9'.repeat(1_000) }] }],
    ['a kind that there is none of', { readAt: 5, prices: [{ ...prices[0], price: '5', kind: 'constructor' }] }],
    ['a routing that there is none of', { readAt: 5, prices: [{ ...prices[0], price: '5', routing: 'lunar' }] }],
    ['a day that is none', { readAt: 5, prices: [{ ...prices[0], price: '5', since: 'yesterday' }] }],
    ["another Region's", { readAt: 5, prices: [{ ...prices[0], price: '5', region: 'eu-north-1' }] }],
  ])('%s are not believed', (_what, stored) => {
    expect(
      decodePrices(
        JSON.stringify({ version: 1, ...stored }, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
        REGION,
      ),
    ).toBeUndefined()
  })

  test('and altered ones are not believed', () => {
    const text = encodePrices({ prices, readAt: 5 })
    for (const wrong of [
      '',
      'x',
      '{}',
      'null',
      '[]',
      text.slice(0, -2),
      text.replace('"35', '"-35'),
      text.replace('1,', '2,'),
    ]) {
      expect([wrong, decodePrices(wrong, REGION)]).toEqual([wrong, undefined])
    }
    fc.assert(fc.property(fc.json(), (json) => decodePrices(json, REGION) === undefined))
  })
})
