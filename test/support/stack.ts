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
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns'
import type { AwsContext } from '../../src/aws/context.ts'

// biome-ignore lint/suspicious/noExplicitAny: each type has properties of its own, which the calls check
type Properties = any

export interface Template {
  Metadata?: { 'bedrock-monitor': { AfterTheStack: string[] } }
  Parameters?: Record<string, object>
  Resources: Record<string, { Type: string; DependsOn?: string[]; Properties: Properties }>
}

const tagMap = (tags: { Key: string; Value: string }[]) =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

/** The calls that CloudFormation makes for a resource of each type (its documentation, by type). */
const MADE_BY: Record<string, (aws: AwsContext['aws'], properties: Properties) => Promise<unknown>> = {
  async 'AWS::IAM::Role'({ iam }, { Policies, AssumeRolePolicyDocument, ...role }) {
    const document = JSON.stringify(AssumeRolePolicyDocument)
    await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: document }))
    for (const { PolicyName, PolicyDocument } of Policies) {
      const policy = { RoleName: role.RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) }
      await iam.send(new PutRolePolicyCommand(policy))
    }
  },
  async 'AWS::S3::Bucket'({ s3 }, bucket) {
    const Bucket = bucket.BucketName
    const [{ ObjectOwnership }] = bucket.OwnershipControls.Rules
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership }))
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: bucket.Tags } }))
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: bucket.VersioningConfiguration }))
    const [rule] = bucket.BucketEncryption.ServerSideEncryptionConfiguration
    const { ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault, ...others } = rule
    const Rules = [{ ...others, ApplyServerSideEncryptionByDefault }]
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
    const { PublicAccessBlockConfiguration } = bucket
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
    const rules = bucket.LifecycleConfiguration.Rules.map(
      ({ Id: ID, Prefix, ExpirationInDays: Days, ...rest }: Properties) => ({
        ...rest,
        ID,
        Filter: { Prefix },
        ...(Days && { Expiration: { Days } }),
      }),
    )
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }))
  },
  'AWS::S3::BucketPolicy': ({ s3 }, { Bucket, PolicyDocument }) =>
    s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(PolicyDocument) })),
  async 'AWS::Logs::LogGroup'({ logs }, { LogGroupName: logGroupName, RetentionInDays, KmsKeyId: kmsKeyId, Tags }) {
    await logs.send(new CreateLogGroupCommand({ logGroupName, kmsKeyId, tags: tagMap(Tags) }))
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: RetentionInDays }))
  },
  'AWS::SNS::Topic': ({ sns }, { TopicName: Name, Tags, KmsMasterKeyId }) =>
    sns.send(new CreateTopicCommand({ Name, Tags, Attributes: { ...(KmsMasterKeyId && { KmsMasterKeyId }) } })),
  'AWS::SNS::TopicInlinePolicy': ({ sns }, { TopicArn, PolicyDocument }) =>
    sns.send(
      new SetTopicAttributesCommand({
        TopicArn,
        AttributeName: 'Policy',
        AttributeValue: JSON.stringify(PolicyDocument),
      }),
    ),
  'AWS::SNS::Subscription': ({ sns }, subscription) => sns.send(new SubscribeCommand(subscription)),
  'AWS::CloudWatch::Alarm': ({ cloudwatch }, alarm) => cloudwatch.send(new PutMetricAlarmCommand(alarm)),
  'AWS::CloudWatch::CompositeAlarm': ({ cloudwatch }, alarm) => cloudwatch.send(new PutCompositeAlarmCommand(alarm)),
  'AWS::CloudWatch::AnomalyDetector': ({ cloudwatch }, model) => cloudwatch.send(new PutAnomalyDetectorCommand(model)),
  'AWS::CloudWatch::Dashboard': ({ cloudwatch }, board) => cloudwatch.send(new PutDashboardCommand(board)),
  'AWS::Glue::Database': ({ glue }, database) => glue.send(new CreateDatabaseCommand(database)),
  'AWS::Glue::Table': ({ glue }, table) => glue.send(new CreateTableCommand(table)),
  'AWS::Athena::WorkGroup': ({ athena }, { Name, Description, WorkGroupConfiguration: Configuration, Tags }) =>
    athena.send(new CreateWorkGroupCommand({ Name, Description, Configuration, Tags })),
  'AWS::Athena::NamedQuery': ({ athena }, query) => athena.send(new CreateNamedQueryCommand(query)),
  'AWS::BCMDataExports::Export': ({ exports }, { Export, Tags }) =>
    exports.send(new CreateExportCommand({ Export, ResourceTags: Tags })),
  'AWS::Budgets::Budget'({ budgets }, { Budget, NotificationsWithSubscribers, ResourceTags }) {
    const BudgetLimit = { ...Budget.BudgetLimit, Amount: String(Budget.BudgetLimit.Amount) }
    const AccountId = '111122223333'
    const budget = { ...Budget, BudgetLimit }
    return budgets.send(
      new CreateBudgetCommand({ AccountId, Budget: budget, NotificationsWithSubscribers, ResourceTags }),
    )
  },
}

/** Makes what a template says, each thing after those that it depends on, and then runs the commands of its metadata. */
export async function deploy(
  { aws }: AwsContext,
  { Resources, Metadata }: Template,
  given: Record<string, string> = {},
): Promise<void> {
  const made = new Set<string>()
  const refer = (value: Properties): Properties => {
    if (typeof value?.Ref === 'string') return given[value.Ref]
    if (Array.isArray(value)) return value.map(refer)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, refer(member)]))
  }
  for (let left = Object.entries(Resources); left.length > 0; ) {
    const ready = left.filter(([, { DependsOn = [] }]) => DependsOn.every((name) => made.has(name)))
    if (ready.length === 0) throw new Error(`these depend on each other: ${left.map(([name]) => name)}`)
    for (const [name, { Type, Properties }] of ready) {
      await MADE_BY[Type]?.(aws, refer(Properties))
      made.add(name)
    }
    left = left.filter(([name]) => !made.has(name))
  }
  for (const command of Metadata?.['bedrock-monitor'].AfterTheStack ?? []) {
    const config = /--logging-config '(.*)'$/.exec(command)?.[1] ?? ''
    await aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: JSON.parse(config) }))
  }
}
