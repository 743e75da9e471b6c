import type { Context } from '../../core/context.ts'
import { dimensionsOf, isTimeGrouping } from '../grouping.ts'
import type { Row, Window } from '../model.ts'
import type { AggregateOptions } from '../scan/aggregate.ts'
import type { Fault } from '../scan/fault.ts'
import { type ScanResult, scanAll } from '../scan/pool.ts'
import type { ScanTask } from '../scan/task.ts'
import { HOUR_MS, lastHours, slotLength } from '../window.ts'
import { faultWarnings, leavesOut } from './faults.ts'
import { latencyWarnings } from './log-warnings.ts'
import { watched } from './progress.ts'
import type { SourceReading } from './source.ts'

export interface ScanQuestion {
  /** Without it everything there is. */
  window?: Window
  by: readonly string[]
  /** Whose hours and days; UTC by default. */
  timeZone?: string
}

/** What is read, in words and numbers. */
export interface ScanSubject {
  /** For progress: `3 files`. */
  label: string
  /** As it is stored, if that is known. */
  bytes?: number
  /** To be said where no record is in the window. */
  noUse: string
}

export interface Scanned {
  reading: SourceReading
  /** Those that the records name. */
  accounts: string[]
  faults: readonly Fault[]
}

/** Reads invocation records from files or objects and sums them up. */
export async function readRecords(
  cx: Context,
  tasks: Iterable<ScanTask> | AsyncIterable<ScanTask>,
  { window, by, timeZone = 'UTC' }: ScanQuestion,
  subject: ScanSubject,
): Promise<Scanned> {
  const dimensions = dimensionsOf(by)
  const aggregate: AggregateOptions = {
    dimensions: [...new Set([...dimensions, 'account'])],
    // Without a window its start is not known yet, so slots are the hours of UTC.
    slotMs: window === undefined ? HOUR_MS : slotLength(window, by),
    origin: window?.start ?? 0,
    samplesBySlot: by.some(isTimeGrouping),
    ...(window && { window }),
  }
  const result = await watched(cx, { verb: 'reading', label: subject.label }, (tell) =>
    scanAll(tasks, {
      aggregate,
      signal: cx.signal,
      onProgress: ({ storedBytes }) =>
        tell({ note: 'bytes', done: storedBytes, ...(subject.bytes !== undefined && { total: subject.bytes }) }),
    }),
  )

  const read = window ?? spanOf(result, cx.clock.now())
  const slotMs = slotLength(read, by)
  const rows = result.aggregate.rows().map((row) => inSlotOf(row, read, slotMs))
  const values = (name: string) => [...new Set(rows.map((row) => row.dimensions[name] ?? ''))].filter(Boolean).sort()
  const reading: SourceReading = {
    window: read,
    slotMs,
    rows,
    percentiles: result.aggregate.percentiles(by, timeZone),
    warnings: [
      ...(rows.length === 0 ? [{ code: 'no-usage', message: subject.noUse }] : []),
      ...faultWarnings(result.faults),
      ...latencyWarnings(rows),
    ],
    regions: values('region'),
    incomplete: result.faults.some(leavesOut),
  }
  return { reading, accounts: values('account'), faults: result.faults }
}

/** The whole hours of UTC in which the records lie; where there are none, the last one. */
function spanOf({ aggregate: { records, firstTime, lastTime } }: ScanResult, now: number): Window {
  if (records === 0) return lastHours(now, 1)
  return { start: hourOf(firstTime), end: hourOf(lastTime) + HOUR_MS }
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS
}

function inSlotOf(row: Row, { start }: Window, slotMs: number): Row {
  return { ...row, start: start + Math.floor((row.start - start) / slotMs) * slotMs }
}
