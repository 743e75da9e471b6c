import { isRegionName } from '../aws/partitions.ts'
import { LAKE_NAMES } from '../report/lake/table.ts'
import { THRESHOLDS } from './alarms/threshold-alarms.ts'
import { flagOf } from './alarms/what-to-do.ts'
import {
  bucketName,
  bucketPrefix,
  budgetAmount,
  budgetName,
  type Check,
  each,
  emailAddress,
  glueName,
  httpsUrl,
  iamName,
  kmsKey,
  matching,
  oneOf,
  positive,
  positiveBelow,
  RETENTION_DAYS,
  regionBucketPrefix,
  scannedGb,
  snsTopicArn,
  wholeDays,
  zeroOrMore,
} from './setting-checks.ts'

export const ALARM_PROFILES = ['minimal', 'standard', 'strict'] as const
export type AlarmProfile = (typeof ALARM_PROFILES)[number]

interface Definition<Key, Value = string | number | boolean> {
  key: Key
  flag: string
  /** Variables that set it, strongest first: our own, then the one of the shell scripts. */
  env: readonly string[]
  type: 'string' | 'integer' | 'number' | 'boolean'
  default: Value
  describe: string
  group: 'Storage' | 'Names' | 'Alarms'
  check: Check
  /** All that it takes, where these can be counted. */
  values?: readonly string[]
  list?: true
  /** Empty is a value of its own, and not the same as not given. */
  mayBeEmpty?: true
  /** The form in which it is used, of what the check lets pass. */
  tidy?(value: string): string
  /** What help calls its value, where the type does not say it. */
  shown?: string
  /** Not to be shown, neither in messages nor with `--debug`. */
  secret?: true
}

/** What a row says besides: `legacy` is the variable that the shell scripts called the setting by, or that it was the key's own name. */
interface Details extends Partial<Omit<Definition<string>, 'key' | 'flag' | 'env' | 'group' | 'default' | 'describe'>> {
  legacy?: string | boolean
}

/** A row of the table of settings. Flag and variable follow from the key; a number is a whole one unless its type says otherwise. */
const defining =
  (group: Definition<string>['group']) =>
  <const Key extends string, Value extends string | number | boolean>(
    key: Key,
    fallback: Value,
    describe: string,
    { legacy = false, ...details }: Details = {},
  ): Definition<Key, Value> => {
    const flag = flagOf({ key })
    const name = flag.toUpperCase().replaceAll('-', '_')
    const env = [`BEDROCK_MONITOR_${name}`, ...(legacy === false ? [] : [legacy === true ? name : legacy])]
    const type = typeof fallback === 'number' ? 'integer' : (typeof fallback as 'string' | 'boolean')
    return { key, flag, env, type, default: fallback, describe, group, check: () => undefined, ...details }
  }
const [names, storage, alarms] = [defining('Names'), defining('Storage'), defining('Alarms')]

/** Every setting once: flags, variables, the configuration file's schema and the documentation come from this table. */
const ROWS = [
  names('roleName', 'BedrockCloudWatchLoggingRole', 'IAM role that Bedrock writes logs with', {
    legacy: 'IAM_ROLE_NAME',
    check: iamName(64),
  }),
  names('rolePolicyName', 'BedrockCloudWatchLoggingPolicy', 'inline policy of that role', {
    check: iamName(128),
  }),
  names('logGroupName', '/aws/bedrock/modelinvocations', 'log group for the invocation log', {
    legacy: true,
    check: matching(
      /^(?!aws\/)[\w./#-]{1,512}$/,
      '1 to 512 letters, digits or any of _./#- that do not begin with aws/',
    ),
  }),
  names('dashboardName', 'BedrockUsageMonitoring', 'CloudWatch dashboard', {
    legacy: true,
    check: matching(/^[\w-]{1,255}$/, '1 to 255 letters, digits, hyphens or underscores'),
  }),
  names('topicName', 'bedrock-usage-alerts', 'SNS topic that the alarms notify', {
    legacy: 'SNS_TOPIC_NAME',
    check: matching(/^[\w-]{1,256}$/, '1 to 256 letters, digits, hyphens or underscores'),
  }),
  names('budgetName', 'bedrock-monthly', 'name of the AWS Budget', { check: budgetName }),
  names('billingExportName', 'bedrock-billing', 'export of the bill', {
    check: matching(/^[\w-]{1,128}$/, '1 to 128 letters, digits, hyphens or underscores'),
  }),
  names('lakeDatabase', LAKE_NAMES.database, "database of Athena's table", { check: glueName }),
  names('lakeTable', LAKE_NAMES.table, "Athena's table of the log", { check: glueName }),
  names('lakeWorkgroup', LAKE_NAMES.workGroup, 'workgroup of Athena', {
    check: matching(/^[\w.-]{1,128}$/, '1 to 128 letters, digits or any of _.-'),
  }),
  storage('bucketPrefix', 'bedrock-logs', 'the bucket is named PREFIX-{account}', {
    shown: 'PREFIX',
    legacy: true,
    check: bucketPrefix,
  }),
  storage('bucketName', '', 'full name of the bucket, instead of PREFIX-{account}', {
    check: (value) => (value === '' ? undefined : bucketName(value)),
  }),
  storage('keyPrefix', 'bedrock-logs', 'folder for the logs in the bucket; empty for none', {
    shown: 'FOLDER',
    check: matching(
      /^\/*(?!bedrock-monitor\/*$)([\w!.*'()-]+(\/[\w!.*'()-]+)*)?\/*$/,
      'a folder such as logs/bedrock, or nothing, and not bedrock-monitor',
    ),
    mayBeEmpty: true,
    tidy: (value) => value.replace(/^\/+|\/+$/g, ''),
  }),
  storage('lifecycleDays', 90, 'days until log objects expire', { legacy: true, check: wholeDays }),
  storage('noncurrentDays', 7, 'days until old object versions expire', { check: wholeDays }),
  storage('retentionDays', 30, 'days that the log group keeps events', {
    legacy: true,
    check: oneOf(...RETENTION_DAYS),
    values: RETENTION_DAYS.map(String),
  }),
  storage('metadataOnly', false, 'log who called what, when and with how many tokens, but no prompts or responses'),
  storage(
    'billingExport',
    false,
    'export the bill to a bucket of its own, with who called (CUR 2.0 of AWS Data Exports)',
  ),
  storage('billingBucketName', '', 'bucket for the bill, instead of bedrock-billing-{account}', {
    check: (value) => (value === '' ? undefined : bucketName(value)),
  }),
  storage('lake', false, 'make the log in the bucket a table of Athena, without prompts and responses'),
  storage('lakeAccounts', '', 'other accounts whose logs are in the bucket, for the table of Athena', {
    shown: 'ID',
    check: each(matching(/^\d{12}$/, 'ids of accounts, of 12 digits, with commas')),
    list: true,
  }),
  storage('lakeRegions', '', 'other Regions whose logs are in the bucket, for the table of Athena', {
    shown: 'REGION',
    check: each((value) => (isRegionName(String(value)) ? undefined : 'Regions such as us-east-1, with commas')),
    list: true,
  }),
  storage('lakeMaxGb', 100, 'gigabytes that one query of Athena may scan', {
    check: scannedGb,
    type: 'number',
  }),
  storage('lakeResultDays', 7, 'days until query results of Athena expire', { check: wholeDays }),
  storage(
    'lakeBucketPrefix',
    'bedrock-athena',
    'buckets for query results of Athena are named PREFIX-{account}-{region}',
    { shown: 'PREFIX', check: regionBucketPrefix },
  ),
  storage('bucketKmsKey', '', 'KMS key that encrypts the bucket', { shown: 'ARN', check: kmsKey }),
  storage('logGroupKmsKey', '', 'KMS key that encrypts the log group', { shown: 'ARN', check: kmsKey }),
  storage('topicKmsKey', '', 'KMS key that encrypts the topic', { shown: 'ARN', check: kmsKey }),
  alarms('email', '', 'email addresses to notify', {
    shown: 'ADDRESS',
    check: each(emailAddress),
    list: true,
  }),
  alarms('httpsEndpoint', '', 'HTTPS endpoints to notify: PagerDuty, Opsgenie or your own', {
    shown: 'URL',
    check: each(httpsUrl),
    list: true,
    secret: true,
  }),
  alarms('snsTopic', '', 'existing SNS topic to notify, instead of a new one', {
    shown: 'ARN',
    check: snsTopicArn,
  }),
  alarms('budgetUsd', 0, 'AWS Budget for all Bedrock spend, in US dollars a month; 0 for none', {
    check: budgetAmount,
    type: 'number',
  }),
  alarms('alarms', 'standard' as AlarmProfile, `how many alarms, and how strict: ${ALARM_PROFILES.join(', ')}`, {
    shown: 'PROFILE',
    check: oneOf(...ALARM_PROFILES),
    values: ALARM_PROFILES,
  }),
  alarms('pageOnce', false, 'notify once per Region instead of once per alarm'),
  alarms('anomaly', false, 'add alarms on unusual numbers of invocations and input tokens'),
  alarms('anomalyBand', 3, 'standard deviations above the expected value that count as unusual', {
    check: positive,
    type: 'number',
  }),
  ...THRESHOLDS.map(({ key, default: fallback, describe, isLegacy, below, orZero = fallback === 0 }) =>
    alarms(key, fallback, describe, {
      legacy: isLegacy,
      check: below !== undefined ? positiveBelow(below) : orZero ? zeroOrMore : positive,
      type: 'number',
    }),
  ),
]

type Row = (typeof ROWS)[number]
export type SettingKey = Row['key']
export type SettingDefinition = Definition<SettingKey>

/** Every name, retention and threshold that a user may choose, as the table has them; an empty text is none. */
export type Settings = { [Each in Row as Each['key']]: Widened<Each['default']> }

type Widened<Value> = Value extends AlarmProfile
  ? AlarmProfile
  : Value extends string
    ? string
    : Value extends number
      ? number
      : boolean

export const SETTINGS: readonly SettingDefinition[] = ROWS
