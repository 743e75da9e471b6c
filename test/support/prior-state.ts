import { CreateNamedQueryCommand, CreateWorkGroupCommand } from '@aws-sdk/client-athena'
import { CreateExportCommand } from '@aws-sdk/client-bcm-data-exports'
import { PutModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { CreateBudgetCommand } from '@aws-sdk/client-budgets'
import {
  PutAnomalyDetectorCommand,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import { CreateLogGroupCommand, PutQueryDefinitionCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue'
import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import fc from 'fast-check'
import { desiredExport, exportInput } from '../../src/steps/billing/export-state.ts'
import { desiredTable, tableInput } from '../../src/steps/lake/table-state.ts'
import type { World } from './world.ts'

/**
 * The things of our names that may stand in an account before the program comes, without our tag: made as the shell scripts
 * made them, or by hand.
 */
export const SCRIPTED = [
  'role',
  'bucket',
  'log-group',
  'dashboard',
  'topic',
  'alarm',
  'composite-alarm',
  'budget',
  'billing-bucket',
  'billing-export',
  'database',
  'table',
  'workgroup',
] as const
export type Scripted = (typeof SCRIPTED)[number]

export interface PriorState {
  scripted: Scripted[]
  /** Somebody else's invocation logging, to a log group of his own. */
  foreignLogging: boolean
  /** Somebody else's things beside ours, of his own names. */
  others?: boolean
  /** Statements of his own under the Sids that ours have, in the policies of the things above. */
  ourSids?: boolean
}

export const priorStates: fc.Arbitrary<PriorState> = fc.record({
  scripted: fc.subarray([...SCRIPTED]),
  foreignLogging: fc.boolean(),
  others: fc.boolean(),
  ourSids: fc.boolean(),
})

const trust = (extra: object[] = []) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ...extra,
    ],
  })

const writeAnyLog = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }],
})

const builders: Record<Scripted, (world: World) => Promise<unknown>> = {
  async role({ cx: { aws }, env: { settings } }) {
    const RoleName = settings.roleName
    await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust() }))
    await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Theirs', PolicyDocument: writeAnyLog }))
    await aws.iam.send(
      new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess' }),
    )
  },
  async bucket({ cx: { aws }, env }) {
    const Bucket = `bedrock-logs-${env.accountId}`
    await aws.s3.send(new CreateBucketCommand({ Bucket }))
    const Resource = `arn:aws:s3:::${Bucket}/*`
    const theirs = {
      Sid: 'Theirs',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${env.accountId}:root` },
      Action: 's3:GetObject',
      Resource,
    }
    await aws.s3.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [theirs] }) }),
    )
    await aws.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'theirs' }] } }))
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'theirs.txt', Body: 'x' }))
  },
  'log-group': ({ cx: { aws }, env }) =>
    aws.logs.send(new CreateLogGroupCommand({ logGroupName: env.settings.logGroupName })),
  dashboard: ({ cx: { aws }, env }) =>
    aws.cloudwatch.send(
      new PutDashboardCommand({ DashboardName: env.settings.dashboardName, DashboardBody: '{"widgets":[]}' }),
    ),
  topic: ({ cx: { aws }, env }) => aws.sns.send(new CreateTopicCommand({ Name: env.settings.topicName })),
  alarm: ({ cx: { aws }, env }) =>
    aws.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'Bedrock-HighLatency',
        Namespace: 'AWS/Bedrock',
        MetricName: 'InvocationLatency',
        Statistic: 'Average',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [`arn:aws:sns:${env.region}:${env.accountId}:their-topic`],
      }),
    ),
  'composite-alarm': ({ cx: { aws } }) =>
    aws.cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'Bedrock-AnyAlarm', AlarmRule: 'FALSE' })),
  budget: (world) => makeBudget(world, world.env.settings.budgetName),
  async 'billing-bucket'({ cx: { aws }, env }) {
    const Bucket = `bedrock-billing-${env.accountId}`
    await aws.s3.send(new CreateBucketCommand({ Bucket }))
    await aws.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'theirs' }] } }))
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'theirs.txt', Body: 'x' }))
  },
  async 'billing-export'({ cx: { aws }, env }) {
    const Bucket = `bedrock-billing-${env.accountId}`
    const standing = await aws.s3.send(new ListBucketsCommand({}))
    if (!standing.Buckets?.some(({ Name }) => Name === Bucket)) await aws.s3.send(new CreateBucketCommand({ Bucket }))
    const theirs = {
      Sid: 'Theirs',
      Effect: 'Allow',
      Principal: { Service: ['billingreports.amazonaws.com', 'bcm-data-exports.amazonaws.com'] },
      Action: ['s3:PutObject', 's3:GetBucketPolicy'],
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      Condition: { StringLike: { 'aws:SourceAccount': env.accountId } },
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [theirs] })
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const ours = desiredExport(env)
    const properties = { ...ours.properties, TIME_GRANULARITY: 'HOURLY' }
    const Export = exportInput(env.settings.billingExportName, { ...ours, properties, folder: 'theirs' })
    await aws.exports.send(new CreateExportCommand({ Export: { ...Export, Description: 'made by hand' } }))
  },
  database: makeDatabase,
  /** As the statement in the documentation makes it, with a column of theirs. */
  async table(world) {
    await makeDatabase(world)
    const { env } = world
    const { lakeDatabase: DatabaseName, lakeTable } = env.settings
    const { StorageDescriptor, ...table } = tableInput(lakeTable, desiredTable(env), { team: 'theirs' })
    const Columns = [...(StorageDescriptor?.Columns ?? []), { Name: 'theirs', Type: 'string', Comment: 'of theirs' }]
    const TableInput = { ...table, StorageDescriptor: { ...StorageDescriptor, Columns }, Owner: 'hadoop' }
    await world.cx.aws.glue.send(new CreateTableCommand({ DatabaseName, TableInput }))
  },
  async workgroup({ cx: { aws }, env }) {
    const WorkGroup = env.settings.lakeWorkgroup
    const ResultConfiguration = { OutputLocation: 's3://their-answers/' }
    const limits = { EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 20_000_000 }
    await aws.athena.send(
      new CreateWorkGroupCommand({ Name: WorkGroup, Configuration: { ...limits, ResultConfiguration } }),
    )
    const query = { Name: 'tokens-by-model', Database: 'theirs', QueryString: 'SELECT 1', WorkGroup }
    await aws.athena.send(new CreateNamedQueryCommand(query))
  },
}

/** Somebody's database of our name, with a comment of his. */
async function makeDatabase({ cx: { aws }, env }: World) {
  const { lakeDatabase } = env.settings
  const DatabaseInput = { Name: lakeDatabase, Description: 'theirs', Parameters: { team: 'theirs' } }
  await aws.glue.send(new CreateDatabaseCommand({ DatabaseInput })).catch(() => {})
}

function makeBudget({ cx: { aws }, env }: World, BudgetName: string) {
  const BudgetLimit = { Amount: '7', Unit: 'USD' }
  const Budget = { BudgetName, BudgetLimit, BudgetType: 'COST', TimeUnit: 'MONTHLY' } as const
  return aws.budgets.send(new CreateBudgetCommand({ AccountId: env.accountId, Budget }))
}

export const FOREIGN_GROUP = '/somebody/elses/bedrock-log'

/** Brings a fresh account into a prior state. */
export async function arrange(
  world: World,
  { scripted, foreignLogging, others = false, ourSids = false }: PriorState,
): Promise<void> {
  for (const thing of scripted) await builders[thing](world)
  if (ourSids) useOurSids(world, scripted)
  if (foreignLogging) await arrangeForeignLogging(world)
  if (others) await arrangeOthers(world)
}

/** Puts a statement of somebody's under each of our Sids into whichever policies of our names stand. */
function useOurSids({ sandbox: { services }, env }: World, there: readonly Scripted[]): void {
  const { accountId, settings } = env
  const add = (document: string | undefined, ...more: object[]) => {
    const { Statement = [], ...head } = JSON.parse(document ?? '{"Version":"2012-10-17"}')
    return JSON.stringify({ ...head, Statement: [...Statement, ...more] })
  }
  const him = { AWS: `arn:aws:iam::${accountId}:root` }
  if (there.includes('role')) {
    const role = services.iam.roles.get(settings.roleName)
    const lambda = { Service: 'lambda.amazonaws.com' }
    const trusting = { Sid: 'BedrockMonitorTrust', Effect: 'Allow', Principal: lambda, Action: 'sts:AssumeRole' }
    role.trust = add(role.trust, trusting)
    const his = { Sid: 'BedrockMonitorWriteLogs', Effect: 'Deny', Action: 's3:*', Resource: '*' }
    role.policies.set(settings.rolePolicyName, add(role.policies.get(settings.rolePolicyName), his))
  }
  const name = `bedrock-logs-${accountId}`
  const bucket = services.s3.buckets.find(name)?.settings
  if (bucket) {
    const his = { Effect: 'Allow', Principal: him, Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/x/*` }
    const sids = ['BedrockMonitorLogsWrite', 'BedrockMonitorLogsWriteAdded', 'BedrockMonitorDenyInsecureTransport']
    bucket.policy = add(bucket.policy, ...sids.map((Sid) => ({ Sid, ...his })))
  }
  const topic = `arn:aws:sns:${env.region}:${accountId}:${settings.topicName}`
  const his = { Sid: 'BedrockMonitorAlarms', Effect: 'Allow', Principal: him, Action: 'sns:GetTopicAttributes' }
  // In place of the policy that topics are born with: ours has to be added.
  const policy = add(undefined, { ...his, Resource: topic })
  services.sns.topics(env.region).get(topic)?.attributes.set('Policy', policy)
}

/** Has the role of our name serve somebody else alone, with other statements under our policy's name. */
export function giveRoleToSomebody({ sandbox, env: { settings } }: World): void {
  const role = sandbox.services.iam.roles.get(settings.roleName)
  const lambda = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }
  role.trust = JSON.stringify({ Version: '2012-10-17', Statement: [lambda] })
  const his = { Effect: 'Deny', Action: 's3:*', Resource: '*' }
  role.policies.set(settings.rolePolicyName, JSON.stringify({ Version: '2012-10-17', Statement: [his] }))
}

/** One of each kind of which there may be several, and the very model that an alarm of ours would have learned. */
async function arrangeOthers(world: World): Promise<void> {
  const { cloudwatch, logs } = world.cx.aws
  const metric = { Namespace: 'AWS/Bedrock', MetricName: 'Invocations' }
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'theirs',
      ...metric,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  )
  await cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'theirs-too', AlarmRule: 'ALARM("theirs")' }))
  await cloudwatch.send(
    new PutAnomalyDetectorCommand({ SingleMetricAnomalyDetector: { ...metric, Dimensions: [], Stat: 'Sum' } }),
  )
  await logs.send(new PutQueryDefinitionCommand({ name: 'theirs/requests', queryString: 'stats count(*)' }))
  await makeBudget(world, 'theirs')
}

async function arrangeForeignLogging({ cx: { aws }, env }: World): Promise<void> {
  const RoleName = 'SomebodyElsesRole'
  await aws.logs.send(new CreateLogGroupCommand({ logGroupName: FOREIGN_GROUP }))
  await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust() }))
  await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'logs', PolicyDocument: writeAnyLog }))
  await aws.bedrock.send(
    new PutModelInvocationLoggingConfigurationCommand({
      loggingConfig: {
        cloudWatchConfig: { logGroupName: FOREIGN_GROUP, roleArn: `arn:aws:iam::${env.accountId}:role/${RoleName}` },
        textDataDeliveryEnabled: false,
        imageDataDeliveryEnabled: true,
        embeddingDataDeliveryEnabled: false,
        videoDataDeliveryEnabled: true,
        audioDataDeliveryEnabled: false,
      },
    }),
  )
}
