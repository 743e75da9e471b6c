import type { Warning } from '../../core/events.ts'
import type { BillLine, CostMetric } from '../bill/line.ts'
import { adjustmentsOf, dimensionsOf, rowsOf } from '../bill/rows.ts'
import { whereFitter } from '../where.ts'
import { DAY_MS } from '../window.ts'
import type { Question, SourceReading } from './source.ts'

/** What a source of bills found. */
export interface Billed {
  /** Of any days; what is outside of the window is left out. */
  lines: readonly BillLine[]
  metric: CostMetric
  /** AWS has closed what was read; undefined where that is not told. */
  isFinal?: boolean | undefined
  /** Adjustments are not told of the part that was asked for. */
  withoutAdjustments?: boolean
  /** Those that were asked for, or read; those of the lines by default. */
  accounts?: readonly string[]
  known?: SourceReading['known']
  warnings?: readonly Warning[]
  /** Lines are missing, of which the warnings say. */
  incomplete?: boolean
  ifIncomplete?: string
}

/** Lines of a bill as a report's reading: what fits of the window's days, adjustments apart, and how far the bill goes. */
export function billedReading(billed: Billed, { window, where }: Question): SourceReading {
  const { metric, isFinal, withoutAdjustments = false, incomplete = false, ifIncomplete, known } = billed
  const within = billed.lines.filter(({ start }) => start >= window.start && start < window.end)
  const fits = whereFitter(where)
  const lines = where ? within.filter((line) => fits(dimensionsOf(line))) : within
  const latest = within.reduce((last, { start, adjustment }) => (adjustment ? last : Math.max(last, start)), -1)
  const through = latest < 0 ? undefined : Math.floor(latest / DAY_MS) * DAY_MS
  const distinct = (of: (line: BillLine) => string) => [...new Set(lines.map(of).filter((text) => text !== ''))].sort()
  return {
    window,
    rows: { [Symbol.iterator]: () => rowsOf(lines, metric) },
    percentiles: [],
    warnings: [...(billed.warnings ?? []), ...(incomplete ? [] : freshness(through, window.end))],
    accounts: [...(billed.accounts ?? distinct(({ account }) => account))],
    regions: distinct(({ region }) => region),
    incomplete,
    ...(incomplete && { unread: 'anything' }),
    ...(ifIncomplete !== undefined && { ifIncomplete }),
    ...(known && { known }),
    bill: {
      metric,
      through,
      isFinal,
      lines,
      adjustments: withoutAdjustments ? undefined : adjustmentsOf(lines, metric),
    },
  }
}

/** Says so where no use on a bill has a tag that was asked for. */
export function untagged(lines: readonly BillLine[], { name, key }: { name: string; key: string }): Warning[] {
  const usage = lines.filter(({ adjustment }) => adjustment === undefined)
  if (usage.length === 0 || usage.some(({ tags }) => (tags?.get(name) ?? '') !== '')) return []
  const message = `nothing on the bill has the tag ${key}: tags count from the day on which the account that pays activates them as cost allocation tags`
  return [{ code: 'bill-untold', message }]
}

function freshness(through: number | undefined, end: number): Warning[] {
  if (through === undefined) {
    const message = 'nothing of Amazon Bedrock is on the bill of these days'
    return [{ code: 'no-usage', message }]
  }
  if (through + DAY_MS >= end) return []
  const day = new Date(through).toISOString().slice(0, 10)
  const message = `nothing is on the bill after ${day}: AWS adds what was used up to two days later`
  return [{ code: 'bill-late', message }]
}
