import { parse } from 'csv-parse/sync'
import { TOKEN_KINDS, type TokenKind } from '../src/report/charges.ts'
import { listedName } from '../src/report/prices/price-list/names.ts'
import { type ListedPrice, parseProduct } from '../src/report/prices/price-list/products.ts'
import { LEFT_OUT } from '../src/report/prices/price-list/usage-type.ts'
import { add, dateIn, type InputFile, leave, type PriceInput } from './price-input.ts'

/** Reads an answer of `aws pricing get-products` or the offer file of a service. */
export function readJson({ name, text }: InputFile): PriceInput {
  const { PriceList: answer, products, terms, publicationDate } = JSON.parse(text)
  if (Array.isArray(answer)) {
    const texts = answer.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    const days = texts.flatMap((one) => dateIn(/"publicationDate"\s*:\s*"([^"]*)"/.exec(one)?.[1] ?? '') ?? [])
    return inputOf(texts, days.sort().at(-1) ?? dateIn(name))
  }
  if (typeof products !== 'object' || products === null) throw new Error(`${name} has neither a PriceList nor products`)
  const texts = Object.entries(products).map(([sku, product]) =>
    JSON.stringify({ product, terms: { OnDemand: terms?.OnDemand?.[sku] } }),
  )
  return inputOf(texts, dateIn(publicationDate ?? '') ?? dateIn(name))
}

/** Reads the offer file of a service as CSV: some lines about the file, then one for each price. */
export function readCsv({ name, text }: InputFile): PriceInput {
  const rows: string[][] = parse(text, { relax_column_count: true, skip_empty_lines: true, bom: true })
  const start = rows.findIndex((row) => row[0] === 'SKU')
  const head = rows[start]
  if (!head) throw new Error(`${name} has no line that begins with SKU`)
  const published = rows.slice(0, start).find(([key]) => key === 'Publication Date')?.[1]
  const texts = rows
    .slice(start + 1)
    .flatMap((row) => productOf(new Map(head.map((key, index) => [key, row[index] ?? '']))))
  return inputOf(texts, dateIn(published ?? '') ?? dateIn(name))
}

/** A line as GetProducts would answer it; nothing of what is not on demand. */
function productOf(row: ReadonlyMap<string, string>): string[] {
  if (row.get('TermType') !== 'OnDemand' || row.get('Currency') !== 'USD') return []
  const attributes = Object.fromEntries([...row].map(([key, value]) => [attributeOf(key), value]))
  const dimension = {
    unit: row.get('Unit'),
    description: row.get('PriceDescription'),
    beginRange: row.get('StartingRange') || '0',
    pricePerUnit: { USD: row.get('PricePerUnit') },
  }
  return [
    JSON.stringify({ product: { attributes }, terms: { OnDemand: { term: { priceDimensions: { dimension } } } } }),
  ]
}

/** `Region Code` is `regionCode`; two have small letters only. */
function attributeOf(column: string): string {
  const [first = '', ...rest] = column.split(' ')
  const name = first.charAt(0).toLowerCase() + first.slice(1) + rest.join('')
  return name === 'usageType' || name === 'serviceName' ? name.toLowerCase() : name
}

function inputOf(texts: readonly string[], date: string | undefined): PriceInput {
  const input: PriceInput = { prices: [], date, leftOut: new Map() }
  const groups = new Map<string, ListedPrice[]>()
  for (const text of texts) {
    const { prices, leftOut } = parseProduct(text)
    if (leftOut) leave(input.leftOut, LEFT_OUT[leftOut.reason], leftOut.example)
    for (const price of prices) {
      const reason = reasonAgainst(price)
      if (reason) leave(input.leftOut, reason, nameOf(price))
      if (reason || price.modality) continue
      const key = keyOf(price)
      groups.set(key, [...(groups.get(key) ?? []), price])
    }
  }
  for (const [key, prices] of groups) {
    // A model that is only called through the other endpoint has its prices alone; of all others they are kept apart.
    if (prices[0]?.mantle && groups.has(keyOf({ ...prices[0], mantle: false }))) {
      leave(input.leftOut, 'the price of calls through the OpenAI-compatible endpoint', key)
    } else for (const usd of figuresOf(prices)) addPrice(input, prices, usd)
  }
  return input
}

function reasonAgainst({ kind, routing }: ListedPrice): string | undefined {
  if (kind === 'image') return 'the price of an image'
  // They bill the price of the Region.
  return routing === 'geographic' ? 'the price of a geographic profile' : undefined
}

function addPrice(input: PriceInput, [first]: readonly ListedPrice[], usd: string[]): void {
  if (!first) return
  const { region, tier, long, routing } = first
  add(input, { name: nameOf(first), region, tier, long, routing: routing === 'global' ? 'global' : 'in-region', usd })
}

/** The figures of one thing; a second line where the list has two prices of a kind. */
function figuresOf(prices: readonly ListedPrice[]): string[][] {
  const byKind = (kind: TokenKind) => {
    const of = (wanted: ListedPrice['kind']) => prices.filter((one) => one.kind === wanted).map(({ price }) => price)
    const found = kind === 'cacheWrite' && of(kind).length === 0 ? of('cacheWrite30m') : of(kind)
    return [...new Set(found)].map(decimal)
  }
  const kinds = TOKEN_KINDS.map(byKind)
  const lines = Math.max(...kinds.map((figures) => figures.length))
  return Array.from({ length: lines }, (_, line) => kinds.map((figures) => figures[line] ?? figures[0] ?? ''))
}

/** Pico-dollars as dollars: 70000n is 0.00000007. */
function decimal(price: bigint): string {
  const digits = price.toString().padStart(13, '0')
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '')
}

function nameOf({ model, alias = '' }: ListedPrice): string {
  return listedName(model) ?? listedName(alias) ?? model
}

function keyOf(price: ListedPrice): string {
  const { region, routing, tier, long, mantle } = price
  return [nameOf(price), region, routing, tier, String(long), mantle ? 'mantle' : ''].join(' ').trim()
}
