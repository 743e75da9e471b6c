import { describe, expect, test } from '@jest/globals'
import { recordLine as line, type RecordOptions } from '../../support/invocation-records.ts'
import { parseRecord } from '../../support/parse-record.ts'

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

function read(options: RecordOptions, more: object = {}) {
  const record = parseRecord(JSON.stringify({ ...JSON.parse(line(options)), ...more }))
  if (record === undefined) throw new Error('it is a record')
  return record
}

/** A call with some tokens, of what was asked and answered. */
function call(asked: unknown, answered: unknown, operation = 'Converse', more: object = {}) {
  return read(
    {
      operation,
      input: { inputTokenCount: 10, ...(asked !== undefined && { inputBodyJson: asked }) },
      output: { outputTokenCount: 5, ...(answered !== undefined && { outputBodyJson: answered }) },
    },
    more,
  )
}

const METRICS = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 10, outputTokenCount: 5 } }
const INVOKE = 'InvokeModel'
const STREAM = 'InvokeModelWithResponseStream'

describe('the tier of a call', () => {
  test.each([
    ['asked and answered', call({ serviceTier: { type: 'flex' } }, { serviceTier: { type: 'flex' } }), 'flex'],
    ['asked, of an answer that does not repeat it', call({ serviceTier: { type: 'priority' } }, {}), 'priority'],
    ['asked as a word', call({ serviceTier: 'reserved' }, {}), 'reserved'],
    ['asked, where the answer is elsewhere', call({ serviceTier: { type: 'flex' } }, undefined), 'flex'],
    ['answered, where the request is elsewhere', call(undefined, { serviceTier: { type: 'flex' } }), 'flex'],
    [
      'resolved to another than was asked for',
      call({ serviceTier: { type: 'priority' } }, { serviceTier: { type: 'default' } }),
      'standard',
    ],
    [
      'resolved, beside the bodies',
      call(undefined, undefined, 'Converse', { serviceTier: 'priority', resolvedServiceTier: 'default' }),
      'standard',
    ],
    ['beside the bodies', call(undefined, undefined, 'Converse', { serviceTier: { type: 'flex' } }), 'flex'],
    ['of InvokeModel', call({ service_tier: 'priority' }, { usage: {} }, INVOKE), 'priority'],
    ['of InvokeModel, resolved', call({ service_tier: 'flex' }, { service_tier: 'default' }, INVOKE), 'standard'],
    ['in capitals', call({ service_tier: ' Flex ' }, {}, INVOKE), 'flex'],
    ["in Anthropic's usage", call({ service_tier: 'auto' }, { usage: { service_tier: 'batch' } }, INVOKE), 'batch'],
    [
      "in Anthropic's first event",
      call({}, [{ message: { usage: { service_tier: 'priority' } } }, METRICS], STREAM),
      'priority',
    ],
    ["in OpenAI's events", call({}, [{ service_tier: 'flex' }, { service_tier: 'flex', ...METRICS }], STREAM), 'flex'],
    ["in OpenAI's last event", call({}, [{ response: { service_tier: 'flex' } }, METRICS], STREAM), 'flex'],
    [
      "in Converse's last event",
      call({}, [{ messageStart: {} }, { metadata: { serviceTier: { type: 'flex' } } }], 'ConverseStream'),
      'flex',
    ],
    ['not named, of a request that is there', call({ messages: [] }, undefined), 'standard'],
    ['not named, of an answer of Converse that is there', call(undefined, { usage: {} }), 'standard'],
    [
      'with low latency',
      call({ performanceConfig: { latency: 'optimized' } }, { performanceConfig: { latency: 'optimized' } }),
      'latency-optimized',
    ],
    [
      'with low latency that AWS did not have',
      call({ performanceConfig: { latency: 'optimized' } }, { performanceConfig: { latency: 'standard' } }),
      'standard',
    ],
    [
      'with low latency, without an answer',
      call({ performanceConfig: { latency: 'optimized' } }, undefined),
      'latency-optimized',
    ],
    [
      'with low latency, beside the bodies',
      call(undefined, undefined, INVOKE, { performanceConfig: { latency: 'optimized' } }),
      'latency-optimized',
    ],
    [
      'with low latency, in the last event',
      call({}, [{ metadata: { performanceConfig: { latency: 'optimized' } } }], 'ConverseStream'),
      'latency-optimized',
    ],
  ])('%s', (_what, record, tier) => {
    expect(record.tier).toBe(tier)
    expect(record.billing.terms?.tier ?? 'standard').toBe(tier)
    expect(record.billing.terms?.untold).toBeUndefined()
  })

  test.each([
    ['without bodies', call(undefined, undefined)],
    ['with an answer of InvokeModel alone, which need not tell', call(undefined, {}, INVOKE)],
    ['with bodies that were cut to a text', call('{"messages":[', '{"outp')],
    ['asked as auto', call({ service_tier: 'auto' }, {}, INVOKE)],
    [
      'with standard latency beside the bodies',
      call(undefined, undefined, 'Converse', { performanceConfig: { latency: 'standard' } }),
    ],
  ])('is not told %s', (_what, { tier, billing }) => {
    expect(tier).toBe('')
    expect(billing.terms).toEqual({ tier: 'standard', promptOver: 0, untold: ['tier'] })
    expect(billing.strangeTier).toBeUndefined()
  })

  test.each([
    ['turbo', 'turbo'],
    ['a\u001b[31m long sentence', '?'],
  ])('that nobody knows is kept by its word, if it is one: %j', (word, strangeTier) => {
    expect(call({ serviceTier: { type: word } }, {}).billing).toMatchObject({
      strangeTier,
      terms: { untold: ['tier'] },
    })
  })
})

describe('the length of a prompt', () => {
  test.each<[Record<string, unknown>, number]>([
    [{ inputTokenCount: 100_000 }, 0],
    [{ inputTokenCount: 100_001 }, 100_000],
    [{ inputTokenCount: 1, cacheReadInputTokenCount: 199_999, cacheWriteInputTokenCount: 1 }, 200_000],
    [{ inputTokenCount: '300000' }, 272_000],
  ])('is that of the call, with what came from the cache or went there: %j', (counts, promptOver) => {
    const { billing } = read({
      input: { ...counts, inputBodyJson: {} },
      output: {
        outputTokenCount: 1,
        outputBodyJson: {
          usage: { cacheDetails: [{ ttl: '5m', inputTokens: counts.cacheWriteInputTokenCount ?? 0 }] },
        },
      },
    })
    expect(billing.terms?.promptOver ?? 0).toBe(promptOver)
    expect(billing.terms?.untold).toBeUndefined()
  })
})

describe('how long cache writes are kept', () => {
  const written = (outputBodyJson: unknown, cacheWriteInputTokenCount = 900, operation = 'Converse') =>
    read({
      operation,
      model: CLAUDE,
      input: { inputTokenCount: 3, cacheWriteInputTokenCount, inputBodyJson: {} },
      output: { outputTokenCount: 1, outputBodyJson },
    })

  const details = (...all: unknown[]) => ({ usage: { cacheDetails: all } })
  const creation = { cache_creation: { ephemeral_5m_input_tokens: 600, ephemeral_1h_input_tokens: 300 } }

  test.each([
    ['cache_creation', written({ usage: creation }, 900, INVOKE), 300],
    ['cache_creation of a first event', written([{ message: { usage: creation } }, METRICS], 900, STREAM), 300],
    ['cache_creation of a last event', written([{ usage: creation }, METRICS], 900, STREAM), 300],
    ['cacheDetails', written(details({ inputTokens: 900, ttl: '1h' })), 900],
    ['cacheDetails of five minutes', written(details({ ttl: '5m', inputTokens: 900 })), 0],
    [
      'cacheDetails of both, in several places',
      written(
        details({ ttl: '1h', inputTokens: 100 }, { ttl: '5m', inputTokens: 600 }, { ttl: '1h', inputTokens: '200' }),
      ),
      300,
    ],
    [
      'cacheDetails of a stream',
      written(
        [{ metadata: details({ ttl: '5m', inputTokens: 600 }, { ttl: '1h', inputTokens: 300 }) }],
        900,
        'ConverseStream',
      ),
      300,
    ],
  ])('is told by %s', (_what, { cacheWrite1hTokens, billing }, tokens) => {
    expect(cacheWrite1hTokens).toBe(tokens)
    expect(billing.terms).toBeUndefined()
  })

  test.each([
    ['by an answer that is elsewhere', written(undefined), undefined],
    ['by an answer without a split', written({ usage: {} }), undefined],
    ['of all by a split of some', written(details({ ttl: '1h', inputTokens: 300 })), 300],
    ['by another time to live', written(details({ ttl: '2h', inputTokens: 900 })), 0],
    ['by counts that are none', written(details({ ttl: '1h', inputTokens: -900 }, null, 7)), 0],
  ])('is not told %s', (_what, { cacheWrite1hTokens, billing }, tokens) => {
    expect(cacheWrite1hTokens).toBe(tokens)
    expect(billing.terms).toEqual({ tier: 'standard', promptOver: 0, untold: ['cacheTtl'] })
  })

  test('is never told of more than was written', () => {
    expect(written(details({ ttl: '1h', inputTokens: 5_000 })).cacheWrite1hTokens).toBe(900)
  })
})

describe('the model behind a prompt router', () => {
  const MODEL = 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-3-5-sonnet-20240620-v1:0'
  const routed = (trace: unknown) => ({ promptRouter: trace })

  test.each([
    ['answer', call({}, { trace: routed({ invokedModelId: MODEL }) }), MODEL],
    ['last event', call({}, [{ metadata: { trace: routed({ invokedModelId: MODEL }) } }], 'ConverseStream'), MODEL],
    ['event', call({}, [{ trace: routed({ invokedModelId: MODEL }) }], STREAM), MODEL],
    ['answer that names none', call({}, { trace: routed({}) }), undefined],
    [
      'answer that names the one that was called',
      call({}, { trace: routed({ invokedModelId: 'amazon.nova-lite-v1:0' }) }),
      undefined,
    ],
    ['request, which cannot know', call({ trace: routed({ invokedModelId: MODEL }) }, {}), undefined],
  ])('is told by the %s', (_what, { billing }, model) => {
    expect(billing.billedModel).toBe(model)
  })
})

describe('a count', () => {
  const input = (inputTokenCount: unknown) =>
    read({ input: { inputTokenCount, inputBodyJson: {} }, output: { outputTokenCount: 5 } })

  test.each([
    [1_000, 1_000],
    ['1000', 1_000],
    [' 12 ', 12],
    ['0', 0],
    ['1e3', 1_000],
    ['1000.0', 1_000],
    ['1.0E7', 10_000_000],
    [100_000_000, 100_000_000],
  ])('is read where it is clear what is meant: %j', (written, count) => {
    const record = input(written)
    expect(record.inputTokens).toBe(count)
    expect(record.billing.unknown).toBeUndefined()
  })

  test.each([
    [undefined],
    [null],
    ['1,000'],
    ['12.5'],
    [12.5],
    [-5],
    ['-5'],
    [''],
    ['many'],
    [true],
    [{}],
    [[5]],
    [1e12],
    [100_000_001],
    ['0x10'],
  ])('that is none is not known: %j', (written) => {
    const { inputTokens, billing } = input(written)
    expect(inputTokens).toBeUndefined()
    expect(billing.unknown).toEqual(new Set(['inputTokens']))
    expect(billing.terms?.untold).toEqual(['promptLength'])
  })

  test.each([
    ['cacheReadInputTokenCount', 'cacheReadTokens'],
    ['cacheWriteInputTokenCount', 'cacheWriteTokens'],
  ])('of the cache need not be there, but must be one: %s', (key, counter) => {
    const of = (count: unknown) =>
      read({ input: { inputTokenCount: 1, inputBodyJson: {}, [key]: count }, output: { outputTokenCount: 1 } })
    for (const none of [undefined, null]) expect(of(none).billing.unknown).toBeUndefined()
    for (const odd of [-1, 1.5, '1,000', 1e308, true, false, [5], [], { a: 1 }]) {
      expect([odd, of(odd).billing.unknown]).toEqual([odd, new Set([counter])])
    }
  })

  test.each([['5'], [-1], [[5]], [{}], [true], [2_000]])(
    'of cached tokens that cannot be leaves open how many of the prompt they were: %j',
    (cached_tokens) => {
      const usage = { prompt_tokens: 1_000, completion_tokens: 5, prompt_tokens_details: { cached_tokens } }
      const { inputTokens, cacheReadTokens, billing } = read({
        operation: INVOKE,
        model: 'openai.gpt-oss-20b-1:0',
        input: { inputBodyJson: {} },
        output: { outputBodyJson: { usage } },
      })
      if (cached_tokens === '5') expect([inputTokens, cacheReadTokens]).toEqual([995, 5])
      else expect([inputTokens, billing.unknown]).toEqual([1_000, new Set(['cacheReadTokens'])])
    },
  )

  test.each([
    ['an error code', { errorCode: 'ValidationException' }, {}],
    ['a status', {}, { status: 500 }],
  ])('is not missed of a call that failed, by %s', (_what, options, more) => {
    expect(read(options, more).billing).toEqual({ key: '' })
  })

  test.each([
    [
      'an embedding',
      { operation: INVOKE, model: 'amazon.titan-embed-text-v2:0', input: { inputTokenCount: 7, inputBodyJson: {} } },
    ],
    [
      'an embedding of an application profile',
      {
        operation: INVOKE,
        model: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6',
        input: { inputTokenCount: 7, inputBodyJson: {} },
      },
    ],
    [
      'an image',
      {
        operation: INVOKE,
        model: 'amazon.nova-canvas-v1:0',
        input: { inputBodyJson: {} },
        output: { outputImageHeight: 512 },
      },
    ],
    ['a ranking', { operation: INVOKE, model: 'cohere.rerank-v3-5:0', input: { inputBodyJson: {} } }],
  ])('that AWS does not log is not missed: %s', (_what, options) => {
    expect(read(options).billing.unknown).toBeUndefined()
  })

  test.each([
    ['a text model', { operation: INVOKE, model: CLAUDE, input: { inputTokenCount: 7 } }, ['outputTokens']],
    [
      'a stream of an application profile',
      { operation: STREAM, model: 'a1b2c3d4e5f6', input: { inputTokenCount: 7 } },
      ['outputTokens'],
    ],
    ['a call without any', {}, ['inputTokens', 'outputTokens']],
    [
      'images of no number',
      {
        operation: INVOKE,
        input: { inputBodyJson: { imageGenerationConfig: { numberOfImages: -1 } } },
        output: { outputImageHeight: 512 },
      },
      ['images'],
    ],
  ])('that should be there is missed: of %s', (_what, options, unknown) => {
    expect([...(read(options).billing.unknown ?? [])]).toEqual(unknown)
  })
})

describe('counts that are missing beside the bodies are those of the answer', () => {
  const answer = (outputBodyJson: unknown, operation = INVOKE) => {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, billing } = read({
      operation,
      model: CLAUDE,
      input: { inputBodyJson: {} },
      output: { outputBodyJson },
    })
    expect(billing.unknown).toBeUndefined()
    return [inputTokens, outputTokens, cacheReadTokens ?? 0, cacheWriteTokens ?? 0]
  }
  const anthropic = {
    input_tokens: 1_000,
    output_tokens: 100,
    cache_read_input_tokens: 5_000,
    cache_creation_input_tokens: 300,
  }
  const converse = { inputTokens: 1_000, outputTokens: 100, cacheReadInputTokens: 5_000, cacheWriteInputTokens: 300 }
  const nova = {
    inputTokens: 1_000,
    outputTokens: 100,
    cacheReadInputTokenCount: 5_000,
    cacheWriteInputTokenCount: 300,
  }
  const all = [1_000, 100, 5_000, 300]

  test.each([
    ['Anthropic', { usage: anthropic }, INVOKE, all],
    [
      'Anthropic, streamed',
      [{ message: { usage: { ...anthropic, output_tokens: 1 } } }, { usage: { output_tokens: 100 } }],
      STREAM,
      all,
    ],
    [
      'Anthropic, of a split alone',
      { usage: { input_tokens: 1, output_tokens: 2, cache_creation: { ephemeral_1h_input_tokens: 7 } } },
      INVOKE,
      [1, 2, 0, 7],
    ],
    ['Converse', { usage: converse }, 'Converse', all],
    ['Converse, as text', { usage: { inputTokens: '1000', outputTokens: '100' } }, 'Converse', [1_000, 100, 0, 0]],
    ['Converse, streamed', [{ contentBlockDelta: {} }, { metadata: { usage: converse } }], 'ConverseStream', all],
    ['Nova', { usage: nova }, INVOKE, all],
    [
      'a stream',
      [
        { x: 1 },
        {
          'amazon-bedrock-invocationMetrics': {
            inputTokenCount: 1_000,
            outputTokenCount: 100,
            cacheReadInputTokenCount: 5_000,
            cacheWriteInputTokenCount: 300,
          },
        },
        '[DONE]',
      ],
      STREAM,
      all,
    ],
    [
      'OpenAI',
      { usage: { prompt_tokens: 1_000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 600 } } },
      INVOKE,
      [400, 100, 600, 0],
    ],
    [
      'OpenAI, streamed',
      [{ usage: null }, { usage: { prompt_tokens: 1_000, completion_tokens: 100 } }],
      STREAM,
      [1_000, 100, 0, 0],
    ],
    [
      'OpenAI, by responses',
      { usage: { input_tokens: 1_000, output_tokens: 100, input_tokens_details: { cached_tokens: 600 } } },
      'Responses',
      [400, 100, 600, 0],
    ],
    ['Titan', { inputTextTokenCount: 1_000, results: [{ tokenCount: 100 }] }, INVOKE, [1_000, 100, 0, 0]],
    ['Llama', { prompt_token_count: 1_000, generation_token_count: 100 }, INVOKE, [1_000, 100, 0, 0]],
  ])('%s', (_what, body, operation, counts) => {
    expect(answer(body, operation)).toEqual(counts)
  })

  test("but where a record has its own, the answer's are not asked", () => {
    const own = read({
      input: { inputTokenCount: 7, inputBodyJson: {} },
      output: { outputTokenCount: 8, outputBodyJson: { usage: { inputTokens: 1, outputTokens: 2 } } },
    })
    expect([own.inputTokens, own.outputTokens]).toEqual([7, 8])
  })

  test('an output of which only the beginning is counted is not known', () => {
    const { billing } = read({
      operation: STREAM,
      model: CLAUDE,
      input: { inputTokenCount: 7, inputBodyJson: {} },
      output: { outputBodyJson: [{ message: { usage: { ...anthropic, output_tokens: 1 } } }] },
    })
    expect(billing.unknown).toEqual(new Set(['outputTokens']))
  })
})

test('a number in the metadata of a request is told as its text', () => {
  expect(
    parseRecord(JSON.stringify({ ...JSON.parse(line()), requestMetadata: { team: 7 } }), ['team'])?.metadata,
  ).toEqual(['7'])
})
