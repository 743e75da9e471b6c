import { describe, expect, it, test } from '@jest/globals'
import { parsePrice } from '../../../src/report/money.ts'
import { layered, type PriceBook } from '../../../src/report/prices/book.ts'
import { overridesBook, parseOverrides } from '../../../src/report/prices/overrides.ts'

const AT = new Date('2026-11-23')
const PROFILE = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6'

describe('the prices of a configuration file', () => {
  const book = overridesBook(
    parseOverrides(
      {
        'amazon.nova-pro-v1:0': [
          { inputPerMillion: 0.7, outputPerMillion: 2.9 },
          { region: 'eu-west-1', inputPerMillion: 0.9 },
        ],
        [PROFILE]: { inputPerMillion: 1, cacheWrite1hPerMillion: 2, perImage: 0.01 },
      },
      'mine.json',
    ),
    'mine.json',
  )

  it('hold everywhere, or in the Region that they name', () => {
    const input = (region: string) => book.lookup('amazon.nova-pro-v1:0', region, AT)
    expect(input('us-east-1')).toMatchObject({ perMillion: { input: parsePrice(0.7) }, source: 'mine.json' })
    expect(input('eu-west-1')).toMatchObject({ perMillion: { input: parsePrice(0.9) } })
  })

  it('hold for ARNs, too, of models and of profiles', () => {
    expect(
      book.lookup('arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'us-east-1', AT),
    ).toHaveProperty('perMillion')
    expect(book.lookup(PROFILE, 'us-east-1', AT)).toMatchObject({
      perMillion: { input: parsePrice(1), cacheWrite1h: parsePrice(2) },
      perImage: parsePrice(0.01),
    })
  })

  it('say nothing of other ids', () => {
    expect(book.lookup('us.amazon.nova-pro-v1:0', 'us-east-1', AT)).toHaveProperty('unpriced')
    expect(book.lookup('constructor', 'us-east-1', AT)).toHaveProperty('unpriced')
  })

  test.each([
    [[], /prices is not an object/],
    [{ m: 3 }, /prices of m: 3 is not an object/],
    [null, /prices is not an object/],
    [{ m: null }, /prices of m: null is not an object/],
    [{ m: { region: 3, inputPerMillion: 1 } }, /region is not a Region's name/],
    [{ m: { inputPerMillion: null } }, /inputPerMillion is null: not an amount/],
    [
      { m: { input: 3 } },
      /unknown key 'input'; there are region, inputPerMillion, outputPerMillion, cacheReadPerMillion, cacheWritePerMillion, cacheWrite1hPerMillion, .*perImage$/,
    ],
    [
      {
        m: [
          { region: 'us-east-1', perImage: 1 },
          { region: 'us-east-1', perImage: 2 },
        ],
      },
      /given twice for us-east-1/,
    ],
    [{ m: { inputPerMillion: '3' } }, /inputPerMillion is "3": not an amount/],
    [{ m: { inputPerMillion: -1 } }, /not an amount/],
    [{ m: { perImage: 1e-15 } }, /not an amount/],
    [{ m: { region: '', inputPerMillion: 1 } }, /region is not/],
    [{ m: { region: 'us-east-1' } }, /there is no price in it/],
    [{ m: [{ inputPerMillion: 1 }, { outputPerMillion: 1 }] }, /given twice for every Region/],
  ])('%j is refused with what is wrong', (value, message) => {
    const refused = () => parseOverrides(value, 'mine.json')
    expect(refused).toThrow(message)
    expect(refused).toThrow(/^mine\.json: /)
    expect(refused).toThrow(expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('"prices": {') }))
  })

  it('may be nothing: what is free costs zero', () => {
    const free = overridesBook(parseOverrides({ m: { inputPerMillion: 0 } }, 'mine.json'), 'mine.json')
    expect(free.lookup('m', 'us-east-1', AT)).toStrictEqual({
      perMillion: { input: 0n },
      source: 'mine.json',
      asOf: null,
      warnings: [],
    })
  })

  it('for one Region hold in no other', () => {
    const one = overridesBook(parseOverrides({ m: { region: 'eu-west-1', inputPerMillion: 1 } }, 'mine.json'), 'x')
    expect(one.lookup('m', 'eu-west-1', AT)).toHaveProperty('perMillion')
    expect(one.lookup('m', 'eu-west-2', AT)).toEqual({ unpriced: 'no price known' })
  })
})

test('of several books the first that knows is believed, and the most telling reason is given', () => {
  const price = (source: string): PriceBook => ({
    lookup: () => ({ perMillion: {}, source, asOf: null, warnings: [] }),
  })
  const none = (unpriced: string): PriceBook => ({ lookup: () => ({ unpriced }) })
  const ask = (...books: PriceBook[]) => layered(books).lookup('m', 'r', AT)
  expect(ask(none('no price known'), price('b'), price('c'))).toMatchObject({ source: 'b' })
  expect(ask(none('no price known'), none('billed by the hour'), none('no price known'))).toEqual({
    unpriced: 'billed by the hour',
  })
  expect(ask()).toEqual({ unpriced: 'no price known' })
})
