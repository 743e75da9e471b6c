import { gunzipSync } from 'node:zlib'
import { OPEN_OBJECT } from '../bytes.ts'
import { type Finds, ValueFinder } from './values.ts'

/** Members that hold what is wrapped, the first that is there. Lists are of log events or of subscriptions' messages. */
const WRAPPERS = [
  'message',
  '@message',
  'logEvents',
  'events',
  'results',
  'Records',
  'records',
  'messages',
  'awslogs',
  'kinesis',
  'data',
] as const

/** Wrapped deeper than any service wraps its records. */
const DEEPEST = 8
/** Of what base64 holds, unpacked: a subscription's message has at most 1 MB before. */
const MOST_UNPACKED = 64 * 2 ** 20

/** What Bedrock and CloudWatch write of their own accord. It is no record, and no fault. */
const NOTICES = ['Permissions are correctly set for Amazon Bedrock logs.', 'CWL CONTROL MESSAGE:']

/** Who is given what values turn out to hold. */
export interface Unwrapped {
  /** The JSON of what may be a record; false where it is none. */
  record(json: Buffer): boolean
  /** Neither record nor wrapper of any. */
  strange(): void
}

/** Whether it is told of a call. Whatever else is in it, is for the reader of records to judge. */
function isRecord(value: Record<string, unknown>): boolean {
  return Object.hasOwn(value, 'modelId') || value.schemaType === 'ModelInvocationLog'
}

/** Finds the records that a JSON value wraps: as a log event, a row of a query, a subscription's message or a text of JSON. */
function unwrap(value: unknown, found: Unwrapped, depth: number): void {
  if (depth > DEEPEST) found.strange()
  else if (typeof value === 'string') unwrapText(value, found, depth)
  else if (Array.isArray(value)) unwrapList(value, found, depth)
  else if (typeof value === 'object' && value !== null) unwrapObject(value as Record<string, unknown>, found, depth)
  else found.strange()
}

function unwrapObject(object: Record<string, unknown>, found: Unwrapped, depth: number): void {
  const name = WRAPPERS.find((one) => Object.hasOwn(object, one))
  if (isRecord(object)) {
    if (!found.record(Buffer.from(JSON.stringify(object)))) found.strange()
  } else if (name === undefined) found.strange()
  else if (object.messageType !== 'CONTROL_MESSAGE') unwrap(object[name], found, depth + 1)
}

/** A row of a query's results is a list of fields with their values, of which one may be the message. */
function unwrapList(list: readonly unknown[], found: Unwrapped, depth: number): void {
  const fields = list.map((one) => (typeof one === 'object' && one !== null ? (one as Record<string, unknown>) : {}))
  const isRow = list.length > 0 && fields.every((one) => typeof one.field === 'string' && Object.hasOwn(one, 'value'))
  const message = isRow ? fields.find(({ field }) => field === '@message') : undefined
  if (message) unwrap(message.value, found, depth + 1)
  else if (isRow) found.strange()
  else for (const one of list) unwrap(one, found, depth + 1)
}

/** A text of JSON, of the base64 of gzipped JSON, or a notice. */
export function unwrapText(given: string, found: Unwrapped, depth = 0): void {
  const text = given.trim()
  if (text === '' || NOTICES.some((notice) => text.startsWith(notice))) return
  const bytes = /^H4sI[\w+/=\s-]+$/.test(text) ? gunzipped(text) : /^[[{"]/.test(text) ? Buffer.from(text) : undefined
  if (bytes === undefined || depth > DEEPEST) {
    found.strange()
    return
  }
  const finder = new ValueFinder(bytes.length, findsFor(found, depth + 1))
  finder.push(bytes)
  finder.end()
}

/** What hands values that are found on to be unwrapped. */
export function findsFor(found: Unwrapped, depth = 0): Finds {
  return {
    value(bytes) {
      if (bytes[0] === OPEN_OBJECT && found.record(bytes)) return
      const value = parsed(bytes)
      if (value === undefined) found.strange()
      else unwrap(value, found, depth)
    },
    text(bytes, isPrefix) {
      // Before a value on its line stand times and names of streams.
      if (!isPrefix) unwrapText(bytes.toString(), found, depth)
    },
    broken: () => found.strange(),
  }
}

/** The error's message would quote the text, which is somebody's prompt. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

function gunzipped(text: string): Buffer | undefined {
  try {
    return gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_UNPACKED })
  } catch {
    return undefined
  }
}
