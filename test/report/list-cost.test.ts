import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { chargesAt, TOKEN_KINDS } from '../../src/report/charges.ts'
import { toNano, toUsd } from '../../src/report/money.ts'
import type { Price, PriceBook } from '../../src/report/prices/book.ts'
import { parseOverrides } from '../../src/report/prices/overrides.ts'
import { withOverrides } from '../../src/report/prices/with-overrides.ts'
import {
  addSpend,
  addSpends,
  noSpend,
  roundAlone,
  roundTogether,
  type Spend,
  toSpending,
} from '../../src/report/spending.ts'
import { noCounters } from '../../src/report/tally.ts'

const figure = fc.bigInt({ min: 1n, max: 10n ** 14n })
const MODELS = ['listed.one', 'listed.two', 'mine.one', 'nobody.knows'] as const

/** A list of two models, and prices of one's own: a discount on all, amounts for a model that the list does not have. */
const anyBook = fc
  .record({ one: figure, two: figure, percent: fc.integer({ min: 0, max: 100 }), own: fc.nat(100) })
  .map(({ one, two, percent, own }): PriceBook => {
    const of = (price: bigint): Price => ({
      perMillion: Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, price])),
      source: 'list',
      asOf: null,
      warnings: [],
    })
    const list = new Map([
      ['listed.one', of(one)],
      ['listed.two', of(two)],
    ])
    const prices = parseOverrides({ 'listed.*': { discountPercent: percent }, 'mine.*': { inputPerMillion: own } }, 'm')
    return withOverrides({ prices, source: 'm' }, { lookup: (id) => list.get(id) ?? { unpriced: 'no price known' } })
  })
const anyRow = fc.record({
  model: fc.constantFrom(...MODELS),
  input: fc.nat(1e6),
  output: fc.nat(1e6),
  part: fc.nat(3),
})

test('at the list’s prices, too, parts add up to the whole exactly, and what is not discounted is the same sum', () => {
  fc.assert(
    fc.property(anyBook, fc.array(anyRow, { maxLength: 20 }), (book, rows) => {
      const parts = new Map<number, Spend>()
      let [exact, yours] = [0n, 0n]
      for (const { model, input, output, part } of rows) {
        const found = book.lookup(model, 'r', new Date(0))
        const counters = { ...noCounters(), inputTokens: input, outputTokens: output }
        const charges = chargesAt('unpriced' in found ? undefined : found)({ counters })
        for (const { amount, listAmount = amount } of charges) {
          exact += listAmount ?? 0n
          yours += amount ?? 0n
        }
        const sum = parts.get(part) ?? noSpend()
        addSpend(sum, { counters }, { charges, isPriced: !('unpriced' in found) })
        parts.set(part, sum)
      }
      const all = noSpend()
      addSpends(all, [...parts.values()])
      const total = toSpending(roundAlone(all))
      const nanos = (usd: number | null) => BigInt(Math.round((usd ?? 0) * 1e9))
      const told = roundTogether([...parts.values()]).map(toSpending)
      expect(told.reduce((sum, { listCostUsd }) => sum + nanos(listCostUsd), 0n)).toBe(nanos(total.listCostUsd))
      expect(total.listCostUsd ?? 0).toBe(toUsd(toNano(exact)))
      expect(total.costUsd ?? 0).toBe(toUsd(toNano(yours)))
      if (!all.list)
        expect([total.listCostUsd, ...told.map((one) => one.listCostUsd)]).toEqual([
          total.costUsd,
          ...told.map((one) => one.costUsd),
        ])
    }),
  )
})

test('what the list has no price for is in no sum of it, and that is said', () => {
  const prices = parseOverrides({ 'mine.one': { inputPerMillion: 2 } }, 'm')
  const book = withOverrides({ prices, source: 'm' }, { lookup: () => ({ unpriced: 'no price known' }) })
  const found = book.lookup('mine.one', 'r', new Date(0))
  const counters = { ...noCounters(), inputTokens: 1_000_000 }
  const sum = noSpend()
  addSpend(
    sum,
    { counters },
    { charges: chargesAt('unpriced' in found ? undefined : found)({ counters }), isPriced: true },
  )
  expect(toSpending(roundAlone(sum))).toMatchObject({ costUsd: 2, listCostUsd: null })
  const both = noSpend()
  const listed = { perMillion: { input: 10n ** 12n }, source: 'list', asOf: null, warnings: [] }
  addSpend(both, { counters }, { charges: chargesAt(listed)({ counters }), isPriced: true })
  addSpends(both, [sum])
  expect(toSpending(roundAlone(both))).toMatchObject({ costUsd: 3, listCostUsd: 1, listCostIsFloor: true })
})
