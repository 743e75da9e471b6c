import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Warning } from '../../../src/core/events.ts'
import type { TokenKind } from '../../../src/report/charges.ts'
import { parsePrice } from '../../../src/report/money.ts'
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
interface Row {
  id: string
  region: string
  terms: Terms
  says: Partial<Record<TokenKind, string>>
}

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

test('a price on which several sources agree is ours, cache included', () => {
  expect(AGREED_ROWS).toHaveLength(483)
  expect(notEqual(AGREED_ROWS)).toEqual({})
  // AWS's list of ours says otherwise here, and is wrong: its own batch prices contradict it.
  const doubtful = AGREED_ROWS.filter((row) => warnings(row).length > 0).map(({ id, region }) => `${id} ${region}`)
  expect(doubtful).toEqual([
    'amazon.nova-2-lite-v1:0 us-east-1',
    'us.amazon.nova-2-lite-v1:0 us-east-1',
    'anthropic.claude-3-5-haiku-20241022-v1:0 us-east-1',
    'us.anthropic.claude-3-5-haiku-20241022-v1:0 us-east-1',
    'anthropic.claude-3-5-haiku-20241022-v1:0 us-west-2',
    'us.anthropic.claude-3-5-haiku-20241022-v1:0 us-west-2',
  ])
})

describe("a price of AWS's list", () => {
  test('is ours, but of these models', () => {
    expect(AWS_LIST).toHaveLength(2354)
    expect(notEqual(LIST_ROWS)).toEqual({
      // Billed by more than tokens of text.
      'amazon.nova-2-multimodal-embeddings-v1:0': { unpriced: 2 },
      'amazon.nova-2-omni-preview-20251202-v1:0': { unpriced: 38 },
      'amazon.nova-2-omni-v1:0': { unpriced: 38 },
      'amazon.nova-2-sonic-v1:0': { unpriced: 4 },
      'amazon.nova-sonic-v1:0': { unpriced: 3 },
      'twelvelabs.marengo-embed-2-7-v1:0': { unpriced: 3 },
      'twelvelabs.marengo-embed-3-0-v1:0': { unpriced: 3 },
      // In us-east-1 the list has the global price for that in the Region: its own batch price is half of what others say.
      'amazon.nova-2-lite-v1:0': { disputed: 1 },
      // The list has, in part, the latency-optimized price: its own batch price is half of what others say.
      'anthropic.claude-3-5-haiku-20241022-v1:0': { disputed: 3 },
      // The list has two lines of one model in ap-south-1, on demand and for batches.
      'qwen.qwen3-next-80b-a3b': { disputed: 2 },
      'qwen.qwen3-next-80b-a3b-instruct': { disputed: 2 },
    })
  })

  test('is ours in at least 97 of 100 lines', () => {
    const lines = AWS_LIST.filter(({ name }) => modelIds(name).length > 0).map(({ name }) => modelIds(name)[0])
    const equal = LIST_ROWS.filter(
      (row) => lines.includes(row.id.replace(/^global\./, '')) && outcomeOf(row) === 'equal',
    )
    expect(equal.length).toBeGreaterThanOrEqual(AWS_LIST.length * 0.97)
  })

  test('is in doubt only where another source says otherwise', () => {
    const codes = new Set(LIST_ROWS.flatMap(warnings).map(({ code }) => code))
    expect([...codes]).toEqual(['price-disputed'])
    const models = LIST_ROWS.filter((row) => warnings(row).length > 0).map(({ id }) => id)
    expect([...new Set(models)].sort()).toEqual([
      'amazon.nova-2-lite-v1:0',
      'anthropic.claude-3-5-haiku-20241022-v1:0',
      // Extended access.
      'anthropic.claude-3-5-sonnet-20240620-v1:0',
      'anthropic.claude-3-5-sonnet-20241022-v2:0',
      'qwen.qwen3-next-80b-a3b',
      'qwen.qwen3-next-80b-a3b-instruct',
    ])
  })
})

/** How many rows of each model are not equal, by outcome. */
function notEqual(rows: readonly Row[]): Record<string, Partial<Record<Outcome, number>>> {
  const models: Record<string, Partial<Record<Outcome, number>>> = {}
  for (const row of rows) {
    const outcome = outcomeOf(row)
    if (outcome === 'equal') continue
    const id = row.id.replace(/^global\./, '')
    models[id] = { ...models[id], [outcome]: (models[id]?.[outcome] ?? 0) + 1 }
  }
  return models
}

function warnings({ id, region, terms }: Row): readonly Warning[] {
  const found = book.lookup(id, region, AT, terms)
  return 'unpriced' in found ? [] : found.warnings
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
