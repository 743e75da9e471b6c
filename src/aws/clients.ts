import { setMaxListeners } from 'node:events'
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types'
import type { Context } from '../core/context.ts'
import type { Aws } from './context.ts'
import { toAwsError } from './errors.ts'
import { pricingRegion } from './partitions.ts'

/** How to reach AWS. What is left out comes from the ordinary chain: environment, shared config files, SSO, roles. */
export interface AwsOptions {
  region: string
  profile?: string
  endpointUrl?: string
  /** Instead of the chain: for an AWS that is not one, such as the sandbox. */
  credentials?: { accessKeyId: string; secretAccessKey: string }
  /** Attempts a call, the first included. */
  maxAttempts?: number
}

interface Client {
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<unknown>
}

const CONNECT_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 30_000
const MAX_ATTEMPTS = 6

/** Clients for one Region. None is loaded before its first call, so that a command pays only for what it uses. */
export function createAws(cx: Context, options: AwsOptions): Aws {
  // Every call under way listens for the interruption; there is no limit to them that would hint at a leak.
  setMaxListeners(0, cx.signal)
  let credentials: Promise<AwsCredentialIdentityProvider> | undefined
  const chain = () => {
    credentials ??= import('@aws-sdk/credential-providers').then(({ fromNodeProviderChain }) =>
      fromNodeProviderChain({
        clientConfig: { region: options.region },
        ...(options.profile !== undefined && { profile: options.profile }),
      }),
    )
    return credentials
  }
  const config = async () => {
    return {
      region: options.region,
      credentials: options.credentials ?? (await chain()),
      maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        httpsAgent: { maxSockets: 32 },
      },
      ...(options.endpointUrl !== undefined && { endpoint: options.endpointUrl }),
    }
  }
  const lazy = (service: string, make: () => Promise<unknown>) => sender(cx, service, make as () => Promise<Client>)
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

/** Wraps a client so that every call can be aborted, is told to whoever watches, and fails with an `AppError` only. */
function sender(cx: Context, service: string, make: () => Promise<Client>) {
  let client: Promise<Client> | undefined
  return {
    async send(command: { constructor: { name: string } }): Promise<unknown> {
      const operation = command.constructor.name.replace(/Command$/, '')
      const started = cx.clock.now()
      const tell = (attempts: number, error?: string) =>
        cx.emit({ type: 'call', service, operation, ms: cx.clock.now() - started, attempts, ...(error && { error }) })
      try {
        client ??= make()
        const output = (await (await client).send(command, { abortSignal: cx.signal })) as {
          $metadata?: { attempts?: number }
        }
        tell(output.$metadata?.attempts ?? 1)
        return output
      } catch (thrown) {
        const error = toAwsError(thrown, { service, operation })
        tell((thrown as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1, error.code)
        throw error
      }
    },
  }
}
