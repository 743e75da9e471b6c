const ASKED = 'input.inputBodyJson'
const ANSWER = 'output.outputBodyJson'
const EVENT = `${ANSWER}.[]`
const STREAM_METRICS = `${EVENT}.amazon-bedrock-invocationMetrics`

/** Where an answer tells of itself, by whose interface it is: in it, or of a stream in these events. */
const CONVERSE = [ANSWER, `${EVENT}.metadata`]
const ANTHROPIC = [ANSWER, EVENT, `${EVENT}.message`]
const CHAT = [ANSWER, EVENT]
const RESPONSES = [ANSWER, `${EVENT}.response`]
const OTHERS = [ANSWER, EVENT]

function under(holders: readonly string[], ...names: readonly string[]): string[] {
  return holders.flatMap((holder) => names.map((name) => `${holder}.${name}`))
}

/** What stands for no id, and for many calls: in the lower case, as Java and JavaScript match it. */
export const NO_ID = '^([^a-z0-9]*|[0-]+|n/?a|nan|nil|none|null|undefined|unknown)$'

/**
 * Where in a record (schemaType ModelInvocationLog) each number and name stands; of several places the first that holds one
 * counts. The paths are those of AWS's documentation, of its service model and of records that were seen; any of these keys
 * may stand elsewhere too, so only the whole path counts.
 *
 * `[]` is any object of a list, `[last]` the last object of a list, `#` the number of a list's elements, `?` is 1 for an
 * object or a list and 0 for a text, and `{5m}` adds up the `inputTokens` of a list's objects whose `ttl` is that.
 */
export const FIELDS = {
  schemaType: ['schemaType'],
  timestamp: ['timestamp'],
  accountId: ['accountId'],
  identityArn: ['identity.arn'],
  region: ['region'],
  inferenceRegion: ['inferenceRegion'],
  requestId: ['requestId'],
  operation: ['operation'],
  modelId: ['modelId'],
  errorCode: ['errorCode'],
  status: ['status'],
  answerTier: [
    ...under(CONVERSE, 'serviceTier.type', 'serviceTier'),
    ...under(CHAT, 'service_tier'),
    ...under([`${EVENT}.response`], 'service_tier'),
    ...under(ANTHROPIC, 'usage.service_tier'),
    ...under(OTHERS, 'usage.serviceTier'),
    'resolvedServiceTier',
  ],
  askedTier: [
    'serviceTier.type',
    'serviceTier',
    ...under([ASKED], 'serviceTier.type', 'serviceTier', 'service_tier.type', 'service_tier'),
  ],
  latencyMode: under(CONVERSE, 'performanceConfig.latency').concat(
    'performanceConfig.latency',
    `${ASKED}.performanceConfig.latency`,
  ),
  routedModel: under([...CONVERSE, EVENT], 'trace.promptRouter.invokedModelId'),
  // Numbers, from here on.
  inputTokens: ['input.inputTokenCount'],
  cacheReadTokens: ['input.cacheReadInputTokenCount'],
  cacheWriteTokens: ['input.cacheWriteInputTokenCount'],
  outputTokens: ['output.outputTokenCount'],
  imagesAsked: [`${ASKED}.imageGenerationConfig.numberOfImages`],
  imageHeight: ['output.outputImageHeight'],
  imageWidth: ['output.outputImageWidth'],
  imageSteps: ['output.outputImageBucketedStepSize'],
  images: [`${ANSWER}.images.#`],
  artifacts: [`${ANSWER}.artifacts.#`],
  converseLatency: [`${ANSWER}.metrics.latencyMs`],
  streamLatency: [`${ANSWER}.[last].amazon-bedrock-invocationMetrics.invocationLatency`],
  firstByteLatency: [`${ANSWER}.[last].amazon-bedrock-invocationMetrics.firstByteLatency`],
  askedBody: [`${ASKED}.?`, 'input.?'],
  answerBody: [`${ANSWER}.?`, 'output.?'],
  answerInput: [
    ...under(CONVERSE, 'usage.inputTokens'),
    ...under([...ANTHROPIC, `${EVENT}.response`], 'usage.input_tokens'),
    `${STREAM_METRICS}.inputTokenCount`,
    ...under(OTHERS, 'inputTextTokenCount', 'prompt_token_count'),
  ],
  answerPrompt: under(CHAT, 'usage.prompt_tokens'),
  answerCached: [
    ...under(CHAT, 'usage.prompt_tokens_details.cached_tokens'),
    ...under(RESPONSES, 'usage.input_tokens_details.cached_tokens'),
  ],
  // Anthropic's first event counts the first tokens of its answer only.
  answerOutput: [
    ...under(CONVERSE, 'usage.outputTokens'),
    ...under([ANSWER, EVENT, `${EVENT}.response`], 'usage.output_tokens'),
    ...under(CHAT, 'usage.completion_tokens'),
    `${STREAM_METRICS}.outputTokenCount`,
    ...under(OTHERS, 'generation_token_count'),
    `${EVENT}.totalOutputTextTokenCount`,
  ],
  results: [`${ANSWER}.results.#`],
  resultOutput: [`${ANSWER}.results.[].tokenCount`],
  answerRead: [
    ...under(CONVERSE, 'usage.cacheReadInputTokens', 'usage.cacheReadInputTokenCount'),
    ...under(ANTHROPIC, 'usage.cache_read_input_tokens'),
    `${STREAM_METRICS}.cacheReadInputTokenCount`,
  ],
  answerWritten: [
    ...under(CONVERSE, 'usage.cacheWriteInputTokens', 'usage.cacheWriteInputTokenCount'),
    ...under(ANTHROPIC, 'usage.cache_creation_input_tokens'),
    `${STREAM_METRICS}.cacheWriteInputTokenCount`,
  ],
  written5m: [
    ...under(ANTHROPIC, 'usage.cache_creation.ephemeral_5m_input_tokens'),
    ...under(CONVERSE, 'usage.cacheDetails.{5m}'),
  ],
  written1h: [
    ...under(ANTHROPIC, 'usage.cache_creation.ephemeral_1h_input_tokens'),
    ...under(CONVERSE, 'usage.cacheDetails.{1h}'),
  ],
} as const satisfies Record<string, readonly string[]>

export type Field = keyof typeof FIELDS

/** A value as it stands in the record; whatever is neither text nor number is undefined, or NaN in the place of a number. */
export type FieldValue = string | number | undefined

/** What stands at each of {@link PATHS}, and after that the values of the metadata keys that were asked for. */
export type FieldValues = FieldValue[]

export const PATHS = (Object.keys(FIELDS) as Field[]).flatMap((field) =>
  FIELDS[field].map((path) => ({ field, keys: path.split('.') })),
)

export interface Span {
  readonly first: number
  readonly end: number
}

function spanOf(field: Field): Span {
  const first = PATHS.findIndex((path) => path.field === field)
  return { first, end: first + FIELDS[field].length }
}

export const AT = Object.fromEntries((Object.keys(FIELDS) as Field[]).map((field) => [field, spanOf(field)])) as Record<
  Field,
  Span
>

/** Whether a slot is for a number: what stands there instead, but null, has to be told from nothing. */
export const isForNumber = (slot: number): boolean => slot >= AT.inputTokens.first && slot < METADATA_SLOT

export const METADATA_SLOT = PATHS.length
