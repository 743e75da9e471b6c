import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A page of the documentation, by its path from the root. */
export interface Page {
  path: string
  text: string
}

/** Every page that people read. */
export function pages(): Page[] {
  const inDocs = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'))
  const paths = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...inDocs.map((name) => `docs/${name}`)]
  return paths.map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, 'utf8') }))
}

export function page(path: string): Page {
  return { path, text: readFileSync(`${ROOT}${path}`, 'utf8') }
}

/** The text of the fenced blocks whose first line says this after the fence: a language, or a language and a word. */
export function blocks({ text }: Page, info: string): string[] {
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].flatMap(([, said = '', body = '']) =>
    said.trim() === info ? [body] : [],
  )
}

/** What stands between the comments that mark a part which the code decides. Throws where there are none. */
function marked({ path, text }: Page, name: string): string {
  const [, found] = new RegExp(`<!-- ${name}: begin -->\n([\\s\\S]*?)<!-- ${name}: end -->`).exec(text) ?? []
  if (found === undefined) throw new Error(`${path} marks no part with the name ${name}`)
  return found.trim()
}

/** Throws with the whole text to put in where a page has another between its comments. */
export function expectMarked(path: string, name: string, wanted: string): void {
  if (marked(page(path), name) === wanted) return
  throw new Error(`${path}: put this in\n<!-- ${name}: begin -->\n\n${wanted}\n\n<!-- ${name}: end -->\n`)
}

/** A table as it is written in a page. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}
