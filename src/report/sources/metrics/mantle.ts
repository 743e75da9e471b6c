import type { AwsContext } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import type { Counter, Row, Window } from '../../model.ts'
import { noCounters, noMoments, tally } from '../../tally.ts'
import type { Answers, Query } from './get-data.ts'
import { listMetrics, soleDimension } from './list-models.ts'
import { MANTLE_METRICS, MANTLE_NAMESPACE } from './names.ts'
import { bySlot, plus } from './rows.ts'

/** Before a model's name in the rows, since the same model may be called through either endpoint. */
export const MANTLE_PREFIX = 'bedrock-mantle/'

/** The models that were called through the OpenAI-compatible endpoint in the last two weeks, sorted. */
export async function listMantleModels(cx: AwsContext): Promise<string[]> {
  const models = new Set<string>()
  for await (const metric of listMetrics(cx, MANTLE_NAMESPACE)) {
    const model = soleDimension(metric, 'Model')
    if (model !== undefined) models.add(model)
  }
  return [...models].sort()
}

export function mantleQueries(model: string): Query[] {
  return Object.values(MANTLE_METRICS).map((metric) => ({ model, metric, stat: 'Sum', mantle: true }))
}

/** The slots of one model in which anything went through that endpoint. */
export function mantleRows(model: string, region: string, answers: Answers, window: Window, slotMs: number): Row[] {
  const rows = new Map<number, Row>()
  for (const [counter, metric] of Object.entries(MANTLE_METRICS)) {
    const points = answers.points({ model, metric, stat: 'Sum', mantle: true })
    for (const [start, value] of bySlot(points, window, slotMs, plus)) {
      const row = rows.get(start) ?? emptyRow(model, region, start)
      row.counters[counter as Counter] = Math.round(value)
      rows.set(start, row)
    }
  }
  return [...rows.values()].sort((a, b) => a.start - b.start)
}

export function mantleWarnings(region: string, rows: readonly Row[]): Warning[] {
  if (rows.length === 0) return []
  const { invocations, clientErrors } = tally(rows).counters
  const message = `${invocations + clientErrors} calls in ${region} went through the OpenAI-compatible endpoint (models ${MANTLE_PREFIX}…): of those CloudWatch tells no latency, throttles, server errors or cached tokens, and no invocation log has them`
  return [{ code: 'mantle', message }]
}

function emptyRow(model: string, region: string, start: number): Row {
  return {
    dimensions: { model: `${MANTLE_PREFIX}${model}`, region },
    start,
    counters: noCounters(),
    latency: noMoments(),
    timeToFirstToken: noMoments(),
  }
}
