import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { writeWhole } from '../../../src/cli/session/write-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-file-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('writeWhole', () => {
  it('writes a file, or writes over it, and leaves nothing else behind', async () => {
    for (const text of ['one', 'two']) {
      await writeWhole(join(folder, 'a'), text)
      expect(await readFile(join(folder, 'a'), 'utf8')).toBe(text)
      expect(await readdir(folder)).toEqual(['a'])
    }
  })

  it('leaves what was there as it was when it cannot write, and no draft', async () => {
    await mkdir(join(folder, 'a'))
    await writeFile(join(folder, 'a', 'kept'), 'kept')
    const failed = writeWhole(join(folder, 'a'), 'new')
    await expect(failed).rejects.toMatchObject({ kind: 'failed', code: 'OutputNotWritten' })
    expect(await readdir(folder)).toEqual(['a'])
    expect(await readFile(join(folder, 'a', 'kept'), 'utf8')).toBe('kept')
  })

  it('writes pieces as they are made, and keeps what was there where one cannot be', async () => {
    const path = join(folder, 'a')
    await writeWhole(path, ['ä\n', Buffer.from('b\n')])
    expect(await readFile(path, 'utf8')).toBe('ä\nb\n')
    const broken = function* () {
      yield 'new'
      throw new Error('no more')
    }
    await expect(writeWhole(path, broken())).rejects.toMatchObject({ message: expect.stringContaining('no more') })
    expect(await readFile(path, 'utf8')).toBe('ä\nb\n')
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('fails with a hint where the folder went away', async () => {
    const failed = writeWhole(join(folder, 'gone', 'a'), 'new')
    await expect(failed).rejects.toMatchObject({ kind: 'failed', hint: expect.stringContaining('free space') })
  })
})
