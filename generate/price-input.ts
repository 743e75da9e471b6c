import { parsePrice } from '../src/report/money.ts'
import { canonicalName, listedName } from '../src/report/prices/price-list/names.ts'
import type { Tier } from '../src/report/terms.ts'
import { type NewPrice, termsOf } from './price-table.ts'

/** An input file: its name without folders, and what is in it. */
export interface InputFile {
  name: string
  text: string
}

/** Prices of one input, the day of its list where it tells one, and what was left out, by reason. */
export interface PriceInput {
  prices: NewPrice[]
  date: string | undefined
  leftOut: Map<string, string[]>
}

const TSV_TERMS: ReadonlyMap<string, { routing: NewPrice['routing']; tier: Tier }> = new Map(
  Object.entries<{ routing: NewPrice['routing']; tier: Tier }>({
    'in-region': { routing: 'in-region', tier: 'standard' },
    // The list has a price of its own for global routing alone.
    'cross-region': { routing: 'global', tier: 'standard' },
    batch: { routing: 'in-region', tier: 'batch' },
  }),
)
const TSV_HEAD = 'provider\tname\tkind\tregion\tinput_per_million\toutput_per_million'

/** Reads a table of AWS's list with the columns provider, name, kind, region, input and output per million. */
export function readTsv({ name: file, text }: InputFile): PriceInput {
  const [head, ...lines] = text.replace(/[\r\n]+$/, '').split(/\r?\n/)
  if (head !== TSV_HEAD) throw new Error(`${file} does not begin with the line ${TSV_HEAD.replaceAll('\t', ', ')}`)
  const input: PriceInput = { prices: [], date: dateIn(file), leftOut: new Map() }
  for (const [index, line] of lines.entries()) {
    const [, name = '', kind = '', region = '', ...usd] = line.split('\t')
    const terms = TSV_TERMS.get(kind)
    if (!terms || usd.length !== 2) throw new Error(`${file}, line ${index + 2}: not a price: ${line}`)
    add(input, { ...terms, long: false, name, region, usd })
  }
  return input
}

/** Adds a price under the name that the table has for its model, unless it is none that a call can have. */
export function add({ prices, leftOut }: Pick<PriceInput, 'prices' | 'leftOut'>, price: NewPrice): void {
  if (/ custom$/i.test(price.name)) leave(leftOut, 'the price of a model that you have trained', price.name)
  else prices.push({ ...price, name: listedName(canonicalName(price.name)) ?? price.name })
}

export function leave(leftOut: PriceInput['leftOut'], reason: string, example: string): void {
  leftOut.set(reason, [...(leftOut.get(reason) ?? []), example])
}

export function dateIn(name: string): string | undefined {
  return /\d{4}-\d{2}-\d{2}/.exec(name)?.[0]
}

/** No model costs more for a million tokens, by far. */
const DEAREST = parsePrice(10_000)

/** What cannot be a price, in words with the place; empty where all is well. */
export function implausible(prices: readonly NewPrice[]): string[] {
  if (prices.length === 0) return ['there is no price in it']
  return prices.flatMap((price) => {
    const why = reasonAgainst(price)
    return why === undefined ? [] : [`${price.name}, ${termsOf(price)}, ${price.region}: ${why}`]
  })
}

function reasonAgainst({ name, region, usd }: NewPrice): string | undefined {
  if (name.trim() === '' || /[\t\n`\\$]/.test(name)) return 'it has no name'
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) return 'this is no Region'
  const odd = usd.find((figure) => figure !== '' && !isPrice(figure))
  if (odd !== undefined) return `${odd} is no price for a million tokens`
  const [input = '', output = ''] = usd
  if (usd.every((figure) => figure === '')) return 'it has no figure'
  // Who does not know a price may write 0.
  return Number(input) === 0 && input !== '' ? `an input of $0 (output ${output || 'unknown'}) is no price` : undefined
}

function isPrice(figure: string): boolean {
  try {
    return /^\d+(\.\d+)?$/.test(figure) && parsePrice(Number(figure)) <= DEAREST
  } catch {
    return false
  }
}
