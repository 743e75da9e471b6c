import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { refusal } from '../../core/own-page.ts'
import type { WireRequest } from '../protocols/wire.ts'
import type { Answer } from './answer.ts'
import { readBody } from './body.ts'

const LOOPBACK = '127.0.0.1'
const NAMES = [LOOPBACK, 'localhost', '[::1]']

export interface Listening {
  readonly url: string
  /** Ends the server and every connection at once. */
  close(): Promise<void>
}

/** Serves on the loopback interface only. Rejects where the port is taken; port 0 picks a free one. */
export async function listen(port: number, answer: (request: WireRequest) => Promise<Answer>): Promise<Listening> {
  const server = createServer({ keepAlive: true, noDelay: true }, (message, response) => {
    void serve(message, response, answer)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, LOOPBACK, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${LOOPBACK}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  answer: (request: WireRequest) => Promise<Answer>,
): Promise<void> {
  try {
    const { localPort } = message.socket
    const why = refusal(message.headers, (host) => NAMES.some((name) => host === `${name}:${localPort}`))
    if (why !== undefined) {
      response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(`${why}\n`)
      return
    }
    const result = await answer(await toRequest(message))
    if (result === 'silence') return
    if (result === 'reset') {
      message.socket.resetAndDestroy()
      return
    }
    const body = typeof result.body === 'string' ? Buffer.from(result.body) : result.body
    // A HEAD's answer tells its own length (of the object) and never has a body.
    const head = message.method === 'HEAD'
    const length = head ? {} : { 'content-length': String(body.byteLength) }
    response.writeHead(result.status, { ...result.headers, ...length })
    response.end(head ? undefined : body)
  } catch {
    // The caller has gone away in the middle of its request, or nothing sensible can be said to it.
    message.socket.destroy()
  }
}

async function toRequest(message: IncomingMessage): Promise<WireRequest> {
  const [path = '/', query = ''] = split(message.url ?? '/')
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)])
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await readBody(message),
  }
}

/** At the first question mark; the path is kept as it was sent, since a key may hold dots and double slashes. */
function split(url: string): [path: string, query: string] {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}
