import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { FOCUS_VERSIONS } from '../../src/report/formats/focus/asked.ts'
import { columnsOf } from '../../src/report/formats/focus/columns.ts'
import { renderBytes, renderReport } from '../../src/report/formats/focus.ts'
import { describeWithDuckDb, openDuckDb } from '../support/duckdb.ts'
import { anyFocusRows, focusView } from '../support/focus.ts'
import { inFolder } from '../support/folder.ts'
import { noPaint } from '../support/paint.ts'

const BY = ['hour', 'identity', 'metadata:team']
const ROWS = fc.sample(anyFocusRows, { numRuns: 60, seed: 16 }).flat()

/** How a reader of CSV has to be told of the types of columns, which Parquet tells by itself. */
function sqlTypes(version: string): string {
  const types = columnsOf(version, ['identity'], true).map(({ name, type }) => {
    if (typeof type === 'object') return `'${name}': 'DECIMAL(${type.digits},${type.decimals})'`
    return `'${name}': '${type === 'time' ? 'TIMESTAMPTZ' : type === 'flag' ? 'BOOLEAN' : 'VARCHAR'}'`
  })
  return `{${types.join(', ')}}`
}

describeWithDuckDb('as DuckDB reads FOCUS', () => {
  let sql: (statement: string) => Promise<(string | null)[][]>
  beforeAll(async () => {
    const ask = await openDuckDb()
    await ask("SET TimeZone = 'UTC'")
    sql = async (statement) =>
      (await ask(statement)).map((row) => Object.values(row).map((value) => (value === null ? null : String(value))))
  })

  it.each(FOCUS_VERSIONS)('%s: CSV and Parquet are the same rows, and add up to the report', (version) =>
    inFolder({}, async (folder) => {
      const view = focusView(ROWS, BY)
      const options = { width: 80, paint: noPaint, version }
      const [csv, parquet] = ['usage.csv', 'usage.parquet'].map((name) => join(folder, name)) as [string, string]
      writeFileSync(csv, renderReport(view, options))
      writeFileSync(parquet, await renderBytes(view, options))
      const ofCsv = `read_csv('${csv}', header = true, columns = ${sqlTypes(version)}, nullstr = '')`
      const ofParquet = `read_parquet('${parquet}')`

      const types = await sql(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${ofParquet})`)
      expect(types).toEqual(await sql(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${ofCsv})`))
      const unquoted = `SELECT * REPLACE (ltrim(x_ModelId, '''') AS x_ModelId, ltrim(ResourceId, '''') AS ResourceId,
        ltrim(ResourceName, '''') AS ResourceName) FROM`
      for (const [one, other] of [
        [ofCsv, ofParquet],
        [ofParquet, ofCsv],
      ]) {
        expect(await sql(`SELECT count(*) FROM (${unquoted} ${one} EXCEPT ALL ${unquoted} ${other})`)).toEqual([['0']])
      }
      const { total } = view.report
      for (const from of [ofCsv, ofParquet]) {
        const [[rows, billed, listed, calls, tokens] = []] = await sql(
          `SELECT count(*), round(sum(BilledCost), 9), round(sum(ListCost) FILTER (ListUnitPrice IS NOT NULL), 9),
             sum(x_InvocationCount), sum(ConsumedQuantity) FILTER (ConsumedUnit = 'Tokens') FROM ${from}`,
        )
        expect(Number(rows)).toBe([...(view.charges?.groups ?? [])].flatMap(({ lines }) => lines).length)
        expect([Number(billed), Number(listed)]).toEqual([total.costUsd, total.listCostUsd])
        expect(Number(calls)).toBeGreaterThan(0)
        const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = total
        expect(Number(tokens)).toBe(
          [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens].reduce(
            (sum: number, one) => sum + (one ?? 0),
            0,
          ),
        )
        expect(
          await sql(
            `SELECT count(*) FROM ${from} WHERE ListUnitPrice::DECIMAL(19,12) * PricingQuantity::DECIMAL(19,6) <> ListCost`,
          ),
        ).toEqual([['0']])
      }
    }),
  )

  it('a report of nothing is a table without rows', () =>
    inFolder({}, async (folder) => {
      const path = join(folder, 'none.parquet')
      writeFileSync(path, await renderBytes(focusView([]), { width: 80, paint: noPaint }))
      expect(await sql(`SELECT count(*), sum(BilledCost) FROM read_parquet('${path}')`)).toEqual([['0', null]])
    }))
})
