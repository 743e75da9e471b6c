import { describe, expect, test } from '@jest/globals'
import { type PolicyLine, policyId, pricePolicies } from '../../src/report/features.ts'
import { priceListBook } from '../../src/report/prices/price-list/book.ts'
import { liveFirst } from '../../src/report/prices/price-list/live-first.ts'
import { parseProduct } from '../../src/report/prices/price-list/products.ts'
import { decodePrices, encodePrices, remember } from '../../src/report/prices/price-list/seen.ts'

const NOW = Date.UTC(2026, 10, 23)

/** A row of AWS's list. */
const product = (usagetype: string, USD: string, unit = 'TextUnits') =>
  JSON.stringify({
    product: { attributes: { usagetype, regionCode: 'us-east-1', model: 'Guardrails', feature: 'Guardrail' } },
    terms: { OnDemand: { one: { priceDimensions: { one: { unit, pricePerUnit: { USD } } } } } },
  })

function bookOf(...products: string[]) {
  const prices = remember(
    [],
    products.flatMap((text) => parseProduct(text).prices),
    NOW,
  )
  const stored = decodePrices(encodePrices({ prices, leftOut: [], readAt: NOW }), 'us-east-1')
  if (!stored) throw new Error('not read back')
  return liveFirst(priceListBook([stored]), { lookup: () => ({ unpriced: 'no price known' }) })
}

const line = (policy: string, textUnits: number | null): PolicyLine => ({
  account: '111122223333',
  region: 'us-east-1',
  policy,
  textUnits,
  intervened: 0,
})

const BOOK = bookOf(
  product('USE1-Guardrail-ContentPolicyUnitsConsumed', '0.0001500000'),
  product('USE1-Guardrail-ContextualGroundingPolicyUnitsConsumed', '0.0001000000'),
  product('USE1-Guardrail-WordPolicyUnitsConsumed', '0.0000000000'),
  product('USE1-Guardrail-SensitiveInformationPolicyPaidUnitsConsumed', '0.0001000000'),
  product('USE1-Guardrail-ContentPolicyImageUnitsConsumed', '0.00075', 'Images'),
)

const costOf = (policy: string, textUnits: number | null, book = BOOK) =>
  pricePolicies([line(policy, textUnits)], book, new Date(NOW))[0]

describe('what guardrails cost', () => {
  test.each([
    ['ContentPolicy', 1_762, 0.2643],
    ['ContentPolicy', 0, 0],
    ['ContextualGroundingPolicy', 3, 0.0003],
    ['WordPolicy', 1_000_000, 0],
  ])('%s: %d text units', (policy, textUnits, usd) => {
    expect(costOf(policy, textUnits)).toEqual({ ...line(policy, textUnits), costUsd: usd })
  })

  test.each<[string, string, number | null, RegExp]>([
    ['a policy that the list does not have', 'TopicPolicy', 5, /no price known/],
    [
      'filters of personal data and regular expressions, counted as one',
      'SensitiveInformationPolicy',
      5,
      /counts .* together with/,
    ],
    ['units that were not told', 'ContentPolicy', null, /did not return/],
    ['a policy that nobody knows', 'toString', 5, /no price known/],
  ])('is not guessed of %s', (_, policy, textUnits, why) => {
    expect(costOf(policy, textUnits)).toMatchObject({ costUsd: null, unpriced: expect.stringMatching(why) })
  })

  test('is not taken from another Region, nor from a row of another unit', () => {
    const other = { ...line('ContentPolicy', 5), region: 'eu-west-1' }
    expect(pricePolicies([other], BOOK, new Date(NOW))).toMatchObject([{ costUsd: null }])
    const hours = bookOf(product('USE1-Guardrail-ContentPolicyUnitsConsumed', '0.00015', 'hours'))
    expect(costOf('ContentPolicy', 5, hours)).toMatchObject({ costUsd: null })
  })

  test('a price of $0 is believed of word filters alone', () => {
    const free = bookOf(product('USE1-Guardrail-ContentPolicyUnitsConsumed', '0.0'))
    expect('unpriced' in free.lookup(policyId('ContentPolicy'), 'us-east-1', new Date(NOW))).toBe(true)
  })
})
