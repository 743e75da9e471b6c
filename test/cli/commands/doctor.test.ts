import { describe, expect, test } from '@jest/globals'
import { doctorSchemaFaults } from '../../support/doctor-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox, writes } = onSandbox()

describe('doctor', () => {
  test('shows what holds, what does not, why it matters and the command that mends it; exit 3', async () => {
    const { code, stdout } = await run('doctor')
    expect(code).toBe(3)
    expect(stdout).toMatch(/^Account 111122223333, Region us-east-1\n {2}✔ the credentials are good\n/)
    expect(stdout).toMatch(
      /✖ the monitoring is not set up in us-east-1\n {4}without it[^\n]+\n {4}→ bedrock-monitor setup/,
    )
    expect(stdout).toMatch(/! nothing called Bedrock in us-east-1/)
    expect(stdout.trimEnd()).toMatch(/Doctor: 1 thing to mend, 1 warning\.$/)
    expect(writes()).toEqual([])
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
    expect(report.findings).toMatchObject([{ code: 'no-usage', severity: 'warning' }])
    expect(report.passed).toContain('alarms reach somebody')
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

  test('as JSON with something to mend, which its schema lets nobody call well', async () => {
    const report = JSON.parse((await run('doctor --json')).stdout)
    expect(report.ok).toBe(false)
    expect(doctorSchemaFaults(report)).toEqual([])
    expect(doctorSchemaFaults({ ...report, ok: true })).not.toEqual([])
    expect(doctorSchemaFaults({ ...report, more: 1 })).not.toEqual([])
  })
})
