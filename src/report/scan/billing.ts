import type { Counter } from '../model.ts'
import { promptOver, type Terms, type Tier, type Untold } from '../terms.ts'
import { textAt } from './counts.ts'
import { AT, type FieldValues } from './fields.ts'
import type { TokenCounts } from './tokens.ts'

/** What sets the price of calls besides model, Region and time: calls that differ in it are never in one row. */
export interface Billing {
  readonly key: string
  /** Left out where they are the standard ones. */
  readonly terms?: Terms
  /** The model that a prompt router chose. */
  readonly billedModel?: string
  /** Counts that the records should have and do not. */
  readonly unknown?: ReadonlySet<Counter>
  /** A tier that is none of AWS's, as the record has it: priced as one that is not told. */
  readonly strangeTier?: string
  /** The calls failed, and their records have counts all the same: AWS bills none of them, and none is counted. */
  readonly hasUnbilledCounts?: boolean
}

export const PLAIN: Billing = { key: '' }

export const UNBILLED: Billing = { key: 'unbilled', hasUnbilledCounts: true }

/** AWS's words, and those of the makers' own interfaces. What `auto` came to, only the answer can tell. */
export const TIER_WORDS: ReadonlyMap<string, Tier | undefined> = new Map([
  ...(['default', 'standard', 'standard_only'] as const).map((word) => [word, 'standard'] as const),
  ...(['flex', 'priority', 'reserved', 'batch'] as const).map((word) => [word, word] as const),
  ['auto', undefined],
])

export interface ToldTier {
  tier: Tier | undefined
  strangeTier?: string | undefined
}

/**
 * The tier in which a call ran: as the answer has it, which AWS may have resolved to another than was asked for; else as it
 * was asked for. A request without the word asks for the standard one, and Converse's answer would repeat another.
 */
export function tierOf(values: FieldValues, isConverse: boolean): ToldTier {
  const isTold = values[AT.askedBody.first] === 1 || (isConverse && values[AT.answerBody.first] === 1)
  const word = textAt(values, AT.answerTier) ?? textAt(values, AT.askedTier)
  return toldTier(word, textAt(values, AT.latencyMode), isTold ? 'standard' : undefined)
}

/** The tier by a record's word for it, or `unnamed` where there is none, and by its latency mode. */
export function toldTier(word?: string, latencyMode?: string, unnamed?: Tier): ToldTier {
  const told: ToldTier = word === undefined ? { tier: unnamed } : namedTier(word)
  // Latency-optimised calls have a price of their own; the other tiers do not go with it.
  const mayBe = told.strangeTier === undefined && (told.tier === undefined || told.tier === 'standard')
  return mayBe && latencyMode?.toLowerCase() === 'optimized' ? { tier: 'latency-optimized' } : told
}

function namedTier(word: string): ToldTier {
  const name = word.trim().toLowerCase()
  if (TIER_WORDS.has(name)) return { tier: TIER_WORDS.get(name) }
  // Whoever calls can write anything there: what is no word is not repeated.
  return { tier: undefined, strangeTier: /^[\w.:-]{1,40}$/.test(name) ? name : '?' }
}

export function billingOf(
  modelId: string,
  routedModel: string | undefined,
  { tier, strangeTier }: ToldTier,
  tokens: TokenCounts,
  images: number | null,
): Billing {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, isTtlTold } = tokens
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens
  const unknown = images === null ? [...tokens.unknown, 'images' as const] : tokens.unknown
  const isKnown = unknown.length === 0
  if (isKnown && prompt + outputTokens + (images ?? 0) === 0) return PLAIN
  const over = promptOver(prompt)
  const billedModel = routedModel === modelId ? undefined : routedModel
  if (isKnown && tier === 'standard' && over === 0 && isTtlTold && billedModel === undefined) return PLAIN
  const isUsual = isKnown && strangeTier === undefined && billedModel === undefined
  // Mostly a call is like the one before, and a key takes longer to make than all the rest.
  if (isUsual && tier === last.tier && over === last.over && isTtlTold === last.isTtlTold) return last.billing
  const key = `${tier} ${over} ${isTtlTold} ${isKnown ? '' : unknown.join()} ${strangeTier ?? ''} ${billedModel ?? ''}`
  const billing = known.get(key) ?? { key, ...billed({ tier, strangeTier }, over, isTtlTold, unknown, billedModel) }
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(key, billing)
  if (isUsual) last = { tier, over, isTtlTold, billing }
  return billing
}

/** Of what is known and has neither a strange tier nor a model of its own; the standard ones are plain. */
let last = { tier: 'standard' as Tier | undefined, over: 0, isTtlTold: true, billing: PLAIN }

/** By key: there are few, and many calls of each. Whoever calls can write any word for a tier, so there is a bound. */
const known = new Map<string, Billing>()
const MOST_KNOWN = 1000

/**
 * What sets the price of some calls, by what is told of them.
 * @param over the highest of `PROMPT_LENGTHS` that their prompts exceed
 * @param isTtlTold how long all of their cache writes are kept
 */
export function billed(
  { tier, strangeTier }: ToldTier,
  over: number,
  isTtlTold: boolean,
  unknown: readonly Counter[],
  billedModel?: string,
): Omit<Billing, 'key'> {
  const terms = termsTold(tier, over, { promptLength: !unknown.includes('inputTokens'), cacheTtl: isTtlTold })
  return {
    ...(terms && { terms }),
    ...(billedModel !== undefined && { billedModel }),
    ...(unknown.length > 0 && { unknown: new Set(unknown) }),
    ...(strangeTier !== undefined && { strangeTier }),
  }
}

/** The terms of calls, with what is not told of them; undefined where all is told and standard. */
export function termsTold(
  tier: Tier | undefined,
  over: number,
  isTold: { latency?: boolean; promptLength: boolean; cacheTtl: boolean },
): Terms | undefined {
  const all = { tier: tier !== undefined, ...isTold }
  const untold = (Object.keys(all) as Untold[]).filter((what) => !all[what])
  if ((tier ?? 'standard') === 'standard' && over === 0 && untold.length === 0) return undefined
  return { tier: tier ?? 'standard', promptOver: over, ...(untold.length > 0 && { untold }) }
}
