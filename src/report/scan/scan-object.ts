import { AppError, isAppError } from '../../core/errors.ts'
import { MAX_TALLY_BYTES, type ObjectTally } from '../store/tally.ts'
import type { Fault, FaultCode, TextCounts } from './fault.ts'
import { beginsAsLog } from './forms/form.ts'
import {
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
import { DAMAGED, packingOf, peeked } from './packing.ts'
import type { InvocationRecord } from './record.ts'
import type { RecordReader } from './record-reader.ts'

export interface ScanLimits extends GunzipLimits {
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

/** So often things are packed in one another, and no more. */
const DEEPEST = 4
const TOO_DEEP = { unread: `packed more than ${DEEPEST} times`, cure: 'unpack it' }

interface Trouble {
  thrown?: unknown
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
    const scan = new ObjectScan(reader, onRecord, limits.maxLineBytes)
    const again = 'again' in source ? source.again : undefined
    const text = await scanText(name, whole?.length ? whole : bytes, scan, signal, limits, trouble, again)
    return whole?.length ? { ...text, storedBytes: head.length } : text
  }
  const scanned: ScannedObject = { name, storedBytes: 0, rawBytes: 0, records: 0, faults: [] }
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
      if (isBomb) throw new AppError('failed', 'gzip-bomb', MESSAGES['gzip-bomb'])
      yield piece
    }
  }
  const within = async (of: string, part: ObjectBytes) => {
    const { rawBytes, records, faults } = await scanObject(of, part, reader, onRecord, signal, limits, depth + 1)
    scanned.rawBytes += rawBytes
    scanned.records += records
    scanned.faults.push(...faults)
  }
  const { unbrotlied, ungzipped, ungzippedApart, untarred, unzipped, unzstd } = await import('./archives.ts')
  const unpacked: Trouble = {}
  if (packing === 'zip' || packing === 'tar') {
    try {
      for await (const entry of (packing === 'zip' ? unzipped : untarred)(bytes, tell)) {
        // Folders and the like are nothing.
        if (entry.name.endsWith('/') || isAside(entry.name)) continue
        const peek = await peeked(bounded(entry.bytes), CHUNK_BYTES)
        if (LOG_FILE.test(entry.name) || beginsAsLog(peek.head)) await within(`${name}/${entry.name}`, peek.bytes)
        else {
          const message = `${entry.name} in it does not contain invocation logs and is not read`
          scanned.faults.push({ name, code: 'files-not-read', message })
        }
      }
    } catch (error) {
      signal.throwIfAborted()
      if (error === signal.reason) throw error
      scanned.faults.push(damaged(name, error))
    }
  } else {
    const unpacker = { brotli: unbrotlied, zstd: unzstd, gzip: ungzipped, 'gzip-apart': ungzippedApart }[packing]
    await within(name, unlessItFails(bounded(unpacker(bytes, tell)), unpacked))
    if ('thrown' in unpacked || 'thrown' in trouble)
      scanned.faults = scanned.faults.filter(({ code }) => code !== 'empty-object')
  }
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
  const bytes = source instanceof Uint8Array ? source : unlessItFails(source, trouble)
  const scanned = await scanText(name, bytes, scan, signal, limits, trouble)
  // Nothing is left for the last part where the file ends with the one before.
  return { ...scanned, faults: scanned.faults.filter(({ code }) => code !== 'empty-object'), counts: scan.counts }
}

async function scanText(
  name: string,
  bytes: ObjectBytes,
  scan: ObjectScan,
  signal: AbortSignal,
  limits: ScanLimits,
  trouble: Trouble,
  again?: () => AsyncIterable<Uint8Array>,
): Promise<ScannedObject> {
  const { storedBytes, rawBytes, code } = await unpack(bytes, (chunk) => scan.push(chunk), signal, limits, again)
  const faults = scan.end(name, 'thrown' in trouble || (code !== null && code !== 'empty-object'))
  const { records } = scan.counts
  if ('thrown' in trouble) faults.push(unreadable(name, trouble.thrown, signal, records))
  else if (code !== null) {
    const isInPieces = code === 'gzip-corrupt' && !(bytes instanceof Uint8Array) && !again
    const lost = isInPieces ? ', except for up to 1 MB right before it' : ''
    faults.push({ name, code, message: MESSAGES[code] + lost })
  }
  return { name, storedBytes, rawBytes, records, faults }
}

const OF_PACKED: ReadonlySet<string> = new Set<FaultCode>(['gzip-bomb', 'unknown-form', 'archive-damaged'])

/** Why what is packed could not be unpacked to its end. */
function damaged(name: string, error: unknown): Fault {
  if (isAppError(error) && OF_PACKED.has(error.code)) {
    return { name, code: error.code as FaultCode, message: error.message }
  }
  return { name, code: 'archive-damaged', message: DAMAGED }
}

function unreadable(name: string, thrown: unknown, signal: AbortSignal, records: number): Fault {
  signal.throwIfAborted()
  // A file in an archive ends with what the archive fails with.
  if (isAppError(thrown) && OF_PACKED.has(thrown.code)) return damaged(name, thrown)
  const [before, after] = records === 0 ? ['', ''] : [' to its end', '; the part before that was read']
  const message = `it could not be read${before}: ${reason(thrown)}${after}`
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
