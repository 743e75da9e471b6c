/**
 * `npm run generate`: writes what the code decides of the pages and of the schema of the configuration file. With `--check` it
 * writes nothing, and fails where something is out of date.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { withTypeScript } from './typescript.js'

const ROOT = import.meta.dirname
const PAGE = 'src/report/formats/html'
const isCheck = process.argv.includes('--check')

await withTypeScript('generate/parts.ts', async ({ generated }) => {
  const parts = await generated((path) => readFileSync(join(ROOT, path), 'utf8'))
  const stale = [...parts, await pageParts()]
    .map(({ path, text }) => ({ path, text: path.endsWith('.json') ? formatted(path, text) : text }))
    .filter(({ path, text }) => readFileSync(join(ROOT, path), 'utf8') !== text)
  for (const { path, text } of isCheck ? [] : stale) writeFileSync(join(ROOT, path), text)
  const paths = stale.map(({ path }) => path).join(', ')
  if (isCheck && stale.length > 0) {
    process.stderr.write(`out of date: ${paths}. Run npm run generate\n`)
    process.exitCode = 1
  } else process.stdout.write(stale.length === 0 ? 'All that is generated is up to date.\n' : `written: ${paths}\n`)
})

/** Style and script of the HTML page as texts: they are hashed and embedded when a page is written, wherever the program runs. */
async function pageParts() {
  const bundle = await rolldown({ input: join(ROOT, `${PAGE}/browser/main.ts`), platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  await bundle.close()
  const script = output[0].code.trim().replaceAll('</', '<\\/')
  const style = readFileSync(join(ROOT, `${PAGE}/style.css`), 'utf8')
    .replace(/\/\*.*?\*\/|\n\s*/gs, ' ')
    .trim()
  return {
    path: `${PAGE}/page-parts.ts`,
    text: `/** What \`style.css\` and \`browser/main.ts\` come to, each in one piece: \`npm run generate\` writes them. */
export const STYLE = ${JSON.stringify(style)}
export const SCRIPT = ${JSON.stringify(script)}
`,
  }
}

function formatted(path, text) {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  return execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], {
    input: text,
    encoding: 'utf8',
  })
}
