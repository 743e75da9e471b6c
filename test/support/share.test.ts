import { expect, test } from '@jest/globals'
import { shareOf } from './share.ts'

const ITEMS = Array.from({ length: 20 }, (_, index) => index)
const PARTS = Array.from({ length: 12 }, (_, index) => shareOf(String(index + 1)))

test('the parts are all of it, and nothing twice', () => {
  expect(PARTS.flatMap((part) => part.of(ITEMS)).sort((a, b) => a - b)).toEqual(ITEMS)
  for (const row of ITEMS) {
    for (const column of ITEMS) expect(PARTS.filter((part) => part.has(row, column))).toHaveLength(1)
  }
  expect(shareOf('all').of(ITEMS)).toEqual(ITEMS)
})

test('thirds are all of it, too, and a part of twelve names its third', () => {
  const thirds = ['1', '2', '3'].map((part) => shareOf(part, 3))
  expect(thirds.flatMap((third) => third.of(ITEMS)).sort((a, b) => a - b)).toEqual(ITEMS)
  expect(['4', '5', '6'].map((part) => shareOf(part, 3).of(ITEMS))).toEqual(thirds.map((third) => third.of(ITEMS)))
  expect(thirds.map((third) => third.runs(40))).toEqual([14, 14, 14])
  expect(shareOf('all', 3)).toMatchObject({ isAll: true })
  expect(shareOf('all', 3).runs(40)).toBe(40)
})

test('twelve rows meet every column in each part', () => {
  for (const part of PARTS) {
    expect(
      ITEMS.filter((column) => Array.from({ length: 12 }, (_, row) => row + 4).some((row) => part.has(row, column))),
    ).toEqual(ITEMS)
  }
})

test('a run tries the same part each time', () => {
  expect(shareOf('').name).toBe('part 1 of 12, LONG_TESTS=1')
})

test.each(['0', '13', 'half', '1.5'])('%p is no part', (asked) => {
  expect(() => shareOf(asked)).toThrow('LONG_TESTS is all, or 1 to 12')
})
