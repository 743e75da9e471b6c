import type { AwsPlace } from '../../aws/context.ts'
import { isAppError } from '../../core/errors.ts'
import { identifier, literal } from '../../report/lake/sql.ts'
import { budgetOf } from '../../report/sources/athena/budget.ts'
import { findTable } from '../../report/sources/athena/lakes.ts'
import { runStatement } from '../../report/sources/athena/run-query.ts'
import type { Settings } from '../../steps/settings.ts'
import type { LakeFacts } from '../facts.ts'

/**
 * Whether the table of a Region's log answers a query. It asks for one record of today, for which Athena bills the least that it bills.
 * @returns undefined where there is no table, which the plan tells
 * @throws AppError where the caller may not ask
 */
export async function readLake(place: AwsPlace, settings: Settings): Promise<LakeFacts | undefined> {
  const lake = await findTable(place, settings)
  if (!lake) return undefined
  const { database, table } = lake.table
  const name = `${database}.${table}`
  const day = new Date(place.cx.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
  const sql = `SELECT requestid FROM ${identifier(database)}.${identifier(table)}
WHERE account = ${literal(place.account)} AND aws_region = ${literal(place.region)} AND day = ${literal(day)}
LIMIT 1`
  try {
    await runStatement(lake, { sql, columns: ['requestid'] }, budgetOf({}), () => {})
    return { name }
  } catch (error) {
    if (!isAppError(error) || !['aws', 'failed'].includes(error.kind) || /^AccessDenied/.test(error.code)) throw error
    return { name, failure: { message: error.message, hint: error.hint } }
  }
}
