import type { TokenKind } from '../../charges.ts'

/** How a call is routed, as far as it is billed apart. */
export type Routing = 'in-region' | 'geographic' | 'global'

/** What a usage type of the price list bills. */
interface BilledUsage {
  kind: TokenKind | 'image'
  routing: Routing
  /** `standard`, or all that sets it apart from standard on-demand use: `batch`, `flex`, `long+priority` … */
  tier: string
  /** The part before the kind, as it stands: a name of the model, a model id (`-mantle`), or nothing. */
  subject: string
}

/** Words behind the kind of token that mean another price than that of standard on-demand use. */
const TIER_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    batch: 'batch',
    flex: 'flex',
    priority: 'priority',
    latency: 'latency-optimized',
    optimized: 'latency-optimized',
    long: 'long-context',
    context: 'long-context',
    ctx: 'long-context',
    lctx: 'long-context',
    custom: 'custom-model',
    model: 'custom-model',
  }),
)
const ROUTING_WORDS = new Set(['cross', 'region', 'global', 'geo'])
const PLAIN_WORDS = new Set(['standard', 'default'])

/** What a call sends or gets besides text, billed at prices of its own; and ways of billing that are not on demand. */
const OTHER_SUBJECT = /(?:^|-)(?:speech|audio|image|video|custom|reserved|provisioned|customization)$/

const KIND =
  /^(?<subject>.*?)-?(?<![a-z0-9])(?:cache-(?<cache>read|write)(?:-(?<ttl>\d+[mh]))?(?:-input)?|(?<side>input|output))-tokens?(?:-count)?(?:-(?<after>\d+[mh]))?(?<rest>(?:-[a-z]+)*)$/

/**
 * Takes a usage type of any of the price list's three services apart: `USE1-NovaMicro-input-tokens-batch`,
 * `USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units`, `USE1-MP:USE1_input_tokens_global_standard-Units`. Undefined for
 * all that is not plainly a kind of text token or a created image: an unknown word may mean another price.
 */
export function parseUsageType(usageType: string): BilledUsage | undefined {
  const marketplace = /^[A-Z0-9]+-MP:[A-Z0-9]+_(?<body>.+?)-Units$/.exec(usageType)?.groups?.body
  if (marketplace === 'created_image') return { kind: 'image', routing: 'in-region', tier: 'standard', subject: '' }
  const words = marketplace === undefined ? usageType.replace(/^[A-Z0-9]+-/, '').toLowerCase() : wordsOf(marketplace)
  const groups = KIND.exec(words)?.groups
  if (!groups) return undefined
  const { subject = '', cache, ttl, side, after, rest = '' } = groups
  const kind = kindOf(cache, ttl ?? after, side)
  const marks = marksOf(rest.split('-').filter((word) => word !== ''))
  if (kind === undefined || marks === undefined || OTHER_SUBJECT.test(subject)) return undefined
  // "MillionBatchInputTokens": in the marketplace's names nothing but a tier stands before the kind.
  const lead = marketplace === undefined ? [] : subject.split('-').filter((word) => word !== '' && word !== 'million')
  const leading = marksOf(lead)
  if (leading === undefined) return undefined
  const mantle = marketplace === undefined && subject.endsWith('-mantle')
  const tiers = new Set([...(mantle ? ['mantle'] : []), ...leading.tiers, ...marks.tiers])
  return {
    kind,
    routing: marks.routing,
    tier: [...tiers].sort().join('+') || 'standard',
    subject: marketplace === undefined ? subject : '',
  }
}

/** `CacheWrite1hInputTokenCount_Global` → `cache-write-1h-input-token-count-global`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z])([A-Z0-9])/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
}

function kindOf(cache: string | undefined, ttl: string | undefined, side: string | undefined): TokenKind | undefined {
  if (cache === 'read' && ttl === undefined) return 'cacheRead'
  if (cache === 'write' && (ttl === undefined || ttl === '5m')) return 'cacheWrite'
  if (cache === 'write' && ttl === '1h') return 'cacheWrite1h'
  return ttl === undefined && (side === 'input' || side === 'output') ? side : undefined
}

function marksOf(words: readonly string[]): { routing: Routing; tiers: string[] } | undefined {
  const known = words.every((word) => TIER_WORDS.has(word) || ROUTING_WORDS.has(word) || PLAIN_WORDS.has(word))
  if (!known) return undefined
  const routed = words.some((word) => ROUTING_WORDS.has(word))
  const routing = words.includes('global') ? 'global' : routed ? 'geographic' : 'in-region'
  return { routing, tiers: words.flatMap((word) => TIER_WORDS.get(word) ?? []) }
}
