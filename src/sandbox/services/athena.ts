import type { Service } from '../service.ts'
import { perRegion } from '../state.ts'
import { type Catalog, type Executions, executionOperations } from './athena/executions.ts'
import { type NamedQueries, namedQueryOperations } from './athena/named-queries.ts'
import { type WorkGroups, workGroupOperations, workGroupsOf } from './athena/work-groups.ts'

export interface Athena extends Service {
  workGroupsIn(region: string): WorkGroups
  namedQueriesIn(region: string): NamedQueries
  executionsIn(region: string): Executions
}

/** Amazon Athena, by Region, over the tables of Glue and the objects of S3. */
export function createAthena(catalog: Catalog): Athena {
  const workGroupsIn = perRegion(workGroupsOf)
  const namedQueriesIn = perRegion((): NamedQueries => new Map())
  const executionsIn = perRegion((): Executions => new Map())
  return {
    id: 'athena',
    workGroupsIn,
    namedQueriesIn,
    executionsIn,
    operations: {
      ...workGroupOperations(workGroupsIn, namedQueriesIn),
      ...namedQueryOperations(workGroupsIn, namedQueriesIn),
      ...executionOperations(executionsIn, workGroupsIn, catalog),
    },
  }
}
