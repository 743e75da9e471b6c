import { FIELDS, PATHS } from '../fields.ts'

/** The fields by which tables and queries name a record's numbers without the objects that they lie in. */
const TOLD = [
  ...['schemaType', 'timestamp', 'accountId', 'identityArn', 'region', 'inferenceRegion', 'requestId', 'operation'],
  ...['modelId', 'errorCode', 'status', 'inputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'outputTokens'],
] as (keyof typeof FIELDS)[]

/** Names as databases and crawlers spell them: in small letters, with or without underscores. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

const KNOWN = new Set(PATHS.flatMap(({ keys }) => keys))
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

/**
 * The record that an object holds in another spelling: in small letters as Glue and Athena write it, with underscores, or
 * flat as a query's columns are (`input.inputTokenCount`, `inputtokencount`). Undefined where it is none of a call: it takes
 * a model, a time, and a count or the schema's name.
 */
export function invocationOf(object: Fields): Fields | undefined {
  const names = new Set(Object.keys(object).map(plain))
  if (!names.has('modelid') || !names.has('timestamp')) return undefined
  const record: Fields = {}
  for (const [name, value] of Object.entries(object)) {
    if (value === '' || value === null) continue
    const path = PLACES.get(plain(name)) ?? name.split('.').map(known)
    // `@timestamp` is when it was delivered: the record's own time counts, wherever it stands.
    put(record, path, path[0] === 'requestMetadata' ? value : respelt(value), !name.startsWith('@'))
  }
  if (typeof record.identity === 'string') record.identity = { arn: record.identity }
  const { input, output } = record as { input?: Fields; output?: Fields }
  const isCounted = input?.inputTokenCount !== undefined || output?.outputTokenCount !== undefined
  return record.schemaType === 'ModelInvocationLog' || isCounted ? record : undefined
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
  else if (there === undefined || isOwn) holder[last] = value
}

/** Objects and lists that were written as text are read, too. */
function respelt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(respelt)
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return respelt(JSON.parse(value))
    } catch {
      return value
    }
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [known(name), respelt(one)]))
}
