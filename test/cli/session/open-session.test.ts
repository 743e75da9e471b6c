import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { onSandbox } from '../commands/on-sandbox.ts'

const { run, sandbox } = onSandbox()

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('--debug says where each setting comes from, and shows no URL that may hold a key', async () => {
  const url = 'https://events.example.com/integration/0123456789abcdef/enqueue'
  const config = join(folder, 'settings.json')
  await writeFile(config, '{ "retentionDays": 90 }')
  const { code, stdout, stderr } = await run(`status --debug --config ${config} --https-endpoint ${url}`, {
    env: { BEDROCK_MONITOR_LIFECYCLE_DAYS: '45' },
  })
  expect(code).toBe(0)
  expect(stderr).toMatch(/^debug: setting httpsEndpoint = not shown \(--https-endpoint\)$/m)
  expect(stderr).toContain(`debug: setting retentionDays = 90 (${config}:1)`)
  expect(stderr).toMatch(/^debug: setting lifecycleDays = 45 \(BEDROCK_MONITOR_LIFECYCLE_DAYS\)$/m)
  expect(stderr).toMatch(/^debug: setting roleName = "BedrockCloudWatchLoggingRole" \(default\)$/m)
  expect(stdout + stderr).not.toContain('0123456789abcdef')
})

test('without --debug nothing is said of settings, and an empty secret is no secret', async () => {
  expect((await run('status')).stderr).not.toContain('debug:')
  expect((await run('status --debug')).stderr).toMatch(/^debug: setting httpsEndpoint = "" \(default\)$/m)
})

test('what is wrong with what was given is told before AWS is asked for anything', async () => {
  for (const line of ['status --only 9', 'status --retention-days 31', 'status --region us-esat-1']) {
    expect((await run(line)).code).toBe(2)
  }
  expect((await run('status', { env: { AWS_ENDPOINT_URL: 'localhost:4566' } })).stderr).toContain('AWS_ENDPOINT_URL is')
  expect(sandbox().calls).toEqual([])
})

test('all Regions are those of the partition', async () => {
  const { code, stdout } = await run('status --region all --only iam --json', { env: { AWS_REGION: 'us-gov-west-1' } })
  expect([code, JSON.parse(stdout).regions]).toEqual([0, ['us-gov-west-1', 'us-gov-east-1']])
})

test('the prices of the config file are what the alarm on spend and the suggestions go by', async () => {
  const config = join(folder, 'prices.json')
  await writeFile(config, '{ "prices": { "nobody.knows-this-v1:0": { "inputPerMillion": 2, "outputPerMillion": 8 } } }')
  const dimensions = [{ Name: 'ModelId', Value: 'nobody.knows-this-v1:0' }]
  for (const name of ['Invocations', 'InputTokenCount', 'OutputTokenCount']) {
    const timestamp = Date.now() - 3_600_000
    sandbox().services.cloudwatch.putMetric('us-east-1', {
      namespace: 'AWS/Bedrock',
      name,
      dimensions,
      timestamp,
      value: 900,
    })
  }
  const spendAlarm = async (line: string) => {
    const { resources, suggestions = [] } = JSON.parse((await run(`${line} --json`)).stdout)
    return [
      resources.some(({ name }: { name: string }) => name === 'Bedrock-HighSpend'),
      suggestions.find(({ setting }: { setting: string }) => setting === 'spendThreshold')?.max,
    ]
  }
  const line = 'setup --dry-run --only alarms --suggest'
  expect(await spendAlarm(line)).toEqual([false, null])
  expect(await spendAlarm(`${line} --config ${config}`)).toEqual([true, expect.closeTo(0.009, 5)])
})
