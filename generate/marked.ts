/** What stands in a page between two comments of that name. */
export interface Part {
  name: string
  text: string
}

/** The page with these parts. Throws where it does not mark one of them. */
export function withParts({ path, text }: { path: string; text: string }, parts: readonly Part[]): string {
  return parts.reduce((page, { name, text: wanted }) => {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
    const [from, to] = [page.indexOf(begin), page.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`${path} marks no part with the name ${name}`)
    return `${page.slice(0, from)}${begin}\n\n${wanted}\n\n${page.slice(to)}`
  }, text)
}

/** A table as it is written in a page. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

export const code = (text: string): string => `\`${text}\``
