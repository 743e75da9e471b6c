import type { Counter } from '../model.ts'
import { countAt } from './counts.ts'
import { AT, type FieldValues, type Span } from './fields.ts'
import type { InvocationRecord } from './record.ts'

/** What was called, and how that ended. */
export interface CallFacts {
  modelId: string
  operation: string | undefined
  hasSucceeded: boolean
  isImage: boolean
}

/** The tokens of a call, and which of them it should tell and does not. */
export type TokenCounts = Pick<InvocationRecord, `${string}Tokens` & keyof InvocationRecord> & {
  unknown: readonly Counter[]
}

const NONE: readonly Counter[] = []

/**
 * A record has its counts beside the bodies. Where one is missing, or is no count, the answer's own is taken; where that is
 * none either, it is not known. A call that failed need not have any.
 */
export function tokenCounts(values: FieldValues, call: CallFacts): TokenCounts {
  let input = countAt(values, AT.inputTokens)
  let read = counted(values, AT.cacheReadTokens, AT.answerRead)
  if (typeof input !== 'number') {
    const own = answerInput(values)
    input = own.input ?? input
    read ??= own.cached
  }
  const output = countAt(values, AT.outputTokens)
  const answered = typeof output === 'number' ? output : (answerOutput(values) ?? output)
  const written5m = countAt(values, AT.written5m) ?? undefined
  const written1h = countAt(values, AT.written1h) ?? undefined
  const own = counted(values, AT.cacheWriteTokens, AT.answerWritten)
  const written = typeof own === 'number' ? own : (sumOf(written5m, written1h) ?? own)
  let unknown = NONE
  if (call.hasSucceeded) {
    if (typeof input !== 'number' && (input === null || hasInput(call))) unknown = [...unknown, 'inputTokens']
    if (typeof answered !== 'number' && (answered === null || hasOutput(call, input)))
      unknown = [...unknown, 'outputTokens']
    if (read === null) unknown = [...unknown, 'cacheReadTokens']
    if (written === null) unknown = [...unknown, 'cacheWriteTokens']
  }
  return {
    inputTokens: input ?? undefined,
    outputTokens: answered ?? undefined,
    cacheReadTokens: read ?? undefined,
    cacheWriteTokens: written ?? undefined,
    cacheWrite5mTokens: written5m,
    cacheWrite1hTokens: written1h === undefined ? undefined : Math.min(written1h, written ?? 0),
    unknown,
  }
}

/** The record's count, or else the answer's; null where what stands there is none. */
function counted(values: FieldValues, field: Span, answer: Span): number | null | undefined {
  const own = countAt(values, field)
  if (typeof own === 'number') return own
  const told = countAt(values, answer)
  return typeof told === 'number' ? told : own === null ? null : told
}

/** OpenAI counts into the prompt what came from the cache; all others leave it out. */
function answerInput(values: FieldValues): { input: number | null | undefined; cached?: number | null } {
  const cached = countAt(values, AT.answerCached)
  const input = countAt(values, AT.answerInput)
  const prompt = typeof input === 'number' ? input : (countAt(values, AT.answerPrompt) ?? input)
  if (typeof prompt !== 'number' || cached === undefined || cached === 0) return { input: prompt }
  if (cached === null || cached > prompt) return { input: prompt, cached: null }
  return { input: prompt - cached, cached }
}

function answerOutput(values: FieldValues): number | null | undefined {
  const output = countAt(values, AT.answerOutput)
  if (typeof output === 'number') return output
  // Titan's texts are counted one by one, and there is one.
  return values[AT.results.first] === 1 ? (countAt(values, AT.resultOutput) ?? output) : output
}

function sumOf(some: number | undefined, others: number | undefined): number | undefined {
  return some === undefined && others === undefined ? undefined : (some ?? 0) + (others ?? 0)
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

function namesModel(modelId: string): boolean {
  if (/^[a-z0-9]{12}$/.test(modelId)) return false
  return (
    !modelId.startsWith('arn:') || /:(?:foundation-model|inference-profile|(?:default-)?prompt-router)\//.test(modelId)
  )
}
