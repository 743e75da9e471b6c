import { CreateNamedQueryCommand } from '@aws-sdk/client-athena'
import {
  type Export,
  GetExportCommand,
  ListExportsCommand,
  UpdateExportCommand,
} from '@aws-sdk/client-bcm-data-exports'
import { PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import {
  type Budget,
  CreateNotificationCommand,
  DescribeBudgetCommand,
  UpdateBudgetCommand,
} from '@aws-sdk/client-budgets'
import { PutDashboardCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { CreateTableCommand } from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns'
import { expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import type { Interaction } from '../../src/steps/0-orchestrator.ts'
import { inventory } from '../support/inventory.ts'
import { arrange, priorStates } from '../support/prior-state.ts'
import { SHARE } from '../support/share.ts'
import { errorOf, inWorld, type World } from '../support/world.ts'

jest.setTimeout(240_000)

const RUNS = { numRuns: SHARE.runs(25) }
const HIS = 'his-own-doing'

const bucketOf = ({ env }: World) => `bedrock-logs-${env.accountId}`
const topicOf = ({ env }: World) => `arn:aws:sns:us-east-1:${env.accountId}:bedrock-usage-alerts`
const statement = (more: object) => ({ Sid: 'HisOwnDoing', Effect: 'Deny', ...more })
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

interface Doing {
  do(world: World): Promise<unknown>
  mark: string
  kind: string
}

/** What another party may do to anything of our names at any time, and how it is seen that it still holds. */
const DOINGS: Record<string, Doing> = {
  'a trust policy': {
    kind: 'roles',
    mark: 'HisOwnDoing',
    async do({ cx: { aws }, env: { settings } }) {
      const RoleName = settings.roleName
      const Principal = { Service: 'lambda.amazonaws.com' }
      const PolicyDocument = document(statement({ Principal, Action: 'sts:AssumeRole' }))
      const create = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: PolicyDocument })
      await aws.iam
        .send(create)
        .catch(() => aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })))
    },
  },
  'a statement in the policy of the role': {
    kind: 'roles',
    mark: 'HisOwnDoing',
    async do({ cx: { aws }, env: { settings } }) {
      const RoleName = settings.roleName
      const trust = document({
        Effect: 'Allow',
        Principal: { Service: 'bedrock.amazonaws.com' },
        Action: 'sts:AssumeRole',
      })
      await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust })).catch(() => {})
      const PolicyDocument = document(statement({ Action: 's3:*', Resource: '*' }))
      await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: settings.rolePolicyName, PolicyDocument }))
    },
  },
  'a statement in the bucket policy': {
    kind: 'buckets',
    mark: 'HisOwnDoing',
    async do(world) {
      const { s3 } = world.cx.aws
      const Bucket = bucketOf(world)
      await s3.send(new CreateBucketCommand({ Bucket }))
      const found = await s3.send(new GetBucketPolicyCommand({ Bucket })).catch(() => ({ Policy: document() }))
      const { Statement } = JSON.parse(found.Policy ?? '{}') as { Statement: object[] }
      const his = statement({ Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/x/*` })
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: document(...Statement, his) }))
    },
  },
  'a lifecycle rule': {
    kind: 'buckets',
    mark: HIS,
    async do(world) {
      const { s3 } = world.cx.aws
      const Bucket = bucketOf(world)
      await s3.send(new CreateBucketCommand({ Bucket }))
      const Rules = [{ ID: HIS, Status: 'Enabled' as const, Filter: { Prefix: 'x/' }, Expiration: { Days: 3 } }]
      await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
    },
  },
  'an object in the bucket': {
    kind: 'buckets',
    mark: HIS,
    async do(world) {
      const { s3 } = world.cx.aws
      const Bucket = bucketOf(world)
      await s3.send(new CreateBucketCommand({ Bucket }))
      await s3.send(new PutObjectCommand({ Bucket, Key: HIS, Body: 'x' }))
    },
  },
  'a retention': {
    kind: 'groups',
    mark: '"retention":3653',
    async do({ cx: { aws }, env: { settings } }) {
      const { logGroupName } = settings
      await aws.logs.send(new CreateLogGroupCommand({ logGroupName })).catch(() => {})
      await aws.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 3653 }))
    },
  },
  'a dashboard': {
    kind: 'dashboards',
    mark: HIS,
    async do({ cx: { aws }, env: { settings } }) {
      const widgets = [{ type: 'text', x: 0, y: 0, width: 6, height: 3, properties: { markdown: HIS } }]
      const DashboardBody = JSON.stringify({ widgets })
      await aws.cloudwatch.send(new PutDashboardCommand({ DashboardName: settings.dashboardName, DashboardBody }))
    },
  },
  'an alarm': {
    kind: 'alarms',
    mark: HIS,
    async do(world) {
      await world.cx.aws.cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: 'Bedrock-HighLatency',
          AlarmDescription: HIS,
          Namespace: 'AWS/Bedrock',
          MetricName: 'InvocationLatency',
          Statistic: 'Average',
          Period: 60,
          EvaluationPeriods: 7,
          Threshold: 77,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      )
    },
  },
  'a topic policy': {
    kind: 'topics',
    mark: 'HisOwnDoing',
    async do(world) {
      const { sns } = world.cx.aws
      await sns.send(new CreateTopicCommand({ Name: 'bedrock-usage-alerts' })).catch(() => {})
      const his = statement({ Principal: { AWS: '*' }, Action: 'sns:Subscribe', Resource: topicOf(world) })
      const put = { TopicArn: topicOf(world), AttributeName: 'Policy', AttributeValue: document(his) }
      await sns.send(new SetTopicAttributesCommand(put))
    },
  },
  'a logging configuration': {
    kind: 'logging',
    mark: HIS,
    async do(world) {
      const { s3, bedrock } = world.cx.aws
      await s3.send(new CreateBucketCommand({ Bucket: HIS }))
      const allow = {
        Effect: 'Allow',
        Principal: { Service: 'bedrock.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${HIS}/*`,
      }
      await s3.send(new PutBucketPolicyCommand({ Bucket: HIS, Policy: document(allow) }))
      const loggingConfig = { s3Config: { bucketName: HIS }, textDataDeliveryEnabled: true }
      await bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
    },
  },
}

const doings = fc.constantFrom(...Object.keys(DOINGS))

async function stands(world: World, name: string): Promise<boolean> {
  const { kind, mark } = DOINGS[name] ?? { kind: '', mark: '' }
  return JSON.stringify((await inventory(world.cx))[kind] ?? {}).includes(mark)
}

/** How a person goes about it: how long he takes for each answer, and how often he has a failure tried again. */
const people = fc.record({ takesMs: fc.constantFrom(0, 10_001), retries: fc.integer({ min: 0, max: 2 }) })
type Person = typeof people extends fc.Arbitrary<infer Each> ? Each : never

/** A person who says yes to all but the deletion of others' data, after another has done something. */
const meanwhile = (world: World, name: string, { takesMs, retries }: Person): Interaction => {
  let done = false
  let left = retries
  return {
    showPlan: () => {},
    async confirm(question) {
      if (!done) await DOINGS[name]?.do(world)
      done = true
      world.pass(takesMs)
      return question !== 'remove-others'
    },
    async recover() {
      world.pass(takesMs)
      left -= 1
      return left >= 0 ? 'retry' : 'skip'
    },
  }
}

test('what somebody does while the question of setup stands is not undone', () =>
  fc.assert(
    fc.asyncProperty(priorStates, doings, people, (prior, name, person) =>
      inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
        await arrange(world, prior)
        const ask = meanwhile(world, name, person)
        await errorOf(world.setup({ yes: false, replaceLogging: true }, undefined, undefined, ask))
        expect({ name, stands: await stands(world, name) }).toEqual({ name, stands: true })
      }),
    ),
    RUNS,
  ))

test('nor what he does while that of cleanup stands', () =>
  fc.assert(
    fc.asyncProperty(priorStates, doings, people, (prior, name, person) =>
      inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
        await arrange(world, prior)
        await world.setup({ replaceLogging: true })
        await errorOf(world.cleanup({ yes: false }, undefined, undefined, meanwhile(world, name, person)))
        expect({ name, stands: await stands(world, name) }).toEqual({ name, stands: true })
      }),
    ),
    RUNS,
  ))

/** What is ours to set, on things of ours: setup brings these back, and cleanup takes them with it. */
const OURS = ['a retention', 'an alarm', 'a dashboard']

test('what he does before setup outlives setup and cleanup', () =>
  fc.assert(
    fc.asyncProperty(fc.uniqueArray(doings, { minLength: 1, maxLength: 4 }), (names) =>
      inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
        for (const name of names) await DOINGS[name]?.do(world)
        await errorOf(world.setup({ replaceLogging: true, adopt: true }))
        await errorOf(world.cleanup())
        for (const name of names) expect({ name, stands: await stands(world, name) }).toEqual({ name, stands: true })
      }),
    ),
    RUNS,
  ))

test('what he adds between two setups outlives the second', () =>
  fc.assert(
    fc.asyncProperty(
      doings.filter((name) => !OURS.includes(name)),
      (name) =>
        inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
          await world.setup()
          await DOINGS[name]?.do(world)
          await errorOf(world.setup())
          expect({ name, stands: await stands(world, name) }).toEqual({ name, stands: true })
        }),
    ),
    { numRuns: SHARE.runs(20) },
  ))

const exportBucketOf = ({ env }: World) => `bedrock-billing-${env.accountId}`
const putIn = ({ cx: { aws } }: World, Bucket: string) =>
  aws.s3.send(new PutObjectCommand({ Bucket, Key: HIS, Body: 'x' }))
const ofBudget = ({ env }: World) => ({ AccountId: env.accountId, BudgetName: env.settings.budgetName })

/** The same with what setup makes on request alone. */
const MORE_DOINGS: Record<string, Doing> = {
  'a column of the export': {
    kind: 'exports',
    mark: 'product_comment',
    async do({ cx: { aws } }) {
      const { Exports: [{ ExportArn } = {}] = [] } = await aws.exports.send(new ListExportsCommand({}))
      const { Export } = await aws.exports.send(new GetExportCommand({ ExportArn }))
      const DataQuery = { ...Export?.DataQuery, QueryStatement: 'SELECT product_comment FROM COST_AND_USAGE_REPORT' }
      await aws.exports.send(new UpdateExportCommand({ ExportArn, Export: { ...Export, DataQuery } as Export }))
    },
  },
  'an object beside the bill': { kind: 'buckets', mark: HIS, do: (world) => putIn(world, exportBucketOf(world)) },
  'a subscription': {
    kind: 'topics',
    mark: 'his@example.com',
    do: (world) =>
      world.cx.aws.sns.send(
        new SubscribeCommand({ TopicArn: topicOf(world), Protocol: 'email', Endpoint: 'his@example.com' }),
      ),
  },
  'a notification of the budget': {
    kind: 'budgets',
    mark: '"Threshold":77',
    do: (world) =>
      world.cx.aws.budgets.send(
        new CreateNotificationCommand({
          ...ofBudget(world),
          Notification: { NotificationType: 'ACTUAL', ComparisonOperator: 'GREATER_THAN', Threshold: 77 },
          Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'his@example.com' }],
        }),
      ),
  },
  'the limit of the budget': {
    kind: 'budgets',
    mark: '777',
    async do(world) {
      const { budgets } = world.cx.aws
      const { Budget } = await budgets.send(new DescribeBudgetCommand(ofBudget(world)))
      const NewBudget = { ...Budget, BudgetLimit: { Amount: '777', Unit: 'USD' } } as Budget
      await budgets.send(new UpdateBudgetCommand({ AccountId: world.env.accountId, NewBudget }))
    },
  },
  'a table in the database': {
    kind: 'databases',
    mark: HIS,
    do: ({ cx: { aws }, env: { settings } }) =>
      aws.glue.send(new CreateTableCommand({ DatabaseName: settings.lakeDatabase, TableInput: { Name: HIS } })),
  },
  'a query in the workgroup': {
    kind: 'workGroups',
    mark: HIS,
    do: ({ cx: { aws }, env: { settings } }) =>
      aws.athena.send(
        new CreateNamedQueryCommand({
          Name: HIS,
          Database: settings.lakeDatabase,
          QueryString: 'SELECT 1',
          WorkGroup: settings.lakeWorkgroup,
        }),
      ),
  },
}

test('what he does to what setup makes on request, while a question stands, is not undone either', () =>
  inWorld(
    { settings: { alarms: 'minimal', billingExport: true, lake: true, budgetUsd: 50 }, isSetUp: true },
    async (world) => {
      // There is something to ask about.
      await world.cx.aws.logs.send(new DeleteLogGroupCommand({ logGroupName: world.env.settings.logGroupName }))
      const done = new Set<string>()
      const ask = (doings: Record<string, Doing>): Interaction => ({
        showPlan: () => {},
        async confirm(question) {
          for (const [name, doing] of Object.entries(doings)) {
            if (!done.has(name)) await doing.do(world)
            done.add(name)
          }
          return question !== 'remove-others'
        },
        recover: async () => 'skip',
      })
      const lost = async () => {
        const all = await inventory(world.cx)
        return [...done].filter(
          (name) => !JSON.stringify(all[MORE_DOINGS[name]?.kind ?? '']).includes(MORE_DOINGS[name]?.mark ?? ''),
        )
      }
      const isOfSetup = (name: string) => name === 'a column of the export' || name === 'the limit of the budget'
      const of = (wanted: boolean) =>
        Object.fromEntries(Object.entries(MORE_DOINGS).filter(([name]) => isOfSetup(name) === wanted))
      await errorOf(world.setup({ yes: false }, undefined, undefined, ask(of(true))))
      expect([done.size, await lost()]).toEqual([2, []])
      await errorOf(world.setup())
      done.clear()
      await errorOf(world.cleanup({ yes: false }, undefined, undefined, ask(MORE_DOINGS)))
      expect([done.size, await lost()]).toEqual([Object.keys(MORE_DOINGS).length, []])
    },
  ))
