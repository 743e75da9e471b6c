import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseProduct } from '../../../../src/report/prices/price-list/products.ts'
import { LISTED_INPUT } from '../../../support/listed-price.ts'

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
  it.each<[string, Wish]>([
    ['an input of $0, which may not be known', { usd: '0.0000000000' }],
    ['an output of $0', { usd: '0', attributes: { usagetype: 'USE1-NovaMicro-output-tokens' } }],
    [
      'a write of $0 to a cache that is not free',
      { usd: '0', attributes: { usagetype: 'USE1-Qwen3-32B-cache-write-input-token-count', model: 'Qwen3 32B' } },
    ],
    ['what no model costs, by far', { usd: '10.0001' }],
  ])('has no price where the list has %s', (_what, wish) => {
    expect(parseProduct(product(wish))).toMatchObject({ prices: [], leftOut: { reason: 'price' } })
  })

  it("may cost nothing where it is a write to Nova's cache", () => {
    const attributes = { usagetype: 'USE1-NovaMicro-cache-write-input-token-count' }
    expect(parseProduct(product({ usd: '0.0000000000', attributes })).prices).toMatchObject([
      { kind: 'cacheWrite', price: 0n },
    ])
  })

  it('is its price to the pico-dollar, with model, Region and terms', () => {
    expect(parseProduct(product())).toStrictEqual({
      prices: [
        {
          ...LISTED_INPUT,
          price: 35_000_000_000n,
        },
      ],
    })
  })

  const NO_MODEL = { model: undefined as unknown as string }
  const priceOf = (wish: Wish) => parseProduct(product(wish)).prices

  it('of the marketplace is by the million tokens, and its service names the model', () => {
    const attributes = {
      ...NO_MODEL,
      servicename: 'Claude Haiku 4.5 (Amazon Bedrock Edition)',
      usagetype: 'USE1-MP:USE1_InputTokenCount_Global-Units',
    }
    expect(priceOf({ attributes, unit: '1M tokens', usd: '1.0000000000' })).toMatchObject([
      { model: 'claudehaiku4.5', routing: 'global', price: 1_000_000_000_000n },
    ])
  })

  it('of the other endpoint is found by its id, and by what it calls the model besides', () => {
    const usagetype = 'USE1-deepseek.v3.1-mantle-input-tokens-flex'
    const attributes = { usagetype, model: 'DeepSeek V3.1', feature: '', service_tier: 'flex' }
    expect(priceOf({ attributes })).toMatchObject([{ model: 'deepseekv3.1', tier: 'flex', mantle: true }])
    const nano = {
      ...attributes,
      usagetype: 'USE1-nvidia.nemotron-nano-9b-v2-mantle-input-tokens-flex',
      model: 'NVIDIA Nemotron Nano 2',
    }
    expect(priceOf({ attributes: nano })).toMatchObject([
      { model: 'nvidianemotronnano9bv2', alias: 'nvidianemotronnano2', mantle: true },
    ])
  })

  it.each([
    [{ feature: 'Batch Inference' }, { tier: 'batch' }],
    [{ inferenceType: 'Input tokens flex' }, { tier: 'flex' }],
    [{ service_tier: 'priority' }, { tier: 'priority' }],
    [{ service_tier: 'global-standard' }, { tier: 'standard', routing: 'global' }],
    [{ serviceTier: 'flex' }, { tier: 'flex' }],
    [{ usagetype: 'USE1-NovaMicro-input-tokens-batch' }, { tier: 'batch' }],
    [{ usagetype: 'USE1-NovaMicro-input-tokens-batch', feature: 'Batch Inference' }, { tier: 'batch' }],
    [{ inferenceType: 'Input tokens long context' }, { tier: 'standard', long: true }],
    [{ model: 'Llama 3.1 70B Latency Optimized' }, { tier: 'latency-optimized', model: 'llama3.1.70b' }],
    [{ inferenceType: 'Speech Understanding input token' }, { modality: 'speech' }],
    [{ usagetype: 'USE1-Nova2.0Omni-input-audio-token-count', model: 'Nova 2.0 Omni' }, { modality: 'audio' }],
    [{ usagetype: 'USE1-NovaSonic-speech-input-tokens', model: 'Nova Sonic' }, { modality: 'speech' }],
    [{ inferenceType: 'Input Image Token Count' }, { modality: 'image' }],
  ])('that says its terms anywhere is kept by them: %j', (attributes, terms) => {
    expect(priceOf({ attributes: attributes as Record<string, string> })).toMatchObject([terms])
  })

  it.each([
    ['1K tokens', '0.5', 500_000_000_000_000n],
    ['1K Tokens', '1.2', 1_200_000_000_000_000n],
    ['1000 tokens', '0.5', 500_000_000_000_000n],
    ['1M tokens', '0.25', 250_000_000_000n],
    ['1,000,000 tokens', '0.25', 250_000_000_000n],
  ])('by %j at %j dollars costs as much by the million', (unit, usd, price) => {
    expect(priceOf({ unit, usd })).toMatchObject([{ price }])
  })

  it('by the unit is one of a million tokens where its description says so, and none otherwise', () => {
    const by = (description: string) => ({
      a: { unit: 'Units', beginRange: '0', description, pricePerUnit: { USD: '0.1' } },
    })
    expect(priceOf({ dimensions: by('AWS Marketplace software usage|us-east-1|Million Input Tokens') })).toMatchObject([
      { price: 100_000_000_000n },
    ])
    expect(parseProduct(product({ dimensions: by('Input Tokens') })).leftOut).toMatchObject({ reason: 'unit' })
  })

  it.each(['image', 'images', 'Units', 'unit'])('that is an image is counted by the %s', (unit) => {
    const attributes = { usagetype: 'USE1-MP:USE1_created_image-Units', servicename: 'x', model: 'Some Painter' }
    expect(priceOf({ attributes, unit, usd: '0.04' })).toMatchObject([
      { kind: 'image', model: 'somepainter', price: 40_000_000_000n },
    ])
    expect(priceOf({ unit, usd: '0.04' })).toEqual([])
  })

  it.each([
    ['its model', { model: 'Nova Lite', titanModel: 'x', servicename: 'x (Amazon Bedrock Edition)' }, 'novalite'],
    [
      'its model of Titan',
      { titanModel: 'TitanEmbeddingsV2-Text', servicename: 'x (Amazon Bedrock Edition)' },
      'titanembeddingsv2text',
    ],
    ['its service, where that is an edition', { servicename: 'Palmyra X5 (Amazon Bedrock Edition)' }, 'palmyrax5'],
    ['its usage type', { servicename: 'Amazon Bedrock' }, 'novamicro'],
    ['its usage type whole', { usagetype: 'USE1-TitanEmbeddingV2-Text-input-tokens' }, 'titanembeddingv2text'],
  ] as [string, Record<string, string>, string][])('has its name from %s', (_what, own, model) => {
    expect(priceOf({ attributes: { ...NO_MODEL, ...own } })).toMatchObject([{ model }])
  })

  it.each([
    ['a price that is not all a number', 'price', product({ usd: '1 USD' })],
    ['a price with something before it', 'price', product({ usd: 'USD 1' })],
    ['a price that is finer than a pico-dollar', 'price', product({ usd: '0.00000000000000001' })],
    ['a price below nothing', 'price', product({ usd: '-1' })],
    ['no price', 'price', product({ dimensions: { a: { unit: '1K tokens' } } })],
    ['no dimension', 'price', product({ dimensions: {} })],
    ['no terms', 'price', product().replace('"terms"', '"words"')],
    ['no offer on demand', 'price', product().replace('"OnDemand"', '"Reserved"')],
    ['no unit', 'unit', product({ dimensions: { a: { pricePerUnit: { USD: '1' } } } })],
    ['another unit', 'unit', product({ unit: '1K TPM Hour' })],
    ['a unit of a thousand times more', 'unit', product({ unit: '1B tokens' })],
    [
      'two prices, though each from nought on',
      'volume',
      product({
        dimensions: {
          a: { unit: '1K tokens', beginRange: '0', pricePerUnit: { USD: '1' } },
          b: { unit: '1K tokens', beginRange: '0', pricePerUnit: { USD: '2' } },
        },
      }),
    ],
    [
      'a price from a volume on',
      'volume',
      product({ dimensions: { a: { unit: '1K tokens', beginRange: '1000', pricePerUnit: { USD: '1' } } } }),
    ],
    ['another kind of use', 'not-tokens', product({ attributes: { usagetype: 'USE1-Guardrail-PolicyUnits' } })],
    [
      'two tiers at once',
      'usage-type',
      product({ attributes: { usagetype: 'USE1-X-input-tokens-flex', feature: 'Batch Inference' } }),
    ],
    ["a model of somebody's own", 'custom-model', product({ attributes: { feature: 'Model Customization' } })],
    ['a custom model in its name', 'custom-model', product({ attributes: { model: 'Llama 3.3 70B Custom' } })],
    ['capacity in words', 'capacity', product({ attributes: { feature: 'Provisioned Throughput Inference' } })],
    [
      'no name at all',
      'model',
      product({ attributes: { model: '', usagetype: 'USE1-MP:USE1_InputTokenCount-Units' } }),
    ],
    ['no usage type', 'unreadable', product({ attributes: { usagetype: '' } })],
    ['no Region', 'unreadable', product({ attributes: { regionCode: '' } })],
    ['null for itself', 'unreadable', 'null'],
  ])('that has %s is left out: %s', (_what, reason, text) => {
    expect(parseProduct(text)).toMatchObject({ prices: [], leftOut: { reason } })
  })

  it('that costs something by the token, but no token of text, is kept and counted as left out', () => {
    const found = parseProduct(product({ attributes: { usagetype: 'USE1-NovaSonic-speech-input-tokens' } }))
    expect(found).toMatchObject({
      prices: [{ modality: 'speech' }],
      leftOut: { reason: 'modality', example: 'USE1-NovaSonic-speech-input-tokens' },
    })
  })

  it.each([{ model: undefined as unknown as string }, { model: 'TitanEmbeddingsG1-Image' }])(
    'of an image embedding is a price of text: the word is part of its name (%j)',
    (attributes) => {
      const usagetype = 'USE1-TitanEmbeddingsG1-Image-input-tokens'
      const [price] = priceOf({ attributes: { ...attributes, usagetype } })
      expect(price).toMatchObject({ model: 'titanembeddingsg1image', kind: 'input' })
      expect(price).not.toHaveProperty('modality')
    },
  )

  it('needs no date: the list tells of no day but its own', () => {
    const without = product().replace('"effectiveDate":"2026-07-01T00:00:00Z",', '')
    expect(parseProduct(without)).toEqual(parseProduct(product()))
  })

  it('that is anything at all does no harm and is no price', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseProduct(text)).toMatchObject({ prices: [], leftOut: { reason: 'unreadable' } })
      }),
    )
  })

  it('with anything in the place of any of its members does no harm', () => {
    const whole = JSON.parse(product())
    const paths = [
      ['product'],
      ['product', 'attributes'],
      ...Object.keys(whole.product.attributes).map((name) => ['product', 'attributes', name]),
      ['terms'],
      ['terms', 'OnDemand'],
      ['terms', 'OnDemand', 'S.T'],
      ['terms', 'OnDemand', 'S.T', 'priceDimensions'],
      ['terms', 'OnDemand', 'S.T', 'priceDimensions', 'S.T.D'],
      ...['unit', 'beginRange', 'pricePerUnit'].map((name) => [
        'terms',
        'OnDemand',
        'S.T',
        'priceDimensions',
        'S.T.D',
        name,
      ]),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const changed = structuredClone(whole)
        const last = path.at(-1) ?? ''
        const parent = path.slice(0, -1).reduce((at, name) => at[name], changed)
        parent[last] = value
        const { prices, leftOut } = parseProduct(JSON.stringify(changed))
        expect(prices.length > 0 || leftOut !== undefined).toBe(true)
        for (const price of prices) expect(price.price >= 0n).toBe(true)
      }),
    )
  })
})
