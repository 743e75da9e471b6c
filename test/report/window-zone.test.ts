import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import {
  DAY_MS,
  HOUR_MS,
  hourStart,
  isTimeZone,
  MINUTE_MS,
  momentOf,
  offsetAt,
  offsetText,
  wallTime,
} from '../../src/report/window.ts'

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
)
const moments = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2030, 0, 1) })

describe('isTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires'])('knows %p', (name) => {
    expect(isTimeZone(name)).toBe(true)
  })
  it.each(['', 'Berlin', 'Europe/Nowhere', 'CEST!', '\u001b[2J', 'UTC+99'])('does not know %p', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})

describe('momentOf', () => {
  it.each([
    ['an ordinary midnight', 'Europe/Berlin', '2026-11-23T00:00', '2026-11-22T23:00:00.000Z'],
    ['the day of the switch to summer time', 'Europe/Berlin', '2026-03-29T00:00', '2026-03-28T23:00:00.000Z'],
    ['the day after it', 'Europe/Berlin', '2026-03-30T00:00', '2026-03-29T22:00:00.000Z'],
    ['a time that is skipped', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    ['a time that comes twice: the first', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['a midnight that is skipped', 'America/Sao_Paulo', '2018-11-04T00:00', '2018-11-04T03:00:00.000Z'],
    ['a midnight that comes twice: the first', 'America/Havana', '2025-11-02T00:00', '2025-11-02T04:00:00.000Z'],
    ['a day that never was', 'Pacific/Apia', '2011-12-30T00:00', '2011-12-30T10:00:00.000Z'],
    ['a half hour of offset', 'Asia/Kolkata', '2026-11-23T00:00', '2026-11-22T18:30:00.000Z'],
  ])('%s', (_case, zone, wall, moment) => {
    expect(new Date(momentOf(Date.parse(`${wall}Z`), zone)).toISOString()).toBe(moment)
  })

  test('is the first moment at which the clocks show the time', () => {
    fc.assert(
      fc.property(moments, zones, (moment, zone) => {
        const second = Math.floor(moment / 1000) * 1000
        const first = momentOf(wallTime(second, zone), zone)
        expect(wallTime(first, zone)).toBe(wallTime(second, zone))
        expect(first).toBeLessThanOrEqual(second)
      }),
      { numRuns: 500 },
    )
  })

  test('days follow each other without a gap, whatever the clocks do', () => {
    fc.assert(
      fc.property(moments, zones, (moment, zone) => {
        const midnight = Math.floor(wallTime(moment, zone) / DAY_MS) * DAY_MS
        const [start, end] = [momentOf(midnight, zone), momentOf(midnight + DAY_MS, zone)]
        expect(moment).toBeGreaterThanOrEqual(start)
        expect(moment).toBeLessThan(end)
        expect(end - start).toBeGreaterThanOrEqual(23 * HOUR_MS)
        expect(end - start).toBeLessThanOrEqual(25 * HOUR_MS)
      }),
      { numRuns: 500 },
    )
  })
})

test('an hour of the clocks begins at its full hour and holds its moment', () => {
  fc.assert(
    fc.property(moments, zones, (moment, zone) => {
      const start = hourStart(moment, zone)
      expect((start + offsetAt(moment, zone)) % HOUR_MS).toBe(0)
      expect(moment - start).toBeGreaterThanOrEqual(0)
      expect(moment - start).toBeLessThan(HOUR_MS)
    }),
    { numRuns: 500 },
  )
})

it.each([
  [0, 'Z'],
  [HOUR_MS, '+01:00'],
  [-(3 * HOUR_MS + 30 * MINUTE_MS), '-03:30'],
  [5 * HOUR_MS + 45 * MINUTE_MS, '+05:45'],
])('an offset of %p ms reads %p', (offset, text) => expect(offsetText(offset)).toBe(text))
