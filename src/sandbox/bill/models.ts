import type { BilledCall } from './entry.ts'

/** What tokens of each kind cost, in pico-dollars per million, and an image, in pico-dollars. */
export interface CallRates {
  input: bigint
  output: bigint
  cacheRead: bigint
  cacheWrite: bigint
  cacheWrite1h: bigint
  image: bigint
}

/** A model as AWS's price list and bills have it. */
export interface BilledModel {
  /** "Claude Sonnet 4.5" */
  name: string
  provider: string
  /** Sold through the Marketplace: a service of its own, billed by the million. */
  isMarketplace: boolean
  /** How usage types begin: `NovaPro`. The Marketplace's have no name in them. */
  prefix: string
  isGlobal: boolean
  /** The id without what it is routed by. */
  id: string
  rates: CallRates
}

interface ListRow {
  id: RegExp
  name: string
  provider: string
  prefix?: string
  /** US dollars by the million tokens: input, output; by the image. */
  input: number
  output?: number
  image?: number
  /** A cache read and a write, by the input. */
  cache?: readonly [read: number, write: number]
  /** What in-Region and geographic routing cost, by the global price. */
  local?: number
  /** Prompts of more tokens than this cost twice the input, and half as much again the output. */
  longFrom?: number
}

const CLAUDE = { provider: 'Anthropic', cache: [0.1, 1.25], local: 1.1 } as const
const AMAZON = { provider: 'Amazon', cache: [0.25, 0] } as const

/** List prices of us-east-1, November 2026. */
const LIST: readonly ListRow[] = [
  { id: /claude-sonnet-4-5/, name: 'Claude Sonnet 4.5', ...CLAUDE, input: 3, output: 15, longFrom: 200_000 },
  { id: /claude-haiku-4-5/, name: 'Claude Haiku 4.5', ...CLAUDE, input: 1, output: 5 },
  { id: /claude-opus-4-8/, name: 'Claude Opus 4.8', ...CLAUDE, input: 5, output: 25 },
  { id: /nova-micro/, name: 'Nova Micro', prefix: 'NovaMicro', ...AMAZON, input: 0.035, output: 0.14 },
  { id: /nova-pro/, name: 'Nova Pro', prefix: 'NovaPro', ...AMAZON, input: 0.8, output: 3.2 },
  { id: /nova-canvas/, name: 'Nova Canvas', prefix: 'NovaCanvas', ...AMAZON, input: 0, image: 0.04 },
  {
    id: /titan-embed-text-v2/,
    name: 'Titan Text Embeddings V2',
    prefix: 'TitanEmbeddingV2-Text',
    ...AMAZON,
    input: 0.02,
  },
]

/** Of a hundred: what a tier costs by the standard one. */
const TIERS: ReadonlyMap<string, number> = new Map([
  ['batch', 50],
  ['flex', 50],
  ['priority', 175],
  ['latency-optimized', 125],
])

/** `flex`, `batch`, `standard` …: on which terms a call was answered. */
export function tierOf({ batch, serviceTier, latencyMode }: BilledCall): string {
  if (batch) return 'batch'
  if (latencyMode === 'optimized') return 'latency-optimized'
  const resolved = serviceTier?.resolved ?? 'default'
  return resolved === 'default' ? 'standard' : resolved
}

export function isLong(call: BilledCall): boolean {
  const { longFrom } = rowOf(call)
  const prompt = call.inputTokens + call.cacheReadTokens + call.cacheWriteTokens
  return longFrom !== undefined && prompt > longFrom
}

/** The model that answered, at the price of the call's terms. Throws for one that no price is known of: nothing is billed by guess. */
export function billedModel(call: BilledCall): BilledModel {
  const row = rowOf(call)
  const [, scope = '', id = ''] = /^(?:(global|us|eu|apac|jp|au|us-gov)\.)?(.+)$/.exec(idOf(call)) ?? []
  const { name, provider, prefix, input, output = 0, image = 0, cache = [0, 0], local = 1 } = row
  const percent = BigInt(TIERS.get(tierOf(call)) ?? 100)
  const [longIn, longOut] = isLong(call) ? [2, 1.5] : [1, 1]
  const scoped = scope === 'global' ? 1 : local
  const pico = (usd: number) => (BigInt(Math.round(usd * scoped * 1e9)) * 1_000n * percent) / 100n
  return {
    name,
    provider,
    isMarketplace: prefix === undefined,
    prefix: prefix ?? '',
    isGlobal: scope === 'global',
    id,
    rates: {
      input: pico(input * longIn),
      output: pico(output * longOut),
      cacheRead: pico(input * longIn * cache[0]),
      cacheWrite: pico(input * longIn * cache[1]),
      cacheWrite1h: pico(input * longIn * (cache[1] === 0 ? 0 : 2)),
      image: pico(image),
    },
  }
}

/** The end of an ARN, and of a router's choice. */
function idOf({ routedModel, modelId }: BilledCall): string {
  return (routedModel ?? modelId).split('/').at(-1) ?? ''
}

function rowOf(call: BilledCall): ListRow {
  const row = LIST.find(({ id }) => id.test(idOf(call)))
  if (!row) throw new Error(`the sandbox knows no price of ${idOf(call)}`)
  return row
}
