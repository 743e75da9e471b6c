import type { Context } from '../core/context.ts'
import { createAws } from './clients.ts'
import type { AwsOptions, Connection } from './connection.ts'
import type { AwsContext } from './context.ts'
import { sharedCredentials } from './credentials.ts'

type Reach = AwsOptions & ({ connection: Connection } | Required<Pick<AwsOptions, 'credentials'>>)

/** A context that talks to AWS in `options.region`, and through `in` in any other, all with the same credentials. */
export function awsContext(cx: Context, options: Reach): AwsContext {
  const { connection, region } = options
  // Asked once for all Regions: a role that has to be assumed is assumed once.
  const credentials = options.credentials ?? sharedCredentials(cx, { connection: connection as Connection, region })
  const known = new Map<string, AwsContext>()
  const inRegion = (region: string): AwsContext => {
    const made = known.get(region) ?? { ...cx, aws: createAws(cx, { ...options, region, credentials }), in: inRegion }
    known.set(region, made)
    return made
  }
  return inRegion(region)
}
