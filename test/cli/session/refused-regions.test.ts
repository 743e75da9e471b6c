import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { runLine } from '../run.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.close())

const COMMANDS = [
  'setup --yes',
  'setup --dry-run --account-id 111122223333',
  'status',
  'alarms',
  'alarms sync --yes',
  'report',
  'report --source logs',
  'query tokens-by-model',
  'watch --once',
  'doctor',
  'prices amazon.nova-pro-v1:0',
  'permissions',
  'permissions setup --account-id 111122223333',
  'cleanup --yes',
]

const run = (line: string, more: string, env: Record<string, string> = {}) =>
  runLine([...line.split(' '), ...more.split(' ').filter(Boolean)], { env: { ...sandbox.env, ...env } })

describe.each(COMMANDS)('%s', (line) => {
  test.each([
    'us-iso-east-1',
    'us-isob-west-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
    'us-iso-west-12',
    'cn-northwest-1',
  ])('refuses %s by name, before any call', async (region) => {
    sandbox.calls.length = 0
    const { code, stdout, stderr } = await run(line, `--region ${region}`)
    expect({ code, stdout, calls: sandbox.calls }).toEqual({ code: 2, stdout: '', calls: [] })
    expect(stderr).toContain(region)
    expect(stderr).toContain('hint: ')
    expect(stderr).not.toContain('arn:')
  })

  test('refuses Regions of two partitions', async () => {
    sandbox.calls.length = 0
    const { code, stderr } = await run(line, '--region us-east-1,us-gov-west-1')
    expect({ code, calls: sandbox.calls }).toEqual({ code: 2, calls: [] })
    expect(stderr).toContain('us-gov-west-1')
  })

  test('refuses a Region of a variable, and all Regions from there', async () => {
    for (const flag of ['', '--region all']) {
      sandbox.calls.length = 0
      const { code, stderr } = await run(line, flag, { AWS_REGION: 'us-iso-east-1', AWS_DEFAULT_REGION: '' })
      expect({ code, calls: sandbox.calls }).toEqual({ code: 2, calls: [] })
      expect(stderr).toContain('us-iso-east-1')
    }
  })
})

test('without credentials, the policy for a Region has the ARNs of its partition', async () => {
  const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
  for (const [region, partition] of [
    ['eusc-de-east-1', 'aws-eusc'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['us-gov-east-7', 'aws-us-gov'],
    ['ap-southeast-11', 'aws'],
  ] as const) {
    const { code, stdout } = await run('permissions', `--account-id 111122223333 --region ${region}`, env)
    expect([region, code]).toEqual([region, 0])
    expect([...new Set(stdout.match(/arn:[^:]*:/g))]).toEqual([`arn:${partition}:`])
  }
})
