import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { CsvRows, tableOf } from '../../../../src/report/scan/forms/csv.ts'

test.each<[string, string[] | undefined, string?]>([
  ['timestamp,message', ['timestamp', 'message']],
  ['"@timestamp","@message","@ptr"', ['@timestamp', '@message', '@ptr']],
  ['Message', ['Message']],
  ['@timestamp;@message', ['@timestamp', '@message']],
  ['@timestamp\t@message', ['@timestamp', '@message']],
  [' timestamp | modelid | inputtokencount ', ['timestamp', 'modelid', 'inputtokencount']],
  ['@timestamp,modelId,input.inputTokenCount', ['@timestamp', 'modelId', 'input.inputTokenCount']],
  ['timestamp,model_id', ['timestamp', 'model_id']],
  ['_time,_raw', ['_time', '_raw'], '_time,_raw\nt,"{""a"":1}"'],
  ['_time,_raw', undefined],
  ['name,value', ['name', 'value'], 'name,value\na,"{""a"":1}"'],
  ['2026-11-20,"{""modelId"":""m""}",x', []],
  ['modelId,temperature', undefined],
  ['{"message":"x"}', undefined],
  ['2026-11-20 hello, message for you', undefined],
  ['', undefined],
])('the head %j is that of a table with the columns %j', (line, names, text = line) => {
  expect(tableOf(line, text)?.names).toEqual(names)
})

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const plain = (text: string) => (/[",\n\r]/.test(text) ? quoted(text) : text)

describe('the rows of a table', () => {
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
          const read: (string[] | 'too-long')[] = []
          const column = new CsvRows(0x2c, 1000, (row) => read.push(row))
          for (let from = 0; from < bytes.length; from += size)
            column.push(Buffer.from(bytes.subarray(from, from + size)))
          column.end()
          expect(read.slice(1)).toEqual(rows)
        },
      ),
    )
  })

  it('that are longer than the limit are left out, and the next is read', () => {
    const read: (string[] | 'too-long')[] = []
    const column = new CsvRows(0x2c, 5, (row) => read.push(row))
    column.push(Buffer.from('"1234567"\nabc\n'))
    column.end()
    expect(read).toEqual(['too-long', ['abc']])
  })
})
