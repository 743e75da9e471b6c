import type { Invocation } from './invocation.ts'

/** The request and the answer of a call, as its model's API has them. The text is invented. */
export interface Bodies {
  input: object
  output: object
}

const PHRASE = 'Sum up the weather at the harbour in one friendly sentence. '

export function bodiesOf(invocation: Invocation): Bodies {
  switch (invocation.format) {
    case 'titan-embedding':
      return {
        input: { inputText: textOf(invocation.look.messageLength), dimensions: 256, normalize: true },
        output: { embedding: [0.0125, -0.0375, 0.0625], inputTextTokenCount: invocation.inputTokens },
      }
    case 'nova-image':
      return {
        input: {
          taskType: 'TEXT_IMAGE',
          textToImageParams: { text: textOf(invocation.look.messageLength) },
          imageGenerationConfig: { numberOfImages: invocation.images, width: 1024, height: 1024 },
        },
        output: { images: ['iVBORw0KGgo='] },
      }
    default:
      return invocation.operation.startsWith('Converse') ? converse(invocation) : nativeBodies(invocation)
  }
}

/** Converse and ConverseStream are logged alike: one object with its latency and its usage. */
function converse(invocation: Invocation): Bodies {
  const { serviceTier, latencyMode, routedModel } = invocation
  const isInTier = serviceTier !== undefined && serviceTier.asked !== 'default'
  return {
    input: {
      messages: messagesOf(invocation),
      inferenceConfig: { maxTokens: 4_096, temperature: 0.5 },
      ...(isInTier && { serviceTier: { type: serviceTier.asked } }),
      ...(latencyMode && { performanceConfig: { latency: 'optimized' } }),
    },
    output: {
      output: { message: { role: 'assistant', content: [{ text: textOf(60) }] } },
      stopReason: 'end_turn',
      metrics: { latencyMs: invocation.latencyMs },
      usage: { ...camelUsage(invocation), ...cacheDetails(invocation) },
      ...(routedModel !== undefined && { trace: { promptRouter: { invokedModelId: routedModel } } }),
      ...(latencyMode && { performanceConfig: { latency: latencyMode } }),
      ...(isInTier && { serviceTier: { type: serviceTier.resolved } }),
    },
  }
}

function cacheDetails({ cacheWriteTokens, cacheWrite1hTokens, look }: Invocation): object {
  const parts = [
    { ttl: '5m', inputTokens: cacheWriteTokens - cacheWrite1hTokens },
    { ttl: '1h', inputTokens: cacheWrite1hTokens },
  ].filter(({ inputTokens }) => inputTokens > 0)
  if (parts.length === 0) return {}
  // Which key comes first is not documented.
  return {
    cacheDetails: parts.map(({ ttl, inputTokens }) =>
      look.keyOrder === 'older' ? { inputTokens, ttl } : { ttl, inputTokens },
    ),
  }
}

function nativeBodies(invocation: Invocation): Bodies {
  const streams = invocation.operation === 'InvokeModelWithResponseStream'
  if (invocation.format === 'anthropic') {
    const input = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 4_096, messages: messagesOf(invocation) }
    return { input, output: streams ? anthropicStream(invocation) : anthropicAnswer(invocation) }
  }
  const input = { messages: messagesOf(invocation), inferenceConfig: { maxTokens: 4_096 } }
  return { input, output: streams ? novaStream(invocation) : novaAnswer(invocation) }
}

function anthropicAnswer(invocation: Invocation): object {
  const content = [{ type: 'text', text: textOf(60) }]
  const usage = anthropicUsage(invocation, invocation.outputTokens)
  return { type: 'message', role: 'assistant', content, stop_reason: 'end_turn', usage }
}

function anthropicStream(invocation: Invocation): object[] {
  return [
    { type: 'message_start', message: { role: 'assistant', usage: anthropicUsage(invocation, 1) } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: textOf(60) } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: invocation.outputTokens } },
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': streamMetrics(invocation) },
  ]
}

function anthropicUsage(invocation: Invocation, output_tokens: number): object {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, serviceTier } = invocation
  const cached = {
    cache_read_input_tokens: cacheReadTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - cacheWrite1hTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
  }
  const tier = serviceTier?.resolved === 'default' ? 'standard' : serviceTier?.resolved
  return {
    input_tokens: inputTokens,
    ...(cacheReadTokens + cacheWriteTokens > 0 && cached),
    output_tokens,
    ...(tier !== undefined && { service_tier: tier }),
  }
}

function novaAnswer(invocation: Invocation): object {
  return {
    output: { message: { role: 'assistant', content: [{ text: textOf(60) }] } },
    stopReason: 'end_turn',
    usage: camelUsage(invocation),
  }
}

function novaStream(invocation: Invocation): object[] {
  return [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: textOf(60) }, contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage: camelUsage(invocation) }, 'amazon-bedrock-invocationMetrics': streamMetrics(invocation) },
  ]
}

function camelUsage({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Invocation): object {
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
    ...(cacheReadTokens > 0 && { cacheReadInputTokens: cacheReadTokens }),
    ...(cacheWriteTokens > 0 && { cacheWriteInputTokens: cacheWriteTokens }),
  }
}

function streamMetrics(invocation: Invocation): object {
  return {
    inputTokenCount: invocation.inputTokens,
    outputTokenCount: invocation.outputTokens,
    invocationLatency: invocation.latencyMs,
    firstByteLatency: invocation.timeToFirstTokenMs,
  }
}

function messagesOf({ look }: Invocation): object[] {
  const text = textOf(look.messageLength)
  return Array.from({ length: look.messages }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: [{ text }],
  }))
}

function textOf(length: number): string {
  return PHRASE.repeat(Math.ceil(length / PHRASE.length)).slice(0, length)
}
