/**
 * How numbers are found in an invocation record with Logs Insights. It extracts about 200 fields from an event and leaves
 * out what comes after them, which in a long conversation are the counts: then they are found by the text around them.
 *
 * The patterns are tied to what stands next to the counts in a record, since a prompt that is JSON may hold any key.
 * Within text its quotation marks are escaped, so they match there no more than the field would.
 */

/** All that may follow `output` in a record: plain texts and flat objects, up to the end. */
export const TAIL = String.raw`(?:,"\w+":(?:"[^"]*"|\{[^{}]*\}))*\}$`

/** What may stand beside a count, up to the end of `input` or `output`. */
const BESIDE = String.raw`(?:,"\w+":(?:\d+|"[^"]*"))*\}`

/** Between a count in `input` and `output`, which comes next. */
const BEFORE_OUTPUT = String.raw`${BESIDE},"output":\{`

const PARSED = {
  tailIdentity: String.raw`"identity":\{"arn":"(?<tailIdentity>[^"]*)"\}${TAIL}`,
  tailInput: String.raw`"inputTokenCount":(?<tailInput>\d+)${BEFORE_OUTPUT}`,
  tailRead: String.raw`"cacheReadInputTokenCount":(?<tailRead>\d+)${BEFORE_OUTPUT}`,
  tailWrite: String.raw`"cacheWriteInputTokenCount":(?<tailWrite>\d+)${BEFORE_OUTPUT}`,
  tailOutput: String.raw`"outputTokenCount":(?<tailOutput>\d+)${BESIDE}${TAIL}`,
  anyInput: String.raw`"inputTokenCount":(?<anyInput>\d+)`,
  anyOutput: String.raw`"outputTokenCount":(?<anyOutput>\d+)`,
  written1h: String.raw`"cache_creation":\{[^{}]*"ephemeral_1h_input_tokens":(?<written1h>\d+)`,
  tailLatency: String.raw`"stopReason":"[^"]*","metrics":\{"latencyMs":(?<tailLatency>\d+)`,
  // The last object of a stream's list; a text may follow it.
  streamMetrics: String.raw`"amazon-bedrock-invocationMetrics":\{(?<streamMetrics>[^{}]*)\}\}(?:,"[^"]*")*\][,}]`,
} as const

/** What is added up, and where it comes from. Adding 0 × a measure of an image counts only calls that made images. */
export const NUMBERS = {
  inputTokens: 'coalesce(input.inputTokenCount, tailInput, anyInput)',
  outputTokens: 'coalesce(output.outputTokenCount, tailOutput, anyOutput)',
  readTokens: 'coalesce(input.cacheReadInputTokenCount, tailRead)',
  writeTokens: 'coalesce(input.cacheWriteInputTokenCount, tailWrite)',
  write1hTokens: 'written1h',
  imagesMade:
    'coalesce(input.inputBodyJson.imageGenerationConfig.numberOfImages, 1) + 0 * coalesce(output.outputImageHeight, output.outputImageWidth, output.outputImageBucketedStepSize)',
  latency: 'coalesce(output.outputBodyJson.metrics.latencyMs, tailLatency, streamLatency)',
  firstToken: 'streamFirstByte',
} as const

/** The commands that every query begins with. */
export const PREPARATION: readonly string[] = [
  ...Object.values(PARSED).map((pattern) => `parse @message /${pattern}/`),
  'parse streamMetrics /"invocationLatency":(?<streamLatency>\\d+)/',
  'parse streamMetrics /"firstByteLatency":(?<streamFirstByte>\\d+)/',
  `fields ${Object.entries(NUMBERS)
    .map(([name, expression]) => `${expression} as ${name}`)
    .join(', ')}`,
]
