/** One member, by its path in the answer, or several of which one is enough. */
type Due = string | readonly string[]

const ALARMS = ['MetricAlarms', 'CompositeAlarms']
/** S3 tells of every block, also of those that are off. */
const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']

/**
 * What AWS says in every answer of success, an empty list included, although its models call none of it required. Without it
 * "none" would be read where the answer says nothing: something would be written over, or be counted as nothing.
 *
 * Not here, since AWS may leave it out where there is none: the logging configuration, the tags and notifications of a budget.
 */
const DUE: ReadonlyMap<string, readonly Due[]> = new Map<string, readonly Due[]>([
  ['cloudwatch:DescribeAlarms', [ALARMS]],
  ['cloudwatch:DescribeAnomalyDetectors', ['AnomalyDetectors']],
  ['cloudwatch:GetDashboard', ['DashboardBody']],
  ['cloudwatch:GetMetricData', ['MetricDataResults']],
  ['cloudwatch:ListMetrics', ['Metrics']],
  ['cloudwatch:ListTagsForResource', ['Tags']],
  ['cloudwatchlogs:DescribeLogGroups', ['logGroups']],
  ['cloudwatchlogs:DescribeQueryDefinitions', ['queryDefinitions']],
  ['cloudwatchlogs:ListTagsForResource', ['tags']],
  ['cloudwatchlogs:StartQuery', ['queryId']],
  ['athena:BatchGetNamedQuery', ['NamedQueries']],
  ['athena:GetQueryExecution', ['QueryExecution.Status.State']],
  ['athena:GetQueryResults', ['ResultSet.Rows']],
  ['athena:GetWorkGroup', ['WorkGroup.Name']],
  ['athena:StartQueryExecution', ['QueryExecutionId']],
  ['athena:ListNamedQueries', ['NamedQueryIds']],
  ['athena:ListTagsForResource', ['Tags']],
  ['bcmdataexports:GetExport', ['Export.DataQuery.QueryStatement']],
  ['bcmdataexports:ListExports', ['Exports']],
  ['budgets:DescribeBudget', ['Budget.BudgetName']],
  ['costexplorer:ListCostAllocationTags', ['CostAllocationTags']],
  ['costexplorer:GetCostAndUsage', ['ResultsByTime']],
  ['costexplorer:GetDimensionValues', ['DimensionValues']],
  ['glue:GetDatabase', ['Database.Name']],
  ['glue:GetTable', ['Table.Name']],
  ['glue:GetTables', ['TableList']],
  ['iam:GetRole', ['Role.AssumeRolePolicyDocument']],
  ['iam:ListAttachedRolePolicies', ['AttachedPolicies']],
  ['iam:ListInstanceProfilesForRole', ['InstanceProfiles']],
  ['iam:ListRolePolicies', ['PolicyNames']],
  ['iam:SimulatePrincipalPolicy', ['EvaluationResults']],
  ['kms:GetKeyPolicy', ['Policy']],
  ['kms:DescribeKey', ['KeyMetadata.KeyId']],
  ['pricing:GetAttributeValues', ['AttributeValues']],
  ['pricing:GetProducts', ['PriceList']],
  ['servicequotas:ListServiceQuotas', ['Quotas']],
  ['sns:GetTopicAttributes', ['Attributes.TopicArn', 'Attributes.Policy']],
  ['sns:ListSubscriptionsByTopic', ['Subscriptions']],
  ['sns:ListTagsForResource', ['Tags']],
  ['sts:GetCallerIdentity', ['Account', 'Arn']],
  // A configuration that a bucket does not have is an error of S3's: no answer is without one.
  ['s3:GetBucketEncryption', ['ServerSideEncryptionConfiguration.Rules']],
  ['s3:GetBucketLifecycleConfiguration', ['Rules']],
  ['s3:GetBucketOwnershipControls', ['OwnershipControls.Rules']],
  ['s3:GetBucketReplication', [['ReplicationConfiguration.Role', 'ReplicationConfiguration.Rules']]],
  ['s3:GetBucketTagging', ['TagSet']],
  ['s3:GetObjectLockConfiguration', ['ObjectLockConfiguration.ObjectLockEnabled']],
  ['s3:GetPublicAccessBlock', [BLOCKS.map((block) => `PublicAccessBlockConfiguration.${block}`)]],
  ['s3:ListMultipartUploads', ['IsTruncated']],
  ['s3:ListObjectVersions', ['IsTruncated']],
  ['s3:ListObjectsV2', ['IsTruncated']],
])

const COUNTED: ReadonlyMap<string, { count: string; lists: readonly string[] }> = new Map([
  ['costexplorer:GetDimensionValues', { count: 'ReturnSize', lists: ['DimensionValues'] }],
  ['s3:ListObjectsV2', { count: 'KeyCount', lists: ['Contents', 'CommonPrefixes'] }],
])

/** The first member that an answer of a call (`cloudwatchlogs:GetQueryResults`) must have and has not, as words. */
export function lackingMember(call: string, output: unknown): string | undefined {
  const has = (path: string) => valueAt(output, path) !== undefined
  const lacking = dueIn(call, output).find((due) => ![due].flat().some(has))
  return lacking ? [lacking].flat().join(' or ') : lackingCounted(call, output)
}

function lackingCounted(call: string, output: unknown): string | undefined {
  const { count, lists } = COUNTED.get(call) ?? { count: '', lists: [] }
  const told = Number(valueAt(output, count) ?? 0)
  const held = lists.reduce((sum, list) => sum + ((valueAt(output, list) ?? []) as unknown[]).length, 0)
  return told > held ? `${lists.join(' or ')} for ${told - held} of the ${told} that its ${count} says` : undefined
}

function dueIn(call: string, output: unknown): readonly Due[] {
  // A query that is not done yet need have no result.
  if (call === 'cloudwatchlogs:GetQueryResults') {
    return valueAt(output, 'status') === 'Complete' ? ['results'] : ['status']
  }
  return DUE.get(call) ?? []
}

function valueAt(output: unknown, path: string): unknown {
  type At = Record<string, unknown> | undefined | null
  return path.split('.').reduce<unknown>((at, name) => (at as At)?.[name] ?? undefined, output)
}

/** Answers of S3 that may be an empty element, by a word in the name of that element: what tells them from another's. */
const ROOTS: ReadonlyMap<string, string> = new Map([
  ['s3:GetBucketLocation', 'Location'],
  ['s3:GetBucketVersioning', 'Versioning'],
])

export function lackingRoot(call: string, xml: string): string | undefined {
  const root = ROOTS.get(call)
  return root === undefined || new RegExp(`<\\w*${root}\\w*[\\s/>]`).test(xml) ? undefined : root
}
