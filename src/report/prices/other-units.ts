import { parseModelName } from './model-id.ts'

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
