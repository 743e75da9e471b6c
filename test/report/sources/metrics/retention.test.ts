import { describe, expect, it } from '@jest/globals'
import { granularityMs, readableWindow, wholePeriodSeconds } from '../../../../src/report/sources/metrics/names.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/report/window.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 37)

// "1 min under 15 d, 5 min to 63 d, 1 h beyond"
describe('CloudWatch keeps points', () => {
  it.each([
    [1, MINUTE_MS],
    [14, MINUTE_MS],
    [15, 5 * MINUTE_MS],
    [62, 5 * MINUTE_MS],
    [63, HOUR_MS],
    [365, HOUR_MS],
  ])('of %p days ago every %p ms', (days, step) => {
    const start = NOW - days * DAY_MS
    expect(granularityMs(start, NOW)).toBe(step)
    const window = readableWindow({ start, end: NOW }, NOW)
    expect(window.start % step).toBe(0)
    expect(start - window.start).toBeLessThan(step)
    const period = wholePeriodSeconds(window, NOW) * 1000
    expect(period % step).toBe(0)
    expect(period).toBeGreaterThanOrEqual(window.end - window.start)
    expect(period).toBeLessThan(window.end - window.start + step)
  })
})
