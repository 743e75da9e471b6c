import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { writeBill } from '../../src/cli/commands/sandbox/traffic.ts'
import { exportFiles } from '../../src/sandbox/bill/exports.ts'
import { runLine } from '../cli/run.ts'
import { download, playLogged } from '../support/logged-traffic.ts'
import { BIN, inherited } from '../support/program.ts'
import { webhook } from '../support/webhook.ts'
import { createWorld, type World } from '../support/world.ts'
import { blocks, page, pages, ROOT } from './pages.ts'
import { argvOf, type Kind, kindOf, type Line, linesOf } from './shell.ts'

/** The program keeps to the three alarms a second that AWS takes: the fewer there are, the less there is to wait for. */
const FEW_ALARMS = 'minimal'
/** Enough to keep both cores of a small machine busy. */
const AT_ONCE = 3

const PAGES = pages()
const LINES = PAGES.flatMap(linesOf)
const CHANGING = PAGES.map((page) => ({ path: page.path, lines: linesOf(page).filter(isOf('changing')) })).filter(
  ({ lines }) => lines.length > 0,
)

let world: World
let folder: string
let hook: Awaited<ReturnType<typeof webhook>>

/** An account that is set up and has traffic, a folder with what the pages speak of, and the program on the path. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'))
  const roles = { BedrockMonitorReader: true } as const
  const members = [1, 2, 3, 4].map((n) => ({ id: `20000000000${n}`, ...(n < 4 && { roles }) }))
  hook = await webhook()
  world = await createWorld({ settings: { alarms: FEW_ALARMS }, members })
  await world.setup()
  playLogged(world, { seed: 5, hours: 3, perHour: 40 })
  // Once more, now that there are models to watch, with the lake that pages ask.
  await world.setup({}, undefined, { lake: true })
  await download(world, join(folder, 'logs'))
  await writeBill(world.sandbox, join(folder, 'bill'), world.cx.clock.now())
  putBill(world)
  await world.cx.aws.sns.send(new CreateTopicCommand({ Name: 'my-alerts' }))
  const teams = page('docs/teams.md')
  writeFileSync(join(folder, 'bedrock-monitor.json'), blocks(teams, 'json config').join(''))
  writeFileSync(join(folder, 'team-rules.csv'), blocks(teams, 'csv').join(''))
  writeFileSync(join(folder, 'faults.json'), blocks(page('docs/sandbox.md'), 'json faults').join(''))
  command('bedrock-monitor', `exec '${process.execPath}' '${BIN}' "$@"`)
  command('npx', '[ "$1" = --yes ] && shift; name=$(echo "$1" | cut -d@ -f1); shift; exec "$name" "$@"')
  symlinkSync(BIN, join(folder, 'bin', 'bedrock-monitor.js'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules', 'bedrock-monitor'))
})
afterAll(async () => {
  await world.close()
  hook.close()
  rmSync(folder, { recursive: true })
})

/** What `setup --billing-export` would have AWS deliver. */
function putBill({ sandbox, cx }: World): void {
  const bucket = `bedrock-billing-${sandbox.account}`
  const { s3, bill } = sandbox.services
  if (!s3.buckets.find(bucket)) s3.buckets.create(bucket, 'us-east-1', sandbox.account, 0)
  const now = cx.clock.now()
  const about = { bucket, prefix: 'cur', name: 'bedrock-billing', payer: sandbox.account } as const
  const files = exportFiles(bill.entries(now), { ...about, table: 'COST_AND_USAGE_REPORT' }, now)
  for (const { key, body } of files) s3.putObject(bucket, key, body)
}

function command(name: string, script: string): void {
  const path = join(folder, 'bin', name)
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

describe('the commands of the documentation', () => {
  test('are all known to be run, or known not to be', () => {
    expect(LINES.filter((line) => kindOf(line.command) === 'unknown')).toEqual([])
    expect(LINES.length).toBeGreaterThan(80)
  })

  test('that read end as their page says', async () => {
    const lines = once(LINES.filter(isOf('reading')))
    const faults: string[] = []
    const open = [...lines]
    const work = async () => {
      for (let line = open.shift(); line; line = open.shift()) faults.push(...(await faultsOf(line)))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    expect(faults).toEqual([])
    expect(lines.length).toBeGreaterThan(40)
  }, 900_000)

  test.each(CHANGING)('that change something do it, one after another, as $path says', async ({ lines }) => {
    await world.setup()
    const faults: string[] = []
    for (const line of lines) faults.push(...(await faultsOf(line)))
    expect(faults).toEqual([])
  })

  test.each(once(LINES.filter(isOf('endless'))))('that go on until they are stopped do: $command', async (line) => {
    const { code, stdout } = await run(`exec ${line.command}`, (child) => process.kill(-(child.pid ?? 0), 'SIGINT'))
    expect([0, 130]).toContain(code)
    expect(stdout).not.toBe('')
  })

  test('the examples of the library run', async () => {
    const examples = PAGES.flatMap((page) => blocks(page, 'ts')).filter((text) => text.startsWith('import'))
    for (const [index, text] of examples.entries()) {
      writeFileSync(join(folder, `example-${index}.mjs`), text)
      expect(await run(`'${process.execPath}' example-${index}.mjs`)).toMatchObject({ code: 0, stderr: '' })
    }
    expect(examples.length).toBeGreaterThan(1)
  })
})

function isOf(kind: Kind): (line: Line) => boolean {
  return (line) => kindOf(line.command) === kind
}

/** The same line on two pages is run once, and may end as either says. */
function once(lines: readonly Line[]): Line[] {
  const codesOf = (command: string) => lines.filter((line) => line.command === command).flatMap(({ codes }) => codes)
  const isFirst = ({ command }: Line, index: number) => lines.findIndex((line) => line.command === command) === index
  return lines.filter(isFirst).map((line) => ({ ...line, codes: codesOf(line.command) }))
}

async function faultsOf({ page, command: typed, codes }: Line): Promise<string[]> {
  const argv = argvOf(typed)
  const { code, stderr } = argv ? await runLine(argv, { env: environment(), cwd: folder }) : await run(typed)
  return codes.includes(code ?? -1) ? [] : [`${page}: ${typed}: exit ${code}\n${stderr.slice(-1_000)}`]
}

function environment(): Record<string, string> {
  return {
    ...inherited(),
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    HOME: folder,
    BEDROCK_MONITOR_ALARMS: FEW_ALARMS,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    SLACK_WEBHOOK_URL: `${hook.url}/services/x`,
    WEBHOOK_URL: hook.url,
    ...world.sandbox.env,
  }
}

/** Has a shell run what is typed; `whenHeard` is called once, with the first text on stdout. */
function run(
  typed: string,
  whenHeard?: (child: ChildProcess) => void,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = environment()
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', typed], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') whenHeard?.(child)
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
