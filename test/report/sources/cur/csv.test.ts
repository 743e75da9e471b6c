import { expect, it } from '@jest/globals'
import { openCsv } from '../../../../src/report/sources/cur/csv.ts'

async function* torn() {
  yield Buffer.from('a,b\n1,2\n')
  yield Buffer.from('3,4\n5,')
  throw new Error('damaged')
}

async function* ragged() {
  yield Buffer.from('a,b\n1,2\n')
  yield Buffer.from('3,4\n5')
}

async function* raggedAtOnce() {
  yield Buffer.from('a,b\n1,2\n3,4\n5\n6,7\n')
}

async function* oneCommaMore() {
  yield Buffer.from('a,b\n1,2\n3,4\n5,6,\n')
}

it.each([
  [
    'has a line with a comma more at its end',
    oneCommaMore,
    'a line of 3 columns instead of 2, as if it ended with a separator',
  ],
  ['is torn', torn, 'damaged'],
  ['ends within a line', ragged, 'a line of 1 columns'],
  ['has a short line in its first piece', raggedAtOnce, 'a line of 1 columns'],
])('hands on the whole rows before the damage where a file %s, then fails', async (_, file, why) => {
  const table = await openCsv(file())
  const seen: string[] = []
  const read = async () => {
    for await (const batch of table.batches(['b'])) {
      const { codes, values } = batch.texts('b') ?? { codes: [], values: [] }
      for (const code of codes) seen.push(values[code] ?? '')
    }
  }
  await expect(read()).rejects.toThrow(why)
  expect(seen).toEqual(['2', '4'])
})

it('takes lines that end in carriage returns alone for no table, rather than for one without rows', async () => {
  await expect(openCsv(asIs('a,b\r1,2\r'))).rejects.toThrow('carriage returns alone')
  expect((await openCsv(asIs('a,b\r\n1,2\r\n'))).columns).toEqual(['a', 'b'])
})

it.each([
  ['UTF-16, little end first', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['the same, big end first', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ['the same without a mark', (text: string) => Buffer.from(text, 'utf16le')],
  ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
])('reads %s, wherever it is torn apart', async (_, encode) => {
  const bytes = encode('a,b\n1,ä€\n')
  async function* pieces() {
    yield bytes.subarray(0, 7)
    for (const byte of bytes.subarray(7)) yield Buffer.from([byte])
  }
  const table = await openCsv(pieces())
  expect(table.columns).toEqual(['a', 'b'])
  for await (const batch of table.batches(['b'])) expect(batch.texts('b')?.values).toEqual(['', 'ä€'])
})

async function* asIs(text: string) {
  yield Buffer.from(text)
}
