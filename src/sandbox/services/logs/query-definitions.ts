import { randomUUID } from 'node:crypto'
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { page } from '../../state.ts'
import type { Operations } from '../typed.ts'
import { invalidParameter, notFound } from './store.ts'

export interface QueryDefinition {
  queryLanguage: 'CWLI'
  queryDefinitionId: string
  name: string
  queryString: string
  lastModified: number
  logGroupNames: string[]
}

export type QueryDefinitions = Map<string, QueryDefinition>

const PAGE = 1_000

/** Saved queries. Put without an id makes another one, even of the same name; the same request again, by its token, does not. */
export function queryDefinitionOperations(
  definitionsOf: (region: string) => QueryDefinitions,
): Operations<CloudWatchLogs> {
  const made = new Map<string, string>()
  return {
    PutQueryDefinition: (input, call) => {
      const { name = '', queryString = '', logGroupNames = [], queryDefinitionId: given } = input
      if (name === '' || queryString === '') throw invalidParameter('A query definition needs a name and a query.')
      const definitions = definitionsOf(call.region)
      if (given !== undefined && !definitions.has(given))
        throw notFound('The specified query definition does not exist.')
      const token = input.clientToken
      const queryDefinitionId = given ?? (token === undefined ? undefined : made.get(token)) ?? randomUUID()
      if (token !== undefined) made.set(token, queryDefinitionId)
      const definition = { queryDefinitionId, name, queryString, logGroupNames, lastModified: call.now }
      definitions.set(queryDefinitionId, { queryLanguage: 'CWLI', ...definition })
      return { queryDefinitionId }
    },
    DescribeQueryDefinitions: (input, call) => {
      const { queryDefinitionNamePrefix = '', nextToken, maxResults = PAGE } = input
      const found = [...definitionsOf(call.region).values()]
        .filter(({ name }) => name.startsWith(queryDefinitionNamePrefix))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const { items, next } = page(found, nextToken, Math.min(maxResults, PAGE))
      return { queryDefinitions: items, nextToken: next }
    },
    DeleteQueryDefinition: ({ queryDefinitionId = '' }, call) => {
      if (definitionsOf(call.region).delete(queryDefinitionId)) return { success: true }
      throw notFound('The specified query definition does not exist.')
    },
  }
}
