import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { plain, wrapId, wrapParts, wrapWords } from '../../../src/report/renderers/text.ts'

describe('plain', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['a\r\nb\tc', 'abc'],
    ['\u202eabc\u2066', 'abc'],
    ['übung 模型', 'übung 模型'],
  ])('of %j is %j', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })
})

describe('wrapId', () => {
  test('loses nothing and keeps within the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), fc.integer({ min: 4, max: 40 }), (id, width) => {
        const lines = wrapId(id, width)
        expect(lines.join('')).toBe(id)
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('breaks where the id has its own parts', () => {
    expect(wrapId('us.anthropic.claude-sonnet-4-5-20250929-v1:0', 24)).toEqual([
      'us.anthropic.claude-',
      'sonnet-4-5-20250929-v1:0',
    ])
    expect(wrapId('amazon.titan-embed-text-v2:0', 27)).toEqual(['amazon.titan-embed-text-', 'v2:0'])
  })
})

describe('wrapParts', () => {
  test('breaks between the parts, and within one that is longer than a line', () => {
    expect(wrapParts(['one', 'two three', '(24 h)'], 18)).toEqual(['one · two three', '(24 h)'])
    expect(wrapParts(['one', 'two three', '(24 h)'], 8)).toEqual(['one', 'two', 'three', '(24 h)'])
    expect(wrapParts(['one', 'two', 'three'], 80)).toEqual(['one · two · three'])
  })
})

describe('wrapWords', () => {
  it('indents what follows the first line', () => {
    expect(wrapWords('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four'])
  })
})
