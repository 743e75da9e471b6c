import { gzipSync } from 'node:zlib'
import { describe, expect, it, test } from '@jest/globals'
import { zipSync } from 'fflate'
import type { ObjectBytes } from '../../../../src/report/scan/gunzip.ts'
import { RecordReader } from '../../../../src/report/scan/record-reader.ts'
import { scanObject } from '../../../../src/report/scan/scan-object.ts'
import { converse } from '../../../support/invocation-records.ts'

/** Three calls, whose texts hold what marks other forms. */
const LINES = [1000, 200, 30].map((tokens) => converse(tokens, 1, 5, { metadata: { team: 'a,"b"\n{[' } }))
const TOKENS = [1000, 200, 30]
const event = (message: string) => ({ logStreamName: 's', timestamp: 1_763_632_800_000, message, eventId: '30' })
const indented = (value: unknown) => JSON.stringify(value, undefined, 4)
const row = (message: string) => [
  { field: '@timestamp', value: '2026-11-20 10:00:00.000' },
  { field: '@message', value: message },
]
const subscription = (messages: readonly string[]) =>
  JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logGroup: 'g', logEvents: messages.map(event) })
const control = JSON.stringify({
  messageType: 'CONTROL_MESSAGE',
  logEvents: [event('CWL CONTROL MESSAGE: Checking health.')],
})
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

const FORMS: readonly [string, string][] = [
  ['lines', `${LINES.join('\n')}\n`],
  ['lines without the last end', LINES.join('\n')],
  ['lines as Windows ends them', LINES.map((line) => `${line}\r\n`).join('')],
  ['lines after a byte-order mark', `\ufeff${LINES.join('\n')}`],
  ['records on end', LINES.join('')],
  ['a list', `[${LINES.join(',')}]`],
  ['an indented list', indented(LINES.map((line) => JSON.parse(line)))],
  ['indented records', LINES.map((line) => indented(JSON.parse(line))).join('\n')],
  ['filter-log-events', indented({ events: LINES.map(event), searchedLogStreams: [] })],
  ['get-log-events', JSON.stringify({ events: LINES.map(event), nextForwardToken: 'f/1' })],
  ['get-query-results', indented({ results: LINES.map(row), statistics: { recordsMatched: 3 }, status: 'Complete' })],
  ['messages as JSON', indented(LINES)],
  ['messages as text', `${LINES.join('\t')}\n`],
  ['tail', LINES.map((line) => `2026-11-20T10:00:00.123000+00:00 aws/bedrock/modelinvocations ${line}\n`).join('')],
  ['tail --format short', LINES.map((line) => `2026-11-20T10:00:00 ${line}\n`).join('')],
  ['an export', LINES.map((line) => `2026-11-20T10:00:00.000Z ${line}\n`).join('')],
  ['subscriptions on end', subscription(LINES.slice(0, 1)) + control + subscription(LINES.slice(1))],
  ['subscriptions in lines', [subscription(LINES.slice(0, 2)), control, subscription(LINES.slice(2))].join('\n')],
  [
    'base64 of gzipped subscriptions',
    [LINES.slice(0, 1), LINES.slice(1)].map((some) => gzipSync(subscription(some)).toString('base64')).join('\n'),
  ],
  ['a table of the console', `timestamp,message\n${LINES.map((line) => `1763632800000,${quoted(line)}\n`).join('')}`],
  ['a table of Logs Insights', `"@timestamp","@message"\r\n${LINES.map((line) => `"t",${quoted(line)}\r\n`).join('')}`],
]

async function scan(source: ObjectBytes) {
  const tokens: (number | undefined)[] = []
  const { faults, records } = await scanObject(
    'x',
    source,
    new RecordReader(),
    (record) => tokens.push(record.inputTokens),
    new AbortController().signal,
  )
  expect(records).toBe(tokens.length)
  return { tokens, codes: faults.map(({ code }) => code), faults }
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** A frame of zstd that holds the bytes as they are (RFC 8878, 3.1.1). */
function stored(bytes: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0])
  head.writeUInt32LE(bytes.length, 5)
  const block = Buffer.alloc(3)
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3)
  return Buffer.concat([head, block, bytes])
}

const utf16 = (text: string) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replace('\ufeff', ''), 'utf16le')])

describe.each(FORMS)('%s', (_, text) => {
  const bytes = Buffer.from(text)
  it.each<[string, () => ObjectBytes]>([
    ['plain', () => bytes],
    ['gzipped', () => gzipSync(bytes)],
    ['gzipped in two members', () => Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))])],
    ['byte by byte', () => inPieces(bytes, 1)],
    ['in pieces', () => inPieces(gzipSync(bytes), 333)],
    ['as zstd', () => stored(bytes)],
    ['as zstd in pieces', () => inPieces(stored(bytes), 100)],
    ['in a zip', () => Buffer.from(zipSync({ 'a/log.json': bytes, 'a/data/r_input.json': Buffer.from('{}') }))],
    ['gzipped in a zip, in pieces', () => inPieces(Buffer.from(zipSync({ 'log.gz': gzipSync(bytes) })), 100)],
    ['after a byte-order mark', () => Buffer.from(`\ufeff${text.replace('\ufeff', '')}`)],
    ['in UTF-16', () => utf16(text)],
    ['in UTF-16 with the high byte first', () => utf16(text).swap16()],
  ])('%s', async (_, source) => {
    expect(await scan(source())).toEqual({ tokens: TOKENS, codes: [], faults: [] })
  })

  it('cut in the middle: what is left out is told', async () => {
    const { tokens, codes } = await scan(bytes.subarray(0, Math.floor(bytes.length / 2)))
    expect(tokens).toEqual(TOKENS.slice(0, tokens.length))
    expect(codes).toEqual(['not-a-record'])
  })

  it('gzipped and cut in the middle', async () => {
    const packed = gzipSync(bytes)
    const { codes } = await scan(packed.subarray(0, Math.floor(packed.length / 2)))
    expect(codes).toContain('gzip-truncated')
  })
})

test('zstd that a real packer wrote', async () => {
  const real =
    'KLUv/WTEBL0JADZSOCFAi9t4669oa0XsKoORW0dvfB05ClAwjLddQXzkjKKDnQguAC4ALwCb/KEid+NYhwgVRVHWWksppVCRIXh+vSwMESakpmrkSkqlgJULFdvD3vdpHiUBipRIv8ztaZnHnOWwNK3d45kd/DnL9IMI191CuBnP3LZGhAIpMxMppe9jUOmdBUyDaPKvEU0yUykyeBe6we0KiKVxWmOouC3SeN7nZkgU/zVuEGGqgqTFWqRi5UoBC2CCeVCobhHQ0QUNYQP27GNxRBP39YPWBhDrtEvMPs+dqaq/qzcwZceORb553iEgQALDjJ0dZFCl3ApfQeBdxO3aKD5CNU6J2oXWj0iWWNaQBdPEzVliTXNfxcGYR3QYLGdq2xY5abEuOz7Q7rucz3mAlQAQlg9Hmc2cHNgH0+JOz+lgJg=='
  expect(await scan(Buffer.from(real, 'base64'))).toMatchObject({ tokens: [1000, 1000, 1000], codes: [] })
})

test.each<[string, Buffer, string, RegExp]>([
  ['bzip2', Buffer.from('BZh91AY&SY'), 'unknown-form', /^it is bzip2, which is not read: unpack it with bunzip2$/],
  ['Parquet', Buffer.from('PAR1....PAR1'), 'unknown-form', /Parquet/],
  ['zstd that is cut', stored(Buffer.from(LINES.join('\n'))).subarray(0, 300), 'archive-damaged', /ends too early/],
  [
    'a zip that is cut',
    Buffer.from(zipSync({ a: Buffer.from(LINES.join('\n')) })).subarray(0, 200),
    'archive-damaged',
    /ends too early/,
  ],
  [
    'a query without @message',
    Buffer.from(indented({ results: [[{ field: 'modelId', value: 'm' }]] })),
    'not-a-record',
    /^1 value is not a record/,
  ],
])('%s is named', async (_, bytes, code, message) => {
  const { faults } = await scan(bytes)
  expect(faults.at(-1)).toMatchObject({ code, message: expect.stringMatching(message) })
})

test('a file of which some is no record says which share', async () => {
  const { faults } = await scan(Buffer.from(`${LINES.join('\n')}\nhello\n`))
  expect(faults).toEqual([
    { name: 'x', code: 'not-a-record', message: 'of 4, 1 line is not a record of a Bedrock invocation, left out' },
  ])
})
