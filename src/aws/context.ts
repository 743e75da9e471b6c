import type { AthenaClient } from '@aws-sdk/client-athena'
import type { BCMDataExportsClient } from '@aws-sdk/client-bcm-data-exports'
import type { BedrockClient } from '@aws-sdk/client-bedrock'
import type { BudgetsClient } from '@aws-sdk/client-budgets'
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { CostExplorerClient } from '@aws-sdk/client-cost-explorer'
import type { GlueClient } from '@aws-sdk/client-glue'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { OrganizationsClient } from '@aws-sdk/client-organizations'
import type { PricingClient } from '@aws-sdk/client-pricing'
import type { S3Client } from '@aws-sdk/client-s3'
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import type { SNSClient } from '@aws-sdk/client-sns'
import type { STSClient } from '@aws-sdk/client-sts'
import type { Context } from '../core/context.ts'
import type { Place } from '../core/place.ts'

export interface SendOptions {
  /** Instead of the context's: for what has to be tidied up after the interruption, or is worth only so much time. */
  abortSignal?: AbortSignal
  /** The answer is advice, which must not hold up the work: a fault on AWS's side is not waited out. */
  isAdvice?: boolean
  /** Not idempotent: what may have been done is not asked for again. */
  isOnce?: boolean
}

/** A client reduced to what the program uses of it: one method, which throws nothing but `AppError`. */
type Sender<Client extends { send: unknown }> = Pick<Client, 'send'>

export interface Aws {
  /** Whether S3 is spoken to without TLS, which no endpoint of AWS is. */
  readonly withoutTls?: boolean
  readonly sts: Sender<STSClient>
  readonly iam: Sender<IAMClient>
  readonly s3: Sender<S3Client>
  readonly logs: Sender<CloudWatchLogsClient>
  readonly cloudwatch: Sender<CloudWatchClient>
  readonly bedrock: Sender<BedrockClient>
  readonly sns: Sender<SNSClient>
  readonly kms: Sender<KMSClient>
  /** Of the account, whatever the Region. */
  readonly budgets: Sender<BudgetsClient>
  /** Of the account, whatever the Region. */
  readonly exports: Sender<BCMDataExportsClient>
  readonly glue: Sender<GlueClient>
  readonly athena: Sender<AthenaClient>
  readonly quotas: Sender<ServiceQuotasClient>
  /** Of the organization, whatever the Region. */
  readonly organizations: Sender<OrganizationsClient>
  /** Answers for every Region of its partition, whatever Region the others are in. */
  readonly pricing: Sender<PricingClient>
  /** Cost Explorer: of the account, whatever the Region. */
  readonly ce: Sender<CostExplorerClient>
}

/** One of the accounts that are read through one of them, in its Region. */
export interface Link {
  readonly owner: string
  /** The account that is called; the same object for all that are read through it. */
  readonly hub: { readonly account: string }
}

export interface AwsContext extends Context {
  readonly aws: Aws
  in(region: string): AwsContext
  /** Whose metrics and logs are meant, where several accounts are read through this one. */
  readonly link?: Link
}

export type AwsPlace = Place<AwsContext>
