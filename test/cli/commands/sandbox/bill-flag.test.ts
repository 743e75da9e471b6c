import { describe, expect, test } from '@jest/globals'
import { BILL_FLAG, billOptions } from '../../../../src/cli/commands/sandbox/index.ts'

describe('sandbox --bill', () => {
  test('names what makes a bill another', () => {
    const words = ['discount=12.5', 'credits=5', 'refunds=1', 'tax=19', 'late=2', 'private-rate=10']
    for (const word of words) expect(BILL_FLAG.check?.(word)).toBeUndefined()
    const { rateOff, ...told } = billOptions(words)
    expect(told).toEqual({ discountPercent: 12.5, creditsUsd: 5, refundsUsd: 1, taxPercent: 19, lateDays: 2 })
    expect(rateOff?.({} as never)).toBe(10)
    expect(billOptions([])).toEqual({})
  })

  test.each(['discount', 'discount=', 'discount=-1', 'discount=x', 'rebate=5', '=5'])('%s is none', (word) => {
    expect(BILL_FLAG.check?.(word)).toMatch(/^one of private-rate=N, discount=N/)
  })
})
