import { randomUUID } from 'node:crypto'
import type { BCMDataExports, Export, ExportStatus } from '@aws-sdk/client-bcm-data-exports'
import { bucketArn } from '../arn.ts'
import { AwsFault, type Call, faultOf, type Service } from '../service.ts'
import { paged } from '../state.ts'
import { hasColumns, propertiesOf } from './exports/tables.ts'
import { allows, parsePolicy } from './policy.ts'
import type { Bucket } from './s3/store.ts'
import { Tags, tagging } from './tags.ts'
import type { Operations } from './typed.ts'

interface StoredExport {
  export: Export
  readonly tags: Tags
  readonly createdAt: number
  updatedAt: number
  /** When AWS last delivered; undefined as long as it has not. */
  refreshedAt?: number
}

export interface Exports extends Service {
  readonly exports: ReadonlyMap<string, StoredExport>
  /** Properties of tables that no export has changed any more once it is made. */
  readonly frozen: Set<string>
  refreshed(name: string, at: number): void
}

/** What Data Exports sees of S3. */
interface Destinations {
  bucket(name: string): Bucket | undefined
  putObject(bucket: string, key: string, body: Uint8Array): void
  readonly bucketPropagationMs: number
}

const PRINCIPAL = 'bcm-data-exports.amazonaws.com'
const TEST_OBJECT = 'aws-programmatic-access-test-object'
const PAGE = 100
const NAME = /^[0-9A-Za-z_-]{1,128}$/

/** AWS Data Exports: of the account, in us-east-1 whatever the Region. */
export function createExports(to: Destinations): Exports {
  const exports = new Map<string, StoredExport>()
  const frozen = new Set<string>()
  const find = (arn = ''): StoredExport => {
    const found = exports.get(arn)
    if (found) return found
    throw new AwsFault('ResourceNotFoundException', `The export with ARN ${arn} does not exist.`)
  }
  const statusOf = ({ createdAt, updatedAt, refreshedAt, export: made }: StoredExport, call: Call): ExportStatus => ({
    ...(mayPut(made, to, call)
      ? { StatusCode: 'HEALTHY' }
      : { StatusCode: 'UNHEALTHY', StatusReason: 'INSUFFICIENT_PERMISSION' }),
    CreatedAt: new Date(createdAt),
    LastUpdatedAt: new Date(updatedAt),
    ...(refreshedAt !== undefined && { LastRefreshedAt: new Date(refreshedAt) }),
  })
  /** An export as it is kept. AWS writes to the root of the bucket to find out whether it may. */
  const checked = (given: Export | undefined, ExportArn: string, call: Call): Export => {
    const { Name = '', DataQuery } = given ?? {}
    if (!given || !NAME.test(Name))
      throw invalid('The name of an export is 1 to 128 letters, digits, hyphens or underscores.')
    const QueryStatement = DataQuery?.QueryStatement ?? ''
    const [, list = '', table = ''] = /^SELECT\s+(.+)\s+FROM\s+(\w+)$/is.exec(QueryStatement.trim()) ?? []
    const properties = propertiesOf(table, DataQuery?.TableConfigurations?.[table])
    if (!properties) throw invalid(`The query or its table configurations are not valid: ${table}`)
    const columns = list.split(',').map((column) => column.trim().split(/\s+/)[0] ?? '')
    if (!hasColumns(table, columns, properties)) {
      throw invalid(`The columns in the query provided are not a subset of the table ${table}`)
    }
    if (!mayPut(given, to, call)) {
      throw invalid(
        'S3 bucket permission validation failed. Verify that the bucket policy lets Data Exports write to it.',
      )
    }
    to.putObject(given.DestinationConfigurations?.S3Destination?.S3Bucket ?? '', TEST_OBJECT, new Uint8Array())
    return { ...given, ExportArn, DataQuery: { QueryStatement, TableConfigurations: { [table]: properties } } }
  }
  return {
    id: 'exports',
    exports,
    frozen,
    refreshed(name, at) {
      for (const made of exports.values()) if (made.export.Name === name) made.refreshedAt = at
    },
    operations: {
      CreateExport: ({ Export: given, ResourceTags }, call) => {
        const ExportArn = `arn:aws:bcm-data-exports:us-east-1:${call.account}:export/${given?.Name}-${randomUUID()}`
        const made = checked(given, ExportArn, call)
        if ([...exports.values()].some((each) => each.export.Name === made.Name)) {
          throw invalid('Cannot create duplicate export name.')
        }
        exports.set(ExportArn, { export: made, tags: new Tags(ResourceTags), createdAt: call.now, updatedAt: call.now })
        return { ExportArn }
      },
      UpdateExport: ({ ExportArn = '', Export: given }, call) => {
        const known = find(ExportArn)
        const changed = checked(given, ExportArn, call)
        const [before, after] = [known.export, changed].map(({ DataQuery }) =>
          Object.assign({}, ...Object.values(DataQuery?.TableConfigurations ?? {})),
        )
        if ([...frozen].some((name) => before[name] !== after[name])) {
          throw invalid('The table configurations of an export cannot be updated.')
        }
        known.export = changed
        known.updatedAt = call.now
        return { ExportArn }
      },
      GetExport: ({ ExportArn }, call) => {
        const found = find(ExportArn)
        return { Export: found.export, ExportStatus: statusOf(found, call) }
      },
      ListExports: ({ MaxResults = PAGE, NextToken }, call) => {
        const all = [...exports].map(([ExportArn, each]) => ({
          ExportArn,
          ExportName: each.export.Name,
          ExportStatus: statusOf(each, call),
        }))
        return paged('Exports', all, NextToken, MaxResults)
      },
      DeleteExport: ({ ExportArn = '' }) => {
        find(ExportArn)
        exports.delete(ExportArn)
        return { ExportArn }
      },
      ...tagging((arn) => find(arn).tags, 'ResourceArn', 'Resource'),
    } satisfies Operations<BCMDataExports>,
  }
}

/** Whether the bucket's policy lets the service write its test object: to the root, which no prefix covers. */
function mayPut({ ExportArn, DestinationConfigurations }: Export, to: Destinations, { account, now }: Call): boolean {
  const { S3Bucket = '', S3Region } = DestinationConfigurations?.S3Destination ?? {}
  const bucket = to.bucket(S3Bucket)
  if (bucket === undefined || bucket.owner !== account || bucket.region !== S3Region) return false
  if (bucket.settings.policySetAt + to.bucketPropagationMs > now) return false
  const policy = parsePolicy(bucket.settings.policy ?? '', { principal: true, resource: true })
  const resource = `${bucketArn(bucket.region, bucket.name)}/${TEST_OBJECT}`
  const context = {
    'aws:SourceAccount': account,
    'aws:SourceArn': ExportArn ?? `arn:aws:bcm-data-exports:us-east-1:${account}:export/new`,
    'aws:SecureTransport': 'true',
  }
  return policy !== undefined && allows([policy], { service: PRINCIPAL, action: 's3:PutObject', resource, context })
}

const invalid = faultOf('ValidationException')
