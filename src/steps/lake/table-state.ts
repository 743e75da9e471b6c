import type { Table, TableInput } from '@aws-sdk/client-glue'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import { type Concern, concernsIn, type Owner } from '../../core/resource.ts'
import {
  LAKE_COLUMNS,
  LAKE_FORMAT,
  LAKE_PARTITIONS,
  LAKE_SERDE,
  type LakeColumn,
  lakeLocation,
  lakeProjection,
} from '../../report/lake/table.ts'
import { count } from '../../text/numbers.ts'
import type { Env } from '../env.ts'
import { listOf } from '../setting-checks.ts'

/** A table of Glue as far as Athena needs it to read the log. */
export type TableState = ReturnType<typeof tableStateOf>

const LISTS = { accounts: 'projection.account.values', regions: 'projection.aws_region.values' } as const

export function tableStateOf(table: Table) {
  const { Columns, Location, InputFormat: input, OutputFormat: output, SerdeInfo } = table.StorageDescriptor ?? {}
  const { [LISTS.accounts]: accounts, [LISTS.regions]: regions, ...others } = table.Parameters ?? {}
  const projected = Object.entries(others).filter(([name]) => /^(projection|storage\.location)\./.test(name))
  const listed = (values = '') => listOf(values).sort()
  return {
    location: Location,
    columns: columnsOf(Columns),
    partitions: columnsOf(table.PartitionKeys),
    format: { input, output, serde: SerdeInfo?.SerializationLibrary },
    serde: { ...SerdeInfo?.Parameters },
    accounts: listed(accounts),
    regions: listed(regions),
    projection: Object.fromEntries(projected),
    /** Known, not set: all that Glue has of it, which each update has to repeat. */
    limits: { input: inputOf(table) },
  }
}

const columnsOf = (columns: TableInput['PartitionKeys']): readonly LakeColumn[] =>
  (columns ?? []).map(({ Name: name = '', Type: type = '' }) => ({ name, type }))

/** What UpdateTable takes of what GetTable answers: it replaces all of it. */
function inputOf(table: Table): TableInput | undefined {
  const { Name, Description, Owner: Whose, LastAccessTime, LastAnalyzedTime, Retention } = table
  const { StorageDescriptor, PartitionKeys, ViewOriginalText, ViewExpandedText, TableType, Parameters } = table
  const about = { Name, Description, Owner: Whose, LastAccessTime, LastAnalyzedTime, Retention }
  return { ...about, StorageDescriptor, PartitionKeys, ViewOriginalText, ViewExpandedText, TableType, Parameters }
}

/** The table we want. What somebody has added to it stays: columns, accounts and Regions of a bucket that has them, too. */
export function desiredTable(env: Env, have?: TableState): TableState {
  const { lakeAccounts, lakeRegions, keyPrefix } = env.settings
  const union = (...values: string[]) => [...new Set(values)].sort()
  const accounts = union(env.accountId, ...listOf(lakeAccounts), ...(have?.accounts ?? []))
  const regions = union(env.region, ...listOf(lakeRegions), ...(have?.regions ?? []))
  const folders = { bucket: bucketNameOf(env), keyPrefix, accounts, regions }
  const { [LISTS.accounts]: _, [LISTS.regions]: __, ...projection } = lakeProjection(folders)
  const ours = new Set(LAKE_COLUMNS.map(({ name }) => name))
  return {
    location: lakeLocation(folders),
    columns: [...LAKE_COLUMNS, ...(have?.columns ?? []).filter(({ name }) => !ours.has(name))],
    partitions: LAKE_PARTITIONS,
    format: LAKE_FORMAT,
    serde: { ...have?.serde, ...LAKE_SERDE },
    accounts,
    regions,
    projection: { ...have?.projection, ...projection },
    limits: have?.limits ?? { input: undefined },
  }
}

/** A state in the words of Glue, with marks of whose it is; what else Glue has of it is repeated. */
export function tableInput(Name: string, want: TableState, marks: Readonly<Record<string, string>>): TableInput {
  const { input } = want.limits
  const known = new Map(input?.StorageDescriptor?.Columns?.map((column) => [column.Name, column]))
  const asColumn = ({ name, type }: LakeColumn) => ({ ...known.get(name), Name: name, Type: type })
  return {
    Description: 'The invocation log of Amazon Bedrock, without prompts and responses. Made by bedrock-monitor.',
    TableType: 'EXTERNAL_TABLE',
    ...input,
    Name,
    PartitionKeys: want.partitions.map(({ name, type }) => ({ Name: name, Type: type })),
    StorageDescriptor: {
      ...input?.StorageDescriptor,
      Columns: want.columns.map(asColumn),
      Location: want.location,
      InputFormat: want.format.input,
      OutputFormat: want.format.output,
      SerdeInfo: {
        ...input?.StorageDescriptor?.SerdeInfo,
        SerializationLibrary: want.format.serde,
        Parameters: { ...want.serde },
      },
    },
    Parameters: {
      EXTERNAL: 'TRUE',
      classification: 'json',
      ...input?.Parameters,
      ...want.projection,
      [LISTS.accounts]: want.accounts.join(','),
      [LISTS.regions]: want.regions.join(','),
      ...marks,
    },
  }
}

/** "1 account, 2 Regions, in s3://bedrock-logs-111122223333/bedrock-logs/AWSLogs/" */
export const tableSummary = ({ accounts, regions, location }: TableState): string =>
  `${count(accounts.length, 'account')}, ${count(regions.length, 'Region')}, in ${location}`

export function tableConcerns(env: Env, have: TableState, owner: Owner): Concern[] {
  if (owner === 'ours') return []
  const want = desiredTable(env, have)
  const types = new Map([...have.columns, ...have.partitions].map(({ name, type }) => [name, type]))
  const lacks = [
    ...[...LAKE_COLUMNS, ...LAKE_PARTITIONS].flatMap(({ name, type }) => (types.get(name) === type ? [] : [name])),
    ...want.accounts.filter((account) => !have.accounts.includes(account)).map((account) => `account ${account}`),
    ...want.regions.filter((region) => !have.regions.includes(region)).map((region) => `Region ${region}`),
    ...(have.location === want.location ? [] : [`the log in ${want.location}`]),
  ]
  const message = `table ${env.settings.lakeTable} was there before, and lacks ${lacks.join(', ')}`
  const hint = 'pass --adopt to leave it as it is, or --lake-table with another name to create a separate one'
  return concernsIn(['lake-differs', lacks.length, message, hint, 'adopt'])
}
