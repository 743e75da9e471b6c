import { createRequire } from 'node:module'
import { describeWhere } from './external.ts'

/** Runs a statement of SQL and tells its rows: numbers that are exact as text. */
export type Sql = (statement: string) => Promise<Record<string, unknown>[]>

/** Its binary is of the machine: where there is none, it cannot be loaded. */
const DUCKDB = (() => {
  try {
    return createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api')
  } catch {
    return undefined
  }
})()

/** `describe` for tests that need DuckDB, which writes and reads files with code that is not ours. */
export function describeWithDuckDb(title: string, body: () => void): void {
  describeWhere(DUCKDB !== undefined, 'DuckDB', title, body)
}

/** A database in memory. */
export async function openDuckDb(): Promise<Sql> {
  if (!DUCKDB) throw new Error('no DuckDB')
  const instance = await DUCKDB.DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  return async (statement) =>
    (await connection.runAndReadAll(statement)).getRowObjectsJson() as Record<string, unknown>[]
}
