import { describe, expect, it, test } from '@jest/globals'
import { AppError } from '../../../../src/core/errors.ts'
import { readMetricsOf } from '../../../../src/report/sources/metrics/read.ts'
import { tally } from '../../../../src/report/tally.ts'
import { HOUR_MS, lastHours } from '../../../../src/report/window.ts'
import { FakeCloudWatch } from '../../../support/fake-cloudwatch.ts'
import { reportContext } from '../../../support/report-context.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 37, 12)
const WINDOW = lastHours(NOW, 24)
const MODEL = { ModelId: 'us.maker.one-v1:0' }

/** A Region's CloudWatch with what is put into it. */
function region(name: string, fill: (cloudwatch: FakeCloudWatch) => void = () => undefined, fault?: AppError) {
  const cloudwatch = new FakeCloudWatch({
    fault: () => {
      if (fault) throw fault
    },
  })
  fill(cloudwatch)
  return { account: '111122223333', region: name, cx: reportContext(cloudwatch.client, NOW) }
}

function read(places: ReturnType<typeof region>[], by: readonly string[] = ['model'], window = WINDOW) {
  return readMetricsOf(reportContext(new FakeCloudWatch().client, NOW), places, { window, by })
}

const used = (tokens: number, latencyMs: number) => (cloudwatch: FakeCloudWatch) => {
  cloudwatch.put('Invocations', MODEL, NOW, 1)
  cloudwatch.put('InputTokenCount', MODEL, NOW, tokens)
  cloudwatch.put('InvocationLatency', MODEL, NOW, latencyMs)
}

test('several accounts are told apart, in one Region too', async () => {
  const other = { ...region('us-east-1', used(5, 300)), account: '444455556666' }
  const reading = await read([region('us-east-1', used(10, 100)), other], ['account'])
  expect(Array.from(reading.rows, ({ dimensions, counters }) => [dimensions.account, counters.inputTokens])).toEqual([
    ['111122223333', 10],
    ['444455556666', 5],
  ])
  expect([reading.accounts, reading.regions]).toEqual([['111122223333', '444455556666'], ['us-east-1']])
  const of = (account: string) => reading.percentiles.find(({ key }) => key.account === account)?.latency.p50
  expect([of('111122223333'), of('444455556666')]).toEqual([100, 300])
})

test('a place that cannot be read is named with its account where there are several', async () => {
  const denied = new AppError('aws', 'AccessDenied', 'denied')
  const other = { ...region('us-east-1', undefined, denied), account: '444455556666' }
  const { warnings } = await read([region('us-east-1', used(10, 100)), other])
  expect(warnings).toContainEqual({
    code: 'region-unreadable',
    message: 'us-east-1 of 444455556666 is left out: denied',
  })
})

describe('several Regions', () => {
  it('are read side by side into one report', async () => {
    const reading = await read([region('us-east-1', used(10, 100)), region('eu-west-1', used(5, 300))])
    expect(tally(reading.rows).counters.inputTokens).toBe(15)
    expect(Array.from(reading.rows, ({ dimensions }) => dimensions)).toEqual([
      { model: MODEL.ModelId, account: '111122223333', region: 'us-east-1', profile: MODEL.ModelId },
      { model: MODEL.ModelId, account: '111122223333', region: 'eu-west-1', profile: MODEL.ModelId },
    ])
    expect(reading.regions).toEqual(['us-east-1', 'eu-west-1'])
    expect(reading.warnings.map(({ code }) => code)).toEqual(['percentiles-not-joined'])
  })

  it('have percentiles of their own', async () => {
    const reading = await read([region('us-east-1', used(10, 100)), region('eu-west-1', used(5, 300))], ['region'])
    const of = (name: string) => reading.percentiles.find(({ key }) => key.region === name)?.latency.p50
    expect([of('us-east-1'), of('eu-west-1')]).toEqual([100, 300])
  })

  it('are reported without one that cannot be read, which is named', async () => {
    const off = new AppError('credentials', 'UnrecognizedClientException', 'the security token is invalid')
    const reading = await read([region('us-east-1', used(10, 100)), region('me-south-1', undefined, off)])
    expect(tally(reading.rows).counters.inputTokens).toBe(10)
    expect(reading.incomplete).toBe(true)
    expect(reading.warnings).toContainEqual({
      code: 'region-unreadable',
      message: 'me-south-1 is left out: the security token is invalid',
    })
  })

  it('fail where none can be read', async () => {
    const denied = new AppError('aws', 'AccessDenied', 'denied')
    await expect(read([region('us-east-1', undefined, denied), region('eu-west-1', undefined, denied)])).rejects.toBe(
      denied,
    )
  })

  it('end at once when the user interrupts', async () => {
    const stopped = new AppError('interrupted', 'Interrupted', 'interrupted')
    await expect(read([region('us-east-1', used(1, 1)), region('eu-west-1', undefined, stopped)])).rejects.toBe(stopped)
  })
})

test('hours are told apart in a window of more than seven days, when they are asked for', async () => {
  const window = lastHours(NOW, 24 * 10)
  const { rows } = await read([region('us-east-1', used(1, 1))], ['hour'], window)
  expect(Array.from(rows, ({ start }) => start)).toEqual([Math.floor(NOW / HOUR_MS) * HOUR_MS])
})

// The namespace AWS/BedrockMantle: Inferences, InferenceClientErrors, TotalInputTokens, TotalOutputTokens by Model.
describe('calls through the OpenAI-compatible endpoint', () => {
  const mantle = (cloudwatch: FakeCloudWatch) => {
    const model = { Model: 'openai.gpt-oss-120b' }
    cloudwatch.putMantle('Inferences', model, NOW, 4)
    cloudwatch.putMantle('InferenceClientErrors', model, NOW, 1)
    cloudwatch.putMantle('TotalInputTokens', model, NOW, 400)
    cloudwatch.putMantle('TotalOutputTokens', model, NOW, 50)
    cloudwatch.putMantle('TotalInputTokens', { Project: 'p' }, NOW, 400)
    cloudwatch.putMantle('InputTokens', { Project: 'p', ...model }, NOW, 400)
  }

  it('are rows of their own, without durations, and said to lack much', async () => {
    const reading = await read([region('us-east-1', (one) => [used(10, 100)(one), mantle(one)])])
    const row = [...reading.rows].find(({ dimensions }) => dimensions.model === 'bedrock-mantle/openai.gpt-oss-120b')
    expect(row?.counters).toMatchObject({ invocations: 4, clientErrors: 1, inputTokens: 400, outputTokens: 50 })
    expect(row?.latency).toEqual({ sumMs: 0, samples: 0, maxMs: null })
    expect(tally(reading.rows).counters.inputTokens).toBe(410)
    expect(reading.warnings).toEqual([
      { code: 'mantle', message: expect.stringMatching(/^5 calls in us-east-1 .*no latency/) },
    ])
  })

  it('are found where nothing else was called', async () => {
    const reading = await read([region('us-east-1', mantle)])
    expect(tally(reading.rows).counters.invocations).toBe(4)
    expect(reading.warnings.map(({ code }) => code)).toEqual(['mantle'])
  })
})
