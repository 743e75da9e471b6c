import { PROMPT_LENGTHS } from '../../terms.ts'

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

/** What may stand beside something in a body, and the end of that body. */
const BESIDE_IN_BODY = String.raw`(?:,"[\w-]+":(?:[^"{}\[\],]+|"[^"]*"|\[[^\[\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\}))*\}`

/** Behind what an answer tells of itself: an object, or the last one of a stream's list, which Nova has under a key. */
const END_OF_ANSWER = String.raw`${BESIDE_IN_BODY}(?:${BESIDE_IN_BODY})?(?:(?:,"[^"]*")*\])?${BESIDE}${TAIL}`

const END_OF_REQUEST = `${BESIDE_IN_BODY}${BEFORE_OUTPUT}`

/** An `input` or `output` without a body in it. */
const BODILESS = String.raw`\{(?:"\w+":(?:[^"{}\[\],]+|"[^"]*"),?)*\}`

const ofTier = (name: string) => String.raw`"service_?[tT]ier":(?:\{"type":)?"(?<${name}>[^"]*)"\}?`
const ofMode = (name: string) => String.raw`"performanceConfig":\{"latency":"(?<${name}>[^"]*)"\}`

/** A pattern, and the field that it looks in. Others are found in what a first one found. */
const PARSED: ReadonlyMap<string, readonly [from: string, pattern: string]> = new Map(
  Object.entries({
    tailIdentity: ['@message', String.raw`"identity":\{"arn":"(?<tailIdentity>[^"]*)"\}${TAIL}`],
    tailInput: ['@message', String.raw`"inputTokenCount":(?<tailInput>\d+)${BEFORE_OUTPUT}`],
    tailRead: ['@message', String.raw`"cacheReadInputTokenCount":(?<tailRead>\d+)${BEFORE_OUTPUT}`],
    tailWrite: ['@message', String.raw`"cacheWriteInputTokenCount":(?<tailWrite>\d+)${BEFORE_OUTPUT}`],
    tailOutput: ['@message', String.raw`"outputTokenCount":(?<tailOutput>\d+)${BESIDE}${TAIL}`],
    anyInput: ['@message', String.raw`"inputTokenCount":(?<anyInput>\d+)`],
    anyOutput: ['@message', String.raw`"outputTokenCount":(?<anyOutput>\d+)`],
    written1h: ['@message', String.raw`"cache_creation":\{[^{}]*"ephemeral_1h_input_tokens":(?<written1h>\d+)`],
    written5m: ['@message', String.raw`"cache_creation":\{[^{}]*"ephemeral_5m_input_tokens":(?<written5m>\d+)`],
    // Converse's list of cache writes, whose objects have their two keys in either order.
    cacheDetails: ['@message', String.raw`"cacheDetails":\[(?<cacheDetails>[^\[\]]*)\]`],
    hourThenTokens: ['cacheDetails', String.raw`"ttl":"1h"[^{}]*"inputTokens":(?<hourThenTokens>\d+)`],
    tokensThenHour: ['cacheDetails', String.raw`"inputTokens":(?<tokensThenHour>\d+)[^{}]*"ttl":"1h"`],
    minutesThenTokens: ['cacheDetails', String.raw`"ttl":"5m"[^{}]*"inputTokens":(?<minutesThenTokens>\d+)`],
    tokensThenMinutes: ['cacheDetails', String.raw`"inputTokens":(?<tokensThenMinutes>\d+)[^{}]*"ttl":"5m"`],
    tailLatency: ['@message', String.raw`"stopReason":"[^"]*","metrics":\{"latencyMs":(?<tailLatency>\d+)`],
    // The last object of a stream's list; a text may follow it.
    streamMetrics: [
      '@message',
      String.raw`"amazon-bedrock-invocationMetrics":\{(?<streamMetrics>[^{}]*)\}\}(?:,"[^"]*")*\][,}]`,
    ],
    streamLatency: ['streamMetrics', String.raw`"invocationLatency":(?<streamLatency>\d+)`],
    streamFirstByte: ['streamMetrics', String.raw`"firstByteLatency":(?<streamFirstByte>\d+)`],
    answeredTier: ['@message', `${ofTier('answeredTier')}${END_OF_ANSWER}`],
    // In the usage of Anthropic's answers, and of the first event of its streams.
    usageTier: ['@message', String.raw`"output_tokens":\d+[^{}]*"service_tier":"(?<usageTier>[^"]*)"`],
    askedTier: ['@message', `${ofTier('askedTier')}${END_OF_REQUEST}`],
    answeredMode: ['@message', `${ofMode('answeredMode')}${END_OF_ANSWER}`],
    askedMode: ['@message', `${ofMode('askedMode')}${END_OF_REQUEST}`],
    tailMode: ['@message', `${ofMode('tailMode')}${TAIL}`],
    tailRouted: ['@message', String.raw`"promptRouter":\{"invokedModelId":"(?<tailRouted>[^"]*)"`],
    bareInput: ['@message', String.raw`"input":(?<bareInput>${BODILESS}),"output":\{`],
    bareOutput: ['@message', `"output":(?<bareOutput>${BODILESS})${TAIL}`],
  }),
)

const USAGE = 'output.outputBodyJson.usage'

/** What is added up, and where from. Adding 0 × a measure of an image counts only calls that made images. */
export const NUMBERS = {
  inputTokens: `coalesce(input.inputTokenCount, tailInput, anyInput, ${USAGE}.inputTokens, ${USAGE}.input_tokens, ${USAGE}.prompt_tokens, output.outputBodyJson.inputTextTokenCount, output.outputBodyJson.prompt_token_count)`,
  outputTokens: `coalesce(output.outputTokenCount, tailOutput, anyOutput, ${USAGE}.outputTokens, ${USAGE}.output_tokens, ${USAGE}.completion_tokens, output.outputBodyJson.generation_token_count, output.outputBodyJson.results.0.tokenCount)`,
  readTokens: `coalesce(input.cacheReadInputTokenCount, tailRead, ${USAGE}.cacheReadInputTokens, ${USAGE}.cache_read_input_tokens)`,
  writeTokens: `coalesce(input.cacheWriteInputTokenCount, tailWrite, ${USAGE}.cacheWriteInputTokens, ${USAGE}.cache_creation_input_tokens)`,
  write1hTokens: 'coalesce(written1h, hourThenTokens, tokensThenHour)',
  imagesMade:
    'coalesce(input.inputBodyJson.imageGenerationConfig.numberOfImages, 1) + 0 * coalesce(output.outputImageHeight, output.outputImageWidth, output.outputImageBucketedStepSize)',
  latency: 'coalesce(output.outputBodyJson.metrics.latencyMs, tailLatency, streamLatency)',
  firstToken: 'streamFirstByte',
} as const

export type NumberName = keyof typeof NUMBERS

/** What is billed of a number: nothing of a call that failed, whatever its record says. */
export const billedOf = (name: NumberName) => `coalesce(0 * strlen(errorCode), ${name}, 0)`

/** Who called, in records of any length. */
export const IDENTITY = 'coalesce(identity.arn, tailIdentity)'

const ASKED = 'input.inputBodyJson'
const ANSWER = 'output.outputBodyJson'
const coalesced = (...fields: string[]) => `coalesce(${fields.join(', ')})`

/** What sets the price of a call, as words of the record: the answer's own before what was asked for. */
const WORDS = {
  tierWord: coalesced(
    ...['serviceTier.type', 'serviceTier', 'service_tier', 'usage.service_tier', '0.message.usage.service_tier'].map(
      (name) => `${ANSWER}.${name}`,
    ),
    ...[`${ANSWER}.0.service_tier`, 'answeredTier', 'usageTier', 'resolvedServiceTier', 'serviceTier.type'],
    ...['serviceTier.type', 'serviceTier', 'service_tier.type', 'service_tier'].map((name) => `${ASKED}.${name}`),
    'askedTier',
  ),
  latencyMode: coalesced(
    ...[`${ANSWER}.performanceConfig.latency`, 'answeredMode', 'performanceConfig.latency', 'tailMode'],
    ...[`${ASKED}.performanceConfig.latency`, 'askedMode'],
  ),
  routedModel: coalesced(`${ANSWER}.trace.promptRouter.invokedModelId`, 'tailRouted'),
} as const

/** 1 for no count of tokens (negative, broken, too large); nothing for no number, which `least` may pass over. */
const odd = (name: NumberName) =>
  `least(1, ceil(abs(${name} - floor(greatest(0, least(${name}, ${MOST_TOKENS})))))) + 0 * ${name}`
const MOST_TOKENS = 100_000_000

/** Marks tell calls apart, a digit each of one number: Insights has no conditions in expressions, so all are sums. */
const MARKS: readonly string[] = [
  // Of the lengths from which prompts cost more, how many the prompt exceeds.
  PROMPT_LENGTHS.map((length) => `least(1, floor(promptTokens / ${length + 1}))`).join(' + '),
  // 1: it is not told how long all of the cache writes are kept.
  'least(1, greatest(0, coalesce(writeTokens + 0, 0) - coalesce(write1hTokens, 0) - coalesce(written5m, minutesThenTokens, tokensThenMinutes, 0)))',
  // 1: there is no body that would tell another tier than the standard one.
  'coalesce(0 * strlen(bareInput) + 1, 0) * (1 - strcontains(coalesce(operation, ""), "Converse") * coalesce(0 * strlen(bareOutput), 1))',
  // 1: the input has no count.
  `coalesce(${odd('inputTokens')}, 1)`,
  // 1: the output of InvokeModel has no count, as that of embeddings has none; 2: another's has none, or what is none.
  `coalesce(2 * (${odd('outputTokens')}), 0 * strlen(outputTokens) + 2, 2 - strcontains(concat(coalesce(operation, ""), "."), "InvokeModel."))`,
  // 1, 2: what stands for tokens from the cache, and to it, is no count.
  `coalesce(${odd('readTokens')}, 0 * strlen(readTokens) + 1, 0)`,
  `coalesce(${odd('writeTokens')}, 0 * strlen(writeTokens) + 1, 0)`,
]

/** What a mark says of the calls of a row, which is put into the words of a report elsewhere. */
export const MARK_NAMES = [
  ...(['longer', 'ttlUntold', 'bodiless', 'noInput', 'noOutput', 'noRead', 'noWrite'] as const),
  // 1: how many images were made is not told. Insights sees what was asked for.
  'noImages',
] as const

const TERMS: readonly string[] = [
  `fields ${Object.entries(WORDS)
    .map(([name, expression]) => `${expression} as ${name}`)
    .join(', ')}`,
  'fields greatest(0, coalesce(inputTokens + 0, 0) + coalesce(readTokens + 0, 0) + coalesce(writeTokens + 0, 0)) as promptTokens',
  `fields ${MARKS.map((mark, place) => `${10 ** place} * (${mark})`).join(' + ')} as marks`,
]

export const TERM_COLUMNS = [...Object.keys(WORDS), 'marks'] as const

export const TIER_COLUMNS = ['tierWord', 'latencyMode', 'bodiless'] as const
export const TIER_COMMAND = `fields floor(marks / ${10 ** MARK_NAMES.indexOf('bodiless')}) % 10 as bodiless`

export const PREPARATION: readonly string[] = preparationOf(Object.keys(NUMBERS) as NumberName[], IDENTITY)

export const PRICED_PREPARATION: readonly string[] = pricedPreparationOf(Object.keys(NUMBERS) as NumberName[], IDENTITY)

/** The commands that make these numbers of a record and `TERM_COLUMNS`, and what a further expression needs to be found. */
export function pricedPreparationOf(names: readonly NumberName[], further = ''): string[] {
  const needed = wordsOf(TERMS.join(' '))
  const made = Object.keys(NUMBERS) as NumberName[]
  const all = made.filter((name) => names.includes(name) || needed.has(name))
  return [...preparationOf(all, [further, ...TERMS].join(' ')), ...TERMS]
}

/** The commands that make these numbers of a record, and what a further expression needs to be found; no more than that. */
export function preparationOf(names: readonly NumberName[], further = ''): string[] {
  const made = names.map((name) => `${NUMBERS[name]} as ${name}`).join(', ')
  const needed = wordsOf(`${made} ${further}`)
  for (const [name, [from]] of PARSED) if (needed.has(name)) needed.add(from)
  return [...PARSED]
    .filter(([name]) => needed.has(name))
    .map(([, [from, pattern]]) => `parse ${from} /${pattern}/`)
    .concat(made === '' ? [] : [`fields ${made}`])
}

function wordsOf(expression: string): Set<string> {
  return new Set(expression.match(/\w+/g))
}
