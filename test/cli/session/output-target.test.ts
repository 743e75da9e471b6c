import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { inFolder } from '../../support/folder.ts'
import { recordLine } from '../../support/invocation-records.ts'
import { BIN, inherited, program } from '../../support/program.ts'
import { runLine } from '../run.ts'

/** A pipe holds this much at a time. */
const PIPE_BYTES = 65_536
const ROOT = process.geteuid?.() === 0

/** A report of nothing, which needs no AWS, written to `output` by a command line that runs in `cwd`. */
function report(cwd: string, output: string, options: Partial<Parameters<typeof runLine>[1]> = {}) {
  return runLine(['report', '--source', `file:${cwd}/logs`, '--format', 'json', '--output', output], {
    cwd,
    ...options,
  })
}

const inPlace = <T>(body: (folder: string) => Promise<T>) => inFolder({ 'logs/a.json': '\n' }, body)

/** A device of the kind of /dev/null (3) or /dev/full (7), in a folder of its own where this user may make one. */
function device(folder: string, minor: 3 | 7): string {
  const path = join(folder, `device-${minor}`)
  try {
    execFileSync('mknod', [path, 'c', '1', String(minor)], { stdio: 'ignore' })
    return path
  } catch {
    return minor === 3 ? '/dev/null' : '/dev/full'
  }
}

const isReport = (text: string) => (JSON.parse(text) as { schemaVersion?: number }).schemaVersion === 1
const drafts = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith('.tmp'))

describe('--output', () => {
  test('onto a character device is written through, and the device stays', () =>
    inPlace(async (folder) => {
      const path = device(folder, 3)
      expect((await report(folder, path)).code).toBe(0)
      expect((await lstat(path)).isCharacterDevice()).toBe(true)
    }))

  test('onto a device that is full fails, and the device stays', () =>
    inPlace(async (folder) => {
      const path = device(folder, 7)
      const { code, stderr } = await report(folder, path)
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('ENOSPC') })
      expect((await lstat(path)).isCharacterDevice()).toBe(true)
    }))

  test('onto a link to a device leaves both', () =>
    inPlace(async (folder) => {
      const path = device(folder, 3)
      await symlink(path, join(folder, 'link'))
      expect((await report(folder, 'link')).code).toBe(0)
      expect(await readlink(join(folder, 'link'))).toBe(path)
      expect((await lstat(path)).isCharacterDevice()).toBe(true)
    }))

  // A link of its own for /dev/stdout, which is one like it: where this fails as root, nothing of the machine is replaced.
  test.each(['stdout', '/dev/fd/1', '/proc/self/fd/1'])('onto %s is what stdout gets without it', (path) =>
    inPlace(async (folder) => {
      await symlink('/proc/self/fd/1', join(folder, 'stdout'))
      const { code, stdout } = await report(folder, path)
      expect({ code, report: isReport(stdout) }).toEqual({ code: 0, report: true })
    }),
  )

  test('onto a descriptor of its own is written to it, behind what is there', () =>
    inPlace(async (folder) => {
      await writeFile(join(folder, 'log'), 'before\n')
      const before = (await stat(join(folder, 'log'))).ino
      const line = `${process.execPath} "$1" report --source file:logs --format json --output /dev/fd/3 3>> log`
      execFileSync('sh', ['-c', line, 'sh', BIN], { cwd: folder, env: inherited() })
      const text = await readFile(join(folder, 'log'), 'utf8')
      expect(text.startsWith('before\n')).toBe(true)
      expect(isReport(text.slice('before\n'.length))).toBe(true)
      expect((await stat(join(folder, 'log'))).ino).toBe(before)
    }))

  test('onto a descriptor that is not open is wrong usage', () =>
    inPlace(async (folder) => {
      expect(await report(folder, '/dev/fd/4000')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--output /dev/fd/4000'),
      })
    }))

  test('onto a pipe goes to its reader, all of it, however slowly that reads', () =>
    inPlace(async (folder) => {
      const fifo = join(folder, 'fifo')
      execFileSync('mkfifo', [fifo])
      const lines = Array.from({ length: 800 }, (_, at) => recordLine({ model: `model-${at}` }))
      await writeFile(join(folder, 'logs', 'a.json'), lines.join('\n'))
      const reader = spawn('sh', ['-c', 'exec 3< fifo; sleep 0.3; cat <&3'], { cwd: folder })
      let read = ''
      reader.stdout.setEncoding('utf8').on('data', (text: string) => {
        read += text
      })
      const ended = once(reader, 'close')
      const args = ['report', '--source', 'file:logs', '--format', 'json', '--output', 'fifo']
      const { code, stderr } = await program(args, { cwd: folder })
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
      await ended
      expect(read.length).toBeGreaterThan(PIPE_BYTES)
      expect(isReport(read)).toBe(true)
      expect((await lstat(fifo)).isFIFO()).toBe(true)
    }))

  test('onto a pipe that nobody reads is wrong usage, after a while', () =>
    inPlace(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'fifo')])
      let slept = 0
      const clock = {
        now: () => Date.now(),
        sleep: async (ms: number) => {
          slept += ms
        },
      }
      expect(await report(folder, 'fifo', { clock })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--output fifo is a pipe without a reader'),
      })
      expect(slept).toBeGreaterThan(1_000)
      expect((await lstat(join(folder, 'fifo'))).isFIFO()).toBe(true)
    }))

  test('onto a socket is wrong usage, and the socket stays', () =>
    inPlace(async (folder) => {
      const path = join(folder, 'socket')
      const server = createServer().listen(path)
      await once(server, 'listening')
      try {
        expect(await report(folder, 'socket')).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('--output socket is a socket'),
        })
        expect((await lstat(path)).isSocket()).toBe(true)
      } finally {
        server.close()
      }
    }))

  test.each(['sub', 'sub/', '.', '/', 'to-folder'])('onto the folder %s is wrong usage', (output) =>
    inPlace(async (folder) => {
      await mkdir(join(folder, 'sub'))
      await symlink('sub', join(folder, 'to-folder'))
      const { code, stderr } = await report(folder, output)
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`--output ${output} is a folder`) })
      expect(await readlink(join(folder, 'to-folder'))).toBe('sub')
    }),
  )

  test.each(['new.csv/', 'old.csv/'])('onto %s, which can only be a folder, is wrong usage', (output) =>
    inPlace(async (folder) => {
      await writeFile(join(folder, 'old.csv'), 'old')
      const before = await readdir(folder)
      const { code, stderr } = await report(folder, output)
      expect([code, stderr]).toEqual([2, expect.stringContaining(`--output ${output}`)])
      expect(await readdir(folder)).toEqual(before)
      expect(await readFile(join(folder, 'old.csv'), 'utf8')).toBe('old')
    }),
  )

  test('onto a link writes the file that it leads to, there or not, over any number of links', () =>
    inPlace(async (folder) => {
      await mkdir(join(folder, 'sub'))
      await writeFile(join(folder, 'sub', 'there'), 'old')
      await symlink('sub/there', join(folder, 'one'))
      await symlink('one', join(folder, 'two'))
      await symlink('sub/missing', join(folder, 'dangling'))
      for (const [name, target] of [
        ['two', 'there'],
        ['dangling', 'missing'],
      ] as const) {
        expect((await report(folder, name)).code).toBe(0)
        expect((await lstat(join(folder, name))).isSymbolicLink()).toBe(true)
        expect(isReport(await readFile(join(folder, 'sub', target), 'utf8'))).toBe(true)
      }
      expect((await lstat(join(folder, 'one'))).isSymbolicLink()).toBe(true)
    }))

  test.each([
    ['into a folder that is not there', 'no/where', 'there is no folder'],
    ['back to itself', 'loop', 'loop'],
  ])('onto a link that leads %s is wrong usage, and the link stays', (_, target, says) =>
    inPlace(async (folder) => {
      await symlink(target, join(folder, 'loop'))
      expect(await report(folder, 'loop')).toMatchObject({ code: 2, stderr: expect.stringContaining(says) })
      expect(await readlink(join(folder, 'loop'))).toBe(target)
    }),
  )

  test.each([0o600, 0o640, 0o755])('onto a file keeps its mode %o', (mode) =>
    inPlace(async (folder) => {
      const path = join(folder, 'report.json')
      await writeFile(path, 'old')
      await chmod(path, mode)
      expect(await report(folder, 'report.json')).toMatchObject({ code: 0 })
      expect((await stat(path)).mode & 0o7777).toBe(mode)
      expect(isReport(await readFile(path, 'utf8'))).toBe(true)
      expect(await drafts(folder)).toEqual([])
    }),
  )

  ;(ROOT ? test : test.skip)('onto a file of somebody else keeps its owner', () =>
    inPlace(async (folder) => {
      const path = join(folder, 'report.json')
      await writeFile(path, 'old')
      await chown(path, 1234, 2345)
      await chmod(path, 0o4750)
      expect(await report(folder, 'report.json')).toMatchObject({ code: 0 })
      expect(await stat(path)).toMatchObject({ uid: 1234, gid: 2345, mode: 0o104750 })
    }),
  )

  test('onto a file with another name parts them not', () =>
    inPlace(async (folder) => {
      await writeFile(join(folder, 'one'), 'old')
      await link(join(folder, 'one'), join(folder, 'two'))
      expect(await report(folder, 'one')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--output one has 2 names (hard links)'),
      })
      expect(await readFile(join(folder, 'two'), 'utf8')).toBe('old')
      expect((await stat(join(folder, 'one'))).nlink).toBe(2)
    }))

  test('takes a name as long as names can be', () =>
    inPlace(async (folder) => {
      const name = 'r'.repeat(255)
      expect((await report(folder, name)).code).toBe(0)
      expect(await readdir(folder)).toEqual(['logs', name])
    }))
})

/** As somebody who may not do everything; root may. */
describe('--output of an ordinary user', () => {
  const asUser = ROOT ? { uid: 65_534, gid: 65_534 } : {}
  const reportAs = (cwd: string, output: string) =>
    program(['report', '--source', 'file:logs', '--format', 'json', '--output', output], { cwd, ...asUser })

  test.each<[string, (folder: string) => Promise<unknown>, string]>([
    ['a file that is write-protected', (folder) => chmod(join(folder, 'file'), 0o444), 'is write-protected (EACCES)'],
    ['a folder in which none can be made', (folder) => chmod(folder, 0o555), 'no file can be made in the folder'],
  ])('into %s is wrong usage, and the file stays', (_, protect, says) =>
    inPlace(async (folder) => {
      await writeFile(join(folder, 'file'), 'old')
      if (ROOT) for (const path of [folder, join(folder, 'file')]) await chown(path, 65_534, 65_534)
      await protect(folder)
      try {
        const { code, stderr } = await reportAs(folder, 'file')
        expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) })
        expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old')
      } finally {
        await chmod(folder, 0o755)
      }
    }),
  )

  ;(ROOT ? test : test.skip)('onto a file of somebody else that all may write is wrong usage', () =>
    inPlace(async (folder) => {
      await writeFile(join(folder, 'file'), 'old')
      await chmod(join(folder, 'file'), 0o666)
      await chown(folder, 65_534, 65_534)
      const { code, stderr } = await reportAs(folder, 'file')
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('belongs to another user') })
      expect(await stat(join(folder, 'file'))).toMatchObject({ uid: 0 })
    }),
  )
})
