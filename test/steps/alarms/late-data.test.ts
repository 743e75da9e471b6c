import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { inWorld, REGION, type World } from '../../support/world.ts'

const MINUTE = 60_000
const ONLY = { only: ['alarms'] }

interface Points {
  namespace?: string
  dimensions?: Readonly<Record<string, string>>
  /** Values by the minutes before now that they are of. */
  at: Readonly<Record<number, number>>
}

const nowOf = ({ cx }: World) => Math.floor(cx.clock.now() / MINUTE) * MINUTE

function put(world: World, name: string, { namespace = 'AWS/Bedrock', dimensions = {}, at }: Points): void {
  for (const [ago, value] of Object.entries(at)) {
    world.sandbox.services.cloudwatch.putMetric(REGION, {
      namespace,
      name,
      dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      timestamp: nowOf(world) - Number(ago) * MINUTE,
      value,
    })
  }
}

/** The alarms that are in ALARM some minutes from now. */
async function ringing(world: World, minutes = 0): Promise<string[]> {
  world.sandbox.services.cloudwatch.evaluateAlarms(nowOf(world) + minutes * MINUTE)
  const { MetricAlarms = [] } = await world.cx.aws.cloudwatch.send(
    new DescribeAlarmsCommand({ StateValue: 'ALARM', MaxRecords: 100 }),
  )
  return MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []).sort()
}

const inStep5 = (body: (world: World) => Promise<void>) => inWorld({ isSetUp: ONLY }, body)

describe('data that is late', () => {
  test.each<[string, string, Points]>([
    ['Bedrock-ServerErrors', 'InvocationServerErrors', { at: { 8: 6 } }],
    ['Bedrock-LogDeliveryFailures', 'ModelInvocationLogsS3DeliveryFailure', { at: { 8: 1 } }],
    ['Bedrock-MantleInputTokens', 'TotalInputTokens', { namespace: 'AWS/BedrockMantle', at: { 65: 100_001 } }],
    ['Bedrock-MantleErrors', 'InferenceClientErrors', { namespace: 'AWS/BedrockMantle', at: { 8: 11 } }],
    [
      'Bedrock-GuardrailInterventions',
      'InvocationsIntervened',
      { namespace: 'AWS/Bedrock/Guardrails', dimensions: { Operation: 'ApplyGuardrail' }, at: { 8: 21 } },
    ],
  ])('sets off %s all the same, though newer periods were looked at without it', (alarm, metric, points) =>
    inStep5(async (world) => {
      put(world, 'Invocations', { at: { 1: 10, 6: 10 } })
      expect(await ringing(world)).toEqual([])
      put(world, metric, points)
      expect(await ringing(world)).toContain(alarm)
      expect(await ringing(world, 180)).toEqual([])
    }),
  )

  test('of an error rate counts once it is there: two of three periods are enough', () =>
    inStep5(async (world) => {
      put(world, 'Invocations', { at: { 2: 100, 7: 100, 12: 100 } })
      put(world, 'InvocationServerErrors', { at: { 12: 5 } })
      put(world, 'InvocationClientErrors', { at: { 12: 1 } })
      expect(await ringing(world)).toEqual([])
      put(world, 'InvocationClientErrors', { at: { 7: 6 } })
      expect(await ringing(world)).toEqual(['Bedrock-ErrorRate'])
    }))

  test('is not taken for nothing: without any, everything stays quiet', () =>
    inStep5(async (world) => {
      expect(await ringing(world)).toEqual([])
      expect(await ringing(world, 120)).toEqual([])
    }))
})

describe('log delivery', () => {
  const documented = { ModelId: 'Across all model IDs' }

  test('is watched under the dimension that AWS documents', () =>
    inStep5(async (world) => {
      put(world, 'ModelInvocationLargeDataS3DeliveryFailure', { dimensions: documented, at: { 2: 1 } })
      expect(await ringing(world)).toEqual(['Bedrock-LogDeliveryFailures'])
    }))

  test('counts once where both are there', () =>
    inWorld({ isSetUp: ONLY, settings: { logDeliveryFailureThreshold: 3 } }, async (world) => {
      for (const dimensions of [{}, documented]) {
        put(world, 'ModelInvocationLogsS3DeliveryFailure', { dimensions, at: { 2: 3 } })
      }
      expect(await ringing(world)).toEqual([])
      put(world, 'ModelInvocationLogsS3DeliveryFailure', { dimensions: documented, at: { 1: 1 } })
      expect(await ringing(world)).toEqual(['Bedrock-LogDeliveryFailures'])
    }))
})

describe('guardrails', () => {
  const ofAll = { namespace: 'AWS/Bedrock/Guardrails', dimensions: { Operation: 'ApplyGuardrail' } }

  test.each([
    [20, []],
    [21, ['Bedrock-GuardrailInterventions']],
  ])('%d interventions in five minutes', (count, expected) =>
    inStep5(async (world) => {
      put(world, 'Invocations', { ...ofAll, at: { 3: 5_000 } })
      put(world, 'InvocationsIntervened', { ...ofAll, at: { 3: count } })
      // One kind of policy is a part of these.
      put(world, 'InvocationsIntervened', {
        ...ofAll,
        dimensions: { Operation: 'ApplyGuardrail', GuardrailPolicyType: 'ContentPolicy' },
        at: { 3: 500 },
      })
      expect(await ringing(world)).toEqual(expected)
    }),
  )
})

describe('the OpenAI-compatible endpoint', () => {
  const mantle = (dimensions: Record<string, string> = {}) => ({ namespace: 'AWS/BedrockMantle', dimensions })

  /** As AWS has it: of the account, and of the model. */
  function use(world: World, Model: string, input: number, output: number, ago: number): void {
    for (const dimensions of [{}, { Model }]) {
      put(world, 'Inferences', { ...mantle(dimensions), at: { [ago]: 1 } })
      put(world, 'TotalInputTokens', { ...mantle(dimensions), at: { [ago]: input } })
      put(world, 'TotalOutputTokens', { ...mantle(dimensions), at: { [ago]: output } })
    }
  }

  test.each([
    ['100,000 input tokens in an hour', 100_000, []],
    ['100,001 input tokens in an hour', 100_001, ['Bedrock-MantleInputTokens']],
  ])('%s', (_, tokens, expected) =>
    inStep5(async (world) => {
      put(world, 'TotalInputTokens', { ...mantle(), at: { 30: tokens } })
      expect(await ringing(world)).toEqual(expected)
    }),
  )

  // By the list of the sandbox: DeepSeek V3.1 at $0.58 and $1.68, Qwen3 32B at $0.15 and $0.60 a million.
  const SPEND = (10_000 * 0.58 + 2_000 * 1.68 + 40_000 * 0.15 + 9_000 * 0.6) / 1e6

  test.each([
    ['less than they cost', 0.999, ['Bedrock-MantleSpend']],
    ['more than they cost', 1.001, []],
  ])('tokens of two models by type, with a threshold of %s', (_, share, expected) =>
    inWorld({}, async (world) => {
      use(world, 'deepseek.v3.1', 10_000, 2_000, 10)
      use(world, 'qwen.qwen3-32b', 40_000, 9_000, 20)
      const settings = { mantleSpendThreshold: SPEND * share }
      expect((await world.setup(ONLY, undefined, settings)).error).toBeUndefined()
      expect(await ringing(world)).toEqual(expected)
      expect(
        (await world.setup(ONLY, undefined, settings)).report.resources.map(({ outcome }) => outcome),
      ).not.toContain('done')
    }),
  )

  test('tokens of a new model count at the average of those before it, and what is an hour late counts', () =>
    inWorld({}, async (world) => {
      use(world, 'deepseek.v3.1', 10_000, 2_000, 26 * 60)
      expect((await world.setup(ONLY, undefined, { mantleSpendThreshold: 1 })).error).toBeUndefined()
      expect(await ringing(world)).toEqual([])
      use(world, 'maker.new', 2_000_000, 0, 65)
      const ofHours = ['Bedrock-MantleInputTokens', 'Bedrock-MantleSpend']
      expect(await ringing(world)).toEqual(ofHours)
      expect(await ringing(world, 50)).toEqual(ofHours)
      // Two hours after the use: no older point keeps them where there is no newer one.
      expect(await ringing(world, 56)).toEqual([])
    }))

  test('has no alarm on dollars where none of its models has a price, and none on quotas', () =>
    inWorld({}, async (world) => {
      use(world, 'maker.unpriced', 10_000, 2_000, 10)
      const { report } = await world.setup(ONLY)
      const names = report.resources.map(({ name }) => name)
      expect(names).toContain('Bedrock-MantleErrors')
      expect(names.filter((name) => /Spend|Quota/.test(name))).toEqual([])
    }))
})

describe('quotas by the minute', () => {
  const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

  test('leave the reserved tier out, which has a quota of its own', () =>
    inWorld({}, async (world) => {
      const tiers = { ModelId: SONNET, ServiceTier: 'reserved', ResolvedServiceTier: 'reserved' }
      const each = (value: number) => ({ 1: value, 2: value, 3: value, 4: value, 5: value })
      for (const dimensions of [{}, { ModelId: SONNET }, tiers]) {
        put(world, 'Invocations', { dimensions, at: each(1) })
        put(world, 'EstimatedTPMQuotaUsage', { dimensions, at: each(dimensions === tiers ? 100_000 : 190_000) })
      }
      expect((await world.setup(ONLY)).error).toBeUndefined()
      // 90,000 of 200,000: without them it would be 95 %.
      expect(await ringing(world)).toEqual([])
      put(world, 'EstimatedTPMQuotaUsage', { dimensions: { ModelId: SONNET }, at: each(80_000) })
      expect(await ringing(world)).toEqual([`Bedrock-Quota-cross-region.${SONNET.slice(3).replace(':', '-')}`])
    }))
})
