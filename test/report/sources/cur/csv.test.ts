import { expect, it } from '@jest/globals'
import { openCsv } from '../../../../src/report/sources/cur/csv.ts'

it('hands on the whole rows that come before damage, then fails', async () => {
  async function* torn() {
    yield Buffer.from('a,b\n1,2\n')
    yield Buffer.from('3,4\n5,')
    throw new Error('torn')
  }
  const table = await openCsv(torn())
  const seen: string[] = []
  const read = async () => {
    for await (const batch of table.batches(['b'])) {
      const { codes, values } = batch.texts('b') ?? { codes: [], values: [] }
      for (const code of codes) seen.push(values[code] ?? '')
    }
  }
  await expect(read()).rejects.toThrow('torn')
  expect(seen).toEqual(['2', '4'])
})
