import { dimensionCommands } from '../sources/logs/query.ts'
import { costColumns, count, milliseconds, share, text, time } from './columns.ts'
import { BILLED, by, COLUMNS, down, INSIGHTS, OF_REQUEST, ofSums, SQL, tokensBy, up } from './fragments.ts'
import { COST, costCommands } from './price-groups.ts'
import type { ReadyQuery } from './ready-query.ts'

const { requests, failed, model, identity, tokenSums, tokenCounts } = COLUMNS
const { who, promptKinds, counted, hourCounted, alsoCounted, allCounted, promptCounted, sums } = INSIGHTS

const TOP = 20
/** More hours than a month has. */
const HOURS = 1_000
/** Which request it was, and whose. */
const SHOWN = ['@timestamp', 'requestId', 'modelId', 'identity']
const ofRequest = [time('time', 'Time', '@timestamp'), text('requestId', 'Request'), text('model', 'Model', 'modelId')]

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
    ...tokensBy(identity, () => [who], 'caller'),
  },
  {
    name: 'costliest-requests',
    summary: 'the single requests that cost most',
    defaultLimit: TOP,
    ranksByCost: true,
    columns: [...ofRequest, identity, ...tokenCounts, count('images', ['', 'Images'], 'imageCount'), ...costColumns],
    numbers: BILLED,
    pricedBy: OF_REQUEST,
    commands: ({ prices = [] }) => [
      who,
      counted,
      allCounted,
      alsoCounted,
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
    lake: { fields: [...SQL.single, ['allCount', SQL.all]], filter: `${SQL.all} + images > 0` },
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
    commands: (asked) => [counted, alsoCounted, allCounted, `stats ${sums} by ${by('bin(1h) as hour', asked)}`],
    lake: { by: [['hour', '3600000 * CAST(floor(ms / 3600000e0) AS bigint)']], fields: SQL.sums },
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
      by: [SQL.model],
      fields: [
        ['timed', 'count(latency_ms)'],
        ['latencyAvg', 'avg(CAST(latency_ms AS double))'],
        ...[50, 90, 99].map((percent) => SQL.percentile(`latencyP${percent}`, 'latency_ms', percent)),
        ['latencyMax', 'max(latency_ms)'],
        ...[50, 99].map((percent) => SQL.percentile(`firstTokenP${percent}`, 'first_token_ms', percent)),
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
      who,
      'fields modelId as model',
      'stats count(*) as requests, count_distinct(identity) as identities by errorCode, model',
    ],
    lake: {
      by: [['errorCode', 'errorcode'], SQL.model],
      fields: [SQL.requests, ['identities', 'count(DISTINCT caller)']],
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
      'fields modelId as model',
      promptKinds,
      hourCounted,
      promptCounted,
      'filter promptCount > 0',
      `stats count(*) as requests, sum(inCount) as tokensIn, sum(readCount) as cacheRead, sum(writeCount) as cacheWrite, sum(hourCount) as cacheWrite1h, sum(promptCount) as tokens, 100 * sum(readCount) / sum(promptCount) as hitPercent by ${by('model', asked)}`,
    ],
    lake: {
      by: [SQL.model],
      fields: [
        SQL.requests,
        ...SQL.sums.filter(([name]) => /^(?:tokensIn|cache)/.test(name)),
        ['tokens', `sum(${SQL.prompt})`],
      ],
      filter: `${SQL.prompt} > 0`,
    },
    sort: [down('tokens'), up('model')],
  },
  {
    name: 'largest-prompts',
    summary: 'the single requests with the most prompt tokens, cached ones included',
    defaultLimit: TOP,
    columns: [
      ...ofRequest,
      identity,
      count('promptTokens', ['Prompt', 'tokens'], 'promptCount'),
      ...tokenCounts,
      ...costColumns,
    ],
    numbers: BILLED,
    pricedBy: OF_REQUEST,
    commands: () => [who, counted, alsoCounted, promptCounted, 'filter promptCount > 0'],
    lake: { fields: [...SQL.single, ['promptCount', SQL.prompt]], filter: `${SQL.prompt} > 0` },
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
