import { isAppError } from '../../core/errors.ts'
import type { Fault } from './fault.ts'
import { GUNZIP_LIMITS, type GunzipLimits, type ObjectBytes, type Unpacked, unpack } from './gunzip.ts'
import { MAX_LINE_BYTES, ObjectScan } from './object-scan.ts'
import { packingOf, peeked } from './packing.ts'
import type { InvocationRecord } from './record.ts'
import type { RecordReader } from './record-reader.ts'

export interface ScanLimits extends GunzipLimits {
  /** Longer lines are left out. */
  maxLineBytes: number
}

export const SCAN_LIMITS: ScanLimits = { ...GUNZIP_LIMITS, maxLineBytes: MAX_LINE_BYTES }

/** What came of one file or object. */
export interface ScannedObject {
  name: string
  /** Bytes as they are stored, and unpacked. */
  storedBytes: number
  rawBytes: number
  records: number
  /** What could not be read; the rest was. */
  faults: Fault[]
}

const MESSAGES: Record<Exclude<Unpacked['code'], null>, string> = {
  'empty-object': 'it is empty',
  'gzip-truncated': 'its gzip data ends too early; what comes before was read',
  'gzip-corrupt': 'its gzip data is damaged; what could be unpacked before that was read',
  'gzip-bomb': 'it unpacks to more than logs do; the rest of it was left out',
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
): Promise<ScannedObject> {
  const trouble: Trouble = {}
  const { head, bytes } = await peeked(source instanceof Uint8Array ? source : unlessItFails(source, trouble))
  const packing = packingOf(head)
  if (packing === undefined) return scanPlain(name, bytes, reader, onRecord, signal, limits, trouble)
  const scanned: ScannedObject = { name, storedBytes: 0, rawBytes: 0, records: 0, faults: [] }
  const add = ({ rawBytes, records, faults }: ScannedObject) => {
    scanned.rawBytes += rawBytes
    scanned.records += records
    scanned.faults.push(...faults)
  }
  const tell = (stored: number) => {
    scanned.storedBytes += stored
  }
  if (typeof packing === 'object') {
    const { unread, cure } = packing
    for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) tell(piece.length)
    scanned.faults.push({ name, code: 'unknown-form', message: `it is ${unread}, which is not read: ${cure}` })
    return scanned
  }
  const { unzipped, unzstd } = await import('./archives.ts')
  if (packing === 'zstd') {
    const unpacked: Trouble = {}
    const stream = unlessItFails(unzstd(bytes, tell), unpacked)
    add(await scanPlain(name, stream, reader, onRecord, signal, limits, trouble))
    if ('thrown' in unpacked && !('thrown' in trouble))
      scanned.faults = [...scanned.faults.filter(({ code }) => code !== 'empty-object'), damaged(name)]
    return scanned
  }
  try {
    for await (const entry of unzipped(bytes, tell)) {
      if (!isLogEntry(entry.name)) for await (const _ of entry.bytes) signal.throwIfAborted()
      else add(await scanObject(`${name}/${entry.name}`, entry.bytes, reader, onRecord, signal, limits))
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error === signal.reason) throw error
    scanned.faults.push(damaged(name))
  }
  if ('thrown' in trouble) scanned.faults.push(unreadable(name, trouble.thrown, signal))
  return scanned
}

/** What a source failed with. */
interface Trouble {
  thrown?: unknown
}

/** Folders, what systems add of their own, and bodies beside the records are none. */
function isLogEntry(name: string): boolean {
  return !name.endsWith('/') && !/(^|\/)(__MACOSX|\.|data\/)/.test(name)
}

function damaged(name: string): Fault {
  return {
    name,
    code: 'archive-damaged',
    message: 'its packed data is damaged or ends too early; what comes before was read',
  }
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
  const faults = scan.end(name)
  if ('thrown' in trouble) faults.push(unreadable(name, trouble.thrown, signal))
  else if (code !== null) faults.push({ name, code, message: MESSAGES[code] })
  return { name, storedBytes, rawBytes, records: scan.records, faults }
}

function unreadable(name: string, thrown: unknown, signal: AbortSignal): Fault {
  signal.throwIfAborted()
  const message = `it could not be read: ${reason(thrown)}`
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
