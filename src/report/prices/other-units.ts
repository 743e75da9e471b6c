import { parseModelName } from './model-id.ts'

/** Models of whose use neither metrics nor records tell what the bill goes by, and why. */
const UNTOLD: readonly (readonly [RegExp, string])[] = [
  [
    /^amazon\.nova-(?:2-)?sonic/,
    'its speech tokens cost many times what its text tokens cost, and nothing tells the ones from the others',
  ],
  [
    /^amazon\.nova-2-omni/,
    'tokens of text, speech and images have prices of their own, and nothing tells the ones from the others',
  ],
  [
    /^amazon\.nova-2-multimodal-embeddings/,
    'its text is billed by token, images by piece, audio and video by second, and nothing tells the ones from the others',
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
