import type { Athena, UpdateWorkGroupInput, WorkGroup, WorkGroupConfiguration } from '@aws-sdk/client-athena'
import { arnOf } from '../../arn.ts'
import { AwsFault, type Call } from '../../service.ts'
import { paged } from '../../state.ts'
import { Tags, tagging } from '../tags.ts'
import type { Operations } from '../typed.ts'
import type { NamedQueries } from './named-queries.ts'

interface StoredWorkGroup {
  workGroup: WorkGroup
  readonly tags: Tags
  /** Ids of the queries that ran in it: with any, it is not deleted without being asked to. */
  readonly executions: string[]
}

export type WorkGroups = Map<string, StoredWorkGroup>

/** Every account has it. */
export const PRIMARY = 'primary'
const PAGE = 50
const NAME = /^[a-zA-Z0-9._-]{1,128}$/
const LEAST_CUTOFF = 10_000_000
const ENGINE = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' }

export const workGroupsOf = (): WorkGroups =>
  new Map([[PRIMARY, { workGroup: { Name: PRIMARY, ...settled({}) }, tags: new Tags(), executions: [] }]])

/** A workgroup of the call's Region. Throws as Athena does where there is none. */
export function findWorkGroup(groups: WorkGroups, name: string = PRIMARY): StoredWorkGroup {
  const found = groups.get(name)
  if (found) return found
  throw invalidRequest(`WorkGroup ${name} is not found.`)
}

export function workGroupOperations(
  groupsIn: (region: string) => WorkGroups,
  queriesIn: (region: string) => NamedQueries,
): Operations<Athena> {
  const byArn = (arn = '', call: Call) => {
    const [name] = [...groupsIn(call.region).keys()].filter(
      (each) => arnOf('athena', call, `workgroup/${each}`) === arn,
    )
    const found = name === undefined ? undefined : groupsIn(call.region).get(name)
    if (found) return found
    throw new AwsFault('ResourceNotFoundException', `Resource ${arn} was not found`, 400, { ResourceName: arn })
  }
  return {
    CreateWorkGroup: ({ Name = '', Configuration, Description, Tags: tags }, call) => {
      if (!NAME.test(Name))
        throw invalidRequest(`Value '${Name}' at 'name' failed to satisfy constraint: ${NAME.source}`)
      const groups = groupsIn(call.region)
      if (groups.has(Name)) throw invalidRequest('WorkGroup is already created')
      const made = { ...settled(Configuration ?? {}), ...(Description !== undefined && { Description }) }
      const workGroup = { Name, ...made, CreationTime: new Date(call.now) }
      groups.set(Name, { workGroup, tags: new Tags(tags), executions: [] })
    },
    GetWorkGroup: ({ WorkGroup: name = '' }, call) => ({
      WorkGroup: findWorkGroup(groupsIn(call.region), name).workGroup,
    }),
    ListWorkGroups: ({ NextToken, MaxResults = PAGE }, call) => {
      const all = [...groupsIn(call.region).values()].map(({ workGroup: { Configuration, ...shown } }) => shown)
      return paged('WorkGroups', all, NextToken, MaxResults)
    },
    UpdateWorkGroup: (input, call) => {
      const known = findWorkGroup(groupsIn(call.region), input.WorkGroup)
      const { Description = known.workGroup.Description, State = known.workGroup.State } = input
      const Configuration = updated(known.workGroup.Configuration ?? {}, input.ConfigurationUpdates ?? {})
      checkConfiguration(Configuration)
      known.workGroup = { ...known.workGroup, Configuration, State, ...(Description !== undefined && { Description }) }
    },
    DeleteWorkGroup: ({ WorkGroup: name = '', RecursiveDeleteOption = false }, call) => {
      if (name === PRIMARY) throw invalidRequest('The primary workgroup cannot be deleted')
      const { executions } = findWorkGroup(groupsIn(call.region), name)
      const queries = queriesIn(call.region)
      const inIt = [...queries.values()].filter(({ WorkGroup }) => WorkGroup === name)
      if (!RecursiveDeleteOption && inIt.length + executions.length > 0) {
        throw invalidRequest(`WorkGroup ${name} is not empty`)
      }
      for (const { NamedQueryId = '' } of inIt) queries.delete(NamedQueryId)
      groupsIn(call.region).delete(name)
    },
    ...tagging((arn, call) => byArn(arn, call).tags),
  }
}

/** A workgroup as it is kept: what was not said is filled in (AWS: WorkGroupConfiguration). */
function settled(given: WorkGroupConfiguration): Pick<WorkGroup, 'State' | 'Configuration'> {
  checkConfiguration(given)
  const Configuration = {
    EnforceWorkGroupConfiguration: true,
    PublishCloudWatchMetricsEnabled: false,
    RequesterPaysEnabled: false,
    ResultConfiguration: {},
    ...given,
    EngineVersion: ENGINE,
  }
  return { State: 'ENABLED', Configuration }
}

function checkConfiguration({ BytesScannedCutoffPerQuery: cutoff, ResultConfiguration }: WorkGroupConfiguration): void {
  if (cutoff !== undefined && cutoff < LEAST_CUTOFF) {
    throw invalidRequest(`BytesScannedCutoffPerQuery must be at least ${LEAST_CUTOFF}`)
  }
  const { OutputLocation, ExpectedBucketOwner } = ResultConfiguration ?? {}
  if (OutputLocation !== undefined && !/^s3:\/\/[a-z0-9.-]{3,63}(\/.*)?$/.test(OutputLocation)) {
    throw invalidRequest('outputLocation is not a valid S3 path.')
  }
  if (ExpectedBucketOwner !== undefined && !/^\d{12}$/.test(ExpectedBucketOwner)) {
    throw invalidRequest('ExpectedBucketOwner is not the id of an account')
  }
}

/** Of a result's location, each part is put or taken out by itself; the rest is replaced where it is given. */
function updated(
  known: WorkGroupConfiguration,
  {
    ResultConfigurationUpdates: of,
    RemoveBytesScannedCutoffPerQuery,
    ...given
  }: NonNullable<UpdateWorkGroupInput['ConfigurationUpdates']>,
): WorkGroupConfiguration {
  const { OutputLocation, ExpectedBucketOwner, EncryptionConfiguration } = { ...known.ResultConfiguration, ...of }
  const { BytesScannedCutoffPerQuery: cutoff, ...rest } = { ...known, ...given }
  const result = {
    ...(OutputLocation !== undefined && !of?.RemoveOutputLocation && { OutputLocation }),
    ...(ExpectedBucketOwner !== undefined && !of?.RemoveExpectedBucketOwner && { ExpectedBucketOwner }),
    ...(EncryptionConfiguration && !of?.RemoveEncryptionConfiguration && { EncryptionConfiguration }),
  }
  const limit = cutoff !== undefined && !RemoveBytesScannedCutoffPerQuery && { BytesScannedCutoffPerQuery: cutoff }
  return { ...(rest as WorkGroupConfiguration), ResultConfiguration: result, ...limit }
}

/** What Athena refuses nearly everything with; for what is missing, too. */
export const invalidRequest = (message: string, AthenaErrorCode = 'INVALID_INPUT'): AwsFault =>
  new AwsFault('InvalidRequestException', message, 400, { AthenaErrorCode })
