/** A text as a literal of SQL: nothing in it ends it but a quotation mark, which is doubled. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function listOf(texts: readonly string[]): string {
  return texts.map(literal).join(', ')
}

export function fitsGlobs(expression: string, globs: readonly string[]): string {
  const likes = globs.map((glob) => {
    const pattern = glob
      .replace(/[\\%_]/g, '\\$&')
      .replaceAll('*', '%')
      .replaceAll('?', '_')
    return `lower(${expression}) LIKE lower(${literal(pattern)}) ESCAPE '\\'`
  })
  return `(${likes.join(' OR ')})`
}

export function statement(parts: readonly (readonly [name: string, query: string])[], last: string): string {
  return `WITH ${parts.map(([name, query]) => `${name} AS (\n${query}\n)`).join(',\n')}\n${last}`
}
