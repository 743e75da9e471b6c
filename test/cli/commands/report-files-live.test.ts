import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startSandbox } from '../../../src/sandbox/sandbox.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()

const RECORD = {
  schemaType: 'ModelInvocationLog',
  schemaVersion: '1.0',
  timestamp: '2026-11-20T23:30:00Z',
  accountId: '111122223333',
  region: 'us-east-1',
  requestId: 'r1',
  operation: 'Converse',
  modelId: 'amazon.nova-pro-v1:0',
  input: { inputTokenCount: 1_000_000 },
  output: { outputTokenCount: 1_000_000 },
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
  await writeFile(join(folder, 'log.jsonl'), `${JSON.stringify(RECORD)}\n`)
  const prices = { 'amazon.*': { discountPercent: 10 } }
  await writeFile(join(folder, 'mine.json'), JSON.stringify({ prices }))
  await writeFile(join(folder, 'slow'), '[default]\ncredential_process = sleep 20\n')
})
afterAll(() => rm(folder, { recursive: true }))

/** Variables that name credentials and what leads to them, all without a value. */
const NOBODY = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_PROFILE: '' }

async function fromFile(flags = '', env: Record<string, string> = {}) {
  const { code, stdout } = await run(`report --source file:${folder}/log.jsonl --json ${flags}`.trim(), {
    cwd: folder,
    env: { HOME: folder, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', ...env },
  })
  const report = JSON.parse(stdout)
  expect(schemaFaults(report)).toEqual([])
  const notes = report.warnings.filter((one: { code: string }) => one.code === 'price-list-unavailable')
  return { code, report, notes, calls: sandbox().calls.map(({ operation }) => operation) }
}

describe('the prices of files', () => {
  it('are those of AWS’s list where there are credentials', async () => {
    const { report, notes, calls } = await fromFile()
    expect(report.prices).toMatchObject([{ source: expect.stringMatching(/^aws-price-list/) }])
    expect(notes).toEqual([])
    expect([...new Set(calls)]).toEqual(['GetCallerIdentity', 'GetProducts'])
  })

  it('are the bundled ones offline, and nobody is asked', async () => {
    const { report, notes, calls } = await fromFile('--offline')
    expect(report.prices).toMatchObject([{ source: expect.stringMatching(/^aws-price-list@\d{4}-\d\d-\d\d/) }])
    expect([notes, calls]).toEqual([[], []])
  })

  it.each([
    ['nothing names credentials', NOBODY, /neither variables nor a profile/],
    ['a profile is not there', { ...NOBODY, AWS_PROFILE: 'gone' }, /there is no profile 'gone'/],
    ['credentials take their time', { ...NOBODY, AWS_CONFIG_FILE: 'SLOW' }, /no credentials within a second/],
  ])('are the bundled ones where %s, with one note', async (_title, env, why) => {
    const slow = 'AWS_CONFIG_FILE' in env ? { AWS_CONFIG_FILE: join(folder, 'slow') } : {}
    const { code, report, notes, calls } = await fromFile('', { ...env, ...slow })
    expect([code, report.total.costUsd, calls]).toEqual([0, 4, []])
    expect(notes).toEqual([{ code: 'price-list-unavailable', message: expect.stringMatching(why) }])
  })

  it('are the bundled ones where AWS does not take the credentials, with one note', async () => {
    sandbox().faults.push({ operation: 'GetCallerIdentity', kind: 'access-denied', count: 9 })
    const { code, notes } = await fromFile()
    expect(code).toBe(0)
    expect(notes).toEqual([{ code: 'price-list-unavailable', message: expect.stringContaining('GetCallerIdentity') }])
  })

  it('may be the user’s own: both sums are told', async () => {
    const { report } = await fromFile('--config mine.json --offline')
    expect(report).toMatchObject({
      basis: 'discounted',
      total: { costUsd: 3.6, listCostUsd: 4, listCostIsFloor: false },
    })
    const line = `report --source file:${folder}/log.jsonl --config mine.json --offline`
    for (const format of ['table', 'markdown', 'html']) {
      const { stdout } = await run(`${line} --format ${format}`, { cwd: folder })
      expect(stdout).toMatch(
        format === 'html' ? /At list prices<\/dt><dd>\$4\.00/ : /\$3\\?\.60(00)? yours · \\?\$4\\?\.00(00)? list/,
      )
    }
    const { stdout: csv } = await run(`${line} --format csv`, { cwd: folder })
    expect(csv.split('\r\n')[0]).toMatch(/,listCostUsd,listCostIsFloor$/)
    expect((await fromFile('--offline')).report).toMatchObject({ basis: 'list', total: { costUsd: 4, listCostUsd: 4 } })
  })
})

it('every command reads AWS’s list where AWS_ENDPOINT_URL_PRICING leads', async () => {
  const { account, services } = sandbox()
  for (const [name, value] of [
    ['Invocations', 1],
    ['InputTokenCount', 1_000],
  ] as const) {
    const dimensions = [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }]
    const sample = { namespace: 'AWS/Bedrock', name, dimensions, timestamp: Date.now() - 600_000, value }
    services.cloudwatch.putMetric('us-east-1', sample)
  }
  const other = await startSandbox({ account })
  try {
    const env = { AWS_ENDPOINT_URL_PRICING: other.url }
    for (const line of ['status', 'doctor', 'alarms sync --dry-run', 'setup --dry-run', 'report', 'watch --once']) {
      other.calls.length = 0
      await run(`${line} --json`, { env })
      expect([line, other.calls.length, new Set(other.calls.map(({ operation }) => operation))]).toEqual([
        line,
        3,
        new Set(['GetProducts']),
      ])
      other.calls.length = 0
      await run(`${line} --json --offline`, { env })
      expect([line, other.calls]).toEqual([line, []])
    }
    expect(sandbox().calls.filter(({ operation }) => operation === 'GetProducts')).toEqual([])
  } finally {
    await other.close()
  }
})
