import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { cellsOf, compareCells, matches, numberIn, sumOf } from '../../../../src/report/formats/html/page-data.ts'
import { htmlTable } from '../../../../src/report/formats/html/table.ts'
import { plain } from '../../../../src/text/escape.ts'
import { hostileText } from '../../../support/hostile.ts'

test.each([
  ['1,234', 1234],
  ['$1,234.50', 1234.5],
  ['at least $3.00', 3],
  ['<$0.0001', 0.00005],
  ['12.5%', 12.5],
  ['–', null],
  ['unpriced', null],
])('the number in %s', (text, number) => {
  expect(numberIn(text)).toBe(number)
})

describe('cells in order', () => {
  const sorted = (cells: string[], isText: boolean, isDescending: boolean) =>
    [...cells].sort((a, b) => compareCells(a, b, isText, isDescending))

  it('are numbers by their size, with what is not known last either way', () => {
    const cells = ['$9.00', 'unpriced', '$1,000.00', '<$0.01']
    expect(sorted(cells, false, true)).toEqual(['$1,000.00', '$9.00', '<$0.01', 'unpriced'])
    expect(sorted(cells, false, false)).toEqual(['<$0.01', '$9.00', '$1,000.00', 'unpriced'])
  })

  it('are names by their letters and the numbers in them', () => {
    expect(sorted(['model-10', 'model-9', 'Amodel'], true, false)).toEqual(['Amodel', 'model-9', 'model-10'])
  })
})

describe('a sum of cells', () => {
  it.each([
    ['counts', 'count', [1, 2_000], '2,001'],
    ['counts of which one is not known', 'count', [1, null], '–'],
    ['costs, exactly', 0, [0.1, 0.2], '$0.30'],
    ['costs of which none is known', 0, [null], '–'],
    ['shares of the whole', 'share', [1, 2], '30.0%'],
  ] as const)('adds up %s', (_, how, values, text) => {
    expect(sumOf(how, values, false, 10).replace(' %', '%')).toBe(text)
  })

  it('says where a cost is a floor', () => {
    expect(sumOf(0, [1, null], true, 10)).toBe('at least $1.00')
  })
})

test.each([
  ['us.anthropic.claude-sonnet-4-5', 'sonnet', true],
  ['us.anthropic.claude-sonnet-4-5', 'CLAUDE  us', true],
  ['us.anthropic.claude-sonnet-4-5', 'haiku', false],
  ['us.anthropic.claude-sonnet-4-5', '', true],
])('%s has the words of %p: %p', (text, query, found) => {
  expect(matches(text, query)).toBe(found)
})

test('what the script reads of a row is what was written, however hostile', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostileText, hostileText), { minLength: 1, maxLength: 5 }), (pairs) => {
      const rows = pairs.map(([text, exact]) => ({ text: plain(text), exact: plain(exact) }))
      const columns = [
        {
          heading: 'Name',
          kind: 'key',
          cell: ({ text }: (typeof rows)[0]) => text,
          exact: ({ exact }: (typeof rows)[0]) => exact,
        },
        { heading: 'Text', cell: ({ text }: (typeof rows)[0]) => text },
      ] as const
      const [, body = ''] = /<tbody>(.*)<\/tbody>/s.exec(htmlTable({ caption: 'Names', columns, rows })) ?? []
      expect(body.split('\n').map(cellsOf)).toEqual(
        rows.map(({ text, exact }) => [
          { text, title: exact === text ? '' : exact },
          { text, title: '' },
        ]),
      )
    }),
  )
})
