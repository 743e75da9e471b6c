import type { PlaceId } from '../../../core/place.ts'
import type { Counter, GroupKey, Percentiles } from '../../model.ts'
import type { LogRow } from '../../scan/aggregate.ts'
import { type Billing, billed, type ToldTier, toldTier } from '../../scan/billing.ts'
import { inferenceProfile } from '../../scan/dimensions.ts'
import { outcomeOf } from '../../scan/outcome.ts'
import { hasInput, hasOutput } from '../../scan/tokens.ts'
import { noCounters } from '../../tally.ts'
import { PROMPT_LENGTHS } from '../../terms.ts'
import { DAY_MS } from '../../window.ts'
import type { TimedPart } from '../percentiles.ts'
import { MARK_NAMES } from './fields.ts'
import type { DURATIONS, Slots } from './query.ts'
import type { ResultRow } from './run-query.ts'

type RowBilling = Omit<Billing, 'key'>

type Marks = Record<(typeof MARK_NAMES)[number], number>

function marksOf(row: ResultRow): Marks {
  const digits = Math.round(Number(row.marks ?? 0)) || 0
  return Object.fromEntries(MARK_NAMES.map((name, place) => [name, Math.floor(digits / 10 ** place) % 10])) as Marks
}

function tierOf(row: ResultRow): ToldTier {
  const { tierWord = '', latencyMode, bodiless = marksOf(row).bodiless } = row
  return toldTier(tierWord || undefined, latencyMode, Number(bodiless) === 1 ? undefined : 'standard')
}

export function billingOf(row: ResultRow, model: string, isImage: boolean): RowBilling {
  const marks = marksOf(row)
  const unknown = unknownOf(marks, model, isImage || marks.noImages > 0)
  const longer = marks.noInput === 1 ? 0 : marks.longer
  const { routedModel = '' } = row
  const billedModel = routedModel === '' || routedModel === model ? undefined : routedModel
  return billed(tierOf(row), PROMPT_LENGTHS[longer - 1] ?? 0, marks.ttlUntold !== 1, unknown, billedModel)
}

function unknownOf(
  { noInput, noOutput, noRead, noWrite, noImages }: Marks,
  modelId: string,
  isImage: boolean,
): Counter[] {
  const call = { modelId, operation: noOutput === 1 ? 'InvokeModel' : undefined, hasSucceeded: true, isImage }
  return [
    ...(noInput > 0 && hasInput(call) ? (['inputTokens'] as const) : []),
    ...(noOutput > 0 && hasOutput(call, noInput > 0 ? undefined : 0) ? (['outputTokens'] as const) : []),
    ...(noRead > 0 ? (['cacheReadTokens'] as const) : []),
    ...(noWrite > 0 ? (['cacheWriteTokens'] as const) : []),
    ...(noImages > 0 ? (['images'] as const) : []),
  ]
}

type Duration = (typeof DURATIONS)[number]

interface Column {
  dimension: string
  alias: string
}

export function toLogRow(row: ResultRow, columns: readonly Column[], place: PlaceId, slots: Slots): LogRow {
  const calls = number(row.calls)
  const outcome = outcomeOf({ errorCode: row.errorCode || undefined, status: row.status || undefined })
  const dimensions = dimensionsOf(row, columns, place)
  const images = number(row.imagesMadeSum)
  const isBilled = outcome === 'success'
  const sums = [row.inputTokensSum, row.outputTokensSum, row.readTokensSum, row.writeTokensSum]
  const hasUnbilledCounts = !isBilled && sums.some((sum) => number(sum) > 0)
  const billing: RowBilling = isBilled
    ? billingOf(row, dimensions.model, images > 0)
    : { ...(hasUnbilledCounts && { hasUnbilledCounts }) }
  const known = (counter: Counter, sum: string | undefined) =>
    isBilled && !billing.unknown?.has(counter) ? number(sum) : 0
  const cacheWriteTokens = known('cacheWriteTokens', row.writeTokensSum)
  const cacheWrite1hTokens = Math.min(number(row.write1hTokensSum), cacheWriteTokens)
  return {
    dimensions,
    start: startOf(row, slots),
    counters: {
      ...noCounters(),
      invocations: outcome === 'success' || outcome === 'server-error' ? calls : 0,
      clientErrors: outcome === 'client-error' ? calls : 0,
      serverErrors: outcome === 'server-error' ? calls : 0,
      throttles: outcome === 'throttle' ? calls : 0,
      inputTokens: known('inputTokens', row.inputTokensSum),
      outputTokens: known('outputTokens', row.outputTokensSum),
      cacheReadTokens: known('cacheReadTokens', row.readTokensSum),
      cacheWriteTokens,
      images: isBilled ? images : 0,
      cacheWrite1hTokens,
    },
    latency: moments(row, 'latency'),
    timeToFirstToken: moments(row, 'firstToken'),
    ...billing,
  }
}

/** A row of the percentiles query. Without columns it is of everything; `times` are its hour and day, if it is of a slot. */
export function toTimedPart(
  row: ResultRow,
  columns: readonly Column[],
  place: PlaceId,
  times: GroupKey = {},
): TimedPart {
  return {
    dimensions: { ...dimensionsOf(row, columns, place), ...times },
    latency: { samples: number(row.latencyCount), percentiles: percentiles(row, 'latency') },
    timeToFirstToken: { samples: number(row.firstTokenCount), percentiles: percentiles(row, 'firstToken') },
  }
}

/** The beginning of a row's slot, or of the day of UTC in it that the row is of. */
export function startOf(row: ResultRow, { origin, slotMs }: Slots): number {
  return Math.max(origin + number(row.slot) * slotMs, number(row.utcDay) * DAY_MS)
}

function dimensionsOf(row: ResultRow, columns: readonly Column[], { account, region }: PlaceId) {
  const told = Object.fromEntries(columns.map(({ dimension, alias }) => [dimension, row[alias] ?? '']))
  const { model = '' } = told
  const tier = told.tier ?? tierOf(row).tier ?? ''
  return { ...told, model, account, region, profile: told.profile ?? inferenceProfile(model) ?? '', tier }
}

function moments(row: ResultRow, name: Duration) {
  const samples = number(row[`${name}Count`])
  return { sumMs: number(row[`${name}Sum`]), samples, maxMs: samples === 0 ? null : number(row[`${name}Max`]) }
}

function percentiles(row: ResultRow, name: Duration): Percentiles {
  const at = (percent: number) => {
    const text = row[`${name}P${percent}`]
    return text === undefined || text === '' ? null : number(text)
  }
  return { p50: at(50), p90: at(90), p99: at(99) }
}

/** Results come as text, large numbers perhaps with an exponent. */
function number(text: string | undefined): number {
  const value = Number(text ?? 0)
  return Number.isFinite(value) ? value : 0
}
