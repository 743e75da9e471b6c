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

/** What is found in the metrics of a stream. */
const OF_STREAMS = {
  streamLatency: String.raw`"invocationLatency":(?<streamLatency>\d+)`,
  streamFirstByte: String.raw`"firstByteLatency":(?<streamFirstByte>\d+)`,
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

export type NumberName = keyof typeof NUMBERS

/** Who called, in records of any length. */
export const IDENTITY = 'coalesce(identity.arn, tailIdentity)'

/** The commands that the report's queries begin with. */
export const PREPARATION: readonly string[] = preparationOf(Object.keys(NUMBERS) as NumberName[], IDENTITY)

/** The commands that make these numbers of a record, and what a further expression needs to be found; no more than that. */
export function preparationOf(names: readonly NumberName[], further = ''): string[] {
  const made = names.map((name) => `${NUMBERS[name]} as ${name}`).join(', ')
  const parses = Object.entries(PARSED).map(([name, pattern]) => ({ name, from: '@message', pattern }))
  const ofStreams = Object.entries(OF_STREAMS).map(([name, pattern]) => ({ name, from: 'streamMetrics', pattern }))
  const needed = (name: string) => wordsOf(`${made} ${further}`).has(name)
  const streams = ofStreams.filter(({ name }) => needed(name))
  return [...parses.filter(({ name }) => needed(name) || (name === 'streamMetrics' && streams.length > 0)), ...streams]
    .map(({ from, pattern }) => `parse ${from} /${pattern}/`)
    .concat(made === '' ? [] : [`fields ${made}`])
}

function wordsOf(expression: string): Set<string> {
  return new Set(expression.match(/\w+/g))
}
