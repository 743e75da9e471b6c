import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals'
import { DEFAULT_SEED, playDay } from '../../../src/cli/commands/sandbox/traffic.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { type RunOptions, runLine } from '../run.ts'
import { onSandbox } from './on-sandbox.ts'

function record(time: string, model: string, more: object = {}): string {
  return JSON.stringify({
    timestamp: time,
    accountId: '111122223333',
    identity: { arn: 'arn:aws:iam::111122223333:user/ann' },
    region: 'us-east-1',
    requestId: time,
    operation: 'Converse',
    modelId: model,
    input: { inputTokenCount: 1_000_000 },
    output: { outputTokenCount: 1_000 },
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    ...more,
  })
}

const NOVA = 'amazon.nova-lite-v1:0'
const LOG = [
  'Permissions are correctly set for Amazon Bedrock logs.',
  record('2026-11-20T22:30:00Z', NOVA),
  record('2026-11-20T23:30:00Z', NOVA),
  record('2026-11-21T10:00:00Z', NOVA, { errorCode: 'ValidationException', input: {}, output: {} }),
  '',
].join('\n')

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'))
  await writeFile(join(folder, 'log.jsonl'), LOG)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const fromFile = (line: string, options: RunOptions = {}) =>
  runLine(`report --source file:${folder}/log.jsonl ${line}`.trim().split(' '), {
    cwd: folder,
    env: { NO_COLOR: '1' },
    ...options,
  })

describe('report from a file', () => {
  it('reads all of it without a window, and only the window with one', async () => {
    const all = JSON.parse((await fromFile('--json')).stdout)
    expect(schemaFaults(all)).toEqual([])
    expect(all.total.inputTokens).toBe(2_000_000)
    const some = JSON.parse((await fromFile('--json --since 2026-11-20T23:00Z --until 2026-11-21')).stdout)
    expect(some.total.inputTokens).toBe(1_000_000)
    expect(some.window).toEqual({ start: '2026-11-20T23:00:00Z', end: '2026-11-22T00:00:00Z', hours: 25 })
  })

  it('counts the days of the zone', async () => {
    const days = async (zone: string) => {
      const { groups } = JSON.parse((await fromFile(`--json --by day --timezone ${zone}`)).stdout)
      return groups
        .map(({ key, inputTokens }: { key: { day: string }; inputTokens: number }) => [key.day, inputTokens])
        .sort()
    }
    expect(await days('UTC')).toEqual([
      ['2026-11-20', 2_000_000],
      ['2026-11-21', 0],
    ])
    expect(await days('Europe/Berlin')).toEqual([
      ['2026-11-20', 1_000_000],
      ['2026-11-21', 1_000_000],
    ])
  })

  it.each([
    ['table', /^\$0\.12 · 13 h · about /],
    ['json', /^\{\n/],
    ['csv', /^identity,day,invocations,/],
    ['markdown', /^## Amazon Bedrock usage\n/],
    ['html', /^<!DOCTYPE html>\n/],
  ])('comes as %s', async (format, beginning) => {
    const { code, stdout } = await fromFile(`--by identity,day --format ${format}`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(beginning) })
    expect(stdout.replaceAll('<wbr>', '')).toMatch(/\bann\b/)
  })
})

test('what csv has no place for is said on stderr, even with --quiet', async () => {
  await writeFile(join(folder, 'log.jsonl'), record('2026-11-20T22:30:00Z', 'maker.unheard-of-v1:0'))
  const { stdout, stderr } = await fromFile('--format csv --quiet')
  expect(stdout.trim().split('\r\n')).toHaveLength(2)
  expect(stderr).toMatch(/^warning: maker\.unheard-of-v1:0 is unpriced: no price known/)
})

describe('--format focus', () => {
  it('has every charge as a row, says that costs are estimates, and holds gates', async () => {
    const { code, stdout, stderr } = await fromFile('--format focus --by identity --fail-over-usd 0.01 --quiet')
    const [header = '', ...rows] = stdout.trim().split('\r\n')
    expect(header).toMatch(/^BilledCost,.*,ProviderName,.*,x_PrincipalArn$/)
    expect(rows).toHaveLength(2)
    expect(rows.join('\n')).toContain('2026-11-20T22:00:00Z,2000000,Tokens,')
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/^warning: these costs are estimates/) })
    expect((await fromFile('--format focus --focus-version 1.4')).stdout).toContain(',ServiceProviderName,')
  })

  it('is Parquet in a file of that name', async () => {
    const { code, stderr } = await fromFile('-o usage.parquet')
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^Wrote usage\.parquet \(/m) })
    const bytes = await readFile(join(folder, 'usage.parquet'))
    expect([bytes.subarray(0, 4), bytes.subarray(-4)].map(String)).toEqual(['PAR1', 'PAR1'])
  })
})

describe('--output', () => {
  it('writes the file and nothing to stdout, in the format of its name', async () => {
    const { code, stdout } = await fromFile('--output usage.md')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(await readFile(join(folder, 'usage.md'), 'utf8')).toMatch(/^## Amazon Bedrock usage\n/)
    expect((await readdir(folder)).sort()).toEqual(['log.jsonl', 'usage.md'])
  })

  it('says what was written, and how much, unless nothing is to be said', async () => {
    expect((await fromFile('-o usage.md')).stderr).toMatch(/^Wrote usage\.md \(\d(?:[\d.]*) (?:bytes|KB)\)\n$/m)
    expect((await fromFile('-o usage.md -q')).stderr).toBe('')
    expect((await fromFile('-o /dev/stdout --format csv')).stderr).not.toContain('Wrote')
  })

  it('opens what was written in a terminal, and says where it cannot', async () => {
    const opened: string[] = []
    const openFile = async (path: string) => void opened.push(path)
    const inTerminal = { tty: true, openFile }
    expect(await fromFile('-o usage.html --open', inTerminal)).toMatchObject({ code: 0 })
    expect(opened).toEqual([join(folder, 'usage.html')])
    const fails = async () => Promise.reject(Object.assign(new Error('spawn xdg-open ENOENT'), { code: 'ENOENT' }))
    const without = await fromFile('-o usage.html --open', { ...inTerminal, openFile: fails })
    expect([without.code, without.stderr]).toEqual([
      0,
      expect.stringMatching(/not opened: .* nothing to\s+open it with \(ENOENT\)/),
    ])
    for (const options of [{ openFile }, { ...inTerminal, env: { CI: 'true' } }]) {
      const { code, stderr } = await fromFile('-o usage.html --open', options)
      expect([code, stderr]).toEqual([0, expect.stringContaining('not opened: this is not a terminal, or it is CI')])
    }
    expect(opened).toHaveLength(1)
    expect((await fromFile('--open')).stderr).toContain('error: --open needs a file to open')
  })

  it('is refused before anything is read where there is no such folder', async () => {
    const { code, stderr } = await fromFile('--output no/usage.md')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: --output no\/usage\.md: there is no folder/)
  })

  it('leaves an earlier file as it was when the report fails', async () => {
    await writeFile(join(folder, 'usage.md'), 'earlier')
    const line = `report --source file:${folder}/none.jsonl --output usage.md`
    expect((await runLine(line.split(' '), { cwd: folder })).code).toBe(2)
    expect(await readFile(join(folder, 'usage.md'), 'utf8')).toBe('earlier')
  })
})

describe('the gates', () => {
  it.each([
    ['--fail-over-usd 1000', 0, ''],
    ['--max-error-rate 100%', 0, ''],
    ['--fail-over-usd 0.01', 3, 'over --fail-over-usd 0.01'],
    ['--max-error-rate 0.05', 3, 'over --max-error-rate 5 %'],
    ['--fail-over-usd 0 --max-error-rate 0', 3, 'over --fail-over-usd 0; the error rate is '],
  ])('%p exit with %p, once the report is written', async (flags, expected, message) => {
    const { code, stdout, stderr } = await fromFile(`--json ${flags}`)
    expect(code).toBe(expected)
    expect(schemaFaults(JSON.parse(stdout))).toEqual([])
    expect(stderr).toContain(message)
    expect(stderr.includes('error:')).toBe(expected !== 0)
  })

  it('leave the file behind', async () => {
    expect((await fromFile('--fail-over-usd 0 --output usage.json')).code).toBe(3)
    expect(JSON.parse(await readFile(join(folder, 'usage.json'), 'utf8')).total.inputTokens).toBe(2_000_000)
  })
})

describe('report from AWS', () => {
  const { run, sandbox } = onSandbox()

  it('reads a day of metrics and says that there are none, in every format that tells notes', async () => {
    for (const format of ['table', 'json', 'markdown', 'html']) {
      const { code, stdout } = await run(`report --offline --format ${format}`)
      expect(code).toBe(0)
      expect(stdout).toMatch(/No calls in us-east-1|CloudWatch has no Bedrock metrics/)
    }
  })

  it("shows the sandbox's own six models within 24 lines of 80 columns, no name broken", async () => {
    const end = Date.now()
    playDay(sandbox(), DEFAULT_SEED, { start: end - 86_400_000, end })
    const { stdout } = await run('report --offline', { tty: true, columns: 80 })
    const lines = stripVTControlCharacters(stdout).trimEnd().split('\n')
    // The last line of a terminal is the prompt's.
    expect(lines.length).toBeLessThan(24)
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    const model = (name: string) => expect.stringMatching(new RegExp(`^${name} +(\\$\\d+\\.\\d\\d+|unpriced) .* %$`))
    const rule = expect.stringMatching(/^─+$/)
    const costliest = ['claude-sonnet-4-5', 'claude-haiku-4-5', 'nova-pro'].map(model)
    const others = ['nova-micro', 'titan-embed-text-v2', 'nova-canvas'].map(model)
    const total = expect.stringMatching(/^Total +at least \$/)
    expect(lines.slice(lines.findIndex((line) => line.startsWith('─')))).toEqual(
      expect.arrayContaining([rule, ...costliest, ...others, rule, total]),
    )
    expect(lines[0]).toMatch(/^at least \$\d+\.\d\d, not all images priced · last 24 h · at least \$\d+ in 30 days/)
  })

  it('reads the log group that setup makes, or another that is named', async () => {
    await run('setup --yes --quiet --only 1,2,2b,3')
    const { code, stdout } = await run('report --source logs --by identity --offline --json')
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ source: 'logs', groups: [] })])
    const other = await run('report --source logs --offline --log-group-name /other')
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('/other')])
  })

  it('says what is missing where there are no logs yet', async () => {
    const { code, stderr } = await run('report --source s3 --by identity --offline')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /error: there is no bucket bedrock-logs-\d{12}\nhint: create it with bedrock-monitor setup --region us-east-1,/,
    )
  })
})
