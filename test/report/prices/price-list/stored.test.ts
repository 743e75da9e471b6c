import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { SeenPrice } from '../../../../src/report/prices/price-list/seen.ts'
import { decodePrices, encodePrices } from '../../../../src/report/prices/price-list/stored.ts'

const REGION = 'us-east-1'
const PRICE: SeenPrice = {
  model: 'novamicro',
  region: REGION,
  routing: 'in-region',
  tier: 'flex',
  long: false,
  mantle: false,
  kind: 'input',
  price: 35_000_000_000n,
  from: '2026-11-20',
  to: '2026-11-28',
}
const LIST = {
  prices: [PRICE, { ...PRICE, kind: 'cacheWrite30m', alias: 'nova', modality: 'speech' } as const],
  leftOut: [{ reason: 'unit', rows: 3, example: 'USE1-X-input-tokens' } as const],
  readAt: 5,
}
const TEXT = encodePrices(LIST)

describe('prices that are kept', () => {
  it('come back as they were', () => {
    expect(decodePrices(TEXT, REGION)).toStrictEqual(LIST)
  })

  test.each(Object.keys(PRICE))('one of them without its %s, or with another thing in its place, is none', (key) => {
    const text = (more: object) =>
      JSON.stringify({ version: 2, readAt: 5, leftOut: [], prices: [{ ...PRICE, price: '5', ...more }] })
    expect(decodePrices(text({}), REGION)).toHaveProperty('prices')
    expect(decodePrices(text({ [key]: 7 }), REGION)).toBeUndefined()
    expect(decodePrices(text({ [key]: undefined }), REGION)).toBeUndefined()
    expect(decodePrices(text({ [key]: 'constructor'.repeat(20) }), REGION)).toBeUndefined()
  })

  const price = { ...PRICE, price: '5' }
  test.each([
    ['one sound and one broken', { prices: [price, {}] }],
    ['one sound and none', { prices: [price, null] }],
    ['a price that only begins with a number', { prices: [{ ...price, price: '5n' }] }],
    ['a price beyond all that is plausible', { prices: [{ ...price, price: '10000000000000001' }] }],
    ['a price of a thousand digits', { prices: [{ ...price, price: '9'.repeat(1_000) }] }],
    ['a kind that there is none of', { prices: [{ ...price, kind: 'constructor' }] }],
    ['a routing that there is none of', { prices: [{ ...price, routing: 'lunar' }] }],
    ['a tier that there is none of', { prices: [{ ...price, tier: 'first class' }] }],
    ['a day that is none', { prices: [{ ...price, from: 'yesterday' }] }],
    ['a day that no calendar has', { prices: [{ ...price, to: '2026-13-01' }] }],
    ["another Region's", { prices: [{ ...price, region: 'eu-north-1' }] }],
    ['no list', { prices: {} }],
    ['no time', { readAt: undefined }],
    ['a time in words', { readAt: '5' }],
    ['a time that is no whole number', { readAt: 5.5 }],
    ['a time that no date can have', { readAt: 9_000_000_000_000_000 }],
    ['an earlier form', { version: 1 }],
    ['a later form', { version: 3 }],
    ['no word on what was left out', { leftOut: undefined }],
    ['a reason that there is none of', { leftOut: [{ reason: 'constructor', rows: 1, example: 'x' }] }],
    ['a count of nothing', { leftOut: [{ reason: 'unit', rows: 0, example: 'x' }] }],
    ['nothing for a count', { leftOut: [null] }],
  ])('%s are not believed', (_what, stored) => {
    const text = JSON.stringify({ version: 2, readAt: 5, leftOut: [], prices: [price], ...stored })
    expect(decodePrices(text, REGION)).toBeUndefined()
  })

  test('and what is no such text at all is not either', () => {
    for (const wrong of ['', 'x', '{}', 'null', '[]', TEXT.slice(0, -2), TEXT.replace('"35', '"-35')]) {
      expect([wrong, decodePrices(wrong, REGION)]).toEqual([wrong, undefined])
    }
    fc.assert(fc.property(fc.json(), (json) => decodePrices(json, REGION) === undefined))
  })
})
