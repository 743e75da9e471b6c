import { plainDigits } from '../../text/numbers.ts'
import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import { type PicoUsdPerMillion, priceToUsd } from '../money.ts'
import type { Figures, Price, PriceBook } from '../prices/book.ts'
import { escaped } from '../sources/logs/query.ts'

/** Models of one price: dollars per million tokens of each kind that has one, and per image. */
export interface PriceGroup {
  models: readonly string[]
  perMillion: Readonly<Partial<Record<TokenKind, number>>>
  perImage: number
}

/** Puts models of equal prices together, at one moment in one Region; those without a price are in none. */
export function priceGroups(models: readonly string[], region: string, at: Date, book: PriceBook): PriceGroup[] {
  const groups = new Map<string, PriceGroup & { models: string[] }>()
  for (const model of models) {
    const price = book.lookup(model, region, at)
    if ('unpriced' in price) continue
    const group = { models: [model], perMillion: usdOf(price.perMillion), perImage: usdEach(price) }
    const key = JSON.stringify([group.perMillion, group.perImage])
    const known = groups.get(key)
    if (known) known.models.push(model)
    else groups.set(key, group)
  }
  return [...groups.values()]
}

/** What a request cost, in millionths of a dollar. */
export const COST = 'microUsd'

/**
 * The commands that make `COST`, which is 0 of a model without a price; none where no price is known. Logs
 * Insights has no conditions in expressions: a name that only a group's models give is what lets its price count.
 * @param counts the fields that hold the tokens of each kind, and the images
 */
export function costCommands(
  groups: readonly PriceGroup[],
  counts: Readonly<Partial<Record<TokenKind, string>>> & { images: string },
): string[] {
  if (groups.length === 0) return []
  const costs = groups.map(({ perMillion, perImage }, index) => {
    const tokens = TOKEN_KINDS.flatMap((kind) => term(counts[kind] ?? '0', perMillion[kind] ?? 0))
    const terms = [...tokens, ...term(counts.images, perImage * 1e6)]
    return [`0 * strlen(price${index})`, ...terms].join(' + ')
  })
  return [
    ...groups.map(({ models }, index) => `parse modelId /^(?<price${index}>${models.map(escaped).join('|')})$/`),
    `fields coalesce(${[...costs, '0'].join(', ')}) as ${COST}`,
  ]
}

/** Queries take no exponents. */
function term(count: string, price: number): string[] {
  return price === 0 ? [] : [`${count} * ${plainDigits(price)}`]
}

function usdOf(figures: Figures): PriceGroup['perMillion'] {
  const known = TOKEN_KINDS.flatMap((kind): [TokenKind, PicoUsdPerMillion][] => {
    const price = figures[kind]
    return price === undefined ? [] : [[kind, price]]
  })
  return Object.fromEntries(known.map(([kind, price]) => [kind, priceToUsd(price)]))
}

function usdEach({ perImage }: Price): number {
  return perImage === undefined ? 0 : priceToUsd(perImage)
}
