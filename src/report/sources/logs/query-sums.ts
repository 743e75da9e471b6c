import type { AwsContext } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import type { Window } from '../../model.ts'
import type { Tell } from '../progress.ts'
import { type Column, type Slots, sumsQuery } from './query.ts'
import { type QueryTarget, type ResultRow, runQuery } from './run-query.ts'

export interface SumsAnswer {
  rows: ResultRow[]
  bytesScanned: number
  queries: number
  warnings: Warning[]
}

/** The sums of a window. A window of more rows than a query gives is asked for in halves, down to a single slot. */
export async function querySums(
  cx: AwsContext,
  target: QueryTarget,
  columns: readonly Column[],
  window: Window,
  slots: Slots,
  tell: Tell,
  where: readonly string[] = [],
  apart: readonly string[] = [],
): Promise<SumsAnswer> {
  const query = sumsQuery(columns, window, slots, where, apart)
  const { rows, bytesScanned, outcome } = await runQuery(cx, target, query, window, tell)
  if (outcome === 'complete') return { rows, bytesScanned, queries: 1, warnings: [] }
  const middle = middleSlot(window, slots)
  if (middle === undefined) return { rows, bytesScanned, queries: 1, warnings: [cutShort(target, window, outcome)] }
  const halves = [
    await querySums(cx, target, columns, { start: window.start, end: middle }, slots, tell, where, apart),
    await querySums(cx, target, columns, { start: middle, end: window.end }, slots, tell, where, apart),
  ]
  return allSums(halves, { bytesScanned, queries: 1 })
}

export function allSums(answers: readonly SumsAnswer[], besides = { bytesScanned: 0, queries: 0 }): SumsAnswer {
  return {
    rows: answers.flatMap((answer) => answer.rows),
    bytesScanned: answers.reduce((sum, answer) => sum + answer.bytesScanned, besides.bytesScanned),
    queries: answers.reduce((sum, answer) => sum + answer.queries, besides.queries),
    warnings: answers.flatMap((answer) => answer.warnings),
  }
}

/** The beginning of a slot near the middle of a window; undefined for a window of one slot. */
export function middleSlot({ start, end }: Window, { origin, slotMs }: Slots): number | undefined {
  const first = Math.floor((start - origin) / slotMs)
  const beyond = Math.ceil((end - origin) / slotMs)
  return beyond - first < 2 ? undefined : origin + Math.floor((first + beyond) / 2) * slotMs
}

function cutShort({ region, limit }: QueryTarget, { start }: Window, outcome: 'cut' | 'timeout'): Warning {
  const when = new Date(start).toISOString()
  const why =
    outcome === 'cut' ? `has more than ${limit} groups; the others are left out` : 'took too long and is left out'
  return { code: 'logs-cut', message: `the log of ${region} from ${when} on ${why}` }
}
