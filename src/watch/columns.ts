import { compare } from '../report/arrange.ts'
import type { Usage } from '../report/model.ts'
import { compact, compactUsd } from '../text/numbers.ts'
import type { Column } from '../text/table.ts'
import type { Watched, WatchedModel } from './view.ts'

export interface WatchColumn extends Column<Watched> {
  name: string
}

const seconds = (ms: number | null) => compact(ms === null ? null : ms / 1_000)
const aMinute = (count: number | null) => compact(count === null ? null : count / 60)

function column(name: string, top: string, bottom: string, cell: (of: Watched) => string): WatchColumn {
  return { name, heading: [top, bottom], align: 'right', cell }
}

function failures(name: string, top: string, bottom: string, of: (watched: Watched) => number | null): WatchColumn {
  return {
    ...column(name, top, bottom, (watched) => compact(of(watched))),
    tone: (watched) => ((of(watched) ?? 0) > 0 ? 'bad' : undefined),
  }
}

export const COLUMNS: readonly WatchColumn[] = [
  column('calls', 'calls', '/min', ({ usage }) => aMinute(usage.invocations)),
  column('now', 'last', '5 min', ({ recent }) => compact(recent)),
  column('input', 'in', '/min', ({ usage }) => aMinute(usage.inputTokens)),
  column('output', 'out', '/min', ({ usage }) => aMinute(usage.outputTokens)),
  column('cached', 'cached', '/min', ({ usage }) => aMinute(total(usage.cacheReadTokens, usage.cacheWriteTokens))),
  column('spend', 'spend', '/hour', ({ usage }) => spend(usage)),
  column('average', 'avg', 's', ({ usage }) => seconds(usage.latencyMs.avg)),
  column('p99', 'p99', 's', ({ usage }) => seconds(usage.latencyMs.p99)),
  failures('client', 'client', 'errors', ({ usage }) => usage.clientErrors),
  failures('server', 'server', 'errors', ({ usage }) => usage.serverErrors),
  failures('throttles', 'throt-', 'tles', ({ usage }) => usage.throttles),
]

export const DROP_ORDER: readonly string[] = 'cached now average output input p99 client server throttles calls'.split(
  ' ',
)

/** A floor is marked, since there is no room for words: the heading has those of the total. */
export const FLOOR_MARK = '+'

function spend({ costUsd, costIsFloor }: Usage): string {
  return `${compactUsd(costUsd)}${costIsFloor && costUsd !== null ? FLOOR_MARK : ''}`
}

function total(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

export const SORTS = ['spend', 'calls', 'tokens', 'p99', 'errors', 'model'] as const
export type Sort = (typeof SORTS)[number]

const VALUE: Record<Exclude<Sort, 'model'>, (of: Usage) => number> = {
  spend: ({ costUsd }) => costUsd ?? -1,
  calls: ({ invocations }) => invocations ?? -1,
  tokens: (of) => known(of.inputTokens, of.outputTokens, of.cacheReadTokens, of.cacheWriteTokens),
  p99: ({ latencyMs }) => latencyMs.p99 ?? -1,
  errors: ({ clientErrors, serverErrors, throttles }) => known(clientErrors, serverErrors, throttles),
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
  return [...models].sort((a, b) => value(b.usage) - value(a.usage) || byName(a, b))
}
