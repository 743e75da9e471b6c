import type { Service } from '../service.ts'
import { perRegion } from '../state.ts'
import { type NamedQueries, namedQueryOperations } from './athena/named-queries.ts'
import { type WorkGroups, workGroupOperations, workGroupsOf } from './athena/work-groups.ts'

export interface Athena extends Service {
  /** The workgroups of a Region by name. */
  workGroupsIn(region: string): WorkGroups
  /** The saved queries of a Region by id. */
  namedQueriesIn(region: string): NamedQueries
}

/** Amazon Athena, by Region. */
export function createAthena(): Athena {
  const workGroupsIn = perRegion(workGroupsOf)
  const namedQueriesIn = perRegion((): NamedQueries => new Map())
  return {
    id: 'athena',
    workGroupsIn,
    namedQueriesIn,
    operations: {
      ...workGroupOperations(workGroupsIn, namedQueriesIn),
      ...namedQueryOperations(workGroupsIn, namedQueriesIn),
    },
  }
}
