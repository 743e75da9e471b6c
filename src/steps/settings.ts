import { isRegionName } from '../aws/partitions.ts'
import { LAKE_NAMES } from '../report/lake/table.ts'
import { THRESHOLDS, type ThresholdKey } from './alarms/threshold-alarms.ts'
import { define, type SettingDefinition } from './define-setting.ts'
import {
  bucketName,
  bucketPrefix,
  budgetAmount,
  budgetName,
  each,
  emailAddress,
  glueName,
  httpsUrl,
  iamName,
  kmsKey,
  matching,
  oneOf,
  positive,
  RETENTION_DAYS,
  regionBucketPrefix,
  scannedGb,
  snsTopicArn,
  wholeDays,
  zeroOrMore,
} from './setting-checks.ts'

/** How much is watched, and how closely. */
export const ALARM_PROFILES = ['minimal', 'standard', 'strict'] as const
export type AlarmProfile = (typeof ALARM_PROFILES)[number]

/** Every name, retention and threshold that a user may choose. */
export interface Settings extends Record<ThresholdKey, number> {
  roleName: string
  rolePolicyName: string
  bucketPrefix: string
  /** Empty: `{bucketPrefix}-{account}`. */
  bucketName: string
  keyPrefix: string
  /** An export of the bill is asked for. */
  billingExport: boolean
  billingExportName: string
  /** Empty: `bedrock-billing-{account}`. */
  billingBucketName: string
  /** A table of Athena over the log is asked for. */
  lake: boolean
  lakeDatabase: string
  lakeTable: string
  lakeWorkgroup: string
  /** Buckets for Athena's answers are `{lakeBucketPrefix}-{account}-{region}`. */
  lakeBucketPrefix: string
  /** Ids between commas, of accounts whose logs are in the bucket besides its own account's. */
  lakeAccounts: string
  /** Regions between commas whose logs are in the bucket besides its own Region's. */
  lakeRegions: string
  /** Gigabytes that one query may scan. */
  lakeMaxGb: number
  /** Days until answers expire. */
  lakeResultDays: number
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
  /** How much is watched, and how closely: the defaults of the alarms depend on it. */
  alarms: AlarmProfile
  /** Alarms on what is unusual for the hour, too. */
  anomaly: boolean
  /** Standard deviations from what is expected. */
  anomalyBand: number
  /** One alarm notifies for all of a Region's. */
  pageOnce: boolean
}

export type SettingKey = keyof Settings

/** Every setting once: flags, variables, the configuration file's schema and the documentation come from this table. */
export const SETTINGS: readonly SettingDefinition[] = [
  define('roleName', 'Names', 'BedrockCloudWatchLoggingRole', 'IAM role that Bedrock writes logs with', {
    legacy: 'IAM_ROLE_NAME',
    check: iamName(64),
  }),
  define('rolePolicyName', 'Names', 'BedrockCloudWatchLoggingPolicy', 'inline policy of that role', {
    check: iamName(128),
  }),
  define('logGroupName', 'Names', '/aws/bedrock/modelinvocations', 'log group for the invocation log', {
    legacy: 'LOG_GROUP_NAME',
    check: matching(/^[\w./#-]{1,512}$/, '1 to 512 letters, digits or any of _./#-'),
  }),
  define('dashboardName', 'Names', 'BedrockUsageMonitoring', 'CloudWatch dashboard', {
    legacy: 'DASHBOARD_NAME',
    check: matching(/^[\w-]{1,255}$/, '1 to 255 letters, digits, hyphens or underscores'),
  }),
  define('topicName', 'Names', 'bedrock-usage-alerts', 'SNS topic that the alarms notify', {
    legacy: 'SNS_TOPIC_NAME',
    check: matching(/^[\w-]{1,256}$/, '1 to 256 letters, digits, hyphens or underscores'),
  }),
  define('budgetName', 'Names', 'bedrock-monthly', 'name of the AWS Budget', { check: budgetName }),
  define('billingExportName', 'Names', 'bedrock-billing', 'export of the bill', {
    check: matching(/^[\w-]{1,128}$/, '1 to 128 letters, digits, hyphens or underscores'),
  }),
  define('lakeDatabase', 'Names', LAKE_NAMES.database, "database of Athena's table", { check: glueName }),
  define('lakeTable', 'Names', LAKE_NAMES.table, "Athena's table of the log", { check: glueName }),
  define('lakeWorkgroup', 'Names', LAKE_NAMES.workGroup, 'workgroup of Athena', {
    check: matching(/^[\w.-]{1,128}$/, '1 to 128 letters, digits or any of _.-'),
  }),
  define('bucketPrefix', 'Storage', 'bedrock-logs', 'the bucket is named PREFIX-{account}', {
    shown: 'PREFIX',
    legacy: 'BUCKET_PREFIX',
    check: bucketPrefix,
  }),
  define('bucketName', 'Storage', '', 'full name of the bucket, instead of PREFIX-{account}', {
    check: (value) => (value === '' ? undefined : bucketName(value)),
  }),
  define('keyPrefix', 'Storage', 'bedrock-logs', 'folder for the logs in the bucket; empty for none', {
    shown: 'FOLDER',
    check: matching(
      /^\/*(?!bedrock-monitor\/*$)([\w!.*'()-]+(\/[\w!.*'()-]+)*)?\/*$/,
      'a folder such as logs/bedrock, or nothing, and not bedrock-monitor',
    ),
    mayBeEmpty: true,
    tidy: (value) => value.replace(/^\/+|\/+$/g, ''),
  }),
  define('lifecycleDays', 'Storage', 90, 'days until log objects expire', {
    legacy: 'LIFECYCLE_DAYS',
    check: wholeDays,
  }),
  define('noncurrentDays', 'Storage', 7, 'days until old object versions expire', { check: wholeDays }),
  define('retentionDays', 'Storage', 30, 'days that the log group keeps events', {
    legacy: 'RETENTION_DAYS',
    check: oneOf(...RETENTION_DAYS),
    values: RETENTION_DAYS.map(String),
  }),
  define(
    'metadataOnly',
    'Storage',
    false,
    'log who called what, when and with how many tokens, but no prompts or responses',
  ),
  define(
    'billingExport',
    'Storage',
    false,
    'export the bill to a bucket of its own, with who called (CUR 2.0 of AWS Data Exports)',
  ),
  define('billingBucketName', 'Storage', '', 'bucket for the bill, instead of bedrock-billing-{account}', {
    check: (value) => (value === '' ? undefined : bucketName(value)),
  }),
  define('lake', 'Storage', false, 'make the log in the bucket a table of Athena, without prompts and responses'),
  define('lakeAccounts', 'Storage', '', 'other accounts whose logs are in the bucket, for the table of Athena', {
    shown: 'ID',
    check: each(matching(/^\d{12}$/, 'ids of accounts, of 12 digits, with commas')),
    list: true,
  }),
  define('lakeRegions', 'Storage', '', 'other Regions whose logs are in the bucket, for the table of Athena', {
    shown: 'REGION',
    check: each((value) => (isRegionName(String(value)) ? undefined : 'Regions such as us-east-1, with commas')),
    list: true,
  }),
  define('lakeMaxGb', 'Storage', 100, 'gigabytes that one query of Athena may scan', {
    check: scannedGb,
    type: 'number',
  }),
  define('lakeResultDays', 'Storage', 7, 'days until query results of Athena expire', { check: wholeDays }),
  define(
    'lakeBucketPrefix',
    'Storage',
    'bedrock-athena',
    'buckets for query results of Athena are named PREFIX-{account}-{region}',
    {
      shown: 'PREFIX',
      check: regionBucketPrefix,
    },
  ),
  define('bucketKmsKey', 'Storage', '', 'KMS key that encrypts the bucket', {
    shown: 'ARN',
    check: kmsKey,
  }),
  define('logGroupKmsKey', 'Storage', '', 'KMS key that encrypts the log group', {
    shown: 'ARN',
    check: kmsKey,
  }),
  define('topicKmsKey', 'Storage', '', 'KMS key that encrypts the topic', {
    shown: 'ARN',
    check: kmsKey,
  }),
  define('email', 'Alarms', '', 'email addresses to notify', {
    shown: 'ADDRESS',
    check: each(emailAddress),
    list: true,
  }),
  define('httpsEndpoint', 'Alarms', '', 'HTTPS endpoints to notify: PagerDuty, Opsgenie or your own', {
    shown: 'URL',
    check: each(httpsUrl),
    list: true,
    secret: true,
  }),
  define('snsTopic', 'Alarms', '', 'existing SNS topic to notify, instead of a new one', {
    shown: 'ARN',
    check: snsTopicArn,
  }),
  define('budgetUsd', 'Alarms', 0, 'AWS Budget for all Bedrock spend, in US dollars a month; 0 for none', {
    check: budgetAmount,
    type: 'number',
  }),
  define('alarms', 'Alarms', 'standard', `how many alarms, and how strict: ${ALARM_PROFILES.join(', ')}`, {
    shown: 'PROFILE',
    check: oneOf(...ALARM_PROFILES),
    values: ALARM_PROFILES,
  }),
  define('pageOnce', 'Alarms', false, 'notify once per Region instead of once per alarm'),
  define('anomaly', 'Alarms', false, 'add alarms on unusual numbers of invocations and input tokens'),
  define('anomalyBand', 'Alarms', 3, 'standard deviations above the expected value that count as unusual', {
    check: positive,
    type: 'number',
  }),
  ...THRESHOLDS.map(({ key, default: fallback, describe, legacy, orZero }) =>
    define(key, 'Alarms', fallback, describe, { legacy, check: orZero ? zeroOrMore : positive, type: 'number' }),
  ),
]
