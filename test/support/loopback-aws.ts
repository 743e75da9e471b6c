import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** What a server of the test was asked with: enough to tell whose settings the caller went by. */
export interface Asked {
  /** Of the server: a name that the test gave it. */
  at: string
  host: string
  key: string | undefined
  /** Region and service of the signature. */
  scope: string | undefined
  action: string | undefined
}

export interface LoopbackAws {
  url: string
  port: number
  asked: Asked[]
  close(): Promise<void>
}

/** The answer to an action: its XML, or a status and an error code. */
export type Answer = string | { status: number; code: string; message: string }
export type Answers = (action: string, body: URLSearchParams, asked: readonly Asked[]) => Answer | undefined

/** A server that records who asks for what, and answers STS and SSO as they do. */
export async function loopbackAws(at: string, asked: Asked[], answers: Answers = () => undefined, tls?: object) {
  const serve = (message: IncomingMessage, response: ServerResponse) => void answer(message, response)
  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of message) body += chunk
    const form = new URLSearchParams(body)
    const action = form.get('Action') ?? message.headers['x-amz-target']?.toString() ?? message.url?.split('?')[0]
    const [, key, scope] = /Credential=([^/]+)\/\d+\/([^/]+\/[^/]+)\//.exec(message.headers.authorization ?? '') ?? []
    asked.push({ at, host: message.headers.host ?? '', key, scope, action })
    const said = answers(action ?? '', form, asked) ?? IDENTITY
    if (typeof said === 'string') {
      const type = said.startsWith('{') ? 'application/json' : 'text/xml'
      response.writeHead(200, { ...ID, 'content-type': type }).end(said)
    } else if (action?.startsWith('/')) {
      const head = { ...ID, 'content-type': 'application/json', 'x-amzn-errortype': said.code }
      response.writeHead(said.status, head).end(JSON.stringify({ message: said.message }))
    } else response.writeHead(said.status, { ...ID, 'content-type': 'text/xml' }).end(errorXml(said))
  }
  return listening(tls ? createTlsServer(tls, serve) : createServer(serve), asked, tls ? 'https' : 'http')
}

/** A proxy that records what it is asked for. It tunnels to `tunnelTo`, or refuses. With `tls` it is reached over TLS. */
export async function loopbackProxy(asked: Asked[], tunnelTo?: number, tls?: object): Promise<LoopbackAws> {
  const serve = (message: IncomingMessage, response: ServerResponse) => {
    const { authorization = '', 'proxy-authorization': login } = message.headers
    const [, key] = /Credential=([^/]+)\//.exec(authorization) ?? []
    asked.push({ at: 'proxy', host: message.url ?? '', key, scope: login, action: message.method })
    response.writeHead(200, { ...ID, 'content-type': 'text/xml' }).end(IDENTITY)
  }
  const server = tls ? createTlsServer(tls, serve) : createServer(serve)
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    asked.push({
      at: 'proxy',
      host: message.url ?? '',
      key: undefined,
      scope: message.headers['proxy-authorization'],
      action: 'CONNECT',
    })
    socket.on('error', () => {})
    if (tunnelTo === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const onward = connect(tunnelTo, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
  })
  return listening(server, asked, tls ? 'https' : 'http')
}

async function listening(server: Server, asked: Asked[], scheme: string): Promise<LoopbackAws> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Those of a tunnel are none of the server's any more.
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const ID = { 'x-amzn-requestid': 'r' }

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ada</Arn><UserId>U</UserId><Account>111122223333</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`

/** Keys as STS gives them for a role. */
export function assumed(action: string, key: string, expiresInMs = 3_600_000): string {
  const until = new Date(Date.now() + expiresInMs).toISOString()
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t-${key}</SessionToken><Expiration>${until}</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser></${action}Result></${action}Response>`
}

function errorXml({ code, message }: { code: string; message: string }): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`
}
