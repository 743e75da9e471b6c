import { arnOf } from '../arn.ts'
import type { Invocation } from './invocation.ts'
import type { Random } from './random.ts'

/** What callers ask for, and what AWS makes of it: it may serve a call in the standard tier that asked for another. */
const TIERS: readonly (readonly [NonNullable<Invocation['serviceTier']>, number])[] = [
  [{ asked: 'default', resolved: 'default' }, 78],
  [{ asked: 'flex', resolved: 'flex' }, 10],
  [{ asked: 'priority', resolved: 'priority' }, 8],
  [{ asked: 'priority', resolved: 'default' }, 4],
]

/** The one model here that can be latency-optimised, and the tokens from which on a prompt is a long one to any model. */
const FASTER = /nova-pro/
const LONG = 280_000

/** In a tier, latency-optimised, by a router, long, or with cache writes for an hour; not of vectors or images. */
export function withTerms(call: Invocation, random: Random): Invocation {
  const { format, operation } = call
  if (format !== 'anthropic' && format !== 'nova') return call
  const isConverse = operation.startsWith('Converse')
  // A native answer of Nova does not tell its tier.
  const serviceTier = isConverse || format === 'anthropic' ? random.pick(TIERS) : STANDARD
  const isFaster = isConverse && FASTER.test(call.modelId) && serviceTier.asked === 'default' && random.chance(0.2)
  const latencyMode = random.chance(0.75) ? 'optimized' : 'standard'
  const isRouted = isConverse && format === 'anthropic' && random.chance(0.1)
  const varied: Invocation = {
    ...call,
    serviceTier,
    ...(isFaster && { latencyMode }),
    ...(isRouted && routed(call)),
  }
  return call.outcome === 'success' ? withTokens(varied, random) : varied
}

const STANDARD = { asked: 'default', resolved: 'default' }

function routed(call: Invocation): Pick<Invocation, 'modelId' | 'routedModel'> {
  return {
    modelId: arnOf('bedrock', call, 'default-prompt-router/anthropic.claude:1'),
    routedModel: arnOf('bedrock', call, `inference-profile/${call.modelId}`),
  }
}

function withTokens(call: Invocation, random: Random): Invocation {
  const { cacheWriteTokens, format, operation } = call
  const more = random.chance(0.03) ? random.integer(LONG, 2 * LONG) : 0
  const tellsSplit = format === 'anthropic' || operation.startsWith('Converse')
  const part = tellsSplit ? random.pick(PARTS) : 0
  return {
    ...call,
    inputTokens: call.inputTokens + more,
    quotaTokens: call.quotaTokens + more,
    cacheWrite1hTokens: Math.round(cacheWriteTokens * part),
  }
}

/** How much of what is written to the cache is to be kept for an hour. */
const PARTS: readonly (readonly [number, number])[] = [
  [0, 2],
  [0.4, 1],
  [1, 1],
]
