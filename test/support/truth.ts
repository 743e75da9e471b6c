import type { CallRates } from '../../src/sandbox/bill/models.ts'
import { hourOf } from '../../src/sandbox/traffic/invocation.ts'
import type { Invocation } from '../../src/sandbox/traffic.ts'

/** What every source of a report has to tell of the same calls, to the token. */
export interface Sums {
  /** Accepted calls: those that succeeded, and those that failed on the side of AWS. */
  invocations: number
  clientErrors: number
  serverErrors: number
  throttles: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  images: number
  quotaTokens: number
  /** Of each call that succeeded, in milliseconds. */
  latenciesMs: number[]
  /** Of each stream that succeeded, in milliseconds. */
  timesToFirstTokenMs: number[]
}

export interface Truth {
  total: Sums
  byModel: Map<string, Sums>
  byIdentity: Map<string, Sums>
  byOperation: Map<string, Sums>
  /** By the hour's first moment: `2026-11-23T10:00:00.000Z`. */
  byHour: Map<string, Sums>
}

export function truth(invocations: readonly Invocation[]): Truth {
  return {
    total: sumsBy(invocations, () => '').get('') ?? emptySums(),
    byModel: sumsBy(invocations, ({ modelId }) => modelId),
    byIdentity: sumsBy(invocations, ({ identity }) => identity),
    byOperation: sumsBy(invocations, ({ operation }) => operation),
    byHour: sumsBy(invocations, ({ time }) => new Date(hourOf(time)).toISOString()),
  }
}

/** What calls cost together, exactly, in atto-dollars: each at its own rates; without any it costs nothing. */
export function costOf(calls: readonly Invocation[], ratesOf: (call: Invocation) => CallRates | undefined): bigint {
  let cost = 0n
  for (const call of calls) {
    const rates = ratesOf(call)
    if (!rates) continue
    const written = call.cacheWriteTokens - call.cacheWrite1hTokens
    cost += BigInt(call.inputTokens) * rates.input + BigInt(call.outputTokens) * rates.output
    cost += BigInt(call.cacheReadTokens) * rates.cacheRead + BigInt(written) * rates.cacheWrite
    cost += BigInt(call.cacheWrite1hTokens) * rates.cacheWrite1h + BigInt(call.images) * rates.image * 1_000_000n
  }
  return cost
}

/** The sums of each group of calls. */
export function sumsBy(
  invocations: readonly Invocation[],
  keyOf: (invocation: Invocation) => string,
): Map<string, Sums> {
  const groups = new Map<string, Sums>()
  for (const invocation of invocations) {
    const key = keyOf(invocation)
    const sums = groups.get(key) ?? emptySums()
    groups.set(key, sums)
    add(sums, invocation)
  }
  return groups
}

function add(sums: Sums, invocation: Invocation): void {
  const { outcome, latencyMs, timeToFirstTokenMs } = invocation
  if (outcome === 'success' || outcome === 'server-error') sums.invocations += 1
  if (outcome === 'client-error') sums.clientErrors += 1
  if (outcome === 'server-error') sums.serverErrors += 1
  if (outcome === 'throttle') sums.throttles += 1
  sums.inputTokens += invocation.inputTokens
  sums.outputTokens += invocation.outputTokens
  sums.cacheReadTokens += invocation.cacheReadTokens
  sums.cacheWriteTokens += invocation.cacheWriteTokens
  sums.images += invocation.images
  sums.quotaTokens += invocation.quotaTokens
  if (latencyMs !== undefined) sums.latenciesMs.push(latencyMs)
  if (timeToFirstTokenMs !== undefined) sums.timesToFirstTokenMs.push(timeToFirstTokenMs)
}

function emptySums(): Sums {
  return {
    invocations: 0,
    clientErrors: 0,
    serverErrors: 0,
    throttles: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    images: 0,
    quotaTokens: 0,
    latenciesMs: [],
    timesToFirstTokenMs: [],
  }
}
