import { rowRuns, type SlotRun, slotRuns, timeUnit } from '../calendar.ts'
import { dimensionsOf } from '../grouping.ts'
import type { Window } from '../model.ts'
import { DAY_MS } from '../window.ts'
import { dimensionSql, TIER_SQL } from './dimensions.ts'
import { type AskedRecords, callsOf } from './records.ts'
import { fitsGlobs, statement } from './sql.ts'

/** Which of a statement's rows are which. */
export const KINDS = { sums: '0', groups: '2', whole: '3' } as const

/** What a report asks for. */
export interface AskedSums extends AskedRecords {
  window: Window
  by: readonly string[]
  timeZone: string
}

/** A statement, and what its columns are called in order: Athena writes names in small letters. */
export interface NamedStatement {
  sql: string
  columns: readonly string[]
}

/** Dimensions that are columns of the answer by other names. */
const OF_PLACES = ['account', 'region']
/** Of calls whose time is known. */
const timed = (column: string) => `CASE WHEN ms IS NOT NULL THEN ${column} END`
const DURATIONS = [
  ['latency', timed('latency_ms')],
  ['firstToken', timed('first_token_ms')],
] as const
const PERCENTS = [50, 90, 99] as const

/** What the rows of an answer are told apart by besides account and Region. */
export function columnsAsked(by: readonly string[]) {
  const asked = dimensionsOf(by).filter((name) => !OF_PLACES.includes(name))
  return ['model', ...asked.filter((name) => name !== 'model')].map((dimension, place) => ({
    dimension,
    alias: `dimension${place}`,
  }))
}

/** Of these, what the groups of the report are told apart by. */
export function keysAsked(by: readonly string[]) {
  return columnsAsked(by).filter(({ dimension }) => by.includes(dimension))
}

/**
 * All that a report needs, of one look at the records: sums by dimension, slot, outcome and what sets the price; and where the
 * table tells durations, their percentiles by group, and of each account in its Region. `slot` and `span` are the beginnings of
 * slots, ms, and null for records whose time is none.
 */
export function sumsStatement(asked: AskedSums): NamedStatement {
  const { by, window, timeZone, table, where } = asked
  const columns = columnsAsked(by)
  const unit = timeUnit(by)
  const aliases = columns.map(({ alias }) => alias)
  // A tier is made of what is told of a call.
  const isTier = ({ dimension }: { dimension: string }) => dimension === 'tier'
  const told = columns.flatMap((column) =>
    isTier(column) ? [] : [[column.alias, dimensionSql(column.dimension) ?? `''`] as const],
  )
  const tiers = columns.filter(isTier).map(({ alias }) => `, ${TIER_SQL} AS ${alias}`)
  // Prices change with the days of UTC, and a row has the price of its start.
  const slots = `greatest(${slotSql(rowRuns(window, by, timeZone))}, ${DAY_MS} * CAST(floor(ms / ${DAY_MS}e0) AS bigint))`
  const spans = unit ? slotSql(slotRuns(window, unit, timeZone)) : '0'
  const terms = ['error_code', 'status_code', 'tier_word', 'latency_mode', 'routed_model', 'marks']
  const sums = ['account', 'aws_region', ...aliases, 'slot', 'span', ...terms]
  const keys = ['account', 'aws_region', ...keysAsked(by).map(({ alias }) => alias), ...(unit ? ['span'] : [])]
  const sets = table.hasBodies ? [sums, ...(keys.length > 2 ? [keys] : []), ['account', 'aws_region']] : [sums]
  const last = keys.length > 2 ? keys.at(-1) : 'slot'
  const selected: [name: string, expression: string][] = [
    ['kind', table.hasBodies ? `grouping(slot, ${last})` : KINDS.sums],
    ['account', 'account'],
    ['region', 'aws_region'],
    ...aliases.map((alias): [string, string] => [alias, alias]),
    ['slot', 'slot'],
    ['span', 'span'],
    ['errorCode', 'error_code'],
    ['status', 'status_code'],
    ['tierWord', 'tier_word'],
    ['latencyMode', 'latency_mode'],
    ['routedModel', 'routed_model'],
    ['marks', 'marks'],
    ['calls', 'count(*)'],
    ['doubles', 'sum(copies - 1)'],
    ['inputTokensSum', 'sum(input_tokens)'],
    ['outputTokensSum', 'sum(output_tokens)'],
    ['readTokensSum', 'sum(read_tokens)'],
    ['writeTokensSum', 'sum(write_tokens)'],
    ['write1hTokensSum', 'sum(write_1h_tokens)'],
    ['imagesMadeSum', 'sum(images)'],
    ...DURATIONS.flatMap(([name, column]): [string, string][] => [
      [`${name}Count`, `count(${column})`],
      [`${name}Sum`, `sum(${column})`],
      [`${name}Max`, `max(${column})`],
      ...(table.hasBodies
        ? PERCENTS.map((percent): [string, string] => [
            `${name}P${percent}`,
            `approx_percentile(${column}, ${percent / 100})`,
          ])
        : []),
    ]),
  ]
  const slotted = `SELECT *, ${slots} AS slot, ${spans} AS span,
  coalesce(errorcode, '') AS error_code, coalesce(status, '') AS status_code${tiers.join('')}
FROM calls${where?.tier ? `\nWHERE ${fitsGlobs(TIER_SQL, where.tier)}` : ''}`
  const added = `SELECT ${selected.map(([name, made]) => `${made} AS ${name}`).join(', ')}
FROM slotted
GROUP BY ${sets.length === 1 ? sums.join(', ') : `GROUPING SETS (${sets.map((set) => `(${set.join(', ')})`).join(', ')})`}`
  return {
    sql: statement([...callsOf({ ...asked, told, keepsTimeless: true }), ['slotted', slotted]], added),
    columns: selected.map(([name]) => name),
  }
}

/** The beginning of a call's slot, ms. */
function slotSql(runs: readonly SlotRun[]): string {
  const slot = ({ origin, slotMs }: SlotRun) =>
    `${origin} + ${slotMs} * CAST(floor((ms - ${origin}) / ${slotMs}e0) AS bigint)`
  const [first, ...others] = runs
  if (!first || others.length === 0) return first ? slot(first) : '0'
  return `CASE ${runs.map((run) => `WHEN ms < ${run.window.end} THEN ${slot(run)}`).join(' ')} END`
}
