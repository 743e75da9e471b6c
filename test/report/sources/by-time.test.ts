import { expect, test } from '@jest/globals'
import { timeKey } from '../../../src/report/grouping.ts'
import type { Report } from '../../../src/report/view.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import type { Invocation } from '../../../src/sandbox/traffic.ts'
import { nearestRank } from '../../support/fake-cloudwatch.ts'
import { inFolder } from '../../support/folder.ts'
import { download, playLogged, sourcesOf, withLoggedLatency } from '../../support/logged-traffic.ts'
import { report } from '../../support/report.ts'
import { THIRD } from '../../support/share.ts'
import { inWorld } from '../../support/world.ts'

const percentiles = (values: readonly number[]) =>
  Object.fromEntries([50, 90, 99].map((at) => [`p${at}`, values.length === 0 ? null : nearestRank(values, at)]))

/** Every group has the percentiles of exactly its calls. */
function holds(said: Report, calls: readonly Invocation[], by: readonly string[], zone: string): void {
  const keyOf = (call: Invocation) =>
    JSON.stringify(by.map((name) => (name === 'model' ? call.modelId : timeKey(name, call.time, zone))))
  expect(said.groups.some(({ latencyMs }) => latencyMs.p50 !== null)).toBe(true)
  for (const { key, latencyMs, timeToFirstTokenMs } of said.groups) {
    const own = calls.filter((call) => keyOf(call) === JSON.stringify(by.map((name) => key[name])))
    const latencies = own.flatMap(({ latencyMs }) => latencyMs ?? [])
    expect([key, latencyMs]).toEqual([key, expect.objectContaining(percentiles(latencies))])
    expect(timeToFirstTokenMs.p50 === null).toBe(own.every((call) => call.timeToFirstTokenMs === undefined))
  }
}

test.each(
  THIRD.of<[string[], string]>([
    [['hour'], 'UTC'],
    [['day'], 'UTC'],
    [['model', 'hour'], 'Asia/Kolkata'],
    [['day', 'model'], 'America/New_York'],
    [['day'], 'Asia/Kolkata'],
  ]),
)('percentiles by %p in %s are exact from every source', (by, timeZone) =>
  inWorld({ isSetUp: true }, async (world) => {
    const played = playLogged(world, { seed: 4, hours: 27, perHour: 8 })
    await inFolder({}, async (folder) => {
      await download(world, folder)
      for (const [name, source] of Object.entries(sourcesOf(world, played.window, folder))) {
        const { report: said } = await report(world.cx, { source, by, timeZone })
        const timed = name === 'metrics' ? played.invocations : withLoggedLatency(played.invocations)
        const calls = name === 'metrics' ? timed : timed.map(asLogged)
        holds(said, calls, by, timeZone)
      }
    })
  }),
)

test.each(
  THIRD.of([
    ['Asia/Kolkata', '2026-11-12T10:23:00Z'],
    ['Australia/Lord_Howe', '2026-10-08T10:23:00Z'],
    ['America/New_York', '2026-11-05T10:23:00Z'],
  ]),
)('the days of %s are the same from every source, in the series and by day, none left out', (zone, now) =>
  inWorld({}, async (world) => {
    world.pass(Date.parse(now) - world.cx.clock.now())
    await world.setup()
    const played = playLogged(world, { seed: 4, hours: 9 * 24, perHour: 1 })
    const days = new Map<string, number>()
    for (let at = played.window.start; at < played.window.end; at += HOUR_MS) days.set(timeKey('day', at, zone), 0)
    for (const { time, inputTokens } of played.invocations) {
      const day = timeKey('day', time, zone)
      days.set(day, (days.get(day) ?? 0) + inputTokens)
    }
    await inFolder({}, async (folder) => {
      await download(world, folder)
      for (const [name, source] of Object.entries(sourcesOf(world, played.window, folder))) {
        const { report: plain } = await report(world.cx, { source, timeZone: zone })
        const { report: byDay } = await report(world.cx, { source, by: ['day'], timeZone: zone })
        const series = plain.series.map((slot) => [timeKey('day', Date.parse(slot.start), zone), slot.inputTokens])
        expect([name, series]).toEqual([name, [...days]])
        expect([name, byDay.groups.map(({ key, inputTokens }) => [key.day, inputTokens])]).toEqual([name, [...days]])
        expect(byDay.groups.map(({ partial }) => partial)).toEqual(plain.series.map(({ partial }) => partial))
        for (const unit of ['week', 'month']) {
          const { report: longer } = await report(world.cx, { source, by: [unit], timeZone: zone })
          const sums = new Map<string, number>()
          for (const [day, tokens] of days) {
            const key = timeKey(unit, Date.parse(day), 'UTC')
            sums.set(key, (sums.get(key) ?? 0) + tokens)
          }
          expect([name, longer.groups.map(({ key, inputTokens }) => [key[unit], inputTokens])]).toEqual([
            name,
            [...sums],
          ])
        }
      }
    })
  }),
)

/** A record tells the time to the first token of InvokeModelWithResponseStream alone. */
function asLogged(call: Invocation): Invocation {
  if (call.operation === 'InvokeModelWithResponseStream') return call
  const { timeToFirstTokenMs: _, ...rest } = call
  return rest
}
