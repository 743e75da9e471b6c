import { usageError } from '../core/errors.ts'

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
  /** Empty: nobody is subscribed. */
  email: string
  /** Input tokens an hour. */
  highTokenThreshold: number
  /** Client errors in 5 minutes. */
  errorRateThreshold: number
  /** Invocations an hour. */
  invocationThreshold: number
  /** Average milliseconds from request to last token. */
  highLatencyThreshold: number
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
  /** What a valid value looks like, when this one is not; undefined when it is. */
  check(value: string | number | boolean): string | undefined
}

/** A source of values, e.g. the flags or the configuration file, with the name that errors call it by. */
export interface SettingLayer {
  source: string
  /** By setting key; strings are converted where the setting is a number. */
  values: Readonly<Partial<Record<SettingKey, unknown>>>
  /** How this source calls a setting ("--retention-days", "RETENTION_DAYS"); its key otherwise. */
  nameOf?(key: SettingKey): string
}

/** The retentions CloudWatch Logs accepts, in days (PutRetentionPolicy). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const

type Check = SettingDefinition['check']

const matching =
  (pattern: RegExp, rule: string): Check =>
  (value) =>
    pattern.test(String(value)) ? undefined : rule

const positive: Check = (value) => (Number(value) > 0 ? undefined : 'a number greater than 0')

const wholeDays: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 36_500
    ? undefined
    : 'a whole number of days from 1 to 36500'

const iamName = (most: number) =>
  matching(new RegExp(`^[\\w+=,.@-]{1,${most}}$`), `1 to ${most} letters, digits or any of +=,.@_-`)

/** S3's rules for general purpose bucket names. */
const bucketName: Check = (value) => {
  const name = String(value)
  const wellFormed =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+(\.\d+){3}$/.test(name)
  const reserved =
    /^(xn--|sthree-|amzn-s3-demo-)/.test(name) || /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  return wellFormed && !reserved
    ? undefined
    : '3 to 63 lower-case letters, digits, dots and hyphens, as S3 names buckets'
}

/** A prefix that leaves room for `-` and a 12-digit account. */
const bucketPrefix: Check = (value) =>
  bucketName(`${value}-000000000000`) === undefined ? undefined : '1 to 50 lower-case letters, digits, dots and hyphens'

/** One key cannot serve several Regions, so a key is named by its ARN. */
const kmsKey = matching(
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+)?$/,
  'the ARN of a KMS key, such as arn:aws:kms:us-east-1:111122223333:key/ID',
)

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
  define(
    'retentionDays',
    'retention-days',
    'RETENTION_DAYS',
    'Storage',
    30,
    'days the log group keeps events',
    (value) =>
      (RETENTION_DAYS as readonly number[]).includes(Number(value)) ? undefined : `one of ${RETENTION_DAYS.join(', ')}`,
  ),
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
  define(
    'email',
    'email',
    undefined,
    'Alarms',
    '',
    'address to subscribe to the alarms',
    matching(/^([^\s@]+@[^\s@]+\.[^\s@]+)?$/, 'an e-mail address'),
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
]

export interface ResolvedSettings {
  settings: Settings
  /** Where each value came from, for `--debug`. */
  sources: Record<SettingKey, string>
}

/**
 * The settings from layers, strongest first; what no layer sets has its default. Throws a usage error that names the
 * value, where it came from and what would be valid.
 */
export function resolveSettings(layers: readonly SettingLayer[]): ResolvedSettings {
  const settings: Partial<Record<SettingKey, string | number | boolean>> = {}
  const sources: Partial<Record<SettingKey, string>> = {}
  for (const definition of SETTINGS) {
    const layer = layers.find(({ values }) => values[definition.key] !== undefined)
    const value = layer ? convert(definition, layer.values[definition.key], layer) : definition.default
    settings[definition.key] = value
    sources[definition.key] = layer?.source ?? 'default'
  }
  return { settings: settings as unknown as Settings, sources: sources as Record<SettingKey, string> }
}

function convert(definition: SettingDefinition, value: unknown, layer: SettingLayer): string | number | boolean {
  const name = layer.nameOf?.(definition.key) ?? definition.key
  const reject = (rule: string) => {
    const from = layer.source === name ? '' : ` (${layer.source})`
    return usageError(`${name}${from} is ${JSON.stringify(value)}: not ${rule}`, `give ${rule}`)
  }
  if (definition.type === 'string') {
    if (typeof value !== 'string') throw reject('a text')
    const rule = definition.check(value)
    if (rule !== undefined) throw reject(rule)
    return value
  }
  if (definition.type === 'boolean') {
    const flag = { true: true, '1': true, false: false, '0': false }[String(value)]
    if (flag === undefined) throw reject('true or false')
    return flag
  }
  const text = typeof value === 'string' ? value.trim() : value
  const number = typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (typeof number !== 'number' || !Number.isFinite(number)) throw reject('a number')
  if (definition.type === 'integer' && !Number.isInteger(number)) throw reject('a whole number')
  const rule = definition.check(number)
  if (rule !== undefined) throw reject(rule)
  return number
}
