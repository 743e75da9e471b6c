import type { Warning } from '../../../core/events.ts'
import type { PlaceId } from '../../../core/place.ts'
import { count } from '../../../text/numbers.ts'
import type { Counters, Row, Told } from '../../model.ts'
import { MANTLE_PREFIX } from '../../prices/model-id.ts'
import { noCounters, noMoments, tally } from '../../tally.ts'
import type { Answers } from './get-data.ts'
import type { MantleModel } from './list-models.ts'
import { MANTLE_COUNTERS, MANTLE_NAMESPACE, type Query } from './names.ts'
import { dimensionsOf } from './rows.ts'
import { bySlot, plus, sizeOf } from './series.ts'
import { termsOf } from './tiers.ts'

function mantleParts({ model, projects }: MantleModel) {
  return MANTLE_COUNTERS.map(([counter, metric, ofProject]) => {
    const at = (Project: string) => ({ namespace: MANTLE_NAMESPACE, dimensions: { Model: model, Project } })
    const queries = projects
      ? projects.map((project): Query => ({ model, metric: ofProject, stat: 'Sum', at: at(project) }))
      : [{ model, metric, stat: 'Sum', mantle: true }]
    return { counter, queries }
  })
}

export function mantleQueries(model: MantleModel): Query[] {
  return mantleParts(model).flatMap(({ queries }) => queries)
}

export function mantleSums(of: MantleModel, answers: Answers): Counters {
  const counters = noCounters()
  for (const { counter, queries } of mantleParts(of)) {
    counters[counter] = queries.reduce((sum, query) => sum + Math.round(sizeOf(answers.series(query).values)), 0)
  }
  return counters
}

export function mantleRows(of: MantleModel, place: PlaceId, answers: Answers, starts: readonly number[]): Row[] {
  const parts = mantleParts(of)
  const counted = parts.map(({ counter, queries }) => ({
    counter,
    slots: queries.map((query) => bySlot(answers.series(query), starts, plus)),
  }))
  const dimensions = dimensionsOf(`${MANTLE_PREFIX}${of.model}`, place)
  const missing = parts.filter(({ queries }) => queries.some(answers.isMissing))
  const unknown = missing.length > 0 ? new Set<Told>(missing.map(({ counter }) => counter)) : undefined
  return starts.flatMap((start, slot): Row[] => {
    if (!unknown && counted.every(({ slots }) => slots.every((one) => Number.isNaN(one[slot] ?? Number.NaN)))) return []
    const counters = noCounters()
    for (const { counter, slots } of counted) {
      counters[counter] = slots.reduce((sum, one) => sum + Math.round(one[slot] || 0), 0)
    }
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
  const calls = isKnown ? count(counters.invocations + counters.clientErrors, 'call') : 'an unknown number of calls'
  const message = `${calls} in ${region} went through the OpenAI-compatible endpoint (models ${MANTLE_PREFIX}…): CloudWatch has no latency, throttles, server errors or cached tokens for them, and they are not in the invocation log`
  return [{ code: 'mantle', message }]
}
