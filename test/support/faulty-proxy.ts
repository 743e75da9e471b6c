import { request as httpRequest } from 'node:http'
import { faultError } from '../../src/sandbox/fault-errors.ts'
import type { FaultKind } from '../../src/sandbox/faults.ts'
import type { Answer } from '../../src/sandbox/http/answer.ts'
import { credentialScope, serviceOf } from '../../src/sandbox/http/authorization.ts'
import { listen } from '../../src/sandbox/http/server.ts'
import { protocolFor } from '../../src/sandbox/protocols/protocols.ts'
import type { WireRequest, WireResponse } from '../../src/sandbox/protocols/wire.ts'

/** Hands a request on to the server behind. */
export type Forward = () => Promise<WireResponse>

/** Decides over one request: what the server behind answers, or something else. */
export type Meddle = (request: WireRequest, forward: Forward) => Promise<Answer>

/** A server of our own before another one. It answers as `meddle` says. */
export function startProxy(target: string, meddle: Meddle): Promise<{ url: string; close(): Promise<void> }> {
  return listen(0, (request) => meddle(request, () => forward(target, request)))
}

function forward(target: string, { method, path, query, headers, body }: WireRequest): Promise<WireResponse> {
  const search = query.size > 0 ? `?${query}` : ''
  const own = { ...headers, host: new URL(target).host }
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(new URL(target), { method, path: `${path}${search}`, headers: own }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: plainHeaders(answer.headers), body: Buffer.concat(chunks) }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length'])

function plainHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
}

/** What the service itself would say in the case of a fault: its protocol, its code. */
export async function faultAnswer(kind: FaultKind, request: WireRequest): Promise<Answer> {
  if (kind === 'reset') return 'reset'
  const scope = credentialScope(request)
  const service = scope && serviceOf(scope)
  if (!service) return 'reset'
  const { protocol } = await protocolFor(service, request)
  const error = faultError(kind, service, protocol.route(request) ?? 'UnknownOperation')
  return error ? protocol.fault(error, 'proxy') : 'silence'
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
