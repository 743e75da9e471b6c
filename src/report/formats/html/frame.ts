import { createHash } from 'node:crypto'
import { escapeHtml } from '../../../text/escape.ts'
import { STYLE } from './page-parts.ts'

/** A page of our own: all but the texts in `main`, `foot` and `last` is escaped here. */
export interface Frame {
  heading: string
  /** Behind the heading in the title of the window. */
  of: string
  about: string
  main: readonly string[]
  foot: string
  /** What stands last, besides the script. */
  last?: string
  script?: string
}

/** Nothing from elsewhere, no request, and no style and script but the page's own. */
function securityPolicy(script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const scripts = script === '' ? '' : ` script-src ${hash(script)};`
  return `default-src 'none'; style-src ${hash(STYLE)};${scripts} base-uri 'none'; form-action 'none'`
}

export function framed({ heading, of, about, main, foot, last, script = '' }: Frame): string {
  return `${[
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(securityPolicy(script))}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(`${heading} · ${of}`)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<header>',
    `<h1>${escapeHtml(heading)}</h1>`,
    `<p class="about">${escapeHtml(about)}</p>`,
    '</header>',
    '<main>',
    ...main,
    '</main>',
    `<footer>${foot}</footer>`,
    ...(last === undefined ? [] : [last]),
    ...(script === '' ? [] : [`<script>${script}</script>`]),
    '</body>',
    '</html>',
  ].join('\n')}\n`
}
