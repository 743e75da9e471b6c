import type { WireRequest } from '../protocols/wire.ts'
import { SERVICE_IDS, type ServiceId } from '../service.ts'

/** The part of a SigV4 signature that says for which Region and service it was made. */
export interface CredentialScope {
  readonly region: string
  /** As signed: `monitoring` for CloudWatch. */
  readonly signingName: string
  readonly accessKey: string
}

/** The services that sign by another name than we call them. */
const SIGNING_NAMES: ReadonlyMap<ServiceId, string> = new Map([
  ['cloudwatch', 'monitoring'],
  ['exports', 'bcm-data-exports'],
  ['quotas', 'servicequotas'],
])

/** Reads `AKID/20261123/us-east-1/iam/aws4_request` from the header or, of a presigned URL, from its parameters. */
export function credentialScope(request: WireRequest): CredentialScope | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1]
  const credential = header ?? request.query.get('X-Amz-Credential')
  const [region, signingName, terminator] = credential?.split('/').slice(-3) ?? []
  if (region === undefined || signingName === undefined || terminator !== 'aws4_request') return undefined
  // Keys may hold slashes, as those of the sandbox's users do.
  const accessKey = credential?.split('/').slice(0, -4).join('/') ?? ''
  return { region, signingName, accessKey }
}

export function serviceOf(scope: CredentialScope): ServiceId | undefined {
  return SERVICE_IDS.find((id) => (SIGNING_NAMES.get(id) ?? id) === scope.signingName)
}
