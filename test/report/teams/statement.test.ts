import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { brokenGates } from '../../../src/report/gates.ts'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { parseTeams, SPREADS, type TeamsGiven } from '../../../src/report/teams/rules.ts'
import { type StatementFacts, spreadShared, teamStatement } from '../../../src/report/teams/statement.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'
import { schemaFaults } from '../../support/report-schema.ts'

const NAMES = ['ads', 'ops', 'search', 'shop']
const book = bookOf({
  'maker.one': { input: parsePrice(3), output: parsePrice(0.000_001) },
  'maker.two': { input: parsePrice(0.123_456_789) },
})
const nano = (usd: number | null) => BigInt(Math.round((usd ?? 0) * 1e9))
const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n)
const MONTH = Date.UTC(2026, 10)
const END = Date.UTC(2026, 10, 16)

const given = (more: Partial<TeamsGiven> = {}): TeamsGiven => ({
  rules: NAMES.map((team) => ({ team, role: team })),
  ...more,
})
const of = (rows: Iterable<Row>, more: Partial<StatementFacts> = {}): StatementFacts => ({
  ...{ rows, window: { start: MONTH, end: END }, zone: 'UTC', began: MONTH, now: END, isUnread: false, isPart: false },
  ...more,
})
const used = (team: string, inputTokens: number, start = MONTH, model = 'maker.one') =>
  row(
    model,
    { invocations: 1, inputTokens, outputTokens: inputTokens % 7 },
    {
      start,
      dimensions: { account: '111122223333', region: 'us-east-1', model, team },
    },
  )

const anyUse = fc
  .record({
    team: fc.constantFrom(...NAMES, 'unallocated'),
    tokens: fc.nat({ max: 1_000_000_000 }),
    model: fc.constantFrom('maker.one', 'maker.two', 'maker.unpriced'),
    hour: fc.nat({ max: 300 }),
  })
  .map(({ team, tokens, model, hour }) => used(team, tokens, MONTH + hour * HOUR_MS, model))
const anyShared = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...SPREADS))

test('allocated and unallocated are the total, to the nano-dollar, before shared costs are spread and after', () => {
  fc.assert(
    fc.property(fc.array(anyUse, { maxLength: 30 }), anyShared, (rows, shared) => {
      const { lines } = teamStatement(parseTeams(given({ shared }), 'file'), of(rows), book)
      const { report } = summarize(reading(rows), { ...facts, by: ['team'], teams: lines }, book)
      expect(schemaFaults(report)).toEqual([])
      const total = nano(report.total.costUsd)
      expect(sum(lines.map(({ costUsd }) => nano(costUsd)))).toBe(total)
      expect(sum(lines.map(({ chargedUsd }) => nano(chargedUsd)))).toBe(total)
      expect(sum(lines.map(({ sharedUsd }) => nano(sharedUsd)))).toBe(0n)
      for (const line of lines) expect(nano(line.chargedUsd)).toBe(nano(line.costUsd) + nano(line.sharedUsd))
      // Every team is told, used or not, and what is of none is the last.
      expect(new Set(lines.map(({ team }) => team))).toEqual(new Set([...NAMES, 'unallocated']))
      expect(lines.at(-1)?.team).toBe('unallocated')
      expect(report.groups.map(({ key }) => key.team)).toContain('unallocated')
      for (const { key, costUsd } of report.groups) {
        expect([key.team, costUsd ?? 0]).toEqual([key.team, lines.find(({ team }) => team === key.team)?.costUsd ?? 0])
      }
    }),
  )
})

test('a top never hides what is of no team', () => {
  const rows = [used('ads', 9), used('shop', 8), used('unallocated', 1), used('search', 7)]
  const { lines } = teamStatement(parseTeams(given(), 'file'), of(rows), book)
  const { report } = summarize(reading(rows), { ...facts, by: ['team'], teams: lines, top: 1 }, book)
  expect(report.groups.map(({ key, others }) => key.team ?? others)).toEqual(['ads', 'unallocated', 3])
})

describe('shared costs', () => {
  it.each([
    ['by-spend', 'ads', [used('ads', 9, MONTH, 'maker.unpriced')], 1],
    ['evenly', 'ads', [used('ads', 9, MONTH, 'maker.unpriced')], 0],
    ['by-spend', 'nobody', [used('unallocated', 9, MONTH, 'maker.unpriced')], 0],
    ['by-spend', 'the one that shares', [used('ops', 9, MONTH, 'maker.unpriced')], 0],
  ] as const)('spread %s are uncertain where spend of another team is not known: here of %s', (how, _, more, many) => {
    const rows = [used('ops', 1000), used('shop', 1000), ...more]
    const { warnings } = teamStatement(parseTeams(given({ shared: { ops: how } }), 'file'), of(rows), book)
    expect(warnings.map(({ code }) => code)).toEqual(Array(many).fill('shares-uncertain'))
    if (many > 0) expect(warnings[0]?.message).toMatch(/^the cost of ops .* some use of ads has no known cost/)
  })

  const costs = new Map([
    ['ads', 10n],
    ['ops', 100n],
    ['search', 30n],
    ['unallocated', 7n],
  ])
  it.each<[Record<string, (typeof SPREADS)[number]>, Record<string, bigint>]>([
    [{}, { ads: 0n, ops: 0n, search: 0n, unallocated: 0n }],
    [{ ops: 'evenly' }, { ads: 50n, ops: -100n, search: 50n, unallocated: 0n }],
    [{ ops: 'by-spend' }, { ads: 25n, ops: -100n, search: 75n, unallocated: 0n }],
    [
      { ops: 'evenly', ads: 'by-spend' },
      { ads: -10n, ops: -100n, search: 110n, unallocated: 0n },
    ],
    // Nobody is left to take it.
    [
      { ops: 'evenly', ads: 'evenly', search: 'evenly' },
      { ads: 0n, ops: 0n, search: 0n, unallocated: 0n },
    ],
  ])('%j', (shared, expected) => {
    expect(Object.fromEntries(spreadShared(costs, new Map(Object.entries(shared))))).toEqual(expected)
  })

  it('stay where they are while nobody else has spent anything to spread them by', () => {
    const nothing = new Map([
      ['ads', 0n],
      ['ops', 5n],
    ])
    expect(spreadShared(nothing, new Map([['ops', 'by-spend']])).get('ops')).toBe(0n)
    expect(spreadShared(nothing, new Map([['ops', 'evenly']])).get('ads')).toBe(5n)
  })

  test('go wholly to others, in parts that are off by less than a nano-dollar', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 15n })
    fc.assert(
      fc.property(fc.array(amount, { minLength: 2, maxLength: 9 }), fc.constantFrom(...SPREADS), (amounts, how) => {
        const own = new Map(amounts.map((cost, index) => [`t${index}`, cost] as const))
        const spread = spreadShared(own, new Map([['t0', how]]))
        const others = amounts.slice(1)
        expect(sum(spread.values())).toBe(0n)
        if (how === 'by-spend' && sum(others) === 0n) return
        expect(spread.get('t0')).toBe(-(amounts[0] ?? 0n))
        for (const [index, cost] of others.entries()) {
          const [weight, whole] = how === 'evenly' ? [1n, BigInt(others.length)] : [cost, sum(others)]
          const off = (spread.get(`t${index + 1}`) ?? 0n) * whole - (amounts[0] ?? 0n) * weight
          expect(off < whole && -off < whole).toBe(true)
        }
      }),
    )
  })
})

describe('a budget', () => {
  const million = 1_000_000
  const budgets = { ads: 10, shop: 3 }
  const told = (rows: readonly Row[], more: Partial<StatementFacts> = {}, others: Partial<TeamsGiven> = {}) => {
    const { lines, warnings } = teamStatement(parseTeams(given({ budgets, ...others }), 'file'), of(rows, more), book)
    return { warnings, of: (team: string) => lines.find((line) => line.team === team)?.budget }
  }

  it('is of the month so far: what is used, what is left, and where this leads', () => {
    // Half of the month is over.
    expect(told([used('ads', million)]).of('ads')).toEqual({
      ...{ month: '2026-11', limitUsd: 10, usedUsd: 3, usedIsFloor: false, leftUsd: 7, isOver: false },
      forecastUsd: 6,
    })
  })

  it('counts nothing of the month before', () => {
    const start = Date.UTC(2026, 9)
    const before = used('ads', 50 * million, start + HOUR_MS)
    const { usedUsd, forecastUsd } =
      told([before, used('ads', 2 * million)], { window: { start, end: END } }).of('ads') ?? {}
    expect([usedUsd, forecastUsd]).toEqual([6, 12])
  })

  it.each([
    ['before the month', Date.UTC(2026, 9) + HOUR_MS, false],
    ['in the month', MONTH, true],
  ])('is used up to an unknown sum only by what was used %s without a price', (_, at, usedIsFloor) => {
    const window = { start: Date.UTC(2026, 9), end: END }
    const rows = [used('ads', 9, at, 'maker.unpriced'), used('ads', million)]
    expect(told(rows, { window }).of('ads')).toMatchObject({ usedUsd: 3, usedIsFloor })
    const { lines: teams } = teamStatement(parseTeams(given({ budgets }), 'file'), of(rows, { window }), book)
    const { report } = summarize(reading(rows), { ...facts, by: ['team'], teams }, book)
    expect(brokenGates(report, {})).toEqual(usedIsFloor ? [expect.stringMatching(/^ads used at least \$3 in/)] : [])
  })

  it("counts a team's part of what others share", () => {
    const { of: team } = told([used('ops', million)], {}, { shared: { ops: 'evenly' } })
    expect([team('ads')?.usedUsd, team('shop')?.usedUsd]).toEqual([1, 1])
  })

  it('begins with the month of the time zone', () => {
    const zone = 'Asia/Tokyo'
    const start = MONTH - 9 * HOUR_MS
    expect(told([used('ads', million, start)], { zone, window: { start, end: END } }).of('ads')?.usedUsd).toBe(3)
    expect(told([], { zone }).warnings).toEqual([
      { code: 'budgets-not-told', message: expect.stringContaining('--since 2026-11-01') },
    ])
  })

  it('of a month that is over leads nowhere else', () => {
    const end = Date.UTC(2026, 11)
    expect(
      told([used('ads', million)], { window: { start: MONTH, end }, now: end + HOUR_MS }).of('ads')?.forecastUsd,
    ).toBe(3)
  })

  it('leads on from when use began', () => {
    // All of it within the last five days, of 15 that are left.
    const began = END - 5 * 24 * HOUR_MS
    expect(told([used('ads', million, began)], { began }).of('ads')?.forecastUsd).toBe(12)
    expect(told([used('ads', million)], { began }).of('ads')?.forecastUsd).toBe(12)
  })

  it('has no forecast from the first hours of use', () => {
    expect(told([used('ads', million, END - HOUR_MS)]).of('ads')?.forecastUsd).toBeNull()
  })

  it.each([
    ['the month begins before the window', { window: { start: MONTH + 1, end: END } }],
    ['only a part of the use is asked for', { isPart: true }],
  ])('is not told where %s, and that is said', (_, more) => {
    const { of: team, warnings } = told([used('ads', million)], more)
    expect(team('ads')).toBeUndefined()
    expect(warnings.map(({ code }) => code)).toEqual(['budgets-not-told'])
  })

  it('fails a gate once it is over, or may be', () => {
    const gate = (rows: readonly Row[], more: Partial<StatementFacts> = {}, allowUnpriced = false) => {
      const { lines } = teamStatement(parseTeams(given({ budgets }), 'file'), of(rows, more), book)
      const { report } = summarize(reading(rows), { ...facts, by: ['team'], teams: lines }, book)
      return brokenGates(report, { allowUnpriced })
    }
    expect(gate([used('shop', million - 1)])).toEqual([])
    expect(gate([used('shop', million)])).toEqual([])
    expect(gate([used('shop', million + 1)])).toEqual(['shop used $3.000003 in 2026-11, over its budget of $3'])
    const unpriced = [used('shop', 5, MONTH, 'maker.unpriced'), used('shop', 1000)]
    expect(gate(unpriced)).toEqual([
      expect.stringMatching(/^shop used at least .*, so it may be over its budget of \$3$/),
    ])
    expect(gate(unpriced, {}, true)).toEqual([])
    expect(gate([used('shop', 7)], { isUnread: true })).toHaveLength(2)
  })

  it('is not overdrawn by a team that passes all of its cost on, whatever more there is of it', () => {
    const rows = [used('shop', 5, MONTH, 'maker.unpriced'), used('shop', 1000), used('ops', 1000)]
    const teams = parseTeams(given({ budgets: { shop: 3 }, shared: { shop: 'by-spend' } }), 'file')
    const { lines } = teamStatement(teams, of(rows), book)
    const { report } = summarize(reading(rows), { ...facts, by: ['team'], teams: lines }, book)
    expect(brokenGates(report, { allowUnpriced: false })).toEqual([])
  })
})
