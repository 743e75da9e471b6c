import { OPEN_OBJECT, skipSpace } from './bytes.ts'

/** What Bedrock writes into a log stream when logging is switched on. It is no record, and no fault. */
const FIRST_EVENT = 'Permissions are correctly set for Amazon Bedrock logs.'

/** `2026-09-08T12:10:33.000Z `: a log group exported to S3 has the time of the event before each message. */
const EXPORT_PREFIX_LENGTH = 25

/**
 * Where in a line its record may begin: after a byte-order mark, white space and the time that an export puts before it.
 */
export function recordStart(bytes: Buffer, start: number, end: number): number | 'nothing' | 'strange' {
  let at = start
  if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3
  at = skipSpace(bytes, at)
  if (bytes[at] === OPEN_OBJECT) return at
  if (at + EXPORT_PREFIX_LENGTH < end && isExportPrefix(bytes, at)) at = skipSpace(bytes, at + EXPORT_PREFIX_LENGTH)
  if (bytes[at] === OPEN_OBJECT) return at
  return at === end || isFirstEvent(bytes, at, end) ? 'nothing' : 'strange'
}

function isExportPrefix(bytes: Buffer, at: number): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z $/.test(bytes.toString('latin1', at, at + EXPORT_PREFIX_LENGTH))
}

function isFirstEvent(bytes: Buffer, at: number, end: number): boolean {
  return end - at <= FIRST_EVENT.length + 2 && bytes.toString('latin1', at, end).trimEnd() === FIRST_EVENT
}
