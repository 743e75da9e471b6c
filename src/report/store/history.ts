import type { Window } from '../model.ts'
import { Aggregate, type LogRow } from '../scan/aggregate.ts'
import { CallsSeen, callsSeenMemory } from '../scan/calls-seen.ts'
import type { Where } from '../where.ts'
import { slotOfClocks } from '../window-zone.ts'
import type { TallyStore } from './store.ts'

export interface HistoryQuestion {
  window: Window
  /** Dimensions of records besides model, Region and account: `role`, `identity`, `profile`, `metadata:team` … */
  by?: readonly string[]
  /** Whose hours: a quarter of one where the zone's clocks are some quarters apart from those of UTC. UTC by default. */
  timeZone?: string
  where?: Where
  /** Which of the folders count, by their names: `s3://BUCKET/…/2026/11/23`, or a folder. All by default. */
  isOf?: (folder: string) => boolean
}

export interface History {
  /** One for each hour, combination of dimensions and of what sets the price, as a report from the log has them. */
  rows: LogRow[]
  /** Objects whose calls are in it, and objects that are left out as they were read without a key of `requestMetadata` that is asked for. */
  objects: number
  lacking: number
  /** The times of the first and the last call in the window, ms; undefined where there is none. */
  first: number | undefined
  last: number | undefined
}

/**
 * Hourly sums of what was read before, from the store alone: neither AWS nor a log is asked. It knows only what reports have
 * read: an hour without rows was without calls, or was never read. A call counts once, as in a report.
 * @throws RangeError for a dimension that records do not have
 */
export async function keptHours(store: TallyStore, question: HistoryQuestion): Promise<History> {
  const { window, by = [], timeZone = 'UTC', where, isOf = () => true } = question
  const aggregate = new Aggregate(
    {
      dimensions: [...new Set(['account', ...by])],
      slotMs: slotOfClocks(timeZone, window.end),
      origin: 0,
      window,
      ...(where && { where }),
    },
    new CallsSeen(callsSeenMemory()),
  )
  const { objects, lacking } = await store.readAll(window, isOf, aggregate.metadataKeys, (call) => aggregate.add(call))
  const { records, firstTime, lastTime } = aggregate
  const some = records > 0
  return {
    rows: aggregate.rows(),
    objects,
    lacking,
    first: some ? firstTime : undefined,
    last: some ? lastTime : undefined,
  }
}
