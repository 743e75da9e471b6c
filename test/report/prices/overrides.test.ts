import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePrice, priceToUsd } from '../../../src/report/money.ts'
import type { Price, PriceBook } from '../../../src/report/prices/book.ts'
import { isLike, strayKeys } from '../../../src/report/prices/override-keys.ts'
import { parseOverrides } from '../../../src/report/prices/overrides.ts'
import { withOverrides } from '../../../src/report/prices/with-overrides.ts'
import { STANDARD_TERMS, type Terms } from '../../../src/report/terms.ts'

const AT = new Date('2026-11-23T10:00:00Z')
const US = 'us-east-1'
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const MODEL_ARN = `arn:aws:bedrock:${US}::foundation-model/${SONNET}`
const PROFILE = `arn:aws:bedrock:${US}:111122223333:application-inference-profile/a1b2c3d4e5f6`

const price = (...[input, output, cacheRead]: number[]): Price => ({
  perMillion: {
    ...(input !== undefined && { input: parsePrice(input) }),
    ...(output !== undefined && { output: parsePrice(output) }),
    ...(cacheRead !== undefined && { cacheRead: parsePrice(cacheRead) }),
  },
  source: 'the-list',
  asOf: '2026-11-01',
  warnings: [],
})

/** Every model at 3 / 15 / 0.3, flex at half, prompts over 200k of Claude at the double; what begins with `new.` has no price. */
const LIST: PriceBook = {
  changes: [],
  lookup(id, _region, _at, { tier, promptOver }: Terms = STANDARD_TERMS) {
    if (id.startsWith('new.') || id.startsWith('arn:') || id.length === 12) return { unpriced: 'no price known' }
    if (tier === 'flex') return price(1.5, 7.5, 0.15)
    if (tier !== 'standard') return { unpriced: `no price known for the ${tier} tier` }
    return promptOver > 0 && id.includes('claude') ? price(6, 22.5, 0.6) : price(3, 15, 0.3)
  },
}

const bookOf = (prices: unknown, modelOf?: (id: string) => string | undefined) =>
  withOverrides({ prices: parseOverrides(prices, 'mine.json'), source: 'mine.json' }, LIST, modelOf)

/** Input, output, cache read in dollars; undefined where there is no price. */
function usdOf(book: PriceBook, id: string, { region = US, at = AT, terms = STANDARD_TERMS } = {}) {
  const found = book.lookup(id, region, at, terms)
  if ('unpriced' in found) return undefined
  const { input, output, cacheRead } = found.perMillion
  return [input, output, cacheRead].map((figure) => (figure === undefined ? undefined : priceToUsd(figure)))
}

describe('which of the keys holds for a call', () => {
  test.each([
    [
      'the id as it was called',
      `us.${SONNET}`,
      { [`us.${SONNET}`]: 1, [SONNET]: 2, 'us.anthropic.claude-*': 3, '*': 4 },
    ],
    [
      'then the id without its prefix',
      `us.${SONNET}`,
      { [`eu.${SONNET}`]: 9, [SONNET]: 1, 'us.anthropic.*': 3, '*': 4 },
    ],
    ['of a global profile, too', `global.${SONNET}`, { [SONNET]: 1, '*': 4 }],
    [
      'then the pattern with most characters',
      `us.${SONNET}`,
      { '*': 4, '*claude*': 3, 'anthropic.claude-*': 1, 'us.*': 5 },
    ],
    ['a pattern of the id without prefix', `eu.${SONNET}`, { 'amazon.*': 9, 'anthropic.*': 1, '*': 2 }],
    ['a pattern of the id as it was called', `eu.${SONNET}`, { 'us.*': 9, 'eu.*': 1, '*': 2 }],
    ['of an ARN of a model', `arn:aws:bedrock:${US}::foundation-model/${SONNET}`, { [SONNET]: 1, '*': 2 }],
    ['of an ARN of a profile', `arn:aws:bedrock:${US}:1:inference-profile/us.${SONNET}`, { [SONNET]: 1, 'us.*': 2 }],
    [
      'under the ARN of a model in that Region',
      SONNET,
      { [MODEL_ARN.replace(US, 'eu-west-1')]: 9, [MODEL_ARN]: 1, '*': 2 },
    ],
    [
      'under that of a profile',
      `us.${SONNET}`,
      { [`arn:aws:bedrock:${US}:1:inference-profile/us.${SONNET}`]: 1, [SONNET]: 2 },
    ],
    ['of such ARNs as a pattern', SONNET, { 'arn:aws:bedrock:*::foundation-model/anthropic.*': 1, '*': 2 }],
    [
      'with or without a version',
      SONNET.replace(/-v1:0$/, ''),
      { [SONNET.replace(/1:0$/, '2:0')]: 9, [SONNET]: 1, '*': 2 },
    ],
    ['of an application profile, by its ARN', PROFILE, { [PROFILE]: 1, [SONNET]: 2, '*': 3 }],
    ['and by its bare id', 'a1b2c3d4e5f6', { [PROFILE]: 1, [SONNET]: 2, '*': 3 }],
    ['of its ARN under its bare id', PROFILE, { a1b2c3d4e5f6: 1, [SONNET]: 2, '*': 3 }],
    ['its ARN before its bare id', PROFILE, { a1b2c3d4e5f6: 2, [PROFILE]: 1 }],
    ['and not under the ARN of another Region', PROFILE, { [PROFILE.replace(US, 'eu-west-1')]: 9, '*': 1 }],
    ['the model behind it before patterns', PROFILE, { [SONNET]: 1, [PROFILE.replace(/\w+$/, '*')]: 2 }],
    ['all such profiles', PROFILE, { [PROFILE.replace(/\w+$/, '*')]: 1, '*': 2 }],
    ['all such profiles by a bare id', 'a1b2c3d4e5f6', { 'arn:*:application-inference-profile/*': 1, '*': 2 }],
    ['but none of another Region', 'a1b2c3d4e5f6', { [PROFILE.replace(US, 'eu-west-1')]: 9, '*': 1 }],
  ])('%s', (_title, id, keys) => {
    const prices = Object.fromEntries(Object.entries(keys).map(([key, usd]) => [key, { inputPerMillion: usd }]))
    expect(
      usdOf(
        bookOf(prices, (called) => (/a1b2c3d4e5f6$/.test(called) ? SONNET : undefined)),
        id,
      )?.[0],
    ).toBe(1)
  })

  test.each([
    ['the Region before none', [{ inputPerMillion: 2 }, { region: US, inputPerMillion: 1 }], 1],
    ['not another Region', [{ region: 'eu-west-1', inputPerMillion: 2 }], 3],
    ['days before none', [{ inputPerMillion: 2 }, { from: '2026-11-23', to: '2026-11-23', inputPerMillion: 1 }], 1],
    ['from its first day', [{ from: '2026-11-24', inputPerMillion: 1 }], 3],
    ['to its last, which is included', [{ to: '2026-11-23', inputPerMillion: 1 }], 1],
    ['and not after', [{ to: '2026-11-22', inputPerMillion: 1 }], 3],
  ])('under one key: %s', (_title, list, usd) => {
    expect(usdOf(bookOf({ [SONNET]: list }), SONNET)?.[0]).toBe(usd)
  })

  it('is the next, where nothing under a key is of that Region or day', () => {
    const book = bookOf({ [SONNET]: { region: 'eu-west-1', inputPerMillion: 1 }, '*': { discountPercent: 50 } })
    expect(usdOf(book, SONNET)).toEqual([1.5, 7.5, 0.15])
  })

  it('may change with the days that they name', () => {
    const book = bookOf({ m: { from: '2026-11-01', to: '2026-11-30', inputPerMillion: 1 } })
    expect(book.changes).toEqual([Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)])
  })
})

describe('what an override says', () => {
  it('in amounts stands for the list’s, and what it does not name stays', () => {
    const book = bookOf({ [SONNET]: { inputPerMillion: 2, outputPerMillion: 10 } })
    expect(usdOf(book, SONNET)).toEqual([2, 10, 0.3])
    expect(book.lookup(SONNET, US, AT)).toMatchObject({
      source: 'mine.json + the-list',
      asOf: null,
      list: { perMillion: price(3, 15, 0.3).perMillion },
    })
  })

  it('in percent comes off every kind, tier and length of prompt', () => {
    const book = bookOf({ '*': { discountPercent: 10 } })
    const ask = (terms: Partial<Terms>) => usdOf(book, SONNET, { terms: { ...STANDARD_TERMS, ...terms } })
    expect(ask({})).toEqual([2.7, 13.5, 0.27])
    expect(ask({ tier: 'flex' })).toEqual([1.35, 6.75, 0.135])
    expect(ask({ promptOver: 200_000 })).toEqual([5.4, 20.25, 0.54])
    expect(ask({ tier: 'priority' })).toBeUndefined()
    expect(book.lookup(SONNET, US, AT)).toMatchObject({ source: 'the-list less 10 % (mine.json)', asOf: '2026-11-01' })
  })

  it('in both comes off what it does not name', () => {
    expect(usdOf(bookOf({ [SONNET]: { inputPerMillion: 2, discountPercent: 20 } }), SONNET)).toEqual([2, 12, 0.24])
  })

  it('in amounts is of standard calls, or of the tier that it names', () => {
    const terms = { ...STANDARD_TERMS, tier: 'flex' as const }
    expect(usdOf(bookOf({ [SONNET]: { inputPerMillion: 2 } }), SONNET, { terms })).toEqual([1.5, 7.5, 0.15])
    const flex = bookOf({ [SONNET]: { tier: 'flex', inputPerMillion: 1 } })
    expect(usdOf(flex, SONNET, { terms })).toEqual([1, 7.5, 0.15])
    expect(usdOf(flex, SONNET)).toEqual([3, 15, 0.3])
  })

  it('in amounts is of long prompts, too, unless the list has another price for these', () => {
    const terms = { ...STANDARD_TERMS, promptOver: 200_000 }
    const book = bookOf({ '*': { inputPerMillion: 2 } })
    expect(usdOf(book, SONNET, { terms })).toEqual([6, 22.5, 0.6])
    expect(usdOf(book, 'amazon.nova-pro-v1:0', { terms })).toEqual([2, 15, 0.3])
    expect(usdOf(book, 'new.model', { terms })).toEqual([2, undefined, undefined])
  })

  it('is a price where the list has none, if it is an amount', () => {
    expect(bookOf({ 'new.*': { inputPerMillion: 1 } }).lookup('new.model', US, AT)).toStrictEqual({
      perMillion: { input: parsePrice(1) },
      source: 'mine.json',
      asOf: null,
      list: null,
      warnings: [],
    })
    expect(bookOf({ 'new.*': { discountPercent: 5 } }).lookup('new.model', US, AT)).toHaveProperty('unpriced')
  })

  it('may be nothing: what is free costs zero', () => {
    expect(usdOf(bookOf({ [SONNET]: { inputPerMillion: 0 } }), SONNET)?.[0]).toBe(0)
    expect(usdOf(bookOf({ '*': { discountPercent: 100 } }), SONNET)).toEqual([0, 0, 0])
  })

  it('may come on top, as a reseller’s charge', () => {
    expect(usdOf(bookOf({ '*': { discountPercent: -5 } }), SONNET)).toEqual([3.15, 15.75, 0.315])
  })

  it('says nothing of other ids', () => {
    const book = bookOf({ [SONNET]: { inputPerMillion: 1 } })
    expect(book.lookup('amazon.nova-pro-v1:0', US, AT)).toEqual(price(3, 15, 0.3))
    expect(book.lookup('constructor', US, AT)).toEqual(price(3, 15, 0.3))
  })
})

describe('the prices of a configuration file', () => {
  test.each([
    [[], /prices is not an object/],
    [{ m: 3 }, /prices of m: 3 is not an object/],
    [null, /prices is not an object/],
    [{ m: null }, /prices of m: null is not an object/],
    [{ m: { region: 3, inputPerMillion: 1 } }, /region is 3: not the name of a Region/],
    [{ m: { inputPerMillion: null } }, /inputPerMillion is null: not an amount/],
    [
      { m: { input: 3 } },
      /unknown key 'input'; known keys are region, tier, from, to, discountPercent, inputPerMillion, /,
    ],
    [
      { m: [1, 2].map((perImage) => ({ region: 'us-east-1', perImage })) },
      /prices of m are given twice for us-east-1$/,
    ],
    [{ m: { inputPerMillion: '3' } }, /inputPerMillion is "3": not an amount/],
    [{ m: { inputPerMillion: -1 } }, /not an amount/],
    [{ m: { perImage: 1e-15 } }, /not an amount/],
    [{ m: { inputPerMillion: 1e30 } }, /not an amount/],
    [{ m: { region: '', inputPerMillion: 1 } }, /region is "": not the name of a Region/],
    [{ m: { region: 'US-EAST-1', inputPerMillion: 1 } }, /region is "US-EAST-1"/],
    [{ m: { region: 'us', discountPercent: 1 } }, /region is "us"/],
    [{ m: [] }, /no price is given/],
    [{ m: { region: 'us-east-1' } }, /no price is given/],
    [{ m: { from: '2026-01-01' } }, /no price is given/],
    [{ m: [{ inputPerMillion: 1 }, { outputPerMillion: 1 }] }, /given twice for every Region/],
    [{ m: { tier: 'cheap', inputPerMillion: 1 } }, /tier is "cheap": not one of standard, flex/],
    [{ m: { from: '2026-02-30', inputPerMillion: 1 } }, /from is "2026-02-30": not a day/],
    [{ m: { to: '1.2.2026', inputPerMillion: 1 } }, /to is "1.2.2026": not a day/],
    [{ m: { from: '2026-02-02', to: '2026-02-01', inputPerMillion: 1 } }, /from 2026-02-02 is after to 2026-02-01/],
    [{ m: { discountPercent: 101 } }, /discountPercent is 101: not a number from -100 to 100/],
    [{ m: { discountPercent: '10%' } }, /discountPercent is "10%"/],
    [
      {
        m: [
          { from: '2026-01-01', to: '2026-06-30', inputPerMillion: 1 },
          { from: '2026-06-30', inputPerMillion: 2 },
        ],
      },
      /given twice for every Region, from 2026-06-30$/,
    ],
  ])('%j is refused with what is wrong', (value, message) => {
    const refused = () => parseOverrides(value, 'mine.json')
    expect(refused).toThrow(message)
    expect(refused).toThrow(/^mine\.json: /)
    expect(refused).toThrow(expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('"prices": {') }))
  })

  it('may follow one another, and go by Region and tier', () => {
    const list = [
      { inputPerMillion: 1 },
      { tier: 'flex', inputPerMillion: 1 },
      { from: '2026-01-01', to: '2026-06-30', inputPerMillion: 1 },
      { from: '2026-07-01', inputPerMillion: 2 },
    ]
    expect(parseOverrides({ m: list }, 'x').get('m')).toEqual(list)
  })
})

describe('keys of no model', () => {
  const strays = (keys: readonly string[]) =>
    strayKeys(parseOverrides(Object.fromEntries(keys.map((key) => [key, { discountPercent: 1 }])), 'x'), [
      `us.${SONNET}`,
      'amazon.nova-pro-v1:0',
    ])

  it('are told with the nearest id', () => {
    expect(strays(['amazon.nova-prp-v1:0', 'anthropic.cloude-*'])).toEqual([
      { key: 'amazon.nova-prp-v1:0', nearest: 'amazon.nova-pro-v1:0' },
      { key: 'anthropic.cloude-*', nearest: expect.any(String) },
    ])
    expect(strays(['antropic.*', '*nova_pro*', 'zmazon.n*'])).toEqual([
      { key: 'antropic.*', nearest: SONNET },
      { key: '*nova_pro*', nearest: 'amazon.nova-pro-v1:0' },
      { key: 'zmazon.n*', nearest: 'amazon.nova-pro-v1:0' },
    ])
    expect(strays([''])).toEqual([{ key: '', nearest: null }])
    // The OpenAI-compatible endpoint has the same models.
    expect(strays(['bedrock-mantle/*', 'bedrock-mantle/amazon.nova-pro-v1:0'])).toEqual([])
    const [{ nearest } = {}] = strays(['bedrock-mantle/amazon.nova-prp-v1:0'])
    expect(nearest).toBe('bedrock-mantle/amazon.nova-pro-v1:0')
  })

  it('are none that hold for one, nor what cannot be known', () => {
    const known = [
      `us.${SONNET}`,
      SONNET,
      SONNET.replace(/:0$/, ''),
      '*claude*',
      'anthropic.*',
      '*',
      'a1b2c3d4e5f6',
      PROFILE,
    ]
    expect(strays([...known, `arn:aws:bedrock:${US}::foundation-model/${SONNET}`])).toEqual([])
  })
})

test('a pattern stands for what the same regular expression does, in no time', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 12 })
  fc.assert(
    fc.property(word, word, (pattern, text) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*')
      expect(isLike(pattern, text)).toBe(new RegExp(`^${source}$`, 's').test(text))
    }),
  )
  expect(isLike(`${'*a'.repeat(200)}b`, 'a'.repeat(2_000))).toBe(false)
})
