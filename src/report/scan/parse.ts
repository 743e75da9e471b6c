import { sumOfTtl } from './counts.ts'
import { type FieldValue, type FieldValues, PATHS } from './fields.ts'
import { interpret } from './interpret.ts'
import type { InvocationRecord } from './record.ts'

/**
 * Reads a record the plain way. It builds the bodies, so it is only for lines that the byte walker cannot make out, and for
 * tests to hold the walker against.
 * @returns undefined for what is no record.
 */
export function parseRecord(line: string, metadataKeys: readonly string[] = []): InvocationRecord | undefined {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    // The error's message would quote the line, which is somebody's prompt.
    return undefined
  }
  return asObject(json) && interpret(pickFields(json, metadataKeys), metadataKeys.length)
}

function pickFields(json: unknown, metadataKeys: readonly string[]): FieldValues {
  const metadata = own(json, 'requestMetadata')
  return [...PATHS.map(({ keys }) => pick(json, keys)), ...metadataKeys.map((key) => leaf(own(metadata, key)))]
}

function pick(json: unknown, [key, ...rest]: readonly string[]): FieldValue {
  if (key === undefined) return leaf(json)
  if (key === '#') return Array.isArray(json) ? json.length : undefined
  if (key === '?') return typeof json === 'object' && json !== null ? 1 : undefined
  if (key.startsWith('{')) return Array.isArray(json) ? sumOfTtl(json, key.slice(1, -1)) : undefined
  if (key === '[]') {
    const holder = asList(json)?.findLast((item) => rest[0] !== undefined && Object.hasOwn(item, rest[0]))
    return pick(holder, rest)
  }
  if (key === '[last]') return pick(asList(json)?.at(-1), rest)
  return pick(own(json, key), rest)
}

function leaf(json: unknown): FieldValue {
  return typeof json === 'string' || typeof json === 'number' ? json : undefined
}

/** What stands under a key in the text: a key such as `constructor` that does not stand there is not taken for one. */
function own(json: unknown, key: string): unknown {
  const object = asObject(json)
  return object && Object.hasOwn(object, key) ? object[key] : undefined
}

function asList(json: unknown): Record<string, unknown>[] | undefined {
  return Array.isArray(json) ? json.map(asObject).filter((item) => item !== undefined) : undefined
}

function asObject(json: unknown): Record<string, unknown> | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : undefined
}
