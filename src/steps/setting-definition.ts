import type { ThresholdKey } from './alarms/threshold-alarms.ts'
import type { Check } from './setting-checks.ts'

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
  /** Empty is a value of its own, and not the same as not given. */
  mayBeEmpty?: true
  /** The form in which it is used, of what the check lets pass. */
  tidy?(value: string): string
  /** Not to be shown, neither in messages nor with `--debug`. */
  secret?: true
}

const typeOf = (value: string | number | boolean): SettingDefinition['type'] => {
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'number' ? 'integer' : 'string'
}

/** A row of the table of settings: `legacy` is the variable that the shell scripts called it by. */
export const define = (
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
