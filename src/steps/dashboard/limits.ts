import type { DashboardBody, Widget } from './widgets.ts'

/**
 * What CloudWatch takes of a dashboard ("CloudWatch service quotas" and "Dashboard Body Structure and Syntax"): the
 * metrics count whether they are drawn or only calculated with. How long a body may be is documented nowhere; this is a
 * length that others report to work.
 */
export const LIMITS = { widgets: 500, metricsAWidget: 500, metrics: 2_500, bytes: 250_000 } as const

/** Whether a body is within the limits. `modelsIn` tells how many series a search in a Region finds. */
export function isWithinLimits(body: DashboardBody, modelsIn: (region: string) => number): boolean {
  const counts = body.widgets.map((widget) => metricsOf(widget, modelsIn))
  return (
    body.widgets.length <= LIMITS.widgets &&
    counts.every((count) => count <= LIMITS.metricsAWidget) &&
    counts.reduce((sum, count) => sum + count, 0) <= LIMITS.metrics &&
    Buffer.byteLength(JSON.stringify(body)) <= LIMITS.bytes
  )
}

/** Metrics of a widget. A search counts as each model's metric. */
function metricsOf({ properties = {} }: Widget, modelsIn: (region: string) => number): number {
  const { metrics, region } = properties
  const rows: unknown[] = Array.isArray(metrics) ? metrics : []
  return rows.reduce<number>((sum, row) => {
    const searches = JSON.stringify(row).match(/SEARCH\(/g)?.length ?? 0
    return sum + (searches === 0 ? 1 : searches * modelsIn(String(region)))
  }, 0)
}
