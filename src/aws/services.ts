import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { PricingClient } from '@aws-sdk/client-pricing'
import { STSClient } from '@aws-sdk/client-sts'

/**
 * The services in use: AWS's name of each, and how its client is loaded. But for what a report takes, none is loaded before its first
 * call. Budgets, exports, organizations and Cost Explorer are of the account, whatever the Region.
 */
export const SERVICES = {
  sts: ['sts', async () => STSClient],
  iam: ['iam', async () => (await import('@aws-sdk/client-iam')).IAMClient],
  s3: ['s3', async () => (await import('@aws-sdk/client-s3')).S3Client],
  logs: ['cloudwatch_logs', async () => (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient],
  cloudwatch: ['cloudwatch', async () => CloudWatchClient],
  bedrock: ['bedrock', async () => (await import('@aws-sdk/client-bedrock')).BedrockClient],
  budgets: ['budgets', async () => (await import('@aws-sdk/client-budgets')).BudgetsClient],
  exports: ['bcm_data_exports', async () => (await import('@aws-sdk/client-bcm-data-exports')).BCMDataExportsClient],
  glue: ['glue', async () => (await import('@aws-sdk/client-glue')).GlueClient],
  athena: ['athena', async () => (await import('@aws-sdk/client-athena')).AthenaClient],
  quotas: ['service_quotas', async () => (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient],
  kms: ['kms', async () => (await import('@aws-sdk/client-kms')).KMSClient],
  organizations: ['organizations', async () => (await import('@aws-sdk/client-organizations')).OrganizationsClient],
  sns: ['sns', async () => (await import('@aws-sdk/client-sns')).SNSClient],
  pricing: ['pricing', async () => PricingClient],
  ce: ['cost_explorer', async () => (await import('@aws-sdk/client-cost-explorer')).CostExplorerClient],
} as const satisfies Record<string, readonly [id: string, load: () => Promise<unknown>]>
