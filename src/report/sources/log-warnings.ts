import type { Warning } from '../../core/events.ts'
import { grouped } from '../../text/numbers.ts'
import type { Row } from '../model.ts'
import { tally } from '../tally.ts'

/**
 * What invocation records leave open about durations: those of InvokeModel hold none, and the others have theirs in the
 * answer, which is not logged when text delivery is off and lies elsewhere when it is large.
 */
export function latencyWarnings(rows: readonly Row[]): Warning[] {
  const { counters, latency } = tally(rows)
  const answered = counters.invocations - counters.serverErrors
  if (latency.samples >= answered) return []
  const known =
    latency.samples === 0 ? 'no call has its' : `${grouped(latency.samples)} of ${grouped(answered)} calls have their`
  const message = `${known} latency in the invocation log: InvokeModel logs none, and no call does whose answer is not in its record; the metrics have all (--source metrics)`
  return [{ code: 'latency-incomplete', message }]
}
