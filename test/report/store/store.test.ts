import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AppError } from '../../../src/core/errors.ts'
import type { Event } from '../../../src/core/events.ts'
import type { AggregateOptions } from '../../../src/report/scan/aggregate.ts'
import { scanAll } from '../../../src/report/scan/pool.ts'
import type { ScanTask } from '../../../src/report/scan/task.ts'
import { folderOf, type KnownObject, type RunTallies, TallyStore } from '../../../src/report/store/store.ts'
import { recordLine } from '../../support/invocation-records.ts'
import { packsInMemory } from '../../support/packs.ts'
import { reportContext } from '../../support/report-context.ts'

const NOW = Date.UTC(2026, 10, 22)
const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 20)

interface Stored {
  name: string
  version: number
  lines: readonly string[]
}

/** What is read of objects, and which of them were read. */
async function read(
  objects: readonly Stored[],
  options: Partial<AggregateOptions> = {},
  store?: TallyStore,
  size = 100,
) {
  const events: Event[] = []
  const cx = { ...reportContext({} as never, NOW), emit: (event: Event) => events.push(event) }
  const known = objects.map(({ name, version }): KnownObject => ({ name, id: name, version: String(version), size }))
  const tallies = store?.ofRun(cx, known)
  const fetched: string[] = []
  const { aggregate, faults, records } = await scanAll(() => tasksOf(objects, tallies, fetched), {
    aggregate: { dimensions: ['account'], slotMs: HOUR, origin: 0, ...options },
    signal: cx.signal,
    threads: 1,
    tallies,
  })
  const by = [...(options.dimensions ?? []), 'hour']
  const sorted = (list: readonly object[]) => list.map((each) => JSON.stringify(each, plainly)).sort()
  const { outside, doubles, others, firstTime, lastTime } = aggregate
  const sums = { rows: sorted(aggregate.rows()), percentiles: sorted(aggregate.percentiles(by)) }
  return { told: { ...sums, faults, records, outside, doubles, others, firstTime, lastTime }, fetched, events }
}

const plainly = (_: string, value: unknown) => (value instanceof Set ? [...value] : value)

function* tasksOf(objects: readonly Stored[], tallies: RunTallies | undefined, fetched: string[]): Generator<ScanTask> {
  for (const { name, version, lines } of objects) {
    if (tallies?.isDone(name)) continue
    fetched.push(name)
    yield { name, version: String(version), bytes: new Uint8Array(gzipSync(lines.join('\n'))) }
  }
}

const line = fc
  .record({
    minute: fc.nat(48 * 60),
    model: fc.constantFrom('amazon.nova-lite-v1:0', 'us.amazon.nova-pro-v1:0', '__proto__'),
    account: fc.constantFrom('111122223333', '444455556666'),
    identity: fc.constantFrom('arn:aws:iam::111122223333:user/ada', 'arn:aws:sts::111122223333:assumed-role/A/b'),
    operation: fc.constantFrom('Converse', 'InvokeModelWithResponseStream', 'InvokeModel'),
    call: fc.nat(40),
    team: fc.option(fc.constantFrom('chat', 'search'), { nil: undefined }),
    input: fc.constantFrom(0, 7, 300_000),
    output: fc.nat(2000),
    cached: fc.nat(3),
    latency: fc.option(fc.nat(90_000), { nil: undefined }),
    errorCode: fc.constantFrom(undefined, undefined, undefined, 'ThrottlingException', 'InternalServerException'),
  })
  .map(({ minute, model, account, identity, operation, call, team, input, output, cached, latency, errorCode }) =>
    recordLine({
      time: new Date(START + minute * 60_000).toISOString(),
      ...{ model, account, identity, operation },
      requestId: `6d1f2f0e-2b6c-4f58-9a35-${String(call).padStart(12, '0')}`,
      ...(team && { metadata: { team, of: account } }),
      input: { inputTokenCount: input, cacheReadInputTokenCount: cached },
      output: {
        outputTokenCount: output,
        outputBodyJson: {
          metrics: { latencyMs: latency },
          serviceTier: { type: cached === 2 ? 'flex' : 'default' },
          'amazon-bedrock-invocationMetrics': { invocationLatency: latency, firstByteLatency: latency },
        },
      },
      ...(errorCode && { errorCode }),
    }),
  )
/** Deliveries of a call may differ. */
const calls = fc
  .array(line, { maxLength: 30 })
  .chain((pool) => fc.array(fc.array(fc.oneof(fc.constant('garbled'), fc.constantFrom(...pool, ''))), { maxLength: 6 }))
const windows: fc.Arbitrary<Partial<AggregateOptions>> = fc
  .record({ from: fc.integer({ min: -10, max: 40 * 60 }), minutes: fc.integer({ min: 1, max: 50 * 60 }) })
  .map(({ from, minutes }) => {
    const window = { start: START + from * 60_000, end: START + (from + minutes) * 60_000 }
    return { window, origin: window.start }
  })
const questions: fc.Arbitrary<Partial<AggregateOptions>> = fc
  .record({
    dimensions: fc.subarray([
      'account',
      'identity',
      'role',
      'operation',
      'tier',
      'errorCode',
      'metadata:team',
      'metadata:of',
    ]),
    samplesBySlot: fc.boolean(),
    window: fc.option(windows, { nil: {} }),
    where: fc.constantFrom({}, { where: { account: ['1*'] } }, { where: { 'metadata:team': ['chat', ''] } }),
    edge: fc.constantFrom({}, { edgeMs: HOUR }),
  })
  .map(({ window, where, edge, ...rest }) => ({ ...rest, ...window, ...where, ...edge }))

type Step =
  | { kind: 'read'; question: Partial<AggregateOptions>; of: readonly boolean[] }
  | { kind: 'replace'; object: number; by: number }
  | { kind: 'spoil'; at: number }
  | { kind: 'forget' | 'two at once' }
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('read' as const),
        question: questions,
        of: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), object: fc.nat(5), by: fc.nat(5) }) },
    fc.record({ kind: fc.constant('spoil' as const), at: fc.nat(5000) }),
    fc.record({ kind: fc.constantFrom('forget' as const, 'two at once' as const) }),
  ),
  { maxLength: 8 },
)

describe('a store of tallies', () => {
  test('never changes what is told, whatever was read before, replaced, late, spoilt or forgotten', () =>
    fc.assert(
      fc.asyncProperty(calls, steps, questions, async (contents, steps, last) => {
        const objects: Stored[] = contents.map((lines, index) => ({
          name: `s3://logs/AWSLogs/2026/11/2${index % 2}/0${index % 3}/${index}.json.gz`,
          version: 1,
          lines,
        }))
        const files = packsInMemory()
        const store = new TallyStore(files, '1.2.3')
        for (const step of steps) {
          if (step.kind === 'read') {
            const some = objects.filter((_, index) => step.of[index])
            const [plain, kept] = [await read(some, step.question), await read(some, step.question, store)]
            expect(kept.told).toEqual(plain.told)
          } else if (step.kind === 'replace') {
            const [object, other] = [objects[step.object], objects[step.by]]
            if (object) objects[step.object] = { ...object, version: object.version + 1, lines: other?.lines ?? [] }
          } else if (step.kind === 'forget') files.packs.clear()
          else if (step.kind === 'spoil') {
            for (const bytes of files.packs.values()) bytes.fill(bytes[step.at] === 7 ? 8 : 7, step.at, step.at + 1)
          } else {
            const [one, two] = await Promise.all([read(objects, {}, store), read(objects.slice(1), last, store)])
            expect([one.told, two.told]).toEqual([
              (await read(objects)).told,
              (await read(objects.slice(1), last)).told,
            ])
          }
        }
        const plain = await read(objects, last)
        expect((await read(objects, last, store)).told).toEqual(plain.told)
        const again = await read(objects, last, store)
        expect(again.told).toEqual(plain.told)
        expect(again.fetched).toEqual([])
      }),
    ))

  const some = (count: number, more = {}): Stored[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `s3://logs/2026/11/20/0${index}/x.json.gz`,
      version: 1,
      lines: [recordLine({ time: new Date(START + index * HOUR).toISOString(), ...more })],
    }))

  test('reads new and replaced objects alone', async () => {
    const store = new TallyStore(packsInMemory(), '1')
    const objects = some(3)
    expect((await read(objects.slice(0, 2), {}, store)).fetched).toHaveLength(2)
    expect((await read(objects, {}, store)).fetched).toEqual([objects[2]?.name])
    const replaced = objects.map((object, index) => (index === 1 ? { ...object, version: 2 } : object))
    expect((await read(replaced, {}, store)).fetched).toEqual([objects[1]?.name])
  })

  test('reads once more for a key of the metadata, and from then on for none', async () => {
    const store = new TallyStore(packsInMemory(), '1')
    const objects = some(2, { metadata: { team: 'chat', stage: 'prod' } })
    const by = (...dimensions: string[]) => read(objects, { dimensions }, store).then(({ fetched }) => fetched.length)
    expect(await by('identity')).toBe(2)
    expect(await by('metadata:team')).toBe(2)
    expect(await by('metadata:stage')).toBe(2)
    expect(await by('metadata:team', 'metadata:stage', 'errorCode')).toBe(0)
    expect(await by('identity')).toBe(0)
  })

  test('believes nothing that another version of the program has kept', async () => {
    const files = packsInMemory()
    await read(some(2), {}, new TallyStore(files, '1.0.0'))
    expect((await read(some(2), {}, new TallyStore(files, '1.0.1'))).fetched).toHaveLength(2)
  })

  test('keeps apart what different servers say', async () => {
    const files = packsInMemory()
    await read(some(2), {}, new TallyStore(files, '1', async () => 'http://127.0.0.1:4566'))
    expect((await read(some(2), {}, new TallyStore(files, '1'))).fetched).toHaveLength(2)
  })

  test('keeps no prompt, no answer and no request id', async () => {
    const files = packsInMemory()
    const secret = (text: string) => ({ messages: [{ role: 'user', content: [{ text }] }] })
    const requestId = '6d1f2f0e-2b6c-4f58-9a35-00000000beef'
    const sides = { input: { inputBodyJson: secret('my prompt') }, output: { outputBodyJson: secret('its answer') } }
    await read(some(2, { requestId, ...sides, metadata: { team: 'nobody asked' } }), {}, new TallyStore(files, '1'))
    const kept = [...files.packs.values()].map((bytes) => {
      const body = bytes.indexOf(0x0a) + 1
      return Buffer.concat([bytes.subarray(0, body), gunzipSync(bytes.subarray(body))]).toString('latin1')
    })
    expect(kept).toHaveLength(1)
    expect(kept[0]).toContain('user/ada')
    expect(kept[0]).not.toMatch(/my prompt|its answer|beef|nobody asked/)
  })

  test.each([
    { maxTallyBytes: 100_000, isKept: true },
    { maxTallyBytes: 5000, isKept: false },
  ])('keeps a file that is read in parts, up to a bound for all of them together (%j)', async (each) => {
    const path = join(mkdtempSync(join(tmpdir(), 'tallies-')), 'large.jsonl')
    const requestId = (call: number) => `6d1f2f0e-2b6c-4f58-9a35-${String(call).padStart(12, '0')}`
    const time = new Date(START).toISOString()
    const all = Array.from({ length: 600 }, (_, call) => recordLine({ time, requestId: requestId(call) }))
    writeFileSync(path, all.join('\n'))
    const files = packsInMemory()
    const cx = reportContext({} as never, NOW)
    const known = { name: path, id: path, version: '1', size: statSync(path).size }
    await scanAll([{ name: path, path, version: '1' }], {
      aggregate: { dimensions: ['account'], slotMs: HOUR, origin: 0 },
      signal: cx.signal,
      threads: 1,
      partBytes: 20_000,
      limits: { maxTallyBytes: each.maxTallyBytes },
      tallies: new TallyStore(files, '1').ofRun(cx, [known]),
    })
    expect(files.packs.size).toBe(each.isKept ? 1 : 0)
    rmSync(dirname(path), { recursive: true })
  })

  test('tells again of which file in an archive something could not be read', async () => {
    const entry = (name: string, text: string) => {
      const head = Buffer.alloc(512)
      head.write(name)
      head.write(text.length.toString(8).padStart(11, '0'), 124)
      head.write('0', 156)
      head.write('ustar', 257)
      return Buffer.concat([head, Buffer.from(text), Buffer.alloc(511 - ((text.length + 511) % 512))])
    }
    const end = Buffer.alloc(1024)
    const bytes = () => new Uint8Array(Buffer.concat([entry('a.json', recordLine()), entry('b.json', 'hello'), end]))
    const store = new TallyStore(packsInMemory(), '1')
    const cx = reportContext({} as never, NOW)
    const read = async (name: string) => {
      const tallies = store.ofRun(cx, [{ name, id: '/logs/x.tar', version: '1', size: 100 }])
      const options = { aggregate: { dimensions: ['account'], slotMs: HOUR, origin: 0 }, signal: cx.signal, tallies }
      function* tasks(): Generator<ScanTask> {
        if (!tallies.isDone(name)) yield { name, version: '1', bytes: bytes() }
      }
      const { faults, objects } = await scanAll(tasks(), options)
      return { faults, objects }
    }
    const first = await read('x.tar')
    expect(first).toEqual({ faults: [expect.objectContaining({ name: 'x.tar/b.json' })], objects: 1 })
    expect(await read('x.tar')).toEqual({ ...first, objects: 0 })
    expect((await read('../x.tar')).faults.map(({ name }) => name)).toEqual(['../x.tar/b.json'])
  })

  test('counts what came of an object before it broke off, and reads it again', async () => {
    const [object] = some(1) as [Stored]
    const store = new TallyStore(packsInMemory(), '1')
    async function* broken() {
      yield Buffer.from(`${object.lines[0]}\n`)
      throw new AppError('failed', 'ObjectBroken', 'its connection broke')
    }
    const cx = reportContext({} as never, NOW)
    const { records, faults } = await scanAll([{ name: object.name, version: '1', stream: broken() }], {
      aggregate: { dimensions: ['account'], slotMs: HOUR, origin: 0 },
      signal: cx.signal,
      tallies: store.ofRun(cx, [{ name: object.name, id: object.name, version: '1', size: 100 }]),
    })
    expect([records, faults.map(({ code }) => code)]).toEqual([1, ['unreadable']])
    expect((await read([object], {}, store)).fetched).toEqual([object.name])
    expect((await read([object], {}, store)).fetched).toEqual([])
  })

  test('keeps large objects apart, so that no pack grows with their number', async () => {
    const sizes = new Map<string, number>()
    const kept = packsInMemory()
    const write = (name: string, bytes: Uint8Array) => {
      sizes.set(name, bytes.length)
      return kept.write(name, bytes)
    }
    const store = new TallyStore({ ...kept, write }, '1')
    const objects = some(9)
    const { told } = await read(objects, {}, store, 2 ** 30)
    const [one = 0] = [...sizes.values()].sort((a, b) => b - a)
    expect(sizes.size).toBe(objects.length)
    expect(one).toBeLessThan(1000)
    const again = await read(objects, {}, store, 2 ** 30)
    expect([again.fetched, again.told]).toEqual([[], told])
  })

  test('says once that nothing can be kept, and reads all the same', async () => {
    const files = { ...packsInMemory(), write: async () => '/cache: ENOSPC' }
    const objects = [...some(3), ...some(3).map((object) => ({ ...object, name: object.name.replace('/20/', '/21/') }))]
    const { told, events } = await read(objects, {}, new TallyStore(files, '1'))
    expect(told).toEqual((await read(objects)).told)
    expect(events).toEqual([
      { type: 'warning', warning: { code: 'cache-not-written', message: expect.stringContaining('/cache: ENOSPC') } },
    ])
  })
})

test.each([
  ['s3://b/AWSLogs/1/X/us-east-1/2026/11/20/07/x.json.gz', 's3://b/AWSLogs/1/X/us-east-1/2026/11/20'],
  ['/logs/2026/11/20/x.json', '/logs/2026/11/20'],
  ['/logs/20/07/x.json', '/logs/20/07'],
  ['C:\\logs\\2026\\11\\20\\07\\x.json', 'C:\\logs\\2026\\11\\20'],
])('the folder of %s is %s', (id, folder) => {
  expect(folderOf(id)).toBe(folder)
})
