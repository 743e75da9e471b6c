import type { Warning } from '../core/events.ts'
import { count, grouped } from '../text/numbers.ts'
import { type Charge, chargesAt } from './charges.ts'
import { addDoubted, type Doubted, doubtsOf, doubtWarning } from './doubts.ts'
import type { Row } from './model.ts'
import { type PicoUsdPerMillion, priceToUsd } from './money.ts'
import { type Price, type PriceBook, pricePeriods, type Unpriced } from './prices/book.ts'
import type { PricedRow } from './spending.ts'
import { STANDARD_TERMS, termsKey } from './terms.ts'
import type { PriceLine, Report, UnpricedLine } from './view.ts'

export type PricesTold = Pick<Report, 'prices' | 'unpriced' | 'doubts' | 'warnings'>

/** Prices rows one after the other, by their model, Region and time: each slot at the price of its start. */
export interface Pricer {
  /** Exact. Each row is to be priced once, since gaps and what is unpriced add up. */
  priced(row: Row): PricedRow
  told(): PricesTold
}

interface Tariff {
  period: number
  found: Price | Unpriced
  charges: ReturnType<typeof chargesAt>
  /** Where there is no price: what adds up to be told. */
  line?: UnpricedLine
  doubted?: readonly Doubted[]
}

/** Looks the price of a model up once a period in which it holds, and keeps the latest: a model's rows come in order. */
export function pricer(book: PriceBook): Pricer {
  const latest = new Map<string, Map<string, Tariff>>()
  const periodOf = pricePeriods(book)
  const prices = new Map<string, PriceLine>()
  const unpriced = new Map<string, UnpricedLine>()
  const gaps = new Map<string, Gap>()
  const imageless = new Map<string, number>()
  const doubts = doubtsOf(book)
  const warnings: Warning[] = []
  const find = (row: Row, period: number, before: Tariff | undefined): Tariff => {
    const { model, region } = row.dimensions
    const found = book.lookup(row.billedModel ?? model, region, new Date(row.start), row.terms)
    const doubted = 'unpriced' in found ? [] : doubts.sumsOf(row)
    const own = { period, ...(doubted.length > 0 && { doubted }) }
    if (before?.found === found) return { ...before, ...own }
    if ('unpriced' in found) {
      const line = unpricedLine(unpriced, model, found.unpriced)
      return { ...own, found, charges: chargesAt(undefined), line }
    }
    const line = priceLine(row, found)
    prices.set(JSON.stringify(line), line)
    warnings.push(...found.warnings)
    return { ...own, found, charges: chargesAt(found) }
  }
  let last: { row: Row; tariff: Tariff } | undefined
  const tariffOf = (row: Row): Tariff => {
    const period = periodOf(row.start)
    if (last?.tariff.period === period && isSameTariff(last.row, row)) return last.tariff
    const { model, region } = row.dimensions
    const models = latest.get(region) ?? new Map<string, Tariff>()
    const key = isStandard(row) ? model : `${termsKey(row.terms ?? STANDARD_TERMS)}\n${row.billedModel ?? ''}\n${model}`
    const before = models.get(key)
    const tariff = before?.period === period ? before : find(row, period, before)
    if (tariff !== before) latest.set(region, models.set(key, tariff))
    last = { row, tariff }
    return tariff
  }
  return {
    priced(row) {
      if (row.charges) return { charges: row.charges, isPriced: true }
      const { found, charges: chargesOf, line, doubted } = tariffOf(row)
      const charges = chargesOf(row)
      if (!line) {
        if (doubted) addDoubted(doubted, row)
        let isPlain = charges.length > 0 && row.unknown === undefined
        for (const charge of charges) {
          if (charge.amount === null) addGap(gaps, row, charge)
          if (charge.amount === null || charge.listAmount !== undefined) isPlain = false
        }
        const made = !('unpriced' in found) && isByImage(found) ? uncountedImages(row) : 0
        if (made === 0) return { charges, isPriced: true, isPlain }
        imageless.set(row.dimensions.model, made + (imageless.get(row.dimensions.model) ?? 0))
        return { charges, isPriced: true, uncountedImages: true }
      }
      for (const kind of ['inputTokens', 'outputTokens'] as const) {
        const before = line[kind]
        line[kind] = before === null || row.unknown?.has(kind) ? null : before + row.counters[kind]
      }
      return { charges, isPriced: false }
    },
    told: () => ({
      // Places are read side by side: whichever answers first.
      prices: byName([...prices.values()]),
      unpriced: byName([...unpriced.values()]),
      doubts: doubts.lines(),
      warnings: [
        ...doubts.lines().map(doubtWarning),
        ...warnings,
        ...[...gaps.values()].map(gapWarning),
        ...[...imageless].map(imagelessWarning),
        ...changedPrices([...prices.values()]),
      ],
    }),
  }
}

/** By model and Region; else as they came, which is in the order of time. */
function byName<Line extends { model: string; region?: string }>(lines: Line[]): Line[] {
  const nameOf = ({ model, region = '' }: Line) => `${model}\n${region}`
  return lines.sort((a, b) => (nameOf(a) === nameOf(b) ? 0 : nameOf(a) < nameOf(b) ? -1 : 1))
}

/** Images are all that the price is of: each call that was served has made one. */
function isByImage({ perMillion, perImage }: Price): boolean {
  return perImage !== undefined && Object.keys(perMillion).length === 0
}

function uncountedImages({ counters: { images, invocations, serverErrors }, unknown }: Row): number {
  return unknown?.has('images') ? 0 : Math.max(0, invocations - serverErrors - images)
}

function isSameTariff(a: Row, b: Row): boolean {
  return (
    a.dimensions.model === b.dimensions.model &&
    a.dimensions.region === b.dimensions.region &&
    a.terms === b.terms &&
    a.billedModel === b.billedModel
  )
}

function isStandard({ terms, billedModel }: Row): boolean {
  return billedModel === undefined && (terms === undefined || terms === STANDARD_TERMS)
}

/** Tokens or images of a priced model that have no price of their own, and so are not in its cost. */
type Gap = { model: string; what: string; count: number }

function addGap(gaps: Map<string, Gap>, { dimensions: { model } }: Row, { kind, quantity }: Charge): void {
  const key = `${kind.words} ${model}`
  gaps.set(key, { model, what: kind.words, count: quantity + (gaps.get(key)?.count ?? 0) })
}

function gapWarning({ model, what, count }: Gap): Warning {
  const message = `the cost of ${model} is without its ${grouped(count)} ${what}, which have no known price`
  return { code: 'cost-incomplete', message }
}

function imagelessWarning([model, calls]: [string, number]): Warning {
  const message = `no images are counted of ${count(calls, 'call')} of ${model}: the report is without what these cost`
  return { code: 'counts-unknown', message }
}

function changedPrices(prices: readonly PriceLine[]): Warning[] {
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

function unpricedLine(lines: Map<string, UnpricedLine>, model: string, reason: string): UnpricedLine {
  const key = JSON.stringify([model, reason])
  const line = lines.get(key) ?? { model, inputTokens: 0, outputTokens: 0, reason }
  lines.set(key, line)
  return line
}

function priceLine(row: Row, { perMillion, perImage, source, asOf }: Price): PriceLine {
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
