import { expect, it, test } from '@jest/globals'
import { checkCurrency } from '../../../src/report/bill/line.ts'

test.each([undefined, '', 'USD', 'N/A'])('a bill in %p is read', (code) => {
  expect(() => checkCurrency(code)).not.toThrow()
})

it('refuses what would be taken for US dollars', () => {
  expect(() => checkCurrency('INR')).toThrow('the bill is in INR: only bills in US dollars can be read')
})
