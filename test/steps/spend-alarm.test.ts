import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { evaluate, type Scope } from '../../src/sandbox/services/cloudwatch/math/evaluate.ts'
import { parseExpression } from '../../src/sandbox/services/cloudwatch/math/parse.ts'
import type { Series } from '../../src/sandbox/services/cloudwatch/math/series.ts'
import { type AlarmDefinition, isMath, type StandingAlarm, type WatchedMath } from '../../src/steps/alarm-definition.ts'
import { costOfTokens, type ModelInUse, TOKEN_KINDS, type TokenKind } from '../../src/steps/in-use.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import { spendAlarm, spendGrouping } from '../../src/steps/spend-alarm.ts'
import {
  bestGrouping,
  type Grouping,
  isTotalled,
  lossOf,
  offBy,
  pairOf,
  spendOf,
} from '../../src/steps/spend-alarm-grouping.ts'
import { fromMath, toMath } from '../../src/steps/spend-alarm-math.ts'
import { spendWarnings } from '../../src/steps/spend-alarm-words.ts'
import { anyModels } from '../support/in-use.ts'

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
function dollars(math: WatchedMath, used: readonly ModelInUse[], totals = true): number {
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
      const count = totals || !['input', 'output'].includes(id) ? value(id) : 0
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

/** The money that the alarm does not see: cache tokens without a metric of their own. */
function unseen({ exact }: Grouping, models: readonly ModelInUse[]): number {
  const own = new Set(exact.map(({ metric, modelId }) => `${metric} ${modelId}`))
  return models
    .flatMap((one) => TOKEN_KINDS.filter((kind) => !isTotalled(kind)).map((kind) => pairOf(one, kind)))
    .filter(({ metric, modelId }) => !own.has(`${metric} ${modelId}`))
    .reduce((sum, { cost }) => sum + cost, 0)
}

const near = (value: number) => 1e-9 * Math.max(1, Math.abs(value))

/** So much of two weeks as another choice of metrics would be off by: `order` says which pairs come first. */
function anyGrouping(models: readonly ModelInUse[], order: readonly number[]): Grouping {
  const all = models.flatMap((one) => TOKEN_KINDS.map((kind) => pairOf(one, kind)))
  const ranked = all.map((pair, index) => ({ pair, rank: order[index] ?? 1 })).sort((a, b) => a.rank - b.rank)
  const priced = (kind: TokenKind) => all.some((pair) => pair.kind === kind && pair.price !== null)
  const totals = (['input', 'output'] as const).filter(priced)
  const exact = ranked
    .map(({ pair }) => pair)
    .filter(({ kind }) => !isTotalled(kind) || priced(kind))
    .slice(0, 10 - totals.length)
  const rest = (kind: TokenKind) =>
    Math.max(0, ...all.filter((pair) => pair.kind === kind && !exact.includes(pair)).map(({ price }) => price ?? 0))
  return {
    exact,
    rest: { input: priced('input') ? rest('input') : null, output: priced('output') ? rest('output') : null },
  }
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

  test('is off the exact spend by what it says, within 1 % where it says so, and low by no more than uncovered cache', () => {
    fc.assert(
      fc.property(anyModels(), (models) => {
        const grouping = bestGrouping(models)
        if (!grouping) return
        const exact = models.reduce((sum, one) => sum + costOfTokens(one), 0)
        const value = dollars(toMath(grouping), models)
        const hidden = unseen(grouping, models)
        const off = offBy(grouping, models)
        expect(Math.abs(value - (exact + (off - hidden) - hidden))).toBeLessThanOrEqual(near(value))
        expect(value).toBeGreaterThanOrEqual(exact - hidden - near(exact))
        if (off <= 0.01 * exact) expect(Math.abs(value - exact)).toBeLessThanOrEqual(0.01 * exact + near(exact))
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

  test('is never worse than another choice of metrics, nor off where another one is as good as exact', () => {
    const order = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 })
    fc.assert(
      fc.property(anyModels(10), order, (models, ranks) => {
        const grouping = bestGrouping(models)
        if (!grouping) return
        const other = anyGrouping(models, ranks)
        const loss = lossOf(other, models)
        expect(lossOf(grouping, models)).toBeLessThanOrEqual(loss + near(loss))
        const asGoodAsExact = 0.005 * spendOf(models)
        if (offBy(other, models) <= asGoodAsExact) {
          expect(offBy(grouping, models)).toBeLessThanOrEqual(asGoodAsExact + near(asGoodAsExact))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('is not below the spend of another day, either, but for uncovered cache', () => {
    const days = anyModels(12).chain((models) =>
      fc.tuple(
        fc.constant(models),
        fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 12, maxLength: 12 }),
      ),
    )
    fc.assert(
      fc.property(days, ([models, factors]) => {
        const grouping = bestGrouping(models)
        if (!grouping) return
        const later = models.map((one, index) => ({
          ...one,
          tokens: Object.fromEntries(
            TOKEN_KINDS.map((kind) => [kind, Math.round(one.tokens[kind] * (factors[index] ?? 1))]),
          ) as Record<TokenKind, number>,
        }))
        const exact = spendOf(later)
        expect(dollars(toMath(grouping), later)).toBeGreaterThanOrEqual(exact - unseen(grouping, later) - near(exact))
      }),
    )
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

  test('nor when a model comes that costs more than the rest is counted at', () => {
    const opus = model('anthropic.claude-opus', { input: 10 }, { input: 15, output: 75 })
    expect(spendGrouping([...models, opus], have)?.rest).toEqual({ input: 15, output: 75 })
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
    expect(dollars(math, [sonnet(), nova()], false)).toBeCloseTo(0.33 * 4 + 4.125 * 0.2 + 0.8 + 3.2)
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
    expect(definition?.description).toMatch(/Cache tokens not counted: maker\.model-\d+,/)
    expect(definition?.description).toMatch(/No known price: maker/)
    const warnings = spendWarnings('Bedrock-HighSpend', [
      { region: REGION, grouping: bestGrouping(many), models: many },
    ])
    expect(warnings).toMatchObject([
      { code: 'spend-not-covered', message: expect.stringMatching(/cache tokens of .* more/) },
    ])
    const halfKnown = model('amazon.nova', { input: 1e6, cacheWrite: 1e6 }, { input: 1 })
    expect(define([halfKnown])?.description).toContain('No known price: amazon.nova (cache).')
    const covered = { region: REGION, grouping: bestGrouping([sonnet()]), models: [sonnet()] }
    expect(spendWarnings('Bedrock-HighSpend', [covered])).toEqual([])
  })
})
