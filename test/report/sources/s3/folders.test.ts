import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Folder,
  firstFolders,
  foldersWithin,
  holdsRecords,
  hoursOf,
} from '../../../../src/report/sources/s3/folders.ts'
import { HOUR_MS } from '../../../../src/report/window.ts'

const FOLDERS = {
  bucket: 'logs',
  owner: '111122223333',
  keyPrefix: 'bedrock-logs',
  account: '111122223333',
  region: 'us-east-1',
}
const ROOT = 'bedrock-logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/'
const NOON = Date.UTC(2026, 10, 23, 12)

const folderOf = (time: number) => `${ROOT}${new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, '/')}/`

describe('firstFolders', () => {
  it('are the hours of a short window, one before it for early records and two after it for late ones', () => {
    const window = { start: NOON + 1, end: NOON + HOUR_MS }
    expect(firstFolders(FOLDERS, window)).toEqual(
      [-1, 0, 1, 2].map((hour) => ({ prefix: folderOf(NOON + hour * HOUR_MS), level: 'hour' })),
    )
  })

  it('are the months of a long window', () => {
    const window = { start: Date.UTC(2026, 9, 30), end: NOON }
    expect(firstFolders({ ...FOLDERS, keyPrefix: '' }, window)).toEqual([
      { prefix: 'AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/', level: 'month' },
      { prefix: 'AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/', level: 'month' },
    ])
  })
})

/** All hours that are come to from the first folders, in a bucket in which every folder exists. */
function hoursListed(window: { start: number; end: number }): string[] {
  const hours: string[] = []
  for (let level = firstFolders(FOLDERS, window); level.length > 0; ) {
    level = level.flatMap((folder): Folder[] => {
      if (folder.level === 'hour') {
        hours.push(folder.prefix)
        return []
      }
      const within = Array.from({ length: 32 }, (_, index) => `${folder.prefix}${String(index).padStart(2, '0')}/`)
      return foldersWithin(folder, within, FOLDERS, window)
    })
  }
  return hours.filter((prefix) => !/\/(2[4-9]|3\d)\/$/.test(prefix))
}

test('exactly the hours of a window and its margins are listed, whatever its length', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 800 * 24 * 60 }),
      fc.integer({ min: 1, max: 90 * 24 * 60 }),
      (ago, minutes) => {
        const start = NOON - ago * 60_000
        const window = { start, end: start + minutes * 60_000 }
        const { first, last } = hoursOf(window)
        const expected: string[] = []
        for (let time = first; time <= last; time += HOUR_MS) expected.push(folderOf(time))
        const days = new Set(expected.map((prefix) => prefix.slice(0, -3)))
        expect(hoursListed(window).filter((prefix) => days.has(prefix.slice(0, -3)))).toEqual(expected)
      },
    ),
  ))

test.each([
  ['20261123T121500000Z_0123456789abcdef.json.gz', true],
  ['20261123T121500000Z_0123456789abcdef.json', true],
  ['data/6d1f_input.json.gz', false],
  ['amazon-bedrock-logs-permission-check', false],
  ['amazon-bedrock-logs-permission-check.json', false],
  ['6d1f_output.json.gz', false],
])('%s holds records: %s', (name, holds) => {
  const folder: Folder = { prefix: folderOf(NOON), level: 'hour' }
  expect(holdsRecords(folder, `${folder.prefix}${name}`)).toBe(holds)
})
