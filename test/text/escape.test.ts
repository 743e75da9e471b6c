import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { escapeHtml, plain } from '../../src/text/escape.ts'

describe('text from outside', () => {
  test.each([
    ['loses colours and cursor movements', '\u001b[31mred\u001b[2J', 'red'],
    ['loses links', '\u001b]8;;http://x\u0007name\u001b]8;;\u0007', 'name'],
    ['becomes one line', 'a\r\nb\u2028c\td', 'a b c d'],
    ['loses line ends at its own ends, and no space', '\n a \r\n', ' a '],
    ['loses marks that turn its direction', '\u202eabc\u2066\u202efed', 'abcfed'],
    ['keeps letters of every script', 'Zürich 東京 übung 模型', 'Zürich 東京 übung 模型'],
    ['is no command to a CI', '##[error]x ##vso[a]', '# #[error]x # #vso[a]'],
  ])('%s', (_, text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  test('never holds a control, format or separating character, or what is none', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(plain(text)),
      ),
    )
  })

  test('is made plain once: a second time changes nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => plain(plain(text)) === plain(text)))
  })

  test('is no markup on a page', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;')
  })
})
