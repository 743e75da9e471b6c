import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkDashboardBody } from '../../../src/sandbox/services/cloudwatch/dashboard-body.ts'
import { type DashboardFacts, desiredBody, LIMITS, withoutOurs } from '../../../src/steps/dashboard/body.ts'
import { MODEL_VARIABLE } from '../../../src/steps/dashboard/chosen-model.ts'
import { regionsOn } from '../../../src/steps/dashboard/ours.ts'
import type { DashboardBody } from '../../../src/steps/dashboard/widgets.ts'
import type { InUse, ModelInUse } from '../../../src/steps/use/in-use.ts'
import { anyModels } from '../../support/in-use.ts'

const REGIONS = Array.from({ length: 33 }, (_, n) => `eu-west-${n + 1}`)
const alarmsIn = (region: string) => ({
  arns: Array.from({ length: 120 }, (_, n) => `arn:aws:cloudwatch:${region}:111122223333:alarm:Bedrock-High-${n}`),
  isCertain: true,
})
const factsOf = (inUse: InUse): DashboardFacts => ({
  logGroup: '/aws/bedrock/modelinvocations',
  inUse,
  featuresInUse: new Map(),
  alarmsIn,
})

/** As AWS gives it back: what is undefined is not there. */
const stored = (body: DashboardBody): DashboardBody => JSON.parse(JSON.stringify(body))

const modelOf = (modelId: string, input: number, prices: Partial<ModelInUse['prices']> = {}): ModelInUse => ({
  modelId,
  invocations: 100,
  tokens: { input, output: input, cacheRead: 0, cacheWrite: 0 },
  metrics: {
    input: 'InputTokenCount',
    output: 'OutputTokenCount',
    cacheRead: 'CacheReadInputTokens',
    cacheWrite: 'CacheWriteInputTokens',
  },
  prices: { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25, ...prices },
})
const UNPRICED = { input: null, output: null, cacheRead: null, cacheWrite: null }

const inEach = (regions: readonly string[], models: readonly ModelInUse[]): InUse =>
  new Map(regions.map((region) => [region, models]))

/** The models whose spend is drawn. */
function drawn({ widgets }: DashboardBody): string[] {
  const graph = widgets.find(({ properties }) => /^Spend.* an hour/.test(String(properties.title)))
  const rows = (graph?.properties.metrics ?? []) as [{ label?: string }][]
  return rows.flatMap(([{ label }]) => label ?? [])
}

const textOf = ({ widgets }: DashboardBody) => widgets.map(({ properties }) => properties.markdown ?? '').join('\n')

describe('the body', () => {
  const uses = fc.tuple(fc.subarray(REGIONS, { minLength: 1, maxLength: 4 }), anyModels(30), anyModels(30))

  test('is one that CloudWatch takes without a remark, whatever is in use', () => {
    fc.assert(
      fc.property(uses, ([regions, models]) => {
        const body = desiredBody(factsOf(inEach(regions, models)), regions)
        expect(checkDashboardBody(JSON.stringify(body))).toEqual({ errors: [], warnings: [] })
      }),
      { numRuns: 30 },
    )
  })

  test('stays as it stands once it is there: looked at again, or not looked at', () => {
    fc.assert(
      fc.property(uses, ([regions, before, after]) => {
        const first = stored(desiredBody(factsOf(inEach(regions, before)), regions))
        const second = stored(desiredBody(factsOf(inEach(regions, after)), regions, first))
        for (const inUse of [inEach(regions, after), new Map(), inEach(regions.slice(0, 1), after)]) {
          expect(stored(desiredBody(factsOf(inUse), regions, second))).toEqual(second)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('is within the limits for any number of Regions and models', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 33 }), fc.nat(200), fc.constantFrom(10, 120, 400))
    fc.assert(
      fc.property(sizes, fc.boolean(), ([count, models, idLength], again) => {
        const regions = REGIONS.slice(0, count)
        const inUse = inEach(
          regions,
          Array.from({ length: models }, (_, n) =>
            modelOf(`${n}`.padStart(idLength, 'm'), 1e6 * (n + 1), n % 7 === 0 ? UNPRICED : {}),
          ),
        )
        const first = desiredBody(factsOf(inUse), regions)
        const body = stored(again ? desiredBody(factsOf(inUse), regions, stored(first)) : first)
        expect(checkDashboardBody(JSON.stringify(body)).errors).toEqual([])
        expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(LIMITS.bytes)
        expect(regionsOn(body)).toEqual([...regions].sort())
        expect(stored(desiredBody(factsOf(inUse), regions, body))).toEqual(body)
        const series = body.widgets.map(({ properties }) => {
          const rows = (properties.metrics ?? []) as [unknown][]
          return rows.reduce((sum, row) => sum + (JSON.stringify(row).includes('SEARCH(') ? models : 1), 0)
        })
        expect(Math.max(...series)).toBeLessThanOrEqual(500)
        expect(series.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(2_500)
        const expressions = body.widgets.flatMap(({ properties }) =>
          ((properties.metrics ?? []) as [{ expression?: string }][]).flatMap(([{ expression }]) => expression ?? []),
        )
        expect(Math.max(0, ...expressions.map(({ length }) => length))).toBeLessThanOrEqual(1_024)
        const queries = body.widgets.map(({ properties }) => String(properties.query ?? ''))
        expect(Math.max(...queries.map(({ length }) => length))).toBeLessThanOrEqual(10_000)
      }),
      { numRuns: 8, examples: [[[33, 200, 400], true]] },
    )
  })

  test('of very many Regions is a row each, and says what is left out', () => {
    const models = Array.from({ length: 30 }, (_, n) => modelOf(`model-${n}`, 1e6))
    const body = desiredBody(factsOf(inEach(REGIONS, models)), REGIONS)
    expect(textOf(body)).toContain('One row a Region')
    expect(textOf(body)).toMatch(/\d+ more models in use are not included\./)
    expect(body.variables).toBeUndefined()
    expect(new Set(body.widgets.map(({ y }) => y)).size).toBe(REGIONS.length + 1)
  })
})

describe('the spend', () => {
  const region = 'eu-west-1'
  const bodyWith = (models: readonly ModelInUse[], have?: DashboardBody) =>
    stored(desiredBody(factsOf(new Map([[region, models]])), [region], have && stored(have)))

  test('is of the costliest models first, at their prices', () => {
    const body = bodyWith([modelOf('cheap', 1e6), modelOf('dear', 9e6, { input: 3.3, output: 16.5 })])
    expect(drawn(body)).toEqual(['dear', 'cheap'])
    expect(JSON.stringify(body)).toContain('SUM([FILL(m1k1,0)*3.3,FILL(m1k2,0)*16.5])/1000000*3600/PERIOD(m1k1)')
  })

  test('names the models without a price and never draws them', () => {
    const body = bodyWith([modelOf('priced', 1e6), modelOf('new-one', 9e9, UNPRICED)])
    expect(drawn(body)).toEqual(['priced'])
    expect(textOf(body)).toContain('Not priced, or not only by the token: `new-one`.')
    expect(textOf(body)).toContain('At least: under 1 % of tokens priced.')
    expect(JSON.stringify(body)).toContain('"Spend, at least (US dollars an hour)"')
    // It is known again, and not written anew for a share that has moved.
    expect(bodyWith([modelOf('priced', 2e6), modelOf('new-one', 3e6, UNPRICED)], body)).toEqual(body)
    const whole = bodyWith([modelOf('priced', 1e6)], body)
    expect(textOf(whole)).not.toContain('At least')
    expect(JSON.stringify(whole)).toContain('"Spend (US dollars an hour)"')
  })

  test('is in words as long as no model with a price is in use', () => {
    for (const models of [[], [modelOf('new-one', 1, UNPRICED)]]) {
      const body = bodyWith(models)
      expect(drawn(body)).toEqual([])
      expect(textOf(body)).toContain('No model with a known price was in use when this was written.')
      expect(body.widgets.some(({ properties }) => properties.title === 'Identities with the most tokens')).toBe(true)
    }
  })

  const before = [modelOf('a', 50e6), modelOf('b', 50e6)]
  test.each<[string, ModelInUse[], string[]]>([
    ['the use of its models shifts', [modelOf('a', 1e6), modelOf('b', 99e6)], ['a', 'b']],
    ['a model is used no more', [modelOf('b', 99e6)], ['a', 'b']],
    ['a model comes that is a twentieth of it', [...before, modelOf('c', 5e6)], ['a', 'b']],
  ])('stays when %s', (_, after, models) => {
    const standing = bodyWith(before)
    const body = bodyWith(after, standing)
    expect(drawn(body)).toEqual(models)
    expect(body).toEqual(standing)
  })

  test.each<[string, ModelInUse[], string[]]>([
    ['a price changes', [modelOf('a', 50e6, { input: 4 }), modelOf('b', 50e6)], ['a', 'b']],
    ['a model comes that is more than a twentieth of it', [...before, modelOf('c', 6e6)], ['a', 'b', 'c']],
    ['many small models come', [...before, ...[...'cdefgh'].map((id) => modelOf(id, 4e6))], ['a', 'b', ...'cdefgh']],
    ['a model without a price comes', [...before, modelOf('c', 1, UNPRICED)], ['a', 'b']],
  ])('is drawn anew when %s', (_, after, models) => {
    const standing = bodyWith(before)
    const body = bodyWith(after, standing)
    expect(drawn(body)).toEqual(models)
    expect(body).not.toEqual(standing)
  })

  test('names no model any more whose price has become known', () => {
    const standing = bodyWith([modelOf('a', 50e6), modelOf('new-one', 10, UNPRICED)])
    expect(textOf(bodyWith([modelOf('a', 50e6), modelOf('new-one', 10)], standing))).not.toContain('new-one')
  })
})

describe("what is others'", () => {
  const region = 'eu-west-1'
  const theirs = { id: 'stage', type: 'property', property: 'Stage', inputType: 'input' }

  test('is kept beside our variable, and is all that is left without us', () => {
    const note = { type: 'text' as const, x: 0, y: 0, width: 6, height: 2, properties: { markdown: 'call Ada' } }
    const have = { widgets: [note], variables: [theirs], start: '-PT6H' }
    const body = stored(desiredBody(factsOf(new Map()), [region], have))
    expect(body.variables).toEqual([MODEL_VARIABLE, theirs])
    expect(body.start).toBe('-PT6H')
    const left = withoutOurs(body)
    expect(left).toMatchObject({ variables: [theirs], start: '-PT6H' })
    expect(left?.widgets).toEqual([{ ...note, y: expect.any(Number) }])
  })

  test('is nothing on a dashboard that is ours alone', () => {
    expect(withoutOurs(stored(desiredBody(factsOf(new Map()), [region]))).widgets).toEqual([])
  })

  test('is no widget of ours under a title that it once had', () => {
    const body = stored(desiredBody(factsOf(new Map()), [region]))
    const earlier = JSON.stringify(body)
      .replace('Identities with the most tokens', 'Identities of most tokens')
      .replace('Requests with the most tokens', 'Requests of most tokens')
    expect(earlier).not.toBe(JSON.stringify(body))
    expect(withoutOurs(JSON.parse(earlier)).widgets).toEqual([])
  })
})

test('a Region that is taken off leaves the spend and the alarms of the others as they were', () => {
  const regions = ['eu-west-1', 'us-east-1']
  const both = stored(desiredBody(factsOf(inEach(regions, [modelOf('a', 1e6)])), regions))
  const nobody = { ...factsOf(new Map()), alarmsIn: () => ({ arns: [], isCertain: false }) }
  const one = stored(desiredBody(nobody, ['us-east-1'], both))
  expect(one).toEqual(stored(desiredBody(factsOf(inEach(['us-east-1'], [modelOf('a', 1e6)])), ['us-east-1'])))
})
