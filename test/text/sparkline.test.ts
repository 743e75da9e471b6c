import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { sparkline } from '../../src/text/sparkline.ts'

describe('sparkline', () => {
  it.each([
    [[], ''],
    [[0, 0, 0], '▁▁▁'],
    [[0, 1, 1_000], '▁▂█'],
    [[1, 2, 3, 4, 5, 6, 7], '▂▃▄▅▆▇█'],
  ])('of %j is %s', (values, bars) => {
    expect(sparkline(values, 24)).toBe(bars)
  })

  it('adds up what there is no room for', () => {
    expect(sparkline([1, 1, 0, 0, 3, 4], 3)).toBe('▃▁█')
  })

  test('keeps within its width', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 400 }), fc.integer({ min: 1, max: 60 }), (values, width) => {
        expect(sparkline(values, width).length).toBeLessThanOrEqual(width)
      }),
    )
  })
})
