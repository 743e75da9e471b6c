import { setMaxListeners } from 'node:events'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { Context } from '../core/context.ts'
import { answerLimits, limitAnswers, refuseForeignAnswers, refuseOddAnswers } from './answers.ts'
import type { AwsOptions, ServiceId } from './connection.ts'
import type { Aws, SendOptions } from './context.ts'
import { toAwsError } from './errors.ts'
import { faultOf } from './fault.ts'
import { REQUEST_TIMEOUT_MS, sharedHandler } from './http-handler.ts'
import { costExplorerRegion, pricingRegion } from './partitions.ts'
import { rateLimits, withRetries } from './retry.ts'
import { SERVICES } from './services.ts'

interface Client {
  middlewareStack: unknown
  config?: { credentials?: (options?: { forceRefresh: boolean }) => Promise<AwsCredentialIdentity> }
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<unknown>
}

/** Clients for one Region. But for what a report takes, none is loaded before its first call. */
export function createAws(cx: Context, options: AwsOptions & Required<Pick<AwsOptions, 'credentials'>>): Aws {
  // Every call under way listens for the interruption; there is no limit to them that would hint at a leak.
  setMaxListeners(0, cx.signal)
  const { connection, credentials, requestTimeoutMs = REQUEST_TIMEOUT_MS, mostAnswerBytes } = options
  const most = [options.maxAttempts, connection?.maxAttempts].map((attempts) => attempts ?? Number.POSITIVE_INFINITY)
  const limits = { turn: rateLimits(), maxAttempts: Math.min(...most) }
  const answers = answerLimits(requestTimeoutMs, mostAnswerBytes)
  const lazy = (service: string, id: ServiceId, load: () => Promise<new (config: never) => Client>) =>
    sender(cx, service, limits, async () => {
      const [Client, config] = await Promise.all([load(), configOf(id, options)])
      const made = new Client({ ...config, credentials, ...MORE[id]?.(options) } as never)
      refuseOddAnswers(made)
      limitAnswers(made, service, answers)
      refuseForeignAnswers(made)
      // The SDK copies all that it sends and gets, member by member, for a log that goes nowhere.
      const stack = made.middlewareStack as { remove(name: string): boolean }
      stack.remove('loggerMiddleware')
      return made
    })
  return {
    withoutTls: endpointFor('s3', options)?.startsWith('http:') ?? false,
    ...Object.fromEntries(Object.entries(SERVICES).map(([name, [id, load]]) => [name, lazy(name, id, load as never)])),
  } as unknown as Aws
}

const MORE: Partial<Record<ServiceId, (options: AwsOptions) => object>> = {
  s3: (options) => ({ forcePathStyle: isPathStyle(options) }),
  pricing: ({ region }) => ({ region: pricingRegion(region) }),
  cost_explorer: ({ region }) => ({ region: costExplorerRegion(region) ?? region }),
}

function endpointFor(service: ServiceId, { endpointUrl, connection }: AwsOptions): string | undefined {
  return endpointUrl ?? connection?.endpoint(service)
}

/** As the profile says; else an endpoint of one's own has the bucket in the path. */
function isPathStyle(options: AwsOptions): boolean {
  const style = options.connection?.s3.addressingStyle ?? 'auto'
  return style === 'path' || (style === 'auto' && endpointFor('s3', options) !== undefined)
}

export async function configOf(service: ServiceId, options: AwsOptions) {
  const { region, connection } = options
  const endpoint = endpointFor(service, options)
  const isGlobal = service === 'sts' ? connection?.isStsGlobal : service === 's3' && connection?.s3.isGlobal
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
    useGlobalEndpoint: endpoint === undefined && isGlobal === true,
  }
}

const EXPIRED: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'])

/** True where AWS says that the credentials of a call have run out, and there are others: those that a call beside it got, or new ones. */
async function renewed(thrown: unknown, { config }: Client, used: AwsCredentialIdentity | undefined): Promise<boolean> {
  if (!EXPIRED.has(faultOf(thrown).code)) return false
  const isOther = (one: AwsCredentialIdentity | undefined) =>
    one?.sessionToken !== used?.sessionToken || one?.accessKeyId !== used?.accessKeyId
  return isOther(await config?.credentials?.()) || isOther(await config?.credentials?.({ forceRefresh: true }))
}

/** Every call keeps to AWS's rate, is retried where that helps, can be aborted, is told, and fails with an `AppError` only. */
function sender(
  cx: Context,
  service: string,
  { turn, maxAttempts }: { turn: ReturnType<typeof rateLimits>; maxAttempts: number },
  make: () => Promise<Client>,
) {
  let client: Promise<Client> | undefined
  return {
    service,
    async send(
      command: { constructor: { name: string } },
      { abortSignal: signal = cx.signal, isAdvice = false, isOnce = false }: SendOptions = {},
    ): Promise<unknown> {
      const call = { service, operation: command.constructor.name.replace(/Command$/, '') }
      const started = cx.clock.now()
      let attempts = 0
      const tell = (error?: string) =>
        cx.emit({ type: 'call', ...call, ms: cx.clock.now() - started, attempts, ...(error && { error }) })
      const attempt = async () => {
        const wait = turn(call, cx.clock.now())
        if (wait > 0) await cx.clock.sleep(wait, signal)
        attempts += 1
        const made = await (client as Promise<Client>)
        const used = await made.config?.credentials?.()
        return made.send(command, { abortSignal: signal }).catch(async (thrown: unknown) => {
          if (!(await renewed(thrown, made, used))) throw thrown
          return made.send(command, { abortSignal: signal })
        })
      }
      try {
        client ??= make()
        const output = await withRetries(cx, attempt, { signal, maxAttempts, isAdvice, isOnce, random: Math.random })
        tell()
        return output
      } catch (thrown) {
        const error = toAwsError(signal.aborted ? signal.reason : thrown, call)
        tell(error.code)
        throw error
      }
    },
  }
}
