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
