import { LAKE_NAMES } from './table.ts'

/** A ready question to the table of the invocation log, in Athena's SQL. */
export interface LakeQuestion {
  name: string
  /** One line. */
  summary: string
  sql: string
}

/** The questions that stand in the workgroup, to be asked in Athena's console. Pure. */
export function lakeQuestions({ database, table }: { database: string; table: string } = LAKE_NAMES): LakeQuestion[] {
  // The same call may be delivered twice, and what lies beside the records is no record.
  const calls = [
    'WITH calls AS (',
    '  SELECT *, row_number() OVER (PARTITION BY requestid ORDER BY "timestamp") AS delivery',
    `  FROM "${database}"."${table}"`,
    "  WHERE schematype = 'ModelInvocationLog'",
    "    AND day >= date_format(current_timestamp - INTERVAL '7' DAY, '%Y/%m/%d')",
    ')',
  ]
  const sums = [
    '  count(*) AS invocations,',
    '  count(errorcode) AS errors,',
    '  sum(input.inputtokencount) AS input_tokens,',
    '  sum(output.outputtokencount) AS output_tokens,',
    '  sum(input.cachereadinputtokencount) AS cache_read_tokens,',
    '  sum(input.cachewriteinputtokencount) AS cache_write_tokens',
    'FROM calls',
    'WHERE delivery = 1',
  ]
  const question = (name: string, summary: string, ...lines: readonly string[]) => ({
    name,
    summary,
    sql: [...calls, ...lines].join('\n'),
  })
  return [
    question(
      'usage-by-model',
      'calls and tokens of the last seven days, by day and model',
      'SELECT day, modelid,',
      ...sums,
      'GROUP BY day, modelid',
      'ORDER BY day, input_tokens DESC',
    ),
    question(
      'usage-by-caller',
      'calls and tokens of the last seven days, by account and caller',
      'SELECT account, "identity".arn AS caller, modelid,',
      ...sums,
      'GROUP BY account, "identity".arn, modelid',
      'ORDER BY input_tokens DESC',
      'LIMIT 1000',
    ),
    question(
      'errors',
      'failed calls of the last seven days, by error, model and caller',
      'SELECT errorcode, modelid, "identity".arn AS caller, count(*) AS failed, max("timestamp") AS last',
      'FROM calls',
      'WHERE delivery = 1 AND errorcode IS NOT NULL',
      'GROUP BY errorcode, modelid, "identity".arn',
      'ORDER BY failed DESC',
      'LIMIT 1000',
    ),
  ]
}
