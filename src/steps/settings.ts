import { ALARM_SETTINGS } from './alarms/alarm-settings.ts'
import { bucketName, bucketPrefix, iamName, kmsKey, matching, RETENTION_DAYS, wholeDays } from './setting-checks.ts'
import { define, type SettingDefinition } from './setting-definition.ts'

export type { SettingDefinition, SettingKey, Settings } from './setting-definition.ts'

/** Every setting once: flags, variables, the configuration file's schema and the documentation come from this table. */
export const SETTINGS: readonly SettingDefinition[] = [
  define(
    'roleName',
    'role-name',
    'IAM_ROLE_NAME',
    'Names',
    'BedrockCloudWatchLoggingRole',
    'role Bedrock writes logs with',
    iamName(64),
  ),
  define(
    'rolePolicyName',
    'role-policy-name',
    undefined,
    'Names',
    'BedrockCloudWatchLoggingPolicy',
    "the role's inline policy",
    iamName(128),
  ),
  define(
    'bucketPrefix',
    'bucket-prefix',
    'BUCKET_PREFIX',
    'Storage',
    'bedrock-logs',
    'bucket is named PREFIX-{account}',
    bucketPrefix,
  ),
  define('bucketName', 'bucket-name', undefined, 'Storage', '', 'bucket name, instead of PREFIX-{account}', (value) =>
    value === '' ? undefined : bucketName(value),
  ),
  define(
    'keyPrefix',
    'key-prefix',
    undefined,
    'Storage',
    'bedrock-logs',
    'folder of the logs in the bucket',
    matching(
      /^(?!bedrock-monitor$)[\w!.*'()-]+(\/[\w!.*'()-]+)*$/,
      'a key without leading or trailing slash, not bedrock-monitor, such as logs/bedrock',
    ),
  ),
  define(
    'lifecycleDays',
    'lifecycle-days',
    'LIFECYCLE_DAYS',
    'Storage',
    90,
    'days until log objects expire',
    wholeDays,
  ),
  define('noncurrentDays', 'noncurrent-days', undefined, 'Storage', 7, 'days until old versions expire', wholeDays),
  define(
    'logGroupName',
    'log-group-name',
    'LOG_GROUP_NAME',
    'Names',
    '/aws/bedrock/modelinvocations',
    'log group of the invocation log',
    matching(/^[\w./#-]{1,512}$/, '1 to 512 letters, digits or any of _./#-'),
  ),
  {
    ...define(
      'retentionDays',
      'retention-days',
      'RETENTION_DAYS',
      'Storage',
      30,
      'days the log group keeps events',
      (value) =>
        (RETENTION_DAYS as readonly number[]).includes(Number(value))
          ? undefined
          : `one of ${RETENTION_DAYS.join(', ')}`,
    ),
    values: RETENTION_DAYS.map(String),
  },
  define(
    'metadataOnly',
    'metadata-only',
    undefined,
    'Storage',
    false,
    'log who, when and how many tokens, but no prompts and answers',
  ),
  define('bucketKmsKey', 'bucket-kms-key', undefined, 'Storage', '', 'ARN of a KMS key for the bucket', kmsKey),
  define('logGroupKmsKey', 'log-group-kms-key', undefined, 'Storage', '', 'ARN of a KMS key for the log group', kmsKey),
  define('topicKmsKey', 'topic-kms-key', undefined, 'Storage', '', 'ARN of a KMS key for the topic', kmsKey),
  define(
    'dashboardName',
    'dashboard-name',
    'DASHBOARD_NAME',
    'Names',
    'BedrockUsageMonitoring',
    'dashboard',
    matching(/^[\w-]{1,255}$/, '1 to 255 letters, digits, hyphens or underscores'),
  ),
  define(
    'topicName',
    'topic-name',
    'SNS_TOPIC_NAME',
    'Names',
    'bedrock-usage-alerts',
    'topic the alarms notify',
    matching(/^[\w-]{1,256}$/, '1 to 256 letters, digits, hyphens or underscores'),
  ),
  ...ALARM_SETTINGS,
]
