import { describe, expect, it } from '@jest/globals'
import { costFormat, percent, whole } from '../../../src/report/formats/numbers.ts'

describe('numbers for people', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [1_234_567.6, '1,234,568'],
  ])('%p is %s', (value, text) => {
    expect(whole(value)).toBe(text)
  })

  it.each([
    [0, '0.0%'],
    [0.0004, '<0.1%'],
    [0.0375, '3.8%'],
    [1, '100.0%'],
  ])('a rate of %p is %s', (rate, text) => {
    expect(percent(rate)).toBe(text)
  })

  it.each([
    [
      [1_234.5, 2, 0, 0.004],
      ['$1,234.50', '$2.00', '$0.00', '<$0.01'],
    ],
    [
      [12, 0.0375],
      ['$12.0000', '$0.0375'],
    ],
    [
      [0.000021, null],
      ['$0.000021', 'unpriced'],
    ],
    [[], []],
  ])('costs of %j have the decimals that the largest leaves room for', (costs, texts) => {
    expect(costs.map(costFormat(costs))).toEqual(texts)
  })
})
