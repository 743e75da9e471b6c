import type { TokenKind } from '../../charges.ts'
import { type PicoUsdPerMillion, parsePrice } from '../../money.ts'
import { canonicalName } from './names.ts'
import { parseUsageType, type Routing } from './usage-type.ts'

/** One price of AWS's price list. */
export interface ListedPrice {
  /** The model's name in canonical form. */
  model: string
  region: string
  routing: Routing
  /** `standard` is the on-demand price; all others are kept apart. */
  tier: string
  kind: TokenKind | 'image'
  /** Pico-dollars per million tokens, or an image. */
  price: PicoUsdPerMillion
  /** The day from which the list says so, YYYY-MM-DD. */
  since: string
}

/** A product as `pricing:GetProducts` answers it, as far as it is read here; nothing of it is certain to be there. */
interface Product {
  product?: { attributes?: Record<string, string | undefined> }
  terms?: { OnDemand?: Record<string, Term> }
}

interface Term {
  effectiveDate?: string
  priceDimensions?: Record<string, { unit?: string; pricePerUnit?: { USD?: string }; beginRange?: string }>
}

/** Millions of tokens in a unit; images are counted one by one. */
const TOKENS_PER_UNIT: ReadonlyMap<string, bigint> = new Map(
  Object.entries<bigint>({ '1k tokens': 1000n, '1m tokens': 1n }),
)
const IMAGE_UNITS = new Set(['image', 'images', 'units', 'unit'])

/** Says of a product, outside its usage type, that it is not standard on-demand use. */
const OTHER_WAYS = /batch|flex|priority|latency|provisioned|reserved|custom|long.context/i

/**
 * Reads one product (JSON text) of any of the three service codes. Nothing for what is not the plain price of tokens or
 * images, or cannot be read.
 */
export function parseProduct(text: string): ListedPrice[] {
  const { product, terms } = parseJson(text)
  const attributes = product?.attributes ?? {}
  const usage = parseUsageType(attributes.usagetype ?? '')
  const model = usage && nameOf(attributes, usage.subject)
  const region = attributes.regionCode
  if (!usage || !model || !region) return []
  const { kind, routing } = usage
  const tier = tierOf(usage.tier, attributes)
  return Object.values(terms?.OnDemand ?? {}).flatMap((term): ListedPrice[] => {
    const price = priceOf(term, kind)
    const since = /^\d{4}-\d{2}-\d{2}/.exec(term.effectiveDate ?? '')?.[0]
    return price === undefined || since === undefined ? [] : [{ model, region, routing, tier, kind, price, since }]
  })
}

function parseJson(text: string): Product {
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === 'object' && content !== null ? content : {}
  } catch {
    return {}
  }
}

/** The marketplace's products name the model in `servicename` only, the embeddings of Titan in `titanModel`. */
function nameOf(attributes: Record<string, string | undefined>, subject: string): string {
  const mantle = /^(?<id>.+)-mantle$/.exec(subject)?.groups?.id
  const edition = /\(Amazon Bedrock Edition\)$/.test(attributes.servicename ?? '') ? attributes.servicename : undefined
  return canonicalName(mantle ?? attributes.model ?? attributes.titanModel ?? edition ?? subject)
}

function tierOf(tier: string, attributes: Record<string, string | undefined>): string {
  const said = [attributes.inferenceType, attributes.feature, attributes.service_tier].find((hint) =>
    OTHER_WAYS.test(hint ?? ''),
  )
  return tier === 'standard' && said !== undefined ? said.toLowerCase() : tier
}

/** A price that hangs on how much was used is none for us: a term has to have one dimension, from nought on. */
function priceOf(term: Term, kind: TokenKind | 'image'): PicoUsdPerMillion | undefined {
  const [dimension, ...more] = Object.values(term.priceDimensions ?? {})
  if (!dimension || more.length > 0 || Number(dimension.beginRange ?? 0) !== 0) return undefined
  const unit = (dimension.unit ?? '').toLowerCase()
  const factor = kind === 'image' ? (IMAGE_UNITS.has(unit) ? 1n : undefined) : TOKENS_PER_UNIT.get(unit)
  const usd = dimension.pricePerUnit?.USD
  if (factor === undefined || usd === undefined || !/^\d+(\.\d+)?$/.test(usd)) return undefined
  try {
    return parsePrice(Number(usd)) * factor
  } catch {
    return undefined
  }
}
