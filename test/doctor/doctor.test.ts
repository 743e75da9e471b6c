import { DeleteExportCommand, ListExportsCommand } from '@aws-sdk/client-bcm-data-exports'
import { DeleteModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { DeleteDashboardsCommand, DisableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch'
import { PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  DeleteBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3'
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import { type DoctorReport, doctor } from '../../src/doctor/doctor.ts'
import type { Severity } from '../../src/doctor/finding.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../src/sandbox/traffic.ts'
import { openSession } from '../../src/steps/session.ts'
import { takePrincipalsOut } from '../support/everything.ts'
import { arrange } from '../support/prior-state.ts'
import { inWorld, REGION, type World, writingCalls } from '../support/world.ts'

const DAY_MS = 24 * HOUR_MS

/** After setup: subscribed, and used for a day since. */
async function live(world: World): Promise<void> {
  world.sandbox.services.sns.confirm(topicOf(world), 'ops@example.com')
  await world.cx.clock.sleep(26 * HOUR_MS, world.abort.signal)
  world.sandbox.services.exports.refreshed('bedrock-billing', world.cx.clock.now())
  play(world, DAY_MS)
  world.sandbox.calls.length = 0
}

function play({ sandbox, cx }: World, lengthMs: number, region = REGION): void {
  const end = cx.clock.now()
  const traffic = { seed: 5, start: end - lengthMs, end, account: sandbox.account, region, invocationsPerHour: 15 }
  // Whose images cost what no metric tells.
  const calls = generateTraffic(traffic).filter(({ modelId }) => modelId !== 'amazon.nova-canvas-v1:0')
  playTraffic(sandbox.services, calls)
}

const topicOf = ({ env }: World) => `arn:aws:sns:${REGION}:${env.accountId}:${env.settings.topicName}`

async function examine({ cx, env }: World, ...others: string[]): Promise<DoctorReport> {
  const session = await openSession(cx, { named: [REGION, ...others] }, env.settings)
  return doctor(session)
}

const codes = ({ findings }: DoctorReport) => findings.map(({ code }) => code)

function metric(world: World, namespace: string, name: string, dimension: [string, string] | undefined, value: number) {
  const { cx, sandbox } = world
  const dimensions = dimension ? [{ Name: dimension[0], Value: dimension[1] }] : []
  const sample = { namespace, name, dimensions, timestamp: cx.clock.now() - 2 * HOUR_MS, value }
  sandbox.services.cloudwatch.putMetric(REGION, sample)
}

const inLiveWorld = (body: (world: World) => Promise<void>, caller?: string) =>
  inWorld(
    {
      settings: { email: 'ops@example.com', billingExport: true },
      isSetUp: true,
      ...(caller !== undefined && { caller }),
    },
    async (world) => {
      await live(world)
      await body(world)
    },
  )

describe('doctor', () => {
  test('finds nothing in a healthy account, passes every check, and changes nothing', () =>
    inLiveWorld(async (world) => {
      const report = await examine(world)
      expect(report).toMatchObject({ schemaVersion: 1, command: 'doctor', ok: true, findings: [], regions: [REGION] })
      expect(report.passed.length).toBe(18)
      expect(writingCalls(world)).toEqual([])
    }))

  test('tells in one finding that nothing is set up', () =>
    inWorld({}, async (world) => {
      play(world, DAY_MS)
      const report = await examine(world)
      expect(codes(report)).toEqual(['not-set-up'])
      expect(report.ok).toBe(false)
      expect(report.findings[0]?.fix).toBe(`bedrock-monitor setup --region ${REGION}`)
    }))

  test('tells in one finding of all Regions in which nothing is set up, though the account is', () =>
    inLiveWorld(async (world) => {
      const report = await examine(world, 'eu-west-1', 'eu-central-1')
      // Role and dashboard are of all Regions that are set up.
      expect(codes(report)).toEqual(['not-set-up', 'resource-differs', 'resource-differs'])
      expect(report.findings[0]).toMatchObject({
        title: 'the monitoring is not set up in eu-west-1, eu-central-1',
        fix: 'bedrock-monitor setup --region eu-west-1,eu-central-1',
      })
      // It is not on everywhere, and that is not called well.
      expect(report.passed.filter((title) => title.startsWith('invocation logging is on'))).toEqual([])
      expect(codes(await examine(world))).toEqual([])
    }))

  const faults: [code: string, severity: Severity, breakIt: (world: World) => Promise<unknown> | unknown][] = [
    ['rights-missing', 'error', ({ sandbox }) => sandbox.services.iam.refusals.push({ action: 'logs:StartQuery' })],
    [
      'rights-to-change-missing',
      'warning',
      ({ sandbox }) => sandbox.services.iam.refusals.push({ action: 'sns:Subscribe' }),
    ],
    [
      'resource-missing',
      'error',
      ({ cx, env }) =>
        cx.aws.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [env.settings.dashboardName] })),
    ],
    [
      'resource-differs',
      'error',
      ({ cx, env: { settings } }) =>
        cx.aws.logs.send(new PutRetentionPolicyCommand({ logGroupName: settings.logGroupName, retentionInDays: 1 })),
    ],
    [
      'resource-unreadable',
      'error',
      ({ sandbox }) => sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'GetDashboard' }),
    ],
    [
      'resource-limited',
      'warning',
      ({ cx, env }) =>
        cx.aws.s3.send(
          new PutBucketRequestPaymentCommand({
            Bucket: `bedrock-logs-${env.accountId}`,
            RequestPaymentConfiguration: { Payer: 'Requester' },
          }),
        ),
    ],
    [
      'resource-limited',
      'warning',
      ({ cx, env }) =>
        cx.aws.s3.send(
          new PutObjectLockConfigurationCommand({
            Bucket: `bedrock-logs-${env.accountId}`,
            ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
          }),
        ),
    ],
    [
      'resource-limited',
      'error',
      ({ cx, env: { settings } }) =>
        cx.aws.iam.send(
          new PutRolePolicyCommand({
            RoleName: settings.roleName,
            PolicyName: 'guard',
            PolicyDocument: '{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}}',
          }),
        ),
    ],
    ['logging-off', 'error', ({ cx }) => cx.aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))],
    ['logging-elsewhere', 'error', (world) => arrange(world, { scripted: [], foreignLogging: true })],
    [
      'delivery-broken',
      'error',
      ({ cx, env: { settings } }) =>
        cx.aws.iam.send(
          new DeleteRolePolicyCommand({ RoleName: settings.roleName, PolicyName: settings.rolePolicyName }),
        ),
    ],
    [
      'delivery-broken',
      'error',
      ({ cx, env }) => cx.aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: `bedrock-logs-${env.accountId}` })),
    ],
    [
      'delivery-failed',
      'error',
      (world) => metric(world, 'AWS/Bedrock', 'ModelInvocationLogsS3DeliveryFailure', undefined, 3),
    ],
    [
      'records-missing',
      'error',
      (world) => metric(world, 'AWS/Bedrock', 'Invocations', ['ModelId', 'amazon.nova-lite-v1:0'], 500),
    ],
    ['region-without-logging', 'error', (world) => play(world, DAY_MS, 'eu-west-1')],
    [
      'mantle-traffic',
      'warning',
      (world) => metric(world, 'AWS/BedrockMantle', 'Inferences', ['Model', 'openai.gpt-oss-120b'], 7),
    ],
    [
      'models-unpriced',
      'warning',
      (world) => metric(world, 'AWS/Bedrock', 'InputTokenCount', ['ModelId', 'nobody.knows-this-v1:0'], 7),
    ],
    [
      'alarms-unsubscribed',
      'error',
      ({ sandbox, ...world }) => {
        sandbox.services.sns
          .topics(REGION)
          .get(topicOf({ sandbox, ...world }))
          ?.subscriptions.splice(0)
      },
    ],
    [
      'alarms-unconfirmed',
      'error',
      ({ sandbox, ...world }) => {
        const topic = sandbox.services.sns.topics(REGION).get(topicOf({ sandbox, ...world }))
        for (const subscription of topic?.subscriptions ?? []) subscription.confirmed = false
      },
    ],
    [
      'alarm-actions-disabled',
      'error',
      ({ cx }) => cx.aws.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['Bedrock-HighLatency'] })),
    ],
    [
      'topic-policy',
      'error',
      (world) =>
        world.cx.aws.sns.send(
          new SetTopicAttributesCommand({
            TopicArn: topicOf(world),
            AttributeName: 'Policy',
            AttributeValue: '{"Version":"2012-10-17","Statement":[]}',
          }),
        ),
    ],
    [
      'topic-key',
      'error',
      (world) =>
        world.cx.aws.sns.send(
          new SetTopicAttributesCommand({
            TopicArn: topicOf(world),
            AttributeName: 'KmsMasterKeyId',
            AttributeValue: 'alias/aws/sns',
          }),
        ),
    ],
    [
      'billing-export-missing',
      'info',
      async ({ cx: { aws } }) => {
        const { Exports: [{ ExportArn } = {}] = [] } = await aws.exports.send(new ListExportsCommand({}))
        await aws.exports.send(new DeleteExportCommand({ ExportArn }))
      },
    ],
    ['billing-export-without-principals', 'warning', takePrincipalsOut],
    ['billing-export-stale', 'warning', ({ cx }) => cx.clock.sleep(49 * HOUR_MS, cx.signal)],
    [
      'billing-export-unhealthy',
      'warning',
      ({ cx: { aws }, env }) =>
        aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: `bedrock-billing-${env.accountId}` })),
    ],
    [
      'cost-tags-inactive',
      'info',
      ({ sandbox }) =>
        sandbox.costExplorer.costTags.set('iamPrincipal/team', 'Inactive').set('iamPrincipal/env', 'Active'),
    ],
    [
      'bill-not-checked',
      'info',
      ({ sandbox }) =>
        sandbox.faults.push({ kind: 'access-denied', service: 'ce', operation: 'ListCostAllocationTags', count: 9 }),
    ],
    [
      'not-checked',
      'warning',
      ({ sandbox }) =>
        sandbox.faults.push({
          kind: 'access-denied',
          service: 'iam',
          operation: 'SimulatePrincipalPolicy',
          count: 9,
        }),
    ],
  ]

  test.each(faults)('finds %s (%s)', (code, severity, breakIt) =>
    inLiveWorld(async (world) => {
      await breakIt(world)
      const report = await examine(world)
      const found = report.findings.find((finding) => finding.code === code)
      expect({ found: found?.severity, all: codes(report) }).toMatchObject({ found: severity })
      expect(report.ok).toBe(!report.findings.some((finding) => finding.severity === 'error'))
      expect([found?.title, found?.why, found?.fix].every((text) => text && text.length > 10)).toBe(true)
    }),
  )

  test('says that nothing was used, and where it was', () =>
    inWorld({ settings: { email: 'ops@example.com' }, isSetUp: true }, async (world) => {
      play(world, DAY_MS, 'eu-west-1')
      const { findings } = await examine(world)
      expect(findings.find(({ code }) => code === 'no-usage')?.fix).toBe('bedrock-monitor doctor --region eu-west-1')
    }))

  test('does not hold calls from before the setup against the log', () =>
    inWorld({}, async (world) => {
      play(world, DAY_MS)
      await world.setup()
      expect(codes(await examine(world))).not.toContain('records-missing')
    }))

  test('does without credentials what every command does: it ends with them as the cause', () =>
    inWorld({ maxAttempts: 1 }, async (world) => {
      world.sandbox.faults.push({ kind: 'expired-token', from: 2, count: 999 })
      await expect(examine(world)).rejects.toMatchObject({ kind: 'credentials' })
    }))
})

test('a topic of somebody else is looked at too: who hears of it, and what its policy lacks', () =>
  inWorld({}, async (world) => {
    const { cx, env, sandbox } = world
    const { TopicArn = '' } = await cx.aws.sns.send(new CreateTopicCommand({ Name: 'pager' }))
    expect((await world.setup({}, undefined, { snsTopic: TopicArn })).error).toBeUndefined()
    sandbox.services.sns
      .topics(REGION)
      .get(TopicArn)
      ?.subscriptions.push({
        arn: `${TopicArn}:1`,
        protocol: 'https',
        endpoint: 'https://pager.example',
        confirmed: true,
      })
    const examined = async () => {
      const session = await openSession(cx, { named: [REGION] }, { ...env.settings, snsTopic: TopicArn })
      return doctor(session)
    }
    expect((await examined()).passed).toEqual(expect.arrayContaining(['alarms may publish to the topic']))
    const nobody = { AttributeName: 'Policy', AttributeValue: '{"Version":"2012-10-17","Statement":[]}' }
    await cx.aws.sns.send(new SetTopicAttributesCommand({ TopicArn, ...nobody }))
    const lacking = (await examined()).findings.find(({ code }) => code === 'topic-policy')
    expect(lacking).toMatchObject({ severity: 'error', title: expect.stringContaining(TopicArn) })
    expect(lacking?.fix).toContain('"cloudwatch.amazonaws.com"')
  }))
