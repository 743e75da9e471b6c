import type { Unpriced } from './book.ts'

/** Prefixes of system inference profiles that stay within a geography. They bill the price of the calling Region. */
const GEOGRAPHIES = ['us-gov', 'us', 'eu', 'apac', 'jp', 'au', 'ca', 'in', 'kr'] as const

/** How a call is routed: in the Region itself, within a geography or anywhere. */
export type Scope = 'in-region' | (typeof GEOGRAPHIES)[number] | 'global'

/** A model id taken apart: `us.anthropic.claude-3-5-sonnet-20241022-v2:0`. */
export interface ModelName {
  scope: Scope
  /** Maker and name without date and version: `anthropic.claude-3-5-sonnet`. */
  name: string
  /** The snapshot's date as it stands in the id, YYYYMMDD. */
  date: string | undefined
  /** The version as numbers; an id that names none is of the first, `-v1:0`. */
  version: number
  revision: number
}

/** Parts the prefix of a system inference profile from the id of the model it stands for. */
export function splitScope(id: string): { scope: Scope; base: string } {
  const scope = (['global', ...GEOGRAPHIES] as const).find((prefix) => id.startsWith(`${prefix}.`))
  return scope === undefined ? { scope: 'in-region', base: id } : { scope, base: id.slice(scope.length + 1) }
}

export function parseModelName(id: string): ModelName {
  const { scope, base } = splitScope(id)
  const match = /^(?<name>.+?)(?:-(?<date>\d{8}))?(?:-v(?<version>\d+))?(?::(?<revision>\d+))?$/.exec(base)
  const { name = base, date, version = '1', revision = '0' } = match?.groups ?? {}
  return { scope, name, date, version: Number(version), revision: Number(revision) }
}

/** The same for all ways of writing one model's id: with `-v1:0` or without. */
export function modelKey(id: string): string {
  const { scope, name, date = '', version, revision } = parseModelName(id)
  return [scope, name, date, version, revision].join(' ')
}

/** Kinds of ARN whose use is not billed by the tokens of a model that the ARN names. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'application-inference-profile':
      'an application inference profile does not say which model it stands for; `profiles` in bedrock-monitor.json can name it',
    'provisioned-model': 'provisioned throughput is billed by model unit and hour, not by token',
    'custom-model-deployment': 'a custom model has no public price per token',
    'custom-model': 'a custom model has no public price per token',
    'imported-model': 'an imported model is billed by the minute, not by token',
    'default-prompt-router': 'a prompt router does not say which model answered',
    'prompt-router': 'a prompt router does not say which model answered',
  }),
)

/** Application inference profiles appear in metrics by their bare id, too. */
const BARE_PROFILE_ID = /^[a-z0-9]{12}$/

/**
 * The id that a price hangs on. `ModelId` in metrics is whatever the caller passed: an id, or the ARN of a foundation
 * model, an inference profile or something that has no price by token.
 */
export function pricedId(modelId: string): string | Unpriced {
  if (BARE_PROFILE_ID.test(modelId)) return { unpriced: reasonFor('application-inference-profile') }
  const arn = /^arn:[^:]+:(?:bedrock|sagemaker):[^:]*:[^:]*:(?<kind>[^/]+)\/(?<tail>.+)$/.exec(modelId)
  if (!arn?.groups) return modelId
  const { kind = '', tail = '' } = arn.groups
  if (kind === 'foundation-model' || kind === 'inference-profile') return tail
  return { unpriced: reasonFor(kind) }
}

function reasonFor(kind: string): string {
  return OTHER_KINDS.get(kind) ?? `no price per token is known for resources of type ${kind}`
}

/** Before a model's name in rows of calls through the OpenAI-compatible endpoint, which has prices of its own in AWS's list. */
export const MANTLE_PREFIX = 'bedrock-mantle/'

/**
 * The Regions whose prices AWS lists first. They share one price, and a list that names no Region means theirs; others may
 * have others (Nova Micro in Tokyo costs a fifth more).
 */
const LIST_REGIONS = new Set(['us-east-1', 'us-east-2', 'us-west-2'])

export function isListRegion(region: string): boolean {
  return LIST_REGIONS.has(region)
}

/** Other partitions have prices of their own (in euros in the European Sovereign Cloud): a commercial price never holds there. */
export function isCommercial(region: string): boolean {
  return !/^(us-gov|cn|eusc|us-iso[bf]?|eu-isoe)-/.test(region)
}

/** Prefixes of the inference profiles that a Region belongs to, narrowest first. Such a profile bills the Region's price. */
export function geographiesOf(region: string): readonly string[] {
  if (region.startsWith('us-gov-')) return ['us-gov']
  if (/^ap-northeast-[13]$/.test(region)) return ['jp', 'apac']
  if (region === 'ap-northeast-2') return ['kr', 'apac']
  if (/^ap-southeast-[24]$/.test(region)) return ['au', 'apac']
  if (/^ap-south-/.test(region)) return ['in', 'apac']
  if (region.startsWith('ap-')) return ['apac']
  return [region.split('-')[0] ?? '']
}
