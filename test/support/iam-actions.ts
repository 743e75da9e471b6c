/**
 * The IAM actions that a call is checked against, where they are not the service and operation themselves: from the
 * service authorization reference, not from the program.
 */
const ACTIONS: Record<string, readonly string[]> = {
  'sts:GetCallerIdentity': [],
  'iam:CreateRole': ['iam:CreateRole', 'iam:TagRole'],
  's3:CreateBucket': ['s3:CreateBucket', 's3:TagResource', 's3:PutBucketOwnershipControls'],
  's3:GetBucketEncryption': ['s3:GetEncryptionConfiguration'],
  's3:PutBucketEncryption': ['s3:PutEncryptionConfiguration'],
  's3:GetPublicAccessBlock': ['s3:GetBucketPublicAccessBlock'],
  's3:PutPublicAccessBlock': ['s3:PutBucketPublicAccessBlock'],
  's3:GetBucketLifecycleConfiguration': ['s3:GetLifecycleConfiguration'],
  's3:PutBucketLifecycleConfiguration': ['s3:PutLifecycleConfiguration'],
  's3:GetBucketReplication': ['s3:GetReplicationConfiguration'],
  's3:GetObjectLockConfiguration': ['s3:GetBucketObjectLockConfiguration'],
  's3:DeleteBucketTagging': ['s3:PutBucketTagging'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  'bedrock:PutModelInvocationLoggingConfiguration': ['bedrock:PutModelInvocationLoggingConfiguration', 'iam:PassRole'],
  'logs:CreateLogGroup': ['logs:CreateLogGroup', 'logs:TagResource'],
  'cloudwatch:PutMetricAlarm': ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'],
  'quotas:ListServiceQuotas': ['servicequotas:ListServiceQuotas'],
  'budgets:DescribeBudget': ['budgets:ViewBudget'],
  'budgets:DescribeBudgets': ['budgets:ViewBudget'],
  'budgets:DescribeNotificationsForBudget': ['budgets:ViewBudget'],
  'budgets:DescribeSubscribersForNotification': ['budgets:ViewBudget'],
  'budgets:CreateBudget': ['budgets:ModifyBudget', 'budgets:TagResource'],
  'budgets:UpdateBudget': ['budgets:ModifyBudget'],
  'budgets:DeleteBudget': ['budgets:ModifyBudget'],
  'budgets:CreateNotification': ['budgets:ModifyBudget'],
  'budgets:CreateSubscriber': ['budgets:ModifyBudget'],
  'budgets:DeleteNotification': ['budgets:ModifyBudget'],
  'budgets:DeleteSubscriber': ['budgets:ModifyBudget'],
  'budgets:UpdateSubscriber': ['budgets:ModifyBudget'],
  'athena:CreateWorkGroup': ['athena:CreateWorkGroup', 'athena:TagResource'],
  'exports:CreateExport': ['bcm-data-exports:CreateExport', 'bcm-data-exports:TagResource', 'cur:PutReportDefinition'],
  'sns:CreateTopic': ['sns:CreateTopic', 'sns:TagResource'],
}

export function actionsOf(call: { service: string; operation: string }): readonly string[] {
  const name = `${call.service}:${call.operation}`
  return ACTIONS[name] ?? [name.replace(/^exports:/, 'bcm-data-exports:')]
}
