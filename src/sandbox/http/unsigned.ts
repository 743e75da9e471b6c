import { randomUUID } from 'node:crypto'
import { jsonProtocol } from '../protocols/json.ts'
import { queryProtocol } from '../protocols/query.ts'
import type { WireRequest, WireResponse } from '../protocols/wire.ts'
import { AwsFault } from '../service.ts'
import type { CredentialScope } from './authorization.ts'

/** Refuses a request that carries no signature, or one for a service that the sandbox does not have. */
export function anonymousFault(request: WireRequest, scope: CredentialScope | undefined): WireResponse {
  const fault = scope
    ? new AwsFault('NotImplemented', `NotImplemented: ${scope.signingName} is not part of the sandbox`, 501)
    : new AwsFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
  // No service, no protocol: JSON for those who send JSON, and XML, which is what AWS's front doors speak, for the rest.
  const json = request.headers['content-type']?.includes('json') ?? false
  const protocol = json ? jsonProtocol('1.0') : queryProtocol('')
  return protocol.fault(fault, randomUUID())
}
