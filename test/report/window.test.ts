import { describe, expect, it, test } from '@jest/globals'
import { DAY_MS, HOUR_MS, lastHours, slotLength, slotStarts } from '../../src/report/window.ts'

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
    [1, HOUR_MS, 1],
    [24, HOUR_MS, 24],
    [168, HOUR_MS, 168],
    [169, DAY_MS, 8],
    [8760, DAY_MS, 365],
  ])('of %p hours has slots of %p ms, %p of them', (hours, slotMs, count) => {
    const window = lastHours(NOW, hours)
    expect(slotLength(window)).toBe(slotMs)
    expect(slotStarts(window, slotMs)).toHaveLength(count)
  })

  it.each([
    [169, [], DAY_MS],
    [169, ['model'], DAY_MS],
    [169, ['model', 'hour'], HOUR_MS],
    [169, ['day'], HOUR_MS],
  ])('of %p hours by %j has slots of %p ms', (hours, by, slotMs) => {
    expect(slotLength(lastHours(NOW, hours), by)).toBe(slotMs)
  })

  test('it begins with the window and has no gaps', () => {
    const window = lastHours(NOW, 24)
    const starts = slotStarts(window, HOUR_MS)
    expect(starts[0]).toBe(window.start)
    expect(starts.at(-1)).toBe(window.end - HOUR_MS)
  })
})
