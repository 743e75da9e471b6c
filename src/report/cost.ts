import type { Warning } from '../core/events.ts'
import { grouped } from '../core/numbers.ts'
import type { PriceLine, Row, UnpricedLine } from './model.ts'
import { type AttoUsd, costOfImages, type PicoUsdPerMillion, priceToUsd, costOf as tokensCost } from './money.ts'
import { type Price, type PriceBook, TOKEN_KINDS, type TokenKind } from './prices/book.ts'
import { DAY_MS } from './window.ts'

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

/** All that is to be said about the prices of some rows. */
export interface PricesTold {
  prices: PriceLine[]
  unpriced: UnpricedLine[]
  warnings: Warning[]
}

/** Prices rows one after the other, by their model, Region and time: each slot at the price of its start. */
export interface Pricer {
  /** Exact; null for a row of a model without a price. Each row is to be priced once, since gaps and what is unpriced add up. */
  costOf(row: Row): AttoUsd | null
  /** Of the rows so far. */
  told(): PricesTold
}

/** What holds for a model in a Region on a day of UTC. */
type Tariff = { price: Price } | { price: undefined; line: UnpricedLine }

/** Looks each price up once a day of UTC, on which it holds (see `PriceBook`). */
export function pricer(book: PriceBook): Pricer {
  const tariffs = new Map<string, Tariff>()
  const prices = new Map<string, PriceLine>()
  const unpriced = new Map<string, UnpricedLine>()
  const gaps = new Map<string, Gap>()
  const warnings: Warning[] = []
  const find = (row: Row): Tariff => {
    const { model, region } = row.dimensions
    const price = book.lookup(model, region, new Date(row.start))
    if ('unpriced' in price) return { price: undefined, line: unpricedLine(unpriced, model, price.unpriced) }
    const line = priceLine(row, price)
    prices.set(JSON.stringify(line), line)
    warnings.push(...price.warnings)
    return { price }
  }
  const tariffOf = (row: Row): Tariff => {
    const key = `${Math.floor(row.start / DAY_MS)} ${row.dimensions.region} ${row.dimensions.model}`
    const tariff = tariffs.get(key) ?? find(row)
    tariffs.set(key, tariff)
    return tariff
  }
  return {
    costOf(row) {
      const tariff = tariffOf(row)
      if (tariff.price) return rowCost(row, tariff.price, gaps)
      tariff.line.inputTokens += row.counters.inputTokens
      tariff.line.outputTokens += row.counters.outputTokens
      return null
    },
    told: () => ({
      prices: [...prices.values()],
      unpriced: [...unpriced.values()],
      warnings: [...warnings, ...[...gaps.values()].map(gapWarning), ...changedPrices([...prices.values()])],
    }),
  }
}

/** The cost of each row, and all that is to be said about the prices. */
export function priceRows(rows: readonly Row[], book: PriceBook): PricesTold & { costs: Map<Row, AttoUsd | null> } {
  const { costOf, told } = pricer(book)
  const costs = new Map(rows.map((row) => [row, costOf(row)]))
  return { costs, ...told() }
}

function rowCost(row: Row, { perMillion, perImage }: Price, gaps: Map<string, Gap>): AttoUsd {
  const { images } = row.counters
  const tokens = billedTokens(row)
  let cost = images === 0 || perImage === undefined ? 0n : costOfImages(images, perImage)
  if (images > 0 && perImage === undefined) addGap(gaps, row, 'images', images)
  for (const kind of TOKEN_KINDS) {
    const count = tokens[kind]
    const price = perMillion[kind]
    if (count === 0) continue
    if (price === undefined) addGap(gaps, row, WORDS[kind], count)
    else cost += tokensCost(count, price)
  }
  return cost
}

/** Tokens or images of a priced model that have no price of their own, and so are not in its cost. */
interface Gap {
  model: string
  what: string
  count: number
}

function addGap(gaps: Map<string, Gap>, { dimensions: { model } }: Row, what: string, count: number): void {
  const key = `${what} ${model}`
  gaps.set(key, { model, what, count: count + (gaps.get(key)?.count ?? 0) })
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

function unpricedLine(lines: Map<string, UnpricedLine>, model: string, reason: string): UnpricedLine {
  const key = JSON.stringify([model, reason])
  const line = lines.get(key) ?? { model, inputTokens: 0, outputTokens: 0, reason }
  lines.set(key, line)
  return line
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
