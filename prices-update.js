/**
 * `npm run prices:update -- FILE… [--date YYYY-MM-DD] [--accept]`: puts AWS's price list into the table that comes with the program,
 * and says what has changed. A FILE is an answer of `aws pricing get-products` or a folder of them, the offer file of a service (JSON or
 * CSV), or a table (TSV). `--accept` writes prices, too, that are more than ten times what they were.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { withTypeScript } from './typescript.js'

const TABLE = join(import.meta.dirname, 'src/report/prices/table/aws-list.json')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { date: { type: 'string' }, accept: { type: 'boolean', default: false } },
})

function update({ pricesUpdate }) {
  if (positionals.length === 0) throw new Error('give the files of the list: npm run prices:update -- FILE…')
  const paths = positionals.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path],
  )
  const files = paths.map((path) => ({ name: basename(path), text: readFileSync(path, 'utf8') }))
  const { table, lines, refused } = pricesUpdate(readFileSync(TABLE, 'utf8'), files, values)
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
  if (refused.length > 0) {
    process.stderr.write(`Nothing is written:\n${refused.map((line) => `  ${line}\n`).join('')}`)
    process.exitCode = 1
  } else writeFileSync(TABLE, table)
}

// Whoever runs it gave the files: what is wrong with one is told in a line.
await withTypeScript('generate/prices.ts', update).catch((error) => {
  process.stderr.write(`Nothing is written: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
})
