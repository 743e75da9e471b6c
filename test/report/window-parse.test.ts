import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { DAY_MS, HOUR_MS } from '../../src/report/window.ts'
import {
  alignWindow,
  comparedPart,
  compareWindow,
  isCompare,
  parseLast,
  parseTime,
  resolveWindow,
  type WindowFlags,
} from '../../src/report/window-parse.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 37, 12)
const END = Date.UTC(2026, 10, 23, 10, 38)

function resolve(flags: Partial<WindowFlags>): string[] {
  const { start, end } = resolveWindow({ timeZone: 'UTC', ...flags }, NOW)
  return [start, end].map((moment) => new Date(moment).toISOString().replace(':00.000Z', 'Z'))
}

describe('parseLast', () => {
  it.each([
    ['1h', HOUR_MS],
    ['36h', 36 * HOUR_MS],
    ['7d', 7 * DAY_MS],
    ['2w', 14 * DAY_MS],
    ['3y', 1095 * DAY_MS],
    ['10y', 3650 * DAY_MS],
  ])('reads %p', (text, length) => expect(parseLast(text)).toBe(length))

  it.each(['', '7', 'd', '0d', '-1d', '1.5d', '07d', '7 d', '7D', '7m', '11y', '3651d', '1d1h', '9999999h', '１d'])(
    'does not read %p',
    (text) => expect(parseLast(text)).toBeUndefined(),
  )
})

describe('the window to compare with', () => {
  const window = { start: Date.UTC(2026, 10, 20), end: Date.UTC(2026, 10, 23) }
  it.each([
    ['previous', 'UTC', '2026-11-17T00:00Z', '2026-11-20T00:00Z'],
    ['24h', 'UTC', '2026-11-19T00:00Z', '2026-11-20T00:00Z'],
    ['2026-10-01..2026-10-31', 'UTC', '2026-10-01T00:00Z', '2026-11-01T00:00Z'],
    ['2026-10-01..2026-10-31', 'Europe/Berlin', '2026-09-30T22:00Z', '2026-10-31T23:00Z'],
    ['1w', 'UTC', '2026-11-13T00:00Z', '2026-11-20T00:00Z'],
    ['2026-10', 'UTC', '2026-10-01T00:00Z', '2026-11-01T00:00Z'],
    ['2026-10', 'Europe/Berlin', '2026-09-30T22:00Z', '2026-10-31T23:00Z'],
    ['2025-12..2026-02', 'UTC', '2025-12-01T00:00Z', '2026-03-01T00:00Z'],
    ['2026-11', 'UTC', '2026-11-01T00:00Z', '2026-11-23T10:38Z'],
    ['2026-10-01', 'UTC', '2026-10-01T00:00Z', '2026-10-02T00:00Z'],
    ['2026-11-23T08:00Z..2026-11-23', 'UTC', '2026-11-23T08:00Z', '2026-11-23T10:38Z'],
  ])('%p of %s', (text, zone, start, end) => {
    expect(isCompare(text)).toBe(true)
    expect(compareWindow(text, zone, NOW)(window)).toEqual({ start: Date.parse(start), end: Date.parse(end) })
  })

  it.each(['', 'last', '7', '2026-13', '2026-10-01T10:00', '2026-10-01..', '..2026-10-01', '2026-10-01..x', 'a..b..c'])(
    'is not %p',
    (text) => expect(isCompare(text)).toBe(false),
  )

  it.each([
    ['2026-11-24..2026-11-25', /--compare .* is in the future/],
    ['2026-10-02..2026-10-01', /--compare .* does not begin before it ends/],
    ['1990-10-02..2026-10-01', /--compare .* longer than ten years/],
  ])('%p is refused', (text, message) => {
    expect(() => compareWindow(text, 'UTC', NOW)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) }),
    )
  })
})

describe('of a window of another length so much is compared', () => {
  const day = (text: string, zone: string) => parseTime(text, zone) ?? { start: 0, end: 0 }
  it.each([
    ['2026-09', '2026-10', 'UTC', [31, 30]],
    ['2026-10', '2026-09', 'Europe/Berlin', [30, 31]],
    ['2026-10-25', '2026-10-26', 'Europe/Berlin', undefined],
    ['2026-10-24', '2026-10-25', 'UTC', undefined],
    ['2026-11', '2026-11-30', 'UTC', [1, 30]],
  ])('%s beside %s in %s', (before, now, zone, part) => {
    const found = comparedPart(day(before, zone), day(now, zone), zone)
    expect(found?.map((ms) => ms / DAY_MS)).toEqual(part)
  })

  it('is all of one as long, even where clocks change within one of them', () => {
    const end = Date.UTC(2026, 9, 26, 10)
    const [now, before] = [end, end - 7 * DAY_MS].map((to) => ({ start: to - 7 * DAY_MS, end: to }))
    expect(now && before && comparedPart(before, now, 'Europe/Berlin')).toBeUndefined()
  })
})

describe('parseTime', () => {
  it.each([
    ['2026-11-23', 'UTC', '2026-11-23T00:00:00.000Z', 24],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    ['2024-02-29', 'UTC', '2024-02-29T00:00:00.000Z', 24],
    ['2026-11-23T10:00', 'UTC', '2026-11-23T10:00:00.000Z', 0],
    ['2026-11-23T10:00', 'America/New_York', '2026-11-23T15:00:00.000Z', 0],
    ['2026-11-23T10:00:07.5', 'UTC', '2026-11-23T10:00:07.500Z', 0],
    ['2026-11-23T10:00:07Z', 'America/New_York', '2026-11-23T10:00:07.000Z', 0],
    ['2026-11-23T10:00+05:30', 'America/New_York', '2026-11-23T04:30:00.000Z', 0],
    ['2026-11-23T10:00-03:30', 'UTC', '2026-11-23T13:30:00.000Z', 0],
    ['2026-11-23T10:00+14:00', 'UTC', '2026-11-22T20:00:00.000Z', 0],
    ['2026-11-23T10:00-00:59', 'UTC', '2026-11-23T10:59:00.000Z', 0],
    ['2026-11-23T23:59:59.999Z', 'UTC', '2026-11-23T23:59:59.999Z', 0],
    ['1970-01-01', 'UTC', '1970-01-01T00:00:00.000Z', 24],
    ['2026-02', 'UTC', '2026-02-01T00:00:00.000Z', 28 * 24],
    ['2026-12', 'Asia/Kolkata', '2026-11-30T18:30:00.000Z', 31 * 24],
    ['2026-10', 'Europe/Berlin', '2026-09-30T22:00:00.000Z', 31 * 24 + 1],
  ])('reads %p in %p', (text, zone, start, hours) => {
    const time = parseTime(text, zone)
    expect(time && new Date(time.start).toISOString()).toBe(start)
    expect(time && time.end - time.start).toBe(hours * HOUR_MS)
  })

  it.each([
    '',
    'now',
    'yesterday',
    '2026',
    '2026-13',
    '2026-00',
    '2026-1',
    '2026-02-29',
    '2026-13-01',
    '2026-11-31',
    '2026-11-00',
    '23.11.2026',
    '2026-11-23 10:00',
    '2026-11-23T24:00',
    '2026-11-23T10:60',
    '2026-11-23T10:00:60',
    '2026-02-29T10:00',
    '2026-11-23T10:00+15:00',
    '2026-11-23T10:00+05:60',
    '2026-11-23T10',
    '2026-11-23T10:00:00+25:00',
    '2026-11-23T10:00:00z',
    '1969-12-31',
    '2026-11-23T',
    '2026-11-23\n',
  ])('does not read %p', (text) => expect(parseTime(text, 'UTC')).toBeUndefined())

  test('reads back every moment as toISOString writes it, in any zone', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
        (date, zone) => expect(parseTime(date.toISOString(), zone)?.start).toBe(date.getTime()),
      ),
      { numRuns: 200 },
    )
  })

  test('whatever it is given, it reads a span or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?([+-]\d\d:\d\d)?$/)),
        (text) => {
          const time = parseTime(text, 'UTC')
          expect(time === undefined || (Number.isInteger(time.start) && time.end >= time.start)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('resolveWindow', () => {
  it.each<[string, Partial<WindowFlags>, string, string]>([
    ['nothing: the last day', {}, '2026-11-22T10:38Z', '2026-11-23T10:38Z'],
    ['a length', { length: HOUR_MS }, '2026-11-23T09:38Z', '2026-11-23T10:38Z'],
    ['a beginning', { since: '2026-11-01' }, '2026-11-01T00:00Z', '2026-11-23T10:38Z'],
    ['a month', { since: '2026-10-01', until: '2026-10-31' }, '2026-10-01T00:00Z', '2026-11-01T00:00Z'],
    ['one day', { since: '2026-11-20', until: '2026-11-20' }, '2026-11-20T00:00Z', '2026-11-21T00:00Z'],
    ['times', { since: '2026-11-20T08:00', until: '2026-11-20T09:30Z' }, '2026-11-20T08:00Z', '2026-11-20T09:30Z'],
    ['a length and an end', { length: 7 * DAY_MS, until: '2026-11-14' }, '2026-11-08T00:00Z', '2026-11-15T00:00Z'],
    ['an end', { until: '2026-11-14' }, '2026-11-14T00:00Z', '2026-11-15T00:00Z'],
    [
      'an end that has not come',
      { since: '2026-11-01', until: '2026-11-30' },
      '2026-11-01T00:00Z',
      '2026-11-23T10:38Z',
    ],
    [
      'a summer month elsewhere',
      { since: '2026-10-01', until: '2026-10-31', timeZone: 'Europe/Berlin' },
      '2026-09-30T22:00Z',
      '2026-10-31T23:00Z',
    ],
  ])('%s', (_case, flags, start, end) => expect(resolve(flags)).toEqual([start, end]))

  it.each<[Partial<WindowFlags>, RegExp, string]>([
    [
      { since: '2026-11-32' },
      /--since is '2026-11-32': not a date or time/,
      'give 2026-11, 2026-11-23, 2026-11-23T10:00 or 2026-11-23T10:00:00Z',
    ],
    [{ until: 'soon' }, /--until is 'soon'/, 'give 2026-11, 2026-11-23, 2026-11-23T10:00 or 2026-11-23T10:00:00Z'],
    [
      { since: '2026-11-10', until: '2026-11-09' },
      /--since 2026-11-10 is not before --until 2026-11-09/,
      'give --since the earlier time',
    ],
    [{ since: '2026-11-10T10:00', until: '2026-11-10T10:00' }, /is not before/, 'give --since the earlier time'],
    [{ since: '2027-01-01' }, /--since 2027-01-01 is in the future/, 'give an earlier time'],
    [{ since: '2026-11-23T10:38' }, /is in the future/, 'give an earlier time'],
    [{ since: '2026-11-01', length: HOUR_MS }, /contradict/, 'give --since and --until'],
  ])('refuses %p', (flags, message, hint) => {
    expect(() => resolve(flags)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message), hint }),
    )
  })
})

describe('alignWindow', () => {
  const window = { start: Date.UTC(2026, 10, 22, 10, 38), end: END }
  it('leaves a window alone that is not told by hour or day', () => {
    expect(alignWindow(window, ['model'], 'UTC')).toEqual(window)
  })
  it.each([
    ['UTC', Date.UTC(2026, 10, 22, 10)],
    ['Asia/Kolkata', Date.UTC(2026, 10, 22, 10, 30)],
  ])('begins with an hour of %p', (zone, start) => {
    expect(alignWindow(window, ['day', 'model'], zone)).toEqual({ start, end: END })
  })
})
