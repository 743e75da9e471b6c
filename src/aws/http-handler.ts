import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { AwsOptions, Connection } from './connection.ts'

const CONNECT_TIMEOUT_MS = 5_000

export const REQUEST_TIMEOUT_MS = 30_000

const handlers = new WeakMap<Connection, Map<string, Promise<NodeHttpHandler>>>()

/** The accounts of an organization share what is open to a host: a socket of its own for each stays until the end. */
export function sharedHandler(endpoint: string | undefined, options: HandlerOptions): Promise<NodeHttpHandler> {
  const { requestTimeoutMs, connection } = options
  if (!connection) return handlerOf(endpoint, options)
  const ofConnection = handlers.get(connection) ?? new Map<string, Promise<NodeHttpHandler>>()
  handlers.set(connection, ofConnection)
  const key = `${isSecure(endpoint)} ${requestTimeoutMs}`
  const handler = ofConnection.get(key) ?? handlerOf(endpoint, options)
  ofConnection.set(key, handler)
  return handler
}

type HandlerOptions = Pick<AwsOptions, 'requestTimeoutMs' | 'connection'>

function isSecure(endpoint: string | undefined): boolean {
  return endpoint === undefined || endpoint.startsWith('https:')
}

/** How a request goes out: with these limits and certificates, and through the proxy where there is one. */
export async function handlerOf(
  endpoint: string | undefined,
  { requestTimeoutMs: requestTimeout = REQUEST_TIMEOUT_MS, connection }: HandlerOptions,
): Promise<NodeHttpHandler> {
  // Without these a client waits for ever.
  const limits = {
    connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, requestTimeout),
    requestTimeout,
    throwOnRequestTimeout: true,
    // The request's time-out ends with the first byte of the answer; this one ends an answer that stops half-way.
    socketTimeout: requestTimeout,
  }
  const ca = isSecure(endpoint) ? await connection?.caBundle() : undefined
  const tls = { maxSockets: 32, ...(ca !== undefined && { ca }) }
  if (!connection?.hasProxy) return new NodeHttpHandler({ ...limits, httpsAgent: tls })
  const { ProxyHandler } = await import('./proxy.ts')
  return new ProxyHandler(limits, tls, connection.proxyFor)
}
