import { compare } from '../report/arrange.ts'
import type { Watched, WatchedModel } from './view.ts'

/** What models can be sorted by, in the order in which the key switches. */
export const SORTS = ['spend', 'calls', 'tokens', 'p99', 'errors', 'model'] as const
export type Sort = (typeof SORTS)[number]

const VALUE: Record<Exclude<Sort, 'model'>, (of: Watched) => number> = {
  spend: ({ usage }) => usage.costUsd ?? -1,
  calls: ({ usage }) => usage.invocations ?? -1,
  tokens: ({ usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } }) =>
    known(inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens),
  p99: ({ usage }) => usage.latencyMs.p99 ?? -1,
  errors: ({ usage }) => known(usage.clientErrors, usage.serverErrors, usage.throttles),
}

function known(...values: (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

export function nextSort(sort: Sort): Sort {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? 'spend'
}

/** Most first; models of equal rank, and by name, in the order of their ids. Pure. */
export function sorted(models: readonly WatchedModel[], sort: Sort): WatchedModel[] {
  const byName = (a: WatchedModel, b: WatchedModel) => compare(a.model, b.model) || compare(a.region, b.region)
  if (sort === 'model') return [...models].sort(byName)
  const value = VALUE[sort]
  return [...models].sort((a, b) => value(b) - value(a) || byName(a, b))
}
