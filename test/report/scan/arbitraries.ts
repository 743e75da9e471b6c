import fc from 'fast-check'
import { PATHS } from '../../../src/report/scan/fields.ts'

/** Every key on the way to a field, and some that JavaScript treats in its own way. */
const KEYS = [
  ...new Set(PATHS.flatMap(({ keys }) => keys)),
  'ttl',
  'requestMetadata',
  'team',
  'é"\\',
  '__proto__',
  'constructor',
  'length',
  '',
]

/** Text as it may stand between quotation marks, some of its characters as escapes that mean the same. */
const jsonText = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.infiniteStream(fc.nat(7))).map(([value, dice]) => {
    const characters = [
      ...JSON.stringify(value)
        .slice(1, -1)
        .matchAll(/\\u[\da-f]{4}|\\.|[^\\]/gsu),
    ].map(([c]) => c)
    const written = characters.map((c) => (c.length === 1 && dice.next().value === 0 ? escaped(c) : c))
    return `"${written.join('')}"`
  })

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'a', '\n', '😀', '\ud800', '\u2028') }),
  fc.constantFrom(
    'ModelInvocationLog',
    '2026-09-08T12:10:33Z',
    'Converse',
    'InvokeModelWithResponseStream',
    'InvokeModel',
  ),
)

const number = fc.oneof(
  fc.nat().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '0',
    '-0',
    '1e3',
    '1E+2',
    '12.0',
    '-5',
    '0.5',
    '1e400',
    '9007199254740993',
    '123456789',
    '1234567890',
    '4294967296',
  ),
)

const space = fc.constantFrom('', '', '', ' ', '\t', '\r', '  ')

const key = jsonText(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: text }))

/** The text of any JSON value on one line: keys come up anywhere and more than once. */
export const jsonValue: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.oneof(number, jsonText(text), fc.constantFrom('true', 'false', 'null', '"[DONE]"')),
    tie('list'),
    tie('object'),
  ),
  list: listed('[', ']', tie('value')),
  object: listed('{', '}', member(key, tie('value'))),
})).value

/** A member of an object, with white space where JSON allows it. */
function member(name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(name, space, space, value).map(([k, before, after, v]) => `${k}${before}:${after}${v}`)
}

function listed(open: string, close: string, item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(fc.tuple(space, item, space), { maxLength: 6 }), space)
    .map(([items, inner]) =>
      items.length === 0 ? open + inner + close : open + items.map((i) => i.join('')).join(',') + close,
    )
}

const wordAt = (...words: string[]) => jsonText(fc.constantFrom(...words))

/** Values that belong at the paths, with any others in their place now and then. */
function mostly(usual: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: jsonValue })
}

function object(members: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const known = Object.entries(members).map(([name, value]) => member(jsonText(fc.constant(name)), mostly(value)))
  const any = member(key, jsonValue)
  return listed('{', '}', fc.oneof({ weight: 10, arbitrary: fc.oneof(...known) }, { weight: 1, arbitrary: any }))
}

/** Counts as they should be, and in all the ways in which they are none. */
const count = fc.oneof(
  { weight: 3, arbitrary: number },
  fc.constantFrom('"1000"', '" 12 "', '"1,000"', '"1e3"', '"1000.0"', '"12.5"', '"-5"', '""', 'null', 'true', '[7]'),
)
const split = object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count })
const tier = wordAt('default', 'flex', 'Priority', 'reserved', 'auto', 'batch', 'turbo', ' ')
const tierOrType = fc.oneof(tier, object({ type: tier }))
const detail = object({ ttl: wordAt('5m', '1h', '2h'), inputTokens: count })
const usage = object({
  cache_creation: split,
  cacheDetails: listed('[', ']', mostly(detail)),
  input_tokens: count,
  inputTokens: count,
  prompt_tokens: count,
  prompt_tokens_details: object({ cached_tokens: count }),
  outputTokens: count,
  completion_tokens: count,
  cacheReadInputTokens: count,
  cacheWriteInputTokens: count,
  service_tier: tier,
})
const performanceConfig = object({ latency: wordAt('standard', 'optimized') })
const trace = object({
  promptRouter: object({ invokedModelId: wordAt('arn:aws:bedrock:us-east-1::inference-profile/us.m', 'é') }),
})
/** What an answer tells of itself, and the last event of a stream. */
const told = { usage, trace, performanceConfig, serviceTier: tierOrType, service_tier: tier }
const element = object({
  type: wordAt('message_start', 'content_block_delta'),
  delta: object({ type: wordAt('text_delta'), text: jsonText(text) }),
  message: object({ usage }),
  metadata: object(told),
  response: object(told),
  ...told,
  'amazon-bedrock-invocationMetrics': object({
    invocationLatency: number,
    firstByteLatency: number,
    inputTokenCount: count,
    outputTokenCount: count,
    cacheReadInputTokenCount: count,
  }),
})

const metrics = number.map((n) => `"amazon-bedrock-invocationMetrics":{"invocationLatency":${n},"firstByteLatency":7}`)
const written = number.map((n) => `"usage":{"cache_creation":{"ephemeral_5m_input_tokens":${n}}}`)

/** Events of a stream that begin alike for long, with fields that are wanted before or after that, or inside the text. */
const event = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":',
        '{"delta":{"a":[',
      ),
      jsonText(fc.oneof(text, metrics)),
      fc.oneof(fc.constant(''), metrics, written, fc.constant('"message":5')),
    )
    .map(([start, value, end]) => `${start}${value}${start.endsWith('[') ? ']' : ''}}${end === '' ? '' : ','}${end}}`),
  fc
    .tuple(written, jsonText(text), fc.oneof(metrics, fc.constant('"x":{}')))
    .map(([first, value, end]) => `{${first},"type":"some long type of event","text":${value},${end}}`),
  fc
    .tuple(jsonText(fc.constantFrom('one', 'two', 'usage')), fc.oneof(metrics, written))
    .map(([value, end]) => `{"type":"another long type of event","text":${value},"other":${value},${end}}`),
)

const body = fc.oneof(
  fc.array(event, { minLength: 2, maxLength: 12 }).map((events) => `[${events.join(',')}]`),
  object({
    metrics: object({ latencyMs: number }),
    images: listed('[', ']', jsonText(text)),
    results: listed('[', ']', object({ tokenCount: count })),
    inputTextTokenCount: count,
    generation_token_count: count,
    ...told,
  }),
  listed('[', ']', fc.oneof({ weight: 9, arbitrary: element }, { weight: 1, arbitrary: jsonValue })),
)

/** A record that has what makes it one, followed by anything: fields left out, doubled, misplaced or of the wrong kind. */
export const recordLine: fc.Arbitrary<string> = fc
  .tuple(
    wordAt(
      '2026-09-08T12:10:33Z',
      '2024-02-29T23:59:59.123Z',
      '2026-09-08T12:10:33+02:00',
      '2026-02-30T00:00:00Z',
      'now',
    ),
    wordAt('us.amazon.nova-pro-v1:0', 'é\\"', ''),
    wordAt('Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream'),
    object({
      identity: object({ arn: jsonText(text) }),
      region: wordAt('us-east-1'),
      schemaType: wordAt('ModelInvocationLog'),
      requestMetadata: object({ team: jsonText(text), 'é"\\': jsonText(text), ['__proto__']: jsonText(text) }),
      errorCode: wordAt('ThrottlingException'),
      status: number,
      input: object({
        inputTokenCount: count,
        cacheReadInputTokenCount: count,
        cacheWriteInputTokenCount: count,
        inputBodyJson: object({
          imageGenerationConfig: object({ numberOfImages: count }),
          performanceConfig,
          serviceTier: tierOrType,
          service_tier: tierOrType,
        }),
      }),
      performanceConfig,
      serviceTier: tierOrType,
      output: object({ outputTokenCount: count, outputImageHeight: number, outputBodyJson: body }),
    }),
  )
  .map(([timestamp, modelId, operation, rest]) => {
    const start = `{"timestamp":${timestamp},"modelId":${modelId},"operation":${operation}`
    return /^\{\s*\}$/.test(rest) ? `${start}}` : `${start},${rest.slice(1)}`
  })
