import type { MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { Warning } from '../../../core/events.ts'
import type { Asked } from './get-data.ts'

/** The code of all warnings of data that CloudWatch should have told and did not. */
export const INCOMPLETE = 'metrics-incomplete'

/** A query that CloudWatch did not answer, or not wholly, and its StatusCode; `nothing` where there was no result at all. */
export interface Missing {
  asked: Asked
  why: string
}

/** One warning for each model and reason, since a model is asked about in some twenty queries. */
export function missingWarnings(missing: readonly Missing[]): Warning[] {
  const found = new Map<string, { missing: Missing; metrics: Set<string> }>()
  for (const one of missing) {
    const { model, mantle = false, tier, metric, stat, at } = one.asked.query
    const key = JSON.stringify([model ?? null, mantle, tier ?? null, at ?? null, one.why])
    const known = found.get(key) ?? { missing: one, metrics: new Set() }
    known.metrics.add(`${metric} (${stat})`)
    found.set(key, known)
  }
  return [...found.values()].map(({ missing: { asked, why }, metrics }) => {
    const { query } = asked
    const whose =
      (query.model === undefined ? '' : ` of ${query.model}`) +
      (query.at ? ` in ${[query.at.namespace, ...Object.values(query.at.dimensions)].join(' ')}` : '') +
      (query.tier ? ` in the tier ${query.tier.resolved}` : '')
    const what = [...metrics].join(', ') + whose
    return {
      code: INCOMPLETE,
      message: `CloudWatch answered ${why} for ${what}: values that depend on it are not known`,
    }
  })
}

export const COMPLETE = 'Complete'

export const NO_ANSWER = 'nothing'

export const IMPOSSIBLE = 'points outside of the window, or below zero,'

/** PartialData is the way of a page that is not the last; an error on one page is not made good by the next. */
export function stateOf(
  { StatusCode, Timestamps = [], Values = [] }: MetricDataResult,
  before: string | undefined,
): string {
  if (before !== undefined && before !== COMPLETE && before !== 'PartialData') return before
  if (Timestamps.length !== Values.length) return 'PartialData'
  return StatusCode ?? COMPLETE
}
