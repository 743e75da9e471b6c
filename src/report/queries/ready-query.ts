import type { Window } from '../model.ts'
import type { NumberName } from '../sources/logs/fields.ts'
import type { Where } from '../where.ts'
import type { QueryColumn } from './answer.ts'
import type { PriceGroup } from './price-groups.ts'
import type { PricedBy } from './row-cost.ts'

/** What a query may be asked for; each can hold any text without breaking out of it. */
export interface QueryParameters {
  /** These models alone, each exactly as callers pass it; empty: all. */
  models: readonly string[]
  where?: Where | undefined
  limit: number
  key?: string
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
  /** Which numbers of a record it works with. */
  numbers: readonly NumberName[]
  /** Rows unless asked otherwise. */
  defaultLimit: number
  /** True when it needs a metadata key. */
  takesKey?: true
  /** True when its rows are single requests, to be priced and ranked by their cost. */
  ranksByCost?: true
  /** How its rows are priced; left out of those that tell no tokens. */
  pricedBy?: PricedBy
  /** What is done once the numbers are there: up to the columns that are shown. */
  commands(parameters: QueryParameters): readonly string[]
  /** What its rows are sorted by; the last ones tell equal rows apart, so that the same records give the same rows. */
  sort: readonly SortKey[]
  /** The same of the table in Athena. */
  lake: LakeForm
  /** Of single requests, the fields to show. */
  display?: readonly string[]
}

/** A query's rows in the SQL of Athena, as fields and what makes them of the columns of `calls` (`lake/records.ts`). */
export interface LakeForm {
  /** What rows are told apart by; of single calls nothing is. */
  by?: readonly Field[]
  fields: readonly Field[]
  filter?: string
  /** It is about what stands in bodies. */
  isOfBodies?: true
}

export type Field = readonly [name: string, sql: string]

export interface SortKey {
  field: string
  descending: boolean
}
