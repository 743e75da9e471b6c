import type { Warning } from '../../../core/events.ts'
import type { PlaceId } from '../../../core/place.ts'
import type { Row, Told } from '../../model.ts'
import { MANTLE_PREFIX } from '../../prices/model-id.ts'
import { noCounters, noMoments, tally } from '../../tally.ts'
import type { Answers } from './get-data.ts'
import { MANTLE_COUNTERS, type Query } from './names.ts'
import { dimensionsOf } from './rows.ts'
import { bySlot, plus } from './series.ts'
import { termsOf } from './tiers.ts'

export function mantleQueries(model: string): Query[] {
  return MANTLE_COUNTERS.map(([, metric]) => ({ model, metric, stat: 'Sum', mantle: true }))
}

/** The slots of one model in which anything went through that endpoint, in the order of time. */
export function mantleRows(model: string, place: PlaceId, answers: Answers, starts: readonly number[]): Row[] {
  const counted = MANTLE_COUNTERS.map(([counter, metric]) => {
    const series = answers.series({ model, metric, stat: 'Sum', mantle: true })
    return { counter, slots: bySlot(series, starts, plus) }
  })
  const dimensions = dimensionsOf(`${MANTLE_PREFIX}${model}`, place)
  const missing = MANTLE_COUNTERS.filter(([, metric]) =>
    answers.isMissing({ model, metric, stat: 'Sum', mantle: true }),
  )
  const unknown = missing.length > 0 ? new Set<Told>(missing.map(([counter]) => counter)) : undefined
  return starts.flatMap((start, slot): Row[] => {
    if (!unknown && counted.every(({ slots }) => Number.isNaN(slots[slot] ?? Number.NaN))) return []
    const counters = noCounters()
    for (const { counter, slots } of counted) counters[counter] = Math.round(slots[slot] || 0)
    const timings = { latency: noMoments(), timeToFirstToken: noMoments() }
    // Its metrics do not tell a tier.
    return [
      { dimensions, start, counters, ...timings, terms: termsOf(undefined, counters), ...(unknown && { unknown }) },
    ]
  })
}

export function mantleWarnings(region: string, rows: readonly Row[]): Warning[] {
  if (rows.length === 0) return []
  const { counters, unknown } = tally(rows)
  const isKnown = !unknown?.has('invocations') && !unknown?.has('clientErrors')
  const calls = isKnown ? `${counters.invocations + counters.clientErrors} calls` : 'an unknown number of calls'
  const message = `${calls} in ${region} went through the OpenAI-compatible endpoint (models ${MANTLE_PREFIX}…): CloudWatch has no latency, throttles, server errors or cached tokens for them, and they are not in the invocation log`
  return [{ code: 'mantle', message }]
}
