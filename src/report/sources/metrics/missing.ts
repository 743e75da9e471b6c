import type { Warning } from '../../../core/events.ts'
import type { Query } from './names.ts'

/** The code of all warnings of data that CloudWatch should have told and did not. */
export const INCOMPLETE = 'metrics-incomplete'

/** A query that CloudWatch did not answer, or not wholly, and its StatusCode; `nothing` where there was no result at all. */
export interface Missing {
  query: Query
  why: string
}

/** One warning for each model and reason, since a model is asked about in some twenty queries. */
export function missingWarnings(missing: readonly Missing[]): Warning[] {
  const found = new Map<string, { missing: Missing; metrics: Set<string> }>()
  for (const one of missing) {
    const { model, mantle = false, tier } = one.query
    const key = JSON.stringify([model ?? null, mantle, tier ?? null, one.why])
    const known = found.get(key) ?? { missing: one, metrics: new Set() }
    known.metrics.add(`${one.query.metric} (${one.query.stat})`)
    found.set(key, known)
  }
  return [...found.values()].map(({ missing: { query, why }, metrics }) => {
    const whose =
      (query.model === undefined ? '' : ` of ${query.model}`) +
      (query.tier ? ` in the tier ${query.tier.resolved}` : '')
    const what = [...metrics].join(', ') + whose
    return {
      code: INCOMPLETE,
      message: `CloudWatch answered ${why} for ${what}: values that depend on it are not known`,
    }
  })
}
