import { billedOf, IDENTITY, type NumberName } from '../sources/logs/fields.ts'
import type { QueryColumn } from './answer.ts'
import { costColumns, count, text } from './columns.ts'
import type { Field, QueryParameters, ReadyQuery, SortKey } from './ready-query.ts'
import { PRICED_DAY, PRICED_MODEL, type PricedBy } from './row-cost.ts'

/** What is billed: writes for an hour are among the writes. */
export const BILLED: readonly NumberName[] = [
  ...(['inputTokens', 'outputTokens', 'readTokens', 'writeTokens'] as const),
  ...(['write1hTokens', 'imagesMade'] as const),
]

const promptKinds = `fields ${billedOf('inputTokens')} as inCount, ${billedOf('readTokens')} as readCount, ${billedOf('writeTokens')} as writeCount`
const hourCounted = `fields ${billedOf('write1hTokens')} as hourCount`

/** Commands of Logs Insights. What a record does not tell of is none. */
export const INSIGHTS = {
  who: `fields ${IDENTITY} as identity`,
  promptKinds,
  counted: `${promptKinds}, ${billedOf('outputTokens')} as outCount`,
  hourCounted,
  alsoCounted: `${hourCounted}, ${billedOf('imagesMade')} as imageCount`,
  allCounted: 'fields inCount + outCount + readCount + writeCount as allCount',
  promptCounted: 'fields inCount + readCount + writeCount as promptCount',
  /** A failure is what has an error code. */
  sums: 'count(*) as requests, count(errorCode) as failed, sum(inCount) as tokensIn, sum(outCount) as tokensOut, sum(readCount) as cacheRead, sum(writeCount) as cacheWrite, sum(allCount) as tokens, sum(hourCount) as cacheWrite1h, sum(imageCount) as images',
} as const

const billedSql = (column: string) => `CASE WHEN errorcode IS NULL THEN coalesce(${column}, 0) ELSE 0 END`

export const IN_SQL = {
  input: billedSql('input_tokens'),
  output: billedSql('output_tokens'),
  read: billedSql('read_tokens'),
  write: billedSql('write_tokens'),
  write1h: billedSql('write_1h_tokens'),
} as const

const prompt = [IN_SQL.input, IN_SQL.read, IN_SQL.write].join(' + ')
const all = [prompt, IN_SQL.output].join(' + ')
const requests: Field = ['requests', 'count(*)']

export const SQL = {
  prompt,
  all,
  requests,
  model: ['model', 'modelid'] as Field,
  sums: [
    requests,
    ['failed', 'count(errorcode)'],
    ['tokensIn', `sum(${IN_SQL.input})`],
    ['tokensOut', `sum(${IN_SQL.output})`],
    ['cacheRead', `sum(${IN_SQL.read})`],
    ['cacheWrite', `sum(${IN_SQL.write})`],
    ['tokens', `sum(${all})`],
    ['cacheWrite1h', `sum(${IN_SQL.write1h})`],
    ['images', 'sum(images)'],
  ] as readonly Field[],
  single: [
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
  ] as readonly Field[],
  percentile: (field: string, column: string, percent: number): Field => {
    return [field, `approx_percentile(${column}, ${percent / 100})`]
  },
} as const

/** A single request has its own model and time. */
export const OF_REQUEST: PricedBy = {
  counts: ['inCount', 'outCount', 'readCount', 'writeCount', 'hourCount', 'imageCount'],
  model: 'modelId',
  at: '@timestamp',
}

const SUM_FIELDS = ['tokensIn', 'tokensOut', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'images'] as const

/** Sums are told apart by model, and by day where prices change. */
export const ofSums = (by: string, at = PRICED_DAY): PricedBy => ({ counts: SUM_FIELDS, model: PRICED_MODEL, at, by })

const tokens = ([input, output, read, write]: readonly string[]): QueryColumn[] => [
  count('inputTokens', ['Input', 'tokens'], input),
  count('outputTokens', ['Output', 'tokens'], output),
  count('cacheReadTokens', ['Cache', 'read'], read),
  count('cacheWriteTokens', ['Cache', 'write'], write),
]

export const COLUMNS = {
  requests: count('requests', ['', 'Requests']),
  failed: count('failed', ['', 'Failed']),
  model: text('model', 'Model'),
  identity: text('identity', 'Identity'),
  tokenSums: tokens(SUM_FIELDS),
  tokenCounts: tokens(OF_REQUEST.counts),
} as const

export const by = (name: string, { pricedBy = [] }: Pick<QueryParameters, 'pricedBy'>) => [name, ...pricedBy].join(', ')
export const down = (field: string): SortKey => ({ field, descending: true })
export const up = (field: string): SortKey => ({ field, descending: false })

/** Who or what used how much: requests and tokens by one thing. */
export function tokensBy(
  { name, ...column }: QueryColumn,
  commands: (parameters: QueryParameters) => readonly string[],
  inSql: string,
): Pick<ReadyQuery, 'columns' | 'numbers' | 'sort' | 'pricedBy' | 'commands' | 'lake'> {
  const { requests: calls, failed, tokenSums } = COLUMNS
  const { counted, alsoCounted, allCounted, sums } = INSIGHTS
  return {
    columns: [{ name, ...column }, calls, failed, ...tokenSums, ...costColumns],
    numbers: BILLED,
    pricedBy: ofSums(name),
    commands: (asked) => [...commands(asked), counted, alsoCounted, allCounted, `stats ${sums} by ${by(name, asked)}`],
    sort: [down('tokens'), down('requests'), up(name)],
    lake: { by: [[name, inSql]], fields: SQL.sums },
  }
}
