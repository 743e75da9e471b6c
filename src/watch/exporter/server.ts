import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../../core/errors.ts'
import { refusal } from '../../core/own-page.ts'
import { OPEN_METRICS, PROMETHEUS_TEXT } from '../../text/openmetrics.ts'

export interface Address {
  host: string
  port: number
}

export interface Page {
  openMetrics: string
  text: string
}

/** Whoever is slower than this, or idle for longer, is cut off, ms. */
const SLOWEST_MS = 10_000
const MOST_CONNECTIONS = 100
const MOST_HEADER_BYTES = 16 * 1024
const LAST_MS = 1_000

export function isLoopback({ host }: Address): boolean {
  return /^(127(\.\d{1,3}){3}|::1|localhost)$/i.test(host)
}

export type Serving = Awaited<ReturnType<typeof serve>>

/** Serves what `page` says at `/metrics`, and `ok` at `/healthz`. Throws an AppError where the address cannot be had. */
export async function serve({ host, port }: Address, page: () => Page) {
  const isLocal = isLoopback({ host, port })
  const server = createServer(
    { maxHeaderSize: MOST_HEADER_BYTES, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      const { status, body, headers } = answerTo(request, isLocal, page)
      const bytes = Buffer.from(body)
      response.writeHead(status, {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': bytes.length,
        'x-content-type-options': 'nosniff',
        // What was sent with it is not read.
        ...(status >= 400 && { connection: 'close' }),
        ...headers,
      })
      response.end(request.method === 'HEAD' ? undefined : bytes)
    },
  )
  server.maxConnections = MOST_CONNECTIONS
  server.headersTimeout = SLOWEST_MS
  server.requestTimeout = SLOWEST_MS
  // Also of those that do not take what they asked for.
  server.setTimeout(SLOWEST_MS, (socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)))
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}/metrics`
  return { url, close: () => closed(server) }
}

/** Whatever its port: a tunnel may have another. */
const isOwn = (host: string) => isLoopback({ host: host.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''), port: 0 })

function answerTo(
  { method, url = '/', headers }: IncomingMessage,
  isLocal: boolean,
  page: () => Page,
): { status: number; body: string; headers?: Record<string, string> } {
  const why = isLocal ? refusal(headers, isOwn) : undefined
  if (why !== undefined) return { status: 403, body: `${why}\n` }
  const [path] = url.split('?')
  if (path !== '/metrics' && path !== '/healthz') {
    return { status: 404, body: 'not found: there are /metrics and /healthz\n' }
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, body: 'GET and HEAD only\n', headers: { allow: 'GET, HEAD' } }
  }
  if (path === '/healthz') return { status: 200, body: 'ok\n' }
  const { openMetrics, text } = page()
  const [body, type] = takesOpenMetrics(headers.accept) ? [openMetrics, OPEN_METRICS] : [text, PROMETHEUS_TEXT]
  return { status: 200, body, headers: { 'content-type': type, vary: 'accept' } }
}

/** Whether OpenMetrics is named, and nothing else is liked better. Others get the older text, which everybody reads. */
export function takesOpenMetrics(accept = ''): boolean {
  const liked = (type: string) =>
    accept.split(',').reduce((most, range) => {
      const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1'
      return name === type ? Math.max(most, Number(quality) || 0) : most
    }, 0)
  const open = liked('application/openmetrics-text')
  return open > 0 && open >= liked('text/plain')
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), LAST_MS)
    server.close(() => {
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
}

const WHY: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'it is in use'],
  ['EACCES', 'it needs more permissions'],
  ['EADDRNOTAVAIL', 'this machine does not have it'],
  ['ENOTFOUND', 'this machine does not have it'],
])

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  const { code = 'ListenFailed', message } = error
  return new AppError('failed', code, `cannot listen on ${host}:${port}: ${WHY.get(code) ?? message}`, {
    hint: 'pass another address with --listen HOST:PORT',
    cause: error,
  })
}
