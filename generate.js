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
  const stale = [...parts, await pageScript()]
    .map(({ path, text }) => ({ path, text: path.endsWith('.json') ? formatted(path, text) : text }))
    .filter(({ path, text }) => readFileSync(join(ROOT, path), 'utf8') !== text)
  for (const { path, text } of isCheck ? [] : stale) writeFileSync(join(ROOT, path), text)
  const paths = stale.map(({ path }) => path).join(', ')
  if (isCheck && stale.length > 0) {
    process.stderr.write(`out of date: ${paths}. Run npm run generate\n`)
    process.exitCode = 1
  } else process.stdout.write(stale.length === 0 ? 'All that is generated is up to date.\n' : `written: ${paths}\n`)
})

/** The script of the HTML page as one text: it is hashed and embedded when a page is written, wherever the program runs. */
async function pageScript() {
  const bundle = await rolldown({ input: join(ROOT, `${PAGE}/browser/main.ts`), platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  await bundle.close()
  const code = output[0].code.trim().replaceAll('</', '<\\/')
  return {
    path: `${PAGE}/script.ts`,
    text: `/** What \`browser/main.ts\` comes to, in one piece: \`npm run generate\` writes it. */\nexport const SCRIPT = ${JSON.stringify(code)}\n`,
  }
}

function formatted(path, text) {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  return execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], {
    input: text,
    encoding: 'utf8',
  })
}
