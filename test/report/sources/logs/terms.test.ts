import { expect, test } from '@jest/globals'
import type { Row } from '../../../../src/report/model.ts'
import { readLogs } from '../../../../src/report/sources/logs/read.ts'
import type { SourceReading } from '../../../../src/report/sources/source.ts'
import { lastHours } from '../../../../src/report/window.ts'
import { recordLine } from '../../../support/invocation-records.ts'
import { inWorld, REGION } from '../../../support/world.ts'

const GROUP = '/aws/bedrock/modelinvocations'
const ROUTED = 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-3-5-sonnet-20240620-v1:0'

/** So many fields that Insights sees none that come after them. */
const LONG = Object.fromEntries(Array.from({ length: 220 }, (_, index) => [`field${index}`, 'x']))

interface Made {
  operation?: string
  /** The bodies; left out where they are not in the record. */
  asked?: object
  answer?: object
  input?: object
  output?: object
  top?: object
}

/** A record with counts, unless it names its own. */
function line(model: string, { operation = 'Converse', asked, answer, input, output, top }: Made): string {
  const record = recordLine({
    model,
    operation,
    input: { inputTokenCount: 10, ...input, ...(asked && { inputBodyJson: asked }) },
    output: { ...(answer && { outputBodyJson: answer }), outputTokenCount: 5, ...output },
  })
  return top ? JSON.stringify({ ...(JSON.parse(record) as object), ...top }) : record
}

const converse = (more: object) => ({
  output: { message: { role: 'assistant', content: [{ text: 'a "serviceTier":{"type":"flex"} b' }] } },
  stopReason: 'end_turn',
  metrics: { latencyMs: 5 },
  usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  ...more,
})
const anthropic = (usage: object) => ({
  type: 'message',
  content: [],
  usage: { input_tokens: 10, output_tokens: 5, ...usage },
})
const metricsOfStream = { inputTokenCount: 10, outputTokenCount: 5, invocationLatency: 9, firstByteLatency: 3 }
const stream = (usage: object) => [
  { type: 'message_start', message: { content: [], usage: { input_tokens: 10, output_tokens: 1, ...usage } } },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': metricsOfStream },
]
const flex = { serviceTier: { type: 'flex' } }
const fast = { performanceConfig: { latency: 'optimized' } }
const written = { input: { inputTokenCount: 10, cacheWriteInputTokenCount: 900 } }

/** What a row says of the price, in short. */
function shown({ terms, billedModel, unknown, counters }: Row & { counters: { cacheWrite1hTokens?: number } }): object {
  return {
    ...(terms && terms.tier !== 'standard' && { tier: terms.tier }),
    ...(terms && terms.promptOver > 0 && { over: terms.promptOver }),
    ...(terms?.untold && { untold: terms.untold }),
    ...(billedModel !== undefined && { billedModel }),
    ...(unknown && { unknown: [...unknown] }),
    ...(counters.cacheWrite1hTokens ? { hour: counters.cacheWrite1hTokens } : {}),
  }
}

const CASES: readonly (readonly [name: string, made: Made, right: object])[] = [
  ['no word of a tier', { asked: {}, answer: converse({}) }, {}],
  ['tier asked for and answered', { asked: flex, answer: converse(flex) }, { tier: 'flex' }],
  ['tier turned down', { asked: flex, answer: converse({ serviceTier: { type: 'default' } }) }, {}],
  ['tier asked for, answer in S3', { asked: flex, output: { outputBodyS3Path: 's3://b/x' } }, { tier: 'flex' }],
  [
    'tier answered, request in S3',
    { input: { inputBodyS3Path: 's3://b/x' }, answer: converse(flex) },
    { tier: 'flex' },
  ],
  [
    'request in S3, answer of Converse without a word',
    { input: { inputBodyS3Path: 's3://b/x' }, answer: converse({}) },
    {},
  ],
  [
    'request in S3, answer of InvokeModel without a word',
    { operation: 'InvokeModel', input: { inputBodyS3Path: 's3://b/x' }, answer: anthropic({}) },
    { untold: ['tier'] },
  ],
  ['no bodies', {}, { untold: ['tier'] }],
  ['as a text', { asked: { serviceTier: 'priority' }, answer: converse({}) }, { tier: 'priority' }],
  [
    "Anthropic's request",
    { operation: 'InvokeModel', asked: { service_tier: 'auto' }, answer: anthropic({}) },
    { untold: ['tier'] },
  ],
  [
    "Anthropic's answer",
    { operation: 'InvokeModel', asked: {}, answer: anthropic({ service_tier: 'priority' }) },
    { tier: 'priority' },
  ],
  [
    "Anthropic's stream",
    { operation: 'InvokeModelWithResponseStream', asked: {}, answer: stream({ service_tier: 'batch' }) },
    { tier: 'batch' },
  ],
  [
    "OpenAI's request and answer",
    { operation: 'InvokeModel', asked: { service_tier: 'flex' }, answer: { service_tier: 'flex', choices: [] } },
    { tier: 'flex' },
  ],
  ['a word of nobody', { asked: { serviceTier: { type: 'Turbo' } }, answer: converse({}) }, { untold: ['tier'] }],
  ['long bodies, answered', { asked: LONG, answer: converse(flex) }, { tier: 'flex' }],
  ['long bodies, asked for', { asked: { ...LONG, ...flex }, answer: converse({}) }, { tier: 'flex' }],
  [
    'long bodies, a stream',
    { operation: 'InvokeModelWithResponseStream', asked: LONG, answer: stream({ service_tier: 'flex' }) },
    { tier: 'flex' },
  ],
  [
    "long bodies, Nova's stream",
    {
      operation: 'InvokeModelWithResponseStream',
      asked: LONG,
      answer: [{ metadata: { usage: {}, ...flex }, 'amazon-bedrock-invocationMetrics': metricsOfStream }],
    },
    { tier: 'flex' },
  ],
  [
    "a tool's own words",
    {
      asked: {
        toolConfig: {
          tools: [{ input: { serviceTier: { type: 'flex' }, performanceConfig: { latency: 'optimized' } } }],
        },
      },
      answer: converse({}),
    },
    {},
  ],
  ['optimised', { asked: fast, answer: converse(fast) }, { tier: 'latency-optimized' }],
  ['optimised, fallen back', { asked: fast, answer: converse({ performanceConfig: { latency: 'standard' } }) }, {}],
  ['optimised, at the top', { asked: {}, top: fast }, { tier: 'latency-optimized' }],
  ['optimised, long bodies', { asked: { ...LONG, ...fast }, answer: { note: 1 } }, { tier: 'latency-optimized' }],
  [
    'optimised, at the top of long bodies',
    { asked: LONG, answer: converse({}), top: fast },
    { tier: 'latency-optimized' },
  ],
  ['a prompt of 100,000', { asked: {}, input: { inputTokenCount: 100_000 } }, {}],
  [
    'a prompt of more',
    { asked: {}, input: { inputTokenCount: 1, cacheReadInputTokenCount: 100_000 } },
    { over: 100_000 },
  ],
  ['a prompt of 200,001', { asked: {}, input: { inputTokenCount: 200_001 } }, { over: 200_000 }],
  ['a prompt of 300,000', { asked: {}, input: { inputTokenCount: 300_000 } }, { over: 272_000 }],
  [
    'routed',
    { asked: {}, answer: converse({ trace: { promptRouter: { invokedModelId: ROUTED } } }) },
    { billedModel: ROUTED },
  ],
  [
    'routed, long bodies',
    { asked: LONG, answer: converse({ trace: { promptRouter: { invokedModelId: ROUTED } } }) },
    { billedModel: ROUTED },
  ],
  [
    'writes split',
    {
      ...written,
      asked: {},
      answer: anthropic({ cache_creation: { ephemeral_5m_input_tokens: 600, ephemeral_1h_input_tokens: 300 } }),
    },
    { hour: 300 },
  ],
  [
    'writes split in part',
    { ...written, asked: {}, answer: anthropic({ cache_creation: { ephemeral_1h_input_tokens: 300 } }) },
    { hour: 300, untold: ['cacheTtl'] },
  ],
  [
    'writes in details',
    {
      ...written,
      asked: {},
      answer: converse({
        usage: {
          cacheDetails: [
            { inputTokens: 500, ttl: '5m' },
            { ttl: '1h', inputTokens: 400 },
          ],
        },
      }),
    },
    { hour: 400 },
  ],
  [
    'writes in details the other way',
    { ...written, asked: LONG, answer: converse({ usage: { cacheDetails: [{ inputTokens: 900, ttl: '1h' }] } }) },
    { hour: 900 },
  ],
  ['writes without a split', { ...written, asked: {}, answer: converse({}) }, { untold: ['cacheTtl'] }],
  ['writes, no bodies', written, { untold: ['tier', 'cacheTtl'] }],
  ['counts as texts', { asked: {}, input: { inputTokenCount: '10' }, output: { outputTokenCount: ' 5 ' } }, {}],
  [
    'counts in the answer',
    { asked: {}, input: { inputTokenCount: null }, output: { outputTokenCount: null }, answer: converse({}) },
    {},
  ],
  [
    'no counts',
    { operation: 'InvokeModel', asked: {}, input: { inputTokenCount: null }, output: { outputTokenCount: null } },
    { untold: ['promptLength'], unknown: ['inputTokens', 'outputTokens'] },
  ],
  [
    'a failed call with tokens',
    { asked: flex, output: { outputTokenCount: null }, top: { errorCode: 'ModelTimeoutException' } },
    { tier: 'flex' },
  ],
  [
    'a failed call without',
    {
      asked: flex,
      input: { inputTokenCount: 0 },
      output: { outputTokenCount: 0 },
      top: { errorCode: 'ThrottlingException' },
    },
    {},
  ],
  ['no output of a conversation', { asked: {}, output: { outputTokenCount: null } }, { unknown: ['outputTokens'] }],
  ['negative', { asked: {}, input: { inputTokenCount: -10 } }, { untold: ['promptLength'], unknown: ['inputTokens'] }],
  ['broken', { asked: {}, input: { inputTokenCount: 10.5 } }, { untold: ['promptLength'], unknown: ['inputTokens'] }],
  ['absurd', { asked: {}, output: { outputTokenCount: 1e12 } }, { unknown: ['outputTokens'] }],
  [
    'no number',
    { asked: {}, input: { inputTokenCount: 10, cacheReadInputTokenCount: 'many' } },
    { unknown: ['cacheReadTokens'] },
  ],
]

/** What the log tells of these records, by their models. */
function readRecords(records: readonly string[]): Promise<SourceReading> {
  return inWorld({}, async ({ cx, sandbox, setup }) => {
    await setup()
    const timestamp = cx.clock.now() - 60_000
    const events = records.map((message) => ({ timestamp, message }))
    sandbox.services.logs.putRecord(REGION, GROUP, 'aws/bedrock/modelinvocations', events)
    const places = [{ account: '111122223333', region: REGION, cx: cx.in(REGION), logGroup: GROUP }]
    return readLogs(cx, places, { window: lastHours(cx.clock.now(), 24), by: ['model'] })
  })
}

test('each call is on the terms that its record tells, and what that does not tell is untold', async () => {
  const { rows, warnings } = await readRecords(CASES.map(([, made], index) => line(`maker.m${index}`, made)))
  const found = new Map(Array.from(rows, (row) => [row.dimensions.model, shown(row)]))
  CASES.forEach(([name, , right], index) => {
    expect([name, found.get(`maker.m${index}`)]).toEqual([name, right])
  })
  expect([...rows]).toHaveLength(CASES.length)
  const said = (code: string) => warnings.filter((one) => one.code === code).map(({ message }) => message)
  expect(said('tier-unknown')).toEqual([
    "1 call of maker.m13 ran in the service tier 'turbo', which is not known: priced at the standard tier",
  ])
  expect(said('counts-unknown')).toContain(
    '1 call of maker.m38 has no usable count of input and output tokens: the cost does not include them; a count is a number such as 1000, without separators',
  )
})

test('calls of a model on different terms are rows of their own, and calls on the same are one', async () => {
  const records = [
    line('maker.one', { asked: {}, answer: converse({}) }),
    line('maker.one', { asked: flex, answer: converse(flex) }),
    line('maker.one', { asked: {}, answer: converse({}), input: { inputTokenCount: 99_999 } }),
    line('maker.one', { asked: flex, answer: converse(flex), input: { inputTokenCount: 250_000 } }),
  ]
  const { rows } = await readRecords(records)
  const told = Array.from(rows, (row) => ({ ...shown(row), tokens: row.counters.inputTokens }))
  expect(told.sort((a, b) => a.tokens - b.tokens)).toEqual([
    { tier: 'flex', tokens: 10 },
    { tokens: 10 + 99_999 },
    { tier: 'flex', over: 200_000, tokens: 250_000 },
  ])
})

test('an embedding has no output, and an image no tokens', async () => {
  const image = { outputTokenCount: null, outputImageHeight: 1024 }
  const { rows, warnings } = await readRecords([
    line('amazon.titan-embed-text-v2:0', { operation: 'InvokeModel', asked: {}, output: { outputTokenCount: null } }),
    line('abcdefghij12', { operation: 'InvokeModel', asked: {}, output: { outputTokenCount: null } }),
    line('amazon.nova-canvas-v1:0', {
      operation: 'InvokeModel',
      asked: {},
      input: { inputTokenCount: null },
      output: image,
    }),
  ])
  expect(Array.from(rows, shown)).toEqual([{}, {}, {}])
  expect(warnings.map(({ code }) => code)).not.toContain('counts-unknown')
})
