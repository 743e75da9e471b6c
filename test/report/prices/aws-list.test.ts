import { describe, expect, it, test } from '@jest/globals'
import { priceToUsd } from '../../../src/report/money.ts'
import {
  byName,
  type ListedTerms,
  listDays,
  listedIds,
  listedQuotesIn,
  parseList,
} from '../../../src/report/prices/table/aws.ts'

const TABLE = byName(
  parseList(`
@ 2026-08-20
Nova Lite\tin-region\tus-east-1 us-west-2\t0.06\t0.24\t0.015
Nova Lite\tin-region\teu-west-1\t0.069\t0.276
Nova Lite\tin-region priority\tus-east-1\t0.1\t0.4
Nova Lite\tglobal long\tus-east-1\t0.2\t
Qwen3 Next 80B A3B\tin-region\tap-south-1\t1\t2
Qwen3 Next 80B A3B\tin-region\tap-south-1\t1\t3
@ 2026-12-01
Nova Lite\tin-region\tus-east-1\t0.05\t0.2
Nova Lite\tin-region\teu-west-1\tgone
`),
)
const PLAIN: ListedTerms = { routing: 'in-region', tier: 'standard', long: false }

function prices(id: string, day: string, region?: string, terms = PLAIN) {
  return listedQuotesIn(TABLE, id, terms, day, region).map(({ perMillion, region: where, asOf, later }) =>
    [where, ...Object.values(perMillion).map(priceToUsd), asOf, ...(later ? ['later'] : [])].join(' '),
  )
}

describe('a price of a list holds', () => {
  it.each([
    ['on its day', '2026-08-20', 'us-east-1', ['us-east-1 0.06 0.24 0.015 2026-08-20']],
    ['until the day of the next', '2026-11-30', 'us-east-1', ['us-east-1 0.06 0.24 0.015 2026-08-20']],
    ['no longer from then on', '2026-12-01', 'us-east-1', ['us-east-1 0.05 0.2 2026-12-01']],
    ['where the next has none that is new', '2027-03-01', 'us-west-2', ['us-west-2 0.06 0.24 0.015 2026-08-20']],
    [
      'before it, where there is none that is older',
      '2026-01-01',
      'us-east-1',
      ['us-east-1 0.06 0.24 0.015 2026-08-20 later'],
    ],
    ['until it is gone', '2026-11-30', 'eu-west-1', ['eu-west-1 0.069 0.276 2026-08-20']],
    ['not after it is gone', '2026-12-01', 'eu-west-1', []],
    ['not in another Region', '2026-12-01', 'eu-west-2', []],
  ])('%s: on %s in %s', (_what, day, region, expected) => {
    expect(prices('us.amazon.nova-lite-v1:0', day, region)).toEqual(expected)
  })

  test('for its own terms alone', () => {
    expect(prices('amazon.nova-lite-v1:0', '2026-12-01', 'us-east-1', { ...PLAIN, tier: 'priority' })).toEqual([
      'us-east-1 0.1 0.4 2026-08-20',
    ])
    expect(prices('amazon.nova-lite-v1:0', '2026-12-01', 'us-east-1', { ...PLAIN, tier: 'flex' })).toEqual([])
    expect(
      prices('amazon.nova-lite-v1:0', '2026-12-01', 'us-east-1', { routing: 'global', tier: 'standard', long: true }),
    ).toEqual(['us-east-1 0.2 2026-08-20'])
  })

  test('in each of its Regions, where none is asked for', () => {
    expect(prices('amazon.nova-lite-v1:0', '2026-12-01')).toEqual([
      'us-east-1 0.05 0.2 2026-12-01',
      'us-west-2 0.06 0.24 0.015 2026-08-20',
    ])
  })

  test('beside another where the list contradicts itself', () => {
    expect(prices('qwen.qwen3-next-80b-a3b', '2026-12-01', 'ap-south-1')).toHaveLength(2)
  })

  test('for no other model', () => expect(prices('amazon.nova-micro-v1:0', '2026-12-01', 'us-east-1')).toEqual([]))
})

describe('the list that comes with the program', () => {
  test('tells its days, and the ids that it has prices of', () => {
    expect(listDays()).toEqual([Date.parse('2026-08-20')])
    expect(listedIds()).toEqual(expect.arrayContaining(['xai.grok-4.3', 'global.anthropic.claude-sonnet-5']))
    expect(listedIds()).not.toContain('global.xai.grok-4.3')
  })
})
