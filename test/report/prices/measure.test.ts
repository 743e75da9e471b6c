import { beforeAll, describe, expect, test } from '@jest/globals'
import type { TokenKind } from '../../../src/report/charges.ts'
import { parsePrice, priceToUsd } from '../../../src/report/money.ts'
import type { Figures, Price, PriceBook, Quote, Unpriced } from '../../../src/report/prices/book.ts'
import { bundledBook } from '../../../src/report/prices/bundled.ts'
import { loadGenaiPrices } from '../../../src/report/prices/genai-prices.ts'
import { modelIds } from '../../../src/report/prices/price-list/names.ts'
import { STANDARD_TERMS, type Terms } from '../../../src/report/terms.ts'
import { AGREED, AWS_LIST } from './data/index.ts'

/** A day on which all of these sources had spoken. */
const AT = new Date('2026-11-20T12:00:00Z')
const BATCH: Terms = { ...STANDARD_TERMS, tier: 'batch' }

/** Figures as they stand, by kind; '' where the source has none. */
type Row = { id: string; region: string; terms: Terms; says: Partial<Record<TokenKind, string>> }
type Outcome = 'equal' | 'unpriced' | 'disputed' | 'different'

const AGREED_ROWS: Row[] = AGREED.map((row) => ({
  id: row.prefix === 'none' ? row.model : `${row.prefix}.${row.model}`,
  region: row.region,
  terms: STANDARD_TERMS,
  says: { input: row.input, output: row.output, cacheRead: row.cache_read, cacheWrite: row.cache_write },
}))

/** Each row for each id of its model; 'cross-region' is the price of global routing. */
const LIST_ROWS: Row[] = AWS_LIST.flatMap(({ name, kind, region, input_per_million, output_per_million }) =>
  modelIds(name).map((id) => ({
    id: kind === 'cross-region' ? `global.${id}` : id,
    region,
    terms: kind === 'batch' ? BATCH : STANDARD_TERMS,
    says: { input: input_per_million, output: output_per_million },
  })),
)

let book: PriceBook

beforeAll(async () => {
  book = bundledBook(await loadGenaiPrices())
})

describe('the prices on which several sources agree', () => {
  test('are ours, cache included', () => {
    expect(AGREED_ROWS).toHaveLength(483)
    expect(outcomes(AGREED_ROWS)).toEqual({ equal: 483, unpriced: 0, disputed: 0, different: 0 })
  })
})

describe("the prices of AWS's list", () => {
  test('are ours', () => {
    expect(AWS_LIST).toHaveLength(2354)
    const found = outcomes(LIST_ROWS)
    expect(found).toEqual({})
  })
})

function outcomes(rows: readonly Row[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { equal: 0, unpriced: 0, disputed: 0, different: 0 }
  const bad: string[] = []
  for (const row of rows) {
    const o = outcomeOf(row)
    counts[o] += 1
    if (o !== 'equal') {
      const f = book.lookup(row.id, row.region, AT, row.terms)
      bad.push(
        `${o} ${row.id} ${row.region} ${row.terms.tier} ${JSON.stringify(row.says)} ${'unpriced' in f ? f.unpriced : JSON.stringify(Object.entries(f.perMillion).map(([k, v]) => `${k} ${priceToUsd(v)}`)) + f.source + f.warnings.map((w) => w.message)}`,
      )
    }
  }
  console.log(bad.join('\n'))
  return counts
}

function outcomeOf({ id, region, terms, says }: Row): Outcome {
  const found: Price | Unpriced = book.lookup(id, region, AT, terms)
  if ('unpriced' in found) return 'unpriced'
  if (isSaid(found, says)) return 'equal'
  return found.disputes?.some((dispute) => isSaid(dispute, says)) ? 'disputed' : 'different'
}

function isSaid({ perMillion }: Quote, says: Row['says']): boolean {
  return (Object.entries(says) as [keyof Figures, string][]).every(
    ([kind, figure]) => figure === '' || perMillion[kind] === parsePrice(Number(figure)),
  )
}
