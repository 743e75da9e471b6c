import { AppError, isAppError } from '../../core/errors.ts'
import { MAX_TALLY_BYTES, type ObjectTally } from '../store/tally.ts'
import type { Fault, FaultCode } from './fault.ts'
import { beginsAsLog } from './forms/form.ts'
import {
  asBuffer,
  CHUNK_BYTES,
  GUNZIP_LIMITS,
  type GunzipLimits,
  type ObjectBytes,
  type Unpacked,
  unpack,
  unpackedAtOnce,
} from './gunzip.ts'
import { isAside, LOG_FILE } from './log-names.ts'
import { MAX_LINE_BYTES, ObjectScan } from './object-scan.ts'
import { packingOf, peeked } from './packing.ts'
import type { InvocationRecord } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import type { TextCounts } from './text-faults.ts'

export interface ScanLimits extends GunzipLimits {
  /** Longer lines are left out. */
  maxLineBytes: number
  /** Of an object with more, the tally is not kept: all of its parts together. */
  maxTallyBytes: number
}

export const SCAN_LIMITS: ScanLimits = {
  ...GUNZIP_LIMITS,
  maxLineBytes: MAX_LINE_BYTES,
  maxTallyBytes: MAX_TALLY_BYTES,
}

/** What came of one file or object. */
export interface ScannedObject {
  name: string
  /** Bytes as they are stored, and unpacked. */
  storedBytes: number
  rawBytes: number
  records: number
  /** What could not be read; the rest was. */
  faults: Fault[]
  /** Of a part of a file: what its faults are told by once all parts are read. */
  counts?: TextCounts
  /** Its calls, where they are to be kept. */
  tally?: ObjectTally
}

const MESSAGES: Record<Exclude<Unpacked['code'], null>, string> = {
  'empty-object': 'it is empty',
  'gzip-truncated': 'its gzip data is truncated; the part before that was read',
  'gzip-corrupt': 'its gzip data is damaged; the part before that was read',
  'gzip-bomb': 'it unpacks to far more data than logs do; the rest was left out',
}

/**
 * Reads all records of one file or object, packed or not. Faults are told, not thrown.
 * @throws only the signal's reason, and what `onRecord` throws.
 */
export async function scanObject(
  name: string,
  source: ObjectBytes,
  reader: RecordReader,
  onRecord: (record: InvocationRecord) => void,
  signal: AbortSignal,
  limits: ScanLimits = SCAN_LIMITS,
  depth = 0,
): Promise<ScannedObject> {
  const trouble: Trouble = {}
  const { head, bytes } = await peeked(source instanceof Uint8Array ? source : unlessItFails(source, trouble))
  const whole = source instanceof Uint8Array ? unpackedAtOnce(head) : undefined
  const packing = packingOf(head, whole)
  if (packing === undefined) {
    if (!whole?.length) return scanPlain(name, bytes, reader, onRecord, signal, limits, trouble)
    signal.throwIfAborted()
    const scan = new ObjectScan(reader, onRecord, limits.maxLineBytes)
    scan.push(whole)
    const faults = scan.end(name)
    return { name, storedBytes: head.length, rawBytes: whole.length, records: scan.counts.records, faults }
  }
  const scanned: ScannedObject = { name, storedBytes: 0, rawBytes: 0, records: 0, faults: [] }
  const add = ({ rawBytes, records, faults }: ScannedObject) => {
    scanned.rawBytes += rawBytes
    scanned.records += records
    scanned.faults.push(...faults)
  }
  const tell = (stored: number) => {
    scanned.storedBytes += stored
  }
  if (typeof packing === 'object' || depth > DEEPEST) {
    const { unread, cure } = typeof packing === 'object' ? packing : TOO_DEEP
    for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) tell(piece.length)
    scanned.faults.push({ name, code: 'unknown-form', message: `it is ${unread}, which is not read: ${cure}` })
    return scanned
  }
  let unpackedBytes = 0
  async function* bounded(part: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of part) {
      signal.throwIfAborted()
      unpackedBytes += piece.length
      const isBomb = unpackedBytes >= limits.ratioFromBytes && unpackedBytes > limits.maxRatio * scanned.storedBytes
      if (isBomb) throw new AppError('failed', 'Bomb', MESSAGES['gzip-bomb'])
      yield piece
    }
  }
  const within = (of: string, part: ObjectBytes) =>
    scanObject(of, part, reader, onRecord, signal, limits, depth + 1).then(add)
  const { unbrotlied, ungzipped, ungzippedApart, untarred, unzipped, unzstd } = await import('./archives.ts')
  if (packing === 'zip' || packing === 'tar') {
    try {
      for await (const entry of (packing === 'zip' ? unzipped : untarred)(bytes, tell)) {
        const passed = await notALog(entry.name, bounded(entry.bytes), (part) => within(`${name}/${entry.name}`, part))
        if (passed !== undefined) scanned.faults.push({ name, code: 'files-not-read', message: passed })
      }
    } catch (error) {
      signal.throwIfAborted()
      if (error === signal.reason) throw error
      scanned.faults.push(damaged(name, error))
    }
    if ('thrown' in trouble) scanned.faults.push(unreadable(name, trouble.thrown, signal, scanned.records))
    return scanned
  }
  const unpacked: Trouble = {}
  const unpacker = { brotli: unbrotlied, zstd: unzstd, gzip: ungzipped, 'gzip-apart': ungzippedApart }[packing]
  await within(name, unlessItFails(bounded(unpacker(bytes, tell)), unpacked))
  if ('thrown' in unpacked || 'thrown' in trouble)
    scanned.faults = scanned.faults.filter(({ code }) => code !== 'empty-object')
  if ('thrown' in trouble) scanned.faults.push(unreadable(name, trouble.thrown, signal, scanned.records))
  else if ('thrown' in unpacked) scanned.faults.push(damaged(name, unpacked.thrown))
  return scanned
}

/** Reads a part of a file in which each line is a record by itself. */
export async function scanLines(
  name: string,
  source: ObjectBytes,
  reader: RecordReader,
  onRecord: (record: InvocationRecord) => void,
  signal: AbortSignal,
  limits: ScanLimits,
): Promise<ScannedObject> {
  const scan = new ObjectScan(reader, onRecord, limits.maxLineBytes, true)
  const trouble: Trouble = {}
  let bytes = 0
  for await (const piece of source instanceof Uint8Array ? [source] : unlessItFails(source, trouble)) {
    signal.throwIfAborted()
    bytes += piece.length
    scan.push(asBuffer(piece))
  }
  scan.end(name)
  const { counts } = scan
  const faults = 'thrown' in trouble ? [unreadable(name, trouble.thrown, signal, counts.records)] : []
  return { name, storedBytes: bytes, rawBytes: bytes, records: counts.records, faults, counts }
}

/** So often things are packed in one another, and no more. */
const DEEPEST = 4
const TOO_DEEP = { unread: `packed more than ${DEEPEST} times`, cure: 'unpack it' }

/** Reads a file of an archive, or says what it is when it is no log; of folders and the like, nothing. */
async function notALog(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  read: (bytes: ObjectBytes) => Promise<void>,
): Promise<string | undefined> {
  if (name.endsWith('/') || isAside(name)) return undefined
  const peek = await peeked(bytes, CHUNK_BYTES)
  if (LOG_FILE.test(name) || beginsAsLog(peek.head)) await read(peek.bytes)
  else return `${name} in it does not contain invocation logs and is not read`
}

/** What a source failed with. */
interface Trouble {
  thrown?: unknown
}

/** What archives.ts fails with, and what that is told as. */
const OF_ARCHIVES: ReadonlyMap<string, FaultCode> = new Map([
  ['Bomb', 'gzip-bomb'],
  ['UnknownForm', 'unknown-form'],
  ['ArchiveDamaged', 'archive-damaged'],
])

/** Why what is packed could not be unpacked to its end. */
function damaged(name: string, error: unknown): Fault {
  const code = isAppError(error) ? OF_ARCHIVES.get(error.code) : undefined
  if (code && code !== 'archive-damaged' && isAppError(error)) return { name, code, message: error.message }
  const message = 'its packed data is damaged or truncated; the part before that was read'
  return { name, code: 'archive-damaged', message }
}

/** Gzipped, or not packed at all. */
async function scanPlain(
  name: string,
  bytes: ObjectBytes,
  reader: RecordReader,
  onRecord: (record: InvocationRecord) => void,
  signal: AbortSignal,
  limits: ScanLimits,
  trouble: Trouble,
): Promise<ScannedObject> {
  const scan = new ObjectScan(reader, onRecord, limits.maxLineBytes)
  const { storedBytes, rawBytes, code } = await unpack(bytes, (chunk) => scan.push(chunk), signal, limits)
  const faults = scan.end(name, 'thrown' in trouble || (code !== null && code !== 'empty-object'))
  const { records } = scan.counts
  if ('thrown' in trouble) faults.push(unreadable(name, trouble.thrown, signal, records))
  else if (code !== null) {
    const lost =
      code === 'gzip-corrupt' && !(bytes instanceof Uint8Array) ? ', except for up to 1 MB right before it' : ''
    faults.push({ name, code, message: MESSAGES[code] + lost })
  }
  return { name, storedBytes, rawBytes, records, faults }
}

function unreadable(name: string, thrown: unknown, signal: AbortSignal, records = 0): Fault {
  signal.throwIfAborted()
  // A file in an archive ends with what the archive fails with.
  if (isAppError(thrown) && OF_ARCHIVES.has(thrown.code)) return damaged(name, thrown)
  const message =
    records === 0
      ? `it could not be read: ${reason(thrown)}`
      : `it could not be read to its end: ${reason(thrown)}; the part before that was read`
  const hint = isAppError(thrown) ? thrown.hint : undefined
  return { name, code: 'unreadable', message, ...(hint !== undefined && { hint }) }
}

/** The pieces up to the point where their source fails; with what it failed is left in `trouble`. */
async function* unlessItFails(source: AsyncIterable<Uint8Array>, trouble: Trouble) {
  try {
    yield* source
  } catch (error) {
    trouble.thrown = error
  }
}

/** What the program itself says; of others the code or the name: their messages can hold paths and addresses. */
function reason(error: unknown): string {
  if (isAppError(error) && error.kind === 'failed') return error.message
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown error'
}
