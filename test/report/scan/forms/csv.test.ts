import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { CsvColumn, messageColumn } from '../../../../src/report/scan/forms/csv.ts'

test.each<[string, number | undefined]>([
  ['timestamp,message', 1],
  ['@timestamp,@message', 1],
  ['"@timestamp","@message","@ptr"', 1],
  ['Message', 0],
  ['@timestamp,modelId', undefined],
  ['{"message":"x"}', undefined],
  ['2026-11-20 hello, message for you', undefined],
  ['', undefined],
])('the head %j has its messages in column %j', (line, column) => {
  expect(messageColumn(line)).toBe(column)
})

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const plain = (text: string) => (/[",\n\r]/.test(text) ? quoted(text) : text)

describe('the messages of a table', () => {
  it.each([
    ['quoted', quoted],
    ['quoted where they must be', plain],
  ])('%s are read, wherever chunks are cut', (_, write) => {
    const text = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', '"', ',', '\n', '{', 'é', ' ') })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text, text), { maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (rows, size, end, endsLine) => {
          const lines = [['@timestamp', '@message', '@ptr'], ...rows].map((row) => row.map(write).join(','))
          const bytes = Buffer.from(lines.join(end) + (endsLine ? end : ''))
          const read: string[] = []
          const column = new CsvColumn(1, 1000, (field) => read.push(field))
          for (let from = 0; from < bytes.length; from += size)
            column.push(Buffer.from(bytes.subarray(from, from + size)))
          column.end()
          expect(read).toEqual(rows.map(([, message]) => message))
        },
      ),
    )
  })

  it('that are longer than the limit are left out, and the next is read', () => {
    const read: string[] = []
    const column = new CsvColumn(0, 5, (field) => read.push(field))
    column.push(Buffer.from('message\n"1234567"\nabc\n'))
    column.end()
    expect(read).toEqual(['too-long', 'abc'])
  })
})
