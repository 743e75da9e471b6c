import { Agent, type AgentOptions } from 'node:https'
import { isIP } from 'node:net'
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { ProxyFor } from './proxy-variables.ts'

type Limits = NonNullable<Exclude<ConstructorParameters<typeof NodeHttpHandler>[0], (...args: never) => unknown>>
type Sending = Parameters<NodeHttpHandler['handle']>[1]

/** Sends each request straight to its host or through a proxy: over TLS by CONNECT, else for the whole URL. */
export class ProxyHandler extends NodeHttpHandler {
  readonly #proxyFor: ProxyFor
  readonly #tunnels = new Map<string, Promise<NodeHttpHandler>>()
  readonly #limits: Limits
  readonly #tls: AgentOptions

  constructor(limits: Limits, tls: AgentOptions, proxyFor: ProxyFor) {
    super({ ...limits, httpsAgent: new Agent({ keepAlive: true, ...tls }) })
    this.#limits = limits
    this.#tls = tls
    this.#proxyFor = proxyFor
  }

  override async handle(request: HttpRequest, sending: Sending): Promise<{ response: HttpResponse }> {
    const host = request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`
    const proxy = this.#proxyFor(new URL(`${request.protocol}//${host}`))
    if (!proxy) return super.handle(request, sending)
    if (request.protocol === 'https:') return (await this.#tunnel(proxy)).handle(request, sending)
    const { protocol, hostname, port } = proxy
    const toProxy = Object.assign(Object.create(Object.getPrototypeOf(request)), request, {
      protocol,
      hostname,
      port: port === '' ? undefined : Number(port),
      path: `http://${host}${request.path}`,
      headers: { ...request.headers, ...authorizationOf(proxy) },
    }) as HttpRequest
    return super.handle(toProxy, sending)
  }

  #tunnel(proxy: URL): Promise<NodeHttpHandler> {
    const made = this.#tunnels.get(proxy.href) ?? tunnelThrough(proxy, this.#limits, this.#tls)
    this.#tunnels.set(proxy.href, made)
    return made
  }
}

type Connected = (error: Error | null, socket?: unknown) => void

async function tunnelThrough(proxy: URL, limits: Limits, tls: AgentOptions): Promise<NodeHttpHandler> {
  const { HttpsProxyAgent } = await import('hpagent')
  const { ca } = tls
  const { protocol, port, username, password } = proxy
  // Brackets are for URLs alone.
  const hostname = proxy.hostname.replace(/^\[|\]$/g, '')
  // TLS has no server name that is an address (RFC 6066, 3), and node warns of one. The package sets it for `https:`.
  const isAddress = isIP(hostname) !== 0
  const reached = {
    protocol: isAddress && protocol === 'https:' ? 'tls:' : protocol,
    hostname,
    port,
    username,
    password,
  }
  const toProxy = { ...(ca !== undefined && { ca: [String(ca)] }), ...(isAddress && { servername: '' }) }
  const agent = new HttpsProxyAgent({
    keepAlive: true,
    ...tls,
    proxy: reached as URL,
    proxyRequestOptions: toProxy,
  })
  const connecting = agent as unknown as { createConnection(options: object, done: Connected): void }
  const connect = connecting.createConnection.bind(agent)
  // Says who refused: the package's own words are `Bad response: 407`.
  connecting.createConnection = (options, done) =>
    connect(options, (error, socket) => {
      const status = /^Bad response: (\d+)$/.exec(error?.message ?? '')?.[1]
      done(status === undefined ? error : refused(proxy, status), socket)
    })
  return new NodeHttpHandler({ ...limits, httpsAgent: agent })
}

function refused({ host }: URL, status: string): Error {
  const error = new Error(`the proxy ${host} answered ${status} instead of connecting`)
  error.name = 'ProxyRefused'
  return error
}

function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }
}
