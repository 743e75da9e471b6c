import { describe, expect, test } from '@jest/globals'
import { AppError } from '../../src/core/errors.ts'
import { MINUTE_MS } from '../../src/report/window.ts'
import { fold, newRegion, nextAsk } from '../../src/watch/region-state.ts'
import { readRegion } from '../../src/watch/watcher.ts'
import { FakeCloudWatch, type FakeOptions } from '../support/fake-cloudwatch.ts'
import { reportContext } from '../support/report-context.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 30, 20)
const minute = (ago: number) => Math.floor(NOW / MINUTE_MS) * MINUTE_MS - ago * MINUTE_MS

/** Asks for the whole hour, then for what is new a minute later. */
async function twice(put: (cloudwatch: FakeCloudWatch) => void, options: FakeOptions = {}) {
  const cloudwatch = new FakeCloudWatch(options)
  put(cloudwatch)
  const read = (state: ReturnType<typeof newRegion>, now: number) =>
    readRegion(reportContext(cloudwatch.client, now), state, nextAsk(state, now))
  const first = fold(
    newRegion({ account: '111122223333', region: 'us-east-1' }),
    await read(newRegion({ account: '111122223333', region: 'us-east-1' }), NOW),
  )
  const asked = cloudwatch.requests.length
  const second = fold(first, await read(first, NOW + MINUTE_MS))
  return { first, second, later: cloudwatch.requests.slice(asked) }
}

describe('a model behind the OpenAI-compatible endpoint', () => {
  test('is counted under a name of its own, minute by minute, and has no percentile', async () => {
    const { first, second, later } = await twice((cloudwatch) => {
      cloudwatch.putMantle('Inferences', { Model: 'openai.gpt-oss-120b' }, minute(3), 4)
      cloudwatch.putMantle('TotalInputTokens', { Model: 'openai.gpt-oss-120b' }, minute(3), 100)
    })
    expect(first.rows).toMatchObject([
      {
        dimensions: { account: '111122223333', model: 'bedrock-mantle/openai.gpt-oss-120b', region: 'us-east-1' },
        counters: { invocations: 4 },
      },
    ])
    expect(second.rows).toEqual(first.rows)
    expect(first.p99.size).toBe(0)
    expect(later.map(({ command }) => command)).toEqual(['GetMetricData'])
  })
})

describe('percentiles that cannot be had', () => {
  const timed = (cloudwatch: FakeCloudWatch) => {
    for (const dimensions of [{ ModelId: 'maker.one' }, {}] as Record<string, string>[]) {
      cloudwatch.put('Invocations', dimensions, minute(3), 1)
      cloudwatch.put('InvocationLatency', dimensions, minute(3), 500)
    }
  }
  const refusing = (error: unknown): FakeOptions => ({
    fault(_command, input) {
      if (JSON.stringify(input).includes('"p99"')) throw error
    },
  })

  test('leave the rest standing', async () => {
    const { first } = await twice(timed, refusing(new AppError('aws', 'InvalidParameterValue', 'no percentiles here')))
    expect(first.p99.size).toBe(0)
    expect(first.rows).toHaveLength(1)
  })

  test.each([
    ['a passing fault', new AppError('aws', 'Throttling', 'slow down', { transient: true })],
    ['bad credentials', new AppError('credentials', 'ExpiredToken', 'expired')],
    ['a bug', new TypeError('a bug')],
  ])('%s is no such thing', async (_title, error) => {
    await expect(twice(timed, refusing(error))).rejects.toBe(error)
  })
})
