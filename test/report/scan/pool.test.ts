import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type PoolOptions, type ScanProgress, scanAll } from '../../../src/report/scan/pool.ts'
import type { ScanTask } from '../../../src/report/scan/task.ts'

const SCRIPT = pathToFileURL(join(import.meta.dirname, '../../../dist/worker.js'))
const FILES = 12
let folder = ''

function lines(file: number): string {
  const record = (index: number) => ({
    timestamp: `2026-09-08T${String(file).padStart(2, '0')}:00:00Z`,
    modelId: index % 3 === 0 ? 'a' : 'b',
    region: 'us-east-1',
    operation: 'Converse',
    input: { inputTokenCount: index },
    output: { outputBodyJson: { metrics: { latencyMs: 100 * file + index } }, outputTokenCount: file },
  })
  return Array.from({ length: 300 }, (_, index) => `${JSON.stringify(record(index))}\n`).join('')
}

function paths(): ScanTask[] {
  return Array.from({ length: FILES }, (_, file) => ({ name: `file-${file}`, path: join(folder, `${file}.json.gz`) }))
}

async function run(tasks: Iterable<ScanTask> | AsyncIterable<ScanTask>, options: Partial<PoolOptions> = {}) {
  const result = await scanAll(tasks, {
    aggregate: { dimensions: ['operation'], slotMs: 3_600_000, origin: 0 },
    signal: new AbortController().signal,
    ...options,
  })
  const rows = result.aggregate.rows().map((row) => JSON.stringify(row))
  return { ...result, rows: rows.sort(), percentiles: result.aggregate.percentiles([]) }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scan-pool-'))
  for (let file = 0; file < FILES; file++) writeFileSync(join(folder, `${file}.json.gz`), gzipSync(lines(file)))
  if (!existsSync(SCRIPT)) throw new Error('threads run the built program: npm run build')
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('scanning many objects', () => {
  test('on threads gives the same as on one, by path and by bytes', async () => {
    const alone = await run(paths())
    expect(alone.records).toBe(FILES * 300)
    expect(alone.percentiles[0]?.latency.p50).toBeGreaterThan(0)
    const bytes = () =>
      Array.from({ length: FILES }, (_, file) => ({
        name: `file-${file}`,
        bytes: new Uint8Array(gzipSync(lines(file))),
      }))
    for (const tasks of [paths(), bytes()]) {
      const { rows, percentiles, records, rawBytes, storedBytes, objects } = await run(tasks, {
        threads: 3,
        workerScript: SCRIPT,
      })
      expect({ rows, percentiles, records, rawBytes, storedBytes, objects }).toEqual({
        rows: alone.rows,
        percentiles: alone.percentiles,
        records: alone.records,
        rawBytes: alone.rawBytes,
        storedBytes: alone.storedBytes,
        objects: FILES,
      })
    }
  })

  test('reads streams on the calling thread beside the files', async () => {
    async function* stream() {
      yield Buffer.from(lines(3))
    }
    const { objects, records } = await run([...paths(), { name: '-', stream: stream() }], {
      threads: 2,
      workerScript: SCRIPT,
    })
    expect([objects, records]).toEqual([FILES + 1, (FILES + 1) * 300])
  })

  test('tells of files that are missing, or are folders, and reads the rest', async () => {
    const spoilt = [{ name: 'z-gone', path: join(folder, 'gone') }, ...paths(), { name: 'a-folder', path: folder }]
    for (const options of [{}, { threads: 2, workerScript: SCRIPT }]) {
      const { faults, records } = await run(spoilt, options)
      expect(records).toBe(FILES * 300)
      expect(faults).toEqual([
        { name: 'a-folder', code: 'unreadable', message: 'it could not be read: EISDIR' },
        { name: 'z-gone', code: 'unreadable', message: 'it could not be read: ENOENT' },
      ])
    }
  })

  test('counts nothing of a stream that breaks off, wherever that is', async () => {
    async function* cut() {
      yield Buffer.from(lines(3))
      throw Object.assign(new Error('broken'), { code: 'ECONNRESET' })
    }
    const alone = await run(paths())
    const { faults, records, rows } = await run([...paths(), { name: 'cut', stream: cut() }])
    expect(faults).toEqual([{ name: 'cut', code: 'unreadable', message: 'it could not be read: ECONNRESET' }])
    expect({ records, rows }).toEqual({ records: alone.records, rows: alone.rows })
  })

  test.each([{}, { threads: 3, workerScript: SCRIPT }])(
    'counts a call once, in whichever objects it is told (%j)',
    async (options) => {
      const told = (ids: readonly (string | undefined)[]) =>
        ids
          .map((requestId) => `${JSON.stringify({ timestamp: '2026-09-08T10:00:00Z', modelId: 'a', requestId })}\n`)
          .join('')
      const ids = Array.from({ length: 500 }, (_, index) => `call-${index}`)
      const object = (name: string, some: readonly (string | undefined)[]): ScanTask => ({
        name,
        bytes: new Uint8Array(gzipSync(told(some))),
      })
      const { aggregate, records, faults } = await run(
        [
          ...Array.from({ length: 9 }, (_, index) => object(`o${index}`, ids.slice(index * 25))),
          object('twice', [...ids, ...ids]),
          object('without', [undefined, undefined, '', '']),
        ],
        options,
      )
      expect(faults).toEqual([])
      expect(aggregate).toMatchObject({ records: 504, doubles: records - 504, unchecked: 0 })
      expect(aggregate.rows().reduce((sum, { counters }) => sum + counters.invocations, 0)).toBe(504)
    },
  )

  test('loses no call that a stream took along when it broke off, in whatever order they come', async () => {
    const told = (ids: readonly number[]) =>
      Buffer.from(
        ids
          .map((id) => `${JSON.stringify({ timestamp: '2026-09-08T10:00:00Z', modelId: 'a', requestId: `${id}` })}\n`)
          .join(''),
      )
    async function* stream(ids: readonly number[], breaks: boolean) {
      yield told(ids)
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (breaks) throw Object.assign(new Error('broken'), { code: 'ECONNRESET' })
    }
    const part: fc.Arbitrary<{ ids: number[]; kind: 'bytes' | 'whole' | 'broken' }> = fc.record({
      ids: fc.array(fc.nat(30), { minLength: 1 }),
      kind: fc.constantFrom('bytes', 'whole', 'broken'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const tasks = parts.map(
          ({ ids, kind }, index): ScanTask =>
            kind === 'bytes'
              ? { name: `${index}`, bytes: new Uint8Array(told(ids)) }
              : { name: `${index}`, stream: stream(ids, kind === 'broken') },
        )
        const { aggregate } = await run(tasks, { threads: 2, workerScript: SCRIPT })
        const read = parts.filter(({ kind }) => kind !== 'broken').flatMap(({ ids }) => ids)
        const calls = new Set(read).size
        expect(aggregate).toMatchObject({ records: calls, doubles: read.length - calls, unchecked: 0 })
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  test('leaves what is outside the window to others', async () => {
    const line = (timestamp: string) => `${JSON.stringify({ timestamp, modelId: 'a', requestId: 'x' })}\n`
    const { aggregate } = await run(
      [{ name: 'o', bytes: Buffer.from(line('2026-09-07T10:00:00Z') + line('2026-09-08T10:00:00Z')) }],
      {
        aggregate: {
          dimensions: [],
          slotMs: 3_600_000,
          origin: 0,
          window: { start: Date.UTC(2026, 8, 8), end: Date.UTC(2026, 8, 9) },
        },
      },
    )
    expect(aggregate).toMatchObject({ records: 1, outside: 1, doubles: 0 })
  })

  test('tells its progress after each object', async () => {
    const seen: ScanProgress[] = []
    const { rawBytes, records } = await run(paths(), { onProgress: (progress) => seen.push(progress) })
    expect(seen.map(({ objects }) => objects)).toEqual(Array.from({ length: FILES }, (_, index) => index + 1))
    expect(seen.at(-1)).toMatchObject({ rawBytes, records })
  })

  test('takes tasks only as it can read them', async () => {
    let taken = 0
    let ahead = 0
    async function* counted() {
      for (const task of paths()) {
        taken++
        yield task
      }
    }
    await run(counted(), {
      threads: 2,
      workerScript: SCRIPT,
      onProgress: ({ objects }) => {
        ahead = Math.max(ahead, taken - objects)
      },
    })
    // Two threads, three objects each.
    expect(ahead).toBeLessThanOrEqual(6)
  })

  test('of which there are none is no fault', async () => {
    expect(await run([])).toMatchObject({ objects: 0, records: 0, faults: [], rows: [] })
  })
})

describe('a scan that is interrupted', () => {
  test.each([{}, { threads: 2, workerScript: SCRIPT }])('stops with the reason (%j)', async (options) => {
    const stop = new AbortController()
    const reason = new Error('interrupted')
    const scan = run(paths(), { ...options, signal: stop.signal, onProgress: () => stop.abort(reason) })
    await expect(scan).rejects.toBe(reason)
  })

  test('does not begin', async () => {
    await expect(run(paths(), { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  })

  test('by a source of tasks that fails, fails as that does', async () => {
    async function* failing(): AsyncGenerator<ScanTask> {
      yield* paths()
      throw new Error('no more listing')
    }
    await expect(run(failing(), { threads: 2, workerScript: SCRIPT })).rejects.toThrow('no more listing')
  })
})
