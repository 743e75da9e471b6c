import { ALARM_PROFILES, type AlarmProfile } from './alarms/alarm-profiles.ts'
import {
  bucketName,
  bucketPrefix,
  budgetAmount,
  budgetName,
  type Check,
  each,
  emailAddress,
  httpsUrl,
  iamName,
  kmsKey,
  matching,
  oneOf,
  positive,
  RETENTION_DAYS,
  snsTopicArn,
  wholeDays,
  zeroOrMore,
} from './setting-checks.ts'

/** Every name, retention and threshold that a user may choose. */
export interface Settings {
  roleName: string
  rolePolicyName: string
  bucketPrefix: string
  /** Empty: `{bucketPrefix}-{account}`. */
  bucketName: string
  keyPrefix: string
  /** Days until log objects expire. */
  lifecycleDays: number
  /** Days until a replaced or deleted object's old version expires. */
  noncurrentDays: number
  logGroupName: string
  /** Days; one of CloudWatch Logs' own values. */
  retentionDays: number
  /** No prompt and no answer is stored: only who called which model when, and how many tokens that took. */
  metadataOnly: boolean
  /** ARNs of KMS keys; empty: the services' own encryption. */
  bucketKmsKey: string
  logGroupKmsKey: string
  topicKmsKey: string
  dashboardName: string
  topicName: string
  /** Addresses between commas. Empty: nobody is subscribed. */
  email: string
  /** URLs between commas that SNS posts to. They may hold keys: not to be shown. */
  httpsEndpoint: string
  /** The ARN of a topic that is there already, which the alarms notify in place of ours; empty: ours. */
  snsTopic: string
  /** US dollars a month; 0: no budget is asked for. */
  budgetUsd: number
  budgetName: string
  /** How much is watched, and how closely: the defaults of the alarms hang on it. */
  alarms: AlarmProfile
  /** Alarms on what is unusual for the hour, too. */
  anomaly: boolean
  /** Standard deviations from what is expected. */
  anomalyBand: number
  /** One alarm tells for all of a Region's. */
  pageOnce: boolean
  /** Input tokens an hour. */
  highTokenThreshold: number
  /** Client errors in 5 minutes. */
  errorRateThreshold: number
  /** Invocations an hour. */
  invocationThreshold: number
  /** Average milliseconds from request to last token. */
  highLatencyThreshold: number
  /** Milliseconds from request to last token that 99 of a hundred answers keep to. */
  highLatencyP99Threshold: number
  /** Throttled invocations a minute. */
  throttleThreshold: number
  /** Server errors in 5 minutes. */
  serverErrorThreshold: number
  /** Errors per hundred invocations. */
  errorPercentThreshold: number
  /** Invocations in 5 minutes below which errors are no rate. */
  errorPercentFloor: number
  /** Failed deliveries in 5 minutes. */
  logDeliveryFailureThreshold: number
  /** US dollars an hour, by tokens and their prices. */
  spendThreshold: number
  /** Per cent of a model's quota of tokens or requests a minute; 0: no alarm on quotas. */
  quotaAlarmPercent: number
}

export type SettingKey = keyof Settings

export interface SettingDefinition {
  key: SettingKey
  /** The flag, without dashes in front. */
  flag: string
  /** Variables that set it, strongest first: our own, then the one of the shell scripts. */
  env: readonly string[]
  type: 'string' | 'integer' | 'number' | 'boolean'
  default: string | number | boolean
  describe: string
  group: 'Storage' | 'Names' | 'Alarms'
  check: Check
  /** All that it takes, where these can be counted. */
  values?: readonly string[]
  /** Several values, between commas. */
  list?: true
  /** Not to be shown, neither in messages nor with `--debug`. */
  secret?: true
}

const typeOf = (value: string | number | boolean): SettingDefinition['type'] => {
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'number' ? 'integer' : 'string'
}

const define = (
  key: SettingKey,
  flag: string,
  legacy: string | undefined,
  group: SettingDefinition['group'],
  fallback: string | number | boolean,
  describe: string,
  check: Check = () => undefined,
  type: SettingDefinition['type'] = typeOf(fallback),
): SettingDefinition => ({
  key,
  flag,
  env: [`BEDROCK_MONITOR_${flag.toUpperCase().replaceAll('-', '_')}`, ...(legacy === undefined ? [] : [legacy])],
  type,
  default: fallback,
  describe,
  group,
  check,
})

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
  {
    ...define('email', 'email', undefined, 'Alarms', '', 'addresses to subscribe to the alarms', each(emailAddress)),
    list: true,
  },
  {
    ...define(
      'httpsEndpoint',
      'https-endpoint',
      undefined,
      'Alarms',
      '',
      'URLs that SNS posts the alarms to: PagerDuty, Opsgenie, your own',
      each(httpsUrl),
    ),
    list: true,
    secret: true,
  },
  define(
    'snsTopic',
    'sns-topic',
    undefined,
    'Alarms',
    '',
    'ARN of an existing topic for the alarms to notify, instead of one of ours',
    snsTopicArn,
  ),
  define(
    'budgetUsd',
    'budget-usd',
    undefined,
    'Alarms',
    0,
    'AWS Budget for all Bedrock spend: US dollars a month, 0 for none',
    budgetAmount,
    'number',
  ),
  define('budgetName', 'budget-name', undefined, 'Names', 'bedrock-monthly', 'AWS Budget', budgetName),
  {
    ...define(
      'alarms',
      'alarms',
      undefined,
      'Alarms',
      'standard',
      `how closely the alarms watch: ${ALARM_PROFILES.join(', ')}`,
      oneOf(...ALARM_PROFILES),
    ),
    values: ALARM_PROFILES,
  },
  define('pageOnce', 'page-once', undefined, 'Alarms', false, 'one alarm tells for all others of its Region'),
  define('anomaly', 'anomaly', undefined, 'Alarms', false, 'alarms on unusual numbers of invocations and input tokens'),
  define(
    'anomalyBand',
    'anomaly-band',
    undefined,
    'Alarms',
    3,
    'unusual is this many standard deviations above the expected',
    positive,
    'number',
  ),
  define(
    'highTokenThreshold',
    'high-token-threshold',
    'HIGH_TOKEN_THRESHOLD',
    'Alarms',
    100_000,
    'alarm above this many input tokens an hour',
    positive,
    'number',
  ),
  define(
    'errorRateThreshold',
    'error-rate-threshold',
    'ERROR_RATE_THRESHOLD',
    'Alarms',
    10,
    'alarm above this many client errors in 5 minutes',
    positive,
    'number',
  ),
  define(
    'invocationThreshold',
    'invocation-threshold',
    'INVOCATION_THRESHOLD',
    'Alarms',
    1_000,
    'alarm above this many invocations an hour',
    positive,
    'number',
  ),
  define(
    'highLatencyThreshold',
    'high-latency-threshold',
    'HIGH_LATENCY_THRESHOLD',
    'Alarms',
    10_000,
    'alarm above this average latency in ms, twice 5 minutes',
    positive,
    'number',
  ),
  define(
    'highLatencyP99Threshold',
    'high-latency-p99-threshold',
    undefined,
    'Alarms',
    60_000,
    'alarm above this p99 latency in ms, three times 5 minutes',
    positive,
    'number',
  ),
  define(
    'throttleThreshold',
    'throttle-threshold',
    undefined,
    'Alarms',
    0,
    'alarm above this many throttles a minute, in 3 of 5 minutes',
    zeroOrMore,
    'number',
  ),
  define(
    'serverErrorThreshold',
    'server-error-threshold',
    undefined,
    'Alarms',
    5,
    'alarm above this many server errors in 5 minutes',
    positive,
    'number',
  ),
  define(
    'errorPercentThreshold',
    'error-percent-threshold',
    undefined,
    'Alarms',
    5,
    'alarm above this percentage of failed invocations, twice 5 minutes',
    positive,
    'number',
  ),
  define(
    'errorPercentFloor',
    'error-percent-floor',
    undefined,
    'Alarms',
    20,
    'invocations in 5 minutes below which that percentage counts as 0',
    positive,
    'number',
  ),
  define(
    'logDeliveryFailureThreshold',
    'log-delivery-failure-threshold',
    undefined,
    'Alarms',
    0,
    'alarm above this many failed log deliveries in 5 minutes',
    zeroOrMore,
    'number',
  ),
  define(
    'spendThreshold',
    'spend-threshold',
    undefined,
    'Alarms',
    10,
    'alarm above this many US dollars an hour',
    positive,
    'number',
  ),
  define(
    'quotaAlarmPercent',
    'quota-alarm-percent',
    undefined,
    'Alarms',
    80,
    "alarm above this percentage of a model's quota a minute, 0 for none",
    zeroOrMore,
    'number',
  ),
]
