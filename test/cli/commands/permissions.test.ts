import { describe, expect, test } from '@jest/globals'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()

describe('permissions', () => {
  test('prints a policy document on stdout and nothing else, for the account of the credentials', async () => {
    const { code, stdout } = await run('permissions setup')
    expect(code).toBe(0)
    const policy = JSON.parse(stdout)
    expect(policy.Version).toBe('2012-10-17')
    expect(stdout).toContain('arn:aws:iam::111122223333:role/BedrockCloudWatchLoggingRole')
    // Of all that setup makes it takes away nothing but alarms that would do harm by staying.
    expect(new Set(stdout.match(/\w+:Delete\w+/g))).toEqual(new Set(['cloudwatch:DeleteAlarms']))
    expect(sandbox().calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
  })

  test('needs no call at all with --account-id', async () => {
    const { code, stdout } = await run('permissions --account-id 999999999999 --region eu-west-1 --role-name Other')
    expect(code).toBe(0)
    expect(stdout).toContain('arn:aws:iam::999999999999:role/Other')
    expect(stdout).toContain('arn:aws:sns:eu-west-1:999999999999:bedrock-usage-alerts')
    expect(sandbox().calls).toEqual([])
  })

  test('covers several Regions, and all of them with a pattern', async () => {
    const several = await run('permissions cleanup --account-id 999999999999 --region eu-west-1,us-west-2')
    expect(several.stdout).toContain('arn:aws:logs:eu-west-1:999999999999:log-group')
    expect(several.stdout).toContain('arn:aws:logs:us-west-2:999999999999:log-group')
    const all = await run('permissions cleanup --account-id 999999999999 --region all')
    expect(all.stdout).toContain('arn:aws:logs:*:999999999999:log-group')
    const gov = await run('permissions cleanup --account-id 999999999999 --region us-gov-west-1')
    expect(gov.stdout).toContain('arn:aws-us-gov:logs:us-gov-west-1:999999999999:log-group')
  })

  test('is short enough under long names, and warns where it is not', async () => {
    const names = {
      'log-group-name': 256,
      'topic-name': 128,
      'dashboard-name': 128,
      'role-name': 64,
      'bucket-name': 63,
    }
    const flags = Object.entries(names).map(([flag, length]) => `--${flag} ${'n'.repeat(length)}`)
    const inRegion = (purpose: string, region: string) =>
      run(`permissions ${purpose} --account-id 999999999999 --region ${region} ${flags.join(' ')}`)
    for (const purpose of ['setup', 'report', 'cleanup']) expect((await inRegion(purpose, 'us-east-1')).stderr).toBe('')
    expect((await run('permissions all --account-id 999999999999 --region us-east-1')).stderr).toBe('')
    const longer = await inRegion('all', 'us-gov-west-1')
    expect(longer.code).toBe(0)
    expect(longer.stderr).toContain('the limit of a managed policy is 6144. Use the policies of single commands')
    // A single command has no other policy to turn to.
    const every = '--lake --billing-export --budget-usd 5 --email ops@example.com'
    const single = await run(`permissions setup --account-id 999999999999 --region us-east-1 ${every}`)
    expect(single.stderr).toMatch(/managed policy is 6144\. Put it inline on a role/)
  })

  test.each([
    [
      'permissions everything',
      "'everything' is not one of setup, status, report, reconcile, query, exporter, cleanup, doctor, mcp, all",
    ],
    ['permissions setup cleanup', "permissions takes no argument 'cleanup'"],
    ['permissions --account-id 12', "--account-id is '12': not 12 digits"],
  ])('%s is wrong usage', async (line, message) => {
    const { code, stderr, stdout } = await run(line)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })

  test('without good credentials names the flag that needs none', async () => {
    sandbox().faults.push({ kind: 'expired-token', service: 'sts', count: 99 })
    const { code, stderr } = await run('permissions setup')
    expect(code).toBe(4)
    expect(stderr).toContain('--account-id')
  })
})

describe('permissions reader', () => {
  const TRUST = '--trust arn:aws:iam::111122223333:role/ops/Reports'

  test('prints a role that one principal may assume and that only reads, without a call', async () => {
    const { code, stdout } = await run(`permissions reader ${TRUST} --external-id x-1 --org-id o-a1b2c3d4e5`)
    expect(code).toBe(0)
    const { RoleName, AssumeRolePolicyDocument, Policies } = JSON.parse(stdout)
    expect(RoleName).toBe('BedrockMonitorReader')
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/ops/Reports' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'x-1', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      },
    ])
    const statements: { Action: string[] }[] = Policies[0].PolicyDocument.Statement
    const actions = statements.flatMap(({ Action }) => Action)
    expect(actions).toEqual(expect.arrayContaining(['cloudwatch:GetMetricData', 'logs:StartQuery', 'iam:GetRole']))
    const reads = /:(Get|List|Describe|View|Simulate|StartQuery$|StopQuery$|Filter|Decrypt$)/
    expect(actions.filter((action) => !reads.test(action))).toEqual([])
    expect(sandbox().calls).toEqual([])
  })

  test('as a stack it is good in every account, and the StackSet is told', async () => {
    const { stdout, stderr } = await run(`permissions reader ${TRUST} --format cloudformation`)
    const { Resources } = JSON.parse(stdout)
    const [{ PolicyDocument }] = Resources.BedrockMonitorReader.Properties.Policies
    expect(JSON.stringify(PolicyDocument)).toMatch(/"Fn::Sub":"arn:aws:logs:\*:\$\{AWS::AccountId\}:log-group/)
    expect(stderr).toMatch(/create-stack-set.*create-stack-instances.*management account/s)
  })

  test.each([
    ['permissions reader', 'permissions reader needs --trust: who may assume the role'],
    ['permissions reader --trust arn:aws:iam::111122223333:root', '--trust is'],
    [`permissions report ${TRUST}`, '--trust goes with permissions reader only'],
    [`permissions reader ${TRUST} --region us-gov-west-1`, 'is not in the partition of us-gov-west-1'],
  ])('%s is wrong usage', async (line, message) => {
    const { code, stderr, stdout } = await run(line)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})
