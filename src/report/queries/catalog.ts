import { IDENTITY, type NumberName } from '../sources/logs/fields.ts'
import { dimensionCommands } from '../sources/logs/query.ts'
import type { QueryColumn } from './answer.ts'
import { costColumns, count, milliseconds, share, text, time } from './columns.ts'
import { COST, costCommands } from './price-groups.ts'
import type { Field, QueryParameters, ReadyQuery, SortKey } from './ready-query.ts'
import { PRICED_DAY, PRICED_MODEL, type PricedBy } from './row-cost.ts'

const TOKENS: readonly NumberName[] = ['inputTokens', 'outputTokens', 'readTokens', 'writeTokens']
const TOP = 20
/** More hours than a month has. */
const HOURS = 1_000

/** What is billed: writes for an hour are among the writes. */
const BILLED: readonly NumberName[] = [...TOKENS, 'write1hTokens', 'imagesMade']
/** Tokens of a record that are there in every record: what it does not tell of is none. */
const COUNTED =
  'fields coalesce(inputTokens, 0) as inCount, coalesce(outputTokens, 0) as outCount, coalesce(readTokens, 0) as readCount, coalesce(writeTokens, 0) as writeCount'
const ALSO_COUNTED = 'fields coalesce(write1hTokens, 0) as hourCount, coalesce(imagesMade, 0) as imageCount'
const ALL_COUNTED = 'fields inCount + outCount + readCount + writeCount as allCount'
const PROMPT_COUNTED = 'fields inCount + readCount + writeCount as promptCount'
const WHO = `fields ${IDENTITY} as identity`
/** Insights calls a failure what has an error code. */
const SUMS =
  'count(*) as requests, count(errorCode) as failed, sum(inCount) as tokensIn, sum(outCount) as tokensOut, sum(readCount) as cacheRead, sum(writeCount) as cacheWrite, sum(allCount) as tokens, sum(hourCount) as cacheWrite1h, sum(imageCount) as images'

/** The same in the SQL of Athena. */
const IN_SQL = {
  input: 'coalesce(input_tokens, 0)',
  output: 'coalesce(output_tokens, 0)',
  read: 'coalesce(read_tokens, 0)',
  write: 'coalesce(write_tokens, 0)',
} as const
const PROMPT_SQL = [IN_SQL.input, IN_SQL.read, IN_SQL.write].join(' + ')
const ALL_SQL = Object.values(IN_SQL).join(' + ')
const REQUESTS_SQL: Field = ['requests', 'count(*)']
const SUMS_SQL: readonly Field[] = [
  REQUESTS_SQL,
  ['failed', 'count(errorcode)'],
  ['tokensIn', `sum(${IN_SQL.input})`],
  ['tokensOut', `sum(${IN_SQL.output})`],
  ['cacheRead', `sum(${IN_SQL.read})`],
  ['cacheWrite', `sum(${IN_SQL.write})`],
  ['tokens', `sum(${ALL_SQL})`],
  ['cacheWrite1h', 'sum(write_1h_tokens)'],
  ['images', 'sum(images)'],
]
const SINGLE_SQL: readonly Field[] = [
  ['@timestamp', 'ms'],
  ['requestId', 'requestid'],
  ['modelId', 'modelid'],
  ['identity', 'caller'],
  ['inCount', IN_SQL.input],
  ['outCount', IN_SQL.output],
  ['readCount', IN_SQL.read],
  ['writeCount', IN_SQL.write],
  ['hourCount', 'write_1h_tokens'],
  ['imageCount', 'images'],
]
const MODEL_SQL: Field = ['model', 'modelid']
const percentileSql = (field: string, column: string, percent: number): Field => [
  field,
  `approx_percentile(${column}, ${percent / 100})`,
]

const requests = count('requests', ['', 'Requests'])
const failed = count('failed', ['', 'Failed'])
const model = text('model', 'Model')
const identity = text('identity', 'Identity')

const tokens = ([input, output, read, write]: readonly string[]): QueryColumn[] => [
  count('inputTokens', ['Input', 'tokens'], input),
  count('outputTokens', ['Output', 'tokens'], output),
  count('cacheReadTokens', ['Cache', 'read'], read),
  count('cacheWriteTokens', ['Cache', 'write'], write),
]

/** A single request has its own model and time. */
const OF_REQUEST: PricedBy = {
  counts: ['inCount', 'outCount', 'readCount', 'writeCount', 'hourCount', 'imageCount'],
  model: 'modelId',
  at: '@timestamp',
}
/** Which request it was, and whose. */
const SHOWN = ['@timestamp', 'requestId', 'modelId', 'identity']

const SUM_FIELDS = ['tokensIn', 'tokensOut', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'images'] as const

/** Sums are told apart by model, and by day where prices change. */
const ofSums = (by: string, at = PRICED_DAY): PricedBy => ({
  counts: SUM_FIELDS,
  model: PRICED_MODEL,
  at,
  by,
})
const tokenSums = tokens(SUM_FIELDS)
/** The same of a single request. */
const tokenCounts = tokens(OF_REQUEST.counts)

const by = (name: string, { pricedBy = [] }: Pick<QueryParameters, 'pricedBy'>) => [name, ...pricedBy].join(', ')

const down = (field: string): SortKey => ({ field, descending: true })
const up = (field: string): SortKey => ({ field, descending: false })

/** Who or what used how much: requests and tokens by one thing. */
function tokensBy(
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

/** Every ready-made query, in the order in which they are listed. None of them reads a prompt or an answer. */
export const QUERIES: readonly ReadyQuery[] = [
  {
    name: 'tokens-by-model',
    summary: 'requests and tokens by model, most tokens first',
    defaultLimit: TOP,
    ...tokensBy(model, () => ['fields modelId as model'], 'modelid'),
  },
  {
    name: 'tokens-by-identity',
    summary: 'requests and tokens by who called, most tokens first',
    defaultLimit: TOP,
    ...tokensBy(identity, () => [WHO], 'caller'),
  },
  {
    name: 'costliest-requests',
    summary: 'the single requests that cost most',
    defaultLimit: TOP,
    ranksByCost: true,
    columns: [
      time('time', 'Time', '@timestamp'),
      text('requestId', 'Request'),
      text('model', 'Model', 'modelId'),
      identity,
      ...tokenCounts,
      count('images', ['', 'Images'], 'imageCount'),
      ...costColumns,
    ],
    numbers: BILLED,
    pricedBy: OF_REQUEST,
    commands: ({ prices = [] }) => [
      WHO,
      COUNTED,
      ALL_COUNTED,
      ALSO_COUNTED,
      'filter allCount + imageCount > 0',
      ...costCommands(prices, {
        input: 'inCount',
        output: 'outCount',
        cacheRead: 'readCount',
        cacheWrite: '(writeCount - hourCount)',
        cacheWrite1h: 'hourCount',
        images: 'imageCount',
      }),
    ],
    lake: { fields: [...SINGLE_SQL, ['allCount', ALL_SQL]], filter: `${ALL_SQL} + images > 0` },
    sort: [down(COST), down('allCount'), up('requestId')],
    display: [...SHOWN, ...OF_REQUEST.counts, 'allCount', COST],
  },
  {
    name: 'requests-by-hour',
    summary: 'requests and tokens by hour (UTC), in order of time',
    defaultLimit: HOURS,
    columns: [time('hour', 'Hour', 'hour'), requests, failed, ...tokenSums, ...costColumns],
    numbers: BILLED,
    pricedBy: ofSums('hour', 'hour'),
    commands: (asked) => [COUNTED, ALSO_COUNTED, ALL_COUNTED, `stats ${SUMS} by ${by('bin(1h) as hour', asked)}`],
    lake: { by: [['hour', '3600000 * CAST(floor(ms / 3600000e0) AS bigint)']], fields: SUMS_SQL },
    sort: [up('hour')],
  },
  {
    name: 'latency-by-model',
    summary: 'milliseconds from request to last token by model, slowest p99 first',
    defaultLimit: TOP,
    columns: [
      model,
      count('timed', ['', 'Timed']),
      milliseconds('avgMs', ['', 'avg'], 'latencyAvg'),
      milliseconds('p50Ms', ['', 'p50'], 'latencyP50'),
      milliseconds('p90Ms', ['', 'p90'], 'latencyP90'),
      milliseconds('p99Ms', ['', 'p99'], 'latencyP99'),
      milliseconds('maxMs', ['', 'max'], 'latencyMax'),
      milliseconds('firstTokenP50Ms', ['TTFT', 'p50'], 'firstTokenP50'),
      milliseconds('firstTokenP99Ms', ['TTFT', 'p99'], 'firstTokenP99'),
    ],
    numbers: ['latency', 'firstToken'],
    commands: () => [
      'filter ispresent(latency)',
      'fields modelId as model',
      'stats count(latency) as timed, avg(latency) as latencyAvg, pct(latency, 50) as latencyP50, pct(latency, 90) as latencyP90, pct(latency, 99) as latencyP99, max(latency) as latencyMax, pct(firstToken, 50) as firstTokenP50, pct(firstToken, 99) as firstTokenP99 by model',
    ],
    lake: {
      by: [MODEL_SQL],
      fields: [
        ['timed', 'count(latency_ms)'],
        ['latencyAvg', 'avg(CAST(latency_ms AS double))'],
        ...[50, 90, 99].map((percent) => percentileSql(`latencyP${percent}`, 'latency_ms', percent)),
        ['latencyMax', 'max(latency_ms)'],
        ...[50, 99].map((percent) => percentileSql(`firstTokenP${percent}`, 'first_token_ms', percent)),
      ],
      filter: 'latency_ms IS NOT NULL',
      isOfBodies: true,
    },
    sort: [down('latencyP99'), up('model')],
  },
  {
    name: 'errors-by-code',
    summary: 'failed and throttled requests by error code and model, most first',
    defaultLimit: TOP,
    columns: [text('errorCode', 'Error'), model, requests, count('identities', ['', 'Identities'])],
    numbers: [],
    commands: () => [
      'filter ispresent(errorCode)',
      WHO,
      'fields modelId as model',
      'stats count(*) as requests, count_distinct(identity) as identities by errorCode, model',
    ],
    lake: {
      by: [['errorCode', 'errorcode'], MODEL_SQL],
      fields: [REQUESTS_SQL, ['identities', 'count(DISTINCT caller)']],
      filter: 'errorcode IS NOT NULL',
    },
    sort: [down('requests'), up('errorCode'), up('model')],
  },
  {
    name: 'cache-hit-rate',
    summary: 'how much of the prompts came out of the cache by model, longest prompts first',
    defaultLimit: TOP,
    columns: [
      model,
      requests,
      ...tokenSums.filter(({ name }) => name !== 'outputTokens'),
      share('hitRate', ['Hit', 'rate'], 'cacheRead', ['tokensIn', 'cacheRead', 'cacheWrite']),
      ...costColumns.map((column) =>
        column.kind === 'usd' ? { ...column, heading: ['Cost of', 'prompts'] as const } : column,
      ),
    ],
    numbers: ['inputTokens', 'readTokens', 'writeTokens', 'write1hTokens'],
    pricedBy: ofSums('model'),
    commands: (asked) => [
      'fields modelId as model, coalesce(inputTokens, 0) as inCount, coalesce(readTokens, 0) as readCount, coalesce(writeTokens, 0) as writeCount, coalesce(write1hTokens, 0) as hourCount',
      PROMPT_COUNTED,
      'filter promptCount > 0',
      `stats count(*) as requests, sum(inCount) as tokensIn, sum(readCount) as cacheRead, sum(writeCount) as cacheWrite, sum(hourCount) as cacheWrite1h, sum(promptCount) as tokens, 100 * sum(readCount) / sum(promptCount) as hitPercent by ${by('model', asked)}`,
    ],
    lake: {
      by: [MODEL_SQL],
      fields: [
        REQUESTS_SQL,
        ...SUMS_SQL.filter(([name]) => /^(?:tokensIn|cache)/.test(name)),
        ['tokens', `sum(${PROMPT_SQL})`],
      ],
      filter: `${PROMPT_SQL} > 0`,
    },
    sort: [down('tokens'), up('model')],
  },
  {
    name: 'largest-prompts',
    summary: 'the single requests with the most prompt tokens, cached ones included',
    defaultLimit: TOP,
    columns: [
      time('time', 'Time', '@timestamp'),
      text('requestId', 'Request'),
      text('model', 'Model', 'modelId'),
      identity,
      count('promptTokens', ['Prompt', 'tokens'], 'promptCount'),
      ...tokenCounts,
      ...costColumns,
    ],
    numbers: BILLED,
    pricedBy: OF_REQUEST,
    commands: () => [WHO, COUNTED, ALSO_COUNTED, PROMPT_COUNTED, 'filter promptCount > 0'],
    lake: { fields: [...SINGLE_SQL, ['promptCount', PROMPT_SQL]], filter: `${PROMPT_SQL} > 0` },
    sort: [down('promptCount'), up('requestId')],
    display: [...SHOWN, 'promptCount', ...OF_REQUEST.counts],
  },
  {
    name: 'requests-by-metadata',
    summary: 'requests and tokens by the value of a metadata key, most tokens first',
    defaultLimit: TOP,
    takesKey: true,
    ...tokensBy(text('value', 'Value'), ({ key = '' }) => dimensionCommands(`metadata:${key}`, 'value'), 'value'),
  },
]

export function findQuery(name: string): ReadyQuery | undefined {
  return QUERIES.find((query) => query.name === name)
}
