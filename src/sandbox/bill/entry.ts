import type { Invocation } from '../traffic/invocation.ts'

/** As a CUR calls them; Cost Explorer's RECORD_TYPE has longer names for some. */
export type LineType = 'Usage' | 'EdpDiscount' | 'Credit' | 'Refund' | 'Tax'

/** What AWS bills of one kind in one hour: a line of a CUR, of which Cost Explorer tells sums. Money is atto-dollars, exact. */
export interface BillEntry {
  readonly start: number
  readonly lineType: LineType
  readonly account: string
  readonly region: string
  readonly entity: 'AWS' | 'AWS Marketplace'
  /** "Amazon Bedrock", "Claude Sonnet 4.5 (Amazon Bedrock Edition)"; of tax, what it is on. */
  readonly service: string
  readonly productCode: string
  readonly usageType: string
  readonly operation: string
  readonly description: string
  /** `input`, `output`, `cacheRead`, `cacheWrite`, `cacheWrite1h`, `images`; of all else what the charge says. */
  readonly kind: string
  /** In single units: tokens, images. */
  readonly quantity: number
  /** As billed, of which one is a power of ten of single units: 1K tokens, 3. */
  readonly unit: string
  readonly unitDigits: number
  /** AWS's public price of all of it. */
  readonly list: bigint
  readonly unblended: bigint
  /** Less the discounts of the enterprise discount program. */
  readonly net: bigint
  readonly principal: string
  /** By key as AWS writes it: `iamPrincipal/team`. */
  readonly tags: Readonly<Record<string, string>>
  /** The product metadata that a CUR has since July 2026. */
  readonly product: Readonly<Record<'model' | 'provider' | 'inference_type' | 'feature', string>>
}

/** A call as it is billed. What is billed as batch, or called through the OpenAI-compatible endpoint, no metric of Bedrock tells. */
export interface BilledCall extends Invocation {
  batch?: true
  mantle?: true
}

/** A charge for something else than tokens and images. */
export interface OtherCharge {
  time: number
  account: string
  region: string
  /** Without the Region: `Guardrail-ContentPolicyUnitsConsumed`. */
  usage: string
  /** In single units, of which a power of ten is billed as one: 1K tokens, 3. */
  quantity: number
  unit: string
  unitDigits?: number
  usd: number
  service?: string
  kind?: string
}
