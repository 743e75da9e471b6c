import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { page, perRegion } from '../../src/sandbox/state.ts'

test('pages put together are the list, and none is longer than asked', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (items, size) => {
      const seen: number[] = []
      let marker: string | undefined
      do {
        const part = page(items, marker, size)
        expect(part.items.length).toBeLessThanOrEqual(size)
        seen.push(...part.items)
        marker = part.next
      } while (marker !== undefined)
      expect(seen).toEqual(items)
    }),
  )
})

test('each Region has a state of its own that lasts', () => {
  const stateOf = perRegion((region) => ({ region, count: 0 }))
  stateOf('us-east-1').count = 1
  expect(stateOf('us-east-1')).toEqual({ region: 'us-east-1', count: 1 })
  expect(stateOf('eu-west-1')).toEqual({ region: 'eu-west-1', count: 0 })
})
