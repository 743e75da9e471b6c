import { plainDigits } from '../../text/numbers.ts'
import { TOKEN_KINDS, type TokenKind } from '../charges.ts'
import type { Window } from '../model.ts'
import { priceToUsd } from '../money.ts'
import type { Figures, PriceBook } from '../prices/book.ts'
import { pricedPreparationOf, TERM_COLUMNS } from '../sources/logs/fields.ts'
import { piped, whereCommands } from '../sources/logs/query.ts'
import { billingOf } from '../sources/logs/rows.ts'
import { PROMPT_LENGTHS } from '../terms.ts'
import { escaped, type Where } from '../where.ts'
import type { RawRow } from './answer.ts'

/** Calls of one price: dollars per million tokens of each kind that has one, and per image. */
export interface PriceGroup {
  calls: readonly string[]
  /** Only prompts that exceed so many of the lengths from which prompts cost more; left out: all. */
  longer?: number
  perMillion: Readonly<Partial<Record<TokenKind, number>>>
  perImage: number
}

type Figured = Pick<PriceGroup, 'perMillion' | 'perImage'>

/** A text that calls have in common that are billed on the same terms, but for the length of the prompt. */
const CALLS = `concat(modelId, ${['routedModel', 'tierWord', 'latencyMode'].map((name) => `"|", coalesce(${name}, "")`).join(', ')})`
const callsOf = ({ model = '', routedModel = '', tierWord = '', latencyMode = '' }: RawRow) =>
  [model, routedModel, tierWord, latencyMode].join('|')

export const MOST_MODELS = 10_000

/** Asks which models were called, and on which terms. */
export function callsQuery(
  { models, where = {} }: { models: readonly string[]; where?: Where | undefined },
  { start, end }: Window,
): string {
  const filters = whereCommands(where)
  return piped(
    'filter ispresent(modelId)',
    `filter toMillis(@timestamp) >= ${start} and toMillis(@timestamp) < ${end}`,
    ...modelFilter(models),
    ...pricedPreparationOf([], filters.join(' ')),
    ...filters,
    `stats count(*) as requests, count(errorCode) as failed by modelId as model, ${TERM_COLUMNS.join(', ')}`,
    `limit ${MOST_MODELS}`,
  )
}

export function modelFilter(models: readonly string[]): string[] {
  const quoted = models.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`)
  return quoted.length > 0 ? [`filter modelId in [${quoted.join(', ')}]`] : []
}

/** A row of the answer; nothing of calls that all failed, which cost nothing. */
export function pricedCalls(row: RawRow) {
  const { model = '', requests, failed } = row
  if (requests === failed) return []
  const { terms, billedModel } = billingOf(row, model, false)
  return [{ model, calls: callsOf(row), ...(terms && { terms }), ...(billedModel !== undefined && { billedModel }) }]
}

/** Puts calls of equal prices together, at one moment in one Region; those without a price are in none. */
export function priceGroups(
  called: ReturnType<typeof pricedCalls>,
  region: string,
  at: Date,
  book: PriceBook,
): PriceGroup[] {
  const byCalls = new Map<string, Map<number, Figured | undefined>>()
  for (const { model, billedModel = model, terms, calls } of called) {
    const found = book.lookup(billedModel, region, at, terms)
    const price =
      'unpriced' in found
        ? undefined
        : { perMillion: usdOf(found.perMillion), perImage: priceToUsd(found.perImage ?? 0n) }
    const longer = PROMPT_LENGTHS.filter((length) => length <= (terms?.promptOver ?? 0)).length
    byCalls.set(calls, (byCalls.get(calls) ?? new Map()).set(longer, price))
  }
  const groups = new Map<string, PriceGroup & { calls: string[] }>()
  for (const [calls, byLength] of byCalls) {
    const isOne = new Set([...byLength.values()].map((price) => JSON.stringify(price))).size === 1
    for (const [longer, price] of isOne ? [...byLength].slice(0, 1) : byLength) {
      if (!price) continue
      const figures = { ...(!isOne && { longer }), ...price }
      const key = JSON.stringify(figures)
      const known = groups.get(key)
      if (known) known.calls.push(calls)
      else groups.set(key, { calls: [calls], ...figures })
    }
  }
  return [...groups.values()]
}

/** What a request cost, in millionths of a dollar. */
export const COST = 'microUsd'

/**
 * The commands that make `COST`, which is 0 of calls without a price; none where no price is known. Logs
 * Insights has no conditions in expressions: a name that only a group's calls give is what lets its price count.
 * @param counts the fields that hold the tokens of each kind, and the images
 */
export function costCommands(
  groups: readonly PriceGroup[],
  counts: Readonly<Partial<Record<TokenKind, string>>> & { images: string },
): string[] {
  if (groups.length === 0) return []
  const costs = groups.map(({ longer, perMillion, perImage }, index) => {
    const tokens = TOKEN_KINDS.flatMap((kind) => term(counts[kind] ?? '0', perMillion[kind] ?? 0))
    const sum = [...tokens, ...term(counts.images, perImage * 1e6)].join(' + ') || '0'
    // The last digit of the marks is the length.
    const ofLength = longer === undefined ? '' : ` * (1 - least(1, abs(marks % 10 - ${longer})))`
    return `coalesce(0 * strlen(price${index}) + (${sum})${ofLength}, 0)`
  })
  return [
    `fields ${CALLS} as pricedCalls`,
    ...groups.map(({ calls }, index) => `parse pricedCalls /^(?<price${index}>${calls.map(escaped).join('|')})$/`),
    `fields ${costs.join(' + ')} as ${COST}`,
  ]
}

/** Queries take no exponents. */
function term(count: string, price: number): string[] {
  return price === 0 ? [] : [`${count} * ${plainDigits(price)}`]
}

function usdOf(figures: Figures): PriceGroup['perMillion'] {
  const known = TOKEN_KINDS.flatMap((kind) => {
    const price = figures[kind]
    return price === undefined ? [] : [[kind, priceToUsd(price)]]
  })
  return Object.fromEntries(known)
}
