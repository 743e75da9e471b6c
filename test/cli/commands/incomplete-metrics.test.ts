import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { playDay } from '../../../src/cli/commands/sandbox/traffic.ts'
import { lastHours } from '../../../src/report/window.ts'
import { tellOnly, WAYS } from '../../support/incomplete-metrics.ts'
import { onSandbox } from './on-sandbox.ts'

const { run: runNow, sandbox, writes } = onSandbox()

/** Pauses cost the tests nothing. */
const clock = { now: Date.now, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 1)) }
const run = (line: string) => runNow(line, { clock })

const DAY_MS = 86_400_000
const play = (ms = 3_600_000) => playDay(sandbox(), 3, { start: lastHours(Date.now(), 1).end - ms, end: Date.now() })
const ofModels = (_: string, { model }: { model: string | undefined }) => model !== undefined

describe.each(WAYS)('where CloudWatch answers %s for metrics of models', (status) => {
  const refuse = () => tellOnly(sandbox(), (metric, of) => (ofModels(metric, of) ? status : undefined))

  test('watch --once tells no numbers, not that nothing was called, and ends with exit 5', async () => {
    play()
    refuse()
    const { code, stdout, stderr } = await run('watch --once --offline')
    expect([code, stdout]).toEqual([5, expect.stringContaining('no numbers yet')])
    expect(stdout).not.toContain('nothing was called')
    expect(stdout).toMatch(/^Total +–[ –]*$/m)
    expect(stderr).toContain(
      status === 'none' ? 'CloudWatch answered nothing for' : `CloudWatch answered ${status} for`,
    )
  })

  test('watch --once --json has null where it counts', async () => {
    play()
    refuse()
    const { code, stdout } = await run('watch --once --offline --json')
    const told = JSON.parse(stdout)
    expect(code).toBe(5)
    expect(told).toMatchObject({ ok: false, groups: [], stale: [{ error: { code: 'MetricsIncomplete' } }] })
    expect(told.total).toMatchObject({ invocations: null, inputTokens: null, costUsd: null, invocationsByMinute: [] })
  })

  test('setup --suggest suggests nothing, changes nothing and ends with exit 5', async () => {
    play(4 * DAY_MS)
    refuse()
    const { code, stdout, stderr } = await run('setup --only alarms --suggest --yes')
    expect([code, stdout, writes()]).toEqual([5, '', []])
    expect(stderr).toMatch(/error: no thresholds can be suggested: the use in us-east-1 could not be read/)
  })

  test('setup does the rest, says what it went without and ends with exit 5; the next one is whole', async () => {
    play(DAY_MS)
    const undo = refuse()
    const { code, stdout } = await run('setup --yes --json')
    const report = JSON.parse(stdout)
    expect([code, report.ok, report.error.code]).toEqual([5, false, 'MetricsIncomplete'])
    expect(report.warnings.map((warning: { code: string }) => warning.code)).toContain('in-use-incomplete')
    expect(report.resources.map(({ outcome }: { outcome: string }) => outcome)).not.toContain('failed')
    expect((await run('status --json')).code).toBe(5)
    undo()
    expect((await run('setup --yes')).code).toBe(0)
  })

  test('doctor holds nothing for proven that it could not see, and ends with exit 5', async () => {
    play(DAY_MS)
    // No metric tells what an image cost.
    const folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
    await writeFile(join(folder, 'own.json'), '{ "prices": { "amazon.nova-canvas-v1:0": { "perImage": 0.04 } } }')
    const line = `doctor --json --config ${join(folder, 'own.json')}`
    await run('setup --yes')
    const person = { arn: 'arn:aws:sns:x:y:z', protocol: 'https', endpoint: 'https://x.example', confirmed: true }
    const topics = sandbox().services.sns.topics('us-east-1')
    topics.get('arn:aws:sns:us-east-1:111122223333:bedrock-usage-alerts')?.subscriptions.push(person)
    const before = await run(line)
    refuse()
    const { code, stdout } = await run(line)
    const { passed, findings } = JSON.parse(stdout)
    const codes = findings.map((finding: { code: string }) => finding.code)
    expect(codes).toContain('metrics-incomplete')
    expect(JSON.parse(before.stdout).passed).toEqual(expect.arrayContaining(['every model in use has a known price']))
    for (const title of ['every model in use has a known price', 'every invocation has its record in the log']) {
      expect(passed).not.toContain(title)
    }
    const { severity, fix } = findings.find((finding: { code: string }) => finding.code === 'metrics-incomplete')
    expect([severity, fix]).toEqual(['warning', 'run bedrock-monitor doctor again'])
    expect([before.code, code]).toEqual([0, 5])
    await rm(folder, { recursive: true })
  })
})

describe('where CloudWatch does not tell what', () => {
  test('alarms look at, setup --suggest suggests nothing', async () => {
    play(4 * DAY_MS)
    tellOnly(sandbox(), (metric, { model }) => (metric === 'Invocations' && !model ? 'InternalError' : undefined))
    const { code, stderr } = await run('setup --only alarms --suggest --yes')
    expect([code, writes()]).toEqual([5, []])
    expect(stderr).toContain('InternalError for Invocations (Sum)')
  })

  test('percentiles are, watch --once has the rest and ends with exit 5', async () => {
    const { invocations } = play()
    tellOnly(sandbox(), (_, { stat }) => (stat === 'p99' ? 'InternalError' : undefined))
    const { code, stdout, stderr } = await run('watch --once --offline --json')
    const told = JSON.parse(stdout)
    expect(told).toMatchObject({ ok: false, stale: [], total: { invocations, latencyMs: { p99: null } } })
    expect(told.warnings.map((warning: { code: string }) => warning.code)).toContain('metrics-incomplete')
    expect([code, stderr]).toEqual([5, expect.stringContaining('error: CloudWatch answered InternalError')])
  })

  test('log deliveries there were, doctor does not call them whole', async () => {
    play(DAY_MS)
    tellOnly(sandbox(), (metric) => (metric.includes('Delivery') ? 'InternalError' : undefined))
    const { passed, findings } = JSON.parse((await run('doctor --json')).stdout)
    expect(passed).not.toContain('Bedrock delivered all log records in the last 24 hours')
    expect(JSON.stringify(findings)).toContain('the log delivery metrics of us-east-1')
  })

  test('another Region was used for, doctor does not call it unused', async () => {
    playDay(sandbox(), 3, { start: Date.now() - DAY_MS, end: Date.now() })
    const { passed: before } = JSON.parse((await run('doctor --json --region eu-west-1')).stdout)
    expect(before).not.toContain('no other Region is used without logging')
    tellOnly(sandbox(), (_, { model }) => (model ? 'PartialData' : undefined))
    const { passed, findings } = JSON.parse((await run('doctor --json --region eu-west-1')).stdout)
    expect(passed).not.toContain('no other Region is used without logging')
    expect(JSON.stringify(findings)).toContain('the use of Bedrock in us-east-1')
  })
})
