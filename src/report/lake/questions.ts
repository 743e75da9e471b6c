import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import type { Window } from '../model.ts'
import { QUERIES } from '../queries/catalog.ts'
import { IN_SQL } from '../queries/fragments.ts'
import { COST, type PriceGroup } from '../queries/price-groups.ts'
import type { Field, QueryParameters, ReadyQuery } from '../queries/ready-query.ts'
import { PRICED_DAY, PRICED_MODEL } from '../queries/row-cost.ts'
import { type AskedRecords, callsOf } from './records.ts'
import type { NamedStatement } from './report-sql.ts'
import { dimensionSql, listOf, literal, statement } from './sql.ts'
import { LAKE_NAMES } from './table.ts'

const TERMS: readonly Field[] = Object.entries({
  routedModel: 'routed_model',
  tierWord: 'tier_word',
  latencyMode: 'latency_mode',
  marks: 'marks',
})
const PLACE: readonly Field[] = Object.entries({ account: 'account', region: 'aws_region' })
const DAY: Field = [PRICED_DAY, '86400000 * CAST(floor(ms / 86400000e0) AS bigint)']

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
    `SELECT ${columnsIn(selected).join(',\n  ')}`,
    'FROM calls',
    ...(filter === undefined ? [] : [`WHERE ${filter}`]),
    ...(by ? [`GROUP BY ${expressionsIn(keys)}`] : []),
    `ORDER BY ${sort.join(', ')}`,
    `LIMIT ${limit}`,
  ]
  const calls = callsOf({ ...asked, where, filters: among(models), told })
  return { sql: statement(calls, lines.join('\n')), columns: names }
}

export function termsStatement(
  { models, where }: Pick<QueryParameters, 'models' | 'where'>,
  asked: Pick<AskedRecords, 'table' | 'window' | 'places'>,
): NamedStatement {
  const keys: Field[] = [...PLACE, ['model', 'modelid'], ...TERMS]
  const selected: Field[] = [...keys, ['requests', 'count(*)'], ['failed', 'count(errorcode)']]
  const last = `SELECT ${columnsIn(selected).join(', ')}\nFROM calls\nGROUP BY ${expressionsIn(keys)}`
  const calls = callsOf({ ...asked, where, filters: among(models) })
  return { sql: statement(calls, last), columns: selected.map(([name]) => name) }
}

const columnsIn = (fields: readonly Field[]) => fields.map(([name, sql]) => `${sql} AS "${name}"`)
const expressionsIn = (fields: readonly Field[]) => fields.map(([, sql]) => sql).join(', ')
const among = (models: readonly string[]) => (models.length > 0 ? [`modelid IN (${listOf(models)})`] : [])

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
