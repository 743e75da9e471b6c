import { parseJson } from '../../json-text.ts'
import type { Value } from './value.ts'

/** Logs Insights extracts at most this many fields from a JSON event: what comes later in a large one is not seen. */
const MOST_FIELDS = 200

export interface QueriedEvent {
  timestamp: number
  message: string
  logStream: string
  log: string
  ptr: string
  /** Of its JSON, once one was asked for. */
  fields?: Map<string, Value>
}

/** A field of an event by its name: its own (`@message`), or one of its JSON by path (`input.inputTokenCount`, `a.0.b`). */
export function fieldOf(event: QueriedEvent, name: string): Value {
  switch (name) {
    case '@timestamp':
      return new Date(event.timestamp)
    case '@message':
      return event.message
    case '@logStream':
      return event.logStream
    case '@log':
      return event.log
    case '@ptr':
      return event.ptr
    default:
      event.fields ??= extractFields(event.message)
      return event.fields.get(name)
  }
}

/** The first 200 leaves of a JSON object, in the order of the text, each under its path. Nothing for other messages. */
export function extractFields(message: string): Map<string, Value> {
  const fields = new Map<string, Value>()
  const walk = (node: unknown, path: string): void => {
    if (fields.size >= MOST_FIELDS || node === null || node === undefined) return
    if (typeof node !== 'object') {
      fields.set(path, typeof node === 'boolean' ? Number(node) : (node as string | number))
      return
    }
    for (const [key, child] of Object.entries(node)) walk(child, path === '' ? key : `${path}.${key}`)
  }
  if (message.startsWith('{')) walk(parseJson(message), '')
  return fields
}
