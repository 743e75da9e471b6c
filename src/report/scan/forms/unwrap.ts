import { gunzipSync } from 'node:zlib'
import { OPEN_OBJECT } from '../bytes.ts'
import { columnsIn, ofRecords } from './csv.ts'
import { invocationOf } from './spelling.ts'
import { type Finds, ValueFinder } from './values.ts'

/** Members that hold what is wrapped, in small letters: of AWS's services and commands, and of what ships and stores logs. */
const WRAPPERS = new Set(
  'message @message @rawmessage rawmessage msg logevents logevent events event results records record messages data values value body log line _raw raw raw_data original event.original payload detail logs json stringvalue string_value bytesvalue bytes_value _source _col0'.split(
    ' ',
  ),
)
/** Members that wrap only where they are objects, or lists of them: their text may be anybody's. */
const HOLDERS = new Set(
  'awslogs kinesis sns hits source src attributes content fields result sessionupdate sessionresults invocation streams jsonpayload doc resultset rows resourcelogs scopelogs logrecords resource_logs scope_logs log_records instrumentationlibrarylogs _1 s'.split(
    ' ',
  ),
)

/** Wrapped deeper than any service wraps its records. */
const DEEPEST = 12
/** Of what base64 holds, unpacked: a subscription's message has at most 1 MB before. */
const MOST_UNPACKED = 64 * 2 ** 20

/** What Bedrock and CloudWatch write of their own accord. It is no record, and no fault. */
const NOTICES = ['Permissions are correctly set for Amazon Bedrock logs.', 'CWL CONTROL MESSAGE:']

/**
 * What stands around records: rules, heads and rows of tables, tokens of pages, counts of what was searched, times, fences of Markdown,
 * and names of files.
 */
const FRAME =
  /^(?:\d{10,19}(?:\.\d+)?|\(?\d+ rows?(?:\)| in set.*)|(?:@?(?:timestamp|message)"?[,;|\t])[@$"\w.,;|\t ]*|@?message|```\w*|==> .* <==|[\s|+=:-]*|\|.*\||#[^{]*|[bf]\/\S+(?:\s+[bf]\/\S+)?|(?:SEARCHEDLOGSTREAMS|STATISTICS|RESULTS)\t.*|(?:CWLI\s+)?Complete|None)$/

/** Base64 of gzip, or of JSON; also as it is written in addresses. */
const BASE64 = /^(?:H4sI|eyJ|ey[AI]|ewo|W3s|Wwo)[\w+/=\s-]+$/

/** Who is given what values turn out to hold. */
export interface Unwrapped {
  /** The JSON of what may be a record; false where it is none. */
  record(json: Buffer): boolean
  /**
   * Neither record nor wrapper of any. `frame`: what a command prints around records; `garbled`: no JSON; `time`: a record
   * but for its time, which cannot be read.
   */
  strange(kind?: Strange): void
  /** The columns of the table whose rows are unwrapped, once they are known. */
  names?: readonly string[]
}
export type Strange = 'frame' | 'garbled' | 'time'

/** Whether it is told of a call. Whatever else is in it, is for the reader of records to judge. */
function isRecord(value: Record<string, unknown>): boolean {
  return Object.hasOwn(value, 'modelId') || value.schemaType === 'ModelInvocationLog'
}

/** Finds the records that a JSON value wraps: as a log event, a row of a query, a subscription's message or a text of JSON. */
function unwrap(value: unknown, found: Unwrapped, depth: number): void {
  if (depth > DEEPEST) found.strange()
  else if (typeof value === 'string') unwrapText(value, found, depth)
  else if (Array.isArray(value)) unwrapList(value, found, depth)
  else if (isObject(value)) unwrapObject(value, found, depth)
  else found.strange()
}

function unwrapObject(object: Record<string, unknown>, found: Unwrapped, depth: number): void {
  const isRow = Object.hasOwn(object, '@message')
  if (isNotice(object) || (!isRow && isGiven(object, found))) return
  // Messages of chats are somebody's text, and so is what a request holds.
  const isText = Object.hasOwn(object, 'role') || (isRecord(object) && !isRow)
  const wrapped = isText ? [] : Object.entries(object).filter(wraps)
  // Beside a list stand counts of it. A text may be one that quotes what stands beside it.
  const members = isText
    ? []
    : Object.values(object)
        .flat()
        .filter((one) => typeof one !== 'number' && one !== null)
  // A row of an answer of Athena.
  if (Array.isArray(object.Data)) unwrapList(object.Data, found, depth + 1)
  else if (Object.hasOwn(object, 'kvlistValue') || Object.hasOwn(object, 'kvlist_value'))
    unwrap(withoutTypes(object), found, depth + 1)
  // Records by their ids, or lists of them by what they have in common.
  else if (wrapped.length === 0 && members.length > 0 && members.every(isCall)) unwrapEach(members, found, depth)
  else
    firstWithRecords(
      wrapped.map(([, value]) => value),
      found,
      depth,
    )
}

/** Looks into one after the other until there is a record. Where there is none in any, that is told once. */
function firstWithRecords(values: readonly unknown[], found: Unwrapped, depth: number): void {
  let isStrange = values.length === 0
  for (const value of values) {
    const kinds: (Strange | undefined)[] = []
    let records = 0
    const own: Unwrapped = {
      record: (json) => {
        const isOne = found.record(json)
        if (isOne) records++
        return isOne
      },
      strange: (kind) => kinds.push(kind),
    }
    unwrap(value, own, depth + 1)
    if (records > 0 || kinds.includes('time')) {
      for (const kind of kinds) found.strange(kind)
      return
    }
    if (kinds.length > 0) isStrange = true
  }
  if (isStrange) found.strange()
}

/** A record, also in another spelling: it is given on, or told to be strange. */
function isGiven(object: Record<string, unknown>, found: Unwrapped): boolean {
  const given = isRecord(object) ? object : undefined
  if (given && found.record(Buffer.from(JSON.stringify(given)))) return true
  const other = invocationOf(object)
  if (other && found.record(Buffer.from(JSON.stringify(other)))) return true
  if (!other && given?.schemaType !== 'ModelInvocationLog') return false
  found.strange('time')
  return true
}

/** What is said of records or of the way to them, and is none. */
function isNotice(object: Record<string, unknown>): boolean {
  if (object.messageType === 'CONTROL_MESSAGE') return true
  const [name = '', ...others] = Object.keys(object)
  return others.length === 0 && /^(?:index|create|update|sessionStart)$/.test(name)
}

function wraps([name, value]: [string, unknown]): boolean {
  const small = name.toLowerCase()
  return WRAPPERS.has(small) || (HOLDERS.has(small) && typeof value === 'object')
}

function isCall(value: unknown): boolean {
  return isObject(value) && (isRecord(value) || invocationOf(value) !== undefined)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value of OpenTelemetry, each part of which stands under the name of its type. */
function withoutTypes(value: unknown): unknown {
  const [[type, told] = []] = Object.entries(isObject(value) ? value : {})
  const values = isObject(told) && Array.isArray(told.values) ? told.values.filter(isObject) : []
  const kind = type?.replace('_v', 'V')
  if (kind === 'kvlistValue') return Object.fromEntries(values.map((one) => [one.key, withoutTypes(one.value)]))
  return kind === 'arrayValue' ? values.map(withoutTypes) : told
}

/** A row of a query's results is a list of fields with their values, of which one may be the message. */
function unwrapList(list: readonly unknown[], found: Unwrapped, depth: number): void {
  const fields = list.map((one) => (isObject(one) ? one : {}))
  // Of Athena, where an empty object is no value.
  if (fields.some((one) => typeof one.VarCharValue === 'string')) {
    const row = fields.map(({ VarCharValue }) => String(VarCharValue ?? ''))
    unwrapRow(row, found)
    return
  }
  const isRow = list.length > 0 && fields.every((one) => typeof one.field === 'string' && Object.hasOwn(one, 'value'))
  if (isRow) {
    const row = Object.fromEntries(fields.map(({ field, value }) => [field, value]))
    unwrapObject(row, found, depth)
    return
  }
  // Attributes of OpenTelemetry.
  if (list.length > 0 && fields.every((one) => typeof one.key === 'string' && isObject(one.value))) {
    unwrap(withoutTypes({ kvlistValue: { values: list } }), found, depth + 1)
    return
  }
  // Beside a message stand its time and the like.
  const isScalar = (one: unknown) => one === null || typeof one !== 'object'
  if (list.length > 1 && list.every(isScalar) && list.some((one) => typeof one === 'number' || !isPacked(one)))
    firstWithRecords(list, found, depth)
  else unwrapEach(list, found, depth)
}

function unwrapEach(values: readonly unknown[], found: Unwrapped, depth: number): void {
  for (const one of values) unwrap(one, found, depth + 1)
}

function isPacked(value: unknown): boolean {
  return typeof value === 'string' && (/^\s*[[{"]/.test(value) || BASE64.test(value.trim()))
}

/** A text of JSON, of the base64 of JSON that may be gzipped, or a notice. */
export function unwrapText(given: string, found: Unwrapped, depth = 0): void {
  const text = given.trim()
  if (text === '' || NOTICES.some((notice) => text.startsWith(notice))) return
  const bytes = BASE64.test(text) ? decoded(text) : /^[[{"]/.test(text) ? Buffer.from(text) : undefined
  if (bytes === undefined || depth > DEEPEST) {
    found.strange(FRAME.test(text) ? 'frame' : undefined)
    return
  }
  const finder = new ValueFinder(bytes.length, findsFor(found, depth + 1))
  finder.push(bytes)
  finder.end()
}

/**
 * A row of a table: its messages or, where it has none, its other columns. Where none has a name, any field may be the
 * message. A row that names columns is for those behind it, since several tables may stand on end.
 */
export function unwrapRow(row: readonly string[], found: Unwrapped): void {
  const fields = row.map((field) => field.trim().replace(/^"([^"]*)"$/, '$1'))
  const { names } = found
  const isHead = fields.length > 0 && fields.every((field, index) => field.toLowerCase() === names?.[index])
  if (isHead) return
  const head = names === undefined || ofRecords(fields) ? columnsIn(fields, true) : undefined
  if (head) found.names = head
  else if (fields.every((field) => FRAME.test(field))) found.strange('frame')
  // A row that is too short was cut, and its last number may have been, too.
  else if (names?.length && fields.length >= names.length)
    unwrap(Object.fromEntries(names.map((name, index) => [name, fields[index]])), found, 0)
  else firstWithRecords(fields.filter(isPacked), found, 0)
}

/** What hands values that are found on to be unwrapped. */
export function findsFor(found: Unwrapped, depth = 0): Finds {
  return {
    value(bytes) {
      if (bytes[0] === OPEN_OBJECT && found.record(bytes)) return
      const value = parsed(bytes)
      if (value === undefined) found.strange('garbled')
      else unwrap(value, found, depth)
    },
    text(bytes, isBeside) {
      // Before a value on its line stand times and names of streams, and behind it what else a command prints.
      if (!isBeside) unwrapText(bytes.toString(), found, depth)
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

function decoded(text: string): Buffer | undefined {
  // Several may stand on end, each with marks that fill it up.
  const bytes = Buffer.concat(text.split(/(?<==)(?=[^=\s])/).map((part) => Buffer.from(part, 'base64')))
  if (bytes[0] !== 0x1f) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED })
  } catch {
    return undefined
  }
}
