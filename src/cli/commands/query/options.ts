import { usageError } from '../../../core/errors.ts'
import { rowOrder } from '../../../report/arrange.ts'
import { ANSWER_FORMATS, USUAL_FORMAT } from '../../../report/formats/index.ts'
import { parseUsd } from '../../../report/gates.ts'
import { columnsNamed, sortKey } from '../../../report/queries/answer.ts'
import { findQuery, QUERIES } from '../../../report/queries/catalog.ts'
import type { ReadyQuery } from '../../../report/queries/ready-query.ts'
import { athena } from '../../../report/sources/athena/index.ts'
import { isQueryDimension } from '../../../report/sources/logs/query.ts'
import { parseWhere, type Where } from '../../../report/where.ts'
import { type Args, choice, type Flag, flag, refuseBoth, refuseFlags, valid, wholeNumber } from '../../args/flag.ts'
import { formatOf, LIST_FLAGS, outputFlags } from '../../args/result-flags.ts'
import {
  ACCOUNT_FLAGS,
  flagLayer,
  NO_LINKED,
  OFFLINE_FLAG,
  SETTING_FLAGS,
  VERBOSE_FLAG,
} from '../../args/shared-flags.ts'
import { REPORT_FLAGS } from '../report/flags.ts'
import { openAsked, windowFlags, withOption } from '../report/options.ts'

/** What `query` is asked for: to list what there is, to show, to save, or to run one. */
export type QueryOptions = ReturnType<typeof queryOptions>

/** Puts the flags together. Throws usage errors for what contradicts itself. */
export function queryOptions(args: Args) {
  const named = args.words.flatMap((name) => findQuery(name) ?? [])
  const [key, top, most] = [args.text('key'), args.text('top'), args.text('max-aws-cost')]
  const limit = args.text('limit') ?? top
  if (top !== undefined && limit !== top)
    throw usageError(`--limit ${limit} and --top ${top} contradict each other`, 'pass one of them')
  const inLake = args.text('engine') === athena.name
  if (most !== undefined && !inLake)
    throw usageError(
      '--max-aws-cost: the cost of a Logs Insights query is not known beforehand',
      'pass --engine athena',
    )
  const where = whereOf(args.list('where'))
  refuseBoth(args, 'show', 'save')
  refuseBoth(
    args,
    'save',
    'accounts',
    'leave out --accounts: queries are saved in the account of the credentials, which --profile chooses',
  )
  if (args.is('show')) refuseFlags(args, ofRun(args), 'a query that is run, not with --show')
  if (args.is('save')) refuseFlags(args, [...WINDOW, ...ofRun(args)], 'a query that is run, not with --save')
  const takers = QUERIES.filter(({ takesKey }) => takesKey)
  if (key !== undefined && named.length > 0 && !named.some(({ takesKey }) => takesKey))
    throw usageError(`--key goes with ${takers.map(({ name }) => name).join(', ')} only`, 'leave out --key')
  const action: 'list' | 'show' | 'save' | 'run' = args.is('save')
    ? 'save'
    : named.length === 0
      ? 'list'
      : args.is('show')
        ? 'show'
        : 'run'
  const misplaced = action === 'list' && [...NEED_A_NAME, ...ofRun(args)].find(args.has)
  if (misplaced)
    throw usageError(
      `--${misplaced} needs the name of a query`,
      `name one: ${QUERIES.map(({ name }) => name).join(', ')}`,
    )
  /** Those that all would hold, but for a parameter that is missing. */
  const without = named.length > 0 || key !== undefined ? [] : takers
  const queries = named.length > 0 ? named : QUERIES.filter((query) => !without.includes(query))
  if (action !== 'list') for (const query of queries) checkKey(query, key)
  const window = action === 'save' ? undefined : windowFlags(args, 'UTC')
  const [query = QUERIES[0] as ReadyQuery, second] = queries
  if (action === 'run' && second)
    throw usageError(`query runs one query at a time, not ${query.name} and ${second.name}`, 'name one')
  const [sort, columns] = [args.list('sort'), args.list('columns')]
  return {
    action,
    queries,
    without,
    query,
    window,
    /** Asked with Athena, of the table that setup makes. */
    inLake,
    models: args.list('model'),
    where,
    key,
    limit: limit === undefined ? undefined : Number(limit),
    maxAwsCost: parseUsd(most ?? ''),
    format: formatOf(args, ANSWER_FORMATS, USUAL_FORMAT),
    open: openAsked(args),
    sorted: sort.join(', '),
    order: sort.length > 0 ? rowOrder(sort, (name) => sortKey(name, query.columns)) : undefined,
    columns: columns.length > 0 ? columnsNamed('--columns', columns, query.columns) : query.columns,
    settings: inLake ? withOption(flagLayer(args), athena) : flagLayer(args),
  }
}

export function parametersOf({ models, where, key, limit }: QueryOptions, query: ReadyQuery) {
  return { models, ...(where && { where }), limit: limit ?? query.defaultLimit, ...(key !== undefined && { key }) }
}

/** Throws a usage error for what the log does not tell of each call. */
function whereOf(texts: readonly string[]): Where | undefined {
  const where = parseWhere(texts)
  const unknown = Object.keys(where ?? {}).find((name) => !isQueryDimension(name) || NO_KEY.test(name))
  if (unknown === undefined) return where
  const hint = 'pass one of model, identity, role, user, operation or metadata:KEY; Regions with --region'
  throw usageError(`--where has the key '${unknown}', which queries cannot filter by`, hint)
}

function checkKey({ name, takesKey }: ReadyQuery, key: string | undefined): void {
  if (!takesKey || key !== undefined) return
  const hint = `bedrock-monitor query ${name} --key team`
  throw usageError(`${name} needs --key: the key of the request metadata`, hint)
}

const WINDOW = ['hours', 'last', 'since', 'until']
const MOST_ROWS = 10_000
/** What Bedrock takes for a model id: ids, ids of profiles, and ARNs. */
const MODEL_ID = /^[\w.:/-]{1,2048}$/
/** What would end a name in a query, or a query's line; Bedrock takes none of it in a key. */
const NO_KEY = /[`"\\\p{Cc}]/u

const NEED_A_NAME = 'show hours last since until model where key limit top engine'.split(' ')

function ofRun(args: Args): string[] {
  return ['sort', 'columns', 'output', 'open', ...(args.text('format') === 'json' ? [] : ['format'])]
}

const LIST_WORDS: ReadonlyMap<string, string> = new Map([
  ['sort', 'order by name, cost, calls, errors, latency or another column of the query; add :asc or :desc'],
  ['columns', 'show these columns of the query; JSON always has all of them'],
])
const COLUMN_WORDS = ['cost', 'calls', 'input', 'output', 'errors', 'latency', 'ttft', 'name']

const fromReport = (...names: string[]) => REPORT_FLAGS.filter(({ name }) => names.includes(name))
const ofQuery = (each: Flag): Flag => ({ ...each, group: 'Query' })

export const QUERY_FLAGS: readonly Flag[] = [
  flag('--show', 'print the Logs Insights query instead of running it', { group: 'Action' }),
  flag('--save', 'save the named queries, or all, in the CloudWatch console', { group: 'Action' }),
  ...fromReport(...WINDOW),
  ...[
    flag(
      '--engine ENGINE',
      'logs (default: Logs Insights, of the log group) or athena (of the table that setup --lake makes)',
      choice('logs', athena.name),
    ),
    ...fromReport('max-aws-cost').map((each) => ({
      ...each,
      describe: `with --engine athena: ${each.describe.replace(/^[^:]*: /, '')}`,
    })),
    flag('--model ID', 'only calls of this model ID, exactly as callers pass it', {
      list: true,
      ...valid(MODEL_ID, 'a model id, an inference profile or an ARN'),
    }),
    ...fromReport('where'),
    flag(
      '--key KEY',
      'key of the request metadata, such as team',
      valid((key) => key.length <= 256 && !NO_KEY.test(key), 'a key that Bedrock takes, such as team'),
    ),
    flag(
      '--limit N',
      `maximum number of rows, 1 to ${MOST_ROWS} (default 20; by hour 1000)`,
      wholeNumber(1, MOST_ROWS),
    ),
  ].map(ofQuery),
  ...SETTING_FLAGS.filter(({ name }) =>
    ['log-group-name', 'lake-database', 'lake-table', 'lake-workgroup'].includes(name),
  ),
  ofQuery(OFFLINE_FLAG),
  ...ACCOUNT_FLAGS,
  NO_LINKED,
  ...LIST_FLAGS.filter(({ name }) => LIST_WORDS.has(name)).map((each) => {
    return { ...each, describe: LIST_WORDS.get(each.name) ?? '', values: COLUMN_WORDS }
  }),
  flag('--top N', 'the same as --limit', { group: 'Output', ...wholeNumber(1, MOST_ROWS) }),
  ...outputFlags(ANSWER_FORMATS),
  ...fromReport('open'),
  VERBOSE_FLAG,
]
