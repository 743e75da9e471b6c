import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { boundsOf, timeKeys, timeRuns } from '../../src/report/calendar.ts'
import { timeKey } from '../../src/report/grouping.ts'
import { HOUR_MS, hourStart, UNITS } from '../../src/report/window.ts'

const at = (text: string) => Date.parse(text)
const shown = (start: string, end: string, by: string[], zone: string) =>
  timeRuns({ start: at(start), end: at(end) }, by, zone).map(({ window, slotMs }) => [
    new Date(window.start).toISOString().slice(0, 16),
    new Date(window.end).toISOString().slice(0, 16),
    slotMs / HOUR_MS,
  ])

describe('the runs of a window', () => {
  it('are one by hour, and none without a grouping by time', () => {
    expect(shown('2026-11-22T10:00Z', '2026-11-23T10:00Z', ['day', 'hour'], 'UTC')).toEqual([
      ['2026-11-22T10:00', '2026-11-23T10:00', 1],
    ])
    expect(shown('2026-11-22T10:00Z', '2026-11-23T10:00Z', ['model'], 'UTC')).toEqual([])
  })

  it('by day have the first in a run of its own where it is not whole, and the last with the others', () => {
    expect(shown('2026-11-20T10:00Z', '2026-11-23T10:00Z', ['day'], 'UTC')).toEqual([
      ['2026-11-20T10:00', '2026-11-21T00:00', 14],
      ['2026-11-21T00:00', '2026-11-23T10:00', 24],
    ])
  })

  it('by day have a day on which the clocks change apart', () => {
    expect(shown('2026-10-23T22:00Z', '2026-10-27T23:00Z', ['day'], 'Europe/Berlin')).toEqual([
      ['2026-10-23T22:00', '2026-10-24T22:00', 24],
      ['2026-10-24T22:00', '2026-10-25T23:00', 25],
      ['2026-10-25T23:00', '2026-10-27T23:00', 24],
    ])
  })

  it('cover the window without a gap, and each slot of theirs is of one day', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York', 'America/Santiago')
    const moments = fc.integer({ min: at('2025-12-01T00:00Z'), max: at('2026-12-01T00:00Z') })
    fc.assert(
      fc.property(zones, moments, fc.integer({ min: 1, max: 40 * 24 }), (zone, moment, hours) => {
        const start = hourStart(moment, zone)
        const end = start + hours * HOUR_MS
        const runs = timeRuns({ start, end }, ['day'], zone)
        expect(runs[0]?.window.start).toBe(start)
        expect(runs.at(-1)?.window.end).toBe(end)
        const days: string[] = []
        runs.forEach(({ window, slotMs }, index) => {
          if (index > 0) expect(window.start).toBe(runs[index - 1]?.window.end)
          for (let slot = window.start; slot < window.end; slot += slotMs) {
            const last = Math.min(slot + slotMs, window.end) - 1
            expect(timeKey('day', last, zone)).toBe(timeKeys(['day'], slot, zone).day)
            days.push(timeKey('day', slot, zone))
          }
        })
        expect(new Set(days).size).toBe(days.length)
      }),
    )
  })
})

describe('the key of a moment', () => {
  it.each([
    ['week', '2026-11-23T00:00Z', 'UTC', '2026-11-23'],
    ['week', '2026-11-29T23:59Z', 'UTC', '2026-11-23'],
    ['week', '2026-11-29T23:59Z', 'Europe/Berlin', '2026-11-30'],
    ['week', '2027-01-01T12:00Z', 'UTC', '2026-12-28'],
    ['week', '1969-12-31T12:00Z', 'UTC', '1969-12-29'],
    ['month', '2026-10-31T23:30Z', 'UTC', '2026-10'],
    ['month', '2026-10-31T23:30Z', 'Europe/Berlin', '2026-11'],
  ])('by %s of %s in %s is %s: weeks begin with Monday', (unit, moment, zone, key) => {
    expect(timeKey(unit, at(moment), zone)).toBe(key)
  })
})

describe('hours, days, weeks and months of a zone', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe']
  const moments = fc.integer({ min: at('2025-12-01T00:00Z'), max: at('2026-12-01T00:00Z') })

  it('cover the window, and each is of one key that no other has', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...UNITS),
        moments,
        fc.integer({ min: 1, max: 20 * 24 * 60 }),
        (zone, unit, start, minutes) => {
          const window = { start, end: start + minutes * 60_000 }
          const bounds = boundsOf(window, unit, zone)
          expect(bounds[0]).toBeLessThanOrEqual(window.start)
          expect(bounds[1]).toBeGreaterThan(window.start)
          expect(bounds.at(-1)).toBeGreaterThanOrEqual(window.end)
          expect(bounds.at(-2)).toBeLessThan(window.end)
          const keys = bounds.slice(0, -1).map((bound, index) => {
            expect(timeKey(unit, (bounds[index + 1] ?? 0) - 1, zone)).toBe(timeKey(unit, bound, zone))
            return timeKey(unit, bound, zone)
          })
          expect(new Set(keys).size).toBe(keys.length)
        },
      ),
    )
  })
})
