/** Where IAM's name of a service is not that of its client. */
const PREFIXES: ReadonlyMap<string, string> = new Map(Object.entries<string>({ quotas: 'servicequotas' }))

/** Where IAM's name of an action is not that of the operation. */
const ACTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    's3:DeleteBucketLifecycle': 's3:PutLifecycleConfiguration',
    's3:DeleteObjects': 's3:DeleteObject',
    's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
    's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
    's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
    's3:HeadBucket': 's3:ListBucket',
    's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
    's3:ListObjectVersions': 's3:ListBucketVersions',
    's3:ListObjectsV2': 's3:ListBucket',
    's3:PutBucketEncryption': 's3:PutEncryptionConfiguration',
    's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
    's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  }),
)

/** Calls of ours that carry tags when they create, with the action that IAM checks these against. */
const TAGGING: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'budgets:CreateBudget': 'budgets:TagResource',
    'cloudwatch:PutCompositeAlarm': 'cloudwatch:TagResource',
    'cloudwatch:PutDashboard': 'cloudwatch:TagResource',
    'cloudwatch:PutMetricAlarm': 'cloudwatch:TagResource',
    'iam:CreateRole': 'iam:TagRole',
    'logs:CreateLogGroup': 'logs:TagResource',
    's3:CreateBucket': 's3:TagResource',
    'sns:CreateTopic': 'sns:TagResource',
  }),
)

/** AWS Budgets has one right to look and one to change. */
const BUDGETS: readonly [operation: RegExp, action: string][] = [
  [/^Describe/, 'budgets:ViewBudget'],
  [/^(Create|Update|Delete)/, 'budgets:ModifyBudget'],
]

/** The IAM action that a call is checked against (AWS's service authorization reference): what to allow where it is denied. */
function iamAction({ service, operation }: { service: string; operation: string }): string {
  const name = `${PREFIXES.get(service) ?? service}:${operation}`
  const [, budgets] = (service === 'budgets' && BUDGETS.find(([operations]) => operations.test(operation))) || []
  return budgets ?? ACTIONS.get(name) ?? name
}

/** What to allow where a call was denied: the action that AWS names, or all that the call may need. */
export function lackingAction(call: { service: string; operation: string }, message = ''): string {
  const [, named] = /\bnot authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message) ?? []
  if (named !== undefined) return named
  const tagging = TAGGING.get(`${call.service}:${call.operation}`)
  return `${iamAction(call)}${tagging === undefined ? '' : ` (and ${tagging} for the tags)`}`
}
