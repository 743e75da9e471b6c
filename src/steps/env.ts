import { partitionOf } from '../aws/partitions.ts'
import type { Settings } from './settings.ts'

/** Where the monitoring stands: everything a resource's name, settings and ARNs are made of. */
export interface Env {
  accountId: string
  region: string
  settings: Settings
}

/** The ARN of a thing in the environment's account and Region; S3 and IAM leave parts of it empty. */
function arn(env: Env, service: string, region: string, account: string, resource: string): string {
  return `arn:${partitionOf(env.region).id}:${service}:${region}:${account}:${resource}`
}

export const bucketNameOf = ({ accountId, settings }: Env): string =>
  settings.bucketName || `${settings.bucketPrefix}-${accountId}`

export const roleArn = (env: Env): string => arn(env, 'iam', '', env.accountId, `role/${env.settings.roleName}`)

export const bucketArn = (env: Env): string => arn(env, 's3', '', '', bucketNameOf(env))

export const logGroupArn = (env: Env, region = env.region): string =>
  arn(env, 'logs', region, env.accountId, `log-group:${env.settings.logGroupName}`)

export const topicArn = (env: Env): string => arn(env, 'sns', env.region, env.accountId, env.settings.topicName)

export const alarmArn = (env: Env, name: string): string =>
  arn(env, 'cloudwatch', env.region, env.accountId, `alarm:${name}`)

/** Dashboards are global: their ARN has no Region. */
export const dashboardArn = (env: Env): string =>
  arn(env, 'cloudwatch', '', env.accountId, `dashboard/${env.settings.dashboardName}`)

/**
 * The conditions that keep another account from using a service as its deputy against ours: only requests that the
 * service makes for this account's resources pass.
 */
export function onBehalfOf(env: Env, service: 'bedrock' | 'cloudwatch', resource: string, region = env.region) {
  return {
    StringEquals: { 'aws:SourceAccount': [env.accountId] },
    ArnLike: { 'aws:SourceArn': [arn(env, service, region, env.accountId, resource)] },
  }
}
