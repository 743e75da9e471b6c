import {
  BatchGetNamedQueryCommand,
  GetWorkGroupCommand,
  ListNamedQueriesCommand,
  ListWorkGroupsCommand,
  ListTagsForResourceCommand as ListWorkGroupTagsCommand,
} from '@aws-sdk/client-athena'
import {
  GetExportCommand,
  ListExportsCommand,
  ListTagsForResourceCommand as ListExportTagsCommand,
} from '@aws-sdk/client-bcm-data-exports'
import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import {
  DescribeBudgetsCommand,
  DescribeNotificationsForBudgetCommand,
  ListTagsForResourceCommand as ListBudgetTagsCommand,
} from '@aws-sdk/client-budgets'
import {
  DescribeAlarmsCommand,
  DescribeAnomalyDetectorsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand as ListAlarmTagsCommand,
  ListDashboardsCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  DescribeLogGroupsCommand,
  DescribeQueryDefinitionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { GetDatabasesCommand, GetTablesCommand } from '@aws-sdk/client-glue'
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam'
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  ListTagsForResourceCommand as ListTopicTagsCommand,
} from '@aws-sdk/client-sns'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { AwsContext } from '../../src/aws/context.ts'

/** Everything in the account, by service and name, as its owner would list it: with settings, without times. */
export type Inventory = Record<string, Record<string, unknown>>

const gone = () => undefined

export async function inventory(cx: AwsContext, region = 'us-east-1'): Promise<Inventory> {
  const { aws } = cx
  const { Account: accountId = '' } = await aws.sts.send(new GetCallerIdentityCommand({}))
  const { Roles = [] } = await aws.iam.send(new ListRolesCommand({}))
  const roles = await entries(
    Roles.map(({ RoleName = '' }) => RoleName),
    async (RoleName) => {
      const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName }))
      const { PolicyNames = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName }))
      const policies = await entries(PolicyNames, async (PolicyName) => {
        const { PolicyDocument } = await aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
        return documentOf(PolicyDocument)
      })
      const { AttachedPolicies } = await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
      return {
        path: Role?.Path,
        trust: documentOf(Role?.AssumeRolePolicyDocument),
        tags: sorted(Role?.Tags),
        policies,
        attached: AttachedPolicies,
      }
    },
  )

  const { Buckets = [] } = await aws.s3.send(new ListBucketsCommand({}))
  const buckets = await entries(
    Buckets.map(({ Name = '' }) => Name),
    async (Bucket) => {
      const { LocationConstraint } = await aws.s3.send(new GetBucketLocationCommand({ Bucket }))
      const { s3 } = cx.in(LocationConstraint || 'us-east-1').aws
      return {
        versioning: (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
        policy: await s3.send(new GetBucketPolicyCommand({ Bucket })).then(({ Policy }) => documentOf(Policy), gone),
        encryption: await s3
          .send(new GetBucketEncryptionCommand({ Bucket }))
          // A bucket key is of KMS: with AES256 it means nothing.
          .then((found) => {
            const by = found.ServerSideEncryptionConfiguration?.Rules?.[0]
            const { SSEAlgorithm, KMSMasterKeyID } = by?.ApplyServerSideEncryptionByDefault ?? {}
            return { SSEAlgorithm, KMSMasterKeyID, ...(SSEAlgorithm !== 'AES256' && { key: by?.BucketKeyEnabled }) }
          }, gone),
        publicAccess: await s3
          .send(new GetPublicAccessBlockCommand({ Bucket }))
          .then(({ PublicAccessBlockConfiguration }) => PublicAccessBlockConfiguration, gone),
        ownership: await s3
          .send(new GetBucketOwnershipControlsCommand({ Bucket }))
          .then(({ OwnershipControls }) => OwnershipControls, gone),
        lifecycle: await s3
          .send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
          .then(({ Rules }) => Rules, gone),
        transitionMinimum: await s3
          .send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
          .then((found) => found.TransitionDefaultMinimumObjectSize, gone),
        tags: await s3.send(new GetBucketTaggingCommand({ Bucket })).then(({ TagSet }) => sorted(TagSet), gone),
        keys: ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key),
      }
    },
  )

  const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({}))
  const groups = await entries(
    logGroups.map(({ logGroupName = '' }) => logGroupName),
    async (name) => {
      const group = logGroups.find(({ logGroupName }) => logGroupName === name)
      const resourceArn = (group?.arn ?? '').replace(/:\*$/, '')
      const { tags } = await aws.logs.send(new ListTagsForResourceCommand({ resourceArn }))
      return { retention: group?.retentionInDays, key: group?.kmsKeyId, logClass: group?.logGroupClass, tags }
    },
  )

  const { queryDefinitions = [] } = await aws.logs.send(new DescribeQueryDefinitionsCommand({}))
  const queries = await entries([...new Set(queryDefinitions.map(({ name = '' }) => name))], async (key) =>
    queryDefinitions
      .filter(({ name }) => name === key)
      .map(({ queryString, logGroupNames }) => ({ queryString, logGroupNames })),
  )

  const { DashboardEntries = [] } = await aws.cloudwatch.send(new ListDashboardsCommand({}))
  const dashboards = await entries(
    DashboardEntries.map(({ DashboardName = '' }) => DashboardName),
    async (DashboardName) => {
      const { DashboardBody = '' } = await aws.cloudwatch.send(new GetDashboardCommand({ DashboardName }))
      return JSON.parse(DashboardBody) as unknown
    },
  )

  const { MetricAlarms = [], CompositeAlarms = [] } = await aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }),
  )
  const tagsOf = async (ResourceARN: string | undefined) =>
    sorted((await aws.cloudwatch.send(new ListAlarmTagsCommand({ ResourceARN }))).Tags)
  const alarms = await entries(
    MetricAlarms.map(({ AlarmName = '' }) => AlarmName),
    async (name) => {
      const alarm = MetricAlarms.find(({ AlarmName }) => AlarmName === name)
      return { ...settled(alarm), tags: await tagsOf(alarm?.AlarmArn) }
    },
  )
  const composites = await entries(
    CompositeAlarms.map(({ AlarmName = '' }) => AlarmName),
    async (name) => {
      const alarm = CompositeAlarms.find(({ AlarmName }) => AlarmName === name)
      return { ...settled(alarm), tags: await tagsOf(alarm?.AlarmArn) }
    },
  )
  const { AnomalyDetectors = [] } = await aws.cloudwatch.send(new DescribeAnomalyDetectorsCommand({}))
  const models = await entries(
    AnomalyDetectors.map(
      ({ SingleMetricAnomalyDetector: model }) => `${model?.Namespace} ${model?.MetricName} ${model?.Stat}`,
    ),
    async () => ({}),
  )

  const { Topics = [] } = await aws.sns.send(new ListTopicsCommand({}))
  const topics = await entries(
    Topics.map(({ TopicArn = '' }) => TopicArn),
    async (TopicArn) => {
      const { Attributes } = await aws.sns.send(new GetTopicAttributesCommand({ TopicArn }))
      const { Tags } = await aws.sns.send(new ListTopicTagsCommand({ ResourceArn: TopicArn }))
      const { Subscriptions = [] } = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
      const subscriptions = Subscriptions.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`).sort()
      const { Policy, KmsMasterKeyId, DisplayName } = Attributes ?? {}
      return { policy: documentOf(Policy), KmsMasterKeyId, DisplayName, subscriptions, tags: sorted(Tags) }
    },
  )

  const { Budgets = [] } = await aws.budgets.send(
    new DescribeBudgetsCommand({ AccountId: accountId, ShowFilterExpression: true }),
  )
  const budgets = await entries(
    Budgets.map(({ BudgetName = '' }) => BudgetName),
    async (BudgetName) => {
      const budget = Budgets.find((each) => each.BudgetName === BudgetName)
      const named = { AccountId: accountId, BudgetName }
      const { Notifications } = await aws.budgets.send(new DescribeNotificationsForBudgetCommand(named))
      const ResourceARN = `arn:aws:budgets::${accountId}:budget/${BudgetName}`
      const { ResourceTags } = await aws.budgets.send(new ListBudgetTagsCommand({ ResourceARN }))
      const { LastUpdatedTime: _, CalculatedSpend: __, ...settings } = budget ?? {}
      return { ...settings, Notifications, tags: sorted(ResourceTags) }
    },
  )

  const { Exports = [] } = await aws.exports.send(new ListExportsCommand({}))
  const exports = await entries(
    Exports.map(({ ExportName = '' }) => ExportName),
    async (name) => {
      const ExportArn = Exports.find(({ ExportName }) => ExportName === name)?.ExportArn
      const { ExportArn: _, ...settings } = (await aws.exports.send(new GetExportCommand({ ExportArn }))).Export ?? {}
      const { ResourceTags } = await aws.exports.send(new ListExportTagsCommand({ ResourceArn: ExportArn }))
      return { ...settings, tags: sorted(ResourceTags) }
    },
  )

  const { DatabaseList = [] } = await aws.glue.send(new GetDatabasesCommand({}))
  const databases = await entries(
    DatabaseList.map(({ Name = '' }) => Name),
    async (DatabaseName) => {
      const database = DatabaseList.find(({ Name }) => Name === DatabaseName)
      const { TableList = [] } = await aws.glue.send(new GetTablesCommand({ DatabaseName }))
      return { ...untimed(database), tables: TableList.map(untimed) }
    },
  )

  const { WorkGroups = [] } = await aws.athena.send(new ListWorkGroupsCommand({}))
  const workGroups = await entries(
    // Every account has `primary`, from AWS.
    WorkGroups.map(({ Name = '' }) => Name).filter((name) => name !== 'primary'),
    async (name) => {
      const { WorkGroup } = await aws.athena.send(new GetWorkGroupCommand({ WorkGroup: name }))
      const ResourceARN = `arn:aws:athena:${region}:${accountId}:workgroup/${name}`
      const { Tags } = await aws.athena.send(new ListWorkGroupTagsCommand({ ResourceARN }))
      const { NamedQueryIds = [] } = await aws.athena.send(new ListNamedQueriesCommand({ WorkGroup: name }))
      const { NamedQueries = [] } =
        NamedQueryIds.length === 0 ? {} : await aws.athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds }))
      const saved = NamedQueries.map(({ NamedQueryId: _, ...query }) => query)
      saved.sort((a, b) => ((a.Name ?? '') < (b.Name ?? '') ? -1 : 1))
      return { ...untimed(WorkGroup), saved, tags: sorted(Tags) }
    },
  )

  const { loggingConfig } = await aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
  const logging = loggingConfig ? { configuration: loggingConfig } : {}
  const named = { roles, buckets, groups, queries, dashboards, alarms, composites, models, topics, budgets, exports }
  return { ...named, databases, workGroups, logging }
}

/** Without what tells when, and how often, it was made or changed. */
function untimed(thing: object = {}): object {
  return Object.fromEntries(Object.entries(thing).filter(([name]) => !/Time$|^VersionId$/.test(name)))
}

/** What there is of each kind, without its settings. */
export function names(found: Inventory): Record<string, string[]> {
  return Object.fromEntries(Object.entries(found).map(([kind, things]) => [kind, Object.keys(things).sort()]))
}

/** A policy document, whatever white space and encoding it was kept with. */
function documentOf(text: string | undefined): unknown {
  if (text === undefined) return undefined
  return JSON.parse(text.startsWith('{') ? text : decodeURIComponent(text))
}

/** An alarm without what changes by itself: its states and times. */
function settled(alarm: object = {}): object {
  const settings = Object.entries(alarm).filter(
    ([name]) => !/^(State|Alarm(Configuration)?Updated|AlarmArn$|ActionsSuppressed)|Timestamp$/.test(name),
  )
  return Object.fromEntries(settings)
}

async function entries(
  keys: readonly string[],
  read: (key: string) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  return Object.fromEntries(await Promise.all([...keys].sort().map(async (key) => [key, await read(key)] as const)))
}

function sorted(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []): string[] {
  return tags.map(({ Key, Value }) => `${Key}=${Value}`).sort()
}

/** The marks of Bedrock and of Data Exports in buckets stay when they were let write there, whoever let them. */
export function withoutMarks(found: Inventory): Inventory {
  const buckets = Object.entries(found.buckets ?? {}).map(([name, bucket]) => {
    const { keys, ...settings } = bucket as { keys: string[] }
    return [name, { ...settings, keys: keys.filter((key) => !/permission-check|access-test-object/.test(key)) }]
  })
  return { ...found, buckets: Object.fromEntries(buckets) }
}
