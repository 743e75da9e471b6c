import { randomUUID } from 'node:crypto'
import type { Athena, NamedQuery } from '@aws-sdk/client-athena'
import type { Call } from '../../service.ts'
import { paged } from '../../state.ts'
import type { Operations } from '../typed.ts'
import { findWorkGroup, invalidRequest, PRIMARY, type WorkGroups } from './work-groups.ts'

export type NamedQueries = Map<string, NamedQuery>

const PAGE = 50

/** Saved queries. Two may have one name; the same request again, by its token, makes no second one. */
export function namedQueryOperations(
  groupsIn: (region: string) => WorkGroups,
  queriesIn: (region: string) => NamedQueries,
): Operations<Athena> {
  const made = new Map<string, string>()
  const find = (id = '', call: Call) => {
    const found = queriesIn(call.region).get(id)
    if (found) return found
    throw invalidRequest(`NamedQuery ${id} was not found`)
  }
  return {
    CreateNamedQuery: (input, call) => {
      const { ClientRequestToken: token, WorkGroup = PRIMARY, ...query } = input
      check(query)
      if (!query.Database) throw invalidRequest('Database is required')
      findWorkGroup(groupsIn(call.region), WorkGroup)
      const NamedQueryId = (token === undefined ? undefined : made.get(token)) ?? randomUUID()
      if (token !== undefined) made.set(token, NamedQueryId)
      queriesIn(call.region).set(NamedQueryId, { ...query, NamedQueryId, WorkGroup })
      return { NamedQueryId }
    },
    UpdateNamedQuery: (input, call) => {
      check(input)
      const known = find(input.NamedQueryId, call)
      const { Name, QueryString, Description = known.Description } = input
      const changed = { Name, QueryString, ...(Description !== undefined && { Description }) }
      queriesIn(call.region).set(input.NamedQueryId ?? '', { ...known, ...changed })
    },
    GetNamedQuery: ({ NamedQueryId }, call) => ({ NamedQuery: find(NamedQueryId, call) }),
    BatchGetNamedQuery: ({ NamedQueryIds = [] }, call) => {
      if (NamedQueryIds.length < 1 || NamedQueryIds.length > PAGE)
        throw invalidRequest(`1 to ${PAGE} ids are asked for`)
      const found = NamedQueryIds.map((id) => ({ id, query: queriesIn(call.region).get(id) }))
      return {
        NamedQueries: found.flatMap(({ query }) => query ?? []),
        UnprocessedNamedQueryIds: found.flatMap(({ id, query }) =>
          query
            ? []
            : [{ NamedQueryId: id, ErrorCode: 'INVALID_INPUT', ErrorMessage: `NamedQuery ${id} was not found` }],
        ),
      }
    },
    ListNamedQueries: (input, call) => {
      const { WorkGroup = PRIMARY, NextToken, MaxResults = PAGE } = input
      findWorkGroup(groupsIn(call.region), WorkGroup)
      const ids = [...queriesIn(call.region)].flatMap(([id, query]) => (query.WorkGroup === WorkGroup ? [id] : []))
      return paged('NamedQueryIds', ids, NextToken, MaxResults)
    },
    DeleteNamedQuery: ({ NamedQueryId = '' }, call) => {
      find(NamedQueryId, call)
      queriesIn(call.region).delete(NamedQueryId)
    },
  }
}

function check({ Name = '', QueryString = '' }: { Name?: string | undefined; QueryString?: string | undefined }): void {
  if (Name.length < 1 || Name.length > 128) throw invalidRequest('A query needs a name of 1 to 128 characters')
  if (QueryString.length < 1 || QueryString.length > 262_144) {
    throw invalidRequest('A query needs a text of 1 to 262144 characters')
  }
}
