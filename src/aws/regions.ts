import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { Context } from '../core/context.ts'
import { type AwsOptions, createAws, requestLimits } from './clients.ts'
import type { AwsContext } from './context.ts'

/** A context that talks to AWS in `options.region`, and through `in` in any other, all with the same credentials. */
export function awsContext(cx: Context, options: AwsOptions): AwsContext {
  const credentials = options.credentials ?? sharedChain(options)
  const known = new Map<string, AwsContext>()
  const inRegion = (region: string): AwsContext => {
    const made = known.get(region) ?? { ...cx, aws: createAws(cx, { ...options, region, credentials }), in: inRegion }
    known.set(region, made)
    return made
  }
  return inRegion(options.region)
}

/**
 * The ordinary chain (environment, shared config files, SSO, roles), asked once for all Regions: a role that has to be
 * assumed is assumed once. Loaded at the first call.
 */
function sharedChain({ region, profile }: AwsOptions): () => Promise<AwsCredentialIdentity> {
  let chain: Promise<() => Promise<AwsCredentialIdentity>> | undefined
  return async () => {
    chain ??= import('@aws-sdk/credential-providers').then(({ fromNodeProviderChain }) =>
      fromNodeProviderChain({
        clientConfig: { region, requestHandler: requestLimits() },
        ...(profile !== undefined && { profile }),
      }),
    )
    return (await chain)()
  }
}
