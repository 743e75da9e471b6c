import { expect, test } from '@jest/globals'
import { mayBeWithin, textFaults } from '../../../src/report/scan/fault.ts'

const nothing = {
  ...{ records: 0, strange: 0, noJson: 0, time: 0, struct: 0, sum: 0, short: 0, headless: 0, wrapped: 0 },
  ...{ double: 0, quoted: 0, frames: 0, tooLong: 0, garbled: 0, timesAssumed: 0, open: 0, maybeSums: 0 },
}

test('what has no fault is told of with nothing', () => {
  expect(textFaults('a.json', { ...nothing, records: 3 }, 'line', 100)).toEqual([])
})

test.each([
  ['of no known cause', { strange: 2 }, [true]],
  ['that may be quoted', { strange: 2, quoted: 2 }, [true]],
  ['with a bad time', { strange: 2, time: 2 }, [false]],
  ['that is a sum', { strange: 1, sum: 1 }, [false]],
  ['with a bad time, and one that may be quoted', { strange: 2, time: 1, quoted: 1 }, [true]],
  ['that is too long', { tooLong: 1 }, [false]],
])('only records without a cause of their own may be within other JSON: one %s', (_, counts, within) => {
  expect(textFaults('a.json', { ...nothing, ...counts }, 'value', 100).map(mayBeWithin)).toEqual(within)
})
