import { scale } from '../money.ts'
import { agree, complete, type Figures, type Quote } from './book.ts'
import { parseModelName } from './model-id.ts'

/**
 * How the price of a Claude model is the same over Regions, by AWS's pricing page: 'tenth' of 4.5 and later (one price for
 * global routing in every commercial Region, a tenth more in the Region and within a geography), 'same' of 3 to 4.1 (one
 * price in every commercial Region, however routed). Undefined of all others: Nova 2, too, costs more in the Region, but by how
 * much differs.
 */
export function onePrice(id: string): 'tenth' | 'same' | undefined {
  const version = claudeVersion(id)
  if (version === undefined || version < 3) return undefined
  return version >= 4.5 ? 'tenth' : 'same'
}

/** The price in the Region by the global one, where they are a tenth apart. */
export function inRegionByGlobal(global: Figures): Figures {
  return Object.fromEntries(Object.entries(global).map(([kind, figure]) => [kind, scale(figure, 11, 10)]))
}

/**
 * Adds to what the first source says what AWS's rule for the cache makes of it, and what others know that agree with it. Only
 * those are named that the rule leaves something to say.
 */
export function completeByRule(
  id: string,
  first: Quote,
  agreeing: readonly Quote[],
): Pick<Quote, 'perMillion' | 'source'> {
  const ruled = { ...first, perMillion: withCache(id, first.perMillion), source: `${first.source}, cache by rule` }
  const adds = Object.keys(ruled.perMillion).length > Object.keys(first.perMillion).length
  const isRuled = adds && agreeing.every((other) => agree(ruled.perMillion, other.perMillion))
  const { perMillion, source } = complete(isRuled ? ruled : first, agreeing)
  return { perMillion: withCache(id, perMillion), source }
}

/**
 * Adds what AWS's rules say of the prompt cache, where it is not known otherwise. Of Claude, reading is a tenth of the input, but
 * less from 5.1 on; writing is 1.25 times the input for five minutes and twice for an hour. Of Nova, reading is a
 * quarter and writing is free. Nothing is added where the input has no price.
 */
function withCache(id: string, known: Figures): Figures {
  const { input } = known
  if (input === undefined) return known
  const version = claudeVersion(id)
  if (version !== undefined && version >= 3) {
    const writes = { cacheWrite: scale(input, 5, 4), cacheWrite1h: input * 2n }
    return { ...(version <= 5 && { cacheRead: scale(input, 1, 10) }), ...writes, ...known }
  }
  if (!/^amazon\.nova-(?!2-multimodal)/.test(parseModelName(id).name)) return known
  return { cacheRead: scale(input, 1, 4), cacheWrite: 0n, ...known }
}

/** `claude-3-5-sonnet` is 3.5, `claude-opus-5` is 5; undefined of what has no such number, as the first ones. */
function claudeVersion(id: string): number | undefined {
  const { name } = parseModelName(id)
  const match = /^anthropic\.claude-(?:[a-z]+-)?(?<major>\d)(?:-(?<minor>\d))?(?:-[a-z]+)?$/.exec(name)?.groups
  return match && Number(`${match.major}.${match.minor ?? 0}`)
}
