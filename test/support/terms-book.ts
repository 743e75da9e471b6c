import type { PriceBook } from '../../src/report/prices/book.ts'
import type { Tier } from '../../src/report/terms.ts'
import type { CallRates } from '../../src/sandbox/bill/models.ts'
import type { Invocation } from '../../src/sandbox/traffic.ts'

const PERCENT: Partial<Record<Tier, bigint>> = { standard: 100n, flex: 50n, priority: 175n, 'latency-optimized': 125n }
const nameOf = (model: string) => model.replace(/^arn:.*inference-profile\//, '')
const isPriced = (model: string) => !model.includes('prompt-router')

/** Prices that the test makes up: by the letters of the model's name, so that none has those of another. */
function ratesOf(model: string, percent: bigint, isLong: boolean): CallRates {
  const base = [...nameOf(model)].reduce((sum, letter, place) => sum + BigInt(letter.charCodeAt(0) * (place + 1)), 1n)
  const rate = (times: bigint) => (times * base * 1_000n * percent * (isLong ? 2n : 1n)) / 100n
  return {
    input: rate(100n),
    output: rate(500n),
    cacheRead: rate(12n),
    cacheWrite: rate(128n),
    cacheWrite1h: rate(200n),
    image: base * 1_000_000n,
  }
}

export const TERMS_BOOK: PriceBook = {
  changes: [],
  lookup(model, _region, _at, { tier, promptOver } = { tier: 'standard', promptOver: 0 }) {
    const percent = PERCENT[tier]
    if (!isPriced(model) || percent === undefined) return { unpriced: 'no price known' }
    const { image, ...perMillion } = ratesOf(model, percent, promptOver >= 200_000)
    return { perMillion, perImage: image, source: 'test', asOf: null, warnings: [] }
  },
}

/** On the very terms of the call. */
export const exactRates = (call: Invocation): CallRates => {
  const prompt = call.inputTokens + call.cacheReadTokens + call.cacheWriteTokens
  return ratesOf(call.routedModel ?? call.modelId, percentOf(call, true), prompt > 200_000)
}

/** As far as CloudWatch's metrics tell them. */
export const ratesInMetrics = (call: Invocation): CallRates | undefined => {
  if (call.routedModel !== undefined) return undefined
  const rates = ratesOf(call.modelId, percentOf(call, false), false)
  return { ...rates, cacheWrite1h: rates.cacheWrite }
}

function percentOf({ serviceTier, latencyMode }: Invocation, isModeTold: boolean): bigint {
  if (isModeTold && latencyMode === 'optimized') return 125n
  return serviceTier?.resolved === 'flex' ? 50n : serviceTier?.resolved === 'priority' ? 175n : 100n
}
