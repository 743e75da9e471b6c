import { createHash } from 'node:crypto'
import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import type { SeenPrice } from '../../../../src/report/prices/price-list/seen.ts'
import { decodePrices, encodePrices } from '../../../../src/report/prices/price-list/seen.ts'

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

  test('with anything in them changed, or missing, are not believed', () => {
    fc.assert(
      fc.property(fc.nat({ max: TEXT.length - 1 }), fc.string({ maxLength: 3 }), (at, other) => {
        const text = TEXT.slice(0, at) + other + TEXT.slice(at + 1)
        return text === TEXT || decodePrices(text, REGION) === undefined
      }),
    )
  })

  test("another Region's are not believed", () => {
    expect(decodePrices(TEXT, 'eu-north-1')).toBeUndefined()
  })

  test('what other versions wrote, without a seal or with one of their own, is not believed', () => {
    const old = JSON.stringify({ version: 2, readAt: 5, leftOut: [], prices: [{ ...PRICE, price: '5' }] })
    const [seal = '', text = ''] = TEXT.split('\n')
    const plain = createHash('sha256').update(text).digest('hex')
    for (const other of [old, text, `${plain}\n${text}`, `${seal.toUpperCase()}\n${text}`]) {
      expect(decodePrices(other, REGION)).toBeUndefined()
    }
  })

  test('and what is no such text at all is not either', () => {
    for (const wrong of ['', 'x', '\n', '{}', 'null', '[]'])
      expect([wrong, decodePrices(wrong, REGION)]).toEqual([wrong, undefined])
    fc.assert(fc.property(fc.json(), (json) => decodePrices(json, REGION) === undefined))
  })
})
