import { isObject } from '../../../core/json.ts'
import { FIELDS, PATHS } from '../fields.ts'
import { MAPS } from '../path-tree.ts'
import { NO_VALUE, parsed } from '../text.ts'

/** The fields by which tables and queries name a record's numbers without the objects that they lie in. */
const TOLD = [
  ...['schemaType', 'timestamp', 'accountId', 'identityArn', 'region', 'inferenceRegion', 'requestId', 'operation'],
  ...['modelId', 'errorCode', 'status', 'inputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'outputTokens'],
] as (keyof typeof FIELDS)[]

/** Names as databases and crawlers spell them: in small letters, with or without underscores. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

const KNOWN = new Set(['requestMetadata', ...PATHS.flatMap(({ keys }) => keys)])
const BY_PLAIN = new Map([...KNOWN].reverse().map((name) => [plain(name), name]))
const PLACES = new Map<string, readonly string[]>([['requestmetadata', ['requestMetadata']]])
for (const field of TOLD) {
  const path = FIELDS[field][0].split('.')
  PLACES.set(plain(path.join('')), path)
  const last = plain(path.at(-1) ?? '')
  // Answers have `inputTokens` and `cache_read_input_tokens`.
  for (const name of [last, last.replace(/tokencount$/, 'tokens'), plain(field)]) PLACES.set(name, path)
}
PLACES.set('cachecreationinputtokens', FIELDS.cacheWriteTokens[0].split('.'))

type Fields = Record<string, unknown>

const OF_RECORD = ['identity', 'input', 'output'] as const
const STRUCTURES = ['requestMetadata', ...OF_RECORD] as const

/**
 * The record that an object holds in another spelling: in small letters as Glue and Athena write it, with underscores, or
 * flat as a query's columns are (`input.inputTokenCount`, `inputtokencount`). Undefined where it is none of a call: it takes
 * a model, a time, and a count or the schema's name. `struct` where a structure in it is not JSON, or may be read in two ways;
 * `sum` where it is one of several calls, `short` where the model's name is cut short, with dots for the rest.
 */
export function invocationOf(object: Fields): Fields | 'struct' | 'sum' | 'short' | undefined {
  const names = new Set(Object.keys(object).map(plain))
  if (!names.has('modelid') || !names.has('timestamp')) return undefined
  const record: Fields = {}
  for (const [name, given] of Object.entries(object)) {
    if (given === '' || given === null) continue
    const [, key] = /^request_?metadata(?:__?|[/:])(.+)$/i.exec(name) ?? []
    const path = PLACES.get(plain(name)) ?? (key ? ['requestMetadata', key] : name.split('.').map(known))
    const value = untyped(given)
    // What stands alone in the metadata may be called like a type.
    const metadata = isObject(given) && !isObject(value) ? given : value
    // `@timestamp` is when it was delivered: the record's own time counts, wherever it stands.
    put(record, path, path[0] === 'requestMetadata' ? metadata : respelt(value), !name.startsWith('@'))
  }
  if (STRUCTURES.some((name) => typeof record[name] === 'string' && /^[[{]/.test(record[name]))) return 'struct'
  if (typeof record.identity === 'string') record.identity = { arn: record.identity }
  for (const name of OF_RECORD) {
    // Avro writes a record that need not be there under its name.
    const [[type = '', told] = [], ...others] = Object.entries(record[name] ?? {})
    if (others.length === 0 && isObject(told) && !type.endsWith('BodyJson')) record[name] = told
  }
  const { input, output } = record as { input?: Fields; output?: Fields }
  const isCounted = input?.inputTokenCount !== undefined || output?.outputTokenCount !== undefined
  if (record.schemaType !== 'ModelInvocationLog' && !isCounted) return undefined
  if (isSum(object)) return 'sum'
  return /(?:\.{3}|…)$/.test(`${record.modelId}`) ? 'short' : record
}

/** What queries call the number of calls in a group, plain. */
const NUMBER_OF_CALLS =
  /^(?:num|number|no|nb|cnt|count|total|sum|n)?(?:of)?(?:model|api)?(?:(?:calls|invocations|requests|records|rows|events|hits)(?:count|total)?|(?:call|invocation|request|record|row|event|sample|doc)?(?:count|cnt)(?:star|all|distinct|1|requestid)*|n|c|ct|num|nb|times|occurrences?|qty|quantity|freq|frequency)$/

/** Whether a row tells of several calls at once. What has an id, or the schema's name, is of one. */
export function isSum(object: unknown): boolean {
  if (!isObject(object)) return false
  const told = Object.entries(object).filter(([, value]) => value !== '' && value !== null)
  if (told.some(([name]) => /^(?:requestid|schematype)$/.test(plain(name)))) return false
  const calls = told.filter(([name]) => NUMBER_OF_CALLS.test(plain(name)))
  return calls.some(([, value]) => Number.parseFloat(`${untyped(value)}`.replaceAll(',', '')) > 1)
}

/** A pair as PostgreSQL writes it in an `hstore`, or with an equals sign or a colon. */
const PAIR =
  /\s*(?:"((?:[^"\\]|\\.)*)"\s*=>\s*(?:"((?:[^"\\]|\\.)*)"|NULL)|([^\s=:,;"[\]{}]+)\s*[=:]([^=,;"]*))\s*(?:[,;]|$)/gy

/** Pairs in a text; undefined where anything else is in it. */
function pairsIn(text: string): Fields | undefined {
  const pairs = [...text.matchAll(PAIR)]
  if (pairs.map(([all]) => all).join('') !== text) return undefined
  const plain = (quoted = '') => quoted.replace(/\\(.)/g, '$1')
  return Object.fromEntries(
    pairs.map(([, key, value, name = '', own]) =>
      key === undefined ? [name, own?.trim()] : [plain(key), plain(value)],
    ),
  )
}

/** The keys and values of a call's metadata, in whatever way tables and tools write a map; undefined where it is none. */
export function metadataOf(given: unknown): Fields | undefined {
  const value = typeof given === 'string' ? untyped(given) : given
  if (typeof value === 'string') return NO_VALUE.test(value.trim()) ? {} : pairsIn(value)
  if (isObject(value)) {
    const [[name = '', within] = [], ...others] = Object.entries(value)
    const isWithin = others.length === 0 && typeof within === 'object' && (MAPS as readonly string[]).includes(name)
    return isWithin ? metadataOf(within) : value
  }
  if (!Array.isArray(value)) return undefined
  const pairs = value.map(untyped).flatMap((pair) => {
    if (typeof pair === 'string') return Object.entries(pairsIn(pair) ?? {})
    const [one, other, ...more] = Object.entries(pair ?? {})
    if (one && !other) return [one]
    if (!one || !other || more.length > 0) return []
    const isInOrder = Array.isArray(pair) || /^(?:key|name|k)$/i.test(one[0])
    return [isInOrder ? [one[1], other[1]] : [other[1], one[1]]]
  })
  return Object.fromEntries(pairs)
}

function known(name: string): string {
  return KNOWN.has(name) ? name : (BY_PLAIN.get(plain(name)) ?? name)
}

function put(record: Fields, path: readonly string[], value: unknown, isOwn: boolean): void {
  let holder = record
  for (const name of path.slice(0, -1)) {
    const within = holder[name]
    if (typeof within !== 'object' || within === null) holder[name] = {}
    holder = holder[name] as Fields
  }
  const last = path.at(-1) ?? ''
  const there = Object.hasOwn(holder, last) ? holder[last] : undefined
  if (typeof there === 'object' && typeof value === 'object') holder[last] = { ...(value as Fields), ...there }
  // A text beside counts is a prompt.
  else if (there === undefined || (isOwn && typeof there !== 'object')) holder[last] = value
}

/** Objects and lists that were written as text are read, too. */
function respelt(given: unknown): unknown {
  const value = untyped(given)
  if (Array.isArray(value)) return value.map(respelt)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [known(name), respelt(one)]))
}

/** Names and texts in a structure: what stands in no quotation marks. */
const OF_STRUCT = /(?<=\{|, )(\w[\w.-]*)=([^[\]{}]*?(?=, \w[\w.-]*=|\}))?|(?<=\[|, )[^[\]{},]+(?=, |\])/g

/**
 * What a structure holds as Athena and Hive print it: `{a=1, b={c=x}}`. Nothing stands around texts there, so it is read only
 * where it cannot be read in two ways: no text in it has brackets, and no name comes twice. Undefined for anything else.
 */
export function structOf(text: string): unknown {
  const json = text.replace(OF_STRUCT, (all: string, name?: string, own?: string) => {
    const told = name === undefined ? all : own
    const value = told === undefined || told === 'null' ? (told ?? '') : JSON.stringify(told)
    return name === undefined ? value : `"${name}":${value}`
  })
  const [value, dense] = [parsed(json), (spaced: string) => spaced.replaceAll(', ', ',')]
  // Of a name that comes twice, the first is lost.
  return value !== undefined && dense(JSON.stringify(value)) === dense(json) ? value : undefined
}

/** The one member of a value that stands under the name of its type: of DynamoDB, MongoDB, data APIs, Athena, OpenTelemetry, Firestore and Avro. */
const TYPES = new Set(
  'string int long map integerValue timestampValue S N M L BOOL $numberLong $numberInt $numberDouble $date VarCharValue stringValue longValue intValue doubleValue boolValue booleanValue string_value int_value double_value bool_value bytesValue bytes_value kvlistValue kvlist_value arrayValue array_value'.split(
    ' ',
  ),
)

export function isTyped(value: unknown): value is Fields {
  if (!isObject(value)) return false
  const [name = '', ...others] = Object.keys(value)
  return TYPES.has(name) && others.length === 0
}

/** A value without the names of types in it, and what a text of an object or a list holds. */
export function untyped(value: unknown): unknown {
  if (typeof value === 'string') return /^[[{]/.test(value) ? (parsed(value) ?? structOf(value) ?? value) : value
  if (Array.isArray(value)) return value.map(untyped)
  if (!isTyped(value)) {
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, untyped(one)]))
  }
  const [[type, told] = []] = Object.entries(value)
  const [, kind] = /^(kvlist|array)_?[vV]alue$/.exec(type ?? '') ?? []
  if (kind === undefined) return untyped(told)
  // Of OpenTelemetry.
  const { values } = Array.isArray(told) ? { values: told } : ((told ?? {}) as { values?: unknown[] })
  return kind === 'array'
    ? untyped(values ?? [])
    : Object.fromEntries((values ?? []).map((pair) => [(pair as Fields).key, untyped((pair as Fields).value)]))
}
