import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { packFiles } from '../../../src/cli/session/cache-folder.ts'
import { inFolder } from '../../support/folder.ts'
import { recordLine } from '../../support/invocation-records.ts'
import { runLine } from '../run.ts'

const LOGS = {
  'logs/2026/11/20/10/a.json': recordLine({ time: '2026-11-20T10:15:00Z' }),
  'logs/2026/11/21/10/b.json': recordLine({ time: '2026-11-21T10:15:00Z' }),
}

/** Runs lines one after the other in a folder with logs and a cache of its own. */
function inCache(
  body: (run: (line: string, more?: object) => ReturnType<typeof runLine>, folder: string) => Promise<void>,
) {
  return inFolder(LOGS, (folder) => {
    const env = { XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' }
    return body((line, more) => runLine(line.split(' '), { env, cwd: folder, ...more }), folder)
  })
}

const tallies = (folder: string) => join(folder, 'cache/bedrock-monitor/tallies')

describe('cache', () => {
  it('shows what reports have kept, by log', () =>
    inCache(async (run, folder) => {
      expect((await run('cache')).stdout).toContain('Nothing is cached in')
      expect((await run(`report --source file:${folder}/logs --offline`)).code).toBe(0)
      const { stdout } = await run('cache --json')
      expect(JSON.parse(stdout)).toEqual({
        schemaVersion: 1,
        command: 'cache',
        ok: true,
        folder: tallies(folder),
        bytes: expect.any(Number),
        logs: [
          {
            log: join(folder, 'logs'),
            objects: 2,
            calls: 2,
            bytes: JSON.parse(stdout).bytes,
            firstCall: '2026-11-20T10:15:00.000Z',
            lastCall: '2026-11-21T10:15:00.000Z',
            usedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          },
        ],
      })
      const { stdout: table } = await run('cache show')
      expect(table).toMatch(/logs +2 +2 +[\d.]+ K?B +2026-11-20 +2026-11-21 +just now/)
    }))

  it('is left as it is with --no-cache', () =>
    inCache(async (run, folder) => {
      await run(`report --source file:${folder}/logs --offline --no-cache`)
      expect(JSON.parse((await run('cache --json')).stdout)).toMatchObject({ bytes: 0, logs: [] })
    }))

  it('tells what another version has written, and removes all once that is confirmed', () =>
    inCache(async (run, folder) => {
      await run(`report --source file:${folder}/logs --offline`)
      await writeFile(join(tallies(folder), '0123.tally'), '{"form":0}\nold')
      expect((await run('cache')).stdout).toContain('written by another version, or damaged')
      const asked = await run('cache clear')
      expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
      expect(await readdir(tallies(folder))).toHaveLength(3)
      expect((await run('cache clear --yes')).stdout).toMatch(/^Removed 3 files \([\d.]+ (B|KB)\)\.\n$/)
      expect(await readdir(tallies(folder))).toEqual([])
      expect(JSON.parse((await run('cache clear --yes --json')).stdout)).toMatchObject({
        ok: true,
        removed: 0,
        bytes: 0,
      })
    }))

  it('is nowhere for a user without a home', async () => {
    expect((await runLine(['cache'], { env: {} })).stdout).toContain('neither XDG_CACHE_HOME nor HOME')
    expect(JSON.parse((await runLine(['cache', 'clear', '--json'], { env: {} })).stdout)).toMatchObject({
      folder: null,
      removed: 0,
    })
  })
})

describe('the room for packs', () => {
  const now = Date.UTC(2026, 10, 22)
  const pack = Buffer.alloc(100)
  const used = (folder: string, name: string, days: number) =>
    utimes(join(folder, name), now / 1000 - days * 86_400, now / 1000 - days * 86_400)

  it('is made by what was not used for longest', () =>
    inFolder({}, async (parent) => {
      const folder = join(parent, 'tallies')
      for (const name of ['a', 'b', 'c']) await packFiles(folder, () => now, 300).write(`${name}.tally`, pack)
      for (const [name, days] of [
        ['a', 2],
        ['b', 9],
        ['c', 5],
      ] as const)
        await used(folder, `${name}.tally`, days)
      await packFiles(folder, () => now, 300).write('d.tally', pack)
      expect((await readdir(folder)).sort()).toEqual(['a.tally', 'c.tally', 'd.tally'])
    }))

  it('is not made by what this run has used: of more than there is room for, a part stays', () =>
    inFolder({}, async (parent) => {
      const folder = join(parent, 'tallies')
      const files = packFiles(folder, () => now, 250)
      for (const name of ['a', 'b', 'c', 'd']) expect(await files.write(`${name}.tally`, pack)).toBeUndefined()
      expect((await readdir(folder)).sort()).toEqual(['a.tally', 'b.tally'])
    }))

  it('has none for what nobody used in a hundred days, nor for drafts of runs that were killed', () =>
    inFolder({}, async (parent) => {
      const folder = join(parent, 'tallies')
      for (const name of ['a.tally', 'b.tally', 'b.tally.0123456789ab', 'c.tally.0123456789ab'])
        await packFiles(folder, () => now).write(name, pack)
      await used(folder, 'a.tally', 101)
      await used(folder, 'b.tally', 99)
      await used(folder, 'b.tally.0123456789ab', 1)
      await used(folder, 'c.tally.0123456789ab', 0)
      await packFiles(folder, () => now).write('d.tally', pack)
      expect((await readdir(folder)).sort()).toEqual(['b.tally', 'c.tally.0123456789ab', 'd.tally'])
    }))
})
