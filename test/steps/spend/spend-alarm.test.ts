import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseOverrides } from '../../../src/report/prices/overrides.ts'
import { withOverrides } from '../../../src/report/prices/with-overrides.ts'
import { noCounters, noMoments } from '../../../src/report/tally.ts'
import { evaluate, type Scope } from '../../../src/sandbox/services/cloudwatch/math/evaluate.ts'
import type { Series } from '../../../src/sandbox/services/cloudwatch/math/functions.ts'
import { parseExpression } from '../../../src/sandbox/services/cloudwatch/math/parse.ts'
import { type AlarmDefinition, isMath, type WatchedMath } from '../../../src/steps/alarms/alarm-definition.ts'
import { type AlarmState, mathQueries, settingsOf, stateOf } from '../../../src/steps/alarms/alarm-state.ts'
import type { Env } from '../../../src/steps/env.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { spendAlarms, spendAlarmWarnings } from '../../../src/steps/spend/spend-alarm.ts'
import { costOfTokens, type ModelInUse, TOKEN_KINDS, type TokenKind } from '../../../src/steps/use/in-use.ts'
import { anyModels } from '../../support/in-use.ts'
import { priceRows } from '../../support/price-rows.ts'

// To shrink a list of models takes minutes: a failure is told at once, with its seed.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })

const REGION = 'us-east-1'
const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

function envOf(models: readonly ModelInUse[], spendThreshold = 10, regions: readonly string[] = [REGION]): Env {
  const { settings } = resolveSettings([{ source: 'test', values: { spendThreshold } }])
  const inUse = new Map(regions.map((region) => [region, models]))
  return { accountId: '111122223333', region: REGION, regions: [...regions], homeRegion: REGION, settings, inUse }
}

function define(models: readonly ModelInUse[], have?: AlarmState, spendThreshold = 10): AlarmDefinition | undefined {
  return spendAlarms(envOf(models, spendThreshold))[0]?.define(have)
}

const standing = (definition: AlarmDefinition): AlarmState => ({ ...stateOf({}), ...settingsOf(definition) })

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
    search: () => [],
    before: () => scope,
  }
  const result = evaluate(parseExpression(math.expression), scope)
  // Where none of its metrics has a point, neither has the alarm, which is as good as nothing spent.
  const isUsed = Object.keys(math.metrics).some((id) => !missing.includes(id) && value(id) > 0)
  return (result as Series).points.get(0) ?? (isUsed ? Number.NaN : 0)
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

const spendOf = (models: readonly ModelInUse[]) => models.reduce((sum, one) => sum + costOfTokens(one), 0)

/** The largest error that the words of an alarm admit, as a share of the spend of the two weeks. */
function statedIn({ description }: AlarmDefinition): number {
  const [, percent] = /off by at most ([\d.]+) %/.exec(description) ?? []
  return Number(percent ?? 0) / 100
}

/** The models that an alarm has metrics of their own for. */
function ownOf(math: WatchedMath): Set<string> {
  return new Set(Object.values(math.metrics).flatMap(({ dimensions }) => dimensions?.ModelId ?? []))
}

/** What the tokens cost that have metrics of their own. */
function spendOfOwn(math: WatchedMath, models: readonly ModelInUse[]): number {
  const own = new Set(Object.values(math.metrics).map(({ metric, dimensions }) => `${dimensions?.ModelId} ${metric}`))
  const shares = models.flatMap(({ modelId, tokens, metrics, prices }) =>
    TOKEN_KINDS.filter((kind) => own.has(`${modelId} ${metrics[kind]}`)).map(
      (kind) => (tokens[kind] * (prices[kind] ?? 0)) / 1e6,
    ),
  )
  return shares.reduce((sum, usd) => sum + usd, 0)
}

/**
 * US dollars that figures over all tokens of some models may be off by: a thousandth of a millionth, of a dollar or of the
 * spend, and what a double of 53 bits leaves of tokens that are counted at any of the prices and taken out again.
 */
function tolerance(models: readonly ModelInUse[]): number {
  const tokens = models.flatMap((one) => TOKEN_KINDS.map((kind) => one.tokens[kind])).reduce((sum, one) => sum + one, 0)
  const highest = Math.max(0, ...models.flatMap((one) => TOKEN_KINDS.map((kind) => one.prices[kind] ?? 0)))
  return 1e-9 * Math.max(1, spendOf(models)) + (16 * Number.EPSILON * tokens * highest) / 1e6
}

const busyness = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
const MANY = 30
/** Factors for the use of models, in twentieths of the way from the least to the most: whole numbers are shrunk quickly. */
const factorsTo = (max: number, min = 0) =>
  fc
    .array(fc.nat(20), { minLength: MANY, maxLength: MANY })
    .map((steps) => (index: number) => min + ((max - min) * (steps[index] ?? 0)) / 20)

/** How far an alarm is off when use is another than when it was made. */
function errorAt(definition: AlarmDefinition, later: readonly ModelInUse[]): number {
  return Math.abs(dollars(mathOf(definition), later) - spendOf(later))
}

describe('the alarm on dollars an hour, for any models, prices and use', () => {
  test('keeps within ten metrics, 1,024 characters of math and of words', () => {
    fc.assert(
      fc.property(anyModels(MANY), fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (models, threshold) => {
        const definition = define(models, undefined, threshold)
        if (!definition) return
        const { metrics, expression } = mathOf(definition)
        expect(Object.keys(metrics).length).toBeLessThanOrEqual(10)
        expect(expression.length).toBeLessThanOrEqual(1_024)
        expect(definition.description.length).toBeLessThanOrEqual(1_024)
      }),
    )
  })

  test('is within 0.1 % of the exact spend for the mix of the two weeks, however busy, and off by no more than it says', () => {
    fc.assert(
      fc.property(anyModels(20), busyness, (models, busy) => {
        const definition = define(models)
        const later = scaled(models, () => busy)
        if (!definition || spendOf(models) === 0) return
        const error = errorAt(definition, later)
        expect(error).toBeLessThanOrEqual(1e-3 * spendOf(later) + tolerance(later))
        expect(error).toBeLessThanOrEqual(statedIn(definition) * spendOf(later) + tolerance(later))
      }),
      { numRuns: 300 },
    )
  })

  const use = fc.oneof(fc.constantFrom('high', 'low'), factorsTo(2))

  test('is off by no more than it says when averaged models are used up to twice as much, and exact ones any more', () => {
    fc.assert(
      fc.property(anyModels(20), busyness, use, factorsTo(100), (models, busy, averaged, exact) => {
        const definition = define(models)
        if (!definition) return
        const math = mathOf(definition)
        const own = ownOf(math)
        // At worst all that counts too high doubles and all that counts too low ends, or the other way round.
        const worst = (one: ModelInUse) => (dollars(math, [one]) > spendOf([one]) === (averaged === 'high') ? 2 : 0)
        const factor = (index: number) => {
          const one = models[index]
          if (!one || own.has(one.modelId)) return exact(index)
          return typeof averaged === 'string' ? worst(one) : averaged(index)
        }
        const later = scaled(models, (index) => busy * factor(index))
        if (spendOf(later) === 0 && spendOf(models) === 0) return
        const most = busy * statedIn(definition) * spendOf(models)
        const slack = tolerance(later) + busy * tolerance(models)
        const value = dollars(math, later)
        // In an hour without any tokens there is no series to sum, and no value.
        if (Number.isNaN(value)) expect(spendOf(later)).toBe(0)
        else expect(Math.abs(value - spendOf(later))).toBeLessThanOrEqual(most + slack)
      }),
      { numRuns: 300 },
    )
  })

  test('is off by a tenth of that at most when the use of each model changes by a tenth', () => {
    fc.assert(
      fc.property(anyModels(12), factorsTo(1.1, 0.9), (models, by) => {
        const definition = define(models)
        const later = scaled(models, by)
        if (!definition || spendOf(models) === 0) return
        const most = (0.1 * statedIn(definition) + 1e-3) * spendOf(models)
        expect(errorAt(definition, later)).toBeLessThanOrEqual(most + tolerance(later))
      }),
    )
  })

  test('is exact for two models with caches and for five without, whatever their mix, and says nothing else', () => {
    const two = anyModels(8).map((models) => models.slice(0, 2))
    const five = anyModels(20).map((models) =>
      models.map((one) => ({ ...one, tokens: { ...one.tokens, cacheRead: 0, cacheWrite: 0 } })).slice(0, 5),
    )
    const priced = fc.oneof(two, five).map((models) =>
      models.map((one) => ({
        ...one,
        prices: Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, one.prices[kind] ?? 1])) as Record<
          TokenKind,
          number
        >,
      })),
    )
    fc.assert(
      fc.property(priced, factorsTo(100), (models, factor) => {
        const definition = define(models)
        const later = scaled(models, factor)
        if (!definition || spendOf(later) === 0) return
        expect(errorAt(definition, later)).toBeLessThanOrEqual(tolerance(later))
        expect(definition.description).not.toContain('Not exact')
      }),
      { numRuns: 300 },
    )
  })

  test('is never below 0 nor below what is watched exactly, whichever totals are missing and whatever is used', () => {
    const ids = [
      'CacheReadInputTokenCount',
      'CacheReadInputTokens',
      'CacheWriteInputTokenCount',
      'CacheWriteInputTokens',
    ]
    const totals = ['InputTokenCount', 'OutputTokenCount', ...ids].map((id) => id.charAt(0).toLowerCase() + id.slice(1))
    fc.assert(
      fc.property(anyModels(), fc.subarray(totals), factorsTo(100), (models, missing, factor) => {
        const definition = define(models)
        if (!definition) return
        const later = scaled(models, factor)
        const alone = spendOfOwn(mathOf(definition), later)
        const value = dollars(mathOf(definition), later, missing)
        // Without any data there is no series to sum, and no value.
        if (!Number.isNaN(value)) expect(value).toBeGreaterThanOrEqual(Math.max(0, alone - tolerance(later)))
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
    const definition = define(many)
    expect(definition && errorAt(definition, many)).toBeLessThan(0.001 * spendOf(many))
    expect(definition && statedIn(definition)).toBeGreaterThan(0.1)
  })

  test('stays as it is once it stands', () => {
    fc.assert(
      fc.property(anyModels(20), (models) => {
        const first = define(models)
        if (first) expect(define(models, standing(first))).toEqual(first)
      }),
    )
  })
})

describe('what stands is kept while it is right', () => {
  /** Two weeks and others: with other models, or the same used a little more or less. */
  const change = fc.oneof(
    fc.tuple(anyModels(12), anyModels(12)),
    fc
      .tuple(anyModels(12), fc.oneof(factorsTo(1.02, 0.98), factorsTo(1.2, 0.8), factorsTo(4, 0.25)))
      .map(([models, factor]) => [models, scaled(models, factor)] as const),
  )

  test('and once put right, whatever has changed, it stays', () => {
    fc.assert(
      fc.property(change, ([before, after]) => {
        const first = define(before)
        const second = define(after, first && standing(first))
        if (second) expect(define(after, standing(second))).toEqual(second)
      }),
    )
  })

  test('so that it is within 1 % of the spend, kept or not, and off by 5 % more than if it were made anew at most', () => {
    fc.assert(
      fc.property(change, factorsTo(2), ([before, after], factor) => {
        const first = define(before)
        const second = define(after, first && standing(first))
        const anew = define(after)
        if (!second || !anew || spendOf(after) === 0) return
        expect(errorAt(second, after)).toBeLessThanOrEqual(0.01 * spendOf(after) + tolerance(after))
        const later = scaled(after, factor)
        const value = dollars(mathOf(second), later)
        const most = (statedIn(anew) + 0.05) * spendOf(after) + tolerance(later) + tolerance(after)
        if (!Number.isNaN(value)) expect(Math.abs(value - spendOf(later))).toBeLessThanOrEqual(most)
      }),
      { numRuns: 300 },
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

  test('when the models change places by their use', () => {
    expect(define([...models].reverse(), have)).toEqual(first)
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
    const anew = define([...models, opus], have)
    expect(anew).toEqual(define([...models, opus]))
    const busier = [...models, { ...opus, tokens: { ...opus.tokens, input: 1e6, output: 1e6 } }]
    expect(dollars(mathOf(anew), busier)).toBeCloseTo(spendOf(busier))
  })

  test('nor when much is counted too dear', () => {
    const busy = model('amazon.nova-micro-v1:0', { input: 1e9 }, { input: 0.035, output: 0.14 })
    expect(define([...models, busy], have)).not.toEqual(first)
  })

  test('nor when what counts at the average has come to cost more than what is exact, though the average is the same', () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      model(`maker.model-${index}`, { input: index < 9 ? 1e9 : 1e3 }, { input: 20 - index }),
    )
    const before = define(many)
    const later = scaled(many, (index) => (index < 9 ? 1 : 1e7))
    const same = scaled(many, () => 3)
    expect(define(same, before && standing(before))).toEqual(before)
    expect(define(later, before && standing(before))).not.toEqual(before)
  })

  test('nor when somebody has changed the math or the words', () => {
    const math = mathOf(first)
    const changed = { ...math, expression: math.expression.replace('1000000', '100000') }
    expect(define(models, { ...have, metrics: mathQueries(changed, 3600) } as AlarmState)).toEqual(first)
    expect(define(models, { ...have, description: 'mine' } as AlarmState)).toEqual(first)
  })

  test('nor when an earlier version of this program made it otherwise', () => {
    const earlier: AlarmState = {
      ...stateOf({}),
      description:
        'More than $10 an hour for Amazon Bedrock. All tokens count at $3.3 (input), $16.5 (output) a million.',
      metrics: mathQueries(
        {
          expression: 'SUM([FILL(input,0)*3.3,FILL(output,0)*16.5])/1000000',
          label: 'US dollars an hour',
          metrics: {
            input: { metric: 'InputTokenCount', statistic: 'Sum' },
            output: { metric: 'OutputTokenCount', statistic: 'Sum' },
          },
        },
        3600,
      ),
      threshold: 10,
    }
    expect(define(models, earlier)).toEqual(first)
  })
})

describe('what is seen', () => {
  test('a model that comes later counts at the costliest price', () => {
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
    const value = dollars(math, [sonnet(), nova()], ['inputTokenCount', 'outputTokenCount'])
    expect(value).toBeCloseTo(spendOf([sonnet(), nova()]))
  })

  test('no alarm without a price, and a warning that says what to run', () => {
    const unknown = model('somebody.unknown-v1', { input: 1e9 }, {})
    expect([define([]), define([unknown])]).toEqual([undefined, undefined])
    expect(spendAlarmWarnings(envOf([unknown], 10, ['us-east-1', 'eu-west-1']), [])).toMatchObject([
      { code: 'spend-alarm-waits', message: expect.stringMatching(/us-east-1, eu-west-1.*alarms sync/) },
    ])
  })

  test('the models with the highest spend are exact', () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      model(`maker.model-${index}`, { input: 1e6, output: 1e6 }, { input: 1 + index, output: 5 }),
    )
    const own = [...ownOf(mathOf(define(many)))]
    expect(own.sort()).toEqual(['maker.model-10', 'maker.model-11', 'maker.model-8', 'maker.model-9'])
    expect(define(many)?.description).toContain('Models at their own prices: 4,')
  })

  test('a model without a price is taken out before those that cost less than it would count for', () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      model(`maker.model-${index}`, { input: 1e6, output: 1e6 }, { input: 1 + index, output: 5 }),
    )
    const unknown = model('somebody.unknown-v1', { input: 1e9 }, {})
    expect(ownOf(mathOf(define([...many, unknown])))).toContain('somebody.unknown-v1')
    const rare = { ...unknown, tokens: { ...unknown.tokens, input: 1e3 } }
    expect(ownOf(mathOf(define([...many, rare])))).not.toContain('somebody.unknown-v1')
  })

  test('what is not covered is named, in the words of the alarm and for status', () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      model(`maker.model-${index}`, { input: 1e6, output: 1e5, cacheRead: 1e6 }, { input: 1 + index, cacheRead: 0.1 }),
    )
    const [off, least] = [
      "ot exact: off by at most [\\d.]+ % of two weeks' spend, .* doubles or ends\\.",
      ' At least: 95 % of tokens priced. No known price, not counted: maker',
    ]
    expect(define(many)?.description).toMatch(
      new RegExp(`${off} Priced at the average: maker\\.model-\\d+, .*${least}`),
    )
    expect(spendAlarmWarnings(envOf(many), [])).toMatchObject([
      { code: 'spend-not-covered', message: expect.stringMatching(new RegExp(off + least)) },
    ])
    const halfKnown = model('amazon.nova', { input: 1e6, cacheWrite: 1e6 }, { input: 1 })
    expect(define([halfKnown])?.description).toContain(
      'At least: 50 % of tokens priced. No known price, not counted: amazon.nova (cache).',
    )
    expect(Object.keys(mathOf(define([halfKnown])).metrics).sort()).toEqual(['e1', 'inputTokenCount'])
    expect(spendAlarmWarnings(envOf([sonnet()]), [])).toEqual([])
  })
})

/** What the report makes of the use of some models, at the same prices: US dollars. */
function reported(models: readonly ModelInUse[]): number {
  const own = models.flatMap(({ modelId, prices }) => {
    const amounts = TOKEN_KINDS.flatMap((kind) => (prices[kind] === null ? [] : [[`${kind}PerMillion`, prices[kind]]]))
    return amounts.length > 0 ? [[modelId, Object.fromEntries(amounts)]] : []
  })
  const prices = parseOverrides(Object.fromEntries(own), 'mine.json')
  const book = withOverrides({ prices, source: 'mine.json' }, { lookup: () => ({ unpriced: 'no price known' }) })
  const rows = models.map(({ modelId, tokens }) => ({
    dimensions: { model: modelId, account: '', region: REGION },
    start: 0,
    counters: {
      ...noCounters(),
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      cacheReadTokens: tokens.cacheRead,
      cacheWriteTokens: tokens.cacheWrite,
    },
    latency: noMoments(),
    timeToFirstToken: noMoments(),
  }))
  const { costs } = priceRows(rows, book)
  return Number([...costs.values()].reduce<bigint>((sum, cost) => sum + (cost ?? 0n), 0n)) / 1e18
}

test('whatever the models and prices, it agrees with the report within the error that it states', () => {
  fc.assert(
    fc.property(anyModels(), (found) => {
      // No price is finer than a pico-dollar.
      const priced = (price: number | null) => (price === null ? null : Number(price.toFixed(12)))
      const models = found.map((one) => {
        const prices = Object.fromEntries(TOKEN_KINDS.map((kind) => [kind, priced(one.prices[kind])]))
        return { ...one, prices: prices as unknown as ModelInUse['prices'] }
      })
      const definition = define(models)
      if (!definition) return
      const [alarm, report] = [dollars(mathOf(definition), models), reported(models)]
      const percent = Number(/off by at most ([\d.]+) %/.exec(definition.description)?.[1] ?? 0)
      // Metric math adds doubles.
      expect(Math.abs(alarm - report)).toBeLessThanOrEqual((percent / 100) * report + 1e-9 * Math.max(1, alarm, report))
    }),
  )
})
