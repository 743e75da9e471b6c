/**
 * Keeps every call of the sandbox's services, with its input in the shape of the SDK. `ended` lists the calls in the order in
 * which they ended, and each call says how many of them had ended when it came: so who waited for whom can be replayed.
 * STS is not among the services; its only call has no input and is not kept.
 */
export function recordCalls(services) {
  const calls = []
  const ended = []
  const originals = []
  for (const [service, { operations = {} }] of Object.entries(services)) {
    for (const [operation, answer] of Object.entries(operations)) {
      originals.push(() => {
        operations[operation] = answer
      })
      operations[operation] = async (input, call) => {
        const index = calls.push({ service, operation, input, after: ended.length }) - 1
        try {
          const output = await answer(input, call)
          calls[index].items = itemsIn(output)
          return output
        } finally {
          ended.push(index)
        }
      }
    }
  }
  return {
    stop() {
      for (const restore of originals) restore()
      return { calls, ended }
    },
  }
}

/** Of answers that come in pages by size: the data points or the metrics that this one holds. Some answers are empty. */
function itemsIn({ MetricDataResults, Metrics } = {}) {
  return MetricDataResults?.reduce((sum, { Values }) => sum + Values.length, 0) ?? Metrics?.length ?? 0
}
