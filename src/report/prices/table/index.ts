import { AMAZON } from './amazon.ts'
import { ANTHROPIC } from './anthropic.ts'
import { OPEN_WEIGHTS } from './open-weights.ts'
import type { TableRow } from './row.ts'

/** AI21, Cohere, Google, NVIDIA, OpenAI's open weights, TwelveLabs, Writer, Z AI. */
const OTHERS: Record<string, readonly TableRow[]> = {
  'ai21.j2-mid-v1': [{ at: 'list', usd: [12.5, 12.5] }],
  'ai21.j2-ultra-v1': [{ at: 'list', usd: [18.8, 18.8] }],
  'ai21.jamba-1-5-large-v1:0': [{ at: 'list', usd: [2, 8] }],
  'ai21.jamba-1-5-mini-v1:0': [{ at: 'list', usd: [0.2, 0.4] }],
  'ai21.jamba-instruct-v1:0': [{ at: 'list', usd: [0.5, 0.7] }],
  'cohere.command-light-text-v14': [{ at: 'list', usd: [0.3, 0.6] }],
  'cohere.command-r-plus-v1:0': [{ at: 'list', usd: [3, 15] }],
  'cohere.command-r-v1:0': [{ at: 'list', usd: [0.5, 1.5] }],
  'cohere.command-text-v14': [{ at: 'list', usd: [1.5, 2] }],
  'cohere.embed-english-v3': [{ at: 'list', usd: [0.1, 0] }],
  'cohere.embed-multilingual-v3': [{ at: 'list', usd: [0.1, 0] }],
  'cohere.embed-v4:0': [{ at: 'list', usd: [0.12, 0] }],
  'google.gemma-3-12b-it': [{ at: 'list', usd: [0.09, 0.29] }],
  'google.gemma-3-27b-it': [{ at: 'list', usd: [0.23, 0.38] }],
  'google.gemma-3-4b-it': [{ at: 'list', usd: [0.04, 0.08] }],
  'nvidia.nemotron-nano-12b-v2': [{ at: 'list', usd: [0.2, 0.6] }],
  'nvidia.nemotron-nano-3-30b': [{ at: 'list', usd: [0.06, 0.24] }],
  'nvidia.nemotron-nano-9b-v2': [{ at: 'list', usd: [0.06, 0.23] }],
  'nvidia.nemotron-super-3-120b': [{ at: 'list', usd: [0.15, 0.65] }],
  'openai.gpt-oss-120b-1:0': [{ at: 'list', usd: [0.15, 0.6] }],
  'openai.gpt-oss-20b-1:0': [{ at: 'list', usd: [0.07, 0.3] }],
  'openai.gpt-oss-safeguard-120b': [{ at: 'list', usd: [0.15, 0.6] }],
  'openai.gpt-oss-safeguard-20b': [{ at: 'list', usd: [0.07, 0.2] }],
  'twelvelabs.marengo-embed-2-7-v1:0': [{ at: 'list eu us', usd: [70, 0] }],
  'twelvelabs.pegasus-1-2-v1:0': [{ at: 'list eu us', usd: [null, 7.5] }],
  'writer.palmyra-x4-v1:0': [{ at: 'list us', usd: [2.5, 10] }],
  'writer.palmyra-x5-v1:0': [{ at: 'list us', usd: [0.6, 6] }],
  'zai.glm-4.7': [{ at: 'list', usd: [0.6, 2.2] }],
  'zai.glm-4.7-flash': [{ at: 'list', usd: [0.07, 0.4] }],
  'zai.glm-5': [{ at: 'list us-east-1 us-west-2', usd: [1, 3.2] }],
}

/** The month of the table's figures, which is all that their source tells, and that month's first day. */
export const TABLE_MONTH = '2026-07'
export const TABLE_AS_OF = '2026-07-01'

/**
 * Our own price table, by base model id. One public source of July 2026, carried over as it stood, mistakes included: a
 * figure that another source contradicts is shown as disputed, not silently mended.
 */
export const TABLE: ReadonlyMap<string, readonly TableRow[]> = new Map(
  Object.entries({ ...AMAZON, ...ANTHROPIC, ...OPEN_WEIGHTS, ...OTHERS }),
)
