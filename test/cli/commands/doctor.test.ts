import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { doctorSchemaFaults } from '../../support/doctor-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox, writes } = onSandbox()

describe('doctor', () => {
  test('shows what holds, what does not, why it matters and the command that mends it; exit 3', async () => {
    const { code, stdout } = await run('doctor')
    expect(code).toBe(3)
    expect(stdout).toMatch(/^Account 111122223333, Region us-east-1\n {2}✔ the credentials are valid\n/)
    expect(stdout).toMatch(
      /✖ the monitoring is not set up in us-east-1\n {4}there are metrics[^\n]+\n {4}→ bedrock-monitor setup/,
    )
    expect(stdout).toMatch(/! no calls to Bedrock in us-east-1/)
    expect(stdout.trimEnd()).toMatch(/Doctor: 1 problem, 1 warning\.$/)
    expect(writes()).toEqual([])
  })

  test('folds what is long on a narrow terminal, a command so that a shell reads it as one, and keeps to ASCII', async () => {
    const { stdout } = await run('doctor', { tty: true, columns: 44, env: { TERM: 'linux' } })
    expect(stdout).toMatch(/^ {2}\+ the credentials are valid$/m)
    expect(stdout).toMatch(/^ {2}x the monitoring is not set up in\n {4}us-east-1$/m)
    expect(stdout).toMatch(/^ {4}-> bedrock-monitor setup --region \\\n {9}us-east-1$/m)
    expect(stdout).toMatch(/^ {2}! no calls to Bedrock in us-east-1 in the\n {4}last 24 hours$/m)
    expect(stdout).toMatch(/^[\n -~]*$/)
  })

  test('says that nothing is wrong where nothing is', async () => {
    await run('setup --yes')
    const { sns, cloudwatch } = sandbox().services
    const arn = 'arn:aws:sns:us-east-1:111122223333:bedrock-usage-alerts'
    const person = { arn: `${arn}:1`, protocol: 'email', endpoint: 'ops@example.com', confirmed: true }
    sns.topics('us-east-1').get(arn)?.subscriptions.push(person)
    cloudwatch.putMetric('us-east-1', {
      namespace: 'AWS/Bedrock',
      name: 'Invocations',
      dimensions: [{ Name: 'ModelId', Value: 'amazon.nova-lite-v1:0' }],
      timestamp: Date.now() - 60_000,
      value: 1,
    })
    const { code, stdout } = await run('doctor')
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, 'Doctor: nothing is wrong.'])
  })

  test('as JSON, with what passed', async () => {
    await run('setup --yes')
    sandbox()
      .services.sns.topics('us-east-1')
      .get('arn:aws:sns:us-east-1:111122223333:bedrock-usage-alerts')
      ?.subscriptions.push({
        arn: 'arn:aws:sns:x:y:z',
        protocol: 'https',
        endpoint: 'https://x.example',
        confirmed: true,
      })
    const { code, stdout } = await run('doctor --json')
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ schemaVersion: 1, command: 'doctor', accountId: '111122223333', ok: true })
    expect(report.findings).toMatchObject([
      { code: 'no-usage', severity: 'warning' },
      { code: 'billing-export-missing', severity: 'info' },
    ])
    expect(report.passed).toContain('alarms notify somebody')
    expect(doctorSchemaFaults(report)).toEqual([])
    expect(code).toBe(0)
  })

  test('ends with exit 4 without good credentials', async () => {
    sandbox().faults.push({ kind: 'expired-token', count: 999 })
    const { code, stdout } = await run('doctor --json')
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ command: 'doctor', ok: false })
    expect(doctorSchemaFaults(JSON.parse(stdout))).toEqual([])
  })

  test('as JSON with something wrong, which its schema lets nobody call well', async () => {
    const report = JSON.parse((await run('doctor --json')).stdout)
    expect(report.ok).toBe(false)
    expect(doctorSchemaFaults(report)).toEqual([])
    expect(doctorSchemaFaults({ ...report, ok: true })).not.toEqual([])
    expect(doctorSchemaFaults({ ...report, more: 1 })).not.toEqual([])
  })

  test('knows the prices of the config file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
    const config = join(folder, 'prices.json')
    await writeFile(config, '{ "prices": { "nobody.knows-this-v1:0": { "inputPerMillion": 0.7 } } }')
    sandbox().services.cloudwatch.putMetric('us-east-1', {
      namespace: 'AWS/Bedrock',
      name: 'InputTokenCount',
      dimensions: [{ Name: 'ModelId', Value: 'nobody.knows-this-v1:0' }],
      timestamp: Date.now() - 60_000,
      value: 7,
    })
    const unpriced = async (line: string) =>
      JSON.parse((await run(line)).stdout).findings.some(({ code }: { code: string }) => code === 'models-unpriced')
    expect(await unpriced('doctor --json')).toBe(true)
    expect(await unpriced(`doctor --json --config ${config}`)).toBe(false)
    // What a report has no price for is none of which doctor says that it has one.
    const calls = [[], [{ Name: 'ModelId', Value: 'amazon.nova-canvas-v1:0' }]]
    for (const dimensions of calls) {
      for (const name of ['Invocations', 'OutputImageCount']) {
        const point = { namespace: 'AWS/Bedrock', name, dimensions, timestamp: Date.now() - 60_000, value: 2 }
        sandbox().services.cloudwatch.putMetric('us-east-1', point)
      }
    }
    expect((await run(`report --config ${config}`)).stdout).toContain('Unpriced: nova-canvas')
    expect(await unpriced(`doctor --json --config ${config}`)).toBe(true)
    await rm(folder, { recursive: true })
  })
})
