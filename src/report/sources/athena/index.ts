import { arn } from '../../../aws/partitions.ts'
import { RATES } from '../../calls.ts'
import { OF_RECORDS } from '../../grouping.ts'
import { s3 } from '../s3/index.ts'
import type { BucketSettings } from '../s3/where.ts'
import type { Source } from '../source.ts'

export interface LakeSettings {
  lake: boolean
  lakeDatabase: string
  lakeTable: string
  lakeWorkgroup: string
  lakeBucketPrefix: string
}

/** The invocation log in the bucket, asked with Athena where `setup --lake` has made it a table. */
export const athena: Source<LakeSettings & BucketSettings> = {
  name: 'athena',
  groupings: [...OF_RECORDS, 'tier'],
  tellsNot: 'the table of the invocation log does not have it',
  settings: ['lakeDatabase', 'lakeTable', 'lakeWorkgroup'],
  bills: [RATES.athenaScanned, RATES.s3Listings],
  takesLimit: true,
  madeWith: 'lake',
  linkedBy: 'the table of Athena',
  ifIncomplete: 'run it again',
  async linked(hub, settings) {
    const { findTable } = await import('./lakes.ts')
    return ((await findTable(hub, settings))?.accounts ?? []).filter((account) => account !== hub.account)
  },
  grants(scope) {
    const { accountId, region, settings } = scope
    // What nobody asks for, nobody looks for.
    if (!settings.lake) return []
    const { lakeDatabase: database, lakeTable: table, lakeWorkgroup: group, lakeBucketPrefix } = settings
    const results = arn(scope, 's3', '', '', `${lakeBucketPrefix}-${accountId}-${region}`)
    const catalog = ['catalog', `database/${database}`].map((thing) => arn(scope, 'glue', region, accountId, thing))
    const inCatalog = [...catalog, arn(scope, 'glue', region, accountId, `table/${database}/${table}`)]
    return [
      {
        actions: [
          ...['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:GetWorkGroup'],
          ...['athena:StartQueryExecution', 'athena:StopQueryExecution'],
        ],
        resources: [arn(scope, 'athena', region, accountId, `workgroup/${group}`)],
      },
      // Athena reads the catalog and the log, and writes its answers, with the rights of whoever asks.
      { actions: ['glue:GetDatabase'], resources: catalog },
      { actions: ['glue:GetPartitions', 'glue:GetTable'], resources: inCatalog },
      ...s3.grants(scope),
      { actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [results] },
      { actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], resources: [`${results}/*`] },
    ]
  },
  async open({ cx, signIn }, options) {
    const { budgetOf } = await import('./budget.ts')
    const { lakesOf } = await import('./lakes.ts')
    const { readLakes } = await import('./read.ts')
    const budget = budgetOf(options)
    const { places, settings } = await signIn()
    const found = await lakesOf(places, settings)
    return { places, read: (question) => readLakes(cx, found, budget, question) }
  },
}
