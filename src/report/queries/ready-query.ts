import type { Window } from '../model.ts'
import { IDENTITY, type NumberName, preparationOf, pricedPreparationOf, TERM_COLUMNS } from '../sources/logs/fields.ts'
import { piped, whereCommands } from '../sources/logs/query.ts'
import type { AskedOfQuery, QueryColumn } from './answer.ts'
import { COST, modelFilter, type PriceGroup } from './price-groups.ts'
import type { PricedBy } from './row-cost.ts'

/** What a query may be asked for; each can hold any text without breaking out of it. */
export interface QueryParameters extends AskedOfQuery {
  /** Left out where somebody else says it: the console, or whoever starts the query. */
  window?: Window
  /**
   * What sums are told apart by besides, so that each has one price: expressions with their names. Left out where nobody
   * prices the rows, which then need not tell on which terms their calls are billed.
   */
  pricedBy?: readonly string[]
  /** Fields of every record that the rows are told apart by besides. */
  apart?: readonly string[]
  prices?: readonly PriceGroup[]
}

export interface ReadyQuery {
  name: string
  summary: string
  columns: readonly QueryColumn[]
  numbers: readonly NumberName[]
  defaultLimit: number
  takesKey?: true
  /** True when its rows are single requests, to be priced and ranked by their cost. */
  ranksByCost?: true
  /** How its rows are priced; left out of those that tell no tokens. */
  pricedBy?: PricedBy
  /** What is done once the numbers are there: up to the columns that are shown. */
  commands(parameters: QueryParameters): readonly string[]
  /** What its rows are sorted by; the last ones tell equal rows apart, so that the same records give the same rows. */
  sort: readonly SortKey[]
  /** The same in the SQL of Athena, as fields and what makes them of the columns of `calls` (`lake/records.ts`). */
  lake: {
    /** What rows are told apart by; of single calls nothing is. */
    by?: readonly Field[]
    fields: readonly Field[]
    filter?: string
    /** It is about what stands in bodies. */
    isOfBodies?: true
  }
  display?: readonly string[]
}

export type Field = readonly [name: string, sql: string]

export interface SortKey {
  field: string
  descending: boolean
}

/** A query in CloudWatch's own language, as the console takes it. */
export function queryText(query: ReadyQuery, parameters: QueryParameters): string {
  const { models, where = {}, window, limit, prices = [], pricedBy, apart = [] } = parameters
  const commands = [...whereCommands(where), ...query.commands(parameters)].map((command) =>
    [command, ...(command.startsWith('stats ') ? apart : [])].join(', '),
  )
  const byTokens = query.ranksByCost && prices.length === 0
  const display = (query.display ?? []).filter((field) => !byTokens || field !== COST)
  const shown = display.length > 0 ? [...display, ...apart, ...(pricedBy ? TERM_COLUMNS : [])] : display
  const prepared = pricedBy ? pricedPreparationOf : preparationOf
  const sort = query.sort.filter(({ field }) => !byTokens || field !== COST)
  const all = [
    // The first event of the stream is no record, and has no fields.
    'filter ispresent(modelId)',
    // StartQuery's ends are whole seconds, both included: what is beside the window is left out here.
    ...(window ? [`filter toMillis(@timestamp) >= ${window.start} and toMillis(@timestamp) < ${window.end}`] : []),
    ...modelFilter(models),
    ...prepared(query.numbers, commands.join(' ').includes(IDENTITY) ? IDENTITY : ''),
    ...commands,
    `sort ${sort.map(({ field, descending }) => `${field} ${descending ? 'desc' : 'asc'}`).join(', ')}`,
    `limit ${limit}`,
    ...(shown.length > 0 ? [`display ${shown.join(', ')}`] : []),
  ]
  const remarks = [query.summary, ...(byTokens ? ['ranked by their tokens: Logs Insights has no prices'] : [])]
  return `${remarks.map((remark) => `# ${remark}\n`).join('')}${piped(...all)}`
}
