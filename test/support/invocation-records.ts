/** Records in the shapes that Bedrock writes, made up: what stands in them is for the tests to choose. */

export interface RecordOptions {
  time?: string
  account?: string
  region?: string
  /** Each record has its own; a call that is told twice has one. */
  requestId?: string
  model?: string
  identity?: string
  operation?: string
  input?: object
  output?: object
  metadata?: Record<string, string>
  errorCode?: string
  /** Older records begin with schemaType and identity, newer ones end with them. */
  older?: boolean
}

let made = 0

function nextRequestId(): string {
  return `6d1f2f0e-2b6c-4f58-9a35-${(++made).toString(16).padStart(12, '0')}`
}

export function recordLine(options: RecordOptions = {}): string {
  const schema = { schemaType: 'ModelInvocationLog', schemaVersion: '1.0' }
  const identity = { identity: { arn: options.identity ?? 'arn:aws:iam::111122223333:user/ada' } }
  const head = {
    timestamp: options.time ?? '2026-11-20T10:15:00Z',
    accountId: options.account ?? '111122223333',
    region: options.region ?? 'us-east-1',
    requestId: options.requestId ?? nextRequestId(),
    operation: options.operation ?? 'Converse',
    modelId: options.model ?? 'amazon.nova-lite-v1:0',
    ...(options.metadata && { requestMetadata: options.metadata }),
  }
  const sides = {
    input: { inputContentType: 'application/json', ...options.input },
    output: { outputContentType: 'application/json', ...options.output },
  }
  const end = options.errorCode === undefined ? {} : { errorCode: options.errorCode }
  return JSON.stringify(
    options.older
      ? { ...schema, ...head, ...identity, ...sides, ...end }
      : { ...head, ...sides, ...identity, ...end, ...schema },
  )
}

/** A Converse call with its counts and its latency. */
export function converse(
  inputTokens: number,
  outputTokens: number,
  latencyMs: number,
  more: RecordOptions = {},
): string {
  return recordLine({
    operation: 'Converse',
    input: {
      inputBodyJson: { messages: [{ role: 'user', content: [{ text: 'hello' }] }] },
      inputTokenCount: inputTokens,
    },
    output: {
      outputBodyJson: {
        output: { message: { role: 'assistant', content: [{ text: 'hi' }] } },
        stopReason: 'end_turn',
        metrics: { latencyMs },
        usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
      },
      outputTokenCount: outputTokens,
    },
    ...more,
  })
}

/** A stream of InvokeModel with cache tokens, the split of its cache writes, and both durations. */
export function stream(
  counts: { input: number; output: number; read: number; written5m: number; written1h: number },
  durations: { latencyMs: number; firstByteMs: number },
  more: RecordOptions = {},
): string {
  const { input, output, read, written5m, written1h } = counts
  const written = written5m + written1h
  return recordLine({
    operation: 'InvokeModelWithResponseStream',
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    input: {
      inputBodyJson: { max_tokens: 9, messages: [] },
      inputTokenCount: input,
      cacheReadInputTokenCount: read,
      cacheWriteInputTokenCount: written,
    },
    output: {
      outputBodyJson: [
        {
          type: 'message_start',
          message: {
            usage: {
              input_tokens: input,
              cache_creation: { ephemeral_5m_input_tokens: written5m, ephemeral_1h_input_tokens: written1h },
            },
          },
        },
        {
          type: 'message_stop',
          'amazon-bedrock-invocationMetrics': {
            inputTokenCount: input,
            outputTokenCount: output,
            invocationLatency: durations.latencyMs,
            firstByteLatency: durations.firstByteMs,
          },
        },
      ],
      outputTokenCount: output,
    },
    ...more,
  })
}
