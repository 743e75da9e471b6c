import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { evaluate, type Scope } from '../../../src/sandbox/services/cloudwatch/math/evaluate.ts'
import { parseExpression } from '../../../src/sandbox/services/cloudwatch/math/parse.ts'
import type { Series } from '../../../src/sandbox/services/cloudwatch/math/series.ts'
import {
  type AlarmDefinition,
  isMath,
  type StandingAlarm,
  type WatchedMath,
} from '../../../src/steps/alarms/alarm-definition.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { spendAlarm, spendGrouping } from '../../../src/steps/spend/spend-alarm.ts'
import { bestGrouping, type Grouping, offBy, spendOf, spreadOf } from '../../../src/steps/spend/spend-alarm-grouping.ts'
import { fromMath, toMath } from '../../../src/steps/spend/spend-alarm-math.ts'
import { averagePrice, hasPrice, poolsOf, sharesOf } from '../../../src/steps/spend/spend-alarm-pools.ts'
import { leftOut, spendWarnings } from '../../../src/steps/spend/spend-alarm-words.ts'
import { type ModelInUse, TOKEN_KINDS, type TokenKind } from '../../../src/steps/use/in-use.ts'
import { anyModels } from '../../support/in-use.ts'

const REGION = 'us-east-1'
const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

function define(models: readonly ModelInUse[], have?: StandingAlarm, spendThreshold = 10): AlarmDefinition | undefined {
  const { settings } = resolveSettings([{ source: 'test', values: { spendThreshold } }])
  const inUse = new Map([[REGION, models]])
  const env = { accountId: '111122223333', region: REGION, regions: [REGION], homeRegion: REGION, settings, inUse }
  return spendAlarm(env).define(have)
}

const standing = ({ description, watched, threshold }: AlarmDefinition): StandingAlarm => ({
  description,
  watched,
  threshold,
})

function mathOf(definition: AlarmDefinition | undefined): WatchedMath {
  if (!definition || !isMath(definition.watched)) throw new Error('no metric math')
  return definition.watched
}

/** What the alarm makes of an hour in which the models take so many tokens. Metrics without use have no points. */
function dollars(math: WatchedMath, used: readonly ModelInUse[], missing: readonly string[] = []): number {
  const value = (id: string): number => {
    const watched = math.metrics[id]
    if (!watched) throw new Error(`no metric ${id}`)
    const model = watched.dimensions?.ModelId
    return used
      .filter(({ modelId }) => model === undefined || modelId === model)
      .flatMap(({ tokens, metrics }) =>
        TOKEN_KINDS.filter((kind) => metrics[kind] === watched.metric).map((kind) => tokens[kind]),
      )
      .reduce((sum, count) => sum + count, 0)
  }
  const scope: Scope = {
    start: 0,
    end: 3_600_000,
    reference: (id): Series => {
      const count = missing.includes(id) ? 0 : value(id)
      return { label: id, period: 3600, points: new Map(count > 0 ? [[0, count]] : []) }
    },
    metrics: () => [],
    search: () => [],
    before: () => scope,
  }
  const result = evaluate(parseExpression(math.expression), scope)
  return (result as Series).points.get(0) ?? Number.NaN
}

const model = (modelId: string, tokens: Partial<ModelInUse['tokens']>, prices: Partial<ModelInUse['prices']>) => ({
  modelId,
  invocations: 100,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...tokens },
  metrics: {
    input: 'InputTokenCount',
    output: 'OutputTokenCount',
    cacheRead: 'CacheReadInputTokenCount',
    cacheWrite: 'CacheWriteInputTokenCount',
  },
  prices: { input: null, output: null, cacheRead: null, cacheWrite: null, ...prices },
})

const sonnet = (share = 1) =>
  model(
    SONNET,
    { input: 1e6 * share, output: 3e5 * share, cacheRead: 4e6 * share, cacheWrite: 2e5 * share },
    { input: 3.3, output: 16.5, cacheRead: 0.33, cacheWrite: 4.125 },
  )
const nova = (share = 1) =>
  model('amazon.nova-pro-v1:0', { input: 1e6 * share, output: 1e6 * share }, { input: 0.8, output: 3.2 })

/** The same models when each is used so many times as much. */
function scaled(models: readonly ModelInUse[], factor: (index: number) => number): ModelInUse[] {
  return models.map((one, index) => ({
    ...one,
    tokens: Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, one.tokens[kind] * factor(index)])) as Record<
      TokenKind,
      number
    >,
  }))
}

const near = (value: number) => 1e-9 * Math.max(1, Math.abs(value))
/** Dollars that sums over all the tokens of some models may be off by, since a double has 53 bits. */
const rounding = (models: readonly ModelInUse[]) => {
  const tokens = models.flatMap((one) => TOKEN_KINDS.map((kind) => one.tokens[kind]))
  const prices = models.flatMap((one) => TOKEN_KINDS.map((kind) => one.prices[kind] ?? 0))
  return 4 * Number.EPSILON * tokens.reduce((sum, count) => sum + count, 0) * (Math.max(...prices) / 1e6)
}

/** Another choice of metrics with all totals at average prices: `order` says what is watched exactly. */
function anyGrouping(models: readonly ModelInUse[], order: readonly number[]): Grouping {
  const pools = poolsOf(sharesOf(models)).filter(hasPrice)
  const exact = pools
    .flatMap(({ shares }) => shares)
    .map((share, index) => ({ share, rank: order[index % order.length] ?? 1 }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, 10 - pools.length)
    .map(({ share }) => share)
  const rest = pools.map(({ metric, shares }) => {
    const others = shares.filter((share) => !exact.includes(share))
    return [metric, averagePrice(others)] as const
  })
  return { exact: exact.map((share) => ({ ...share, price: share.price ?? 0 })), rest: Object.fromEntries(rest) }
}

describe('the alarm on dollars an hour, for any models, prices and use', () => {
  test('keeps within ten metrics, 1,024 characters of math and of words', () => {
    fc.assert(
      fc.property(anyModels(30), fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (models, threshold) => {
        const definition = define(models, undefined, threshold)
        if (!definition) return
        const { metrics, expression } = mathOf(definition)
        expect(Object.keys(metrics).length).toBeLessThanOrEqual(10)
        expect(expression.length).toBeLessThanOrEqual(1_024)
        expect(definition.description.length).toBeLessThanOrEqual(1_024)
      }),
    )
  })

  test('is within 1 % of the exact spend for the mix of the two weeks, however busy, and off by no more than it says', () => {
    fc.assert(
      fc.property(anyModels(20), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (models, busy) => {
        const grouping = bestGrouping(models)
        if (!grouping) return
        const later = scaled(models, () => busy)
        const exact = spendOf(later)
        const error = Math.abs(dollars(toMath(grouping), later) - exact)
        expect(error).toBeLessThanOrEqual(0.01 * exact + near(exact))
        expect(error).toBeLessThanOrEqual(busy * offBy(grouping, models) + near(exact))
      }),
      { numRuns: 300 },
    )
  })

  test('is exact as long as ten metrics are enough', () => {
    fc.assert(
      fc.property(anyModels(3), (all) => {
        const priced = all.filter(({ prices }) => TOKEN_KINDS.every((kind) => prices[kind] !== null))
        const models = priced.slice(0, 2)
        const grouping = bestGrouping(models)
        if (!grouping) return
        const exact = spendOf(models)
        expect(Math.abs(dollars(toMath(grouping), models) - exact)).toBeLessThanOrEqual(near(exact))
      }),
    )
  })

  test('hangs on the mix no more than twice as much as any other choice of metrics', () => {
    const order = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 })
    fc.assert(
      fc.property(anyModels(10), order, (models, ranks) => {
        const grouping = bestGrouping(models)
        if (!grouping) return
        const most = 2 * spreadOf(anyGrouping(models, ranks), models) + 0.01 * spendOf(models)
        expect(spreadOf(grouping, models)).toBeLessThanOrEqual(most + near(most))
      }),
      { numRuns: 300 },
    )
  })

  test('is off by no more than a tenth of what hangs on the mix when the use of each model changes by a tenth', () => {
    const factor = fc.double({ min: 0.9, max: 1.1, noNaN: true })
    const factors = fc.array(factor, { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(anyModels(12), factors, (models, by) => {
        const grouping = bestGrouping(models)
        if (!grouping) return
        const later = scaled(models, (index) => by[index] ?? 1)
        const exact = spendOf(later)
        const most = 1.1 * offBy(grouping, models) + 0.1 * spreadOf(grouping, models)
        const error = Math.abs(dollars(toMath(grouping), later) - exact)
        expect(error).toBeLessThanOrEqual(most + near(exact) + rounding(later))
      }),
    )
  })

  test('is never below 0 nor below what is watched exactly, whichever totals are missing', () => {
    const ids = ['input', 'output', 'cacheReadCount', 'cacheRead', 'cacheWriteCount', 'cacheWrite']
    fc.assert(
      fc.property(anyModels(), fc.subarray(ids), (models, missing) => {
        const grouping = bestGrouping(models)
        if (!grouping) return
        const own = new Set(grouping.exact.map(({ metric, modelId }) => `${metric} ${modelId}`))
        const alone = sharesOf(models)
          .filter(({ metric, modelId }) => own.has(`${metric} ${modelId}`))
          .reduce((sum, { cost }) => sum + cost, 0)
        const value = dollars(toMath(grouping), models, missing)
        // Without any data there is no series to sum, and no value.
        if (!Number.isNaN(value)) expect(value).toBeGreaterThanOrEqual(alone - near(alone))
        else expect(alone).toBe(0)
      }),
    )
  })

  test('is found for a thousand models', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => {
      const price = 0.01 + ((index * 7919) % 997) / 10
      return model(
        `maker.model-${index}`,
        { input: 1e6 + index ** 2, output: 1e5 + index, cacheRead: 1e4 * index, cacheWrite: 1e3 * index },
        { input: price, output: 5 * price, cacheRead: price / 10, cacheWrite: 1.25 * price },
      )
    })
    const grouping = bestGrouping(many)
    expect(grouping && offBy(grouping, many)).toBeLessThan(0.005 * spendOf(many))
  })

  test('stays as it is once it stands, and can be read back', () => {
    fc.assert(
      fc.property(anyModels(20), (models) => {
        const first = define(models)
        if (!first) return
        expect(define(models, standing(first))).toEqual(first)
        const grouping = bestGrouping(models)
        expect(fromMath(mathOf(first))).toEqual(grouping)
      }),
    )
  })
})

describe('what stands is kept while it is right', () => {
  test('and once put right, whatever has changed, it stays', () => {
    fc.assert(
      fc.property(anyModels(12), anyModels(12), (before, after) => {
        const first = define(before)
        const second = define(after, first && standing(first))
        if (second) expect(define(after, standing(second))).toEqual(second)
      }),
    )
  })
})

describe('what stands is kept while nothing speaks against it', () => {
  const models = [sonnet(), nova()]
  const first = define(models)
  const have = first && standing(first)

  test('when a model comes that is hardly used', () => {
    const other = model('amazon.nova-lite-v1:0', { input: 100 }, { input: 0.06, output: 0.24 })
    expect(define([...models, other], have)).toEqual(first)
  })

  test('under another threshold, which the words tell', () => {
    const higher = define(models, have, 25)
    expect(higher?.watched).toEqual(first?.watched)
    expect(higher).toMatchObject({ threshold: 25, description: expect.stringContaining('$25 an hour') })
  })

  test('but not when a price has changed', () => {
    const dearer = { ...nova(), prices: { ...nova().prices, input: 0.9 } }
    expect(mathOf(define([sonnet(), dearer], have)).expression).toContain('0.9')
  })

  test('nor when a model comes that is dearer than all that were known, however little it is used', () => {
    const opus = model('anthropic.claude-opus', { input: 10, output: 10 }, { input: 15, output: 75 })
    const grouping = spendGrouping([...models, opus], have)
    expect(grouping).toEqual(bestGrouping([...models, opus]))
    const busier = [...models, { ...opus, tokens: { ...opus.tokens, input: 1e6, output: 1e6 } }]
    const value = grouping && dollars(toMath(grouping), busier)
    expect(value).toBeCloseTo(spendOf(busier))
  })

  test('nor when much is counted too dear', () => {
    const busy = model('amazon.nova-micro-v1:0', { input: 1e9 }, { input: 0.035, output: 0.14 })
    expect(define([...models, busy], have)).not.toEqual(first)
  })

  test('nor when somebody has changed the math or the words', () => {
    const math = mathOf(first)
    const changed = { ...math, expression: math.expression.replace('1000000', '100000') }
    expect(define(models, { ...have, watched: changed } as StandingAlarm)).toEqual(first)
    expect(define(models, { ...have, description: 'mine' } as StandingAlarm)).toEqual(first)
  })
})

describe('what is seen', () => {
  test('a model that comes later counts at the dearest price', () => {
    const math = mathOf(define([sonnet(), nova()]))
    const later = model('new.model', { input: 1e6, output: 1e6 }, {})
    const before = dollars(math, [sonnet(), nova()])
    expect(dollars(math, [sonnet(), nova(), later]) - before).toBeCloseTo(3.3 + 16.5)
  })

  test('tokens of a model without a price are taken out, not counted at the price of another', () => {
    const unknown = model('somebody.unknown-v1', { input: 1e9, output: 1e9 }, {})
    const exact = spendOf([sonnet(), nova()])
    expect(dollars(mathOf(define([sonnet(), nova(), unknown])), [sonnet(), nova(), unknown])).toBeCloseTo(exact)
  })

  test('without the totals, which AWS does not promise, what is watched exactly still counts', () => {
    const math = mathOf(define([sonnet(), nova()]))
    expect(dollars(math, [sonnet(), nova()], ['input', 'output'])).toBeCloseTo(0.33 * 4 + 4.125 * 0.2 + 0.8 + 3.2)
  })

  test('no alarm without a price, and a warning that says what to run', () => {
    const unknown = model('somebody.unknown-v1', { input: 1e9 }, {})
    expect([define([]), define([unknown])]).toEqual([undefined, undefined])
    const waiting = ['us-east-1', 'eu-west-1'].map((region) => ({ region, grouping: undefined, models: [unknown] }))
    expect(spendWarnings('Bedrock-HighSpend', waiting)).toMatchObject([
      { code: 'spend-alarm-waits', message: expect.stringMatching(/us-east-1, eu-west-1.*alarms sync/) },
    ])
  })

  test('what is not covered is named, in the words of the alarm and for status', () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      model(`maker.model-${index}`, { input: 1e6, output: 1e5, cacheRead: 1e6 }, { input: 1 + index, cacheRead: 0.1 }),
    )
    const definition = define(many)
    expect(definition?.description).toMatch(/No known price: maker/)
    expect(definition?.description).toMatch(/At the average: maker\.model-\d+, .*; off by [\d.]+ % of the spend/)
    const grouping = bestGrouping(many)
    const uncached = grouping && {
      exact: grouping.exact.filter(({ kind }) => kind === 'input'),
      rest: { InputTokenCount: grouping.rest.InputTokenCount ?? 0 },
    }
    expect(uncached && leftOut('', uncached, many)).toMatch(/Cache tokens not counted: maker\.model-\d+,/)
    const warnings = spendWarnings('Bedrock-HighSpend', [{ region: REGION, grouping: uncached, models: many }])
    expect(warnings).toMatchObject([
      {
        code: 'spend-not-covered',
        message: expect.stringMatching(/cache tokens of .* more .*at the average price of all \(off by/),
      },
    ])
    const halfKnown = model('amazon.nova', { input: 1e6, cacheWrite: 1e6 }, { input: 1 })
    expect(define([halfKnown])?.description).toContain('No known price: amazon.nova (cache).')
    const covered = { region: REGION, grouping: bestGrouping([sonnet()]), models: [sonnet()] }
    expect(spendWarnings('Bedrock-HighSpend', [covered])).toEqual([])
  })
})
