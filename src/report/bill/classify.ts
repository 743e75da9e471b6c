import { canonicalName, modelIds } from '../prices/price-list/names.ts'
import { type BilledTerms, MODALITIES, parseUsageType } from '../prices/price-list/usage-type.ts'
import { type Adjustment, type BillLine, isOfImages, otherKind } from './line.ts'

/** What a bill says of a line, in whichever words; what it does not say is left out. */
export interface Described {
  /** Cost Explorer's SERVICE, or a CUR's product code or name. */
  service: string
  usageType: string
  operation?: string
  description?: string
  /** A CUR's `product['model']`, of which July 2026 and later lines have one. */
  model?: string
  /** A CUR's `product['product_name']`, of the Marketplace's. */
  productName?: string
  /** A CUR's `product['inference_type']`: "Input tokens". */
  inferenceType?: string
  /** A CUR's `product['feature']`: "Batch Inference". */
  feature?: string
  /** As priced: "1K tokens", "1M tokens", "Units", "Images". */
  unit?: string
}

export type Classified = Pick<BillLine, 'model' | 'kind' | 'terms' | 'unit'> & {
  /** So many single units (tokens, images) is one of the line's. A power of ten, written as its exponent: 3 is 1,000. */
  unitDigits: number
}

const MODALITY = new RegExp(`-(?:${MODALITIES.join('|')})$`)

const PLAIN: BilledTerms = { tier: 'standard', routing: 'in-region', long: false, mantle: false }

/** By its usage type first, which is in every bill, then by the names in it; never guesses: else `unclassified`. */
export function classify(line: Described): Classified {
  const { usageType, feature = '', unit = '' } = line
  const words = [usageType, line.operation ?? '', line.service].join(' ').toLowerCase()
  const billed = parseUsageType(usageType)
  if (typeof billed !== 'string' && billed.kind !== 'textUnit') {
    const { kind, subject, tier, routing, long, mantle, modality } = billed
    const isBatch = tier === 'standard' && /batch/i.test(feature)
    const terms = { tier: isBatch ? 'batch' : tier, routing, long, mantle, ...(modality && { modality }) } as const
    const model = modelOf(line, subject)
    if (kind === 'image') return { model, kind: 'images', terms, unitDigits: 0, unit: 'images' }
    return {
      model,
      kind: kind === 'cacheWrite30m' ? 'cacheWrite' : kind,
      terms,
      unitDigits: tokenDigits(line),
      unit: 'tokens',
    }
  }
  const body = usageType.replace(/^[A-Z]{2,3}\d?-/, '').toLowerCase()
  const isImages = isOfImages(body) && !/video|[tiv]2v/.test(body)
  return {
    model: modelOf(
      line,
      /^(?<name>.+?)-(?:[ti]2[iv]|\d|image|video|speech|model|custom|reserved|provisioned)/i.exec(body)?.groups?.name ??
        '',
    ),
    kind: isImages ? 'images' : otherKind(words),
    terms: PLAIN,
    unitDigits: 0,
    unit: isImages ? 'images' : unit,
  }
}

/** Of one unit: third in the Marketplace's description (`…|us-east-1|Million Input Tokens`), else the price's unit. */
function tokenDigits({ usageType, description = '', unit = '' }: Described): number {
  const isMarketplace = /^[A-Z0-9]+-MP:/.test(usageType)
  const said = (isMarketplace && description.split('|')[2]) || unit
  if (/million|\b1m\b/i.test(said)) return 6
  if (/\b1k\b|thousand|\b1,?000\b/i.test(said)) return 3
  if (/^tokens?$/i.test(said)) return 0
  return isMarketplace ? 6 : 3
}

/** The id of the model that any of the names is of; else the first name there is. */
function modelOf({ service, model = '', productName = '' }: Described, subject: string): string {
  const edition = [productName, service].filter((name) => /\(amazon bedrock edition\)$/i.test(name))
  // `NovaSonic-speech-input-tokens`: what its tokens stand for is no part of the name.
  const names = [model, ...edition, subject, subject.replace(MODALITY, '')].filter((name) => name !== '')
  for (const name of names) {
    const [id] = modelIds(name)
    const found = id ?? claudeId(name)
    if (found !== undefined) return found
  }
  const asId = names.find((name) => /^[a-z0-9-]+\.[a-z0-9]/.test(name))
  return asId ?? (names[0] ?? '').replace(/ \(amazon bedrock edition\)$/i, '')
}

/** AWS's usage types write `Claude4.6Opus` for what the list calls "Claude Opus 4.6". */
function claudeId(name: string): string | undefined {
  const [, version = '', family = ''] = /^claude(\d[\d.]*)([a-z]+)$/.exec(canonicalName(name)) ?? []
  if (family === '') return undefined
  return [`Claude ${family} ${version}`, `Claude ${version} ${family}`].flatMap((spelt) => modelIds(spelt))[0]
}

/** What the type of a line says, of Cost Explorer's RECORD_TYPE and a CUR's line type alike; undefined: a charge for use. */
export function adjustmentOf(lineType: string): Adjustment | undefined {
  const type = lineType.toLowerCase().replace(/[^a-z]/g, '')
  if (/^(?:usage|discountedusage|savingsplancoveredusage)$/.test(type)) return undefined
  if (/discount|negation/.test(type)) return 'discounts'
  if (/credit/.test(type)) return 'credits'
  if (/refund/.test(type)) return 'refunds'
  if (/tax/.test(type)) return 'tax'
  return /fee|recurring|upfront/.test(type) ? 'fees' : 'otherLines'
}

export function isBedrock(name: string): boolean {
  return /bedrock/i.test(name)
}

/** The Regions that usage types begin with. Not all are known: of the others a bill's own column tells, or nothing. */
const REGIONS: ReadonlyMap<string, string> = new Map(
  `USE1 us-east-1 USE2 us-east-2 USW1 us-west-1 USW2 us-west-2 UGE1 us-gov-east-1 UGW1 us-gov-west-1 CAN1 ca-central-1 CAN2 ca-west-1
  MXC1 mx-central-1 SAE1 sa-east-1 EU eu-west-1 EUW1 eu-west-1 EUW2 eu-west-2 EUW3 eu-west-3 EUC1 eu-central-1 EUC2 eu-central-2
  EUN1 eu-north-1 EUS1 eu-south-1 EUS2 eu-south-2 APN1 ap-northeast-1 APN2 ap-northeast-2 APN3 ap-northeast-3 APS1 ap-southeast-1
  APS2 ap-southeast-2 APS3 ap-south-1 APS4 ap-southeast-3 APS5 ap-south-2 APS6 ap-southeast-4 APE1 ap-east-1 MES1 me-south-1
  MEC1 me-central-1 AFS1 af-south-1 ILC1 il-central-1`
    .trim()
    .split(/\s+/)
    .flatMap((code, index, all) => (index % 2 === 0 ? [[code, all[index + 1] ?? ''] as const] : [])),
)

/** The Region that a usage type names by its prefix: `USE1-…`, `USE1-MP:USE1_…`; '' where it is not known. */
export function regionOfUsage(usageType: string): string {
  const [, code = ''] = /^([A-Z]{2,3}\d?)-/.exec(usageType) ?? []
  return REGIONS.get(code) ?? ''
}
