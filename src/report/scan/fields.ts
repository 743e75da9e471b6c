/**
 * Where in a record (schemaType ModelInvocationLog) each number and name stands. The paths are those of AWS's documentation
 * and of records that were seen; any of these keys may stand elsewhere too, so only the whole path counts.
 *
 * `[]` is any object of a list, `[last]` the last object of a list, `#` the number of a list's elements.
 */
export const FIELDS = {
  schemaType: 'schemaType',
  timestamp: 'timestamp',
  accountId: 'accountId',
  identityArn: 'identity.arn',
  region: 'region',
  inferenceRegion: 'inferenceRegion',
  requestId: 'requestId',
  operation: 'operation',
  modelId: 'modelId',
  errorCode: 'errorCode',
  status: 'status',
  inputTokens: 'input.inputTokenCount',
  cacheReadTokens: 'input.cacheReadInputTokenCount',
  cacheWriteTokens: 'input.cacheWriteInputTokenCount',
  imagesAsked: 'input.inputBodyJson.imageGenerationConfig.numberOfImages',
  outputTokens: 'output.outputTokenCount',
  imageHeight: 'output.outputImageHeight',
  imageWidth: 'output.outputImageWidth',
  imageSteps: 'output.outputImageBucketedStepSize',
  images: 'output.outputBodyJson.images.#',
  artifacts: 'output.outputBodyJson.artifacts.#',
  converseLatency: 'output.outputBodyJson.metrics.latencyMs',
  streamLatency: 'output.outputBodyJson.[last].amazon-bedrock-invocationMetrics.invocationLatency',
  firstByteLatency: 'output.outputBodyJson.[last].amazon-bedrock-invocationMetrics.firstByteLatency',
  written5m: 'output.outputBodyJson.usage.cache_creation.ephemeral_5m_input_tokens',
  written1h: 'output.outputBodyJson.usage.cache_creation.ephemeral_1h_input_tokens',
  startWritten5m: 'output.outputBodyJson.[].message.usage.cache_creation.ephemeral_5m_input_tokens',
  startWritten1h: 'output.outputBodyJson.[].message.usage.cache_creation.ephemeral_1h_input_tokens',
  streamWritten5m: 'output.outputBodyJson.[].usage.cache_creation.ephemeral_5m_input_tokens',
  streamWritten1h: 'output.outputBodyJson.[].usage.cache_creation.ephemeral_1h_input_tokens',
} as const

export type Field = keyof typeof FIELDS

/** A value as it stands in the record; whatever is neither text nor number is undefined. */
export type FieldValue = string | number | undefined

/** The values of all fields by their {@link SLOT}, and after them those of the metadata keys that were asked for. */
export type FieldValues = FieldValue[]

export const FIELD_NAMES = Object.keys(FIELDS) as Field[]

/** The place of each field's value. */
export const SLOT = Object.fromEntries(FIELD_NAMES.map((name, slot) => [name, slot])) as Record<Field, number>

/** The place of the first metadata key's value. */
export const METADATA_SLOT = FIELD_NAMES.length
