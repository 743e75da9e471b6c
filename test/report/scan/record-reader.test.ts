import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RecordReader } from '../../../src/report/scan/record-reader.ts'
import { RecordWalker } from '../../../src/report/scan/walk.ts'
import { parseRecord } from '../../support/parse-record.ts'
import { jsonValue, recordLine } from './arbitraries.ts'

const METADATA_KEYS = ['team', 'é"\\', '__proto__', '']

/** Lines stand among others, so that a walker which runs past its line meets more of them. */
function placed(line: string | Buffer): { bytes: Buffer; start: number; end: number } {
  const before = Buffer.from('{"modelId":"before"}\n')
  const content = Buffer.from(line)
  const bytes = Buffer.concat([before, content, Buffer.from('\n"}]}{"modelId":"after","region":"after"}\n')])
  return { bytes, start: before.length, end: before.length + content.length }
}

const reader = new RecordReader(METADATA_KEYS)
const walker = new RecordWalker(METADATA_KEYS)

function read(line: string | Buffer) {
  const { bytes, start, end } = placed(line)
  return reader.read(bytes, start, end)
}

function walks(line: string): boolean {
  const { bytes, start, end } = placed(line)
  return walker.walk(bytes, start, end)
}

describe('a record read byte by byte', () => {
  test('is what JSON.parse makes of it, whatever its keys, escapes, numbers and nesting', () => {
    let records = 0
    fc.assert(
      fc.property(recordLine, (line) => {
        const expected = parseRecord(line, METADATA_KEYS)
        if (expected) records++
        expect(read(line)).toEqual(expected ?? 'strange')
      }),
      { numRuns: 500 },
    )
    expect(records).toBeGreaterThan(100)
  })

  test('needs no help from JSON.parse', () => {
    fc.assert(
      fc.property(recordLine, (line) => {
        expect(walks(line)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('is none if it is any other JSON', () => {
    fc.assert(
      fc.property(jsonValue, (line) => {
        expect(read(line)).toEqual(parseRecord(line, METADATA_KEYS) ?? 'strange')
      }),
    )
  })

  test('is never read past its end, wherever it was cut', () => {
    fc.assert(
      fc.property(recordLine, fc.nat(), (line, cut) => {
        const bytes = Buffer.from(line)
        const part = bytes.subarray(0, cut % bytes.length)
        expect(read(part)).toBe(part.toString().trim() === '' ? 'nothing' : 'strange')
      }),
      { numRuns: 500 },
    )
  })

  test('survives any change of a byte', () => {
    fc.assert(
      fc.property(recordLine, fc.nat(), fc.nat(255), (line, place, byte) => {
        const bytes = Buffer.from(line)
        bytes[place % bytes.length] = byte === 0x0a ? 0x20 : byte
        const expected = parseRecord(bytes.toString(), METADATA_KEYS)
        const found = read(bytes)
        if (expected) expect(found).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('keys', () => {
  const base = '"timestamp":"2026-09-08T12:10:33Z","modelId":"m"'

  test.each([
    ['an escaped key', `{${base},"input":{"input\\u0054okenCount":7}}`, 7],
    ['the last of two equal keys', `{${base},"input":{"inputTokenCount":1,"inputTokenCount":7}}`, 7],
    ['the last of two equal objects', `{${base},"input":{"inputTokenCount":1},"input":{}}`, undefined],
    [
      'the same key elsewhere',
      `{${base},"other":{"inputTokenCount":1},"input":{"inputBodyJson":{"inputTokenCount":2}}}`,
      undefined,
    ],
    ['a key inside a text', `{${base},"input":{"a":"\\",\\"inputTokenCount\\":1,\\"","inputTokenCount":7}}`, 7],
    ['a text that ends in backslashes', `{${base},"input":{"a":"\\\\\\\\","inputTokenCount":7}}`, 7],
  ])('%s', (_name, line, inputTokens) => {
    expect(read(line)).toMatchObject({ inputTokens })
  })

  test.each([
    ['{"input_tokens":7,"output_tokens":1,"cache_read_input_tokens":2,"cache_creation_input_tokens":3}'],
    ['{"inputTokens":7,"outputTokens":1,"cacheReadInputTokens":2,"cacheWriteInputTokens":3}'],
    ['{"inputTokenCount":7,"outputTokenCount":1,"cacheReadTokens":2,"cache_write_tokens":3}'],
  ])('counts beside the model, as answers and tables name them: %s', (counts) => {
    const right = { inputTokens: 7, outputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3 }
    expect(read(`{${base},${counts.slice(1)}`)).toMatchObject(right)
  })
})

/** `Date.parse` takes them for days of the next month. */
const DAYS_THAT_ARE_NOT = /^2026-(?:02-29|04-31)/

test('times are what they say, whatever times come before them', () => {
  const text = fc
    .record({
      day: fc.constantFrom(
        '2026-11-20',
        '2026-11-21',
        '2024-02-29',
        '2026-02-29',
        '2026-04-31',
        '2026-13-01',
        '2026-1-1',
      ),
      clock: fc.constantFrom(
        '00:00:00',
        '23:59:59',
        '10:15:07',
        '24:00:00',
        '25:00:00',
        '10:60:00',
        '10:15:6x',
        '10-15-07',
      ),
      between: fc.constantFrom('T', ' '),
      zone: fc.constantFrom('Z', '', '+01:00'),
    })
    .map(({ day, clock, between, zone }) => ({
      told: `${day}${between}${clock}${zone}`,
      plain: `${day}T${clock}${zone || 'Z'}`,
    }))
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (texts) => {
      const reader = new RecordReader()
      for (const { told, plain } of texts) {
        const line = Buffer.from(`${JSON.stringify({ timestamp: told, modelId: 'm' })}\n`)
        const read = reader.read(line, 0, line.length - 1)
        const time = DAYS_THAT_ARE_NOT.test(plain) ? Number.NaN : Date.parse(plain)
        if (Number.isNaN(time)) expect([told, read]).toEqual([told, 'strange'])
        else expect([told, (read as { time: number }).time]).toEqual([told, time])
      }
    }),
  )
})
