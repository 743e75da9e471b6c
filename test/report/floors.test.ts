import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CHARGE_KINDS, chargesAt } from '../../src/report/charges.ts'
import { renderReport as renderCsv } from '../../src/report/formats/csv.ts'
import { renderReport as renderJson } from '../../src/report/formats/json.ts'
import { bothCosts } from '../../src/report/formats/labels.ts'
import { renderReport as renderMarkdown } from '../../src/report/formats/markdown.ts'
import { renderReport as renderTable } from '../../src/report/formats/table.ts'
import { brokenGates } from '../../src/report/gates.ts'
import type { Counter, Row, Told, Usage } from '../../src/report/model.ts'
import { parsePrice, toNano } from '../../src/report/money.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { amountOf } from '../../src/report/spending.ts'
import { summarize } from '../../src/report/summarize.ts'
import type { Tier } from '../../src/report/terms.ts'
import type { Report, ReportView } from '../../src/report/view.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { floorText, lackCell, lackText } from '../../src/text/floor.ts'
import { noPaint } from '../support/paint.ts'
import { facts, reading, row, START } from '../support/report-rows.ts'
import { schemaFaults } from '../support/report-schema.ts'
import { THIRD } from '../support/share.ts'

const IMAGE = parsePrice(0.04)
/** What has a price of all kinds, of some, of images alone and of none; another tier is dearer or has none. */
const PRICES: Record<string, { perMillion: object; perImage?: bigint }> = {
  'maker.all': {
    perMillion: {
      input: 3_300_000_000_001n,
      output: parsePrice(16.5),
      cacheRead: 7n,
      cacheWrite: parsePrice(4),
      cacheWrite1h: parsePrice(6),
    },
    perImage: IMAGE,
  },
  'maker.some': { perMillion: { input: parsePrice(0.035) } },
  'maker.images': { perMillion: {}, perImage: IMAGE },
  'maker.free': {
    perMillion: { input: 0n, output: 0n, cacheRead: 0n, cacheWrite: 0n, cacheWrite1h: 0n },
    perImage: 0n,
  },
}
const book: PriceBook = {
  lookup(model, _region, _at, terms) {
    const price = terms?.tier === 'reserved' ? undefined : PRICES[model]
    return price ? { ...price, source: 'test@1', asOf: null, warnings: [] } : { unpriced: 'no price known' }
  },
}

const count = fc.oneof(fc.constant(0), fc.nat({ max: 5_000 }))
const BILLED = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'images'] as const
const anyRow: fc.Arbitrary<Row> = fc
  .record({
    model: fc.constantFrom(...Object.keys(PRICES), 'maker.none'),
    account: fc.constantFrom('111122223333', '444455556666'),
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    hour: fc.integer({ min: 0, max: 23 }),
    tier: fc.constantFrom<Tier>('standard', 'flex', 'reserved'),
    counters: fc.record({
      ...(Object.fromEntries(BILLED.map((name) => [name, count])) as Record<(typeof BILLED)[number], typeof count>),
      cacheWrite1hTokens: count,
      invocations: fc.nat({ max: 4 }),
      serverErrors: fc.nat({ max: 2 }),
      throttles: fc.nat({ max: 2 }),
    }),
    unknown: fc.option(fc.subarray<Counter>([...BILLED, 'invocations', 'throttles'], { minLength: 1 }), {
      nil: undefined,
      freq: 6,
    }),
  })
  .map(({ model, account, region, hour, tier, counters, unknown }) =>
    row(model, counters, {
      start: START + hour * HOUR_MS,
      dimensions: { model, account, region, tier },
      terms: { tier, promptOver: 0 },
      ...(unknown && { unknown: new Set<Told>(unknown) }),
    }),
  )
const anyBy = fc.subarray(['model', 'region', 'hour', 'day', 'tier', 'account'], { minLength: 1 })
const anyUnread = fc.constantFrom<'regions' | 'anything'>('regions', 'anything')
const anyReading = fc.record({
  rows: fc.array(anyRow, { maxLength: 30 }),
  by: anyBy,
  unread: fc.option(anyUnread, { nil: undefined, freq: 4 }),
})

const viewOf = ({ rows, by, unread }: { rows: Row[]; by: string[]; unread: 'regions' | 'anything' | undefined }) =>
  summarize(reading(rows, unread && { unread }), { ...facts, by }, book)

/** Whole nano-dollars of a printed number of dollars. */
const nano = (usd: number | null | undefined) => BigInt(Math.round((usd ?? 0) * 1e9))
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n)

/** By rows and their charges alone: whether all that is billed has its price. */
function isWhole(rows: readonly Row[]): boolean {
  return rows.every((one) => {
    const found = book.lookup(one.dimensions.model, '', new Date(one.start), one.terms)
    const charges = chargesAt('unpriced' in found ? undefined : found)(one)
    const isServed = one.counters.invocations > one.counters.serverErrors
    const isUncounted = 'unpriced' in found && charges.length === 0
    const isKnown =
      !BILLED.some((name) => one.unknown?.has(name)) &&
      !(isUncounted && one.unknown?.has('invocations')) &&
      !(one.dimensions.model === 'maker.images' && !('unpriced' in found) && hasUncountedImages(one))
    return isKnown && !(isUncounted && isServed) && charges.every(({ amount }) => amount !== null)
  })
}

/** Each call that was served makes an image. */
function hasUncountedImages({ counters: { images, invocations, serverErrors } }: Row): boolean {
  return images < invocations - serverErrors
}

function addsUp(parts: readonly Usage[], total: Usage): void {
  expect(sum(parts.map(({ costUsd }) => nano(costUsd)))).toBe(nano(total.costUsd))
  for (const { name } of CHARGE_KINDS) {
    expect(sum(parts.map(({ costs }) => nano(costs?.[name])))).toBe(nano(total.costs?.[name]))
  }
  for (const one of [...parts, total]) {
    expect(sum(CHARGE_KINDS.map(({ name }) => nano(one.costs?.[name])))).toBe(nano(one.costUsd))
    expect(one.costs === null).toBe(one.costUsd === null)
    if (one.costUsd === null) expect(one.costIsFloor).toBe(true)
    expect(one.costIsFloor).toBe(one.costLacks.length > 0)
    if (one.costLacks.includes('tokens') && one.pricedShare !== null) expect(one.pricedShare).toBeLessThan(1)
  }
}

describe('whatever is priced, in part or not at all, and however it is grouped', () => {
  test('parts are their group and groups the total, to the nano-dollar; what lacks makes a floor, and nothing else', () => {
    fc.assert(
      fc.property(anyReading, (given) => {
        const { report } = viewOf(given)
        expect(schemaFaults(report)).toEqual([])
        addsUp(report.groups, report.total)
        addsUp(report.series, report.total)
        const exact = given.rows.map((one) => {
          const found = book.lookup(one.dimensions.model, '', new Date(one.start), one.terms)
          return amountOf(chargesAt('unpriced' in found ? undefined : found)(one))
        })
        expect(nano(report.total.costUsd)).toBe(toNano(sum(exact)))
        expect(report.total.costIsFloor).toBe(given.unread !== undefined || !isWhole(given.rows))
        const isTimed = given.by.includes('hour') || given.by.includes('day')
        for (const group of isTimed ? [] : report.groups) {
          const own = given.rows.filter(({ dimensions }) => given.by.every((by) => dimensions[by] === group.key[by]))
          const isRead = given.unread === undefined || (given.unread === 'regions' && given.by.includes('region'))
          expect(group.costIsFloor).toBe(!isRead || !isWhole(own))
        }
      }),
      { numRuns: THIRD.runs(300) },
    )
  })

  test('JSON, CSV, Markdown and the table tell the same sums', () => {
    fc.assert(
      fc.property(anyReading, (given) => {
        const view = viewOf(given)
        const report: Report = JSON.parse(renderJson(view))
        addsUp(report.groups, report.total)
        const [header = [], ...lines] = renderCsv(view)
          .split('\r\n')
          .filter(Boolean)
          .map((line) => line.split(','))
        const cells = (name: string) => lines.map((line) => line[header.indexOf(name)] ?? '')
        expect(sum(cells('costUsd').map((cell) => nano(Number(cell))))).toBe(nano(report.total.costUsd))
        for (const { name } of CHARGE_KINDS) {
          expect(sum(cells(`costs.${name}`).map((cell) => nano(Number(cell))))).toBe(nano(report.total.costs?.[name]))
        }
        expect(cells('costIsFloor').filter((cell) => cell === 'true')).toHaveLength(
          report.groups.filter(({ costIsFloor }) => costIsFloor).length,
        )
        const floors = [...report.groups, report.total].filter((one) => one.costIsFloor && one.costUsd !== null).length
        const said = (text: string) => text.match(/(at least|more than) /g)?.length ?? 0
        const rest =
          report.total.costIsFloor && report.total.costUsd !== null ? 1 + (report.projection.basis ? 1 : 0) : 0
        expect(said(renderMarkdown(view))).toBe(floors + rest)
        expect(said(renderTable(view, { width: 400, paint: noPaint }))).toBe(floors + rest)
      }),
      { numRuns: THIRD.runs(100) },
    )
  })

  test('a gate lets through what is whole and not over the limit, and with leave a floor that is not over it', () => {
    fc.assert(
      fc.property(anyReading, fc.double({ min: 0, max: 1, noNaN: true }), (given, failOverUsd) => {
        const { report } = viewOf(given)
        const isOver = (report.total.costUsd ?? 0) > failOverUsd
        expect(brokenGates(report, { failOverUsd }).length).toBe(isOver || report.total.costIsFloor ? 1 : 0)
        expect(brokenGates(report, { failOverUsd, allowUnpriced: true }).length).toBe(isOver ? 1 : 0)
      }),
      { numRuns: THIRD.runs(200) },
    )
  })
})

test('beside each other, what it costs and what it would at the list are floors where they leave something out', () => {
  const { report } = viewOf({ rows: [row('maker.all', { inputTokens: 1 })], by: ['model'], unread: undefined })
  const said = (total: Partial<Usage>) => bothCosts({ basis: 'discounted', total: { ...report.total, ...total } })
  const sums = { costUsd: 0.9, listCostUsd: 1 }
  const lacks = { costIsFloor: true, costLacks: ['tokens' as const] }
  expect(said(sums)).toEqual(['$0.90 yours · $1.00 list'])
  expect(said({ ...sums, ...lacks, listCostIsFloor: true })).toEqual(['at least $0.90 yours · at least $1.00 list'])
  expect(said({ ...lacks, costUsd: null, listCostUsd: null })).toEqual(['cost not known · list cost not known'])
})

describe('a share in words', () => {
  test('is rounded down: never all where something lacks, never none where something has a price', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e15 }), fc.integer({ min: 1, max: 1e15 }), (priced, unpriced) => {
        const share = priced / (priced + unpriced)
        const text = lackText({ lacks: ['tokens'], pricedShare: share })
        const [, percent] = /^(under 1|\d+) % of tokens priced$/.exec(text) ?? []
        const least = percent === 'under 1' ? 0 : Number(percent)
        expect(least).toBeLessThan(100)
        expect(text).not.toMatch(/^0 /)
        expect(least / 100).toBeLessThanOrEqual(share + 1e-9)
        expect(share).toBeLessThan((least + 1) / 100 + 1e-9)
      }),
      { numRuns: THIRD.runs(500) },
    )
  })

  test.each([
    [['tokens'], 0, '0 % of tokens priced', '0 %'],
    [['tokens'], 0.29, '29 % of tokens priced', '29 %'],
    [['tokens'], 0.999_999, '99 % of tokens priced', '99 %'],
    [['tokens', 'counts'], null, 'not all tokens priced, not all counts known', 'not all tokens, not all known'],
    [['images'], 1, 'not all images priced', 'not all images'],
    [['calls', 'reading'], 1, 'not all calls priced, not everything could be read', 'not all calls, not all read'],
  ] as const)('%j of %p is %p', (lacks, pricedShare, text, cell) => {
    expect([lackText({ lacks, pricedShare }), lackCell({ lacks, pricedShare })]).toEqual([text, cell])
  })

  test('what is too small for its digits is no "at least <"', () => {
    expect(floorText('<$0.001', { lacks: ['counts'], pricedShare: null })).toBe('more than $0, not all counts known')
  })
})

test.each<[string, Row, Partial<Usage>]>([
  [
    'calls that failed or were throttled',
    row('maker.none', { invocations: 2, serverErrors: 2, clientErrors: 5, throttles: 9 }),
    { costUsd: 0, costLacks: [] },
  ],
  [
    'calls billed by what is not counted',
    row('maker.none', { invocations: 3, serverErrors: 2 }),
    { costUsd: null, costLacks: ['calls'] },
  ],
  [
    'images without a price',
    row('maker.some', { inputTokens: 1_000_000, images: 1 }),
    { costUsd: 0.035, costLacks: ['images'], pricedShare: 1 },
  ],
  ['images alone, without a price', row('maker.some', { images: 1 }), { costUsd: null, costLacks: ['images'] }],
  [
    'a kind of tokens without a price',
    row('maker.some', { inputTokens: 3, outputTokens: 1 }),
    { costLacks: ['tokens'], pricedShare: 0.75 },
  ],
  [
    'counts that are not known',
    row('maker.some', { inputTokens: 1_000_000 }, { unknown: new Set(['outputTokens']) }),
    { costUsd: 0.035, costLacks: ['counts'], pricedShare: null },
  ],
  [
    'no count that is known',
    row('maker.some', {}, { unknown: new Set(['inputTokens']) }),
    { costUsd: null, costLacks: ['counts'] },
  ],
  [
    'what is unknown and not billed',
    row('maker.some', { inputTokens: 1 }, { unknown: new Set(['latency', 'throttles']) }),
    { costLacks: [] },
  ],
  [
    'what is free',
    row('maker.free', { inputTokens: 1, outputTokens: 1 }),
    { costUsd: 0, costLacks: [], pricedShare: 1 },
  ],
])('the cost of %s', (_, used, spending) => {
  const { report }: Pick<ReportView, 'report'> = summarize(reading([used]), facts, book)
  expect(report.total).toMatchObject(spending)
  expect(report.groups[0]).toMatchObject(spending)
})
