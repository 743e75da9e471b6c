import type { Warning } from '../core/events.ts'
import { grouped } from '../core/numbers.ts'
import type { PriceLine, Row, UnpricedLine } from './model.ts'
import { type AttoUsd, costOf, costOfImages, type PicoUsdPerMillion, priceToUsd } from './money.ts'
import { type Price, type PriceBook, TOKEN_KINDS, type TokenKind } from './prices/book.ts'

/** Tokens of a row by how they are billed. Cache writes of which no more is known are of the cheaper kind, for five minutes. */
function billedTokens({ counters }: Row): Record<TokenKind, number> {
  const cacheWrite1h = Math.min(counters.cacheWrite1hTokens ?? 0, counters.cacheWriteTokens)
  return {
    input: counters.inputTokens,
    output: counters.outputTokens,
    cacheRead: counters.cacheReadTokens,
    cacheWrite: counters.cacheWriteTokens - cacheWrite1h,
    cacheWrite1h,
  }
}

/** The cost of each row, and all that is to be said about the prices. */
export interface Costing {
  /** Exact; null for a row of a model without a price. */
  costs: Map<Row, AttoUsd | null>
  prices: PriceLine[]
  unpriced: UnpricedLine[]
  warnings: Warning[]
}

/** Prices every row by its model, Region and time: each slot at the price of its start. */
export function priceRows(rows: readonly Row[], book: PriceBook): Costing {
  const costs = new Map<Row, AttoUsd | null>()
  const prices = new Map<string, PriceLine>()
  const unpriced = new Map<string, UnpricedLine>()
  const gaps = new Map<string, Gap>()
  const warnings: Warning[] = []
  for (const row of rows) {
    const { model, region } = row.dimensions
    const price = book.lookup(model, region, new Date(row.start))
    if ('unpriced' in price) {
      costs.set(row, null)
      addUnpriced(unpriced, row, price.unpriced)
      continue
    }
    costs.set(row, rowCost(row, price))
    const line = priceLine(row, price)
    prices.set(JSON.stringify(line), line)
    noteGaps(gaps, row, price)
    warnings.push(...price.warnings)
  }
  warnings.push(...[...gaps.values()].map(gapWarning), ...changedPrices([...prices.values()]))
  return { costs, prices: [...prices.values()], unpriced: [...unpriced.values()], warnings }
}

function rowCost(row: Row, price: Price): AttoUsd {
  const tokens = billedTokens(row)
  const images = costOfImages(row.counters.images, price.perImage ?? 0n)
  return TOKEN_KINDS.reduce((sum, kind) => sum + costOf(tokens[kind], price.perMillion[kind] ?? 0n), images)
}

/** Tokens or images of a priced model that have no price of their own, and so are not in its cost. */
interface Gap {
  model: string
  what: string
  count: number
}

function noteGaps(gaps: Map<string, Gap>, row: Row, price: Price): void {
  const tokens = billedTokens(row)
  const without = TOKEN_KINDS.filter((kind) => price.perMillion[kind] === undefined)
  const counts = without.map((kind) => [WORDS[kind], tokens[kind]] as const)
  const images = price.perImage === undefined ? [['images', row.counters.images] as const] : []
  for (const [what, count] of [...counts, ...images]) {
    if (count === 0) continue
    const { model } = row.dimensions
    const key = JSON.stringify([model, what])
    gaps.set(key, { model, what, count: count + (gaps.get(key)?.count ?? 0) })
  }
}

const WORDS: Record<TokenKind, string> = {
  input: 'input tokens',
  output: 'output tokens',
  cacheRead: 'cache-read tokens',
  cacheWrite: 'cache-write tokens',
  cacheWrite1h: 'cache-write tokens kept for an hour',
}

function gapWarning({ model, what, count }: Gap): Warning {
  return {
    code: 'cost-incomplete',
    message: `the cost of ${model} is without its ${grouped(count)} ${what}, which have no known price`,
  }
}

function changedPrices(prices: readonly PriceLine[]): Warning[] {
  const seen = new Map<string, string>()
  const changed = new Set<string>()
  for (const { source: _, asOf: __, ...line } of prices) {
    const key = JSON.stringify([line.model, line.region])
    const before = seen.get(key)
    // Another source for the same figures is no other price.
    if (before !== undefined && before !== JSON.stringify(line)) changed.add(line.model)
    seen.set(key, JSON.stringify(line))
  }
  return [...changed].map((model) => ({
    code: 'price-changed',
    message: `the price of ${model} changed within the window; each part of the series is priced at its start`,
  }))
}

function addUnpriced(lines: Map<string, UnpricedLine>, row: Row, reason: string): void {
  const { model } = row.dimensions
  const key = JSON.stringify([model, reason])
  const line = lines.get(key) ?? { model, inputTokens: 0, outputTokens: 0, reason }
  line.inputTokens += row.counters.inputTokens
  line.outputTokens += row.counters.outputTokens
  lines.set(key, line)
}

function priceLine(row: Row, { perMillion, perImage, source, asOf }: Price): PriceLine {
  const { model, region } = row.dimensions
  const usd = (price: PicoUsdPerMillion | undefined) => (price === undefined ? null : priceToUsd(price))
  return {
    model,
    region,
    inputPerMillion: usd(perMillion.input),
    outputPerMillion: usd(perMillion.output),
    cacheReadPerMillion: usd(perMillion.cacheRead),
    cacheWritePerMillion: usd(perMillion.cacheWrite),
    ...(perMillion.cacheWrite1h !== undefined && { cacheWrite1hPerMillion: priceToUsd(perMillion.cacheWrite1h) }),
    ...(perImage !== undefined && { perImage: priceToUsd(perImage) }),
    source,
    asOf,
  }
}
