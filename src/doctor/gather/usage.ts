import type { AwsPlace } from '../../aws/context.ts'
import type { Row, Window } from '../../report/model.ts'
import { getWholeData } from '../../report/sources/metrics/get-data.ts'
import { listModels } from '../../report/sources/metrics/list-models.ts'
import { listMantleModels, mantleQueries, mantleRows } from '../../report/sources/metrics/mantle.ts'
import { modelQueries, modelRows } from '../../report/sources/metrics/rows.ts'
import type { Prices } from '../../report/sources/prices.ts'
import { tally } from '../../report/tally.ts'
import { HOUR_MS, slotStarts } from '../../report/window.ts'
import type { UsageFacts } from '../facts.ts'

/** The calls of a Region by model and hour, of either endpoint. */
export interface Calls {
  native: Row[]
  mantle: Row[]
}

export async function readCalls(place: AwsPlace, window: Window): Promise<Calls> {
  const { cx } = place
  const [{ models }, mantle] = await Promise.all([listModels(cx), listMantleModels(cx)])
  const queries = [...models.flatMap(modelQueries), ...mantle.flatMap(mantleQueries)]
  if (queries.length === 0) return { native: [], mantle: [] }
  const answers = await getWholeData(cx, queries, window, HOUR_MS / 1000)
  const starts = slotStarts(window, HOUR_MS)
  return {
    native: models.flatMap((model) => modelRows(model, place, answers, starts)),
    mantle: mantle.flatMap((model) => mantleRows(model, place, answers, starts)),
  }
}

export function usageOf({ native, mantle }: Calls, window: Window, { book }: Prices): UsageFacts {
  const mantleCounters = tally(mantle).counters
  const billed = [...native, ...mantle].filter(({ counters }) => counters.inputTokens + counters.outputTokens > 0)
  const unpriced = billed.filter(
    ({ dimensions: { model, region }, start }) => 'unpriced' in book.lookup(model, region, new Date(start)),
  )
  return {
    window,
    invocations: tally(native).counters.invocations,
    mantleCalls: mantleCounters.invocations + mantleCounters.clientErrors,
    unpriced: [...new Set(unpriced.map(({ dimensions }) => dimensions.model))].sort(),
  }
}
