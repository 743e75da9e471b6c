import { isObject } from '../../../core/json.ts'
import { type PicoUsdPerMillion, parsePrice } from '../../money.ts'
import type { Tier } from '../../terms.ts'
import { canonicalName } from './names.ts'
import {
  type BilledTerms,
  type BilledUsage,
  type LeftOut,
  type ListedKind,
  MODALITIES,
  type Modality,
  parseUsageType,
  TIERS_IN_WORDS,
} from './usage-type.ts'

/** One price of AWS's price list, for a name, a Region, and the terms of a call. */
export interface ListedPrice extends BilledTerms {
  /** The model's name in canonical form; of a mantle row, its model id in that form. */
  model: string
  /** What a mantle row calls the model besides. */
  alias?: string
  region: string
  kind: ListedKind
  /** Pico-dollars per million tokens, or an image. */
  price: PicoUsdPerMillion
}

/** What one product tells: prices, and why it is left out, with its usage type. */
export interface ReadProduct {
  prices: ListedPrice[]
  leftOut?: { reason: LeftOut; example: string }
}

/** Reads one product (JSON text) of any of the three service codes. Never throws, whatever the text is. */
export function parseProduct(text: string): ReadProduct {
  const { product, terms } = parsed(text)
  const given = objectOf(objectOf(product).attributes)
  const attributes: Attributes = (name) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    return typeof value === 'string' ? value : ''
  }
  const example = attributes('usagetype')
  const leave = (reason: LeftOut): ReadProduct => ({ prices: [], leftOut: { reason, example } })
  const region = attributes('regionCode')
  if (example === '' || region === '') return leave('unreadable')
  const usage = parseUsageType(example)
  if (typeof usage === 'string') return leave(usage)
  const told = termsOf(usage, attributes)
  if (typeof told === 'string') return leave(told)
  const found = Object.values(objectOf(objectOf(terms).OnDemand)).map((term) => priceOf(objectOf(term), told))
  const prices = found.flatMap((price): ListedPrice[] =>
    typeof price === 'bigint' ? [{ ...told, region, price }] : [],
  )
  if (prices.length === 0) return leave(found.find((price) => typeof price === 'string') ?? 'price')
  return told.modality ? { prices, leftOut: { reason: 'modality', example } } : { prices }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}

/** Nothing of a product as `pricing:GetProducts` answers it is certain to be there. */
function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}

/** The text of an attribute; empty for what is none. */
type Attributes = (name: string) => string

/** In which attributes a product may say what its usage type does not. */
const HINTS = ['inferenceType', 'feature', 'service_tier', 'serviceTier'] as const

/** The terms of a price, by its usage type and its other attributes; why it is left out where these disagree. */
function termsOf(usage: BilledUsage, attributes: Attributes): Omit<ListedPrice, 'region' | 'price'> | LeftOut {
  // The marketplace's products name the model in `servicename` only, some embeddings of Titan in `titanModel`, others in no attribute.
  const [, edition = ''] = /^(.*) \(Amazon Bedrock Edition\)$/.exec(attributes('servicename')) ?? []
  const named = attributes('model') || attributes('titanModel') || edition || usage.subject
  if (/\bcustom$/i.test(named)) return 'custom-model'
  const said = HINTS.map(attributes).join(' ')
  if (/provisioned|reserved/i.test(said)) return 'capacity'
  if (/custom/i.test(said)) return 'custom-model'
  const quick = / latency[- ]optimized$/i
  const name = named.replace(quick, '')
  const tiers = new Set<Tier>(TIERS_IN_WORDS.filter((tier) => said.toLowerCase().includes(tier.replace(/-.*/, ''))))
  if (quick.test(named)) tiers.add('latency-optimized')
  if (usage.tier !== 'standard') tiers.add(usage.tier)
  const [tier = 'standard', ...more] = tiers
  if (more.length > 0) return 'usage-type'
  const { kind, mantle } = usage
  const model = canonicalName(mantle || kind === 'textUnit' ? usage.subject : name)
  const alias = mantle ? canonicalName(name) : model
  const modality = modalityOf(usage, canonicalName(name), attributes)
  if (model === '') return 'model'
  return {
    model,
    ...(alias !== model && alias !== '' && { alias }),
    routing: /global/i.test(said) ? 'global' : usage.routing,
    tier,
    long: usage.long || /long[- ]c(?:onte|t)x/i.test(said),
    mantle,
    kind,
    ...(modality && { modality }),
  }
}

/** An image embedding has `Image` in its very name, and its tokens are text. */
function modalityOf(usage: BilledUsage, name: string, attributes: Attributes): Modality | undefined {
  const { kind, modality, subject } = usage
  if (kind === 'image') return undefined
  if (!modality) return MODALITIES.find((one) => attributes('inferenceType').toLowerCase().includes(one))
  return subject.endsWith(`-${modality}`) && name === canonicalName(subject) ? undefined : modality
}

/** Ten thousand dollars for a million tokens, or for an image: the costliest is at a hundredth of it. */
const DEAREST = 10_000n * 10n ** 12n

/**
 * A price that hangs on how much was used is none for us: a term has to have one dimension, from nought on. Nor is one of $0,
 * which may stand for a price that is not known; Nova's cache is free to write, and so are word filters.
 */
function priceOf(
  { priceDimensions }: Record<string, unknown>,
  { kind, model }: Pick<ListedPrice, 'kind' | 'model'>,
): PicoUsdPerMillion | LeftOut {
  const [first, ...more] = Object.values(objectOf(priceDimensions)).map(objectOf)
  if (!first) return 'price'
  if (more.length > 0 || Number(first.beginRange ?? 0) !== 0) return 'volume'
  const units = unitsOf(first, kind)
  if (units === undefined) return 'unit'
  const usd = objectOf(first.pricePerUnit).USD
  if (typeof usd !== 'string' || !/^\d{1,9}(\.\d{1,20})?$/.test(usd)) return 'price'
  try {
    const price = parsePrice(Number(usd)) * units
    const isFree = (/^cacheWrite/.test(kind) && model.startsWith('nova')) || /^guardrail-?word/.test(model)
    return (price > 0n && price <= DEAREST) || (price === 0n && isFree) ? price : 'price'
  } catch {
    return 'price'
  }
}

const TOKENS: readonly (readonly [RegExp, bigint])[] = [
  [/^(?:1k|1,?000|1 thousand) tokens?$/i, 1000n],
  [/^(?:1m|1,?000,?000|1 million) tokens?$/i, 1n],
]

/** How many units a million tokens are, or an image. The marketplace has "Units", and says in words of how many tokens. */
function unitsOf({ unit, description }: Record<string, unknown>, kind: ListedKind): bigint | undefined {
  if (typeof unit !== 'string') return undefined
  if (kind === 'image') return /^(?:images?|units?)$/i.test(unit) ? 1n : undefined
  if (kind === 'textUnit') return /^(?:text ?)?units?$/i.test(unit) ? 1n : undefined
  const isInWords = /^units?$/i.test(unit) && /\bmillion\b.*\btokens?\b/i.test(String(description))
  return isInWords ? 1n : TOKENS.find(([pattern]) => pattern.test(unit))?.[1]
}
