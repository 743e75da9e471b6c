import type { Warning } from '../core/events.ts'
import { count, grouped } from '../text/numbers.ts'
import type { Charge } from './charges.ts'
import type { Row } from './model.ts'
import { type PicoUsdPerMillion, priceToUsd } from './money.ts'
import type { Price } from './prices/book.ts'
import type { PriceLine, UnpricedLine } from './report-lines.ts'

/** Tokens or images of a priced model that have no price of their own, and so are not in its cost. */
export interface Gap {
  model: string
  what: string
  count: number
}

export function addGap(
  gaps: Map<string, Gap>,
  { dimensions: { model } }: Row,
  { kind: { words: what }, quantity }: Charge,
): void {
  const key = `${what} ${model}`
  gaps.set(key, { model, what, count: quantity + (gaps.get(key)?.count ?? 0) })
}

export function gapWarning({ model, what, count }: Gap): Warning {
  return {
    code: 'cost-incomplete',
    message: `the cost of ${model} is without its ${grouped(count)} ${what}, which have no known price`,
  }
}

export function imagelessWarning([model, calls]: [string, number]): Warning {
  const who = count(calls, 'call')
  return {
    code: 'counts-unknown',
    message: `no images are counted of ${who} of ${model}: the report is without what these cost`,
  }
}

export function changedPrices(prices: readonly PriceLine[]): Warning[] {
  const seen = new Map<string, string>()
  const changed = new Set<string>()
  for (const { source: _, asOf: __, ...line } of prices) {
    const key = JSON.stringify([line.model, line.region, line.tier, line.promptOver])
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

export function unpricedLine(lines: Map<string, UnpricedLine>, model: string, reason: string): UnpricedLine {
  const key = JSON.stringify([model, reason])
  const line = lines.get(key) ?? { model, inputTokens: 0, outputTokens: 0, reason }
  lines.set(key, line)
  return line
}

export function priceLine(row: Row, { perMillion, perImage, source, asOf }: Price): PriceLine {
  const { region } = row.dimensions
  const usd = (price: PicoUsdPerMillion | undefined) => (price === undefined ? null : priceToUsd(price))
  return {
    model: row.billedModel ?? row.dimensions.model,
    region,
    ...(row.terms && row.terms.tier !== 'standard' && { tier: row.terms.tier }),
    ...(row.terms && row.terms.promptOver > 0 && { promptOver: row.terms.promptOver }),
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
