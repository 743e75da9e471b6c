import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { clean, count, foldName, truncate, wrap } from '../../src/ui/text.ts'

describe('text from outside', () => {
  test.each([
    ['loses colours and cursor movements', '\u001b[31mred\u001b[2J', 'red'],
    ['loses links', '\u001b]8;;http://x\u0007name\u001b]8;;\u0007', 'name'],
    ['becomes one line', 'a\r\nb\u2028c', 'a b c'],
    ['loses marks that turn its direction', 'abc\u202efed', 'abcfed'],
    ['keeps letters of every script', 'Zürich 東京', 'Zürich 東京'],
  ])('%s', (_, text, expected) => {
    expect(clean(text)).toBe(expected)
  })

  test('never holds a control character', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}|\p{Cf}/u.test(clean(text))))
  })
})

test('wrapping keeps every word and no line is longer than the width unless it is one word', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 })
  fc.assert(
    fc.property(words, fc.integer({ min: 5, max: 40 }), (list, width) => {
      const lines = wrap(list.join(' '), width)
      expect(lines.join(' ').trim()).toBe(list.join(' '))
      expect(lines.every((line) => line.length <= width || !line.includes(' '))).toBe(true)
    }),
  )
})

test('folding a name keeps all of it, and breaks it only after a separator', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9.:/_-]{0,60}$/), fc.integer({ min: 5, max: 40 }), (name, width) => {
      const lines = foldName(name, width)
      expect(lines.join('')).toBe(name)
      expect(lines.slice(0, -1).every((line) => /[-./_:]$/.test(line))).toBe(true)
      expect(lines.every((line) => line.length <= width || !/[-./_:]./.test(line))).toBe(true)
    }),
  )
})

test('a cut text is as wide as it may be and says that it was cut', () => {
  expect(truncate('abcdef', 6)).toBe('abcdef')
  expect(truncate('abcdefg', 6)).toBe('abcde…')
  expect(truncate('abcdefg', 6, '...')).toBe('abc...')
})

test('wide letters take two columns of a line', () => {
  expect(truncate('東京東京', 6)).toBe('東京…')
  expect(truncate('東京東京', 7)).toBe('東京東…')
  expect(truncate('🚀🚀🚀🚀', 6, '...')).toBe('🚀...')
  expect(wrap('東京 東京', 8)).toEqual(['東京', '東京'])
  expect(foldName('東京-東京', 8)).toEqual(['東京-', '東京'])
})

test('a text is cut to any width, even to none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: -1, max: 20 }), (text, width) => {
      expect(stringWidth(truncate(text, width))).toBeLessThanOrEqual(Math.max(0, width))
    }),
  )
})

test('counts agree with their noun', () => {
  expect([count(1, 'alarm'), count(10_000, 'object')]).toEqual(['1 alarm', '10,000 objects'])
})
