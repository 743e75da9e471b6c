import { expect, test } from '@jest/globals'
import { playOn, watchAlarms } from '../../../../src/cli/commands/sandbox/traffic.ts'
import type { Invocation } from '../../../../src/sandbox/traffic.ts'
import { listAlarms } from '../../../../src/steps/alarms/alarm-list.ts'
import { inWorld, REGION, type World } from '../../../support/world.ts'

test('goes on with so many calls a minute as time goes by, each at its own time, until it is stopped', () =>
  inWorld({}, async ({ sandbox }) => {
    const start = Date.UTC(2026, 10, 23, 2, 30)
    let now = start
    const stop = new Error('stopped')
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms
        if (now > start + 3_600_000) throw stop
      },
    }
    const played: Invocation[][] = []
    const play = (calls: readonly Invocation[]) => {
      played.push([...calls])
      return { metrics: 0, records: 0, objects: 0 }
    }
    const { signal } = new AbortController()
    await expect(playOn({ clock, signal }, sandbox, { seed: 1, perMinute: 10, start }, play)).rejects.toBe(stop)
    const calls = played.flat()
    // 600 are expected; ten standard deviations to either side.
    expect(Math.abs(calls.length - 600)).toBeLessThan(250)
    expect(calls.every(({ time }) => time >= start && time < start + 3_600_000)).toBe(true)
    expect(calls.map(({ time }) => time)).toEqual(calls.map(({ time }) => time).sort((a, b) => a - b))
    expect(new Set(calls.map(({ requestId }) => requestId)).size).toBe(calls.length)
  }))

test('evaluates the alarms as time goes by, so that they ring without anybody asking', () =>
  inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
    await world.setup({ only: ['alarms'] })
    const { signal } = new AbortController()
    const start = Math.floor(world.cx.clock.now() / 60_000) * 60_000
    let now = start
    const states: string[] = []
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        const alarms = await listAlarms(world.cx, world.env)
        const { state } = alarms.find(({ name }) => name === 'Bedrock-HighErrorRate') ?? { state: 'MISSING' }
        if (state !== states.at(-1)) states.push(state)
        for (let n = 0; n < 3; n += 1) putError(world, now)
        now += ms
        if (now > start + 120_000) throw new Error('stopped')
      },
    }
    await expect(watchAlarms({ clock, signal }, world.sandbox)).rejects.toThrow('stopped')
    expect(states).toEqual(['OK', 'ALARM'])
  }))

function putError({ sandbox }: World, timestamp: number): void {
  const error = { namespace: 'AWS/Bedrock', name: 'InvocationClientErrors', timestamp, value: 1 }
  sandbox.services.cloudwatch.putMetric(REGION, error)
}
