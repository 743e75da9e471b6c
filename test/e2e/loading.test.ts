import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/cli/commands/index.ts'
import { inherited, program } from '../support/program.ts'

const MAIN = new URL('../../dist/main.js', import.meta.url)

/** The text of the bundled files that Node loads, as V8's coverage tells. */
async function loadedIn(run: (env: Record<string, string>) => unknown): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'loaded-'))
  try {
    await run({ NODE_V8_COVERAGE: folder })
    const reports = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const urls = reports.flatMap((text) => (JSON.parse(text) as { result: { url: string }[] }).result)
    return urls.flatMap(({ url }) => (url.includes('/dist/') ? [readFileSync(fileURLToPath(url), 'utf8')] : []))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const loadedBy = (...args: string[]) => loadedIn((env) => program(args, { env }))

const charactersOf = (files: readonly string[]) => files.reduce((sum, { length }) => sum + length, 0)
/** What every client of AWS is made of. */
const isOfClients = (text: string) => text.includes('smithy')

test.each([['--help'], ['help'], ['-h'], ['--version']])('%s loads the start of the program alone', async (flag) => {
  const files = await loadedBy(flag)
  expect(charactersOf(files)).toBeGreaterThan(1_000)
  expect(charactersOf(files)).toBeLessThan(50_000)
})

test('the help of a command loads no client of AWS, whichever it is', async () => {
  const names = COMMANDS.map(({ name }) => name)
  // One process for all: what none of them loads is not loaded by any.
  const script = `
    const { main } = await import('${MAIN}')
    const { exit } = process
    process.exit = () => {}
    for (const name of ${JSON.stringify(names)}) {
      process.argv = [process.execPath, 'bedrock-monitor', name, '--help']
      await main(process, new URL('../package.json', '${MAIN}'))
    }
    exit(0)`
  let helps = ''
  const files = await loadedIn((env) => {
    const args = ['--input-type=module', '--eval', script]
    helps = spawnSync(process.execPath, args, { env: { ...inherited(), ...env }, encoding: 'utf8' }).stdout
  })
  for (const name of names) expect(helps).toContain(`bedrock-monitor ${name}`)
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
