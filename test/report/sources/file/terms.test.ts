import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Context } from '../../../../src/core/context.ts'
import type { Row, Window } from '../../../../src/report/model.ts'
import { parsePrice } from '../../../../src/report/money.ts'
import type { Figures, PriceBook } from '../../../../src/report/prices/book.ts'
import { pricedId } from '../../../../src/report/prices/model-id.ts'
import { Aggregate } from '../../../../src/report/scan/aggregate.ts'
import { readFiles } from '../../../../src/report/sources/file/read.ts'
import { summarize } from '../../../../src/report/summarize.ts'
import { STANDARD_TERMS, type Terms } from '../../../../src/report/terms.ts'
import type { Report } from '../../../../src/report/view.ts'
import { inFolder } from '../../../support/folder.ts'
import { type RecordOptions, recordLine } from '../../../support/invocation-records.ts'
import { parseRecord } from '../../../support/parse-record.ts'
import { priceRows } from '../../../support/price-rows.ts'
import { report } from '../../../support/report.ts'
import { schemaFaults } from '../../../support/report-schema.ts'
import { recordLine as anyRecordLine } from '../../scan/arbitraries.ts'

const CX: Context = {
  clock: {
    now: () => Date.UTC(2026, 10, 23, 12),
    sleep: () => Promise.reject(new Error('reading files does not sleep')),
  },
  signal: new AbortController().signal,
  emit: () => {},
}

const NOVA = 'amazon.nova-pro-v1:0'
const SONNET_45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const SONNET_4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const SONNET_35 = 'us.anthropic.claude-3-5-sonnet-20240620-v1:0'

type Usd = Partial<Record<keyof Figures, number>>

/** AWS's list prices of four models in us-east-1, by what the terms say; a tier that is left out has none. */
const LIST: ReadonlyMap<string, (terms: Terms) => Usd | undefined> = new Map([
  [
    NOVA,
    ({ tier }) => {
      const factor = { standard: 1, flex: 0.5, priority: 1.75, 'latency-optimized': 1.25, batch: 0.5, reserved: 0 }[
        tier
      ]
      return factor === 0
        ? undefined
        : { input: 0.8 * factor, output: 3.2 * factor, cacheRead: 0.2 * factor, cacheWrite: 0 }
    },
  ],
  [
    SONNET_45,
    ({ tier }) =>
      tier === 'standard'
        ? { input: 3.3, output: 16.5, cacheRead: 0.33, cacheWrite: 4.125, cacheWrite1h: 6.6 }
        : undefined,
  ],
  [
    SONNET_4,
    ({ tier, promptOver }) => {
      if (tier !== 'standard') return undefined
      return promptOver >= 200_000 ? { input: 6, output: 22.5 } : { input: 3, output: 15 }
    },
  ],
  [SONNET_35, ({ tier }) => (tier === 'standard' ? { input: 3, output: 15 } : undefined)],
])

const BOOK: PriceBook = {
  lookup(modelId, _region, _at, terms = STANDARD_TERMS) {
    const id = pricedId(modelId)
    if (typeof id !== 'string') return id
    const usd = LIST.get(id)?.(terms)
    if (!usd) return { unpriced: `no price known for the ${terms.tier} tier` }
    const perMillion = Object.fromEntries(
      Object.entries(usd).map(([kind, price]) => [kind, parsePrice(Number(price.toFixed(6)))]),
    )
    return { perMillion, source: 'test@1', asOf: null, warnings: [] }
  },
}

/** The report of a file of these lines, at the prices above. */
function reportOf(
  lines: readonly string[],
  by: readonly string[] = ['model'],
  { book = BOOK, ...asked }: { book?: PriceBook; window?: Window; timeZone?: string } = {},
): Promise<Report> {
  return inFolder({ 'log.jsonl': `${lines.join('\n')}\n` }, async (folder) => {
    const reading = await readFiles(CX, { path: join(folder, 'log.jsonl') }, { by, ...asked })
    const facts = {
      generatedAt: 0,
      accounts: reading.accounts.map((id) => ({ id })),
      regions: reading.regions,
      source: 'file',
      hours: 1,
      by,
    }
    const { report: said } = summarize(reading, facts, book)
    expect(schemaFaults(said)).toEqual([])
    return said
  })
}

const BODY = { output: { message: { role: 'assistant', content: [{ text: '…' }] } }, stopReason: 'end_turn' }
const BARE = { operation: 'Converse', input: { inputTokenCount: 1_000_000 }, output: { outputTokenCount: 100_000 } }

/** A call of a million tokens and a hundred thousand back. */
function nova(asked: object, answered: object): RecordOptions {
  return {
    model: NOVA,
    input: { inputTokenCount: 1_000_000, inputBodyJson: { messages: [], ...asked } },
    output: { outputTokenCount: 100_000, outputBodyJson: { ...BODY, ...answered } },
  }
}

const optimized = { performanceConfig: { latency: 'optimized' } }
const ROUTER = 'arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1'
const CHOICE = {
  trace: { promptRouter: { invokedModelId: `arn:aws:bedrock:us-east-1:111122223333:inference-profile/${SONNET_35}` } },
}
const routed = (outputBodyJson: unknown, operation = 'Converse'): RecordOptions => ({
  operation,
  model: ROUTER,
  input: { inputTokenCount: 1_000, inputBodyJson: {} },
  output: { outputTokenCount: 100, outputBodyJson },
})
const written = (usage: object): RecordOptions => ({
  model: SONNET_45,
  input: { inputTokenCount: 1_000, cacheWriteInputTokenCount: 1_000_000, inputBodyJson: {} },
  output: { outputTokenCount: 100, outputBodyJson: { ...BODY, usage } },
})

describe('each call costs what its own terms say', () => {
  test.each<[string, RecordOptions, number]>([
    ['flex', nova({ serviceTier: { type: 'flex' } }, { serviceTier: { type: 'flex' } }), 0.56],
    ['priority', nova({ serviceTier: { type: 'priority' } }, { serviceTier: { type: 'priority' } }), 1.96],
    [
      'priority that became the default',
      nova({ serviceTier: { type: 'priority' } }, { serviceTier: { type: 'default' } }),
      1.12,
    ],
    [
      'flex of InvokeModel',
      { ...nova({ service_tier: 'flex' }, { service_tier: 'flex' }), operation: 'InvokeModel' },
      0.56,
    ],
    ['no tier', nova({}, {}), 1.12],
    ['low latency', nova(optimized, optimized), 1.4],
    ['low latency that became standard', nova(optimized, { performanceConfig: { latency: 'standard' } }), 1.12],
    [
      'counts as text',
      { model: NOVA, input: { inputTokenCount: '1000', inputBodyJson: {} }, output: { outputTokenCount: '100' } },
      0.00112,
    ],
    [
      'a long prompt',
      { model: SONNET_4, input: { inputTokenCount: 300_000 }, output: { outputTokenCount: 10_000 } },
      2.025,
    ],
    [
      'a short prompt',
      { model: SONNET_4, input: { inputTokenCount: 200_000 }, output: { outputTokenCount: 10_000 } },
      0.75,
    ],
    ['writes kept for an hour', written({ cacheDetails: [{ inputTokens: 1_000_000, ttl: '1h' }] }), 6.60495],
    [
      'writes kept for both',
      written({
        cacheDetails: [
          { inputTokens: 400_000, ttl: '5m' },
          { inputTokens: 600_000, ttl: '1h' },
        ],
      }),
      5.61495,
    ],
    [
      'tokens in the answer alone',
      {
        operation: 'InvokeModel',
        model: SONNET_45,
        input: { inputBodyJson: {} },
        output: {
          outputBodyJson: {
            usage: {
              input_tokens: 1_000,
              output_tokens: 100,
              cache_read_input_tokens: 5_000,
              cache_creation_input_tokens: 300,
            },
          },
        },
      },
      0.0078375,
    ],
    ["a prompt router's choice", routed({ ...BODY, ...CHOICE }), 0.0045],
    [
      "a prompt router's choice, streamed",
      routed([{ messageStop: {} }, { metadata: CHOICE }], 'ConverseStream'),
      0.0045,
    ],
  ])('%s', async (_what, options, costUsd) => {
    const { total, unpriced } = await reportOf([recordLine(options)])
    expect(total.costUsd).toBe(costUsd)
    expect(unpriced).toEqual([])
  })

  test('and calls of one model and hour on different terms add up', async () => {
    const lines = [nova({ serviceTier: { type: 'flex' } }, {}), nova({}, {}), nova(optimized, optimized)]
    const { total, prices, groups } = await reportOf(lines.map(recordLine))
    expect(total.costUsd).toBe(0.56 + 1.12 + 1.4)
    expect(groups).toHaveLength(1)
    expect(prices.map(({ tier, inputPerMillion }) => [tier, inputPerMillion])).toEqual([
      ['flex', 0.4],
      [undefined, 0.8],
      ['latency-optimized', 1],
    ])
  })

  test('and can be told apart by tier', async () => {
    const lines = [nova({ serviceTier: { type: 'flex' } }, {}), nova({}, {}), { ...BARE, model: NOVA }]
    const { groups } = await reportOf(lines.map(recordLine), ['tier'])
    expect(new Map(groups.map(({ key, costUsd }) => [key.tier, costUsd]))).toEqual(
      new Map([
        ['flex', 0.56],
        ['standard', 1.12],
        ['', 1.12],
      ]),
    )
  })
})

describe('what a record does not tell is a doubt with the most that it could add', () => {
  test.each<[string, RecordOptions, object[]]>([
    [
      'a tier, without bodies',
      { ...BARE, model: NOVA },
      [{ model: NOVA, untold: 'tier', calls: 1, couldAddUsd: 0.84 }],
    ],
    ['a tier that the model does not have', { ...BARE, model: SONNET_35 }, []],
    [
      'how long writes are kept, where the answer is elsewhere',
      {
        operation: 'InvokeModelWithResponseStream',
        model: SONNET_45,
        input: {
          inputTokenCount: 3,
          cacheReadInputTokenCount: 0,
          cacheWriteInputTokenCount: 1_000_000,
          inputBodyS3Path: 's3://b/data/x_input.json.gz',
        },
        output: { outputTokenCount: 142, outputBodyS3Path: 's3://b/data/x_output.json.gz' },
      },
      [
        { model: SONNET_45, untold: 'cacheTtl', calls: 1, couldAddUsd: 2.475 },
        { model: SONNET_45, untold: 'longPrice', calls: 1, couldAddUsd: 4.1261814 },
      ],
    ],
    [
      'how long some writes are kept',
      written({ cacheDetails: [{ inputTokens: 600_000, ttl: '1h' }] }),
      [
        { model: SONNET_45, untold: 'cacheTtl', calls: 1, couldAddUsd: 0.99 },
        { model: SONNET_45, untold: 'longPrice', calls: 1, couldAddUsd: 5.614125 },
      ],
    ],
    [
      "how long Amazon's own are kept, which is five minutes",
      {
        model: NOVA,
        input: { inputTokenCount: 1, cacheWriteInputTokenCount: 1_000, inputBodyJson: {} },
        output: { outputTokenCount: 1 },
      },
      [],
    ],
    [
      'how long a prompt was',
      { model: SONNET_4, input: { inputTokenCount: 'many', inputBodyJson: {} }, output: { outputTokenCount: 10_000 } },
      [{ model: SONNET_4, untold: 'promptLength', calls: 1, couldAddUsd: 0.075 }],
    ],
  ])('%s', async (_what, options, doubts) => {
    const said = await reportOf([recordLine(options)])
    expect(said.doubts).toEqual(doubts)
    const codes = ['tier-unknown', 'cache-write-ttl', 'prompt-length-unknown', 'long-prompt-price']
    expect(said.warnings.filter(({ code }) => codes.includes(code))).toHaveLength(doubts.length)
  })

  test('a tier that nobody knows is told by its word', async () => {
    const { warnings, total } = await reportOf([recordLine(nova({ serviceTier: { type: 'turbo' } }, {}))])
    expect(warnings).toContainEqual({
      code: 'tier-unknown',
      message: `1 call of ${NOVA} ran in the service tier 'turbo', which is not known: priced at the standard tier`,
    })
    expect(total.costUsd).toBe(1.12)
  })

  test('counts that are none are never 0 in silence', async () => {
    const lines = [
      { ...nova({}, {}), input: { inputTokenCount: -5, inputBodyJson: {} } },
      { ...nova({}, {}), output: { outputTokenCount: '1,000' } },
      { operation: 'Converse', model: SONNET_45, input: {}, output: {} },
      nova({}, {}),
    ]
    const { warnings, total } = await reportOf(lines.map(recordLine))
    expect(warnings.filter(({ code }) => code === 'counts-unknown').map(({ message }) => message)).toEqual([
      `2 calls of ${NOVA} have no usable count of input and output tokens: the cost does not include them; a count is a number such as 1000, without separators`,
      `1 call of ${SONNET_45} has no usable count of input and output tokens: the cost does not include them; a count is a number such as 1000, without separators`,
    ])
    expect([total.invocations, total.inputTokens, total.outputTokens]).toEqual([4, null, null])
  })

  test('failed calls have none, and that is all right', async () => {
    const { warnings, total } = await reportOf([recordLine({ model: NOVA, errorCode: 'ThrottlingException' })])
    expect(warnings.map(({ code }) => code)).not.toContain('counts-unknown')
    expect(total.costUsd).toBe(0)
  })

  test.each([
    ['a router that does not say what it chose', routed(BODY), /router/],
    [
      'an application profile',
      { ...BARE, model: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6' },
      /application inference profile/,
    ],
    ['a tier without a price', nova({ serviceTier: { type: 'reserved' } }, {}), /reserved/],
  ])('%s is unpriced and says why', async (_what, options, reason) => {
    const { total, unpriced } = await reportOf([recordLine(options)])
    expect(total.costUsd).toBeNull()
    expect(unpriced).toEqual([expect.objectContaining({ reason: expect.stringMatching(reason) })])
  })
})

/** The forms whose price the program's own book may or may not know. */
describe('with the prices that come with the program', () => {
  const sonic = {
    model: 'amazon.nova-sonic-v1:0',
    input: { inputTokenCount: 1_000_000 },
    output: { outputTokenCount: 1_000_000 },
  }
  test.each<[string, RecordOptions, number | null, RegExp]>([
    ['flex', nova({ serviceTier: { type: 'flex' } }, { serviceTier: { type: 'flex' } }), 0.56, /^$/],
    [
      'a long prompt to a model that costs more for these only where AWS lists it',
      { model: SONNET_4, input: { inputTokenCount: 300_000 }, output: { outputTokenCount: 10_000 } },
      1.05,
      /long-prompt-price: 1 call of .* has a long prompt and is priced as a short one, .*: at most \$0.98 more/,
    ],
    [
      'a short prompt to it',
      { model: SONNET_4, input: { inputTokenCount: 200_000, inputBodyJson: {} }, output: { outputTokenCount: 10_000 } },
      0.75,
      /^$/,
    ],
    [
      'writes kept for an hour',
      written({ cacheDetails: [{ inputTokens: 1_000_000, ttl: '1h' }] }),
      6.60495,
      /^long-prompt-price: [^\n]*$/,
    ],
    [
      'counts as text',
      { model: NOVA, input: { inputTokenCount: '1000', inputBodyJson: {} }, output: { outputTokenCount: '100' } },
      0.00112,
      /^$/,
    ],
    ['speech', sonic, null, /its speech tokens cost many times as much as its text tokens/],
    ["a router's choice", routed({ ...BODY, ...CHOICE }), 0.0045, /price-disputed/],
  ])('%s has its price, and what has to be said of it', (_what, options, costUsd, told) =>
    inFolder({ 'log.jsonl': recordLine(options) }, async (folder) => {
      const { report: said } = await report(CX, { source: { name: 'file', path: folder } })
      expect(said.total.costUsd).toBe(costUsd)
      const warnings = said.warnings.filter(({ code }) => code !== 'latency-incomplete')
      const texts = [
        ...warnings.map(({ code, message }) => `${code}: ${message}`),
        ...said.unpriced.map(({ reason }) => reason),
      ]
      expect(texts.join('\n')).toMatch(told)
    }),
  )
})

/** A price of its own for every combination of terms and model, so that any mix-up shows. */
const TELLING: PriceBook = {
  lookup(modelId, _region, _at, { tier, promptOver } = STANDARD_TERMS) {
    const salt = BigInt(
      [...`${modelId} ${tier} ${promptOver}`].reduce((sum, c, place) => sum + c.charCodeAt(0) * (place + 1), 1),
    )
    const perMillion = {
      input: salt,
      output: salt * 3n,
      cacheRead: salt * 5n,
      cacheWrite: salt * 7n,
      cacheWrite1h: salt * 11n,
    }
    return { perMillion, perImage: salt, source: 'test@1', asOf: null, warnings: [] }
  },
}

test('whatever records are summed together, and by whatever, they cost what each of them costs alone', () => {
  const costOf = (rows: readonly Row[]) =>
    [...priceRows(rows, TELLING).costs.values()].reduce<bigint>((sum, cost) => sum + (cost ?? 0n), 0n)
  const options = (dimensions: readonly string[]) => ({ dimensions, slotMs: 3_600_000, origin: 0 })
  const by = fc.subarray(['identity', 'operation', 'profile', 'tier', 'account', 'metadata:team'])
  let priced = 0
  fc.assert(
    fc.property(fc.array(anyRecordLine, { minLength: 3, maxLength: 12 }), by, (lines, dimensions) => {
      const records = lines.flatMap(
        (line) => parseRecord(line, dimensions.includes('metadata:team') ? ['team'] : []) ?? [],
      )
      const together = new Aggregate(options(dimensions))
      let alone = 0n
      for (const record of records) {
        together.add(record)
        const own = new Aggregate(options([]))
        own.add(record)
        alone += costOf(own.rows())
      }
      const elsewhere = new Aggregate(options(dimensions))
      elsewhere.merge(structuredClone(together.snapshot()))
      expect(costOf(together.rows())).toBe(alone)
      expect(costOf(elsewhere.rows())).toBe(alone)
      if (alone > 0n) priced++
    }),
    { numRuns: 300 },
  )
  expect(priced).toBeGreaterThan(30)
})

/** Its price doubles with the day of UTC that begins at noon in the middle of the Pacific. */
const DOUBLING: PriceBook = {
  changes: [Date.UTC(2026, 10, 21)],
  lookup(_modelId, _region, at) {
    const input = parsePrice(at.getTime() < Date.UTC(2026, 10, 21) ? 1 : 2)
    return { perMillion: { input, output: 0n }, source: 'test@1', asOf: null, warnings: [] }
  },
}

test.each([
  ['UTC', 30],
  ['Asia/Kolkata', 30],
  ['Pacific/Auckland', 30],
  ['Asia/Kolkata', 3],
])('calls beside a change of price cost the same in days of any zone: %s, %i days', async (timeZone, days) => {
  const lines = ['2026-11-20T23:45:00Z', '2026-11-21T00:15:00Z'].map((timestamp, index) =>
    recordLine({ model: NOVA, time: timestamp, requestId: `${index}`, ...BARE }),
  )
  const end = Date.UTC(2026, 10, 22, 9, 37)
  const asked = { book: DOUBLING, timeZone, window: { start: end - days * 86_400_000, end } }
  for (const by of [['model'], ['identity'], ['day'], ['hour', 'model'], ['month']]) {
    expect({ by, usd: (await reportOf(lines, by, asked)).total.costUsd }).toEqual({ by, usd: 3 })
  }
})

/** Some of a stream, as InvokeModelWithResponseStream answers. */
const STREAM = [
  { type: 'message_start', message: { usage: { cache_read_input_tokens: 2_000, cache_creation_input_tokens: 1_000 } } },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { invocationLatency: 900, firstByteLatency: 300 } },
]

test.each<[string, RecordOptions]>([
  ['a tier', nova({ serviceTier: { type: 'flex' } }, { serviceTier: { type: 'flex' } })],
  ['cache writes for an hour', written({ cacheDetails: [{ ttl: '1h', inputTokens: 1_000_000 }] })],
  [
    'a stream',
    {
      operation: 'InvokeModelWithResponseStream',
      model: SONNET_45,
      input: { inputTokenCount: 1_000, inputBodyJson: {} },
      output: { outputTokenCount: 100, outputBodyJson: STREAM },
    },
  ],
])('a body that is stored as text tells the same: %s', async (_, options) => {
  const record = JSON.parse(recordLine(options))
  const asText = {
    ...record,
    input: { ...record.input, inputBodyJson: JSON.stringify(record.input.inputBodyJson) },
    output: { ...record.output, outputBodyJson: JSON.stringify(record.output.outputBodyJson) },
  }
  const { total, doubts } = await reportOf([JSON.stringify(record)])
  const inSmall = JSON.stringify(asText).replace(/"\w+(?=":)/g, (name) => name.toLowerCase())
  for (const line of [JSON.stringify(asText), inSmall]) expect(await reportOf([line])).toMatchObject({ total, doubts })
})
