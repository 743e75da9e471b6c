/** One setting that differs: its path (`lifecycle.expireDays`), what it is and what it should be. */
export interface Change {
  path: string
  from: unknown
  to: unknown
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A key may be somebody's tag, and be called `constructor`. */
function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** Structural equality of JSON-like values; the order of keys does not count, the order of lists does. */
export function equal(a: unknown, b: unknown): boolean {
  return diff(a, b).length === 0
}

/** What has to change for `from` to become `to`, leaf by leaf; lists as a whole. Absent and `undefined` are the same. */
export function diff(from: unknown, to: unknown, path = ''): Change[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)])
    return [...keys].sort().flatMap((key) => diff(own(from, key), own(to, key), path ? `${path}.${key}` : key))
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const same = from.length === to.length && from.every((item, index) => equal(item, to[index]))
    return same ? [] : [{ path, from, to }]
  }
  return Object.is(from, to) ? [] : [{ path, from, to }]
}
