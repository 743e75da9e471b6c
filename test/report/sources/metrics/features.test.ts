import { describe, expect, test } from '@jest/globals'
import type { Besides } from '../../../../src/report/features.ts'
import { readMetrics } from '../../../../src/report/sources/metrics/read-region.ts'
import { tally } from '../../../../src/report/tally.ts'
import { HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { featureTraffic } from '../../../../src/sandbox/traffic.ts'
import { FakeCloudWatch, type FakeOptions } from '../../../support/fake-cloudwatch.ts'
import { reportContext } from '../../../support/report-context.ts'
import { REGION } from '../../../support/report-rows.ts'

const ACCOUNT = '111122223333'
const NOW = Date.UTC(2026, 10, 23, 10, 37, 12)
const WINDOW = lastHours(NOW, 24)
const GUARDRAILS = 'AWS/Bedrock/Guardrails'
const ARN = `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/one`

async function read(fill: (cloudwatch: FakeCloudWatch) => void, options: FakeOptions = {}, features = true) {
  const cloudwatch = new FakeCloudWatch(options)
  fill(cloudwatch)
  const place = { account: ACCOUNT, region: REGION, cx: reportContext(cloudwatch.client, NOW) }
  const reading = await readMetrics(place, { window: WINDOW, by: [], features })
  const besides: Besides = reading.besides ?? { features: [], policies: [] }
  return { reading, ...besides, requests: cloudwatch.requests.map(({ command }) => command) }
}

describe('what is used besides models', () => {
  test('costs a listing of each namespace and no request of its own', async () => {
    const fill = (cloudwatch: FakeCloudWatch) => {
      cloudwatch.put('Invocations', { ModelId: 'maker.one' }, NOW - HOUR_MS, 1)
      cloudwatch.putIn(GUARDRAILS, 'Invocations', { Operation: 'ApplyGuardrail' }, NOW - HOUR_MS, 1)
    }
    const count = (all: readonly string[], command: string) => all.filter((one) => one === command).length
    const [without, with_] = [await read(fill, {}, false), await read(fill)]
    expect(without.features).toEqual([])
    expect(count(with_.requests, 'ListMetrics')).toBe(count(without.requests, 'ListMetrics') + 4)
    expect(count(with_.requests, 'GetMetricData')).toBe(count(without.requests, 'GetMetricData'))
  })

  test('is nothing where CloudWatch has nothing of it', async () => {
    const { reading } = await read((cloudwatch) => cloudwatch.put('Invocations', { ModelId: 'm' }, NOW - HOUR_MS, 1))
    expect(reading.besides).toBeUndefined()
  })

  test('is told where no model was called, too', async () => {
    const { features, reading } = await read((cloudwatch) => {
      cloudwatch.putIn('AWS/Bedrock/KnowledgeBases', 'Invocations', { KnowledgeBaseId: 'KB1' }, NOW - HOUR_MS, 7)
    })
    expect(features).toEqual([
      {
        feature: 'knowledge-bases',
        account: ACCOUNT,
        region: REGION,
        resource: 'KB1',
        invocations: 7,
        clientErrors: 0,
        serverErrors: 0,
        throttles: 0,
      },
    ])
    expect(reading.warnings.map(({ code }) => code)).toEqual(['no-usage'])
  })

  test('counts each call once, whatever sets of dimensions it stands under, and what no resource has last', async () => {
    const { features } = await read((cloudwatch) => {
      const put = (metric: string, value: number, ...sets: Record<string, string>[]) => {
        for (const set of sets) cloudwatch.putIn(GUARDRAILS, metric, set, NOW - HOUR_MS, value)
      }
      const all = { Operation: 'ApplyGuardrail' }
      put('Invocations', 5, { GuardrailArn: ARN, GuardrailVersion: '1' }, { GuardrailContentSource: 'Input' }, all)
      put('Invocations', 2, { GuardrailArn: ARN, GuardrailVersion: '2' }, { GuardrailContentSource: 'Output' }, all)
      put('Invocations', 7, { GuardrailPolicyType: 'ContentPolicy' }, { GuardrailPolicyType: 'WordPolicy' })
      put('Invocations', 3, all)
      put('InvocationsIntervened', 1, { GuardrailArn: ARN, GuardrailVersion: '2' }, all)
    })
    expect(features).toMatchObject([
      { resource: ARN, invocations: 7, intervened: 1 },
      { resource: null, invocations: 3, intervened: 0 },
    ])
  })

  test('is told by the smallest set of dimensions that there is, where AWS documents none', async () => {
    const { features } = await read((cloudwatch) => {
      for (const set of [{ Mystery: 'a' }, { Mystery: 'b', More: 'c' }]) {
        cloudwatch.putIn('AWS/Bedrock/Flows', 'Invocations', set as Record<string, string>, NOW - HOUR_MS, 4)
      }
    })
    expect(features).toMatchObject([{ feature: 'flows', resource: 'a', invocations: 4 }])
  })

  test('is not known where CloudWatch does not tell it', async () => {
    const { features, reading } = await read(
      (cloudwatch) => {
        cloudwatch.putIn(GUARDRAILS, 'Invocations', { GuardrailArn: ARN }, NOW - HOUR_MS, 4)
        cloudwatch.putIn(GUARDRAILS, 'TextUnitCount', { GuardrailArn: ARN }, NOW - HOUR_MS, 9)
      },
      { status: (metric) => (metric === 'TextUnitCount' ? 'Forbidden' : undefined) },
    )
    expect(features).toMatchObject([{ resource: ARN, invocations: 4, textUnits: null }])
    expect(reading.incomplete).toBe(true)
    expect(reading.warnings.map(({ message }) => message).join()).toContain(`in ${GUARDRAILS} ${ARN}`)
  })

  test('of a day of traffic adds up to what was put', async () => {
    const samples = featureTraffic({ seed: 3, ...WINDOW, account: ACCOUNT, region: REGION })
    const { features, policies } = await read((cloudwatch) => {
      for (const { namespace, name, dimensions = [], timestamp, value } of samples) {
        const set = Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]))
        cloudwatch.putIn(namespace, name, set, timestamp, value)
      }
    })
    const truth = (namespace: string, name: string, of: string) =>
      samples
        .filter((one) => one.namespace === namespace && one.name === name)
        .filter(({ dimensions = [] }) => dimensions.map(({ Name }) => Name).join() === of)
        .reduce((sum, { value }) => sum + value, 0)
    const sum = (feature: string, counter: 'invocations' | 'inputTokens' | 'textUnits') =>
      features.filter((one) => one.feature === feature).reduce((total, one) => total + (one[counter] ?? 0), 0)
    expect(sum('guardrails', 'invocations')).toBe(truth(GUARDRAILS, 'Invocations', 'Operation'))
    expect(sum('guardrails', 'textUnits')).toBe(truth(GUARDRAILS, 'TextUnitCount', 'Operation'))
    expect(sum('agents', 'invocations')).toBe(truth('AWS/Bedrock/Agents', 'InvocationCount', 'Operation'))
    expect(sum('agents', 'inputTokens')).toBe(truth('AWS/Bedrock/Agents', 'InputTokenCount', 'Operation'))
    expect(sum('flows', 'invocations')).toBe(truth('AWS/Bedrock/Flows', 'Invocations', 'FlowArn'))
    expect(policies.reduce((total, { textUnits }) => total + (textUnits ?? 0), 0)).toBe(sum('guardrails', 'textUnits'))
  })
})

describe('the OpenAI-compatible endpoint', () => {
  test('is read by project and model where its metrics stand by both alone', async () => {
    const both = (Project: string) => ({ Model: 'maker.one', Project })
    const { reading } = await read((cloudwatch) => {
      for (const project of ['a', 'b']) {
        cloudwatch.putMantle('Inferences', both(project), NOW - HOUR_MS, 2)
        cloudwatch.putMantle('InputTokens', both(project), NOW - HOUR_MS, 100)
      }
      cloudwatch.putMantle('OutputTokens', both('b'), NOW - HOUR_MS, 30)
      cloudwatch.putMantle('Inferences', { Project: 'a' }, NOW - HOUR_MS, 2)
    })
    const [row, ...more] = [...reading.rows]
    expect(more).toEqual([])
    expect(row?.dimensions.model).toBe('bedrock-mantle/maker.one')
    expect(tally(reading.rows).counters).toMatchObject({ invocations: 4, inputTokens: 200, outputTokens: 30 })
  })

  test('counts once what stands by model, and by model and project', async () => {
    const { reading } = await read((cloudwatch) => {
      cloudwatch.putMantle('Inferences', { Model: 'maker.one' }, NOW - HOUR_MS, 2)
      cloudwatch.putMantle('Inferences', { Model: 'maker.one', Project: 'a' }, NOW - HOUR_MS, 2)
      cloudwatch.putMantle('TotalInputTokens', { Model: 'maker.one' }, NOW - HOUR_MS, 50)
      cloudwatch.putMantle('InputTokens', { Model: 'maker.one', Project: 'a' }, NOW - HOUR_MS, 50)
    })
    expect(tally(reading.rows).counters).toMatchObject({ invocations: 2, inputTokens: 50 })
  })
})

test('what log delivery is documented under is no model', async () => {
  const { reading } = await read((cloudwatch) => {
    const all = { ModelId: 'Across all model IDs' }
    cloudwatch.put('ModelInvocationLogsS3DeliverySuccess', all, NOW - HOUR_MS, 3)
  })
  expect([...reading.rows]).toEqual([])
})
