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

/** The IAM action that a call is checked against (AWS's service authorization reference): what to allow where it is denied. */
export function iamAction({ service, operation }: { service: string; operation: string }): string {
  const name = `${PREFIXES.get(service) ?? service}:${operation}`
  return ACTIONS.get(name) ?? name
}
