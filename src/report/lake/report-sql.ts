import { rowRuns, type SlotRun } from '../calendar.ts'
import { dimensionsOf } from '../grouping.ts'
import type { Window } from '../model.ts'
import { leastSql } from '../scan/samples.ts'
import { DAY_MS } from '../window.ts'
import { type AskedRecords, callsOf } from './records.ts'
import { dimensionSql, fitsGlobs, statement, TIER_SQL } from './sql.ts'

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

/** Of so many calls in a row of the answer each duration is told. Of more, it is how many are in each bucket of them. */
export const MOST_TOLD = 4096

export function columnsAsked(by: readonly string[]) {
  const asked = dimensionsOf(by).filter((name) => !OF_PLACES.includes(name))
  return ['model', ...asked.filter((name) => name !== 'model')].map((dimension, place) => ({
    dimension,
    alias: `dimension${place}`,
  }))
}

/** Sums by dimension, slot, outcome and terms, and how many calls took how long. `slot`: ms, null without a time. */
export function sumsStatement(asked: AskedSums): NamedStatement {
  const { by, window, timeZone, where } = asked
  const columns = columnsAsked(by)
  const aliases = columns.map(({ alias }) => alias)
  // A tier is made of what is told of a call.
  const isTier = ({ dimension }: { dimension: string }) => dimension === 'tier'
  const told = columns.flatMap((column) =>
    isTier(column) ? [] : [[column.alias, dimensionSql(column.dimension) ?? `''`] as const],
  )
  const tiers = columns.filter(isTier).map(({ alias }) => `, ${TIER_SQL} AS ${alias}`)
  // Prices change with the days of UTC, and a row has the price of its start.
  const slots = `greatest(${slotSql(rowRuns(window, by, timeZone))}, ${DAY_MS} * CAST(floor(ms / ${DAY_MS}e0) AS bigint))`
  const terms = ['error_code', 'status_code', 'tier_word', 'latency_mode', 'routed_model', 'marks']
  const groups = ['account', 'aws_region', ...aliases, 'slot', ...terms]
  const durations = DURATIONS.flatMap(([name, column]) => {
    const spread = `CASE WHEN count(${column}) > ${MOST_TOLD} THEN CAST(histogram(${leastSql(column)}) AS json) ELSE CAST(histogram(${column}) AS json) END`
    const of = { Count: `count(${column})`, Sum: `sum(${column})`, Max: `max(${column})`, Spread: spread }
    return Object.entries(of).map(([what, made]) => [`${name}${what}`, made] as const)
  })
  const selected = [
    ...Object.entries({ account: 'account', region: 'aws_region' }),
    ...aliases.map((alias) => [alias, alias] as const),
    ...Object.entries({ slot: 'slot', errorCode: 'error_code', status: 'status_code', tierWord: 'tier_word' }),
    ...Object.entries({ latencyMode: 'latency_mode', routedModel: 'routed_model', marks: 'marks' }),
    ...Object.entries({ calls: 'count(*)', doubles: 'sum(copies - 1)' }),
    ...['input', 'output', 'read', 'write'].map((kind) => [`${kind}TokensSum`, `sum(${kind}_tokens)`] as const),
    ...Object.entries({ write1hTokensSum: 'sum(write_1h_tokens)', imagesMadeSum: 'sum(images)' }),
    ...durations,
  ]
  const slotted = `SELECT *, ${slots} AS slot,
  coalesce(errorcode, '') AS error_code, coalesce(status, '') AS status_code${tiers.join('')}
FROM calls${where?.tier ? `\nWHERE ${fitsGlobs(TIER_SQL, where.tier)}` : ''}`
  const added = `SELECT ${selected.map(([name, made]) => `${made} AS ${name}`).join(', ')}
FROM slotted
GROUP BY ${groups.join(', ')}`
  return {
    sql: statement([...callsOf({ ...asked, told, keepsTimeless: true }), ['slotted', slotted]], added),
    columns: selected.map(([name]) => name),
  }
}

function slotSql(runs: readonly SlotRun[]): string {
  const slot = ({ origin, slotMs }: SlotRun) =>
    `${origin} + ${slotMs} * CAST(floor((ms - ${origin}) / ${slotMs}e0) AS bigint)`
  const [first, ...others] = runs
  if (!first || others.length === 0) return first ? slot(first) : '0'
  return `CASE ${runs.map((run) => `WHEN ms < ${run.window.end} THEN ${slot(run)}`).join(' ')} END`
}
