import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { checkTarget, writeWhole } from '../../src/cli/write-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-file-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('checkTarget', () => {
  it('answers the path, from the folder that the command runs in', async () => {
    expect(await checkTarget('--output', 'a.html', folder)).toBe(join(folder, 'a.html'))
  })

  it('refuses a file in a folder that is not there', async () => {
    const refused = checkTarget('--output', 'no/a.html', folder)
    await expect(refused).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('there is no folder'),
    })
  })

  it('refuses a file in what is a file', async () => {
    await writeFile(join(folder, 'a'), '')
    await expect(checkTarget('--output', 'a/b', folder)).rejects.toMatchObject({ kind: 'usage' })
  })

  it('refuses a folder', async () => {
    await mkdir(join(folder, 'a'))
    await expect(checkTarget('--output', 'a', folder)).rejects.toMatchObject({
      kind: 'usage',
      message: '--output a is a folder',
    })
  })

  it('follows a link, so that it is written through and stays', async () => {
    await writeFile(join(folder, 'real'), '')
    await symlink(join(folder, 'real'), join(folder, 'link'))
    expect(await checkTarget('--output', 'link', folder)).toBe(join(folder, 'real'))
  })
})

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

  it('fails with a hint where the folder went away', async () => {
    const failed = writeWhole(join(folder, 'gone', 'a'), 'new')
    await expect(failed).rejects.toMatchObject({ kind: 'failed', hint: expect.stringContaining('--output') })
  })
})
