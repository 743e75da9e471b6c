import { OF_RECORDS } from '../../grouping.ts'
import type { ScanQuestion } from '../scanned.ts'
import type { Source } from '../source.ts'

/** Invocation records on this machine: downloaded from the bucket, exported from the log group, or on stdin. */
export const file: Source = {
  name: 'file',
  path: 'a folder, a glob, a file, or - for stdin',
  isAtHand: true,
  groupings: [...OF_RECORDS, 'tier'],
  tellsNot: 'the invocation log does not have it',
  settings: [],
  bills: [],
  ifIncomplete: 'fetch again or fix what the warnings name, then run it again',
  grants: () => [],
  async open({ cx, stdin, tallies }, { path = '' }) {
    const { readFiles } = await import('./read.ts')
    const store = path === '-' ? undefined : await tallies?.()
    const read = (question: ScanQuestion) => readFiles(cx, { path, stdin, tallies: store }, question)
    return { places: [], read, readAll: read }
  },
}
