import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { arrange, type Column, draw, table } from '../../src/text/table.ts'
import { wrap, wrapId } from '../../src/text/wrap.ts'
import { noPaint } from '../support/paint.ts'

interface Row {
  name: string
  says: string
  calls: number
}

const name: Column<Row> = { heading: 'Name', cell: (row) => row.name, fold: wrapId }
const says: Column<Row> = { heading: 'What it says', cell: (row) => row.says, fold: wrap }
const calls: Column<Row> = {
  heading: ['Calls', 'a day'],
  align: 'right',
  cell: (row) => String(row.calls),
  tone: (row) => (row.calls === 0 ? 'bad' : undefined),
}
const columns = [name, says, calls]
const rows: Row[] = [
  { name: 'maker.one', says: 'good morning', calls: 1_234 },
  { name: 'maker.two-v1:0', says: '', calls: 0 },
]

describe('a table', () => {
  test('has headings on their lower line, numbers at the right and a rule between', () => {
    expect(table({ columns }, rows, { width: 80, paint: noPaint })).toEqual([
      '                              Calls',
      'Name            What it says  a day',
      '───────────────────────────────────',
      'maker.one       good morning   1234',
      'maker.two-v1:0                    0',
    ])
  })

  test('keeps its columns where a name begins as a command of GitHub does, which no line may', () => {
    const named = [
      { name: '::error::x', says: 'a', calls: 1 },
      { name: 'maker.one', says: 'b', calls: 2 },
    ]
    expect(table({ columns }, named, { width: 80, paint: noPaint }).slice(3)).toEqual([
      ': :error::x  a                 1',
      'maker.one    b                 2',
    ])
  })

  test('has no column in which no row has anything, wherever it is drawn', () => {
    const silent = rows.map((row) => ({ ...row, says: '' }))
    for (const width of [80, 8]) {
      const shown = table({ columns }, silent, { width, paint: noPaint })
      expect(shown).toEqual(table({ columns: [name, calls] }, silent, { width, paint: noPaint }))
    }
  })

  test('folds what may be folded, and is no wider than that needs', () => {
    expect(table({ columns, least: 8 }, rows, { width: 30, paint: noPaint })).toEqual([
      '            What it  Calls',
      'Name        says     a day',
      '──────────────────────────',
      'maker.one   good      1234',
      '            morning',
      'maker.two-               0',
      'v1:0',
    ])
  })

  test('that does not fit is told row after row, without what is empty', () => {
    expect(table({ columns, least: 8 }, rows, { width: 24, paint: noPaint })).toEqual([
      'maker.one',
      '  What it says good',
      '               morning',
      '  Calls a day  1234',
      'maker.two-v1:0',
      '  Calls a day  0',
    ])
  })

  test('with a total has it set apart, in bold; bare, there are no rules', () => {
    const fitted = arrange([{ columns: [calls] }], rows, 80)
    const paint = { ...noPaint, bold: (text: string) => `<${text}>`, red: (text: string) => `!${text}` }
    expect(draw(fitted, rows, paint, { total: true }).slice(2)).toEqual(['─────', ' 1234', '─────', '    <!0>'])
    expect(draw(fitted, rows, paint, { total: true, bare: true }).slice(2)).toEqual([' 1234', '    <!0>'])
  })

  test('is the first candidate that fits, and the last where none does', () => {
    const candidates = [
      { columns: [name, calls], gap: 2 },
      { columns: [calls], gap: 2 },
    ]
    expect(arrange(candidates, rows, 21)).toMatchObject({ columns: [name, calls], widths: [14, 5], fits: true })
    expect(arrange(candidates, rows, 20)).toMatchObject({ columns: [calls], fits: true })
    expect(arrange(candidates, rows, 4)).toMatchObject({ columns: [calls], widths: [5], fits: false })
  })
})

const anyRow = fc.record({
  name: fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map((text) => text.trim()),
  says: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 12 }).map((words) => words.join(' ')),
  calls: fc.nat(),
})

test('any table keeps within the width, has straight edges and cuts no number', () => {
  fc.assert(
    fc.property(
      fc.array(anyRow, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 44, max: 160 }),
      fc.constantFrom(1, 2),
      (some, width, gap) => {
        const lines = table({ columns, least: 8, gap }, some, { width, paint: noPaint })
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width)
        for (const row of some) expect(lines.some((line) => line.includes(String(row.calls)))).toBe(true)
        // The last column is one of numbers: where there is one, a line ends at the edge.
        const whole = lines.filter((line) => /\d$|─$/.test(line)).map((line) => stringWidth(line))
        if (lines.some((line) => line.startsWith('─'))) expect(new Set(whole).size).toBe(1)
      },
    ),
  )
})
