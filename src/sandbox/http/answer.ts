import { randomUUID } from 'node:crypto'
import { faultError } from '../fault-errors.ts'
import type { Fault, FaultInjector } from '../faults.ts'
import { jsonProtocol } from '../protocols/json.ts'
import { protocolFor } from '../protocols/protocols.ts'
import { queryProtocol } from '../protocols/query.ts'
import type { WireRequest, WireResponse } from '../protocols/wire.ts'
import { AwsFault, type Call, faultOf, type Service, type ServiceId } from '../service.ts'
import { type CredentialScope, credentialScope, serviceOf } from './authorization.ts'
import { decodeBody } from './body.ts'

export interface AnsweredCall {
  readonly service: ServiceId
  readonly operation: string
  readonly region: string
  readonly account: string
  /** The session of an assumed role that called: its access key, as `Sessions` knows it. */
  readonly session?: string
  /** True for calls that may change something: all but Get, List, Describe, Head and the like. */
  readonly writing: boolean
  /** The HTTP status; 0 where a fault let the call go without an answer. */
  readonly status: number
}

/** What to do with a request: answer it, never answer it, or break the connection. */
export type Answer = WireResponse | 'silence' | 'reset'

export interface House {
  /** Whose key it is, and what stands in that account. */
  accountOf(accessKey: string): Tenant
  now(): number
  readonly faults: FaultInjector
  log(call: AnsweredCall): void
}

/** An account, its services, and the session by which it is called, if any. */
export interface Tenant {
  readonly account: string
  readonly session?: string
  readonly expired?: boolean
  readonly services: Readonly<Partial<Record<ServiceId, Service>>>
}

const READING = /^(Get|BatchGet|List|Describe|Head|Filter|Lookup|Simulate|StartQuery|StopQuery)/

/** Answers one request from decoding to encoding; errors of the services become answers in the protocol's own form. */
export async function answer(house: House, request: WireRequest): Promise<Answer> {
  const scope = credentialScope(request)
  const id = scope && serviceOf(scope)
  const { account, session, expired, services } = house.accountOf(scope?.accessKey ?? '')
  const service = id && services[id]
  if (scope === undefined || id === undefined || service === undefined) return anonymousFault(request, scope)
  const requestId = randomUUID()
  const { protocol, catalog } = await protocolFor(id, request)
  const name = protocol.route(request) ?? 'UnknownOperation'
  const asked = { service: id, operation: name, writing: !READING.test(name) }
  const done = (result: Answer): Answer => {
    const status = typeof result === 'string' ? 0 : result.status
    house.log({ ...asked, region: scope.region, account, ...(session && { session }), status })
    return result
  }
  const fault = house.faults.strike(asked, house.now())
  const struck = fault && (() => done(strike(fault, id, name, (error) => protocol.fault(error, requestId))))
  if (struck && fault.when !== 'after') return struck()
  if (expired) {
    return done(protocol.fault(faultError('expired-token', id, name) as AwsFault, requestId))
  }
  try {
    const shape = catalog.operations.get(name)
    const operation = service.operations[name]
    if (shape === undefined || operation === undefined) throw notImplemented(`${id}:${name}`)
    const body = decodeBody(request.body, request.headers, id === 's3')
    const input = await protocol.decode(shape, { ...request, body })
    const call: Call = { account, region: scope.region, now: house.now(), ...(session && { session }) }
    const output = (await operation(input, call)) ?? {}
    return struck ? struck() : done(protocol.encode(shape, output, requestId))
  } catch (error) {
    return struck ? struck() : done(protocol.fault(toFault(error), requestId))
  }
}

/** Tells by the brand, not by `instanceof`, so that a second copy of the module in a test's realm does no harm. */
function toFault(error: unknown): AwsFault {
  if (typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AwsFault') {
    return error as AwsFault
  }
  const message = error instanceof Error ? error.message : String(error)
  return new AwsFault('SandboxBug', `the sandbox failed: ${message}`, 500)
}

const notImplemented = faultOf('NotImplemented', 501, (what) => `NotImplemented: ${what} is not part of the sandbox`)

function strike(
  { kind }: Fault,
  service: ServiceId,
  operation: string,
  encode: (error: AwsFault) => WireResponse,
): Answer {
  if (kind === 'timeout') return 'silence'
  if (kind === 'reset') return 'reset'
  const error = faultError(kind, service, operation)
  if (error !== undefined) return encode(error)
  // An answer cut off in the middle, as a proxy between makes it: the right type, and a body that no parser takes.
  const { headers } = encode(new AwsFault('Malformed', ''))
  return { status: 200, headers: { 'content-type': headers['content-type'] ?? 'application/xml' }, body: '<{"a":' }
}

/** Refuses a request that carries no signature, or one for a service that the sandbox does not have. */
function anonymousFault(request: WireRequest, scope: CredentialScope | undefined): WireResponse {
  const fault = scope
    ? notImplemented(scope.signingName)
    : new AwsFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
  // No service, no protocol: JSON for those who send JSON, and XML, which is what AWS's front doors speak, for the rest.
  const json = request.headers['content-type']?.includes('json') ?? false
  const protocol = json ? jsonProtocol('1.0') : queryProtocol('')
  return protocol.fault(fault, randomUUID())
}
