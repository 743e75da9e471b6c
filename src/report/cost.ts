import type { Warning } from '../core/events.ts'
import { grouped } from '../text/numbers.ts'
import type { PriceLine, Row, UnpricedLine } from './model.ts'
import { type AttoUsd, costOfImages, type PicoUsdPerMillion, priceToUsd, costOf as tokensCost } from './money.ts'
import { type Price, type PriceBook, pricePeriods, TOKEN_KINDS, type TokenKind, type Unpriced } from './prices/book.ts'

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

/** What holds for a model in a Region in a span of time. */
interface Tariff {
  period: number
  found: Price | Unpriced
  /** Where there is no price: what adds up to be told. */
  line?: UnpricedLine
}

/** Looks the price of a model up once a period in which it holds, and keeps the latest: a model's rows come in order. */
export function pricer(book: PriceBook): Pricer {
  const latest = new Map<string, Map<string, Tariff>>()
  const periodOf = pricePeriods(book)
  const prices = new Map<string, PriceLine>()
  const unpriced = new Map<string, UnpricedLine>()
  const gaps = new Map<string, Gap>()
  const warnings: Warning[] = []
  const find = (row: Row, period: number, before: Tariff | undefined): Tariff => {
    const { model, region } = row.dimensions
    const found = book.lookup(model, region, new Date(row.start))
    if (before?.found === found) return { ...before, period }
    if ('unpriced' in found) return { period, found, line: unpricedLine(unpriced, model, found.unpriced) }
    const line = priceLine(row, found)
    prices.set(JSON.stringify(line), line)
    warnings.push(...found.warnings)
    return { period, found }
  }
  const tariffOf = (row: Row): Tariff => {
    const { model, region } = row.dimensions
    const period = periodOf(row.start)
    const models = latest.get(region) ?? new Map<string, Tariff>()
    const before = models.get(model)
    if (before?.period === period) return before
    const tariff = find(row, period, before)
    latest.set(region, models.set(model, tariff))
    return tariff
  }
  return {
    costOf(row) {
      const { found, line } = tariffOf(row)
      if (!('unpriced' in found)) return rowCost(row, found, gaps)
      if (line) {
        const add = (kind: 'inputTokens' | 'outputTokens') => {
          const before = line[kind]
          line[kind] = before === null || row.unknown?.has(kind) ? null : before + row.counters[kind]
        }
        add('inputTokens')
        add('outputTokens')
      }
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
