import { expect, test } from '@jest/globals'
import { callCost, RATES } from '../../src/report/calls.ts'

const cost = (...billed: [string, number][][]) =>
  callCost(
    billed.map((counts) => new Map(counts)),
    Object.values(RATES),
  )

test.each<[string, [string, number][], number]>([
  ['a thousand metrics requested', [['metrics', 1_000]], 0.01],
  ['a thousand listings of metrics', [['metric-listings', 1_000]], 0.01],
  ['a gigabyte scanned', [['bytes-scanned', 1e9]], 0.005],
  ['a thousand listings of a bucket', [['s3-listings', 1_000]], 0.005],
  ['a thousand objects fetched', [['s3-gets', 1_000]], 0.0004],
  ['nothing', [], 0],
])('%s: what it costs', (_, counts, usd) => {
  expect(cost(counts).usd).toBe(usd)
})

test('Regions are added up, and the sum is that of the lines', () => {
  const { usd, items } = cost(
    [['metrics', 130]],
    [
      ['metrics', 2],
      ['s3-gets', 7],
    ],
  )
  expect(items.map(({ what, count }) => [what, count])).toEqual([
    ['metrics requested', 132],
    ['objects fetched', 7],
  ])
  expect(usd).toBe(0.0013228)
})

test('a count that cannot be is none', () => {
  expect(cost([['bytes-scanned', Number.NaN]], [['metrics', -3]], [['s3-gets', 1e300]]).items).toEqual([])
})
