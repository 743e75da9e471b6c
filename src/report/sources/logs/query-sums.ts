import type { AwsContext } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import type { Window } from '../../model.ts'
import type { Tell } from '../progress.ts'
import { type Slots, type SumsAsked, sumsQuery } from './query.ts'
import { type QueryTarget, type ResultRow, runQuery } from './run-query.ts'

export interface SumsAnswer<Row = ResultRow> {
  rows: Row[]
  bytesScanned: number
  queries: number
  warnings: Warning[]
}

export async function querySums(
  cx: AwsContext,
  target: QueryTarget,
  asked: SumsAsked,
  window: Window,
  slots: Slots,
  tell: Tell,
): Promise<SumsAnswer> {
  const { rows, bytesScanned, outcome } = await runQuery(cx, target, sumsQuery(asked, window, slots), window, tell)
  const whole = { rows, bytesScanned, queries: 1, warnings: [] }
  if (outcome === 'complete') return whole
  const middle = middleSlot(window, slots)
  if (middle === undefined) {
    const many = `has more than ${target.limit} groups; the others are left out`
    const why = outcome === 'cut' ? many : 'took too long and is left out'
    const message = `the log of ${target.region} from ${new Date(window.start).toISOString()} on ${why}`
    return { ...whole, warnings: [{ code: 'logs-cut', message }] }
  }
  const ask = (half: Window) => querySums(cx, target, asked, half, slots, tell)
  const halves = [await ask({ start: window.start, end: middle }), await ask({ start: middle, end: window.end })]
  return allSums([{ ...whole, rows: [] }, ...halves])
}

export function allSums<Row>(answers: readonly SumsAnswer<Row>[]): SumsAnswer<Row> {
  return {
    rows: answers.flatMap((answer) => answer.rows),
    bytesScanned: answers.reduce((sum, answer) => sum + answer.bytesScanned, 0),
    queries: answers.reduce((sum, answer) => sum + answer.queries, 0),
    warnings: answers.flatMap((answer) => answer.warnings),
  }
}

/** The beginning of a slot near the middle of a window; undefined for a window of one slot. */
export function middleSlot({ start, end }: Window, { origin, slotMs }: Slots): number | undefined {
  const first = Math.floor((start - origin) / slotMs)
  const beyond = Math.ceil((end - origin) / slotMs)
  return beyond - first < 2 ? undefined : origin + Math.floor((first + beyond) / 2) * slotMs
}
