import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MAX_LINE_BYTES } from '../../../src/report/scan/object-scan.ts'
import { type FilePart, partsOf } from '../../../src/report/scan/parts.ts'
import { type PoolOptions, type ScanProgress, scanAll } from '../../../src/report/scan/pool.ts'
import { bytesOf, type ScanTask } from '../../../src/report/scan/task.ts'

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

async function run(tasks: Parameters<typeof scanAll>[0], options: Partial<PoolOptions> = {}) {
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

  test.each([{ threads: 1 }, { threads: 2, workerScript: SCRIPT }])(
    'reads streams side by side, few at a time (%j)',
    async (options) => {
      let open = 0
      let most = 0
      async function* slow() {
        most = Math.max(most, ++open)
        await new Promise((resolve) => setTimeout(resolve, 20))
        yield gzipSync(lines(3))
        open--
      }
      const { objects, records } = await run(
        Array.from({ length: 20 }, (_, index) => ({ name: `${index}`, stream: slow() })),
        options,
      )
      expect([objects, records]).toEqual([20, 6000])
      expect(most).toBeGreaterThan(1)
      expect(most).toBeLessThanOrEqual(6)
    },
  )

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

  test('counts what came of a stream before it broke off, and tells that it did', async () => {
    async function* cut() {
      yield Buffer.from(lines(3))
      throw Object.assign(new Error('broken'), { code: 'ECONNRESET' })
    }
    const whole = await run([...paths(), { name: 'cut', bytes: Buffer.from(lines(3)) }])
    const { faults, records, rows } = await run([...paths(), { name: 'cut', stream: cut() }])
    const message = 'it could not be read to its end: ECONNRESET; the part before that was read'
    expect(faults).toEqual([{ name: 'cut', code: 'unreadable', message }])
    expect({ records, rows }).toEqual({ records: whole.records, rows: whole.rows })
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

  test.each([
    { threads: 1 },
    { threads: 3, workerScript: SCRIPT },
    { threads: 3, workerScript: SCRIPT, partBytes: 2000 },
  ])(
    'counts the record with the most tokens where those of a call differ, in whatever order they come (%j)',
    async (options) => {
      const differing = (call: number, copy: number) => ({
        timestamp: `2026-09-08T1${(call + copy) % 4}:00:00Z`,
        modelId: `model-${(call * copy) % 3}`,
        requestId: `call-${call}`,
        operation: 'Converse',
        input: { inputTokenCount: (call * 7 + copy * 13) % 50 },
        output: { outputTokenCount: copy % 2, outputBodyJson: { metrics: { latencyMs: 100 + ((call + copy) % 3) } } },
      })
      const lines = Array.from({ length: 6 }, (_, copy) =>
        Array.from({ length: 200 }, (_, call) => `${JSON.stringify(differing(call, copy))}\n`).join(''),
      )
      const most = Array.from({ length: 200 }, (_, call) =>
        Math.max(...lines.map((_, copy) => ((call * 7 + copy * 13) % 50) + (copy % 2))),
      )
      const paths = lines.map((text, copy) => {
        const path = join(folder, `differing-${copy}`)
        writeFileSync(path, text)
        return path
      })
      const told = []
      for (const order of [paths, paths.toReversed(), [...paths.slice(3), ...paths.slice(0, 3)]]) {
        const { rows, percentiles, aggregate, records, objects } = await run(
          () => order.map((path) => ({ name: path, path })),
          options,
        )
        const { doubles, others, firstTime, lastTime } = aggregate
        expect({ records, objects, doubles, counted: aggregate.records }).toEqual({
          ...{ records: 1200, objects: 6, doubles: 1000, counted: 200 },
        })
        const tokens = aggregate.rows().map(({ counters }) => counters.inputTokens + counters.outputTokens)
        expect(tokens.reduce((sum, more) => sum + more)).toBe(most.reduce((sum, more) => sum + more))
        told.push({ rows, percentiles, others, firstTime, lastTime })
      }
      expect(told[1]).toEqual(told[0])
      expect(told[2]).toEqual(told[0])
    },
  )

  test('counts a call once in streams that are read side by side, of which some break off', async () => {
    const told = (ids: readonly number[]) =>
      Buffer.from(
        ids
          .map(
            (id) => `${JSON.stringify({ timestamp: '2026-09-08T10:00:00Z', modelId: 'a', requestId: `${id + 1}` })}\n`,
          )
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
        const { aggregate, faults } = await run(tasks, { threads: 2, workerScript: SCRIPT })
        const read = parts.flatMap(({ ids }) => ids)
        const calls = new Set(read).size
        expect(aggregate).toMatchObject({ records: calls, doubles: read.length - calls, unchecked: 0 })
        expect(faults).toHaveLength(parts.filter(({ kind }) => kind === 'broken').length)
      }),
      { numRuns: 20 },
    )
  })

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

describe('a large file', () => {
  const record = (id: number) =>
    JSON.stringify({
      timestamp: '2026-09-08T10:00:00Z',
      modelId: id % 3 === 0 ? 'a' : 'é',
      requestId: `call-${id}`,
      input: { inputTokenCount: id },
    })
  const event = (id: number) => JSON.stringify({ message: record(id) })
  /** What stands on a line of a log, and what may stand there besides. */
  const anyLine = fc.oneof(
    { weight: 5, arbitrary: fc.nat(39).map(record) },
    fc.nat(39).map(event),
    fc.nat(39).map((id) => `2026-09-08T12:10:33.000Z ${record(id)}`),
    fc.nat(39).map((id) => record(id).slice(0, 40)),
    fc.nat(39).map((id) => record(id).replace('10:00:00Z', '10:00:00')),
    fc.constantFrom(
      '',
      ' ',
      'no record',
      '{',
      'Permissions are correctly set for Amazon Bedrock logs.',
      '\ufeff',
      'BZh9',
    ),
    fc.constant('x'.repeat(3000)),
  )
  const anyFile = fc.record({
    first: fc.nat(39).map(record),
    lines: fc.array(anyLine, { minLength: 20, maxLength: 80 }),
    mark: fc.constantFrom('', '\ufeff'),
    end: fc.constantFrom('\n', '\r\n'),
    isEnded: fc.boolean(),
    garbled: fc.boolean(),
  })

  test('tells the same in parts of any size as in one, faults included', async () => {
    const path = join(folder, 'large.jsonl')
    let parts = 0
    await fc.assert(
      fc.asyncProperty(anyFile, fc.integer({ min: 1, max: 300 }), async (file, partBytes) => {
        const text = [file.first, ...file.lines].join(file.end)
        const bytes = Buffer.from(file.mark + text + (file.isEnded ? file.end : ''))
        writeFileSync(path, file.garbled ? Buffer.from(bytes.toString('utf8'), 'latin1') : bytes)
        const limits = { maxLineBytes: 2500 }
        const whole = await run([{ name: 'large', path }], { threads: 1, limits, partBytes: 1e9 })
        const cut = await run([{ name: 'large', path }], { threads: 2, workerScript: SCRIPT, limits, partBytes })
        parts += partsOf(path, partBytes)?.length ?? 0
        const told = ({ rows, percentiles, faults, objects, records, aggregate }: typeof whole) => {
          const { doubles, unchecked, firstTime, lastTime } = aggregate
          return { rows, percentiles, faults, objects, records, doubles, unchecked, firstTime, lastTime }
        }
        expect(told(cut)).toEqual(told(whole))
        const [first] = partsOf(path, partBytes) ?? []
        expect(cut.rawBytes + (first?.start ?? 0)).toBe(whole.rawBytes)
      }),
      { numRuns: 30 },
    )
    expect(parts).toBeGreaterThan(0)
  })

  test.each<[string, Buffer]>([
    ['gzip', gzipSync(lines(1))],
    ['an array', Buffer.from(`[${lines(1).trim().replaceAll('\n', ',\n')}]`)],
    [
      'indented records',
      Buffer.from(JSON.stringify(JSON.parse(lines(1).split('\n')[0] ?? ''), undefined, 1).repeat(9)),
    ],
    ['UTF-16', Buffer.from(`\ufeff${lines(1)}`, 'utf16le')],
    ['a table', Buffer.from(`@timestamp,@message\n${'2026-09-08,"{""modelId"":""a""}"\n'.repeat(30)}`)],
    ['short', Buffer.from(lines(1).slice(0, 150))],
  ])('that is %s is read in one go', (_, bytes) => {
    const path = join(folder, 'other')
    writeFileSync(path, bytes)
    expect(partsOf(path, 100)).toBeUndefined()
  })

  test('is cut at the ends of lines into parts that are the whole', () => {
    const path = join(folder, 'cut')
    writeFileSync(path, lines(2))
    const parts = partsOf(path, 1000) ?? []
    const text = readFileSync(path)
    expect(parts.length).toBeGreaterThan(20)
    expect(Buffer.concat(parts.map(({ start, end }) => text.subarray(start, end))).equals(text)).toBe(true)
    for (const { end } of parts.slice(0, -1)) expect(text[(end ?? 0) - 1]).toBe(0x0a)
  })

  test.each<[string, (path: string) => void]>([
    [
      'replaced',
      (path) => {
        writeFileSync(`${path}.new`, lines(3))
        renameSync(`${path}.new`, path)
      },
    ],
    ['truncated', (path) => truncateSync(path, 1500)],
  ])('that is %s while its parts are read is not read as if they belonged together', async (how, change) => {
    const path = join(folder, 'changing')
    writeFileSync(path, lines(2))
    const parts = partsOf(path, 1000) ?? []
    change(path)
    const read = async (part: FilePart | undefined) => {
      for await (const _ of bytesOf({ name: path, path, ...(part && { part }) }, () => {}));
    }
    await expect(read(parts[1])).rejects.toThrow(`the file was ${how} while it was read`)
  })

  test('is not looked through for the end of a line that is too long to be read', () => {
    const path = join(folder, 'endless')
    writeFileSync(path, `${record(1)}\n${'x'.repeat(MAX_LINE_BYTES + 2 ** 20)}\n${lines(1)}`)
    const parts = partsOf(path, 100) ?? []
    expect(parts).toHaveLength(2)
    expect(parts[1]).not.toHaveProperty('end')
  })

  test.each([{ threads: 1 }, { threads: 2, workerScript: SCRIPT }])(
    'tells its progress while it is read (%j)',
    async (options) => {
      const path = join(folder, 'long.json.gz')
      // Random text, so that it is large as it is stored, too.
      const text = Array.from({ length: 60 }, () => randomBytes(100_000).toString('base64'))
      const stored = gzipSync(
        text
          .map((body) => JSON.stringify({ timestamp: '2026-09-08T10:00:00Z', modelId: 'a', input: { body } }))
          .join('\n'),
        { level: 1 },
      )
      writeFileSync(path, stored)
      const seen: ScanProgress[] = []
      await run([...paths(), { name: 'long', path }], { ...options, onProgress: (progress) => seen.push(progress) })
      const bytes = seen.map(({ storedBytes }) => storedBytes)
      expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
      expect(seen.length).toBeGreaterThan(FILES + 1)
      const small = paths().reduce((sum, task) => sum + statSync('path' in task ? task.path : '').size, 0)
      expect(bytes.at(-1)).toBe(small + stored.length)
    },
  )
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
