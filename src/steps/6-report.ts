import type { AwsContext } from '../aws/context.ts'
import type { ReportView, Window } from '../report/model.ts'
import { loadGenaiPrices } from '../report/prices/genai-prices.ts'
import { readMetrics } from '../report/sources/metrics.ts'
import { summarize } from '../report/summarize.ts'
import { HOUR_MS } from '../report/window.ts'

export interface ReportRequest {
  accountId: string
  region: string
  /** See `lastHours`. */
  window: Window
  source: 'metrics'
}

/** Step 6: usage and cost of one Region in a window. Reads only; fails with an `AppError`. */
export async function report(cx: AwsContext, request: ReportRequest): Promise<ReportView> {
  const { accountId, region, window, source } = request
  const [reading, prices] = await Promise.all([readMetrics(cx, region, window), loadGenaiPrices()])
  const facts = {
    generatedAt: cx.clock.now(),
    accountId,
    regions: [region],
    source,
    hours: (window.end - window.start) / HOUR_MS,
    by: ['model'],
  }
  return summarize(reading, facts, prices)
}
