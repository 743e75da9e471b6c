import { billedOf, IDENTITY, type NumberName } from '../sources/logs/fields.ts'
import type { QueryColumn } from './answer.ts'
import { costColumns, count, text } from './columns.ts'
import type { Field, QueryParameters, ReadyQuery, SortKey } from './ready-query.ts'
import { PRICED_DAY, PRICED_MODEL, type PricedBy } from './row-cost.ts'

const TOKENS: readonly NumberName[] = ['inputTokens', 'outputTokens', 'readTokens', 'writeTokens']

export const TOP = 20

/** More hours than a month has. */
export const HOURS = 1_000

/** What is billed: writes for an hour are among the writes. */
export const BILLED: readonly NumberName[] = [...TOKENS, 'write1hTokens', 'imagesMade']

/** Tokens of a record that are there in every record: what it does not tell of is none. */
export const PROMPT_KINDS = `fields ${billedOf('inputTokens')} as inCount, ${billedOf('readTokens')} as readCount, ${billedOf('writeTokens')} as writeCount`

export const COUNTED = `${PROMPT_KINDS}, ${billedOf('outputTokens')} as outCount`

export const HOUR_COUNTED = `fields ${billedOf('write1hTokens')} as hourCount`

export const ALSO_COUNTED = `${HOUR_COUNTED}, ${billedOf('imagesMade')} as imageCount`

export const ALL_COUNTED = 'fields inCount + outCount + readCount + writeCount as allCount'

export const PROMPT_COUNTED = 'fields inCount + readCount + writeCount as promptCount'

export const WHO = `fields ${IDENTITY} as identity`

/** Insights calls a failure what has an error code. */
export const SUMS =
  'count(*) as requests, count(errorCode) as failed, sum(inCount) as tokensIn, sum(outCount) as tokensOut, sum(readCount) as cacheRead, sum(writeCount) as cacheWrite, sum(allCount) as tokens, sum(hourCount) as cacheWrite1h, sum(imageCount) as images'

const billedSql = (column: string) => `CASE WHEN errorcode IS NULL THEN coalesce(${column}, 0) ELSE 0 END`

/** The same in the SQL of Athena. */
export const IN_SQL = {
  input: billedSql('input_tokens'),
  output: billedSql('output_tokens'),
  read: billedSql('read_tokens'),
  write: billedSql('write_tokens'),
  write1h: billedSql('write_1h_tokens'),
} as const

export const PROMPT_SQL = [IN_SQL.input, IN_SQL.read, IN_SQL.write].join(' + ')

export const ALL_SQL = [PROMPT_SQL, IN_SQL.output].join(' + ')

export const REQUESTS_SQL: Field = ['requests', 'count(*)']

export const SUMS_SQL: readonly Field[] = [
  REQUESTS_SQL,
  ['failed', 'count(errorcode)'],
  ['tokensIn', `sum(${IN_SQL.input})`],
  ['tokensOut', `sum(${IN_SQL.output})`],
  ['cacheRead', `sum(${IN_SQL.read})`],
  ['cacheWrite', `sum(${IN_SQL.write})`],
  ['tokens', `sum(${ALL_SQL})`],
  ['cacheWrite1h', `sum(${IN_SQL.write1h})`],
  ['images', 'sum(images)'],
]

export const SINGLE_SQL: readonly Field[] = [
  ['@timestamp', 'ms'],
  ['requestId', 'requestid'],
  ['modelId', 'modelid'],
  ['identity', 'caller'],
  ['inCount', IN_SQL.input],
  ['outCount', IN_SQL.output],
  ['readCount', IN_SQL.read],
  ['writeCount', IN_SQL.write],
  ['hourCount', IN_SQL.write1h],
  ['imageCount', 'images'],
]

export const MODEL_SQL: Field = ['model', 'modelid']

export const percentileSql = (field: string, column: string, percent: number): Field => [
  field,
  `approx_percentile(${column}, ${percent / 100})`,
]

export const requests = count('requests', ['', 'Requests'])

export const failed = count('failed', ['', 'Failed'])

export const model = text('model', 'Model')

export const identity = text('identity', 'Identity')

const tokens = ([input, output, read, write]: readonly string[]): QueryColumn[] => [
  count('inputTokens', ['Input', 'tokens'], input),
  count('outputTokens', ['Output', 'tokens'], output),
  count('cacheReadTokens', ['Cache', 'read'], read),
  count('cacheWriteTokens', ['Cache', 'write'], write),
]

/** A single request has its own model and time. */
export const OF_REQUEST: PricedBy = {
  counts: ['inCount', 'outCount', 'readCount', 'writeCount', 'hourCount', 'imageCount'],
  model: 'modelId',
  at: '@timestamp',
}

/** Which request it was, and whose. */
export const SHOWN = ['@timestamp', 'requestId', 'modelId', 'identity']

const SUM_FIELDS = ['tokensIn', 'tokensOut', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'images'] as const

/** Sums are told apart by model, and by day where prices change. */
export const ofSums = (by: string, at = PRICED_DAY): PricedBy => ({
  counts: SUM_FIELDS,
  model: PRICED_MODEL,
  at,
  by,
})

export const tokenSums = tokens(SUM_FIELDS)

/** The same of a single request. */
export const tokenCounts = tokens(OF_REQUEST.counts)

export const by = (name: string, { pricedBy = [] }: Pick<QueryParameters, 'pricedBy'>) => [name, ...pricedBy].join(', ')

export const down = (field: string): SortKey => ({ field, descending: true })

export const up = (field: string): SortKey => ({ field, descending: false })

/** Who or what used how much: requests and tokens by one thing. */
export function tokensBy(
  { name, ...column }: QueryColumn,
  commands: (parameters: QueryParameters) => readonly string[],
  inSql: string,
): Pick<ReadyQuery, 'columns' | 'numbers' | 'sort' | 'pricedBy' | 'commands' | 'lake'> {
  return {
    columns: [{ name, ...column }, requests, failed, ...tokenSums, ...costColumns],
    numbers: BILLED,
    pricedBy: ofSums(name),
    commands: (asked) => [
      ...commands(asked),
      COUNTED,
      ALSO_COUNTED,
      ALL_COUNTED,
      `stats ${SUMS} by ${by(name, asked)}`,
    ],
    sort: [down('tokens'), down('requests'), up(name)],
    lake: { by: [[name, inSql]], fields: SUMS_SQL },
  }
}
