import { CALLER_PATTERNS, type Caller } from '../../caller.ts'
import type { Window } from '../../model.ts'
import { metadataKey } from '../../scan/dimensions.ts'
import { escaped, globSource, type Where } from '../../where.ts'
import { DAY_MS } from '../../window.ts'
import {
  IDENTITY,
  NUMBERS,
  PREPARATION,
  PRICED_PREPARATION,
  TAIL,
  TERM_COLUMNS,
  TIER_COLUMNS,
  TIER_COMMAND,
} from './fields.ts'

export type QueryDimension = 'model' | 'identity' | keyof Caller | 'operation' | `metadata:${string}`

/** The queries' own names for their columns: aliases have to be ASCII and may not hold a colon. */
export interface Column {
  dimension: QueryDimension
  alias: string
}

export function columnsOf(dimensions: readonly QueryDimension[]): Column[] {
  return dimensions.map((dimension, place) => ({ dimension, alias: `dimension${place}` }))
}

export interface Slots {
  origin: number
  slotMs: number
}

export interface SumsAsked {
  columns: readonly Column[]
  where?: readonly string[]
  apart?: readonly string[]
}

/** By dimension, slot, outcome and terms. The error code is told, so that its meaning is decided in one place. */
export function sumsQuery({ columns, where = [], apart = [] }: SumsAsked, window: Window, slots: Slots): string {
  const sums = Object.keys(NUMBERS).map((name) => `sum(${name}) as ${name}Sum`)
  const durations = DURATIONS.flatMap((name) => [`count(${name}) as ${name}Count`, `max(${name}) as ${name}Max`])
  return piped(
    ...prepared(columns, window, where, PRICED_PREPARATION),
    slotCommand(slots),
    DAY_COMMAND,
    `stats count(*) as calls, ${[...sums, ...durations].join(', ')} by ${[...aliases(columns), ...apart, 'slot', 'utcDay', 'errorCode', 'status', ...TERM_COLUMNS].join(', ')}`,
  )
}

/** Of both durations by dimension, of each slot where given. @param byTier also by what the tier hangs on */
export function percentilesQuery(
  columns: readonly Column[],
  window: Window,
  slots?: Slots,
  where: readonly string[] = [],
  apart: readonly string[] = [],
  byTier = false,
): string {
  const wanted = DURATIONS.flatMap((name) => [
    `count(${name}) as ${name}Count`,
    ...PERCENTS.map((percent) => `pct(${name}, ${percent}) as ${name}P${percent}`),
  ])
  const by = [...aliases(columns), ...apart, ...(slots ? ['slot'] : []), ...(byTier ? TIER_COLUMNS : [])]
  return piped(
    ...prepared(columns, window, where, byTier ? PRICED_PREPARATION : PREPARATION),
    ...(byTier ? [TIER_COMMAND] : []),
    ...(slots ? [slotCommand(slots)] : []),
    `stats ${wanted.join(', ')}${by.length === 0 ? '' : ` by ${by.join(', ')}`}`,
  )
}

/** Prices change with the days of UTC, and a row has the price of its start: it is of one such day. */
const DAY_COMMAND = `fields floor(toMillis(@timestamp) / ${DAY_MS}) as utcDay`

function slotCommand({ origin, slotMs }: Slots): string {
  return `fields floor((toMillis(@timestamp) - ${origin}) / ${slotMs}) as slot`
}

export const DURATIONS = ['latency', 'firstToken'] as const
const PERCENTS = [50, 90, 99] as const

/** StartQuery's ends are whole seconds, both included: what is beside the window is left out here. */
function prepared(
  columns: readonly Column[],
  { start, end }: Window,
  where: readonly string[],
  preparation: readonly string[],
): string[] {
  return [
    // The first event of the stream is no record, and has no fields.
    'filter ispresent(modelId)',
    `filter toMillis(@timestamp) >= ${start} and toMillis(@timestamp) < ${end}`,
    ...preparation,
    ...new Set([...where, ...columns.flatMap(({ dimension, alias }) => dimensionCommands(dimension, alias))]),
  ]
}

/** The commands that leave only the records that fit, of what Insights itself has to know. A record that does not say has ''. */
export function whereCommands(where: Where): string[] {
  return Object.entries(where).flatMap(([name, globs], index) => {
    if (!isQueryDimension(name)) return []
    const [alias, told] = [`where${index}`, `told${index}`]
    return [
      ...dimensionCommands(name, alias),
      `fields coalesce(${alias}, "") as ${told}`,
      `filter ${told} like /(?i)${globSource(globs)}/`,
    ]
  })
}

export function isQueryDimension(name: string): name is QueryDimension {
  return ['model', 'identity', 'operation'].includes(name) || isOfCaller(name) || metadataKey(name) !== undefined
}

/** What makes a dimension of a record a column. A metadata key must be free of backticks, backslashes and line breaks. */
export function dimensionCommands(dimension: QueryDimension, alias: string): string[] {
  if (isOfCaller(dimension)) return callerCommands(dimension, alias)
  const key = metadataKey(dimension)
  if (key === undefined) return [`fields ${FIELDS[dimension] ?? ''} as ${alias}`]
  const tail = `tail${alias}`
  const pattern = `"requestMetadata":\\{[^{}]*"${escaped(key)}":"(?<${tail}>[^"]*)"[^{}]*\\}${TAIL}`
  // A key without a value and none at all are one group.
  return [`parse @message /${pattern}/`, `fields coalesce(\`requestMetadata.${key}\`, ${tail}, "") as ${alias}`]
}

const isOfCaller = (name: string): name is keyof Caller => CALLER_PATTERNS.has(name as keyof Caller)

/** A pattern that does not fit makes no field. What is found has a name of its own, so that a query looks for it once. */
function callerCommands(name: keyof Caller, alias: string): string[] {
  const patterns = CALLER_PATTERNS.get(name) ?? []
  const found = (place: number) => `${name}${place}`
  return [
    `fields ${IDENTITY} as callerArn`,
    ...patterns.map((source, place) => `parse callerArn /${source.replace('?<found>', `?<${found(place)}>`)}/`),
    `fields coalesce(${patterns.map((_, place) => found(place)).join(', ')}, "") as ${name}`,
    `fields ${name} as ${alias}`,
  ]
}

const FIELDS: Partial<Record<QueryDimension, string>> = {
  model: 'modelId',
  identity: IDENTITY,
  operation: 'operation',
}

function aliases(columns: readonly Column[]): string[] {
  return columns.map(({ alias }) => alias)
}

export function piped(...commands: string[]): string {
  return commands.join('\n| ')
}
