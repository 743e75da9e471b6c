/** What one call of CloudWatch holds at most (Amazon CloudWatch API Reference). */
const QUERIES_A_REQUEST = 500
const POINTS_A_PAGE = 100_800
const METRICS_A_PAGE = 500

/**
 * The fewest calls that could have asked and been answered the same as those of a recording: of ListMetrics by namespace, of
 * GetMetricData by period, and of percentiles apart, which have requests of their own: a source may refuse them.
 * @returns {{ data: number, listings: number }}
 */
export function fewestCalls(calls) {
  const listings = grouped(calls, 'ListMetrics', ({ input }) => input.Namespace)
  const data = grouped(calls, 'GetMetricData', ({ input }) => {
    const { Period, Stat } = input.MetricDataQueries[0].MetricStat
    return `${Period} ${Stat.startsWith('p')}`
  })
  return {
    listings: sum(listings, (pages) => pagesFor(items(pages), METRICS_A_PAGE)),
    data: sum(data, (pages) => {
      const asked = pages.filter(({ input }) => input.NextToken === undefined)
      const queries = sum(asked, ({ input }) => input.MetricDataQueries.length)
      return Math.max(pagesFor(queries, QUERIES_A_REQUEST), pagesFor(items(pages), POINTS_A_PAGE))
    }),
  }
}

function grouped(calls, name, keyOf) {
  const groups = new Map()
  for (const call of calls.filter(({ operation }) => operation === name)) {
    groups.set(keyOf(call), [...(groups.get(keyOf(call)) ?? []), call])
  }
  return [...groups.values()]
}

function items(calls) {
  return sum(calls, (call) => call.items)
}

/** An empty answer is a page too. */
function pagesFor(amount, most) {
  return Math.max(1, Math.ceil(amount / most))
}

function sum(list, of) {
  return list.reduce((total, item) => total + of(item), 0)
}
