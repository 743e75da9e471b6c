import { describe, expect, it, test } from '@jest/globals'
import { parsePrice } from '../../../../src/report/money.ts'
import type { Figures } from '../../../../src/report/prices/book.ts'
import { priceListBook } from '../../../../src/report/prices/price-list/book.ts'
import type { SeenPrice } from '../../../../src/report/prices/price-list/seen.ts'
import type { Terms } from '../../../../src/report/terms.ts'
import { LISTED_INPUT } from '../../../support/listed-price.ts'

const READ_AT = Date.UTC(2026, 10, 23, 10)
const TODAY = new Date(READ_AT)
const STANDARD = { tier: 'standard', promptOver: 0 } as const

const listed = (usd: number, more: Partial<SeenPrice> = {}): SeenPrice => ({
  ...LISTED_INPUT,
  price: parsePrice(usd),
  from: '2026-11-20',
  to: '2026-11-23',
  ...more,
})

const figures = (usd: Partial<Record<keyof Figures, number>>): Figures =>
  Object.fromEntries(Object.entries(usd).map(([kind, price]) => [kind, parsePrice(price)]))

const bookOf = (...prices: SeenPrice[]) => priceListBook([{ prices, leftOut: [], readAt: READ_AT }])

describe('the price list', () => {
  const book = bookOf(
    listed(0.035),
    listed(0.14, { kind: 'output' }),
    listed(0.0175, { tier: 'batch' }),
    listed(0.03, { routing: 'global' }),
    listed(0.042, { region: 'ap-northeast-1' }),
  )

  it.each([
    ['amazon.nova-micro-v1:0', 'us-east-1', { input: 0.035, output: 0.14 }],
    ['us.amazon.nova-micro-v1:0', 'us-east-1', { input: 0.035, output: 0.14 }],
    ['apac.amazon.nova-micro-v1:0', 'ap-northeast-1', { input: 0.042 }],
    ['global.amazon.nova-micro-v1:0', 'us-east-1', { input: 0.03 }],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0', 'us-east-1', { input: 0.035, output: 0.14 }],
  ])('prices %s in %s by model, Region and routing, on demand', (id, region, usd) => {
    expect(book.lookup(id, region, TODAY)).toStrictEqual({
      perMillion: figures(usd),
      source: 'aws-price-list',
      asOf: '2026-11-23',
      when: 'seen',
    })
  })

  it.each([
    ['amazon.nova-micro-v1:0', 'eu-west-1'],
    ['global.amazon.nova-micro-v1:0', 'ap-northeast-1'],
    ['amazon.nova-lite-v1:0', 'us-east-1'],
    ['amazon.nova-micro-v2:0', 'us-east-1'],
  ])('does not know %s in %s', (id, region) => {
    expect(book.lookup(id, region, TODAY)).toEqual({ unpriced: 'no price known' })
  })

  it('prices the profile of a geography by the price of its own, where there is one', () => {
    const apart = bookOf(listed(1), listed(2, { routing: 'geographic' }))
    const input = (id: string) => apart.lookup(id, 'us-east-1', TODAY)
    expect(input('us.amazon.nova-micro-v1:0')).toMatchObject({ perMillion: figures({ input: 2 }) })
    expect(input('amazon.nova-micro-v1:0')).toMatchObject({ perMillion: figures({ input: 1 }) })
    expect(bookOf(listed(2, { routing: 'geographic' })).lookup('amazon.nova-micro-v1:0', 'us-east-1', TODAY)).toEqual({
      unpriced: 'no price known',
    })
  })

  it('prices images apart from tokens', () => {
    const canvas = { model: 'novacanvas', kind: 'image' } as const
    const lookup = (...prices: SeenPrice[]) => bookOf(...prices).lookup('amazon.nova-canvas-v1:0', 'us-east-1', TODAY)
    expect(lookup(listed(0.04, canvas), listed(3, { model: 'novacanvas' }))).toMatchObject({
      perMillion: figures({ input: 3 }),
      perImage: parsePrice(0.04),
    })
    expect(lookup(listed(3, { model: 'novacanvas' }))).not.toHaveProperty('perImage')
    expect(lookup(listed(0.04, canvas), listed(0.06, canvas))).toHaveProperty('unpriced')
  })

  it('says why there is none for what is not billed by token', () => {
    const reserved = 'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghijkl'
    expect(book.lookup(reserved, 'us-east-1', TODAY)).toEqual({
      unpriced: expect.stringMatching(/by model unit and hour/),
    })
  })

  it('has none where it has two, and says so; the same price twice is one', () => {
    const lookup = (...prices: SeenPrice[]) => bookOf(...prices).lookup('amazon.nova-micro-v1:0', 'us-east-1', TODAY)
    const two = { unpriced: 'the AWS Price List has two prices for it, and does not say which is right' }
    expect(lookup(listed(1), listed(2), listed(3, { kind: 'output' }))).toEqual(two)
    expect(lookup(listed(1), listed(1))).toMatchObject({ perMillion: figures({ input: 1 }) })
  })

  it('takes cache writes of 30 minutes for the writes of a model that has none of five', () => {
    const long = listed(2, { kind: 'cacheWrite30m' })
    const lookup = (...prices: SeenPrice[]) => bookOf(...prices).lookup('amazon.nova-micro-v1:0', 'us-east-1', TODAY)
    expect(lookup(long)).toMatchObject({ perMillion: figures({ cacheWrite: 2 }) })
    expect(lookup(long, listed(1, { kind: 'cacheWrite' }))).toMatchObject({ perMillion: figures({ cacheWrite: 1 }) })
  })
})

describe('calls through the OpenAI-compatible endpoint', () => {
  const id = 'deepseek.v3-v1:0'
  const mantle = { model: 'deepseekv3.1', mantle: true }
  const input = (book: ReturnType<typeof bookOf>, model: string) => book.lookup(model, 'us-east-1', TODAY)

  it('are priced by its own rows, by the id that it knows or by the name', () => {
    const both = bookOf(listed(1, { model: 'deepseekv3.1' }), listed(2, mantle))
    expect(input(both, 'bedrock-mantle/deepseek.v3.1')).toMatchObject({
      perMillion: figures({ input: 2 }),
      source: 'aws-price-list',
    })
    expect(input(both, id)).toMatchObject({ perMillion: figures({ input: 1 }), source: 'aws-price-list' })
    const named = bookOf(listed(2, { model: 'nvidianemotronnano9bv2', alias: 'nvidianemotronnano2', mantle: true }))
    expect(input(named, 'bedrock-mantle/nvidia.nemotron-nano-9b-v2')).toMatchObject({
      perMillion: figures({ input: 2 }),
    })
  })

  it('have no price by the rows of others', () => {
    expect(input(bookOf(listed(1, { model: 'deepseekv3.1' })), 'bedrock-mantle/deepseek.v3.1')).toEqual({
      unpriced: 'no price known',
    })
  })

  it('lend their price to a model that is listed by no other rows, and the source says so', () => {
    expect(input(bookOf(listed(2, mantle)), id)).toMatchObject({
      perMillion: figures({ input: 2 }),
      source: 'aws-price-list (mantle)',
    })
    expect(input(bookOf(listed(2, mantle)), `global.${id}`)).toEqual({ unpriced: 'no price known' })
  })
})

describe('on other terms than standard ones', () => {
  const QWEN = { model: 'qwen3.32b' }
  const qwen = bookOf(
    listed(0.2, QWEN),
    listed(0.6, { ...QWEN, kind: 'output' }),
    listed(0.11, { ...QWEN, tier: 'flex' }),
    listed(0.4, { ...QWEN, tier: 'priority' }),
    listed(1, { ...QWEN, tier: 'priority', kind: 'output' }),
  )
  const lookup = (book: ReturnType<typeof bookOf>, id: string, terms: Partial<Terms>) =>
    book.lookup(id, 'us-east-1', TODAY, { ...STANDARD, ...terms })

  it('the list is believed where it has a row, and what it lacks follows from its standard price', () => {
    const id = 'qwen.qwen3-32b-v1:0'
    expect(lookup(qwen, id, { tier: 'priority' })).toMatchObject({
      perMillion: figures({ input: 0.4, output: 1 }),
      source: 'aws-price-list',
    })
    expect(lookup(qwen, id, { tier: 'flex' })).toMatchObject({
      perMillion: figures({ input: 0.11, output: 0.3 }),
      source: 'aws-price-list, the rest × 0.5 (flex)',
    })
    expect(lookup(qwen, id, { tier: 'batch' })).toMatchObject({
      perMillion: figures({ input: 0.1, output: 0.3 }),
      source: 'aws-price-list × 0.5 (batch)',
    })
  })

  it('a tier that a model does not have has no price, and neither has what is billed by the hour', () => {
    const llama = bookOf(listed(1, { model: 'llama3.8b' }))
    const id = 'meta.llama3-8b-instruct-v1:0'
    const standard = figures({ input: 1 })
    expect(lookup(llama, id, { tier: 'flex' })).toEqual({ unpriced: 'no price known for the flex tier', standard })
    expect(lookup(llama, id, { tier: 'reserved' })).toEqual({
      unpriced: 'reserved capacity is billed by the hour, not by token',
      standard,
    })
  })

  it('a row of another tier is no standard price', () => {
    const batch = bookOf(listed(1, { tier: 'batch' }))
    expect(lookup(batch, 'amazon.nova-micro-v1:0', {})).toEqual({ unpriced: 'no price known' })
    expect(lookup(batch, 'amazon.nova-micro-v1:0', { tier: 'batch' })).toMatchObject({
      perMillion: figures({ input: 1 }),
    })
  })

  describe('long prompts', () => {
    const SONNET = { model: 'claudesonnet4.5' }
    const id = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const plain = [
      listed(3, SONNET),
      listed(15, { ...SONNET, kind: 'output' }),
      listed(0.3, { ...SONNET, kind: 'cacheRead' }),
    ]

    it.each([
      [0, { input: 3, output: 15, cacheRead: 0.3 }],
      [128_000, { input: 3, output: 15, cacheRead: 0.3 }],
      [200_000, { input: 7, output: 22.5, cacheRead: 0.6 }],
      [272_000, { input: 7, output: 22.5, cacheRead: 0.6 }],
    ])('over %i tokens cost what the list says, and by the rule what it lacks', (promptOver, usd) => {
      const book = bookOf(...plain, listed(7, { ...SONNET, long: true }))
      expect(lookup(book, id, { promptOver })).toMatchObject({ perMillion: figures(usd) })
    })

    it('cost what short ones do where the list has no row of them', () => {
      expect(lookup(bookOf(...plain), id, { promptOver: 200_000 })).toMatchObject({
        perMillion: figures({ input: 3, output: 15, cacheRead: 0.3 }),
        source: 'aws-price-list',
      })
      expect(lookup(bookOf(...plain), id, { promptOver: 200_000, tier: 'batch' })).toMatchObject({
        perMillion: figures({ input: 1.5, output: 7.5, cacheRead: 0.15 }),
      })
    })

    it('cost the same of a model that has no other price for them', () => {
      expect(lookup(bookOf(listed(1)), 'amazon.nova-micro-v1:0', { promptOver: 272_000 })).toMatchObject({
        perMillion: figures({ input: 1 }),
        source: 'aws-price-list',
      })
    })

    it('have no price where the list has one and nobody says from which length on, unless it is the same', () => {
      const of = (usd: number) => bookOf(listed(1), listed(usd, { long: true }))
      expect(lookup(of(2), 'amazon.nova-micro-v1:0', { promptOver: 100_000 })).toEqual({
        unpriced: expect.stringMatching(/does not say how long/),
      })
      expect(lookup(of(2), 'amazon.nova-micro-v1:0', {})).toMatchObject({ perMillion: figures({ input: 1 }) })
      expect(lookup(of(1), 'amazon.nova-micro-v1:0', { promptOver: 100_000 })).toMatchObject({
        perMillion: figures({ input: 1 }),
      })
    })
  })
})

describe('a model that has other tokens than those of text', () => {
  const SONIC = { model: 'novasonic' }
  const speech = (usd: number) =>
    bookOf(
      listed(0.06, SONIC),
      listed(0.24, { ...SONIC, kind: 'output' }),
      listed(usd, { ...SONIC, modality: 'speech' }),
    )
  const lookup = (book: ReturnType<typeof bookOf>) => book.lookup('amazon.nova-sonic-v1:0', 'us-east-1', TODAY)

  it('has no price where they cost something else, as nothing tells them apart', () => {
    expect(lookup(speech(3.4))).toEqual({
      unpriced:
        'the AWS Price List has another price for its speech tokens, and records do not distinguish them from text',
    })
  })

  it('has one where they cost the same', () => {
    expect(lookup(speech(0.06))).toMatchObject({ perMillion: figures({ input: 0.06, output: 0.24 }) })
  })
})

describe('on days past', () => {
  const id = 'amazon.nova-micro-v1:0'
  const book = bookOf(
    listed(5, { from: '2026-11-10', to: '2026-11-14' }),
    listed(7, { from: '2026-11-18' }),
    listed(9, { kind: 'output', from: '2026-11-18' }),
  )
  const on = (day: string) => book.lookup(id, 'us-east-1', new Date(day))

  test('what was seen then holds', () => {
    expect(on('2026-11-12T23:59:59Z')).toMatchObject({
      perMillion: figures({ input: 5 }),
      when: 'seen',
      asOf: '2026-11-14',
    })
    expect(on('2026-11-18')).toMatchObject({
      perMillion: figures({ input: 7, output: 9 }),
      when: 'seen',
      asOf: '2026-11-23',
    })
  })

  test('between two prices the first holds, and it is said', () => {
    expect(on('2026-11-16')).toStrictEqual({
      perMillion: figures({ input: 5 }),
      source: 'aws-price-list',
      when: 'between',
      asOf: '2026-11-14',
      until: '2026-11-18',
    })
  })

  test('before all that was seen, the first is told as such', () => {
    expect(on('2026-11-01')).toMatchObject({ perMillion: figures({ input: 5 }), when: 'before', asOf: '2026-11-10' })
  })

  test('the days on which something changes are known', () => {
    expect(book.changes.map((day) => new Date(day).toISOString().slice(0, 10))).toEqual([
      '2026-11-10',
      '2026-11-15',
      '2026-11-18',
      '2026-11-24',
    ])
  })
})
