import { bucketNameOf } from '../aws/log-bucket.ts'
import { arn } from '../aws/partitions.ts'
import type { Settings } from './settings.ts'
import type { FeaturesInUse, InUse, QuotaAlarmNames } from './use/in-use.ts'

/** Where the monitoring stands: everything a resource's name, settings and ARNs are made of. */
export interface Env {
  accountId: string
  /** The Region that is looked at; for what is global, the first. */
  region: string
  regions: readonly string[]
  /** The Region whose bucket has the plain name; those of others end in their Region. Undefined: it stands in none of `regions`. */
  homeRegion: string | undefined
  settings: Settings
  /** The account is the caller's own: those that are linked to it are read, too. */
  readsLinked?: boolean
  /** The models that spending and quotas are watched for; nothing is in use as long as nobody has looked. */
  inUse?: InUse
  featuresInUse?: FeaturesInUse
  /** Of a clean-up: what is to be removed is looked at more closely, and what others put into our bucket goes too, or not. */
  removing?: { includeOthers: boolean; includeAdopted: boolean }
  /** Of an examination: what hinders use or removal is looked for in what this program made, too. */
  examining?: true
  quotasReadIn?: ReadonlySet<string>
  /** The alarms on quotas that stand: which there are hangs on what was in use. */
  quotaAlarmNames?: QuotaAlarmNames
}

export const byRegion = (env: Env): Env[] => env.regions.map((region) => ({ ...env, region }))

export const roleArn = (env: Env): string => arn(env, 'iam', '', env.accountId, `role/${env.settings.roleName}`)

export const bucketArn = (env: Env): string => arn(env, 's3', '', '', bucketNameOf(env))

export const logGroupArn = (env: Env, region = env.region, name = env.settings.logGroupName): string =>
  arn(env, 'logs', region, env.accountId, `log-group:${name}`)

/** The Region's topic that we make, whether or not it is the one that is notified. */
export const ownTopicArn = (env: Env): string => arn(env, 'sns', env.region, env.accountId, env.settings.topicName)

/** The topic that is notified: the one that the settings name, of somebody's own, or else ours. */
export const topicArn = (env: Env): string => env.settings.snsTopic || ownTopicArn(env)

export const alarmArn = (env: Env, name: string): string =>
  arn(env, 'cloudwatch', env.region, env.accountId, `alarm:${name}`)

/** Dashboards are global: their ARN has no Region. */
export const dashboardArn = (env: Env): string =>
  arn(env, 'cloudwatch', '', env.accountId, `dashboard/${env.settings.dashboardName}`)

/** Budgets are of the account: their ARN has no Region. */
export const budgetArn = (env: Env): string =>
  arn(env, 'budgets', '', env.accountId, `budget/${env.settings.budgetName}`)

/** AWS has the bill, and what is made of it, in one Region. */
export const BILLING_REGION = 'us-east-1'

/** Their ARNs end in an id of AWS's. */
export const exportArns = (env: Env, name: string): string =>
  arn(env, 'bcm-data-exports', BILLING_REGION, env.accountId, `export/${name}`)

/** The condition keys of what a service does on behalf of this account, as a policy is judged by them. */
export function sourceOf(...behalf: Parameters<typeof onBehalfOf>) {
  const { StringEquals, ArnLike } = onBehalfOf(...behalf)
  return { 'aws:sourceaccount': StringEquals['aws:SourceAccount'][0], 'aws:sourcearn': ArnLike['aws:SourceArn'][0] }
}

/** Keeps another account from using a service as its deputy: only what the service does for this account passes. */
export function onBehalfOf(
  env: Env,
  service: 'bedrock' | 'cloudwatch' | 'budgets' | 'bcm-data-exports',
  resource: string,
  region = env.region,
) {
  return {
    StringEquals: { 'aws:SourceAccount': [env.accountId] },
    ArnLike: { 'aws:SourceArn': [arn(env, service, region, env.accountId, resource)] },
  }
}
