import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import type { Window } from '../model.ts'
import { QUERIES } from '../queries/catalog.ts'
import { IN_SQL } from '../queries/fragments.ts'
import { COST, type PriceGroup } from '../queries/price-groups.ts'
import type { Field, QueryParameters, ReadyQuery } from '../queries/ready-query.ts'
import { PRICED_DAY, PRICED_MODEL } from '../queries/row-cost.ts'
import { dimensionSql } from './dimensions.ts'
import { type AskedRecords, callsOf } from './records.ts'
import type { NamedStatement } from './report-sql.ts'
import { listOf, literal, statement } from './sql.ts'
import { LAKE_NAMES } from './table.ts'

/** What sets the price of calls, by its names elsewhere. */
const TERMS: readonly Field[] = [
  ['routedModel', 'routed_model'],
  ['tierWord', 'tier_word'],
  ['latencyMode', 'latency_mode'],
  ['marks', 'marks'],
]
const PLACE: readonly Field[] = [
  ['account', 'account'],
  ['region', 'aws_region'],
]
const DAY: Field = [PRICED_DAY, '86400000 * CAST(floor(ms / 86400000e0) AS bigint)']

/** A ready-made query as a statement of SQL. Rows that are sums are told apart by what sets their price, where that is asked. */
export function questionStatement(
  query: ReadyQuery,
  { models, where, key, limit, pricedBy, prices = [] }: QueryParameters,
  asked: Pick<AskedRecords, 'table' | 'window' | 'places'>,
): NamedStatement {
  const { by, fields, filter } = query.lake
  const told: Field[] = [
    ['caller', dimensionSql('identity') ?? ''],
    ...(key === undefined ? [] : [['value', dimensionSql(`metadata:${key}`) ?? ''] as const]),
  ]
  const isByDay = pricedBy?.some((expression) => expression.includes(PRICED_DAY))
  const terms: Field[] = pricedBy
    ? [...(by ? [[PRICED_MODEL, 'modelid'] as const] : []), ...TERMS, ...(isByDay ? [DAY] : [])]
    : []
  const keys = [...(asked.places ? PLACE : []), ...(by ?? []), ...terms]
  const cost: Field[] = prices.length > 0 ? [[COST, costSql(prices)]] : []
  const selected = [...keys, ...fields, ...cost]
  const names = selected.map(([name]) => name)
  const sort = query.sort.flatMap(({ field, descending }) => {
    const place = names.indexOf(field)
    return place < 0 ? [] : [`${place + 1}${descending ? ' DESC' : ''}`]
  })
  const lines = [
    `SELECT ${selected.map(([name, sql]) => `${sql} AS "${name}"`).join(',\n  ')}`,
    'FROM calls',
    ...(filter === undefined ? [] : [`WHERE ${filter}`]),
    ...(by ? [`GROUP BY ${keys.map(([, sql]) => sql).join(', ')}`] : []),
    `ORDER BY ${sort.join(', ')}`,
    `LIMIT ${limit}`,
  ]
  const filters = models.length > 0 ? [`modelid IN (${listOf(models)})`] : []
  return { sql: statement(callsOf({ ...asked, where, filters, told }), lines.join('\n')), columns: names }
}

export function termsStatement(
  { models, where }: Pick<QueryParameters, 'models' | 'where'>,
  asked: Pick<AskedRecords, 'table' | 'window' | 'places'>,
): NamedStatement {
  const keys = [...PLACE, ['model', 'modelid'] as const, ...TERMS]
  const selected: Field[] = [...keys, ['requests', 'count(*)'], ['failed', 'count(errorcode)']]
  const filters = models.length > 0 ? [`modelid IN (${listOf(models)})`] : []
  const last = `SELECT ${selected.map(([name, sql]) => `${sql} AS "${name}"`).join(', ')}
FROM calls
GROUP BY ${keys.map(([, sql]) => sql).join(', ')}`
  return { sql: statement(callsOf({ ...asked, where, filters }), last), columns: selected.map(([name]) => name) }
}

const COUNTS: Readonly<Record<TokenKind, string>> = {
  input: IN_SQL.input,
  output: IN_SQL.output,
  cacheRead: IN_SQL.read,
  cacheWrite: `(${IN_SQL.write} - ${IN_SQL.write1h})`,
  cacheWrite1h: IN_SQL.write1h,
}

/** What a call costs in millionths of a dollar, to rank by: exact costs are worked out of what comes back. */
function costSql(prices: readonly PriceGroup[]): string {
  const cases = prices.map(({ calls, longer, perMillion, perImage }) => {
    const tokens = TOKEN_KINDS.flatMap((kind) => {
      const price = perMillion[kind] ?? 0
      return price === 0 ? [] : [`${COUNTS[kind]} * ${price.toExponential()}`]
    })
    const sum = [...tokens, ...(perImage === 0 ? [] : [`images * ${(perImage * 1e6).toExponential()}`])].join(' + ')
    const ofLength = longer === undefined ? '' : ` AND marks % 10 = ${longer}`
    return `WHEN ${CALLS} IN (${listOf(calls)})${ofLength} THEN ${sum || '0e0'}`
  })
  return `CASE ${cases.join('\n    ')} ELSE 0e0 END`
}

/** As it is made of a row of `termsStatement`. */
const CALLS = ['modelid', ...['routed_model', 'tier_word', 'latency_mode'].map((name) => `coalesce(${name}, '')`)].join(
  ` || ${literal('|')} || `,
)

/** A query to be asked in Athena's console: of the last seven days unless a window is given, without costs. Pure. */
export function questionOf(
  query: ReadyQuery,
  parameters: QueryParameters,
  of: { database: string; table: string },
  window?: Window,
): string {
  const table = { ...of, hasBodies: query.lake.isOfBodies === true }
  return questionStatement(query, parameters, { table, ...(window && { window }) }).sql
}

/** The questions that stand in the workgroup, but for those that need a parameter. Pure. */
export function lakeQuestions(of: { database: string; table: string } = LAKE_NAMES) {
  return QUERIES.filter(({ takesKey }) => !takesKey).map((query) => {
    const { name, summary, defaultLimit: limit } = query
    return { name, summary, sql: questionOf(query, { models: [], limit }, of) }
  })
}
