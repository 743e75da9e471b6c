import type { Warning } from '../../core/events.ts'
import { count, grouped } from '../../text/numbers.ts'
import type { Row, Told } from '../model.ts'
import type { Billing } from '../scan/billing.ts'
import { MOST_EXACT } from '../scan/samples.ts'
import { tally } from '../tally.ts'

/**
 * What invocation records leave open about durations: those of InvokeModel hold none, and the others have theirs in the
 * answer, which is not logged when text delivery is off and lies elsewhere when it is large.
 */
export function latencyWarnings(rows: readonly Row[]): Warning[] {
  const { counters, latency } = tally(rows)
  const answered = counters.invocations - counters.serverErrors
  if (latency.samples >= answered) return []
  const known = latency.samples === 0 ? 'no call' : `${grouped(latency.samples)} of ${count(answered, 'call')}`
  const message = `latency is known for ${known}: the log has none of InvokeModel, nor of calls without a response in their record (--source metrics has all)`
  return [{ code: 'latency-incomplete', message }]
}

/** Beyond so many calls percentiles are close, and not exact. */
export function percentileWarnings(rows: readonly Row[], most = MOST_EXACT): Warning[] {
  const { latency, timeToFirstToken } = tally(rows)
  if (Math.max(latency.samples, timeToFirstToken.samples) <= most) return []
  const message = `percentiles of more than ${grouped(most)} calls are approximate: up to 0.4 % below the exact ones`
  return [{ code: 'percentiles-approximate', message }]
}

type LoggedRow = Row & Pick<Billing, 'strangeTier' | 'hasUnbilledCounts'>

const COUNTED: ReadonlyMap<Told, string> = new Map([
  ['inputTokens', 'input'],
  ['outputTokens', 'output'],
  ['cacheReadTokens', 'cache-read'],
  ['cacheWriteTokens', 'cache-write'],
])

/** Calls whose records lack counts that they should have, or have something else in their place, by model. */
export function countWarnings(rows: readonly LoggedRow[]): Warning[] {
  const models = new Map<string, { calls: number; unknown: Set<Told> }>()
  for (const { dimensions, counters, unknown } of rows) {
    if (!unknown) continue
    const { model } = dimensions
    const before = models.get(model) ?? { calls: 0, unknown: new Set() }
    models.set(model, {
      calls: before.calls + counters.invocations,
      unknown: new Set([...before.unknown, ...unknown]),
    })
  }
  const uncounted = [...models].map(([model, { calls, unknown }]): Warning => {
    const tokens = [...COUNTED].flatMap(([name, words]) => (unknown.has(name) ? [words] : []))
    const what = [
      ...(tokens.length > 0 ? [`${inWords(tokens)} tokens`] : []),
      ...(unknown.has('images') ? ['images'] : []),
    ]
    const who = `${callsOf(calls, model)} ${calls === 1 ? 'has' : 'have'}`
    const message = `${who} no usable count of ${inWords(what)}: the cost does not include them; a count is a number such as 1000, without separators`
    return { code: 'counts-unknown', message }
  })
  return [...uncounted, ...unbilledWarnings(rows)]
}

/** Calls that failed and have counts, which is not to be expected of them, by model. */
function unbilledWarnings(rows: readonly LoggedRow[]): Warning[] {
  const models = new Map<string, number>()
  for (const { dimensions, counters, hasUnbilledCounts } of rows) {
    if (!hasUnbilledCounts) continue
    const calls = counters.clientErrors + counters.serverErrors + counters.throttles
    models.set(dimensions.model, calls + (models.get(dimensions.model) ?? 0))
  }
  return [...models].map(([model, calls]) => ({
    code: 'failed-with-tokens',
    message: `${callsOf(calls, model)} failed and ${calls === 1 ? 'has' : 'have'} token counts in the log: failed calls are taken as not billed, so these tokens are left out`,
  }))
}

/** Calls in tiers that the program does not know, by model and tier. */
export function tierWarnings(rows: readonly LoggedRow[]): Warning[] {
  const found = new Map<string, { model: string; tier: string; calls: number }>()
  for (const { dimensions, counters, strangeTier: tier } of rows) {
    if (tier === undefined) continue
    const { model } = dimensions
    const key = `${tier} ${model}`
    found.set(key, { model, tier, calls: counters.invocations + (found.get(key)?.calls ?? 0) })
  }
  return [...found.values()].map(({ model, tier, calls }) => ({
    code: 'tier-unknown',
    message: `${callsOf(calls, model)} ran in the service tier '${tier}', which is not known: priced at the standard tier`,
  }))
}

function callsOf(calls: number, model: string): string {
  return `${grouped(calls)} ${calls === 1 ? 'call' : 'calls'} of ${model}`
}

const inWords = (words: readonly string[]) => new Intl.ListFormat('en-GB').format(words)
