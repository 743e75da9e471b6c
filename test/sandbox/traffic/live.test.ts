import { expect, test } from '@jest/globals'
import { createPlayer, generateTraffic, type Invocation } from '../../../src/sandbox/traffic.ts'
import { sourcesOf } from '../../support/logged-traffic.ts'
import { report } from '../../support/report.ts'
import { truth } from '../../support/truth.ts'
import { inWorld, REGION, type World } from '../../support/world.ts'

const HOUR = 3_600_000

/** Calls of a span of time, a minute of which is as busy as any. */
function calls({ sandbox }: World, seed: number, start: number, end: number): Invocation[] {
  return generateTraffic({ seed, start, end, account: sandbox.account, region: REGION, steady: true })
}

async function told(world: World, start: number, end: number) {
  const window = { start, end }
  const { metrics, logs, s3 } = sourcesOf(world, window, '')
  const totals = await Promise.all(
    [metrics, logs, s3].map(async (source) => {
      if (!source) throw new Error('no source')
      const { invocations, inputTokens, outputTokens, throttles } = (await report(world.cx, { source })).report.total
      return { invocations, inputTokens, outputTokens, throttles }
    }),
  )
  return totals
}

test('what was called before logging was on is in log and bucket once it is, and all sources agree', () =>
  inWorld({}, async (world) => {
    const play = createPlayer(world.sandbox.services)
    const end = Math.floor(world.cx.clock.now() / HOUR) * HOUR
    const before = calls(world, 1, end - 5 * HOUR, end - HOUR)
    expect(play(before)).toMatchObject({ records: 0, objects: 0 })
    await world.setup()
    const after = calls(world, 2, end - HOUR, end)
    expect(play(after).records).toBe(after.length)
    const { invocations, inputTokens, outputTokens, throttles } = truth([...before, ...after]).total
    const expected = { invocations, inputTokens, outputTokens, throttles }
    expect(await told(world, end - 5 * HOUR, end)).toEqual([expected, expected, expected])
  }))

test('records are delivered once, however often logging is configured', () =>
  inWorld({}, async (world) => {
    const play = createPlayer(world.sandbox.services)
    const end = Math.floor(world.cx.clock.now() / HOUR) * HOUR
    const before = calls(world, 3, end - HOUR, end)
    play(before)
    await world.setup()
    await world.setup({}, undefined, { metadataOnly: true })
    const { invocations, inputTokens, outputTokens, throttles } = truth(before).total
    const expected = { invocations, inputTokens, outputTokens, throttles }
    expect(await told(world, end - HOUR, end)).toEqual([expected, expected, expected])
  }))
