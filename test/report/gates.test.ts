import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { brokenGates, type Gates, gateFailure, parseRate, parseUsd } from '../../src/report/gates.ts'
import { summarize } from '../../src/report/summarize.ts'
import type { Report } from '../../src/report/view.ts'
import type { Lack } from '../../src/text/floor.ts'
import { bookOf, facts, reading, row } from '../support/report-rows.ts'

const base = summarize(reading([row('maker.one')]), facts, bookOf({ 'maker.one': {} })).report

function report(costUsd: number | null, errorRate = 0, costLacks: Lack[] = [], pricedShare = 0.939): Report {
  const floor = { costIsFloor: costLacks.length > 0, costLacks, pricedShare: costLacks.length > 0 ? pricedShare : 1 }
  return { ...base, total: { ...base.total, costUsd, errorRate, ...floor } }
}

function unusual(excessUsd: number, key: Report['groups'][number]['key'] = { model: 'maker.one' }): Report {
  const [start, cause] = ['2026-11-25T12:00:00Z', 'mix' as const]
  const costs = { costUsd: excessUsd, expectedUsd: 0, excessUsd, volumeUsd: 0, mixUsd: excessUsd, priceUsd: 0 }
  return { ...report(1), anomalies: [{ key, start, hours: 2, cause, ...costs }] }
}

describe('the gates', () => {
  it.each<[string, Report, Gates, string[]]>([
    ['none set', report(1000, 1), {}, []],
    ['a cost below', report(9.99), { failOverUsd: 10 }, []],
    ['a cost just reached', report(10), { failOverUsd: 10 }, []],
    [
      'a cost over by a nano-dollar',
      report(10.000000001),
      { failOverUsd: 10 },
      ['the cost is $10.000000001, over --fail-over-usd 10'],
    ],
    ['no use at all', report(0), { failOverUsd: 0 }, []],
    [
      'a cost not known',
      report(null, 0, ['tokens'], 0),
      { failOverUsd: 10 },
      ['the cost is not known (0 % of tokens priced), so it cannot be checked against --fail-over-usd 10'],
    ],
    ['a cost not known, by leave', report(null, 0, ['tokens']), { failOverUsd: 10, allowUnpriced: true }, []],
    [
      'a floor over',
      report(11, 0, ['tokens']),
      { failOverUsd: 10 },
      ['the cost is at least $11, 93 % of tokens priced, over --fail-over-usd 10'],
    ],
    [
      'a floor over, by leave',
      report(11, 0, ['tokens']),
      { failOverUsd: 10, allowUnpriced: true },
      ['the cost is at least $11, 93 % of tokens priced, over --fail-over-usd 10'],
    ],
    [
      'a floor just reached',
      report(10, 0, ['images', 'counts']),
      { failOverUsd: 10 },
      ['the cost is at least $10, not all images priced, not all counts known, so it may be over --fail-over-usd 10'],
    ],
    ['a floor just reached, by leave', report(10, 0, ['images']), { failOverUsd: 10, allowUnpriced: true }, []],
    [
      'a floor far below',
      report(0, 0, ['reading']),
      { failOverUsd: 1e9 },
      ['the cost is at least $0, not everything could be read, so it may be over --fail-over-usd 1000000000'],
    ],
    ['an error rate just reached', report(0, 0.05), { maxErrorRate: 0.05 }, []],
    [
      'an error rate over',
      report(0, 0.0501),
      { maxErrorRate: 0.05 },
      ['the error rate is 5.01 %, over --max-error-rate 5 %'],
    ],
    ['an anomaly below', unusual(9.99), { failOnAnomaly: 10 }, []],
    [
      'an anomaly just reached',
      unusual(10),
      { failOnAnomaly: 10 },
      [
        'maker.one cost $10 more than expected from 2026-11-25T12:00:00Z on, mostly by mix, which is at least --fail-on-anomaly 10',
      ],
    ],
    [
      'an anomaly of calls without a role',
      unusual(10, { role: '' }),
      { failOnAnomaly: 10 },
      [
        'no role cost $10 more than expected from 2026-11-25T12:00:00Z on, mostly by mix, which is at least --fail-on-anomaly 10',
      ],
    ],
    ['anomalies not known', { ...report(1), anomalies: null }, { failOnAnomaly: 0 }, []],
    [
      'both',
      report(2, 0.5),
      { failOverUsd: 1, maxErrorRate: 0 },
      ['the cost is $2, over --fail-over-usd 1', 'the error rate is 50 %, over --max-error-rate 0 %'],
    ],
  ])('%s', (_case, of, gates, broken) => expect(brokenGates(of, gates)).toEqual(broken))

  test('let through exactly what is not over the limit', () => {
    const usd = fc.integer({ min: 0, max: 10 ** 12 }).map((nano) => nano / 1e9)
    fc.assert(
      fc.property(usd, usd, (cost, failOverUsd) => {
        expect(brokenGates(report(cost), { failOverUsd }).length).toBe(cost > failOverUsd ? 1 : 0)
      }),
      { numRuns: 200 },
    )
  })

  it('end in a failure of kind gate that names all that is broken', () => {
    expect(gateFailure(report(1), { failOverUsd: 1 })).toBeUndefined()
    expect(gateFailure(report(2, 1), { failOverUsd: 1, maxErrorRate: 0.5 })).toMatchObject({
      kind: 'gate',
      message: 'the cost is $2, over --fail-over-usd 1; the error rate is 100 %, over --max-error-rate 50 %',
      hint: 'the report above shows where it comes from',
    })
    expect(gateFailure(report(0, 0, ['calls']), { failOverUsd: 1 })?.hint).toContain('--allow-unpriced')
  })

  it('name --allow-unpriced only where it helps', () => {
    const hint = (costUsd: number, gates: Gates) => gateFailure(report(costUsd, 1, ['calls']), gates)?.hint ?? ''
    expect(hint(2, { failOverUsd: 1 })).not.toContain('--allow-unpriced')
    expect(hint(2, { failOverUsd: 3 })).toContain('--allow-unpriced')
    expect(hint(2, { failOverUsd: 3, maxErrorRate: 0.5 })).toContain('--allow-unpriced')
    expect(hint(2, { failOverUsd: 3, maxErrorRate: 0.5, allowUnpriced: true })).not.toContain('--allow-unpriced')
  })
})

it.each([
  ['0', 0],
  ['0.05', 0.05],
  ['1', 1],
  ['5%', 0.05],
  ['100%', 1],
  ['2.5%', 0.025],
])('the rate %p is %p', (text, rate) => expect(parseRate(text)).toBeCloseTo(rate, 12))

it.each(['', '%', '1.1', '101%', '-0.1', '5', 'abc', '1e-2', '.5', '5 %', 'NaN'])('%p is no rate', (text) => {
  expect(parseRate(text)).toBeUndefined()
})

it.each([
  ['0', 0],
  ['100', 100],
  ['0.25', 0.25],
])('%p is %p dollars', (text, usd) => expect(parseUsd(text)).toBe(usd))

it.each(['', '$5', '-1', '1,000', 'abc', '1e3', 'Infinity', '.5'])('%p is no sum of dollars', (text) => {
  expect(parseUsd(text)).toBeUndefined()
})
