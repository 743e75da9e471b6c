import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Context } from '../../../../src/core/context.ts'
import { timeKey } from '../../../../src/report/grouping.ts'
import { HOUR_MS } from '../../../../src/report/window.ts'
import { inFolder } from '../../../support/folder.ts'
import { converse } from '../../../support/invocation-records.ts'
import { report } from '../../../support/report.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const CX: Context = {
  clock: { now: () => NOW, sleep: () => Promise.reject(new Error('reading files does not sleep')) },
  signal: new AbortController().signal,
  emit: () => {},
}

async function callsBy(by: 'hour' | 'day', timeZone: string, times: readonly number[]) {
  const lines = times.map((time) => converse(1, 1, 1, { time: `${new Date(time).toISOString().slice(0, 19)}Z` }))
  return inFolder({ 'a.jsonl': lines.join('\n') }, async (folder) => {
    const { report: told } = await report(CX, { source: { name: 'file', path: folder }, by: [by], timeZone })
    expect(told.warnings.map(({ code }) => code)).not.toContain('hours-rounded')
    return new Map(
      told.groups.flatMap(({ key, invocations }) => (invocations ? [[key[by], invocations] as const] : [])),
    )
  })
}

test('calls around midnight in India are of the days of its clocks', async () => {
  const times = ['18:15', '18:45', '19:15'].map((time) => Date.parse(`2026-11-20T${time}:00Z`))
  const days = await callsBy('day', 'Asia/Kolkata', times)
  expect(days).toEqual(
    new Map([
      ['2026-11-20', 1],
      ['2026-11-21', 2],
    ]),
  )
})

// Quarters of an hour apart from UTC, and a daylight saving time of half an hour.
const ZONES = ['Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'Europe/Berlin', 'UTC']

test('hours and days of files are those of the clocks, whatever the zone', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom('hour' as const, 'day' as const),
      fc.constantFrom(...ZONES),
      // About the days on which clocks change, too.
      fc.array(fc.integer({ min: -20 * 24 * 60, max: 0 }), { minLength: 1, maxLength: 30 }),
      fc.constantFrom(0, 26, 230),
      async (by, zone, minutes, daysAgo) => {
        const times = minutes.map((minute) => NOW - daysAgo * 24 * HOUR_MS + minute * 60_000)
        const expected = new Map<string, number>()
        for (const time of times) {
          const key = timeKey(by, time, zone)
          expected.set(key, (expected.get(key) ?? 0) + 1)
        }
        expect(new Map([...(await callsBy(by, zone, times))].sort())).toEqual(new Map([...expected].sort()))
      },
    ),
    { numRuns: 40 },
  ))
