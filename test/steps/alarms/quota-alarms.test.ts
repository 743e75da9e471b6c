import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { functionsOf, parseExpression } from '../../../src/sandbox/services/cloudwatch/math/parse.ts'
import { isMath } from '../../../src/steps/alarms/alarm-definition.ts'
import { quotaAlarmName, quotaAlarms, quotaWarnings } from '../../../src/steps/alarms/quota-alarms.ts'
import type { Env } from '../../../src/steps/env.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import type { Settings } from '../../../src/steps/settings.ts'
import type { ModelInUse, QuotasInUse } from '../../../src/steps/use/in-use.ts'
import { inWorld, REGION, type World, writingCalls } from '../../support/world.ts'

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const NOTHING = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
const METRICS = { input: 'I', output: 'O', cacheRead: 'R', cacheWrite: 'W' }

function model(modelId: string, quotas?: QuotasInUse, invocations = 1): ModelInUse {
  const common = { modelId, invocations, tokens: NOTHING, metrics: METRICS, prices: NOTHING }
  return quotas ? { ...common, quotas } : common
}

function envOf(
  models: readonly ModelInUse[] | undefined,
  standing: string[] = [],
  values: Partial<Settings> = {},
): Env {
  const { settings } = resolveSettings([{ source: 'test', values }])
  const place = { accountId: '111122223333', region: REGION, regions: [REGION], homeRegion: REGION, settings }
  const quotaAlarmNames = new Map([[REGION, standing]])
  const inUse = models && { inUse: new Map([[REGION, models]]), quotasReadIn: new Set([REGION]) }
  return { ...place, quotaAlarmNames, ...inUse }
}

const defined = (env: Env) => quotaAlarms(env).flatMap((source) => source.define() ?? [])

describe('an alarm on quotas', () => {
  it('watches the larger share of tokens and requests, in per cent', () => {
    const [alarm] = defined(envOf([model(SONNET, { pool: 'p', tokensPerMinute: 200_000, requestsPerMinute: 50 })]))
    expect(alarm).toMatchObject({ threshold: 80, periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 3 })
    expect(alarm?.watched).toMatchObject({
      expression: '(SUM([t1*100/200000,r1*100/50])+ABS(SUM([t1*100/200000,r1*(0-100)/50])))/2',
    })
    expect(alarm?.description).toContain('200,000 tokens a minute or 50 requests a minute')
  })

  it('adds up all ids that share them, whatever the order of their use', () => {
    const quotas = { pool: 'cross-region.m', tokensPerMinute: 10 }
    const alarms = [2, 9].map((calls) => defined(envOf([model('us.m', quotas, 5), model('arn:m', quotas, calls)])))
    expect(alarms[0]).toEqual(alarms[1])
    expect(alarms[0]?.[0]).toMatchObject({
      name: 'Bedrock-Quota-cross-region.m',
      watched: {
        expression: 'SUM([t1*100/10,t2*100/10])',
        metrics: { t1: { dimensions: { ModelId: 'arn:m' } }, t2: { dimensions: { ModelId: 'us.m' } } },
      },
    })
  })

  it.each<[string, Env]>([
    ['without a known quota', envOf([model('m')])],
    ['with a quota of 0', envOf([model('m', { pool: 'm', tokensPerMinute: 0 })])],
    ['in the minimal profile', envOf([model('m', { pool: 'm', tokensPerMinute: 5 })], [], { alarms: 'minimal' })],
    ['at 0 %', envOf([model('m', { pool: 'm', tokensPerMinute: 5 })], [], { quotaAlarmPercent: 0 })],
    ['as long as nobody has looked', envOf(undefined)],
  ])('is not made for a model %s', (_, env) => {
    expect(defined(env)).toEqual([])
  })

  it('that stands for a model that is gone retires, and stays where it is not known what is in use', () => {
    const name = quotaAlarmName('m')
    const retiring = (env: Env) => quotaAlarms(env).map(({ name, retires = false }) => [name, retires])
    expect(retiring(envOf([], [name]))).toEqual([[name, true]])
    expect(retiring(envOf(undefined, [name]))).toEqual([[name, false]])
    expect(retiring({ ...envOf([model('m')], [name]), quotasReadIn: new Set() })).toEqual([[name, false]])
    expect(retiring(envOf([], [name], { quotaAlarmPercent: 0 }))).toEqual([[name, false]])
  })

  it('is one of ten at most, and those that stand are not exchanged for small changes of use', () => {
    const models = Array.from({ length: 14 }, (_, index) =>
      model(`m${index}`, { pool: `m${index}`, tokensPerMinute: 5 }, 100 - index),
    )
    const first = defined(envOf(models)).map(({ name }) => name)
    expect(first).toEqual(models.slice(0, 10).map(({ modelId }) => quotaAlarmName(modelId)))
    const changed = models.map((one, index) => (index === 12 ? { ...one, invocations: 1_000 } : one))
    expect(
      defined(envOf(changed, first))
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...first].sort())
    expect(quotaWarnings(envOf(changed, first))[0]?.message).toContain('m12')
    expect(quotaWarnings(envOf(models.slice(0, 10)))).toEqual([])
  })

  it('keeps to what CloudWatch takes, whatever is in use', () => {
    const quotas = fc.record(
      {
        pool: fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
        tokensPerMinute: fc.integer({ min: 0, max: 1e9 }),
        requestsPerMinute: fc.integer({ min: 0, max: 1e6 }),
      },
      { requiredKeys: ['pool'] },
    )
    const used = fc.record({
      pool: quotas,
      ids: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 14 }),
    })
    fc.assert(
      fc.property(fc.array(used, { maxLength: 14 }), (pools) => {
        const models = pools.flatMap(({ pool, ids }) => ids.map((id) => model(id, pool)))
        const alarms = defined(envOf(models))
        expect(alarms.length).toBeLessThanOrEqual(10)
        for (const { name, description, watched } of alarms) {
          expect(name).toMatch(/^[\w.-]{1,255}$/)
          expect(description.length).toBeLessThanOrEqual(1_024)
          if (!isMath(watched)) throw new Error('no metric math')
          expect(Object.keys(watched.metrics).length).toBeLessThanOrEqual(10)
          expect(watched.expression.length).toBeLessThanOrEqual(1_024)
          expect(['SUM', 'ABS']).toEqual(expect.arrayContaining([...functionsOf(parseExpression(watched.expression))]))
        }
      }),
    )
  })
})

const MINUTE = 60_000
const NAMES = [
  'Bedrock-Quota-amazon.nova-pro-v1-0',
  'Bedrock-Quota-cross-region.anthropic.claude-sonnet-4-5-20250929-v1-0',
]

/** Calls of the last ten minutes, with these tokens against the quota in each minute. */
function use({ sandbox, cx }: World, modelId: string, tokens: number, end = cx.clock.now(), calls = 1): void {
  for (let minute = 1; minute <= 10; minute++) {
    const timestamp = Math.floor(end / MINUTE) * MINUTE - minute * MINUTE
    const common = { namespace: 'AWS/Bedrock', timestamp, unit: 'Count' }
    for (const dimensions of [[{ Name: 'ModelId', Value: modelId }], []]) {
      sandbox.services.cloudwatch.putMetric(REGION, { ...common, name: 'Invocations', dimensions, value: calls })
      sandbox.services.cloudwatch.putMetric(REGION, {
        ...common,
        name: 'EstimatedTPMQuotaUsage',
        dimensions,
        value: tokens,
      })
    }
  }
}

async function standing({ cx }: World) {
  const { MetricAlarms = [] } = await cx.aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: 'Bedrock-Quota-' }),
  )
  return MetricAlarms
}

describe('on the sandbox', () => {
  it('rings above 80 % of the quota and not below, and goes with cleanup', () =>
    inWorld({}, async (world) => {
      use(world, SONNET, 161_000)
      use(world, 'amazon.nova-pro-v1:0', 799_000)
      expect((await world.setup()).error).toBeUndefined()
      world.sandbox.services.cloudwatch.evaluateAlarms(world.cx.clock.now())
      expect((await standing(world)).map(({ AlarmName, StateValue }) => [AlarmName, StateValue])).toEqual([
        [NAMES[0], 'OK'],
        [NAMES[1], 'ALARM'],
      ])
      world.sandbox.calls.length = 0
      expect((await world.setup()).report.resources.every(({ outcome }) => outcome === 'unchanged')).toBe(true)
      expect(writingCalls(world)).toEqual([])
      expect((await world.cleanup()).error).toBeUndefined()
      expect(await standing(world)).toEqual([])
    }))

  it('rings above 80 % of the requests a minute and not below, however few the tokens', () =>
    inWorld({}, async (world) => {
      const now = world.cx.clock.now()
      use(world, SONNET, 10, now, 160)
      use(world, 'amazon.nova-pro-v1:0', 10, now, 201)
      expect((await world.setup({ only: ['alarms'] })).error).toBeUndefined()
      world.sandbox.services.cloudwatch.evaluateAlarms(now)
      const states = (await standing(world)).map(({ AlarmName, StateValue }) => [AlarmName, StateValue])
      expect(states).toEqual([
        [NAMES[0], 'ALARM'],
        [NAMES[1], 'OK'],
      ])
    }))

  it('follows a quota that was raised', () =>
    inWorld({}, async (world) => {
      use(world, SONNET, 161_000)
      await world.setup()
      const name = 'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1'
      world.sandbox.services.quotas.set(REGION, name, 400_000)
      await world.setup()
      world.sandbox.services.cloudwatch.evaluateAlarms(world.cx.clock.now())
      const [alarm] = await standing(world)
      expect(alarm?.StateValue).toBe('OK')
      expect(alarm?.AlarmDescription).toContain('400,000 tokens')
    }))

  it('is taken away when its model is no longer in use, unless it is not ours', () =>
    inWorld({}, async (world) => {
      use(world, SONNET, 10)
      const theirs = { MetricName: 'Invocations', Namespace: 'AWS/Bedrock', Statistic: 'Sum' as const, Period: 60 }
      await world.cx.aws.cloudwatch.send(
        new PutMetricAlarmCommand({
          ...theirs,
          AlarmName: 'Bedrock-Quota-theirs',
          Threshold: 1,
          EvaluationPeriods: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      )
      await world.setup()
      expect((await standing(world)).map(({ AlarmName }) => AlarmName)).toEqual([NAMES[1], 'Bedrock-Quota-theirs'])
      await world.cx.clock.sleep(15 * 24 * 60 * MINUTE, world.abort.signal)
      expect((await world.setup()).error).toBeUndefined()
      expect((await standing(world)).map(({ AlarmName }) => AlarmName)).toEqual(['Bedrock-Quota-theirs'])
      expect((await world.cleanup()).error).toBeUndefined()
      expect((await standing(world)).map(({ AlarmName }) => AlarmName)).toEqual(['Bedrock-Quota-theirs'])
    }))

  it('leaves what stands alone where the quotas cannot be read, and says so', () =>
    inWorld({ maxAttempts: 1 }, async (world) => {
      use(world, SONNET, 10)
      await world.setup()
      world.sandbox.faults.push({ kind: 'access-denied', service: 'quotas' })
      world.sandbox.calls.length = 0
      const { report, error } = await world.setup()
      expect(error).toBeUndefined()
      expect(report.warnings.map(({ code }) => code)).toContain('quotas-unreadable')
      expect(writingCalls(world)).toEqual([])
      expect(await standing(world)).toHaveLength(1)
    }))

  it('is left as it is where nobody may ask which models the application profiles lead to', () =>
    inWorld({ maxAttempts: 1 }, async (world) => {
      const { bedrock } = world.sandbox.services
      const place = { region: REGION, account: world.sandbox.account }
      use(world, 'amazon.nova-pro-v1:0', 10)
      use(world, bedrock.addApplicationProfile({ ...place, name: 'app', modelId: 'amazon.nova-pro-v1:0' }), 10)
      await world.setup()
      const before = await standing(world)
      expect(before[0]?.Metrics).toHaveLength(5)
      world.sandbox.faults.push({ kind: 'access-denied', operation: 'ListInferenceProfiles' })
      expect((await world.setup({ only: ['alarms'] })).error).toBeUndefined()
      expect((await standing(world))[0]?.Metrics).toEqual(before[0]?.Metrics)
    }))

  it('costs one call a Region where nothing is in use, and none in the minimal profile', () =>
    inWorld({}, async (world) => {
      const count = () =>
        world.sandbox.calls.filter(({ service, operation }) => service === 'quotas' || operation === 'DescribeAlarms')
          .length
      await world.setup({ dryRun: true })
      expect(count()).toBe(2)
      world.sandbox.calls.length = 0
      await world.setup({ dryRun: true }, undefined, { alarms: 'minimal' })
      expect(count()).toBe(1)
    }))
})
