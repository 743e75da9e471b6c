import { PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { CreateBudgetCommand, CreateNotificationCommand } from '@aws-sdk/client-budgets'
import {
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch'
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { CreateRoleCommand, ListRolePoliciesCommand, PutRolePolicyCommand, TagRoleCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
} from '@aws-sdk/client-s3'
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import { withBody } from '../../src/aws/raw-json.ts'
import type { Interaction } from '../../src/steps/0-orchestrator.ts'
import { inventory, names, withoutMarks } from '../support/inventory.ts'
import { errorOf, inWorld, type World, writingCalls } from '../support/world.ts'

const ACCOUNT = '111122223333'
const GROUP = '/aws/bedrock/modelinvocations'
const ROLE = 'BedrockCloudWatchLoggingRole'
const AUDIT = 'their-audit-bucket'

const BEDROCK = { Service: 'bedrock.amazonaws.com' }
const document = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const assume = (more: object = {}) => ({ Effect: 'Allow', Principal: BEDROCK, Action: 'sts:AssumeRole', ...more })
const fromRegion = (region: string) => ({
  Condition: {
    StringEquals: { 'aws:SourceAccount': ACCOUNT },
    ArnLike: { 'aws:SourceArn': `arn:aws:bedrock:${region}:${ACCOUNT}:*` },
  },
})
const writeLogs = (Resource: string) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource,
})
const lambda = assume({ Sid: 'Lambda', Principal: { Service: 'lambda.amazonaws.com' } })
const denyOthers = assume({
  Sid: 'NotFromOthers',
  Effect: 'Deny',
  Condition: { StringNotEquals: { 'aws:SourceAccount': ACCOUNT } },
})

const makeRole = async ({ cx: { aws } }: World, trust: string, more: object = {}, RoleName = ROLE) =>
  aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }))

const rolePolicy = async (
  { cx: { aws } }: World,
  PolicyDocument: string,
  PolicyName = 'BedrockCloudWatchLoggingPolicy',
) => aws.iam.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName, PolicyDocument }))

const topicOf = ({ env }: World) => `arn:aws:sns:us-east-1:${env.accountId}:bedrock-usage-alerts`

const putAlarm = ({ cx: { aws } }: World, more: object) =>
  aws.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'Bedrock-HighLatency',
      Namespace: 'AWS/Bedrock',
      MetricName: 'InvocationLatency',
      Statistic: 'Average',
      Period: 300,
      EvaluationPeriods: 3,
      Threshold: 7,
      ComparisonOperator: 'GreaterThanThreshold',
      ...more,
    }),
  )

const putDashboard = ({ cx: { aws } }: World, body: object) =>
  aws.cloudwatch.send(
    new PutDashboardCommand({ DashboardName: 'BedrockUsageMonitoring', DashboardBody: JSON.stringify(body) }),
  )

/** What somebody had before; `blocked` names what setup says where ours cannot be added without being asked to. */
interface Case {
  arrange(world: World): Promise<unknown>
  blocked?: RegExp
  /** With --adopt it is blocked all the same. */
  never?: true
}

const CASES: Record<string, Case> = {
  'a role with a statement for Bedrock that is narrow enough': {
    arrange: (world) => makeRole(world, document(assume(fromRegion('us-east-1')), lambda)),
  },
  'a role whose trust forbids, and forbids nothing that is needed': {
    arrange: (world) => makeRole(world, document(assume(), denyOthers)),
  },
  'a role trusted by somebody else alone, with a policy of our name and other statements in it': {
    async arrange(world) {
      await makeRole(world, document(lambda))
      await rolePolicy(world, document({ Sid: 'Theirs', Effect: 'Deny', Action: 's3:*', Resource: '*' }))
    },
  },
  'a role with tags, a description and more policies': {
    async arrange(world) {
      await makeRole(world, document(assume()), { Tags: [{ Key: 'team', Value: 'theirs' }], Description: 'theirs' })
      await rolePolicy(world, document(writeLogs('*')), 'Theirs')
    },
  },
  'a role whose policy lets it write to any log already': {
    async arrange(world) {
      await makeRole(world, document(assume()))
      await rolePolicy(world, document(writeLogs('*')))
    },
  },
  'a role that Bedrock may assume for another Region': {
    arrange: (world) => makeRole(world, document(assume(fromRegion('eu-central-1')))),
    blocked: /narrower conditions/,
  },
  'a role that Bedrock may not assume': {
    arrange: (world) => makeRole(world, document(assume(), assume({ Effect: 'Deny', Sid: 'No' }))),
    blocked: /denies Bedrock/,
    never: true,
  },
  'a role under a path': {
    arrange: (world) => makeRole(world, document(assume()), { Path: '/team/' }),
    blocked: /has the path \/team\//,
    never: true,
  },
  'a role under a permissions boundary': {
    arrange: (world) =>
      makeRole(world, document(assume()), { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
    blocked: /permissions boundary/,
  },
  'a role of our name in another case': {
    arrange: (world) => makeRole(world, document(assume()), {}, ROLE.toLowerCase()),
    blocked: /exists as bedrockcloudwatchloggingrole/,
    never: true,
  },
  "a topic that is encrypted with AWS's own key": {
    arrange: ({ cx: { aws } }) =>
      aws.sns.send(
        new CreateTopicCommand({ Name: 'bedrock-usage-alerts', Attributes: { KmsMasterKeyId: 'alias/aws/sns' } }),
      ),
    blocked: /alias\/aws\/sns, which alarms cannot use/,
    never: true,
  },
  'a role that a stack made': {
    async arrange(world) {
      await makeRole(world, document(assume()))
      const Tags = [{ Key: 'aws:cloudformation:stack-name', Value: 'theirs' }]
      await world.cx.aws.iam.send(new TagRoleCommand({ RoleName: ROLE, Tags }))
    },
    blocked: /CloudFormation/,
    never: true,
  },
  'a log group that is kept for ever': {
    arrange: ({ cx: { aws } }) =>
      aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, tags: { team: 'theirs' } })),
  },
  'a log group that is kept for a year': {
    async arrange({ cx: { aws } }) {
      await aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))
      await aws.logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 365 }))
    },
  },
  'a log group of the class for rare access': {
    arrange: ({ cx: { aws } }) =>
      aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, logGroupClass: 'INFREQUENT_ACCESS' })),
  },
  'a log group of the class for delivery alone': {
    arrange: ({ cx: { aws } }) =>
      aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, logGroupClass: 'DELIVERY' })),
    blocked: /DELIVERY/,
    never: true,
  },
  'an alarm as the scripts made it, with another threshold': {
    arrange: (world) => putAlarm(world, { Threshold: 5000, EvaluationPeriods: 1, AlarmActions: [topicOf(world)] }),
  },
  'an alarm with a unit, disabled actions, and actions of his own': {
    arrange: (world) =>
      putAlarm(world, {
        ActionsEnabled: false,
        Unit: 'Milliseconds',
        AlarmDescription: 'his',
        AlarmActions: [`${topicOf(world)}-z`, `${topicOf(world)}-a`],
        InsufficientDataActions: [`${topicOf(world)}-a`],
        TreatMissingData: 'breaching',
        DatapointsToAlarm: 1,
      }),
  },
  'an alarm of one model alone': {
    arrange: (world) => putAlarm(world, { Dimensions: [{ Name: 'ModelId', Value: 'his-model' }] }),
    blocked: /watches something else/,
  },
  'an alarm of our name on a metric of another service': {
    arrange: (world) => putAlarm(world, { Namespace: 'AWS/Lambda', MetricName: 'Duration' }),
    blocked: /watches something else/,
  },
  'a dashboard with widgets, variables and times': {
    arrange: (world) =>
      putDashboard(world, {
        start: '-PT9H',
        periodOverride: 'inherit',
        variables: [
          { type: 'property', property: 'region', inputType: 'input', id: 'his', label: 'Region', defaultValue: 'x' },
        ],
        widgets: [
          { type: 'text', x: 0, y: 0, width: 24, height: 2, properties: { markdown: 'his' } },
          { type: 'text', x: 3, y: 7, width: 6, height: 3, properties: { markdown: 'his, too' } },
        ],
      }),
  },
  'a dashboard whose widgets have titles and Regions of ours': {
    arrange: (world) =>
      putDashboard(world, {
        widgets: [
          { type: 'metric', properties: { title: 'Invocations', region: 'us-east-1', metrics: [['His', 'Calls']] } },
          { type: 'metric', properties: { title: 'Input tokens', region: 'eu-west-1', metrics: [['His', 'Words']] } },
        ],
      }),
  },
  'a dashboard that says nothing of widgets': { arrange: (world) => putDashboard(world, { start: '-PT9H' }) },
  'a dashboard with an empty list of variables': {
    arrange: (world) => putDashboard(world, { variables: [], widgets: [] }),
  },
  'a dashboard that says nothing of widgets, with an empty list of variables': {
    arrange: (world) => putDashboard(world, { variables: [] }),
  },
  'a dashboard without widgets': { arrange: (world) => putDashboard(world, { widgets: [] }) },
  'a dashboard whose widgets have no place': {
    arrange: (world) => putDashboard(world, { widgets: [{ type: 'text', properties: { markdown: 'his' } }] }),
  },
  'policies of role and topic whose one statement stands in no list': {
    async arrange(world) {
      const { aws } = world.cx
      const alone = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement })
      await makeRole(world, alone(lambda))
      await rolePolicy(world, alone({ Effect: 'Deny', Action: 's3:*', Resource: '*' }))
      const his = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Effect: 'Allow' }
      const Attributes = { Policy: alone({ ...his, Action: 'SNS:Subscribe', Resource: '*' }) }
      await aws.sns.send(new CreateTopicCommand({ Name: 'bedrock-usage-alerts', Attributes }))
    },
  },
  'a topic as SNS makes it': {
    arrange: ({ cx: { aws } }) => aws.sns.send(new CreateTopicCommand({ Name: 'bedrock-usage-alerts' })),
  },
  'things that another tool manages by a tag of the same key': {
    async arrange(world) {
      const { aws } = world.cx
      const Tags = [{ Key: 'managed-by', Value: 'terraform' }]
      await makeRole(world, document(assume()), { Tags: [{ Key: 'Managed-By', Value: 'terraform' }] })
      await aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, tags: { 'managed-by': 'terraform' } }))
      await aws.sns.send(new CreateTopicCommand({ Name: 'bedrock-usage-alerts', Tags }))
      await putAlarm(world, { Tags })
    },
  },
  'a topic with a policy of his own and tags': {
    async arrange({ cx: { aws }, env }) {
      const statement = {
        Sid: 'AllowCloudWatchAlarms',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${env.accountId}:root` },
        Action: 'SNS:Subscribe',
        Resource: '*',
      }
      const Policy = JSON.stringify({ Version: '2008-10-17', Id: 'his', Statement: [statement] })
      const Tags = [{ Key: 'team', Value: 'theirs' }]
      await aws.sns.send(new CreateTopicCommand({ Name: 'bedrock-usage-alerts', Tags, Attributes: { Policy } }))
    },
  },
  'a topic that alarms may not publish to': {
    async arrange({ cx: { aws } }) {
      const deny = {
        Sid: 'Never',
        Effect: 'Deny',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: '*',
      }
      await aws.sns.send(
        new CreateTopicCommand({ Name: 'bedrock-usage-alerts', Attributes: { Policy: document(deny) } }),
      )
    },
    blocked: /denies what alarms publish/,
    never: true,
  },
  'a log group that a stack made': {
    async arrange({ cx: { aws } }) {
      await aws.logs.send(
        new CreateLogGroupCommand({ logGroupName: GROUP, tags: { 'aws:cloudformation:stack-id': 'x' } }),
      )
    },
    blocked: /CloudFormation/,
    never: true,
  },
}

describe('what was there before is used by adding to it, and is as it was after clean-up', () => {
  test.each(Object.entries(CASES))('%s', (_, { arrange, blocked, never }) =>
    inWorld({}, async (world) => {
      await arrange(world)
      const before = await inventory(world.cx)
      world.sandbox.calls.length = 0
      const error = await errorOf(world.setup())
      if (blocked) {
        expect(error).toMatchObject({ kind: 'blocked', message: expect.stringMatching(blocked) })
        expect(error?.hint).toBeDefined()
        expect(writingCalls(world)).toEqual([])
        expect(await inventory(world.cx)).toEqual(before)
        const asked = await errorOf(world.setup({ adopt: true }))
        expect(asked?.kind).toBe(never ? 'blocked' : undefined)
        if (never) return
      } else expect(error).toBeUndefined()
      expect((await world.status()).report.resources.filter(({ action }) => action === 'update')).toEqual([])
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await inventory(world.cx)).toEqual(before)
    }),
  )

  test.each([
    ['that never goes off', { AlarmRule: 'FALSE' }],
    ['on alarms of his', { AlarmRule: 'ALARM("his") OR ALARM("Bedrock-HighLatency")', AlarmDescription: 'his' }],
  ])('a composite alarm %s goes off for ours, too, and is as it was after', (_, more) =>
    inWorld({ settings: { pageOnce: true } }, async (world) => {
      await putAlarm(world, { AlarmName: 'his' })
      await putAlarm(world, { AlarmActions: [topicOf(world)] })
      await world.cx.aws.cloudwatch.send(
        new PutCompositeAlarmCommand({
          AlarmName: 'Bedrock-AnyAlarm',
          AlarmActions: [`${topicOf(world)}-his`],
          ...more,
        }),
      )
      const before = await inventory(world.cx)
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
      expect((await world.setup()).error).toBeUndefined()
      const { composites, alarms } = await inventory(world.cx)
      expect(composites?.['Bedrock-AnyAlarm']).toMatchObject({
        AlarmRule: expect.stringContaining('ALARM("Bedrock-HighErrorRate")'),
        AlarmActions: [`${topicOf(world)}-his`, topicOf(world)],
      })
      // His own alarm tells whom it told; ours tell through the composite alarm.
      expect(alarms?.['Bedrock-HighLatency']).toMatchObject({ AlarmActions: [topicOf(world)], Threshold: 7 })
      expect(alarms?.['Bedrock-HighErrorRate']).toMatchObject({ AlarmActions: [] })
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await inventory(world.cx)).toEqual(before)
    }),
  )

  test.each([
    ['without notifications', []],
    ['with notifications of his, one of them just as ours', ['his', 'as ours']],
  ])('a budget %s tells our topic, too', (_, notifications) =>
    inWorld({ settings: { budgetUsd: 1_000 } }, async (world) => {
      const { budgets } = world.cx.aws
      const named = { AccountId: world.env.accountId, BudgetName: world.env.settings.budgetName }
      const Budget = {
        BudgetName: named.BudgetName,
        BudgetLimit: { Amount: '7', Unit: 'USD' },
        BudgetType: 'COST' as const,
        TimeUnit: 'MONTHLY' as const,
      }
      await budgets.send(new CreateBudgetCommand({ AccountId: named.AccountId, Budget }))
      for (const [index] of notifications.entries()) {
        const Notification = {
          NotificationType: 'ACTUAL' as const,
          ComparisonOperator: 'GREATER_THAN' as const,
          Threshold: index === 0 ? 42 : 80,
          ThresholdType: 'PERCENTAGE' as const,
        }
        const Subscribers = [{ SubscriptionType: 'EMAIL' as const, Address: 'his@example.com' }]
        await budgets.send(new CreateNotificationCommand({ ...named, Notification, Subscribers }))
      }
      const before = await inventory(world.cx)
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
      const between = await inventory(world.cx)
      expect(between.budgets?.[named.BudgetName]).toMatchObject({
        BudgetLimit: { Amount: expect.stringMatching(/^7/) },
      })
      expect(between).not.toEqual(before)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await inventory(world.cx)).toEqual(before)
    }),
  )

  test('policies that a role has of ours under several names go with the last Region', () =>
    inWorld({}, async (world) => {
      const { aws } = world.cx
      await makeRole(world, document(lambda))
      await rolePolicy(world, document(writeLogs('his')), 'Theirs')
      const before = await inventory(world.cx)
      const names = [{}, { rolePolicyName: 'Theirs' }, { rolePolicyName: 'Other' }]
      for (const name of names) expect((await world.setup({}, undefined, name)).error).toBeUndefined()
      const { PolicyNames } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName: ROLE }))
      expect(PolicyNames?.sort()).toEqual(['BedrockCloudWatchLoggingPolicy', 'Other', 'Theirs'])
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await inventory(world.cx)).toEqual(before)
    }))

  test('where it cannot be judged whether a policy lets a service in, ours is added', () =>
    inWorld({ settings: { budgetUsd: 5 } }, async (world) => {
      const { aws } = world.cx
      const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }
      const anybody = { Effect: 'Allow', Principal: '*', Resource: '*', Condition }
      const Bucket = `bedrock-logs-${ACCOUNT}`
      await aws.s3.send(new CreateBucketCommand({ Bucket }))
      const Policy = document({ ...anybody, Resource: `arn:aws:s3:::${Bucket}/*`, Action: 's3:*' })
      await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
      const Attributes = { Policy: document({ ...anybody, Action: 'sns:*' }) }
      await aws.sns.send(new CreateTopicCommand({ Name: 'bedrock-usage-alerts', Attributes }))
      const before = withoutMarks(await inventory(world.cx))
      expect((await world.setup()).error).toBeUndefined()
      const { topics, buckets } = await inventory(world.cx)
      const sids = [topics?.[topicOf(world)], buckets?.[Bucket]].map((one) => JSON.stringify(one).match(/Monitor\w+/g))
      expect(sids).toEqual([['MonitorAlarmsAdded', 'MonitorBudgetsAdded'], ['MonitorLogsWriteAdded']])
      expect((await world.setup()).report.resources.filter(({ action }) => action !== 'none')).toEqual([])
      expect((await world.cleanup()).error).toBeUndefined()
      expect(withoutMarks(await inventory(world.cx))).toEqual(before)
    }))

  test('subscriptions that were added to his topic are ended, his stay', () =>
    inWorld({ settings: { email: 'his@example.com,ours@example.com' } }, async (world) => {
      const { sns } = world.cx.aws
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'bedrock-usage-alerts' }))
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'his@example.com' }))
      const before = await inventory(world.cx)
      expect((await world.setup()).error).toBeUndefined()
      world.sandbox.services.sns.confirm(topicOf(world), 'ours@example.com')
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await inventory(world.cx)).toEqual(before)
    }))

  test('retention, trust and policy of theirs stand while ours is used', () =>
    inWorld({}, async (world) => {
      await makeRole(world, document(assume(fromRegion('us-east-1')), denyOthers))
      await world.cx.aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))
      expect((await world.setup()).error).toBeUndefined()
      const found = await inventory(world.cx)
      expect(found.groups?.[GROUP]).toMatchObject({ retention: undefined })
      expect(found.roles?.[ROLE]).toMatchObject({
        trust: JSON.parse(document(assume(fromRegion('us-east-1')), denyOthers)),
      })
    }))
})

/** Logging as somebody sets it up by hand after AWS's documentation: its group, his role, his bucket. */
async function handMade(world: World, more: Record<string, unknown> = {}) {
  const { aws } = world.cx
  const RoleName = 'TheirLoggingRole'
  await aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))
  await makeRole(world, document(assume()), {}, RoleName)
  await aws.iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'logs', PolicyDocument: document(writeLogs('*')) }),
  )
  await aws.s3.send(new CreateBucketCommand({ Bucket: AUDIT }))
  const put = { Effect: 'Allow', Principal: BEDROCK, Action: 's3:PutObject', Resource: `arn:aws:s3:::${AUDIT}/*` }
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: AUDIT, Policy: document(put) }))
  const loggingConfig = {
    cloudWatchConfig: {
      logGroupName: GROUP,
      roleArn: `arn:aws:iam::${world.env.accountId}:role/${RoleName}`,
      largeDataDeliveryS3Config: { bucketName: AUDIT, keyPrefix: 'large' },
    },
    s3Config: { bucketName: AUDIT, keyPrefix: 'audit/bedrock' },
    textDataDeliveryEnabled: true,
    imageDataDeliveryEnabled: true,
    embeddingDataDeliveryEnabled: true,
    videoDataDeliveryEnabled: false,
    audioDataDeliveryEnabled: true,
    ...more,
  }
  const command = new PutModelInvocationLoggingConfigurationCommand({ loggingConfig })
  await aws.bedrock.send(withBody(command, { loggingConfig }))
  return loggingConfig
}

const configOf = (world: World) => world.sandbox.services.bedrock.loggingConfig('us-east-1')

/** Members that this version does not know: a flag, a destination, and something inside one. */
const UNKNOWN = {
  hologramDataDeliveryEnabled: false,
  firehoseConfig: { deliveryStreamArn: 'arn:aws:firehose:us-east-1:111122223333:deliverystream/x' },
}

describe("somebody's own logging, with the log group of AWS's documentation", () => {
  test('is blocked, and nothing is changed', () =>
    inWorld({}, async (world) => {
      await handMade(world)
      const before = await inventory(world.cx)
      world.sandbox.calls.length = 0
      const error = await errorOf(world.setup())
      expect(error).toMatchObject({ kind: 'blocked', hint: expect.stringContaining('--replace-logging') })
      expect(writingCalls(world)).toEqual([])
      expect((await world.cleanup()).error).toBeUndefined()
      expect(writingCalls(world)).toEqual([])
      expect(await inventory(world.cx)).toEqual(before)
    }))

  test.each([
    ['as it is', {}],
    ['with members that this version does not know', UNKNOWN],
  ])('%s, is replaced when told to, and put back whole', (_, more) =>
    inWorld({}, async (world) => {
      const theirs = await handMade(world, more)
      const before = await inventory(world.cx)
      expect((await world.setup({ replaceLogging: true })).error).toBeUndefined()
      expect(configOf(world)).toMatchObject({ s3Config: { bucketName: `bedrock-logs-${world.env.accountId}` } })
      expect((await world.cleanup()).error).toBeUndefined()
      expect(configOf(world)).toEqual(theirs)
      expect(await inventory(world.cx)).toEqual(before)
    }),
  )

  test.each([
    ['our role', (arn: string) => ({ cloudWatchConfig: { logGroupName: '/theirs', roleArn: arn } })],
    ['our bucket', () => ({ cloudWatchConfig: undefined, s3Config: { bucketName: 'bedrock-logs-111122223333' } })],
    [
      'our bucket under another prefix',
      (arn: string) => ({
        cloudWatchConfig: { logGroupName: GROUP, roleArn: arn },
        s3Config: { bucketName: 'bedrock-logs-111122223333', keyPrefix: 'elsewhere' },
      }),
    ],
  ] as const)('that names %s and not all of ours is not ours', (_, config) =>
    inWorld({}, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
      const { aws } = world.cx
      await aws.logs.send(new CreateLogGroupCommand({ logGroupName: '/theirs' }))
      const standing = { ...config(`arn:aws:iam::${world.env.accountId}:role/${ROLE}`), textDataDeliveryEnabled: true }
      const uses = JSON.stringify(standing)
      // Which would keep the role by itself.
      if (uses.includes(ROLE)) await rolePolicy(world, document(writeLogs('*')), 'More')
      const bucketPolicy = document({
        ...writeLogs(`arn:aws:s3:::bedrock-logs-${world.env.accountId}/*`),
        Principal: BEDROCK,
        Action: 's3:PutObject',
      })
      await aws.s3.send(
        new PutBucketPolicyCommand({ Bucket: `bedrock-logs-${world.env.accountId}`, Policy: bucketPolicy }),
      )
      await aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: standing }))
      const before = configOf(world)
      expect(await errorOf(world.setup())).toMatchObject({ kind: 'blocked' })
      const { error } = await world.cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      expect(configOf(world)).toEqual(before)
      const left = names(await inventory(world.cx))
      expect(left.roles?.includes(ROLE)).toBe(uses.includes(ROLE))
      expect(left.buckets?.length === 1).toBe(uses.includes('bedrock-logs-'))
    }),
  )

  test('with destinations alone that this version does not know is not taken for none', () =>
    inWorld({}, async (world) => {
      world.sandbox.services.bedrock.configureLogging('us-east-1', UNKNOWN)
      expect(await errorOf(world.setup())).toMatchObject({ kind: 'blocked' })
      expect((await world.cleanup()).error).toBeUndefined()
      expect(configOf(world)).toEqual(UNKNOWN)
    }))
})

describe('what is kept outlives all but its return', () => {
  const replaced = (body: (world: World, theirs: object) => Promise<void>) =>
    inWorld({}, async (world) => {
      const theirs = await handMade(world, UNKNOWN)
      expect((await world.setup({ replaceLogging: true })).error).toBeUndefined()
      await body(world, theirs)
    })
  const back = async (world: World, theirs: object) => {
    expect((await world.cleanup()).error).toBeUndefined()
    expect(configOf(world)).toEqual(theirs)
  }

  test.each([
    ['cleanup --only 2', { only: ['2'] }],
    ['cleanup --skip 3', { skip: ['3'] }],
    ['cleanup --skip logging --include-adopted', { skip: ['logging'], includeAdopted: true }],
  ])('%s stops before what keeps it, and the next cleanup puts it back', (_, options) =>
    replaced(async (world, theirs) => {
      const { error, report } = await world.cleanup(options)
      expect(error).toMatchObject({ kind: 'partial' })
      expect(report.resources.find(({ type }) => type === 's3-bucket')).toMatchObject({
        outcome: 'failed',
        error: { hint: expect.stringContaining('step 3') },
      })
      await back(world, theirs)
    }),
  )

  test.each([
    ['all but the configuration', { skip: ['3'] }],
    ['the role alone', { only: ['1'] }],
  ])('what the configuration of ours that stays still uses stays, too: %s', (_, options) =>
    inWorld({ isSetUp: true }, async (world) => {
      const { error, report } = await world.cleanup(options)
      expect(error).toMatchObject({ kind: 'partial' })
      const delivery = report.resources.filter(({ type }) => ['iam-role', 's3-bucket', 'log-group'].includes(type))
      for (const { outcome, error } of delivery) {
        expect([outcome, error?.message, error?.hint]).toEqual([
          'failed',
          expect.stringContaining('the logging configuration in us-east-1, which stays, uses it'),
          expect.stringContaining('step 3'),
        ])
      }
      expect(delivery).toHaveLength('skip' in options ? 3 : 1)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(configOf(world)).toBeUndefined()
    }),
  )

  test('the role stays beside what keeps a configuration that stood before', () =>
    replaced(async (world, theirs) => {
      const { report } = await world.cleanup({ skip: ['3'] })
      expect(report.resources.find(({ type }) => type === 'iam-role')).toMatchObject({
        outcome: 'failed',
        error: { message: expect.stringContaining('which stays, uses it') },
      })
      await back(world, theirs)
    }))

  test('an emptied bucket, another bucket name, and a second setup', () =>
    replaced(async (world, theirs) => {
      const bucket = `bedrock-logs-${world.env.accountId}`
      const { s3 } = world.cx.aws
      const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))
      const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }))
      await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
      expect((await world.setup()).error).toBeUndefined()
      const elsewhere = { bucketName: 'another-bucket-name' }
      expect(await errorOf(world.setup({}, undefined, elsewhere))).toMatchObject({ kind: 'blocked' })
      // What setup remembers tells whose it is, whatever bucket this run is told of.
      expect((await world.cleanup({}, undefined, elsewhere)).error).toBeUndefined()
      expect(configOf(world)).toEqual(theirs)
      await back(world, theirs)
    }))

  test('the bucket is gone, or the log group is: the other keeps it still', () =>
    replaced(async (world, theirs) => {
      const bucket = `bedrock-logs-${world.env.accountId}`
      await world.cx.aws.s3.send(
        new PutBucketTaggingCommand({
          Bucket: bucket,
          Tagging: { TagSet: [{ Key: 'managed-by', Value: 'bedrock-monitor' }] },
        }),
      )
      await back(world, theirs)
      await world.setup({ replaceLogging: true })
      const { aws } = world.cx
      await aws.logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }))
      await aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))
      await back(world, theirs)
    }))

  test('another prefix of ours is no configuration to put back', () =>
    replaced(async (world, theirs) => {
      const other = { keyPrefix: 'other' }
      expect((await world.setup({ replaceLogging: true }, undefined, other)).error).toBeUndefined()
      expect((await world.cleanup({}, undefined, other)).error).toBeUndefined()
      expect(configOf(world)).toEqual(theirs)
    }))

  test('nor is it where log group and bucket are theirs, and the role is ours', () =>
    inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
      const { aws } = world.cx
      await aws.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))
      await aws.s3.send(new CreateBucketCommand({ Bucket: `bedrock-logs-${ACCOUNT}` }))
      const before = withoutMarks(await inventory(world.cx))
      expect((await world.setup({}, undefined, { keyPrefix: 'other' })).error).toBeUndefined()
      expect((await world.setup({ replaceLogging: true })).error).toBeUndefined()
      expect((await world.cleanup()).error).toBeUndefined()
      expect(withoutMarks(await inventory(world.cx))).toEqual(before)
    }))

  test('somebody has configured logging anew: his stays, and what was kept is told', () =>
    replaced(async (world) => {
      const anew = { s3Config: { bucketName: AUDIT, keyPrefix: 'new' }, textDataDeliveryEnabled: false }
      await world.cx.aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: anew }))
      const before = configOf(world)
      await world.cleanup()
      expect(configOf(world)).toEqual(before)
      const told = world.events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []))
      expect(told.find(({ code }) => code === 'logging-not-restored')?.message).toContain('TheirLoggingRole')
    }))
})

describe('between the plan and the answer to its question', () => {
  /** Somebody who takes his time to say yes, while another changes things. */
  const slowly = (world: World, meanwhile: () => Promise<unknown>): Interaction => ({
    showPlan: () => {},
    async confirm() {
      await meanwhile()
      world.pass(11_000)
      return true
    },
    recover: async () => 'skip',
  })

  test("somebody's fresh logging configuration is not replaced", () =>
    inWorld({}, async (world) => {
      let theirs: object = {}
      const ask = slowly(world, async () => {
        theirs = await handMade(world)
      })
      const { error, report } = await world.setup({ yes: false, replaceLogging: true }, undefined, undefined, ask)
      expect(error).toMatchObject({ kind: 'partial' })
      const logging = report.resources.find(({ type }) => type === 'invocation-logging')
      // What it needs has changed, too: the log group is somebody's by now.
      expect(logging).toMatchObject({ outcome: 'not-run' })
      expect(configOf(world)).toEqual(theirs)
    }))

  test('a statement that was added to the trust stays, and a retention that was set', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { aws } = world.cx
      await aws.logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 14 }))
      const role = world.sandbox.services.iam.roles.get(ROLE)
      role.trust = document(lambda)
      const ask = slowly(world, async () => {
        role.trust = document(assume({ Effect: 'Deny', Sid: 'New' }))
        await aws.logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 365 }))
      })
      const { error } = await world.setup({ yes: false }, undefined, undefined, ask)
      expect(error).toMatchObject({ kind: 'partial' })
      const found = await inventory(world.cx)
      expect(found.groups?.[GROUP]).toMatchObject({ retention: 365 })
      expect(JSON.stringify(found.roles?.[ROLE])).toContain('"New"')
    }))

  test('what clean-up planned to remove and is somebody else’s by then stays', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const resourceArn = `arn:aws:logs:us-east-1:${world.env.accountId}:log-group:${GROUP}`
      const ask = slowly(world, () =>
        world.cx.aws.logs.send(new TagResourceCommand({ resourceArn, tags: { 'managed-by': 'us-now' } })),
      )
      const { error } = await world.cleanup({ yes: false }, undefined, undefined, ask)
      expect(error).toMatchObject({ kind: 'partial' })
      expect(names(await inventory(world.cx)).groups).toEqual([GROUP])
    }))
})

test('an alarm that told the topic before there was one is put back so, and the topic goes all the same', () =>
  inWorld({}, async (world) => {
    const { cloudwatch } = world.cx.aws
    const topic = `arn:aws:sns:us-east-1:${world.env.accountId}:bedrock-usage-alerts`
    const theirs = {
      AlarmName: 'Bedrock-UnusualInvocationSpike',
      Namespace: 'AWS/Bedrock',
      MetricName: 'Invocations',
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 1,
      Threshold: 77,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [topic],
    } satisfies PutMetricAlarmCommandInput
    await cloudwatch.send(new PutMetricAlarmCommand(theirs))
    expect((await world.setup({ adopt: true })).error).toBeUndefined()
    const ask: Interaction = { showPlan: () => {}, confirm: async () => true, recover: async () => 'skip' }
    expect((await world.cleanup({ yes: false }, undefined, undefined, ask)).error).toBeUndefined()
    const { alarms, topics } = await inventory(world.cx)
    expect([Object.keys(alarms ?? {}), topics]).toEqual([[theirs.AlarmName], {}])
    expect(alarms?.[theirs.AlarmName]).toMatchObject({ AlarmActions: [topic], OKActions: [] })
  }))

describe('shortening what holds data', () => {
  const DAY = 86_400_000

  test('needs a word of its own, and is told before', () =>
    inWorld({ settings: { retentionDays: 90 }, isSetUp: true }, async (world) => {
      world.pass(40 * DAY)
      world.sandbox.calls.length = 0
      const shorter = { retentionDays: 30 } as const
      const error = await errorOf(world.setup({}, undefined, shorter))
      expect(error).toMatchObject({ kind: 'usage', hint: expect.stringContaining('--shorten-retention') })
      expect(error?.message).toContain('90 days')
      expect(writingCalls(world)).toEqual([])
      expect((await world.setup({ shortenRetention: true }, undefined, shorter)).error).toBeUndefined()
    }))

  test('is asked for, and no leaves all as it was', () =>
    inWorld({ settings: { retentionDays: 90 }, isSetUp: true }, async (world) => {
      world.pass(40 * DAY)
      const asked: string[] = []
      const ask: Interaction = {
        showPlan: () => {},
        confirm: async (question) => asked.push(question) < 2,
        recover: async () => 'skip',
      }
      const { error } = await world.setup({ yes: false }, undefined, { retentionDays: 30 }, ask)
      expect(error).toMatchObject({ code: 'Declined' })
      expect(asked).toEqual(['apply', 'shorten'])
      expect((await inventory(world.cx)).groups?.[GROUP]).toMatchObject({ retention: 90 })
    }))

  test('of a group that holds nothing so old is no loss', () =>
    inWorld({ settings: { retentionDays: 90 }, isSetUp: true }, async (world) => {
      expect((await world.setup({}, undefined, { retentionDays: 30 })).error).toBeUndefined()
    }))
})
