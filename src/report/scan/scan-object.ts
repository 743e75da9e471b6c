import { isAppError } from '../../core/errors.ts'
import type { Fault } from './fault.ts'
import { GUNZIP_LIMITS, type GunzipLimits, type ObjectBytes, type Unpacked, unpack } from './gunzip.ts'
import { MAX_LINE_BYTES, ObjectScan } from './object-scan.ts'
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
 * Reads all records of one file or object, gzipped or not. Faults are told, not thrown.
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
  const scan = new ObjectScan(reader, onRecord, limits.maxLineBytes)
  const trouble: { thrown?: unknown } = {}
  const bytes = source instanceof Uint8Array ? source : unlessItFails(source, trouble)
  const { storedBytes, rawBytes, code } = await unpack(bytes, (chunk) => scan.push(chunk), signal, limits)
  const faults = scan.end(name)
  if ('thrown' in trouble) {
    signal.throwIfAborted()
    const message = `it could not be read: ${reason(trouble.thrown)}`
    const hint = isAppError(trouble.thrown) ? trouble.thrown.hint : undefined
    faults.push({ name, code: 'unreadable', message, ...(hint !== undefined && { hint }) })
  } else if (code !== null) faults.push({ name, code, message: MESSAGES[code] })
  return { name, storedBytes, rawBytes, records: scan.records, faults }
}

/** The pieces up to the point where their source fails; with what it failed is left in `trouble`. */
async function* unlessItFails(source: AsyncIterable<Uint8Array>, trouble: { thrown?: unknown }) {
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
