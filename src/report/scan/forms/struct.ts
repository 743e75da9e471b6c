/** The text of a structure, and how far it was read. */
interface Cursor {
  readonly text: string
  at: number
}

const SCALAR_OF_LIST = /[^[\]{},]*(?=, |\])/y
const SCALAR_OF_OBJECT = /[^[\]{}]*?(?=, \w[\w.-]*=|\})/y

/**
 * What a structure holds as Athena and Hive print it: `{a=1, b={c=x}}`. Nothing stands around texts there, so it is read only
 * where it cannot be read in two ways: no text in it has brackets, and no name comes twice. Undefined for anything else.
 */
export function structOf(text: string): unknown {
  const cursor = { text, at: 0 }
  const value = valueAt(cursor, SCALAR_OF_LIST)
  return cursor.at === text.length ? value : undefined
}

function valueAt(cursor: Cursor, scalar: RegExp): unknown {
  if (take(cursor, /\{/y) !== undefined) return objectAt(cursor)
  if (take(cursor, /\[/y) !== undefined) return listAt(cursor)
  const told = take(cursor, scalar)
  return told === 'null' ? null : told
}

function objectAt(cursor: Cursor): unknown {
  const object = new Map<string, unknown>()
  if (take(cursor, /\}/y) !== undefined) return {}
  do {
    const name = take(cursor, /\w[\w.-]*(?==)/y)
    if (name === undefined || object.has(name)) return undefined
    cursor.at++
    const value = valueAt(cursor, SCALAR_OF_OBJECT)
    if (value === undefined) return undefined
    object.set(name, value)
  } while (take(cursor, /, /y) !== undefined)
  return take(cursor, /\}/y) === undefined ? undefined : Object.fromEntries(object)
}

function listAt(cursor: Cursor): unknown {
  const list: unknown[] = []
  if (take(cursor, /\]/y) !== undefined) return list
  do list.push(valueAt(cursor, SCALAR_OF_LIST))
  while (take(cursor, /, /y) !== undefined)
  return take(cursor, /\]/y) === undefined || list.includes(undefined) ? undefined : list
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0]
  cursor.at += found?.length ?? 0
  return found
}
