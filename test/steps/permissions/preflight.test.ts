import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import { permissionsPolicy } from '../../../src/steps/permissions/permissions.ts'
import { errorOf, inWorld, REGION, type World, writingCalls } from '../../support/world.ts'

const ROLE_SESSION = 'arn:aws:sts::111122223333:assumed-role/Deployer/me'

/** But for the one that no model is in use yet. */
const warningCodes = ({ events }: World) =>
  events
    .flatMap((event) => (event.type === 'warning' ? [event.warning.code] : []))
    .filter((code) => code !== 'spend-alarm-waits')

async function makeDeployer({ cx }: World, policy: object): Promise<void> {
  const RoleName = 'Deployer'
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }
  const AssumeRolePolicyDocument = JSON.stringify(trust)
  await cx.aws.iam.send(new CreateRoleCommand({ RoleName, Path: '/team/ops/', AssumeRolePolicyDocument }))
  await cx.aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: JSON.stringify(policy) }))
}

const scope = ({ env }: World) => ({
  accountId: env.accountId,
  regions: [REGION],
  everyRegion: false,
  settings: env.settings,
})

describe('preflight', () => {
  test('names every missing right, action and thing, before anything is made', () =>
    inWorld({}, async (world) => {
      const { refusals } = world.sandbox.services.iam
      refusals.push({ action: 's3:CreateBucket' }, { action: 'sns:*', decision: 'explicitDeny' })
      const error = await errorOf(world.setup())
      expect(error).toMatchObject({
        kind: 'aws',
        code: 'MissingRights',
        hint: expect.stringContaining('--skip-checks'),
      })
      expect(error?.hint).toContain('bedrock-monitor permissions setup')
      expect(error?.message).toContain('s3:CreateBucket on arn:aws:s3:::bedrock-logs-111122223333 (not allowed)')
      const topic = 'arn:aws:sns:us-east-1:111122223333:bedrock-usage-alerts'
      expect(error?.message).toContain(`sns:CreateTopic on ${topic} (explicitly denied)`)
      expect(error?.message).toContain(`sns:TagResource on ${topic} (explicitly denied)`)
      expect(error?.message).not.toContain('iam:CreateRole')
      expect(writingCalls(world)).toEqual([])
    }))

  test('is passed over with --skip-checks', () =>
    inWorld({}, async (world) => {
      world.sandbox.services.iam.refusals.push({ action: '*' })
      expect((await world.setup({ skipChecks: true })).error).toBeUndefined()
      expect(world.sandbox.calls.map(({ operation }) => operation)).not.toContain('SimulatePrincipalPolicy')
    }))

  test('asks for what the plan needs only: nothing when nothing is to be done, little when little is', () =>
    inWorld({}, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
      world.sandbox.services.iam.refusals.push({ action: '*' })
      expect((await world.setup()).error).toBeUndefined()
      await world.cx.aws.iam.send(
        new PutRolePolicyCommand({
          RoleName: world.env.settings.roleName,
          PolicyName: world.env.settings.rolePolicyName,
          PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"logs:*","Resource":"*"}]}',
        }),
      )
      const error = await errorOf(world.setup())
      expect(error?.message).toContain('iam:PutRolePolicy')
      expect(error?.message).not.toContain('s3:')
    }))

  test('knows what a cleanup takes away that the settings do not ask for', () =>
    inWorld({ caller: ROLE_SESSION, settings: { alarms: 'minimal' } }, async (world) => {
      const asked = { lake: true, billingExport: true }
      await world.setup({ skipChecks: true }, undefined, asked)
      await makeDeployer(world, permissionsPolicy(scope(world), 'cleanup'))
      world.sandbox.calls.length = 0
      const error = await errorOf(world.cleanup())
      expect(writingCalls(world)).toEqual([])
      const buckets = ['bedrock-billing-111122223333', 'bedrock-athena-111122223333-us-east-1']
      for (const name of ['glue:DeleteTable', 'glue:DeleteDatabase', 'athena:DeleteWorkGroup', ...buckets])
        expect(error?.message).toContain(name)
      expect(error?.hint).toContain('permissions cleanup --lake --billing-export prints')
      const settings = { ...world.env.settings, ...asked }
      const PolicyDocument = JSON.stringify(permissionsPolicy({ ...scope(world), settings }, 'cleanup'))
      const put = new PutRolePolicyCommand({ RoleName: 'Deployer', PolicyName: 'p', PolicyDocument })
      await world.cx.aws.iam.send(put)
      expect((await world.cleanup()).error).toBeUndefined()
    }))

  test('guards cleanup as well', () =>
    inWorld({ isSetUp: true }, async (world) => {
      world.sandbox.calls.length = 0
      world.sandbox.services.iam.refusals.push({ action: 's3:DeleteObjectVersion' })
      const error = await errorOf(world.cleanup())
      expect(error?.message).toContain('s3:DeleteObjectVersion on arn:aws:s3:::bedrock-logs-111122223333/*')
      expect(error?.hint).toContain('bedrock-monitor permissions cleanup')
      expect(writingCalls(world)).toEqual([])
    }))

  test('a role with the printed policy, and a path that STS does not tell, may set up and clean up', () =>
    inWorld({ caller: ROLE_SESSION }, async (world) => {
      await makeDeployer(world, permissionsPolicy(scope(world), 'all'))
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.cleanup()).error).toBeUndefined()
      expect(warningCodes(world)).toEqual([])
    }))

  test('a role with the policy of status lacks every right to write', () =>
    inWorld({ caller: ROLE_SESSION }, async (world) => {
      await makeDeployer(world, permissionsPolicy(scope(world), 'status'))
      const error = await errorOf(world.setup())
      for (const action of [
        'iam:CreateRole',
        'iam:PassRole',
        's3:CreateBucket',
        'logs:CreateLogGroup',
        'sns:CreateTopic',
      ]) {
        expect(error?.message).toContain(`${action} on `)
      }
    }))

  test('names a policy of the organization as the cause', () =>
    inWorld({}, async (world) => {
      world.sandbox.services.iam.refusals.push({ action: 'logs:CreateLogGroup', organization: true })
      expect((await errorOf(world.setup()))?.message).toContain('(refused by a policy of the organization)')
    }))

  describe('is advice only: a warning, and the work goes on', () => {
    test('where a right depends on what only the real call has', () =>
      inWorld({}, async (world) => {
        const { refusals } = world.sandbox.services.iam
        refusals.push({ action: 'sns:CreateTopic', missingContext: ['aws:MultiFactorAuthPresent'] })
        const { error, report } = await world.setup()
        expect(error).toBeUndefined()
        expect(report.warnings.filter(({ code }) => code !== 'spend-alarm-waits')).toMatchObject([
          { code: 'rights-not-checked', message: expect.stringContaining('aws:MultiFactorAuthPresent') },
        ])
      }))

    test.each([
      ['the root user', 'arn:aws:iam::111122223333:root'],
      ['a federated user', 'arn:aws:sts::111122223333:federated-user/me'],
      ['the session of a role that cannot be read', 'arn:aws:sts::111122223333:assumed-role/Unknown/me'],
    ])('for %s', (_who, caller) =>
      inWorld({ caller }, async (world) => {
        expect((await world.setup()).error).toBeUndefined()
        expect(warningCodes(world)).toEqual(['rights-not-checked'])
      }),
    )

    test.each(['access-denied', '500', '503'] as const)('where IAM answers %s, and it is not asked twice', (kind) =>
      inWorld({ maxAttempts: 6 }, async (world) => {
        world.sandbox.faults.push({ kind, service: 'iam', operation: 'SimulatePrincipalPolicy', count: 99 })
        expect((await world.setup()).error).toBeUndefined()
        expect(warningCodes(world)).toEqual(['rights-not-checked'])
        const asked = world.sandbox.calls.filter(({ operation }) => operation === 'SimulatePrincipalPolicy')
        expect(asked.length).toBeLessThanOrEqual(2)
      }),
    )
  })

  test('costs at most three calls, also for the session of a role', () =>
    inWorld({ caller: ROLE_SESSION, settings: { alarms: 'minimal' } }, async (world) => {
      await makeDeployer(world, permissionsPolicy(scope(world), 'all'))
      world.sandbox.calls.length = 0
      await world.setup()
      expect(world.sandbox.calls.length).toBeLessThanOrEqual(51)
      const simulated = world.sandbox.calls.filter(({ operation }) => operation === 'SimulatePrincipalPolicy')
      expect(simulated.length).toBeLessThanOrEqual(2)
    }))
})
