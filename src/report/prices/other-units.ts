import { parsePrice } from '../money.ts'
import type { Price, Unpriced } from './book.ts'
import { parseModelName, splitScope } from './model-id.ts'
import { TABLE_AS_OF, TABLE_MONTH } from './table/index.ts'

/** Models of whose use neither metrics nor records tell what the bill goes by, and why. */
const UNTOLD: readonly (readonly [RegExp, string])[] = [
  [
    /^amazon\.nova-(?:2-)?sonic/,
    'its speech tokens cost many times as much as its text tokens, and records do not tell them apart',
  ],
  [/^amazon\.nova-2-omni/, 'text, speech and image tokens have different prices, and records do not tell them apart'],
  [
    /^amazon\.nova-2-multimodal-embeddings/,
    'it bills text by token, images by piece, audio and video by second, and records do not tell them apart',
  ],
  [/^twelvelabs\.marengo/, 'it is billed by request, image and minute of audio or video, not by token'],
  [/^(?:amazon\.nova-reel|luma\.)/, 'it is billed by second of video, not by token'],
  [/^(?:amazon|cohere)\.rerank/, 'it is billed by query, not by token'],
]

/** Why tokens of a model have no price, whatever a list says of them; undefined of all other models. */
export function unitUntold(id: string): string | undefined {
  const { name } = parseModelName(id)
  return UNTOLD.find(([model]) => model.test(name))?.[1]
}

/** US dollars an image of models whose images all cost the same, in the one Region that has them (us-west-2). */
const FLAT: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({
    'stability.sd3-large-v1:0': 0.08,
    'stability.sd3-5-large-v1:0': 0.08,
    'stability.stable-image-core-v1:0': 0.04,
    'stability.stable-image-core-v1:1': 0.04,
    'stability.stable-image-ultra-v1:0': 0.14,
    'stability.stable-image-ultra-v1:1': 0.14,
  }),
)
const FLAT_REGION = 'us-west-2'

/** Models whose images are billed by size and quality. Metrics and logs count images and do not tell the quality. */
const GRADED: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'amazon.nova-canvas-v1:0': 'its images cost $0.04 to $0.08 by size and quality, and the quality is not known',
    'amazon.titan-image-generator-v1': 'its images are billed by size and quality, and the quality is not known',
    'amazon.titan-image-generator-v2:0': 'its images are billed by size and quality, and the quality is not known',
  }),
)

export const IMAGE_MODELS: readonly string[] = [...FLAT.keys(), ...GRADED.keys()]

/** What is known of the price of an image model; undefined of all others. */
export function imagePrice(id: string, region: string): Price | Unpriced | undefined {
  const { base } = splitScope(id)
  const graded = GRADED.get(base)
  if (graded !== undefined) return { unpriced: graded }
  const usd = FLAT.get(base)
  if (usd === undefined) return undefined
  if (region !== FLAT_REGION)
    return { unpriced: `no price known for ${region || 'an unknown Region'}; the known one is that of ${FLAT_REGION}` }
  const perImage = parsePrice(usd)
  return { perMillion: {}, perImage, source: `bedrock-monitor@${TABLE_MONTH}`, asOf: TABLE_AS_OF, warnings: [] }
}
