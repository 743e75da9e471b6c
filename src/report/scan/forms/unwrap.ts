import { isObject } from '../../../core/json.ts'
import { OPEN_OBJECT } from '../bytes.ts'
import type { Cause } from '../fault.ts'
import { NO_VALUE, parsed } from '../text.ts'
import { columnsOf, isOfColumns, rowsOf } from './columns.ts'
import { columnsIn, ofRecords, plainCell } from './csv.ts'
import { invocationOf, isTyped, structOf, untyped } from './spelling.ts'
import { type Finds, ValueFinder } from './values.ts'
import { BASE64, decoded, holdersIn, isPacked, isTorn, wraps } from './wrappers.ts'

const DEEPEST = 12
/** What Bedrock and CloudWatch write of their own accord. It is no record, and no fault. */
const NOTICE = /(?:^|\s)Permissions are correctly set for Amazon Bedrock logs\.$|^CWL CONTROL MESSAGE:/

/**
 * What stands around records: rules, heads and rows of tables, tokens of pages, counts of what was searched, times, fences of Markdown,
 * and names of files.
 */
const FRAME =
  /^(?:\d{10,19}(?:\.\d+)?|\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?(?: [\w/-]+)?|\(?\d+ rows?(?:\)| in set.*)|(?:@?(?:timestamp|message)"?[,;])[@$"\w.,; ]*|[@A-Za-z_$][\w.$]{0,80}(?: *[|\t,;] *[@A-Za-z_$][\w.$]{0,80})+|@?message|record|json|```\w*|==> .* <==|[\s|+=:-]*|\|.*\||#[^{]*|[bf]\/\S+(?:\s+[bf]\/\S+)?|(?:SEARCHEDLOGSTREAMS|STATISTICS|RESULTS)\t.*|(?:CWLI\s+)?Complete|None)$/

export interface Unwrapped {
  /** The JSON of what may be a record; false where it is none. */
  record(json: Buffer): boolean
  /** Neither record nor wrapper of any. `frame`: what a command prints around records; `garbled`: no JSON; of a record, the cause. */
  strange(kind?: Strange): void
  /** The table whose rows are unwrapped: its columns, once they are known. */
  table: { names?: readonly string[] }
}
export type Strange = 'frame' | 'garbled' | Cause

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
  // Numbers stand for times and the like.
  else found.strange('frame')
}

function unwrapObject(object: Record<string, unknown>, found: Unwrapped, depth: number): void {
  const isRow = Object.hasOwn(object, '@message')
  const columns = columnsOf(object)
  if (isNotice(object) || (!isRow && !columns && isGiven(object, found))) return
  // Messages of chats are somebody's text, and so is what a request holds.
  const isText = Object.hasOwn(object, 'role') || (isRecord(object) && !isRow)
  const wrapped = isText ? [] : Object.entries(object).filter(wraps)
  // Beside a list stand counts of it. A text may be one that quotes what stands beside it.
  const beside = isText ? [] : Object.values(object).flat()
  const members = beside.filter((one) => typeof one !== 'number' && one !== null)
  if (columns) unwrapEach(columns, found, depth)
  // A row of an answer of Athena.
  else if (Array.isArray(object.Data)) unwrapList(object.Data, found, depth + 1)
  // A row of BigQuery, of which the columns have no names.
  else if (Array.isArray(object.f) && object.f.every((cell) => isObject(cell) && 'v' in cell)) found.strange('headless')
  else if (isTyped(object)) unwrap(untyped(object), found, depth + 1)
  else if (hasRows(object, found)) unwrapEach(Object.values(object).flatMap(rowsOf), found, depth)
  // Records by their ids, or lists of them by what they have in common.
  else if (wrapped.length === 0 && members.length > 0 && members.every(isCall)) unwrapEach(members, found, depth)
  else if (wrapped.length === 0 && Object.keys(object).every((name) => ID.test(name)) && members.every(isPacked))
    unwrapEach(members, found, depth)
  else {
    // Beside texts, an empty list is not what there is to be found.
    const isFull = Object.values(object).some((value) => typeof value === 'string' && value !== '')
    const others = isText ? [] : Object.entries(object).filter((one) => !wraps(one) && !(isFull && isEmpty(one[1])))
    const holders = [...wrapped.map(([, value]) => value), ...holdersIn(Object.fromEntries(others))]
    unwrapHolders(holders, found, depth, object)
  }
}

const isEmpty = (value: unknown) => typeof value === 'object' && Object.keys(value ?? {}).length === 0

/** A record that is text of another, however often. */
const QUOTED = /\bschemaType\\*"\s*:\s*\\*"ModelInvocationLog\b/

/** What texts of records stand under, where they stand under something of their own: ids, numbers, and names of files. */
const ID = /^(?:[\da-f]{8}-[\da-f-]{27}|\d+|\S+\.(?:jsonl?|ndjson|log|txt|gz))$/i

/** Whether an object names the columns of the rows that it holds, or of those behind it: they are remembered. */
function hasRows(object: Record<string, unknown>, found: Unwrapped): boolean {
  const names = Object.values(object).flatMap((list) => {
    const texts = isObject(list) ? Object.values(list).flat() : list
    const row = Array.isArray(texts) ? texts.map((one) => String((isObject(one) && (one.name ?? one.Name)) || one)) : []
    return [columnsIn(row, true) ?? []].filter(({ length }) => length > 0)
  })[0]
  if (names) found.table.names = names
  return names !== undefined && Object.values(object).some((value) => rowsOf(value).length > 0)
}

/**
 * Looks into one after the other. A record that several of them hold, as text and as an object for one, is one. Where there is
 * none in any, that is told once.
 * @param all what they are of
 */
function unwrapHolders(values: readonly unknown[], found: Unwrapped, depth: number, all?: unknown): void {
  const records: Buffer[] = []
  let isTold = false
  let isStrange = values.length === 0
  for (const value of values) {
    const kinds: (Strange | undefined)[] = []
    const before = records.length
    let earlier: Set<unknown> | undefined
    const own: Unwrapped = {
      record: (json) => {
        earlier ??= new Set(records.slice(0, before).map(keyOf))
        if (earlier.size > 0 && earlier.has(keyOf(json))) return true
        const isOne = found.record(json)
        if (isOne) records.push(json)
        return isOne
      },
      strange: (kind) => kinds.push(kind),
      table: found.table,
    }
    unwrap(value, own, depth + 1)
    const isCaused = kinds.some((kind) => kind && kind !== 'frame' && kind !== 'garbled')
    if (records.length > before || (isCaused && !isTold)) {
      isTold = true
      for (const kind of kinds) found.strange(kind)
    } else if (kinds.length > 0) isStrange = true
  }
  if (isStrange && !isTold) found.strange(all && QUOTED.test(JSON.stringify(all)) ? 'quoted' : undefined)
}

/** Looks into those of a row or a list that hold records; others beside them are of no interest, but for pieces of a record. */
function unwrapBeside(all: readonly unknown[], holders: readonly unknown[], found: Unwrapped, depth: number): void {
  unwrapHolders(holders, found, depth)
  if (all.some((one) => typeof one === 'string' && !isPacked(one) && one.includes('ModelInvocationLog')))
    found.strange()
}

function keyOf(json: Buffer): unknown {
  const text = json.toString()
  const { requestId = text } = (parsed(text) ?? {}) as Record<string, unknown>
  return requestId
}

/** A record, also in another spelling: it is given on, or told to be strange. */
function isGiven(object: Record<string, unknown>, found: Unwrapped): boolean {
  const given = isRecord(object) ? object : undefined
  if (given && found.record(Buffer.from(JSON.stringify(given)))) return true
  const other = invocationOf(object)
  if (isObject(other) && found.record(Buffer.from(JSON.stringify(other)))) return true
  if (!other && given?.schemaType !== 'ModelInvocationLog') return false
  found.strange(typeof other === 'string' ? other : 'time')
  return true
}

/** What is said of records or of the way to them, and is none. */
function isNotice(object: Record<string, unknown>): boolean {
  if (object.messageType === 'CONTROL_MESSAGE') return true
  const [name = '', ...others] = Object.keys(object)
  return others.length === 0 && /^(?:index|create|update|sessionStart)$/.test(name)
}

function isCall(value: unknown): boolean {
  return isObject(value) && (isRecord(value) || invocationOf(value) !== undefined)
}

/** A row of a query's results is a list of fields with their values, of which one may be the message. */
function unwrapList(list: readonly unknown[], found: Unwrapped, depth: number): void {
  const fields = list.map((one) => (isObject(one) ? one : {}))
  const isOf = (fits: (one: Record<string, unknown>) => boolean) => list.length > 0 && fields.every(fits)
  const isScalar = (one: unknown) => one === null || typeof one !== 'object'
  const isMixed = list.length > 1 && list.some(isScalar)
  // Of Athena, where an empty object is no value, and of data APIs.
  if (fields.some(isTyped)) unwrapRow(fields.map(cellOf), found)
  else if (isOf((one) => typeof one.field === 'string' && Object.hasOwn(one, 'value')))
    unwrapObject(Object.fromEntries(fields.map(({ field, value }) => [field, value])), found, depth)
  // Attributes of OpenTelemetry.
  else if (isOf((one) => typeof one.key === 'string' && isObject(one.value)))
    unwrap(untyped({ kvlistValue: list }), found, depth + 1)
  else if (isMixed && (list.length === found.table.names?.length || (list.every(isScalar) && !list.some(isPacked))))
    unwrapRow(list, found)
  // Beside a message stand its time and the like.
  else if (isMixed && list.every(isScalar) && !list.every(isPacked)) unwrapBeside(list, list, found, depth)
  else unwrapEach(list, found, depth)
}

function cellOf(field: Record<string, unknown>): unknown {
  const [value] = isTyped(field) ? Object.values(field) : ['']
  return typeof value === 'object' ? untyped(value) : value
}

function unwrapEach(values: readonly unknown[], found: Unwrapped, depth: number): void {
  for (const one of values) unwrap(one, found, depth + 1)
}

/** A text of JSON, of the base64 of JSON that may be gzipped, or a notice. */
export function unwrapText(given: string, found: Unwrapped, depth = 0): void {
  const text = given.trim()
  if (text === '' || NOTICE.test(text)) return
  const bytes = BASE64.test(text) ? decoded(text) : /^[[{"]/.test(text) ? Buffer.from(text) : undefined
  if (bytes === undefined || depth > DEEPEST) {
    found.strange(FRAME.test(text) ? 'frame' : ROW.test(text) ? 'headless' : undefined)
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
export function unwrapRow(row: readonly unknown[], found: Unwrapped): void {
  const fields = row.map((field) => (typeof field === 'string' ? plainCell(field).replace(NO_VALUE, '') : field))
  const texts = fields.map((field) => (typeof field === 'string' ? field : ''))
  const { names } = found.table
  const isHead = fields.length > 0 && fields.every((field, index) => field === names?.[index])
  if (isHead) return
  const head = names === undefined || ofRecords(texts) ? columnsIn(texts, true) : undefined
  if (head) found.table.names = head
  else if (fields.every((field) => typeof field === 'string' && FRAME.test(field))) found.strange('frame')
  else if (names?.length && isOfColumns(fields, names)) {
    const values = new Map(names.map((name, index) => [name, fields[index] === '' ? null : fields[index]]))
    if (names.some((name, index) => (values.get(name) ?? '') !== (fields[index] ?? ''))) found.strange('double')
    else unwrap(Object.fromEntries(values), found, 0)
  } else if (texts.some(isPacked)) unwrapBeside(texts, texts.filter(isPacked), found, 0)
  else found.strange(!names?.length && texts.some((text) => DAY.test(text)) ? 'headless' : undefined)
}

/** What most times begin with, and a row with a time and a model. */
const DAY = /^\d{4}-\d\d-\d\d[T ]/
const ROW = /^\d{4}-\d\d-\d\d[T ].*[,;|\t] *[\w:/-]*[a-z\d]\.[a-z][\w.:/-]* *[,;|\t]/

export function findsFor(found: Unwrapped, depth = 0): Finds {
  return {
    value(bytes) {
      if (bytes[0] === OPEN_OBJECT && !isTorn(bytes) && found.record(bytes)) return
      const text = bytes.toString()
      const isStruct = /^\{(?:.*, )?model_?id=/i.test(text)
      const value = parsed(text) ?? (isStruct ? structOf(text) : undefined)
      // A damaged record is none of what may stand beside one.
      if (value === undefined)
        found.strange(isStruct ? 'struct' : /modelId|schemaType/.test(text) ? undefined : 'garbled')
      else unwrap(value, found, depth)
    },
    text(bytes, isBeside) {
      // Before a value on its line stand times and names of streams, behind it what else a command prints; or pieces of a record.
      const text = bytes.toString()
      if (!isBeside || /\ufffd|ModelInvocationLog|H4sI/.test(text)) unwrapText(text, found, depth)
    },
    ahead(bytes, depth) {
      const text = bytes.toString()
      if (QUOTED.test(text)) found.strange()
      const object = /model_?id/i.test(text) && parsed(`${text}[]${'}'.repeat(depth)}`)
      if (isObject(object)) hasRows(object, found)
    },
    broken: () => found.strange(),
  }
}
