/** A type of Hive: of a struct with its fields, of a list or map with what is in it. */
export type HiveType =
  | { kind: 'string' | 'bigint' }
  | { kind: 'array' | 'map'; of: HiveType }
  | { kind: 'struct'; fields: [name: string, type: HiveType][] }

/** What cannot be read as the type that a column has: Athena gives up the whole query. */
export class BadData extends Error {}

const NUMBERS = ['bigint', 'int', 'integer', 'smallint', 'tinyint']

/** Reads `struct<arn:string,n:array<bigint>>`. Throws on what is no type that is known here. */
export function parseType(text: string): HiveType {
  const tokens = text.toLowerCase().match(/[\w]+|[<>:,]/g) ?? []
  let at = 0
  const take = (expected?: string) => {
    const token = tokens[at++]
    if (token === undefined || (expected !== undefined && token !== expected)) throw new Error(`not a type: ${text}`)
    return token
  }
  const read = (): HiveType => {
    const name = take()
    if (NUMBERS.includes(name)) return { kind: 'bigint' }
    if (name === 'string' || name === 'varchar') return { kind: 'string' }
    take('<')
    if (name === 'array') {
      const of = read()
      take('>')
      return { kind: 'array', of }
    }
    if (name === 'map') {
      read()
      take(',')
      const of = read()
      take('>')
      return { kind: 'map', of }
    }
    if (name !== 'struct') throw new Error(`not a type: ${text}`)
    const fields: [string, HiveType][] = []
    do {
      const field = take()
      take(':')
      fields.push([field, read()])
    } while (take() === ',')
    return { kind: 'struct', fields }
  }
  const type = read()
  if (at < tokens.length) throw new Error(`not a type: ${text}`)
  return type
}

export function duckType(type: HiveType): string {
  switch (type.kind) {
    case 'string':
      return 'VARCHAR'
    case 'bigint':
      return 'BIGINT'
    case 'array':
      return `${duckType(type.of)}[]`
    case 'map':
      return `MAP(VARCHAR, ${duckType(type.of)})`
    case 'struct':
      return `STRUCT(${type.fields.map(([name, of]) => `"${name}" ${duckType(of)}`).join(', ')})`
  }
}

/** How a JSON reader finds the members of an object: by the SerDe's properties. */
export interface SerDe {
  /** By the name of a column or field: the key in the record. */
  mapping: ReadonlyMap<string, string>
  ignoresCase: boolean
}

export function member(object: object, name: string, { mapping, ignoresCase }: SerDe): unknown {
  const key = mapping.get(name) ?? name
  if (!ignoresCase) return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined
  return Object.entries(object).findLast(([one]) => one.toLowerCase() === key.toLowerCase())?.[1]
}

/** As the OpenX SerDe: any value is a string, one that is no list a list of one, no object none of it. */
export function readAs(type: HiveType, value: unknown, serde: SerDe): unknown {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value)
    case 'bigint': {
      if (typeof value === 'object') throw new BadData('an object can not be coerced to a BIGINT')
      const number = Math.trunc(value === '' ? Number.NaN : Number(value))
      return Number.isSafeInteger(number) ? number : null
    }
    case 'array':
      if (value === '') return null
      return (Array.isArray(value) ? value : [value]).map((each) => readAs(type.of, each, serde))
    case 'map':
      if (typeof value !== 'object' || Array.isArray(value)) return blank(value)
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readAs(type.of, each, serde)]))
    case 'struct': {
      if (typeof value !== 'object') return blank(value)
      const found = (name: string, place: number) => (Array.isArray(value) ? value[place] : member(value, name, serde))
      return Object.fromEntries(
        type.fields.map(([name, of], place) => [name, readAs(of, found(name, place), serde)] as const),
      )
    }
  }
}

function blank(value: unknown): null {
  if (typeof value === 'string' && value.trim() === '') return null
  throw new BadData('Primitive can not be coerced to a ROW')
}
