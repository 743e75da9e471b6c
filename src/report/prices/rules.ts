import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { scale } from '../money.ts'
import type { Terms, Tier } from '../terms.ts'
import { agree, complete, type Figures, type Quote } from './book.ts'
import { parseModelName } from './model-id.ts'

/** What a kind costs on some terms by what it costs on standard ones. */
type Ratio = readonly [times: number, over: number]

export interface TermsRule {
  /** Times the standard price; the same for all kinds that are not named. */
  ratio: Ratio
  ratios: Partial<Record<TokenKind, Ratio>>
  /** For the source of a price: "× 0.5 (flex)". Empty where the standard price holds. */
  words: string
}

const TIER_RATIOS: Partial<Record<Tier, Ratio>> = {
  standard: [1, 1],
  flex: [1, 2],
  priority: [7, 4],
  batch: [1, 2],
  'latency-optimized': [5, 4],
}

/** Makers and families that can be called in the tiers flex and priority, by AWS's page on service tiers. */
const TIERED =
  /^(amazon\.nova-(?!canvas|reel|sonic|2-sonic)|deepseek\.v|google\.gemma|minimax\.|mistral\.(?:devstral|magistral|ministral|mistral-large-3|voxtral)|moonshot(?:ai)?\.|nvidia\.|openai\.|qwen\.|writer\.palmyra-vision|xai\.|zai\.)/
const QUICK = /^(?:amazon\.nova-pro|anthropic\.claude-3-5-haiku)$/

interface LongPrice {
  model: RegExp
  /** Tokens: prompts of more cost this much. */
  over: number
  ratio: Ratio
  output: Ratio
  /** AWS charges it only where its list has prices for long prompts. */
  ifListed?: true
}

const LONG: readonly LongPrice[] = [
  { model: /^anthropic\.claude-sonnet-4(?:-5)?$/, over: 200_000, ratio: [2, 1], output: [3, 2], ifListed: true },
  { model: /^anthropic\.claude-haiku-5-5$/, over: 100_000, ratio: [5, 1], output: [5, 1] },
  { model: /^openai\.gpt-5[.-]6/, over: 272_000, ratio: [2, 1], output: [3, 2] },
]

function longOf(id: string, promptOver = Number.POSITIVE_INFINITY): LongPrice | undefined {
  const { name } = parseModelName(id)
  return LONG.find(({ model, over }) => model.test(name) && promptOver >= over)
}

/** How long a prompt of a model has to be to cost more, in tokens; undefined where none is known to. */
export function longFrom(id: string): number | undefined {
  return longOf(id)?.over
}

/** What a model's prompts of that length cost by what shorter ones do, where the list has such a price. */
export function longRule(id: string, promptOver: number): Pick<TermsRule, 'ratio' | 'ratios'> | undefined {
  const long = longOf(id, promptOver)
  return long && { ratio: long.ratio, ratios: { output: long.output } }
}

/**
 * How the price of a model on some terms follows from its standard one, by what AWS says of all its models alike. Undefined
 * where it does not: reserved capacity is bought by the hour, and not every model has every tier.
 * @param hasLong AWS's list has prices of the model for long prompts
 */
export function termsRule(id: string, { tier, promptOver }: Terms, hasLong = false): TermsRule | undefined {
  const { name } = parseModelName(id)
  const factor = TIER_RATIOS[tier]
  if (!factor) return undefined
  if ((tier === 'flex' || tier === 'priority') && !TIERED.test(name)) return undefined
  if (tier === 'latency-optimized' && !QUICK.test(name)) return undefined
  const known = longOf(id, promptOver)
  const long = known && (hasLong || !known.ifListed) ? known : undefined
  const words = [
    ...(tier === 'standard' ? [] : [`× ${factor[0] / factor[1]} (${tier})`]),
    ...(long ? [`× ${long.ratio[0] / long.ratio[1]} (prompts over ${long.over / 1000}k tokens)`] : []),
  ].join(' ')
  if (!long) return { ratio: factor, ratios: {}, words }
  return { ratio: product(factor, long.ratio), ratios: { output: product(factor, long.output) }, words }
}

export function byRule(standard: Figures, { ratio, ratios }: Pick<TermsRule, 'ratio' | 'ratios'>): Figures {
  const figures: Figures = {}
  for (const kind of TOKEN_KINDS) {
    const figure = standard[kind]
    const [times, over] = ratios[kind] ?? ratio
    if (figure !== undefined) figures[kind] = scale(figure, times, over)
  }
  return figures
}

function product(a: Ratio, b: Ratio): Ratio {
  return [a[0] * b[0], a[1] * b[1]]
}

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
