import { DuckDBInstance } from '@duckdb/node-api'

/** Of a record, what the sums take. */
const COLUMNS = `{ timestamp: 'VARCHAR', modelId: 'VARCHAR', operation: 'VARCHAR', identity: 'STRUCT(arn VARCHAR)',
  input: 'STRUCT(inputTokenCount BIGINT, cacheReadInputTokenCount BIGINT, cacheWriteInputTokenCount BIGINT)',
  output: 'STRUCT(outputTokenCount BIGINT)' }`

/**
 * The same sums by DuckDB, by hour, model, identity and operation. It does not look for records that were delivered twice.
 * @param {string[]} files
 * @returns {Promise<{ sums: Record<string, number[]> }>}
 */
export async function duckdbSums(files, threads) {
  const database = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await database.connect()
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ')
  const answer = await connection.runAndReadAll(`
    SELECT concat_ws(' ', timestamp[1:13], modelId, identity.arn, operation) AS key,
      coalesce(sum(input.inputTokenCount), 0)::DOUBLE AS input, coalesce(sum(output.outputTokenCount), 0)::DOUBLE AS output,
      coalesce(sum(input.cacheReadInputTokenCount), 0)::DOUBLE AS read,
      coalesce(sum(input.cacheWriteInputTokenCount), 0)::DOUBLE AS written
    FROM read_json([${list}], format = 'newline_delimited', columns = ${COLUMNS}, maximum_object_size = 16777216)
    GROUP BY key`)
  return { sums: Object.fromEntries(answer.getRows().map(([key, ...counts]) => [key, counts])) }
}
