import type { ObjectBytes } from './gunzip.ts'

/** How an object is packed, by its first bytes: what is unpacked here besides gzip, or a form that is not, and the cure. */
export type Packing = 'zstd' | 'zip' | { unread: string; cure: string }

const MAGIC: readonly [string, Packing][] = [
  ['28b52ffd', 'zstd'],
  ['504b0304', 'zip'],
  ['425a68', { unread: 'bzip2', cure: 'unpack it with bunzip2' }],
  ['fd377a585a00', { unread: 'xz', cure: 'unpack it with unxz' }],
  ['04224d18', { unread: 'lz4', cure: 'unpack it with unlz4' }],
  ['ff060000734e61507059', { unread: 'snappy', cure: 'deliver it gzipped or plain' }],
  ['377abcaf271c', { unread: '7z', cure: 'unpack it with 7z x' }],
  [
    '50415231',
    { unread: 'Parquet', cure: 'export it as JSON lines, for instance with DuckDB: COPY … TO … (FORMAT json)' },
  ],
  ['4f5243', { unread: 'ORC', cure: 'export it as JSON lines' }],
  ['4f626a01', { unread: 'Avro', cure: 'export it as JSON lines' }],
  ['25504446', { unread: 'PDF', cure: 'leave it out' }],
  ['89504e47', { unread: 'PNG', cure: 'leave it out' }],
  ['ffd8ff', { unread: 'JPEG', cure: 'leave it out' }],
]
const LONGEST = 10

export function packingOf(head: Buffer): Packing | undefined {
  const hex = head.toString('hex', 0, LONGEST)
  return MAGIC.find(([magic]) => hex.startsWith(magic))?.[1]
}

/** Looks at how an object begins, and hands all of it on. */
export async function peeked(source: ObjectBytes): Promise<{ head: Buffer; bytes: ObjectBytes }> {
  if (source instanceof Uint8Array) return { head: Buffer.from(source.subarray(0, LONGEST)), bytes: source }
  const pieces = source[Symbol.asyncIterator]()
  const seen: Uint8Array[] = []
  let length = 0
  while (length < LONGEST) {
    const { done, value } = await pieces.next()
    if (done) break
    seen.push(value)
    length += value.length
  }
  const rest: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => pieces }
  return { head: Buffer.concat(seen).subarray(0, LONGEST), bytes: chained(seen, rest) }
}

async function* chained(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first
  yield* rest
}
