import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/cli/commands/index.ts'
import { program } from '../support/program.ts'

/** The text of the bundled files that a line has Node load, as V8's coverage tells. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'loaded-'))
  try {
    await program(args, { env: { NODE_V8_COVERAGE: folder } })
    const reports = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const urls = reports.flatMap((text) => (JSON.parse(text) as { result: { url: string }[] }).result)
    return urls.flatMap(({ url }) => (url.includes('/dist/') ? [readFileSync(fileURLToPath(url), 'utf8')] : []))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const charactersOf = (files: readonly string[]) => files.reduce((sum, { length }) => sum + length, 0)
/** What every client of AWS is made of. */
const isOfClients = (text: string) => text.includes('smithy')

test.each([['--help'], ['help'], ['-h'], ['--version']])('%s loads the start of the program alone', async (flag) => {
  const files = await loadedBy(flag)
  expect(charactersOf(files)).toBeGreaterThan(1_000)
  expect(charactersOf(files)).toBeLessThan(50_000)
})

test.each(COMMANDS.map(({ name }) => name))('the help of %s loads no client of AWS', async (name) => {
  const files = await loadedBy(name, '--help')
  expect(charactersOf(files)).toBeGreaterThan(50_000)
  expect(files.filter(isOfClients)).toEqual([])
})

test('a report from metrics loads the clients, and neither the sandbox nor charts', async () => {
  const files = await loadedBy('report', '--region', 'us-east-1')
  expect(files.filter(isOfClients).length).toBeGreaterThan(0)
  expect(charactersOf(files)).toBeLessThan(1_250_000)
})

test.each([
  ['status', '--region', 'us-east-1'],
  ['setup', '--yes', '--region', 'us-east-1'],
])('%s loads the clients of what is there in every account, and no others', async (...args) => {
  const files = await loadedBy(...args)
  const loaded = (names: string[]) => names.filter((name) => files.some((text) => text.includes(name)))
  // By the names that AWS's protocols have for the services: Cost Explorer, Glue, Athena and KMS.
  expect(loaded(['AWSInsightsIndexService', 'AWSGlue', 'AmazonAthena', 'TrentService'])).toEqual([])
  expect(loaded(['GetRoleCommand'])).toHaveLength(1)
})
