import { usageError } from '../../../core/errors.ts'
import { rowOrder } from '../../../report/arrange.ts'
import { ANSWER_FORMATS, USUAL_FORMAT } from '../../../report/formats/index.ts'
import { parseUsd } from '../../../report/gates.ts'
import { columnsNamed, type QueryColumn, type QueryRow, sortKey } from '../../../report/queries/answer.ts'
import { findQuery, QUERIES } from '../../../report/queries/catalog.ts'
import type { QueryParameters, ReadyQuery } from '../../../report/queries/ready-query.ts'
import { athena } from '../../../report/sources/athena/index.ts'
import { isQueryDimension } from '../../../report/sources/logs/query.ts'
import { parseWhere, type Where } from '../../../report/where.ts'
import type { WindowFlags } from '../../../report/window-parse.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import { ACCOUNT_FLAGS, NO_LINKED } from '../../args/account-flags.ts'
import { type Args, refuseFlags } from '../../args/args.ts'
import { choice, type Flag, OFFLINE_FLAG, VERBOSE_FLAG, wholeNumber } from '../../args/flag.ts'
import { formatOf, LIST_FLAGS, outputFlags } from '../../args/output-format.ts'
import { flagLayer, SETTING_FLAGS } from '../../args/setting-layers.ts'
import { REPORT_FLAGS } from '../report/flags.ts'
import { openAsked, windowFlags, withOption } from '../report/options.ts'

/** What `query` is asked for: to list what there is, to show, to save, or to run one. */
export type QueryOptions = {
  settings: SettingLayer
  models: readonly string[]
  where: Where | undefined
  key?: string
  limit?: number
  /** Asked with Athena, of the table that setup makes. */
  inLake: boolean
} & (
  | { action: 'list' }
  | { action: 'show'; queries: readonly ReadyQuery[]; window?: WindowFlags }
  /** `without`: those that all would hold, but for a parameter that is missing. */
  | { action: 'save'; queries: readonly ReadyQuery[]; without: readonly ReadyQuery[] }
  | {
      action: 'run'
      query: ReadyQuery
      window?: WindowFlags
      linked: boolean
      offline: boolean
      maxAwsCost?: number
      format: (typeof ANSWER_FORMATS)[number]
      output?: string
      open: boolean
      verbose: boolean
      /** What `--sort` says. */
      sorted?: string
      order?: ((a: QueryRow, b: QueryRow) => number) | undefined
      /** By name; all by default. */
      columns?: readonly QueryColumn[]
    }
)

/** Puts the flags together. Throws usage errors for what contradicts itself. */
export function queryOptions(args: Args): QueryOptions {
  const named = args.words.flatMap((name) => findQuery(name) ?? [])
  const [key, top] = [args.text('key'), args.text('top')]
  const limit = args.text('limit') ?? top
  if (top !== undefined && limit !== top) {
    throw usageError(`--limit ${limit} and --top ${top} contradict each other`, 'pass one of them')
  }
  const inLake = args.text('engine') === athena.name
  const most = args.text('max-aws-cost')
  if (most !== undefined && !inLake) {
    throw usageError('--max-aws-cost: Logs Insights knows no cost beforehand', 'pass --engine athena')
  }
  const common = {
    settings: inLake ? withOption(flagLayer(args), athena) : flagLayer(args),
    inLake,
    models: args.list('model'),
    where: whereOf(args.list('where')),
    ...(key !== undefined && { key }),
    ...(limit !== undefined && { limit: Number(limit) }),
  }
  if (args.is('show') && args.is('save'))
    throw usageError('--show and --save contradict each other', 'pass one of them')
  if (args.is('save') && args.list('accounts').length > 0) {
    throw usageError(
      '--save and --accounts contradict each other',
      'leave out --accounts: queries are saved in the account of the credentials, which --profile chooses',
    )
  }
  if (args.is('show')) refuseFlags(args, ofRun(args), 'a query that is run, not with --show')
  if (args.is('save')) refuseFlags(args, [...WINDOW, ...ofRun(args)], 'a query that is run, not with --save')
  if (key !== undefined && named.length > 0 && !named.some(({ takesKey }) => takesKey)) {
    const takers = QUERIES.filter(({ takesKey }) => takesKey).map(({ name }) => name)
    throw usageError(`--key goes with ${takers.join(', ')} only`, 'leave out --key')
  }
  if (args.is('save')) {
    const without = named.length > 0 || key !== undefined ? [] : QUERIES.filter(({ takesKey }) => takesKey)
    const queries = named.length > 0 ? named : QUERIES.filter((query) => !without.includes(query))
    return { ...common, action: 'save', queries: queries.map((query) => checked(query, key)), without }
  }
  const [query, second] = named
  if (!query) {
    const flag = [...NEED_A_NAME, ...ofRun(args)].find((name) => args.is(name) || args.text(name) !== undefined)
    if (flag === undefined) return { ...common, action: 'list' }
    throw usageError(`--${flag} needs the name of a query`, `name one: ${QUERIES.map(({ name }) => name).join(', ')}`)
  }
  const window = windowFlags(args, 'UTC')
  if (args.is('show'))
    return { ...common, action: 'show', queries: named.map((one) => checked(one, key)), ...(window && { window }) }
  if (second) throw usageError(`query runs one query at a time, not ${query.name} and ${second.name}`, 'name one')
  const [output, sort, columns] = [args.text('output'), args.list('sort'), args.list('columns')]
  return {
    ...common,
    action: 'run',
    query: checked(query, key),
    linked: !args.is('no-linked'),
    offline: args.is('offline'),
    ...(most !== undefined && { maxAwsCost: parseUsd(most) ?? 0 }),
    format: formatOf(args, ANSWER_FORMATS, USUAL_FORMAT),
    verbose: args.is('verbose'),
    open: openAsked(args),
    ...(window && { window }),
    ...(output !== undefined && { output }),
    ...(sort.length > 0 && { sorted: sort.join(', '), order: rowOrder(sort, (name) => sortKey(name, query.columns)) }),
    ...(columns.length > 0 && { columns: columnsNamed('--columns', columns, query.columns) }),
  }
}

/** A query's parameters by the flags, and what it does without them. */
export function parametersOf(
  { models, where, key, limit }: QueryOptions,
  query: ReadyQuery,
): Pick<QueryParameters, 'models' | 'where' | 'limit' | 'key'> {
  return { models, ...(where && { where }), limit: limit ?? query.defaultLimit, ...(key !== undefined && { key }) }
}

/** Throws a usage error for what the log does not tell of each call. */
function whereOf(texts: readonly string[]): Where | undefined {
  const where = parseWhere(texts)
  for (const name of Object.keys(where ?? {})) {
    if (isQueryDimension(name) && !NO_KEY.test(name)) continue
    const hint = 'pass one of model, identity, role, user, operation or metadata:KEY; Regions with --region'
    throw usageError(`--where is by '${name}', which queries cannot filter by`, hint)
  }
  return where
}

function checked(query: ReadyQuery, key: string | undefined): ReadyQuery {
  if (!query.takesKey || key !== undefined) return query
  const hint = `bedrock-monitor query ${query.name} --key team`
  throw usageError(`${query.name} needs --key: the key of the request metadata`, hint)
}

const WINDOW = ['hours', 'last', 'since', 'until']
/** The most rows that Logs Insights gives. */
const MOST_ROWS = 10_000
/** What Bedrock takes for a model id: ids, ids of profiles, and ARNs. */
const MODEL_ID = /^[\w.:/-]{1,2048}$/
/** What would end a name in a query, or a query's line; Bedrock takes none of it in a key. */
const NO_KEY = /[`"\\\p{Cc}]/u

const NEED_A_NAME = 'show hours last since until model where key limit top engine'.split(' ')

/** What has a meaning for rows only. JSON there is of everything. */
function ofRun(args: Args): string[] {
  return ['sort', 'columns', 'output', 'open', ...(args.text('format') === 'json' ? [] : ['format'])]
}

/** Each query has columns of its own. */
const LIST_WORDS: ReadonlyMap<string, string> = new Map([
  ['sort', 'order by name, cost, calls, errors, latency or another column of the query; add :asc or :desc'],
  ['columns', 'show these columns of the query; JSON always has all of them'],
])
const COLUMN_WORDS = ['cost', 'calls', 'input', 'output', 'errors', 'latency', 'ttft', 'name']

/** The flags of `query`. */
export const QUERY_FLAGS: readonly Flag[] = [
  { name: 'show', describe: 'print the Logs Insights query instead of running it', group: 'Action' },
  { name: 'save', describe: 'save the named queries, or all, in the CloudWatch console', group: 'Action' },
  ...REPORT_FLAGS.filter(({ name }) => WINDOW.includes(name)),
  {
    name: 'engine',
    value: 'ENGINE',
    describe: 'logs (default: Logs Insights, of the log group) or athena (of the table that setup --lake makes)',
    group: 'Query',
    ...choice('logs', athena.name),
  },
  ...REPORT_FLAGS.filter(({ name }) => name === 'max-aws-cost').map((flag) => ({
    ...flag,
    describe: `with --engine athena: ${flag.describe.replace(/^[^:]*: /, '')}`,
    group: 'Query',
  })),
  {
    name: 'model',
    value: 'ID',
    list: true,
    describe: 'only calls of this model ID, exactly as callers pass it',
    group: 'Query',
    check: (value) => (MODEL_ID.test(value) ? undefined : 'a model id, an inference profile or an ARN'),
  },
  ...REPORT_FLAGS.filter(({ name }) => name === 'where').map((flag) => ({ ...flag, group: 'Query' })),
  {
    name: 'key',
    value: 'KEY',
    describe: 'key of the request metadata, such as team',
    group: 'Query',
    check: (value) => (value.length > 256 || NO_KEY.test(value) ? 'a key that Bedrock takes, such as team' : undefined),
  },
  {
    name: 'limit',
    value: 'N',
    describe: `maximum number of rows, 1 to ${MOST_ROWS} (default 20; by hour 1000)`,
    group: 'Query',
    check: wholeNumber(1, MOST_ROWS),
  },
  ...SETTING_FLAGS.filter(({ name }) =>
    ['log-group-name', 'lake-database', 'lake-table', 'lake-workgroup'].includes(name),
  ),
  { ...OFFLINE_FLAG, group: 'Query' },
  ...ACCOUNT_FLAGS,
  NO_LINKED,
  ...LIST_FLAGS.filter(({ name }) => LIST_WORDS.has(name)).map((flag) => {
    return { ...flag, describe: LIST_WORDS.get(flag.name) ?? '', values: COLUMN_WORDS }
  }),
  { name: 'top', value: 'N', describe: 'the same as --limit', group: 'Output', check: wholeNumber(1, MOST_ROWS) },
  ...outputFlags(ANSWER_FORMATS),
  ...REPORT_FLAGS.filter(({ name }) => name === 'open'),
  VERBOSE_FLAG,
]
