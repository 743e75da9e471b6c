import { setMaxListeners } from 'node:events'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { PricingClient } from '@aws-sdk/client-pricing'
import { STSClient } from '@aws-sdk/client-sts'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { Context } from '../core/context.ts'
import { type AnswerLimits, answerLimits, limitAnswers, refuseForeignAnswers, refuseOddAnswers } from './answers.ts'
import type { AwsOptions, Connection, ServiceId } from './connection.ts'
import type { Aws, SendOptions } from './context.ts'
import { toAwsError } from './errors.ts'
import { faultOf } from './fault.ts'
import { REQUEST_TIMEOUT_MS, sharedHandler } from './http-handler.ts'
import { costExplorerRegion, pricingRegion } from './partitions.ts'
import { rateLimits, withRetries } from './retry.ts'

interface Client {
  middlewareStack: unknown
  config?: { credentials?: (options?: { forceRefresh: boolean }) => Promise<AwsCredentialIdentity> }
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<unknown>
}

/**
 * Clients for one Region. What a report takes stands with this file; no other is loaded before its first call, so that a
 * command pays only for what it uses.
 */
export function createAws(cx: Context, options: AwsOptions & Required<Pick<AwsOptions, 'credentials'>>): Aws {
  // Every call under way listens for the interruption; there is no limit to them that would hint at a leak.
  setMaxListeners(0, cx.signal)
  const config = async (service: ServiceId) => ({
    ...(await configOf(service, options)),
    credentials: options.credentials,
  })
  const limits = rateLimits()
  const { maxAttempts: most = Number.POSITIVE_INFINITY, connection } = options
  const maxAttempts = Math.min(most, connection?.maxAttempts ?? Number.POSITIVE_INFINITY)
  const answers = answerLimits(options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS, options.mostAnswerBytes)
  const lazy = ([service, id, load, more]: Lazy) =>
    sender(cx, {
      service,
      make: async () => new (await load())({ ...(await config(id)), ...more?.(options) } as never),
      limits,
      answers,
      maxAttempts,
    })
  return {
    withoutTls: endpointFor('s3', options)?.startsWith('http:') ?? false,
    ...Object.fromEntries(CLIENTS.map((each) => [each[0], lazy(each)])),
  } as unknown as Aws
}

/** A service by our name and by AWS's, how its client is loaded, and what it is told besides. */
type Lazy = readonly [
  service: Exclude<keyof Aws, 'withoutTls'>,
  id: ServiceId,
  load: () => Promise<new (config: never) => Client>,
  more?: (options: AwsOptions) => object,
]

const CLIENTS: readonly Lazy[] = [
  ['sts', 'sts', async () => STSClient],
  ['iam', 'iam', async () => (await import('@aws-sdk/client-iam')).IAMClient],
  [
    's3',
    's3',
    async () => (await import('@aws-sdk/client-s3')).S3Client,
    (of) => ({ forcePathStyle: isPathStyle(of) }),
  ],
  ['logs', 'cloudwatch_logs', async () => (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient],
  ['cloudwatch', 'cloudwatch', async () => CloudWatchClient],
  ['bedrock', 'bedrock', async () => (await import('@aws-sdk/client-bedrock')).BedrockClient],
  ['budgets', 'budgets', async () => (await import('@aws-sdk/client-budgets')).BudgetsClient],
  ['exports', 'bcm_data_exports', async () => (await import('@aws-sdk/client-bcm-data-exports')).BCMDataExportsClient],
  ['glue', 'glue', async () => (await import('@aws-sdk/client-glue')).GlueClient],
  ['athena', 'athena', async () => (await import('@aws-sdk/client-athena')).AthenaClient],
  ['quotas', 'service_quotas', async () => (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient],
  ['kms', 'kms', async () => (await import('@aws-sdk/client-kms')).KMSClient],
  ['organizations', 'organizations', async () => (await import('@aws-sdk/client-organizations')).OrganizationsClient],
  ['sns', 'sns', async () => (await import('@aws-sdk/client-sns')).SNSClient],
  ['pricing', 'pricing', async () => PricingClient, ({ region }) => ({ region: pricingRegion(region) })],
  [
    'ce',
    'cost_explorer',
    async () => (await import('@aws-sdk/client-cost-explorer')).CostExplorerClient,
    ({ region }) => ({ region: costExplorerRegion(region) ?? region }),
  ],
]

function endpointFor(service: ServiceId, { endpointUrl, connection }: AwsOptions): string | undefined {
  return endpointUrl ?? connection?.endpoint(service)
}

/** As the profile says; else an endpoint of one's own has the bucket in the path. */
function isPathStyle(options: AwsOptions): boolean {
  const style = options.connection?.s3.addressingStyle ?? 'auto'
  return style === 'path' || (style === 'auto' && endpointFor('s3', options) !== undefined)
}

/** The settings of one client, but for its credentials: some are there only to get them. */
export async function configOf(service: ServiceId, options: AwsOptions) {
  const { region, connection } = options
  const endpoint = endpointFor(service, options)
  return {
    region,
    // Retries are ours: they sleep on the context's clock, end at an interruption and keep to a deadline.
    maxAttempts: 1,
    requestHandler: await sharedHandler(endpoint, options),
    // The SDK's own look at endpoints is into the default profile, whichever is in use.
    ignoreConfiguredEndpointUrls: true,
    ...(connection && { profile: connection.profile }),
    ...(endpoint !== undefined && { endpoint }),
    // As in the AWS CLI, an endpoint of one's own is taken as it is.
    useFipsEndpoint: endpoint === undefined && connection?.fips === true,
    useDualstackEndpoint:
      endpoint === undefined && (service === 's3' ? connection?.s3.dualStack : connection?.dualStack) === true,
    useGlobalEndpoint: endpoint === undefined && isGlobal(service, connection),
  }
}

function isGlobal(service: ServiceId, connection: Connection | undefined): boolean {
  if (service === 'sts') return connection?.isStsGlobal === true
  return service === 's3' && connection?.s3.isGlobal === true
}

/** The SDK copies all that it sends and gets, member by member, for a log that goes nowhere. */
function leaveOutLog({ middlewareStack }: Client): void {
  const stack = middlewareStack as { remove(name: string): boolean }
  stack.remove('loggerMiddleware')
}

const EXPIRED: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'])

/** True where AWS says that the credentials of a call have run out, and there are others: those that a call beside it got, or new ones. */
async function renewed(thrown: unknown, { config }: Client, used: AwsCredentialIdentity | undefined): Promise<boolean> {
  if (!EXPIRED.has(faultOf(thrown).code)) return false
  const isOther = (one: AwsCredentialIdentity | undefined) =>
    one?.sessionToken !== used?.sessionToken || one?.accessKeyId !== used?.accessKeyId
  return isOther(await config?.credentials?.()) || isOther(await config?.credentials?.({ forceRefresh: true }))
}

interface Wrapped {
  service: string
  make(): Promise<Client>
  limits: ReturnType<typeof rateLimits>
  answers: AnswerLimits
  maxAttempts: number
}

/**
 * Wraps a client so that every call keeps to AWS's rate, is tried again where that helps, can be aborted, is told to whoever
 * watches, and fails with an `AppError` only.
 */
function sender(cx: Context, { service, make, limits, answers, maxAttempts }: Wrapped) {
  let client: Promise<Client> | undefined
  return {
    async send(
      command: { constructor: { name: string } },
      { abortSignal = cx.signal, isAdvice = false, isOnce = false }: SendOptions = {},
    ): Promise<unknown> {
      const call = { service, operation: command.constructor.name.replace(/Command$/, '') }
      const started = cx.clock.now()
      let attempts = 0
      const tell = (error?: string) =>
        cx.emit({ type: 'call', ...call, ms: cx.clock.now() - started, attempts, ...(error && { error }) })
      const attempt = async () => {
        const turn = limits(call, cx.clock.now())
        if (turn > 0) await cx.clock.sleep(turn, abortSignal)
        attempts += 1
        const made = await client
        const used = await made?.config?.credentials?.()
        return made?.send(command, { abortSignal }).catch(async (thrown: unknown) => {
          if (!(await renewed(thrown, made, used))) throw thrown
          return made.send(command, { abortSignal })
        })
      }
      try {
        client ??= make().then((made) => {
          refuseOddAnswers(made)
          limitAnswers(made, service, answers)
          refuseForeignAnswers(made)
          leaveOutLog(made)
          return made
        })
        const output = await withRetries(cx, attempt, {
          signal: abortSignal,
          maxAttempts,
          isAdvice,
          isOnce,
          random: Math.random,
        })
        tell()
        return output
      } catch (thrown) {
        const error = abortSignal.aborted ? toAwsError(abortSignal.reason, call) : toAwsError(thrown, call)
        tell(error.code)
        throw error
      }
    },
  }
}
