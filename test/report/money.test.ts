import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { costOf, parsePrice, priceToUsd, scale, toNano, toUsd } from '../../src/report/money.ts'

describe('parsePrice', () => {
  it.each([
    [0, 0n],
    [3.3, 3_300_000_000_000n],
    [0.00875, 8_750_000_000n],
    [1e-7, 100_000n],
    [75, 75_000_000_000_000n],
    [1e-12, 1n],
    [1.5e-11, 15n],
    [1e21, 10n ** 33n],
  ])('reads %p as the decimal it was written as', (price, pico) => {
    expect(parsePrice(price)).toBe(pico)
  })

  it.each([
    [-1, 'not a price: -1'],
    [Number.NaN, 'not a price: NaN'],
    [Number.POSITIVE_INFINITY, 'not a price: Infinity'],
    [1e-13, 'finer than a pico-dollar: 1e-13'],
    [0.0000000000125, 'finer than a pico-dollar: 1.25e-11'],
  ])('refuses %p, and says what it is', (price, message) => {
    expect(() => parsePrice(price)).toThrow(new RangeError(message))
  })

  test('a price is printed as it was read', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.integer({ min: 0, max: 6 }), (digits, places) => {
        const price = Number(`${digits}e-${places}`)
        expect(priceToUsd(parsePrice(price))).toBe(price)
      }),
    )
  })
})

describe('costs', () => {
  test('a million tokens cost the price per million, to the last digit', () => {
    expect(toUsd(toNano(costOf(1_000_000, parsePrice(0.00875))))).toBe(0.00875)
  })

  test('one token at 8.75 nano-dollars is rounded once, half to even', () => {
    expect(toNano(costOf(1, parsePrice(0.00875)))).toBe(9n)
    expect(toNano(costOf(2, parsePrice(0.00125)))).toBe(2n)
    expect(toNano(costOf(2, parsePrice(0.00175)))).toBe(4n)
  })

  test('what is rounded is off by at most half a nano-dollar, and by half only where it is even', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 30n }),
        fc.constantFrom(0n, 1n, 499_999_999n, 500_000_000n),
        (whole, rest) => {
          const exact = whole * 1_000_000_000n + rest
          const off = toNano(exact) * 1_000_000_000n - exact
          expect(off >= -500_000_000n && off <= 500_000_000n).toBe(true)
          if (off === 500_000_000n || off === -500_000_000n) expect(toNano(exact) % 2n).toBe(0n)
        },
      ),
    )
  })

  test('0.1 and 0.2 dollars make 0.3, without float noise', () => {
    expect(toUsd(toNano(costOf(100_000, parsePrice(1)) + costOf(100_000, parsePrice(2))))).toBe(0.3)
  })

  test('adding tokens and adding costs come to the same', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat({ max: 10_000_000 }), (a, b, micro) => {
        const price = parsePrice(Number(`${micro}e-6`))
        expect(costOf(a, price) + costOf(b, price)).toBe(costOf(a + b, price))
      }),
    )
  })

  test('a run rate is rounded half to even', () => {
    expect(scale(5n, 1, 2)).toBe(2n)
    expect(scale(7n, 1, 2)).toBe(4n)
    expect(scale(1n, 720, 24)).toBe(30n)
    expect(scale(7n, 1, -2)).toBe(-4n)
    expect(scale(-7n, 1, -3)).toBe(2n)
  })
})
