import { proseWriter } from './prose.js'
import { seededRandom } from './random.js'

const ACCOUNT = '111122223333'
const START = Date.UTC(2026, 8, 1)
const IDENTITIES = ['user/ana', 'user/build', 'assumed-role/Chat/web', 'assumed-role/Search/indexer'].map((name) =>
  name.startsWith('user') ? `arn:aws:iam::${ACCOUNT}:${name}` : `arn:aws:sts::${ACCOUNT}:${name}`,
)

/** How often each kind of call comes up, and what writes its record. */
const KINDS = [
  { share: 0.34, make: converse('Converse', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0') },
  { share: 0.2, make: converse('ConverseStream', 'us.amazon.nova-pro-v1:0') },
  { share: 0.16, make: invoke },
  { share: 0.1, make: invokeStream },
  { share: 0.12, make: embedding },
  { share: 0.04, make: metadataOnly },
  { share: 0.04, make: failed },
]

/**
 * Records of the shapes that Bedrock logs, without end, in the order of their times.
 * @param {number} seed
 * @param {number} [kind] of {@link KINDS}, to get one shape only
 */
export function* records(seed, kind) {
  const random = seededRandom(seed)
  const prose = proseWriter(random)
  const between = (least, most) => Math.floor(least * (most / least) ** random())
  const tools = { random, prose, between }
  for (let count = 0; ; count++) {
    const { make } = kind === undefined ? draw(random()) : KINDS[kind]
    yield JSON.stringify(envelope(tools, count, make(tools)))
  }
}

function draw(chance) {
  let below = 0
  for (const kind of KINDS) {
    below += kind.share
    if (chance < below) return kind
  }
  return KINDS[0]
}

/** Newer records put identity and schemaType last, older ones first. */
function envelope({ random }, count, { operation, modelId, input, output, ...rest }) {
  const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  const identity = { arn: IDENTITIES[Math.floor(random() * IDENTITIES.length)] }
  const schema = { schemaType: 'ModelInvocationLog', schemaVersion: '1.0' }
  const call = {
    timestamp: `${new Date(START + Math.floor(count * 2.5) * 1000).toISOString().slice(0, 19)}Z`,
    accountId: ACCOUNT,
  }
  const what = {
    region: 'us-east-1',
    requestId: `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
    operation,
    modelId,
  }
  const metadata = random() < 0.3 ? { requestMetadata: { team: random() < 0.5 ? 'search' : 'chat' } } : {}
  return random() < 0.3
    ? { ...schema, ...call, identity, ...what, ...metadata, input, output, ...rest }
    : { ...call, ...what, ...metadata, input, output, ...rest, identity, ...schema }
}

const json = (kind, body, counts) => ({
  [`${kind}ContentType`]: 'application/json',
  [`${kind}BodyJson`]: body,
  ...counts,
})

function converse(operation, modelId) {
  return ({ prose, between }) => {
    const [inputTokens, outputTokens] = [between(200, 8000), between(30, 1500)]
    const turns = [prose.text(inputTokens * 2), prose.text(300), prose.text(inputTokens * 1.5)]
    const messages = turns.map((text, turn) => ({ role: turn % 2 ? 'assistant' : 'user', content: [{ text }] }))
    const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
    return {
      operation,
      modelId,
      input: json(
        'input',
        { system: [{ text: prose.text(800) }], messages, inferenceConfig: { maxTokens: 4096, temperature: 1 } },
        { inputTokenCount: inputTokens },
      ),
      output: json(
        'output',
        {
          output: { message: { role: 'assistant', content: [{ text: prose.text(outputTokens * 4) }] } },
          stopReason: 'end_turn',
          metrics: { latencyMs: 300 + outputTokens * 9 },
          usage,
        },
        { outputTokenCount: outputTokens },
      ),
    }
  }
}

function invoke({ prose, between }) {
  const [inputTokens, outputTokens] = [between(200, 8000), between(30, 1500)]
  const question = { role: 'user', content: [{ type: 'text', text: prose.text(inputTokens * 4) }] }
  return {
    operation: 'InvokeModel',
    modelId: 'anthropic.claude-3-sonnet-20240229-v1:0',
    input: json(
      'input',
      { anthropic_version: 'bedrock-2023-05-31', messages: [question], max_tokens: 2048, temperature: 0 },
      { inputTokenCount: inputTokens },
    ),
    output: json(
      'output',
      {
        id: 'msg_bdrk_01',
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text: prose.text(outputTokens * 4) }],
        stop_reason: 'end_turn',
        usage: { input_tokens: inputTokens, output_tokens: outputTokens },
      },
      { outputTokenCount: outputTokens },
    ),
  }
}

/** The densest shape there is: one small object for every few letters of the answer. */
function invokeStream({ prose, between }) {
  const [inputTokenCount, outputTokenCount] = [between(200, 8000), between(30, 800)]
  const write = Math.floor(inputTokenCount / 2)
  const split = { ephemeral_5m_input_tokens: write, ephemeral_1h_input_tokens: 0 }
  const question = { role: 'user', content: [{ type: 'text', text: prose.text(inputTokenCount * 4) }] }
  const deltas = Array.from({ length: Math.ceil(outputTokenCount / 2) }, () => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: `${prose.word()} ${prose.word()}` },
  }))
  const end = {
    inputTokenCount,
    outputTokenCount,
    invocationLatency: 500 + outputTokenCount * 9,
    firstByteLatency: 450,
  }
  return {
    operation: 'InvokeModelWithResponseStream',
    modelId: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    input: json(
      'input',
      { anthropic_version: 'bedrock-2023-05-31', messages: [question], max_tokens: 2000 },
      { inputTokenCount, cacheReadInputTokenCount: 2048, cacheWriteInputTokenCount: write },
    ),
    output: json(
      'output',
      [
        { type: 'message_start', message: { usage: { input_tokens: inputTokenCount, cache_creation: split } } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        ...deltas,
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: outputTokenCount } },
        { type: 'message_stop', 'amazon-bedrock-invocationMetrics': end },
      ],
      { outputTokenCount },
    ),
  }
}

/** Its vectors are not logged: embedding delivery is off by default. */
function embedding({ prose, between }) {
  const tokens = between(50, 2000)
  return {
    operation: 'InvokeModel',
    modelId: 'amazon.titan-embed-text-v2:0',
    input: json('input', { inputText: prose.text(tokens * 4) }, { inputTokenCount: tokens }),
    output: { outputContentType: 'application/json' },
  }
}

function metadataOnly({ between }) {
  return {
    operation: 'Converse',
    modelId: 'apac.amazon.nova-micro-v1:0',
    input: { inputContentType: 'application/json', inputTokenCount: between(10, 500) },
    output: { outputContentType: 'application/json', outputTokenCount: between(10, 500) },
  }
}

function failed() {
  return {
    operation: 'Converse',
    modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    input: {},
    output: {},
    errorCode: 'ValidationException',
  }
}
