/** An engine that is not ours: answers SQL, each value as text. Undefined where its program for this machine is not installed. */
export async function openDuckDb(): Promise<((sql: string) => Promise<(string | null)[][]>) | undefined> {
  const module = await import('@duckdb/node-api').catch(() => undefined)
  if (!module) return undefined
  const connection = await (await module.DuckDBInstance.create(':memory:')).connect()
  await connection.run("SET TimeZone = 'UTC'")
  return async (sql) => {
    const rows = (await connection.runAndReadAll(sql)).getRowsJson()
    return rows.map((row) => row.map((value) => (value === null ? null : String(value))))
  }
}
