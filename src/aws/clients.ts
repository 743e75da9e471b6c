import { setMaxListeners } from 'node:events'
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types'
import type { Context } from '../core/context.ts'
import { type AnswerLimits, answerLimits, limitAnswers } from './answer-limits.ts'
import { malformed, refuseForeignAnswers } from './answers.ts'
import type { Aws } from './context.ts'
import { toAwsError } from './errors.ts'
import { pricingRegion } from './partitions.ts'
import { rateLimits } from './rate-limit.ts'
import { withRetries } from './retry.ts'
import { hasItsShape } from './shape.ts'

/** How to reach AWS. What is left out comes from the ordinary chain: environment, shared config files, SSO, roles. */
export interface AwsOptions {
  region: string
  profile?: string
  endpointUrl?: string
  /** Instead of the ordinary chain: for an AWS that is not one, such as the sandbox. */
  credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider
  /** At most this many attempts a call, the first included; by default as many as its fault is worth. */
  maxAttempts?: number
  /** Milliseconds of silence after which a request has failed. */
  requestTimeoutMs?: number
  /** Bytes beyond which an answer is none of AWS's; the objects of S3 are not bound by it. */
  mostAnswerBytes?: number
}

interface Client {
  middlewareStack: unknown
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<unknown>
}

const CONNECT_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 30_000

/** How long a client waits for a connection and for an answer; without these, for ever. */
export function requestLimits(requestTimeout = REQUEST_TIMEOUT_MS) {
  return {
    connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, requestTimeout),
    requestTimeout,
    throwOnRequestTimeout: true,
    // The request's time-out ends with the first byte of the answer; this one ends an answer that stops half-way.
    socketTimeout: requestTimeout,
  }
}

/** Clients for one Region. None is loaded before its first call, so that a command pays only for what it uses. */
export function createAws(cx: Context, options: AwsOptions & Required<Pick<AwsOptions, 'credentials'>>): Aws {
  // Every call under way listens for the interruption; there is no limit to them that would hint at a leak.
  setMaxListeners(0, cx.signal)
  const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
  const config = async () => {
    return {
      region: options.region,
      credentials: options.credentials,
      // Retries are ours: they sleep on the context's clock, end at an interruption and keep to a deadline.
      maxAttempts: 1,
      requestHandler: { ...requestLimits(requestTimeout), httpsAgent: { maxSockets: 32 } },
      ...(options.endpointUrl !== undefined && { endpoint: options.endpointUrl }),
    }
  }
  const limits = rateLimits()
  const answers = answerLimits(requestTimeout, options.mostAnswerBytes)
  const maxAttempts = options.maxAttempts ?? Number.POSITIVE_INFINITY
  const lazy = (service: string, make: () => Promise<unknown>) =>
    sender(cx, { service, make: make as () => Promise<Client>, limits, answers, maxAttempts })
  return {
    sts: lazy('sts', async () => new (await import('@aws-sdk/client-sts')).STSClient(await config())),
    iam: lazy('iam', async () => new (await import('@aws-sdk/client-iam')).IAMClient(await config())),
    // An endpoint of one's own has one host name: the bucket has to go into the path.
    s3: lazy(
      's3',
      async () =>
        new (await import('@aws-sdk/client-s3')).S3Client({
          ...(await config()),
          forcePathStyle: options.endpointUrl !== undefined,
        }),
    ),
    logs: lazy(
      'logs',
      async () => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(await config()),
    ),
    cloudwatch: lazy(
      'cloudwatch',
      async () => new (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient(await config()),
    ),
    bedrock: lazy('bedrock', async () => new (await import('@aws-sdk/client-bedrock')).BedrockClient(await config())),
    budgets: lazy('budgets', async () => new (await import('@aws-sdk/client-budgets')).BudgetsClient(await config())),
    quotas: lazy(
      'quotas',
      async () => new (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient(await config()),
    ),
    kms: lazy('kms', async () => new (await import('@aws-sdk/client-kms')).KMSClient(await config())),
    sns: lazy('sns', async () => new (await import('@aws-sdk/client-sns')).SNSClient(await config())),
    pricing: lazy(
      'pricing',
      async () =>
        new (await import('@aws-sdk/client-pricing')).PricingClient({
          ...(await config()),
          region: pricingRegion(options.region),
        }),
    ),
  } as Aws
}

/** The SDK copies all that it sends and gets, member by member, for a log that goes nowhere. */
function leaveOutLog({ middlewareStack }: Client): void {
  const stack = middlewareStack as { remove(name: string): boolean }
  stack.remove('loggerMiddleware')
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
    /** A signal of its own is for what has to be tidied up after the interruption. */
    async send(
      command: { constructor: { name: string }; schema?: unknown },
      { abortSignal = cx.signal }: { abortSignal?: AbortSignal } = {},
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
        const output = await (await client)?.send(command, { abortSignal })
        if (!hasItsShape(command, output)) throw malformed()
        return output
      }
      try {
        client ??= make().then((made) => {
          limitAnswers(made, service, answers)
          refuseForeignAnswers(made)
          leaveOutLog(made)
          return made
        })
        const output = await withRetries(cx, attempt, { signal: abortSignal, maxAttempts, random: Math.random })
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
