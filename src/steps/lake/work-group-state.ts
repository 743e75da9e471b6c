import type { WorkGroup } from '@aws-sdk/client-athena'
import type { Concern, Owner } from '../../core/resource.ts'
import type { Env } from '../env.ts'
import { heldBy } from '../held-by.ts'

/** A workgroup, and what is saved in it. */
export interface WorkGroupState {
  isEnabled: boolean
  /** What a caller asks for instead does not count. */
  isEnforced: boolean
  results: { location?: string | undefined; owner?: string | undefined }
  /** Bytes that one query may scan. */
  mostBytes: number | undefined
  /** Our queries by name. */
  queries: Readonly<Record<string, string>>
  /** Known, not set. */
  limits: {
    /** Of our queries, by name. */
    ids?: Readonly<Record<string, string>>
    /** Names of the queries that others have saved in it, where it is to go. */
    others?: readonly string[]
  }
}

export function stateOf({ State, Configuration }: WorkGroup): Omit<WorkGroupState, 'queries' | 'limits'> {
  const { OutputLocation: location, ExpectedBucketOwner: owner } = Configuration?.ResultConfiguration ?? {}
  return {
    isEnabled: State === 'ENABLED',
    isEnforced: Configuration?.EnforceWorkGroupConfiguration ?? false,
    results: { location, owner },
    mostBytes: Configuration?.BytesScannedCutoffPerQuery,
  }
}

export function configurationOf({ isEnforced, results, mostBytes }: WorkGroupState) {
  return {
    EnforceWorkGroupConfiguration: isEnforced,
    BytesScannedCutoffPerQuery: mostBytes,
    ResultConfiguration: { OutputLocation: results.location, ExpectedBucketOwner: results.owner },
  }
}

export function concernsOf({ settings, removing }: Env, have: WorkGroupState, owner: Owner): Concern[] {
  const name = `workgroup ${settings.lakeWorkgroup}`
  const open = [
    ...(have.isEnabled ? [] : ['is turned off']),
    ...(have.isEnforced ? [] : ['lets whoever asks choose the settings']),
    ...(have.mostBytes === undefined ? ['has no limit of bytes'] : []),
    ...(have.results.location === undefined ? ['has no place for results'] : []),
  ]
  const { others } = have.limits
  return [
    ...(settings.lake && owner !== 'ours' && open.length > 0
      ? [
          {
            code: 'lake-differs' as const,
            message: `${name} was there before, and ${open.join(', and ')}`,
            hint: 'pass --adopt to use it as it is, or --lake-workgroup with another name for one of your own beside it',
            stops: 'adopt' as const,
          },
        ]
      : []),
    ...heldBy('lake-with-others', others, `${name} has saved queries`, 'save them in another workgroup', removing),
  ]
}
