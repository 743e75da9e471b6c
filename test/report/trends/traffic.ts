import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { noCounters } from '../../../src/report/tally.ts'
import { hourOf } from '../../../src/sandbox/traffic/invocation.ts'
import { generateTraffic, type Invocation, type TrafficOptions } from '../../../src/sandbox/traffic.ts'
import { bookOf, REGION, row } from '../../support/report-rows.ts'

const rates = { input: parsePrice(3), output: parsePrice(15), cacheRead: parsePrice(0.3), cacheWrite: parsePrice(3.75) }

/** Made-up calls, which are quieter at night and at weekends. */
export function calls(options: Omit<TrafficOptions, 'account' | 'region'>): Invocation[] {
  return generateTraffic({ account: '111122223333', region: REGION, weekly: true, ...options })
}

/** The same as a source tells of them: a row for each model and hour. */
export function rowsOf(invocations: readonly Invocation[]): Row[] {
  const rows = new Map<string, Row>()
  for (const call of invocations) {
    const start = hourOf(call.time)
    const key = `${start} ${call.modelId}`
    const { counters } = rows.get(key) ?? rows.set(key, row(call.modelId, noCounters(), { start })).get(key) ?? row('')
    if (call.outcome === 'success') counters.invocations += 1
    for (const kind of ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const) {
      counters[kind] += call[kind]
    }
  }
  return [...rows.values()]
}

/** All models at one price. */
export const book = bookOf(new Proxy({}, { get: () => rates }))
