import { GetDashboardCommand, PutDashboardCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  AttachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3'
import {
  GetTopicAttributesCommand,
  ListTagsForResourceCommand as ListTopicTagsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import { inventory, names } from '../support/inventory.ts'
import { arrange, type Scripted } from '../support/prior-state.ts'
import { inWorld, type World, writingCalls } from '../support/world.ts'

/** Brings a thing of others into the account, sets up, and gives the plan that was shown before and what stands after. */
async function adopt(world: World, ...scripted: Scripted[]) {
  await arrange(world, { scripted, foreignLogging: false })
  world.sandbox.calls.length = 0
  const plan = (await world.setup({ dryRun: true })).report
  expect(writingCalls(world)).toEqual([])
  expect((await world.setup()).error).toBeUndefined()
  return plan
}

const planned = (plan: Awaited<ReturnType<typeof adopt>>, type: string) => {
  const item = plan.resources.find((resource) => resource.type === type)
  return { action: item?.action, paths: item?.changes.map(({ path }) => path) }
}

const bucketOf = ({ env }: World) => ({ Bucket: `bedrock-logs-${env.accountId}` })
const topicOf = ({ env }: World) => `arn:aws:sns:us-east-1:${env.accountId}:bedrock-usage-alerts`

describe("others' things of our names are adopted: the plan shows it, and nothing of theirs is lost", () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess'
  const roleIn = ({ report }: Awaited<ReturnType<World['cleanup']>>) =>
    report.resources.find(({ type }) => type === 'iam-role')

  test('a role with attached policies, policies of its own and a trust for somebody else', () =>
    inWorld({}, async (world) => {
      const RoleName = world.env.settings.roleName
      const { aws } = world.cx
      await arrange(world, { scripted: ['role'], foreignLogging: false })
      const role = world.sandbox.services.iam.roles.get(RoleName)
      const lambda = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
      role.trust = JSON.stringify({ Version: '2012-10-17', Statement: [JSON.parse(role.trust).Statement[0], lambda] })
      const plan = (await world.setup({ dryRun: true })).report
      expect(planned(plan, 'iam-role')).toEqual({ action: 'update', paths: ['policy.Statement', 'regions', 'owner'] })
      expect((await world.setup()).error).toBeUndefined()
      const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName }))
      const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))
      expect(JSON.stringify(trust)).toContain('lambda.amazonaws.com')
      expect((await aws.iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toContain('Theirs')
      expect((await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toHaveLength(1)
      await world.cleanup()
      expect((await aws.iam.send(new GetRoleCommand({ RoleName }))).Role).toBeDefined()
      const message = expect.stringContaining('policies that are not ours: policy Theirs')
      expect(roleIn(await world.cleanup({ includeAdopted: true }))?.error).toMatchObject({ message })
      expect((await world.cleanup({ includeAdopted: true, includeOthers: true })).error).toBeUndefined()
    }))

  test('a role of ours to which others gave policies, or that is in an instance profile, is held back and says so', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const RoleName = world.env.settings.roleName
      const { iam } = world.cx.aws
      const PolicyDocument = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Theirs', PolicyDocument }))
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
      const { profiles } = world.sandbox.services.iam.roles.get(RoleName)
      profiles.add('their-machines')
      const names = async () => (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames?.sort()
      const before = await names()
      const reason = `role ${RoleName} is in instance profiles: their-machines`
      expect(roleIn(await world.cleanup({ dryRun: true, includeOthers: true }))).toMatchObject({ reason })
      profiles.clear()
      const held = await world.cleanup()
      expect(held.error).toMatchObject({ kind: 'partial' })
      const message = `has policies that are not ours: policy Theirs, ${PolicyArn}`
      const hint = expect.stringContaining('--include-others')
      expect(roleIn(held)?.error).toMatchObject({ message: expect.stringContaining(message), hint })
      expect(await names()).toEqual(before)
      expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
      await expect(names()).rejects.toMatchObject({ code: expect.stringMatching(/^NoSuchEntity/) })
    }))

  test("a role's policies under names that the settings had before are ours, and go with it", () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { iam } = world.cx.aws
      const RoleName = world.env.settings.roleName
      expect((await world.setup({}, undefined, { rolePolicyName: 'Other' })).error).toBeUndefined()
      expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toHaveLength(2)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))

  test('a policy that is attached while the question stands is not detached with the role', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const RoleName = world.env.settings.roleName
      const { iam } = world.cx.aws
      const result = await world.cleanup({ yes: false, includeOthers: true }, undefined, undefined, {
        showPlan: () => {},
        async confirm() {
          await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
          return true
        },
        recover: async () => 'skip',
      })
      expect(roleIn(result)?.error).toMatchObject({
        code: 'ChangedSincePlan',
        message: expect.stringContaining(PolicyArn),
      })
      expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toHaveLength(1)
    }))

  test('a bucket with objects, tags, policy statements and lifecycle rules', () =>
    inWorld({}, async (world) => {
      const { s3 } = world.cx.aws
      const target = bucketOf(world)
      await arrange(world, { scripted: ['bucket'], foreignLogging: false })
      const theirs = { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 3 } } as const
      const LifecycleConfiguration = { Rules: [theirs] }
      await s3.send(new PutBucketLifecycleConfigurationCommand({ ...target, LifecycleConfiguration }))
      const plan = (await world.setup({ dryRun: true })).report
      expect(planned(plan, 's3-bucket')).toEqual({
        action: 'update',
        paths: ['policy.Statement', 'owner'],
      })
      for (const step of [() => world.setup(), () => world.cleanup()]) {
        expect((await step()).error).toBeUndefined()
        const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand(target))
        expect(Rules).toContainEqual(expect.objectContaining(theirs))
        expect((await s3.send(new GetBucketPolicyCommand(target))).Policy).toContain('"Theirs"')
        expect((await s3.send(new GetBucketTaggingCommand(target))).TagSet).toContainEqual({
          Key: 'team',
          Value: 'theirs',
        })
        const { Contents } = await s3.send(new ListObjectsV2Command(target))
        expect(Contents?.map(({ Key }) => Key)).toContain('theirs.txt')
      }
    }))

  test('a log group that never expires', () =>
    inWorld({}, async (world) => {
      const plan = await adopt(world, 'log-group')
      expect(planned(plan, 'log-group')).toEqual({ action: 'update', paths: ['owner'] })
      const resourceArn = `arn:aws:logs:us-east-1:${world.env.accountId}:log-group:/aws/bedrock/modelinvocations`
      const { tags } = await world.cx.aws.logs.send(new ListTagsForResourceCommand({ resourceArn }))
      expect(tags).toMatchObject({ 'bedrock-monitor:adopted': 'true' })
    }))

  test('a topic with other tags and a policy of its own', () =>
    inWorld({}, async (world) => {
      const ResourceArn = topicOf(world)
      await arrange(world, { scripted: ['topic'], foreignLogging: false })
      const { sns } = world.cx.aws
      await sns.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'team', Value: 'theirs' }] }))
      const before = await sns.send(new GetTopicAttributesCommand({ TopicArn: ResourceArn }))
      const { report, error } = await world.setup()
      expect(error).toBeUndefined()
      expect(planned(report, 'sns-topic')).toEqual({ action: 'update', paths: ['owner'] })
      const { Tags } = await sns.send(new ListTopicTagsCommand({ ResourceArn }))
      expect(Tags).toContainEqual({ Key: 'team', Value: 'theirs' })
      const after = await sns.send(new GetTopicAttributesCommand({ TopicArn: ResourceArn }))
      const statements = (policy = '{"Statement":[]}') => JSON.parse(policy).Statement as { Sid: string }[]
      const sids = statements(after.Attributes?.Policy).map(({ Sid }) => Sid)
      // SNS's own policy lets the account's alarms publish already.
      expect(sids).toEqual(statements(before.Attributes?.Policy).map(({ Sid }) => Sid))
    }))

  test('an alarm with actions of its own', () =>
    inWorld({}, async (world) => {
      const plan = await adopt(world, 'alarm')
      const { action, paths } = planned(
        { ...plan, resources: plan.resources.filter(({ name }) => name === 'Bedrock-HighLatency') },
        'alarm',
      )
      expect(action).toBe('update')
      expect(paths).toEqual(['alarmActions', 'okActions', 'owner'])
      const alarm = (await world.status()).report.resources.find(({ name }) => name === 'Bedrock-HighLatency')
      expect(alarm?.changes).toEqual([])
    }))
})

describe('what others add to ours stays', () => {
  test('an action on an alarm', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { cloudwatch } = world.cx.aws
      const pager = `arn:aws:sns:us-east-1:${world.env.accountId}:pager`
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: 'Bedrock-HighLatency',
          Namespace: 'AWS/Bedrock',
          MetricName: 'InvocationLatency',
          Statistic: 'Average',
          Period: 300,
          EvaluationPeriods: 2,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          AlarmActions: [topicOf(world), pager],
          InsufficientDataActions: [pager],
        }),
      )
      const { report } = await world.setup()
      const changes = report.resources.find(({ name }) => name === 'Bedrock-HighLatency')?.changes
      expect(changes?.map(({ path }) => path)).not.toContain('alarmActions')
      expect((await world.status()).report.ok).toBe(true)
    }))

  const note = { type: 'text', x: 6, y: 0, width: 6, height: 3, properties: { markdown: 'call Ada at night' } } as const

  async function body({ cx, env }: World) {
    const DashboardName = env.settings.dashboardName
    const { DashboardBody = '{}' } = await cx.aws.cloudwatch.send(new GetDashboardCommand({ DashboardName }))
    return JSON.parse(DashboardBody) as { widgets: (typeof note)[]; [other: string]: unknown }
  }
  async function edit(world: World, change: (had: Awaited<ReturnType<typeof body>>) => object) {
    const DashboardName = world.env.settings.dashboardName
    const DashboardBody = JSON.stringify(change(await body(world)))
    await world.cx.aws.cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }))
  }

  test('a widget on the dashboard, below ours, and a moved widget of ours goes back', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const ours = (await body(world)).widgets.length
      await edit(world, ({ widgets }) => ({
        periodOverride: 'inherit',
        widgets: [note, ...widgets.map((w) => ({ ...w, x: 0 }))],
      }))
      expect((await world.setup()).error).toBeUndefined()
      const after = await body(world)
      expect(after.periodOverride).toBe('inherit')
      expect(after.widgets).toHaveLength(ours + 1)
      expect(after.widgets.at(-1)).toMatchObject({ ...note, y: expect.any(Number) })
      expect((await world.status()).report.ok).toBe(true)
    }))

  test('a widget of ours that says whose the dashboard is comes back, and no other one twice', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const before = await body(world)
      await edit(world, ({ widgets }) => ({ widgets: widgets.slice(1) }))
      expect((await world.setup()).error).toBeUndefined()
      expect(await body(world)).toEqual(before)
      await edit(world, ({ widgets }) => ({ widgets: widgets.slice(1) }))
      expect((await world.cleanup()).error).toBeUndefined()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))

  test('and outlives cleanup, which takes our widgets out and leaves the dashboard to them', () =>
    inWorld({ isSetUp: true }, async (world) => {
      await edit(world, ({ widgets }) => ({ widgets: [...widgets, { ...note, y: 99 }] }))
      const { report, error } = await world.cleanup()
      expect(error).toBeUndefined()
      expect(planned(report, 'dashboard')).toEqual({ action: 'update', paths: ['widgets'] })
      expect((await body(world)).widgets).toEqual([{ ...note, y: 99 }])
      const again = await world.cleanup()
      expect(again.report.resources.find(({ type }) => type === 'dashboard')?.outcome).toBe('skipped')
    }))
})
