import type { Warning } from '../../core/events.ts'
import { count, grouped } from '../../text/numbers.ts'
import type { Row, Told } from '../model.ts'
import type { Billing } from '../scan/billing.ts'
import { MOST_EXACT } from '../scan/samples.ts'
import { tally } from '../tally.ts'

/** Records of InvokeModel hold no durations; others have them in the answer, which may not be logged with them. */
function latencyWarnings(rows: readonly Row[]): Warning[] {
  const { counters, latency } = tally(rows)
  const answered = counters.invocations - counters.serverErrors
  if (latency.samples >= answered) return []
  const known = latency.samples === 0 ? 'no call' : `${grouped(latency.samples)} of ${count(answered, 'call')}`
  const message = `latency is known for ${known}: the log has none for InvokeModel, or for calls logged without a response (--source metrics has all)`
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

export function recordWarnings(rows: readonly LoggedRow[], { withLatency = true } = {}): Warning[] {
  return [...countWarnings(rows), ...tierWarnings(rows), ...(withLatency ? latencyWarnings(rows) : [])]
}

const COUNTED: ReadonlyMap<Told, string> = new Map([
  ['inputTokens', 'input'],
  ['outputTokens', 'output'],
  ['cacheReadTokens', 'cache-read'],
  ['cacheWriteTokens', 'cache-write'],
])

/** By model: calls without counts that they should have, and failed calls that have some. */
export function countWarnings(rows: readonly LoggedRow[]): Warning[] {
  const models = new Map<string, { calls: number; unknown: Set<Told> }>()
  const unbilled = new Map<string, number>()
  for (const { dimensions, counters, unknown, hasUnbilledCounts } of rows) {
    const { model } = dimensions
    if (unknown) {
      const { calls, unknown: before } = models.get(model) ?? { calls: 0, unknown: [] }
      models.set(model, { calls: calls + counters.invocations, unknown: new Set([...before, ...unknown]) })
    }
    const failed = counters.clientErrors + counters.serverErrors + counters.throttles
    if (hasUnbilledCounts) unbilled.set(model, failed + (unbilled.get(model) ?? 0))
  }
  return [
    ...[...models].map(([model, { calls, unknown }]): Warning => {
      const tokens = [...COUNTED].flatMap(([name, words]) => (unknown.has(name) ? [words] : []))
      const what = [
        ...(tokens.length > 0 ? [`${inWords(tokens)} tokens`] : []),
        ...(unknown.has('images') ? ['images'] : []),
      ]
      const message = `${callsHave(calls, model, '')} no usable count of ${inWords(what)}: the cost does not include them; a count is a number such as 1000, without separators`
      return { code: 'counts-unknown', message }
    }),
    ...[...unbilled].map(([model, calls]): Warning => {
      const message = `${callsHave(calls, model, 'failed and ')} token counts in the log: failed calls are taken as not billed, so these tokens are left out`
      return { code: 'failed-with-tokens', message }
    }),
  ]
}

export function tierWarnings(rows: readonly LoggedRow[]): Warning[] {
  const found = new Map<string, { model: string; tier: string; calls: number }>()
  for (const { dimensions, counters, strangeTier: tier } of rows) {
    if (tier === undefined) continue
    const { model } = dimensions
    const key = `${tier} ${model}`
    found.set(key, { model, tier, calls: counters.invocations + (found.get(key)?.calls ?? 0) })
  }
  return [...found.values()].map(({ model, tier, calls }) => {
    const message = `${callsOf(calls, model)} ran in the service tier '${tier}', which is not known: priced at the standard tier`
    return { code: 'tier-unknown', message }
  })
}

const callsHave = (calls: number, model: string, what: string) =>
  `${callsOf(calls, model)} ${what}${calls === 1 ? 'has' : 'have'}`

function callsOf(calls: number, model: string): string {
  return `${grouped(calls)} ${calls === 1 ? 'call' : 'calls'} of ${model}`
}

const inWords = (words: readonly string[]) => new Intl.ListFormat('en-GB').format(words)

const NAMED = 10

/** Warnings of one kind: the first by name, of the others their number. */
export function firstOf(alike: readonly Warning[]): Warning[] {
  const [first] = alike
  const rest = alike.length - NAMED
  if (!first || rest <= 0) return [...alike]
  return [...alike.slice(0, NAMED), { ...first, message: `and ${rest} more like it, ${alike.length} in all` }]
}
