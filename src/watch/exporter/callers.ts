import type { Context } from '../../core/context.ts'
import { AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { Pricer } from '../../report/cost.ts'
import type { Dimensions, Row, Window } from '../../report/model.ts'
import type { OpenSource } from '../../report/sources/source.ts'
import { MINUTE_MS } from '../../report/window.ts'
import {
  amountsOf,
  anew,
  type Counted,
  count,
  type Labels,
  minuteOf,
  newCounted,
  outdated,
  seriesOf,
} from './ledger.ts'

/** Callers are told from the invocation log, of which each minute is read once: it costs by what is scanned. */
export interface CallerRequest {
  by: string
  /** What else the log is asked for, so that teams can be told. */
  also: readonly string[]
  open(): Promise<OpenSource>
}

/** Records come late: what is younger is left for the next read. */
const LATE_MS = 10 * MINUTE_MS
const LEAST_MS = 5 * MINUTE_MS
/** Callers with a label of their own; all others are counted together as this. */
const MOST_CALLERS = 100
export const OTHERS = 'other'
/** A user has no role, and a role may have no user. */
const NOBODY = 'none'
export const LOG = 'the invocation log'

export type Callers = ReturnType<typeof createCallers>

export function createCallers(cx: Context, { by, also, open }: CallerRequest, saved?: Counted) {
  const start = minuteOf(cx.clock.now())
  const known = new Set<string>()
  let source: OpenSource | undefined
  let window: Window = { start, end: start }
  let isCut = false
  let warnings: Warning[] = []
  const callers = {
    counted: saved ?? newCounted(start),
    readAt: undefined as number | undefined,
    failure: undefined as AppError | undefined,
    async read(): Promise<readonly Row[]> {
      const now = cx.clock.now()
      const why = outdated(callers.counted, now)
      warnings = why === undefined ? [] : [anew(LOG, why)]
      if (why !== undefined) callers.counted = newCounted(minuteOf(now))
      window = { start: callers.counted.through, end: minuteOf(now - LATE_MS) }
      if (window.end - window.start < LEAST_MS) return []
      try {
        source ??= await open()
        const dimensions = [...new Set(['model', 'account', 'region', 'profile', by, ...also])]
        const found = await source.read({ window, by: dimensions, withoutPercentiles: true })
        if (found.incomplete) {
          const why = found.warnings.find(({ code }) => code !== 'logs-scanned')?.message
          throw new AppError('partial', 'LogsIncomplete', why ?? 'not all of the log could be read')
        }
        callers.readAt = now
        callers.failure = undefined
        return [...found.rows]
      } catch (error) {
        if (!isAppError(error) || error.kind === 'interrupted') throw error
        callers.failure = error
        window = { start: window.start, end: window.start }
        return []
      }
    },
    count(rows: readonly Row[], price: Pricer, teamOf: (dimensions: Dimensions) => Labels): readonly Warning[] {
      const { counted } = callers
      const now = cx.clock.now()
      for (const { labels } of counted.series.values()) known.add(labels.caller ?? '')
      for (const row of rows) {
        const { model, account, region, profile = '' } = row.dimensions
        const named = row.dimensions[by] || NOBODY
        const caller = known.has(named) || known.size < MOST_CALLERS ? named : OTHERS
        known.add(caller)
        const labels = { account, region, model, profile, ...teamOf(row.dimensions), caller }
        count(seriesOf(counted, labels, { since: counted.through, now }), amountsOf(row, price))
      }
      if (window.end - window.start >= LEAST_MS) counted.through = window.end
      if (isCut || !known.has(OTHERS)) return warnings
      isCut = true
      const message = `there are more than ${MOST_CALLERS} callers: those that came later are counted together as caller="${OTHERS}"`
      return [...warnings, { code: 'exporter-callers', message }]
    },
  }
  return callers
}
