import { constants, gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ObjectBytes } from '../../../src/report/scan/gunzip.ts'
import { RecordReader } from '../../../src/report/scan/record-reader.ts'
import { SCAN_LIMITS, scanObject } from '../../../src/report/scan/scan-object.ts'
import { THIRD } from '../../support/share.ts'

function line(model: string, text = 'hello'): string {
  const input = { inputBodyJson: { text }, inputTokenCount: 3 }
  return `${JSON.stringify({ timestamp: '2026-09-08T12:10:33Z', modelId: model, input })}\n`
}

async function scan(source: ObjectBytes, limits = {}) {
  const models: string[] = []
  const { faults, ...object } = await scanObject(
    'the-object',
    source,
    new RecordReader(),
    (record) => models.push(record.modelId),
    new AbortController().signal,
    { ...SCAN_LIMITS, ...limits },
  )
  expect(faults.every(({ name, message }) => name === 'the-object' && message !== '')).toBe(true)
  return { models, codes: faults.map(({ code }) => code), faults, object }
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const numbered = Array.from({ length: 2000 }, (_, index) => `m${index}`)
const many = Buffer.from(numbered.map((model) => line(model, 'é"{[\\'.repeat(20))).join(''))

/** What a fault left over must be the beginning of it all. */
function expectBeginning(models: string[], atLeast: number): void {
  expect(models).toEqual(numbered.slice(0, models.length))
  expect(models.length).toBeGreaterThanOrEqual(atLeast)
}

describe('an object', () => {
  test('reads the same gzipped, plain and in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), fc.boolean(), async (size, gzipped) => {
        const part = many.subarray(0, 20_000)
        const whole = await scan(part)
        const { models, codes } = await scan(pieces(gzipped ? gzipSync(part) : part, size))
        expect(models).toEqual(whole.models)
        expect(codes).toEqual(whole.codes)
      }),
      { numRuns: THIRD.runs(100) },
    )
  })

  test('tells how much it was', async () => {
    const zipped = gzipSync(many)
    const { object } = await scan(zipped)
    expect(object).toEqual({ name: 'the-object', storedBytes: zipped.length, rawBytes: many.length, records: 2000 })
  })

  test.each([1, 7, 100_000])(
    'reads all members of a gzip file that has several, in pieces of %d bytes',
    async (size) => {
      const members = Buffer.concat([
        gzipSync(line('a')),
        gzipSync(line('b').slice(0, 20)),
        gzipSync(line('b').slice(20)),
      ])
      expect(await scan(pieces(members, size))).toMatchObject({ models: ['a', 'b'], codes: [] })
    },
  )

  test('may begin with a byte-order mark, end its lines with CRLF and lack the last of them', async () => {
    const text = `\ufeff${line('a')}${line('b')}`.replaceAll('\n', '\r\n').trimEnd()
    expect(await scan(Buffer.from(text))).toMatchObject({ models: ['a', 'b'], codes: [] })
  })

  test('may hold blank lines, the first event of a log stream and the times that an export writes before events', async () => {
    const first = 'Permissions are correctly set for Amazon Bedrock logs.\n'
    const time = '2026-09-08T12:10:33.123Z '
    const text = `${first}\n \r\n${line('a')}${time}${first}${time}${line('b')}`
    expect(await scan(Buffer.from(text))).toMatchObject({ models: ['a', 'b'], codes: [] })
  })
})

describe('what cannot be read is named, and the rest is kept', () => {
  test('lines that are no records', async () => {
    const text = `${line('a')}not json\n{"modelId":"no time"}\n[1]\n{"timestamp":"2026-09-08T12:10:33Z","mod\n${line('b')}`
    const { models, faults } = await scan(Buffer.from(text))
    expect(models).toEqual(['a', 'b'])
    expect(faults).toEqual([
      {
        name: 'the-object',
        code: 'not-a-record',
        message: 'of 6, 4 lines are not a record of a Bedrock invocation, left out',
      },
    ])
  })

  test('records of another schema', async () => {
    const other = line('x').replace('{', '{"schemaType":"SomethingElse",')
    expect(await scan(Buffer.from(other + line('a')))).toMatchObject({ models: ['a'], codes: ['not-a-record'] })
  })

  test('a gzip file that ends too early, wherever that is', async () => {
    const zipped = gzipSync(many, { level: 1 })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: zipped.length - 1 }),
        fc.constantFrom(50, 4096, 10 ** 9),
        async (cut, size) => {
          const { models, codes } = await scan(pieces(zipped.subarray(0, cut), size))
          expect(codes).toContain('gzip-truncated')
          expectBeginning(models, Math.floor((cut / zipped.length) * 2000 * 0.5) - 100)
        },
      ),
      { numRuns: THIRD.runs(100) },
    )
  })

  test('a gzip file that is damaged', async () => {
    const zipped = gzipSync(Buffer.concat(Array(20).fill(many)), { strategy: constants.Z_HUFFMAN_ONLY })
    zipped.fill(0xff, zipped.length - 3000, zipped.length - 2000)
    const whole = await scan(zipped)
    expect(whole.codes).toContain('gzip-corrupt')
    expect(whole.models.length).toBeGreaterThan(20 * 2000 * 0.99)
    expect(whole.faults.at(-1)?.message).toBe('its gzip data is damaged; the part before that was read')
    const streamed = await scan(pieces(zipped, 10 ** 6))
    expect(streamed.models.length).toBeGreaterThan(20 * 2000 * 0.8)
    expect(streamed.faults.at(-1)?.message).toMatch(/was read, except for up to 1 MB right before it$/)
    const again = () => pieces(zipped, 512 * 1024)
    const file = await scan(Object.assign(again(), { again }))
    expect(file.models.length).toBeGreaterThanOrEqual(whole.models.length - 1)
    expect(file.faults.at(-1)?.message).toBe('its gzip data is damaged; the part before that was read')
  })

  test('a gzip file with zeros behind it is whole, unless more follows them', async () => {
    const [zipped, zeros] = [gzipSync(many), Buffer.alloc(600)]
    for (const size of [1, 100, 1e6]) {
      const padded = Buffer.concat([zipped, zeros])
      expect((await scan(pieces(padded, size))).codes).toEqual([])
      expect((await scan(padded)).codes).toEqual([])
      expect((await scan(pieces(Buffer.concat([padded, zipped]), size))).codes).toContain('gzip-corrupt')
      expect((await scan(Buffer.concat([padded, zipped]))).codes).toContain('gzip-corrupt')
    }
  })

  test('members before a damaged one are read, also short ones', async () => {
    const members = ['a', 'b', 'c'].map((model) => gzipSync(`${line(model)}\n`))
    const { models } = await scan(Buffer.concat([...members, Buffer.from('no gzip')]))
    expect(models.slice(0, 2)).toEqual(['a', 'b'])
  })

  test('a short gzip file that is damaged, or followed by what is no gzip, up to there', async () => {
    const zipped = gzipSync(many, { strategy: constants.Z_HUFFMAN_ONLY })
    const followed = await scan(Buffer.concat([zipped, Buffer.from('\x1f\x8bno member', 'latin1')]))
    expect(followed.codes).toContain('gzip-corrupt')
    expectBeginning(followed.models, 1_990)
    zipped.fill(0xff, zipped.length / 2, zipped.length / 2 + 1000)
    const { models, codes } = await scan(zipped)
    expect(codes).toContain('gzip-corrupt')
    expectBeginning(models, 2000 * 0.45)
  })

  test('a gzip bomb, before it is unpacked', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(line('a')), Buffer.alloc(40 * 2 ** 20)]))
    const { models, codes, object } = await scan(bomb, { ratioFromBytes: 2 ** 20, maxLineBytes: 2 ** 20 })
    expect(models).toEqual(['a'])
    expect(codes).toContain('gzip-bomb')
    expect(object.rawBytes).toBeLessThan(4 * 2 ** 20)
  })

  test('a line of 50 MB', async () => {
    const long = line('long', 'x'.repeat(50 * 2 ** 20))
    const { models, codes } = await scan(gzipSync(line('a') + long + line('b'), { level: 1 }))
    expect({ models, codes }).toEqual({ models: ['a', 'b'], codes: ['line-too-long'] })
  })

  test('lines longer than the limit, whatever the pieces, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(60), { maxLength: 12 }),
        fc.integer({ min: 1, max: 400 }),
        async (sizes, size) => {
          const limit = line('m').length + 30
          const lines = sizes.map((length) => line('m', `hello${'x'.repeat(length)}`))
          const { models, faults } = await scan(pieces(Buffer.from(lines.join('')), size), { maxLineBytes: limit })
          const fitting = lines.filter((text) => text.length - 1 <= limit)
          expect(models).toHaveLength(fitting.length)
          const tooLong = faults.find(({ code }) => code === 'line-too-long')
          expect(tooLong === undefined).toBe(fitting.length === lines.length)
        },
      ),
    )
  })

  test('bytes that are not UTF-8, with the numbers of their record kept', async () => {
    const bytes = Buffer.from(line('a') + line('b') + line('c'))
    bytes[bytes.indexOf('hello', 100)] = 0xff
    expect(await scan(bytes)).toMatchObject({ models: ['a', 'b', 'c'], codes: ['invalid-utf8'] })
  })

  test.each([0, 1])('an empty object, gzipped or not', async (gzipped) => {
    const { codes } = await scan(gzipped ? Buffer.alloc(0) : pieces(Buffer.alloc(0), 1))
    expect(codes).toEqual(['empty-object'])
  })

  test('an object that vanishes while it is read', async () => {
    async function* vanishing() {
      yield Buffer.from(line('a'))
      throw Object.assign(new Error('with an address in it'), { code: 'ECONNRESET' })
    }
    const { models, faults } = await scan(vanishing())
    expect(models).toEqual(['a'])
    const message = 'it could not be read to its end: ECONNRESET; the part before that was read'
    expect(faults).toEqual([{ name: 'the-object', code: 'unreadable', message }])
  })

  test('no message quotes from a record', async () => {
    const bytes = Buffer.from(`{"secret":"sesame"\n${line('a', 'sesame').replace('"modelId"', '')}`)
    expect(JSON.stringify((await scan(bytes)).faults)).not.toContain('sesame')
  })
})

describe('a scan that is interrupted', () => {
  test('ends with the reason', async () => {
    const stop = new AbortController()
    const reason = new Error('stopped')
    async function* source() {
      yield gzipSync(many).subarray(0, 1000)
      stop.abort(reason)
      yield gzipSync(many).subarray(1000)
    }
    await expect(scanObject('o', source(), new RecordReader(), () => {}, stop.signal)).rejects.toBe(reason)
  })
})
