import { usageError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { didYouMean } from '../../text/nearest.ts'
import { count, usd, whole } from '../../text/numbers.ts'
import type { RowKey } from '../arrange.ts'
import type { ReportAccount } from '../view.ts'
import type { Where } from '../where.ts'

/**
 * What a cell holds: ISO times, whole numbers, milliseconds, shares of 0 to 1, dollars, whether these are "at least". Null
 * where nothing is known.
 */
export type Cell = string | number | boolean | null
export type QueryRow = Record<string, Cell>

/** A line of a result as Logs Insights gives it: everything is text, and what a record lacks is left out. */
export type RawRow = Readonly<Record<string, string>>

export interface QueryColumn {
  name: string
  heading: readonly [string, string]
  /** `floor`: whether the cost beside it is at least so much. */
  kind: 'text' | 'time' | 'count' | 'ms' | 'share' | 'usd' | 'floor'
  of(row: RawRow): Cell
}

/** What a query may be asked for besides a window. */
export interface AskedOfQuery {
  /** These models alone, each exactly as callers pass it; empty: all. */
  models: readonly string[]
  where?: Where | undefined
  limit: number
  key?: string
}

/** A query's answer as it is published: what `query NAME --json` prints. */
export interface QueryReport extends AskedOfQuery {
  schemaVersion: 1
  command: 'query'
  query: string
  /** Null where it is not one account: `accounts` has them. */
  accountId: string | null
  accounts: readonly ReportAccount[]
  regions: readonly string[]
  logGroup: string
  /** Athena, where it is not Logs Insights. */
  engine?: 'athena'
  window: { start: string; end: string }
  /** There are more rows than the limit let through, or may be. */
  limited: boolean
  rows: readonly QueryRow[]
  /** Bytes that were read for it, in how many queries, and what AWS bills for that. */
  scanned: { bytes: number; queries: number; costUsd: number }
  warnings: readonly Warning[]
}

/** An answer with what a format tells of it besides. */
export interface AnswerView {
  report: QueryReport
  summary: string
  columns: readonly QueryColumn[]
}

/** Beside a cost: whether it is a floor. In a table it is part of the cost's own cell. */
export const FLOOR_COLUMN = 'costIsFloor'

const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cost: 'costUsd',
    calls: 'requests',
    errors: 'failed',
    input: 'inputTokens',
    output: 'outputTokens',
    latency: 'p99Ms',
    ttft: 'firstTokenP99Ms',
  }),
)

/** The columns that are named, as `--columns` and `--sort` name them. Throws a usage error for what the query does not tell. */
export function columnsNamed(flag: string, names: readonly string[], columns: readonly QueryColumn[]): QueryColumn[] {
  return names.map((name) => {
    const first = columns.find(({ kind }) => kind === 'text')
    const found =
      name === 'name' && first ? first : columns.find((column) => column.name === (ALIASES.get(name) ?? name))
    if (found) return found
    const known = columns.map((column) => column.name)
    throw usageError(
      `${flag} is '${name}': no column of this query`,
      didYouMean(name, known) ?? `pass ${known.join(', ')}`,
    )
  })
}

/** What `--sort` names, as rows are ordered by it. Throws a usage error for what the query does not tell. */
export function sortKey(name: string, columns: readonly QueryColumn[]): RowKey<QueryRow> {
  const [column] = columnsNamed('--sort', [name], columns)
  const field = column?.name ?? name
  const isFigure = column?.kind !== 'text' && column?.kind !== 'time'
  return { name: field, isFigure, of: (row) => row[field] ?? null }
}

/** Account and Region stand in front where there are several. */
export function shownColumns({ report: { rows }, columns }: AnswerView): readonly QueryColumn[] {
  const [first = {}] = rows
  const text = { kind: 'text', of: () => '' } as const
  return [
    ...(first.account === undefined ? [] : [{ name: 'account', heading: ['', 'Account'] as const, ...text }]),
    ...(first.region === undefined ? [] : [{ name: 'region', heading: ['', 'Region'] as const, ...text }]),
    ...columns,
  ]
}

/** Whether this is all, and what it cost to ask. */
export function scannedText({ limited, limit, scanned, engine }: QueryReport): string[] {
  const { bytes, queries, costUsd } = scanned
  return [
    ...(limited ? [`These are the first ${whole(limit)} rows; --limit N shows more.`] : []),
    `${engine === 'athena' ? 'Athena' : 'Logs Insights'} scanned ${whole(bytes)} bytes in ${count(queries, 'query', 'queries')}, which costs about ${usd(costUsd)}.`,
  ]
}
