import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { middleCut, padEnd, truncate, widest } from '../../src/text/wrap.ts'

test('a cut text is as wide as it may be and says that it was cut', () => {
  expect(truncate('abcdef', 6)).toBe('abcdef')
  expect(truncate('abcdefg', 6)).toBe('abcde…')
  expect(truncate('abcdefg', 6, '...')).toBe('abc...')
  expect(middleCut('abcdefg', 6)).toBe('abc…fg')
  expect(middleCut('abcdefg', 6, '..')).toBe('ab..fg')
})

test('wide letters take two columns', () => {
  expect(truncate('東京東京', 6)).toBe('東京…')
  expect(truncate('東京東京', 7)).toBe('東京東…')
  expect(truncate('🚀🚀🚀🚀', 6, '...')).toBe('🚀...')
  expect([padEnd('東', 4), widest(['東京', 'abc'])]).toEqual(['東  ', 4])
})

test('a text is cut to any width, even to none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: -1, max: 20 }), (text, width) => {
      expect(stringWidth(truncate(text, width))).toBeLessThanOrEqual(Math.max(0, width))
      expect(stringWidth(middleCut(text, width))).toBeLessThanOrEqual(Math.max(0, width))
    }),
  )
})
