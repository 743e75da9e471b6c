import { sumOfTtl } from '../../src/report/scan/counts.ts'
import { type FieldValue, type FieldValues, isForNumber, PATHS } from '../../src/report/scan/fields.ts'
import { interpret } from '../../src/report/scan/interpret.ts'
import type { InvocationRecord } from '../../src/report/scan/record.ts'
import { parsed } from '../../src/report/scan/text.ts'

/**
 * Reads a record the plain way, which builds all of it: what the program's own reader is held against.
 * @returns undefined for what is no record.
 */
export function parseRecord(line: string, metadataKeys: readonly string[] = []): InvocationRecord | undefined {
  const json = asObject(parsed(line))
  return json && interpret(pickFields(json, metadataKeys), metadataKeys.length > 0)
}

function pickFields(json: unknown, metadataKeys: readonly string[]): FieldValues {
  const metadata = own(json, 'requestMetadata')
  return [
    ...PATHS.map(({ keys }, slot) => pick(json, keys, slot)),
    ...metadataKeys.map((key) => leaf(own(metadata, key))),
  ]
}

function pick(json: unknown, [key, ...rest]: readonly string[], slot: number): FieldValue {
  if (key === undefined) return leaf(json) ?? (json != null && isForNumber(slot) ? Number.NaN : undefined)
  if (key === '#') return Array.isArray(json) ? json.length : undefined
  if (key === '?') return typeof json === 'object' && json !== null ? 1 : typeof json === 'string' ? 0 : undefined
  if (key.startsWith('{')) return Array.isArray(json) ? sumOfTtl(json, key.slice(1, -1)) : undefined
  if (key === '[]') {
    const holder = asList(json)?.findLast((item) => rest[0] !== undefined && Object.hasOwn(item, rest[0]))
    return pick(holder, rest, slot)
  }
  if (key === '[last]') return pick(asList(json)?.at(-1), rest, slot)
  return pick(own(json, key), rest, slot)
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
