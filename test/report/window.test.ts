import { describe, expect, it, test } from '@jest/globals'
import { HOUR_MS, lastHours, rowUnit, slotStarts, unitOf } from '../../src/report/window.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 37, 12)

describe('lastHours', () => {
  it('holds the minute under way, so that a call made just now counts', () => {
    const { start, end } = lastHours(NOW, 24)
    expect(end).toBe(Date.UTC(2026, 10, 23, 10, 38))
    expect(end).toBeGreaterThan(NOW)
    expect(end - start).toBe(24 * HOUR_MS)
  })
})

describe('the series', () => {
  it.each([
    [1, 'hour'],
    [168, 'hour'],
    [169, 'day'],
    [8760, 'day'],
  ])('of %p hours is by the %s', (hours, unit) => expect(unitOf(hours * HOUR_MS)).toBe(unit))

  it.each([
    [168, [], 'hour'],
    [169, ['model'], 'day'],
    [169, ['model', 'hour'], 'hour'],
    [169, ['day'], 'hour'],
  ])('has rows of %p hours by %j told by the %s', (hours, by, unit) => {
    expect(rowUnit(lastHours(NOW, hours), by)).toBe(unit)
  })

  test('of hours begins with the window and has no gaps', () => {
    const window = lastHours(NOW, 24)
    const starts = slotStarts(window, HOUR_MS)
    expect(starts[0]).toBe(window.start)
    expect(starts.at(-1)).toBe(window.end - HOUR_MS)
    expect(starts).toHaveLength(24)
  })
})
