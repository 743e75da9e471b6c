import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a request is answered: with a status, or not at all once it has come in whole. */
export type Reply =
  | number
  | 'reset'
  | 'silence'
  /** Something that is not HTTP. */
  | 'garbage'
  /** A status of success, behind which the answer never ends. */
  | 'endless'
  | { status: number; headers?: Record<string, string>; body?: string }

export interface Posted {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** A server that takes messages, and answers one after the other as it is told, then with 200. */
export async function webhook(...replies: Reply[]) {
  const got: Posted[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      got.push({ path: request.url ?? '', headers: request.headers, body })
      const reply = replies.shift() ?? 200
      if (reply === 'silence') return
      if (reply === 'garbage') return request.socket.end('220 mail.example.com ESMTP\r\n')
      if (reply === 'reset') return request.socket.destroy()
      if (reply === 'endless') return response.writeHead(200).write('o')
      const { status, headers = {}, body: said = 'ok' } = typeof reply === 'number' ? { status: reply } : reply
      response.writeHead(status, headers).end(said)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
