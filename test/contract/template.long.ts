import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runLine } from '../cli/run.ts'
import { awsCli, CREDENTIALS, describeWith, type MotoServer, startMoto } from '../support/external.ts'

const KEY = 'k3y-of-the-pager'
const ALL_THERE_IS = [
  ...[
    '--account-id',
    '111122223333',
    '--alarms',
    'strict',
    '--anomaly',
    '--page-once',
    '--budget-usd',
    '250',
    '--lake',
  ],
  ...['--email', 'ops@example.com,it@example.com', '--https-endpoint', `https://events.example.com/${KEY}/enqueue`],
]
const READER = [
  'permissions',
  'reader',
  '--trust',
  'arn:aws:iam::111122223333:role/ops/Reports',
  '--external-id',
  'x-1',
]

const folder = mkdtempSync(join(tmpdir(), 'template-'))
afterAll(() => rmSync(folder, { recursive: true }))

function faultsOf(command: string, ...args: string[]) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return { status, stdout }
}
const NONE = { status: 0, stdout: '' }

async function written(line: string[], name: string): Promise<string> {
  const { code, stdout, stderr } = await runLine(line)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const path = join(folder, name)
  writeFileSync(path, stdout)
  return path
}

describeWith(['cfn-lint'], 'cfn-lint finds no fault', () => {
  test('with the template of all that there is', async () => {
    const path = await written(
      ['setup', '--export', 'cloudformation', '--region', 'us-east-1', ...ALL_THERE_IS],
      'a.json',
    )
    expect(readFileSync(path, 'utf8')).not.toContain(KEY)
    const reader = await written([...READER, '--format', 'cloudformation', '--region', 'all'], 'reader.json')
    expect(faultsOf('cfn-lint', path, reader)).toEqual(NONE)
  })
})

describeWith(['terraform'], 'terraform finds no fault', () => {
  test.each([
    ['the plan of two Regions', ['setup', '--export', 'terraform', '--region', 'us-east-1,us-west-2', ...ALL_THERE_IS]],
    ['the role to read with', [...READER, '--format', 'terraform', '--region', 'us-east-1']],
  ])(
    'with %s',
    async (what, line) => {
      const path = await written(line, `${what.length}.tf`)
      expect(faultsOf('terraform', 'fmt', '-check', '-diff', path)).toEqual(NONE)
    },
    60_000,
  )
})

/** What moto makes of a stack, and makes whole; of a bucket it sets encryption and tags, of a topic neither policy nor tags. */
const MADE_BY_MOTO = ['iam-role', 'log-group', 'dashboard']

describeWith(['moto_server', 'aws'], 'a stack on moto', () => {
  let moto: MotoServer
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(() => moto?.stop())
  const run = (...line: string[]) => runLine(line, { env: { ...CREDENTIALS, AWS_ENDPOINT_URL: moto.url }, cwd: folder })

  test('makes what status then finds as it should be, and setup and cleanup leave it', async () => {
    const { code, stdout } = await run('setup', '--offline', '--export', 'cloudformation', '-o', 'out')
    expect(code).toBe(0)
    const body = `file://${join(folder, stdout.trim())}`
    const named = ['--stack-name', 'bedrock-monitor', '--template-body', body, '--capabilities', 'CAPABILITY_NAMED_IAM']
    await awsCli(moto.url, 'cloudformation', 'create-stack', ...named)
    // moto keeps a role's documents as Python prints them, which is no JSON.
    const { Resources } = JSON.parse(readFileSync(body.replace('file://', ''), 'utf8')) as { Resources: object }
    const role = Object.values(Resources).find(({ Type }) => Type === 'AWS::IAM::Role').Properties
    const [{ PolicyName, PolicyDocument }] = role.Policies
    const ofRole = ['--role-name', role.RoleName, '--policy-document']
    const trust = JSON.stringify(role.AssumeRolePolicyDocument)
    await awsCli(moto.url, 'iam', 'update-assume-role-policy', ...ofRole, trust)
    const policy = [...ofRole, JSON.stringify(PolicyDocument), '--policy-name', PolicyName]
    await awsCli(moto.url, 'iam', 'put-role-policy', ...policy)
    const found = async () => {
      const { stdout } = await run('status', '--offline', '--json')
      const { resources } = JSON.parse(stdout) as { resources: { type: string; action: string; reason?: string }[] }
      return resources
    }
    const whole = (await found()).filter(({ type }) => MADE_BY_MOTO.includes(type))
    expect(whole.map(({ type }) => type).sort()).toEqual([...MADE_BY_MOTO].sort())
    for (const { action, reason } of whole) {
      expect({ action, reason }).toEqual({ action: 'none', reason: expect.stringContaining('as it should be') })
    }
    const others = (await found()).filter(({ type }) => type === 's3-bucket')
    for (const { action, reason } of others) {
      expect({ action, reason }).toEqual({ action: 'blocked', reason: expect.stringContaining('managed by') })
    }
    const { stdout: left } = await run('cleanup', '--yes', '--json')
    const { resources } = JSON.parse(left) as { resources: { type: string; action: string }[] }
    expect(resources.filter(({ action }) => action !== 'none')).toEqual([])
    expect(resources.map(({ type }) => type)).toContain('iam-role')
  })
})
