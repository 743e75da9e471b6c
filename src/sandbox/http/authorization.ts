import type { WireRequest } from '../protocols/wire.ts'
import type { ServiceId } from '../service.ts'

/** The part of a SigV4 signature that says for which Region and service it was made. */
export interface CredentialScope {
  readonly region: string
  /** As signed: `monitoring` for CloudWatch. */
  readonly signingName: string
  readonly accessKey: string
}

const SIGNING_NAMES: ReadonlyMap<string, ServiceId> = new Map(
  Object.entries<ServiceId>({
    sts: 'sts',
    iam: 'iam',
    s3: 's3',
    monitoring: 'cloudwatch',
    logs: 'logs',
    bedrock: 'bedrock',
    sns: 'sns',
    pricing: 'pricing',
    kms: 'kms',
    budgets: 'budgets',
    'bcm-data-exports': 'exports',
    glue: 'glue',
    athena: 'athena',
    servicequotas: 'quotas',
    organizations: 'organizations',
    ce: 'ce',
  }),
)

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
  return SIGNING_NAMES.get(scope.signingName)
}
