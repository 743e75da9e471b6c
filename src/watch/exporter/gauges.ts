import type { AwsPlace } from '../../aws/context.ts'
import type { Warning } from '../../core/events.ts'
import type { GroupPercentiles, Row, Window } from '../../report/model.ts'
import { MANTLE_PREFIX } from '../../report/prices/model-id.ts'
import type { QuotaLine } from '../../report/quotas/line.ts'
import { readPercentiles } from '../../report/sources/metrics/percentiles.ts'
import { readHeadroom } from '../../report/sources/quotas.ts'

/** Latencies of the models that were called in a span, by model. None where there are none, or CloudWatch does not tell. */
export async function readLatencies({ cx }: AwsPlace, rows: readonly Row[], span: Window): Promise<GroupPercentiles[]> {
  const called = rows.filter(({ start, latency }) => start >= span.start && start < span.end && latency.samples > 0)
  const models = new Set(called.map(({ dimensions }) => dimensions.model))
  const timed = [...models].filter((model) => !model.startsWith(MANTLE_PREFIX))
  return timed.length === 0 ? [] : (await readPercentiles(cx, timed, span, false)).models
}

/** How near the models of a place came to its quotas in a span. */
export async function readQuotas(
  place: AwsPlace,
  rows: readonly Row[],
  span: Window,
): Promise<{ quotas: QuotaLine[]; warnings: Warning[] }> {
  const used = rows.filter(({ start }) => start >= span.start && start < span.end)
  return used.length === 0 ? { quotas: [], warnings: [] } : readHeadroom([place], used, span)
}
