import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { rateLimits, turnsOf } from '../../src/aws/retry.ts'

describe('turnsOf', () => {
  test('as many calls as a second allows are free, the next ones come at its rate', () => {
    const turn = turnsOf(3)
    expect([0, 0, 0, 0, 0].map(turn)).toEqual([0, 0, 0, 334, 667])
  })

  test('what was not used is free again after a second', () => {
    const turn = turnsOf(3)
    for (const now of [0, 0, 0]) turn(now)
    expect([1_000, 1_000, 1_000].map(turn)).toEqual([0, 0, 0])
  })

  test('in no stretch of time do more calls go out than a full bucket and its refill', () => {
    const gaps = fc.array(fc.nat({ max: 900 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 25 }), (waits, perSecond) => {
        const turn = turnsOf(perSecond)
        let now = 0
        const sent = waits.map((wait) => {
          now += wait
          return now + turn(now)
        })
        for (const [first, start] of sent.entries()) {
          for (const [last, end] of sent.entries()) {
            if (last < first) continue
            expect(last - first + 1).toBeLessThanOrEqual(perSecond + ((end - start) * perSecond) / 1_000 + 1e-6)
          }
        }
      }),
    )
  })
})

describe('rateLimits', () => {
  test('holds each operation to its own quota, and others to none', () => {
    const wait = rateLimits()
    const alarms = Array.from({ length: 4 }, () => wait({ service: 'cloudwatch', operation: 'PutMetricAlarm' }, 0))
    expect(alarms).toEqual([0, 0, 0, 334])
    expect(wait({ service: 'cloudwatch', operation: 'DeleteAlarms' }, 0)).toBe(0)
    const others = Array.from({ length: 100 }, () => wait({ service: 'iam', operation: 'GetRole' }, 0))
    expect(Math.max(...others)).toBe(0)
  })
})
