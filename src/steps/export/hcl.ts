/** Text of Terraform's language that is written as it is. */
export class Expression extends String {}

/** What is written with `jsonencode`. */
export class Json {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

/** Blocks of one name in a body, in place of an attribute. */
export class Blocks extends Array<Body> {}

/** Attributes and blocks by name; one that is undefined is left out. */
export type Body = Readonly<Record<string, unknown>>

/** A block of a file in the form that `terraform fmt` gives it. `head` is its type and labels. */
export function block(head: string, body: Body): string {
  return [`${head} {`, ...linesOf(body, '  '), '}', ''].join('\n')
}

function linesOf(body: Body, indent: string): string[] {
  const lines: string[] = []
  let aligned: [key: string, text: string][] = []
  const flush = () => {
    const width = Math.max(0, ...aligned.map(([key]) => key.length))
    lines.push(...aligned.map(([key, text]) => `${indent}${key.padEnd(width)} = ${text}`))
    aligned = []
  }
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue
    const key = /^[a-zA-Z_]\w*$/.test(name) ? name : quoted(name)
    if (value instanceof Blocks) {
      flush()
      for (const each of value) lines.push(`${indent}${key} {`, ...linesOf(each, `${indent}  `), `${indent}}`)
      continue
    }
    const [first = '', ...rest] = textOf(value, indent)
    if (rest.length === 0) aligned.push([key, first])
    else {
      flush()
      lines.push(`${indent}${key} = ${first}`, ...rest)
    }
  }
  flush()
  return lines
}

function textOf(value: unknown, indent: string): string[] {
  if (value instanceof Expression) return [value.valueOf()]
  if (value instanceof Json) {
    const [first = '', ...rest] = textOf(value.value, indent)
    return ending(`jsonencode(${first}`, rest, ')')
  }
  if (typeof value === 'string') return [quoted(value)]
  if (typeof value !== 'object' || value === null) return [String(value)]
  if (!Array.isArray(value)) {
    const lines = linesOf(value as Body, `${indent}  `)
    return lines.length === 0 ? ['{}'] : ['{', ...lines, `${indent}}`]
  }
  const items = value.map((item) => textOf(item, `${indent}  `))
  if (items.every(({ length }) => length === 1)) return [`[${items.join(', ')}]`]
  const spread = items.flatMap(([first = '', ...rest]) => ending(`${indent}  ${first}`, rest, ','))
  return ['[', ...spread, `${indent}]`]
}

function ending(first: string, rest: readonly string[], end: string): string[] {
  const lines = [first, ...rest]
  return [...lines.slice(0, -1), `${lines.at(-1)}${end}`]
}

/** A string in which nothing is an interpolation. */
export function quoted(text: string): string {
  const safe = text
    .replaceAll(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
    .replaceAll(/[\u0000-\u001f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/([$%])\{/g, '$1$1{')
  return `"${safe}"`
}
