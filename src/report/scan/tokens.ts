import type { Counter } from '../model.ts'
import { countAt } from './counts.ts'
import { AT, type FieldValues } from './fields.ts'
import type { InvocationRecord } from './record.ts'

export interface CallFacts {
  modelId: string
  operation: string | undefined
  hasSucceeded: boolean
  isImage: boolean
}

/** The tokens of a call, which of them it should tell and does not, and whether it tells how long all cache writes are kept. */
export type TokenCounts = Pick<InvocationRecord, `${string}Tokens` & keyof InvocationRecord> & {
  unknown: readonly Counter[]
  isTtlTold: boolean
}

/** Null: something stands in its place that is no count. */
type Count = number | null | undefined

const NONE: readonly Counter[] = []

/**
 * A record has its counts beside the bodies. Where one is missing, or is no count, the answer's own is taken; where that is
 * none either, it is not known. A call that failed need not have any.
 */
export function tokenCounts(values: FieldValues, call: CallFacts): TokenCounts {
  let cached: Count
  const input = either(countAt(values, AT.inputTokens), () => {
    const told = answerInput(values)
    cached = told.cached
    return told.input
  })
  const output = either(countAt(values, AT.outputTokens), () => answerOutput(values))
  const toldRead = either(countAt(values, AT.cacheReadTokens), () => countAt(values, AT.answerRead))
  const read = toldRead ?? (cached === undefined ? toldRead : cached)
  const written5m = countAt(values, AT.written5m) ?? undefined
  const written1h = countAt(values, AT.written1h) ?? undefined
  const own = either(countAt(values, AT.cacheWriteTokens), () => countAt(values, AT.answerWritten))
  const isSplit = written5m !== undefined || written1h !== undefined
  const written = typeof own !== 'number' && isSplit ? (written5m ?? 0) + (written1h ?? 0) : own
  let unknown = NONE
  if (call.hasSucceeded) {
    if (input === null || (input === undefined && hasInput(call))) unknown = [...unknown, 'inputTokens']
    if (output === null || (output === undefined && hasOutput(call, input))) unknown = [...unknown, 'outputTokens']
    if (read === null) unknown = [...unknown, 'cacheReadTokens']
    if (written === null) unknown = [...unknown, 'cacheWriteTokens']
  }
  const cacheWrite1hTokens = written1h === undefined ? undefined : Math.min(written1h, written ?? 0)
  return {
    inputTokens: input ?? undefined,
    outputTokens: output ?? undefined,
    cacheReadTokens: read ?? undefined,
    cacheWriteTokens: written ?? undefined,
    cacheWrite1hTokens,
    unknown,
    isTtlTold: (written5m ?? 0) + (cacheWrite1hTokens ?? 0) >= (written ?? 0),
  }
}

function either(own: Count, other: () => Count): Count {
  return typeof own === 'number' ? own : (other() ?? own)
}

/** OpenAI counts into the prompt what came from the cache; all others leave it out. */
function answerInput(values: FieldValues): { input: Count; cached?: Count } {
  const cached = countAt(values, AT.answerCached)
  const prompt = either(countAt(values, AT.answerInput), () => countAt(values, AT.answerPrompt))
  if (typeof prompt !== 'number' || cached === undefined || cached === 0) return { input: prompt }
  if (cached === null || cached > prompt) return { input: prompt, cached: null }
  return { input: prompt - cached, cached }
}

function answerOutput(values: FieldValues): Count {
  // Titan's texts are counted one by one, and there is one.
  const result = () => (values[AT.results.first] === 1 ? countAt(values, AT.resultOutput) : undefined)
  return either(countAt(values, AT.answerOutput), result)
}

/** Models that are billed by the image, the second or the query. */
const WITHOUT_TOKENS = /canvas|image|stability\.|rerank|reel|luma\./

export function hasInput({ modelId, isImage }: CallFacts): boolean {
  return !isImage && !WITHOUT_TOKENS.test(modelId)
}

/**
 * Embeddings have no output. Where the id does not name a model (an application profile's, for one), a call that tells its
 * input alone is taken for one, since it is the only kind of which AWS logs no output; it is never a stream or a conversation.
 */
export function hasOutput(call: CallFacts, input: number | null | undefined): boolean {
  const { modelId, operation } = call
  if (!hasInput(call) || /embed/.test(modelId)) return false
  const mayBeEmbedding = operation === 'InvokeModel' && typeof input === 'number'
  return !mayBeEmbedding || namesModel(modelId)
}

/** An application profile's id, and most ARNs, do not name the model. */
function namesModel(modelId: string): boolean {
  return !/^(?:[a-z0-9]{12}$|arn:(?!.*:(?:foundation-model|inference-profile|(?:default-)?prompt-router)\/))/.test(
    modelId,
  )
}
