import { grouped } from '../../arrange.ts'
import type { TokenKind } from '../../charges.ts'
import { STANDARD_TERMS, type Terms, type Tier } from '../../terms.ts'
import { DAY_MS } from '../../window.ts'
import { agree, type Figures, NO_PRICE, notStandard, pricePeriods, type Unpriced } from '../book.ts'
import { MANTLE_PREFIX, pricedId, splitScope } from '../model-id.ts'
import { byRule, longFrom, termsRule } from '../rules.ts'
import { listNames, modelIds } from './names.ts'
import type { RegionPrices } from './seen.ts'
import { dayOf, isDouble, type SeenPrice, type Sight, sightOn } from './seen.ts'
import { countLeftOut, type LeftOut, type LeftOutCount, type Routing } from './usage-type.ts'

export interface ListedQuote {
  perMillion: Figures
  perImage?: bigint
  perTextUnit?: bigint
  source: string
  asOf: string
  /** How far what was seen of the list tells of that day. */
  when: Sight['when']
  /** With 'between': the first day of the next price. */
  until?: string
}

/** Why the list has no price; where it has one on standard terms, that one too. */
export interface ListedUnpriced extends Unpriced {
  standard?: Figures
}

export type PriceListBook = ReturnType<typeof priceListBook>

const SOURCE = 'aws-price-list'

/** All that the list says of one model in one Region, by one routing and endpoint. */
type Model = readonly SeenPrice[]
/** What was seen of each kind, on one tier and for prompts of one length. */
type Slot = ReadonlyMap<string, readonly SeenPrice[]>

type Spot = Pick<SeenPrice, 'region' | 'routing' | 'mantle'>

const spotKey = (name: string, { region, routing, mantle }: Spot) => [mantle, routing, region, name].join(' ')

function slotOf(model: Model, tier: Tier, long: boolean): Slot {
  return grouped(
    model.filter((price) => !price.modality && price.tier === tier && price.long === long),
    ({ kind }) => kind,
  )
}

const hasLong = (model: Model) => model.some(({ long }) => long)

export function priceListBook(lists: readonly RegionPrices[]) {
  const prices = lists.flatMap((list) => list.prices)
  const readOn = new Map(
    lists.flatMap((list) => list.prices.map(({ region }) => [region, dayOf(list.readAt)] as const)),
  )
  // A mantle row is found by its model id, and by what it calls the model besides.
  const named = prices.flatMap((price) =>
    [...new Set([price.model, price.alias ?? price.model])].map((name) => ({ name, price })),
  )
  const models = grouped(named, ({ name, price }) => spotKey(name, price))
  // The days on which a price was first seen, and those after it was last.
  const days = new Set(prices.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to) + DAY_MS]))
  const changes = [...days].sort((a, b) => a - b)
  const periodOf = pricePeriods({ changes })
  const answers = new Map<string, ListedQuote | ListedUnpriced>()
  const look = (modelId: string, region: string, at: Date, terms: Terms): ListedQuote | ListedUnpriced => {
    const priced = pricedId(modelId)
    if (typeof priced !== 'string') return priced
    const mantle = priced.startsWith(MANTLE_PREFIX)
    const id = mantle ? priced.slice(MANTLE_PREFIX.length) : priced
    const day = { day: dayOf(at.getTime()), readOn: readOn.get(region) ?? '' }
    for (const spot of spotsOf(id, mantle)) {
      const found = listNames(id).map((name) => models.get(spotKey(name, { region, ...spot })))
      const model = found.find((one) => one !== undefined)?.map(({ price }) => price)
      const answer = model && priceOf(model, id, terms, day)
      if (!answer) continue
      if (mantle || !spot.mantle || 'unpriced' in answer) return answer
      return { ...answer, source: answer.source.replace(SOURCE, `${SOURCE} (mantle)`) }
    }
    return { unpriced: NO_PRICE }
  }
  return {
    changes,
    // A report asks for every hour of a year: between two changes the answer is the same.
    lookup(modelId: string, region: string, at: Date, terms: Terms = STANDARD_TERMS) {
      const key = `${periodOf(at.getTime())} ${terms.tier} ${terms.promptOver} ${region} ${modelId}`
      const answer = answers.get(key) ?? look(modelId, region, at, terms)
      answers.set(key, answer)
      return answer
    },
  }
}

/**
 * Where the price of an id may stand, first of all its own place. The list has no price of geographic profiles for most models:
 * they bill that of the calling Region. Some models are listed by the rows of the OpenAI-compatible endpoint alone; their price
 * is the same through either (AWS's pricing page, and the list where it has both), while a call through that endpoint is priced
 * by its own rows and no others.
 */
function spotsOf(id: string, mantle: boolean): Omit<Spot, 'region'>[] {
  const { routing } = splitScope(id)
  const routings: Routing[] = routing === 'geographic' ? [routing, 'in-region'] : [routing]
  const own = routings.map((routing) => ({ routing, mantle }))
  return mantle ? own : [...own, ...routings.map((routing) => ({ routing, mantle: true }))]
}

interface Day {
  day: string
  /** The day on which the list of the Region was last read. */
  readOn: string
}

/** Undefined where the list says nothing of the model on that day. */
function priceOf(model: Model, id: string, terms: Terms, day: Day): ListedQuote | ListedUnpriced | undefined {
  const slot = slotOf(model, 'standard', false)
  const standard = quoteOf(slot, day)
  if (terms.tier === 'reserved') {
    return {
      unpriced: 'reserved capacity is billed by the hour, not by token',
      ...(standard && { standard: standard.perMillion }),
    }
  }
  const none = mixedWith(model, slot, day) ?? doubleIn(slot, day) ?? doubleIn(slotOf(model, terms.tier, false), day)
  if (none) return none
  const from = longFrom(id)
  if (terms.promptOver > 0 && from === undefined && standard && !sameWhenLong(model, standard, day)) {
    return { unpriced: 'the AWS Price List has another price for its long prompts, but does not say how long' }
  }
  const long = from !== undefined && terms.promptOver >= from
  const own = terms.tier === 'standard' && !long ? undefined : quoteOf(slotOf(model, terms.tier, long), day)
  const rule = termsRule(id, terms, hasLong(model))
  const ruled = standard && rule && (rule.words === '' ? standard : by(standard, rule))
  if (own && ruled) return joined(own, ruled)
  if (own ?? ruled) return own ?? ruled
  return standard && { ...(notStandard(terms) ?? { unpriced: NO_PRICE }), standard: standard.perMillion }
}

function sameWhenLong(model: Model, standard: ListedQuote, day: Day): boolean {
  const long = quoteOf(slotOf(model, 'standard', true), day)
  return long ? agree(long.perMillion, standard.perMillion) : !hasLong(model)
}

function by(standard: ListedQuote, rule: NonNullable<ReturnType<typeof termsRule>>): ListedQuote {
  const { perImage: _, ...rest } = standard
  return { ...rest, perMillion: byRule(standard.perMillion, rule), source: `${SOURCE} ${rule.words}` }
}

/** The list's own figures, and by AWS's rule those that it lacks. */
function joined(own: ListedQuote, ruled: ListedQuote): ListedQuote {
  const lacking = Object.keys(ruled.perMillion).some((kind) => own.perMillion[kind as TokenKind] === undefined)
  if (!lacking) return own
  return {
    ...own,
    perMillion: { ...ruled.perMillion, ...own.perMillion },
    source: `${SOURCE}, the rest ${ruled.source.slice(SOURCE.length + 1)}`,
  }
}

/** Why no text token of the model can be priced: it has other tokens at another price, and nothing tells how many there were. */
function mixedWith(model: Model, text: Slot, { day, readOn }: Day): Unpriced | undefined {
  for (const { modality, kind, tier, long, to, price } of model) {
    if (!modality || tier !== 'standard' || long || to !== readOn || (kind !== 'input' && kind !== 'output')) continue
    const sight = sightOn(text.get(kind) ?? [], day, readOn)
    if (!sight || sight.price === price) continue
    return {
      unpriced: `the AWS Price List has another price for its ${modality} tokens, and records do not distinguish them from text`,
    }
  }
  return undefined
}

/** Undefined where the list has no more than one price of each kind. */
function doubleIn(slot: Slot, { day, readOn }: Day): Unpriced | undefined {
  const double = [...slot.values()].some((seen) => isDouble(seen, day, readOn))
  return double ? { unpriced: 'the AWS Price List has two prices for it, and does not say which is right' } : undefined
}

/** What a slot says of a day. What was seen only later counts only where nothing else was seen. */
function quoteOf(slot: Slot, { day, readOn }: Day): ListedQuote | undefined {
  const sights = [...slot].flatMap(([kind, seen]) => {
    const sight = sightOn(seen, day, readOn)
    return sight ? [{ kind, sight }] : []
  })
  const known = sights.filter(({ sight }) => sight.when !== 'before')
  const used = known.length > 0 ? known : sights
  const [first] = used
  if (!first) return undefined
  const { cacheWrite30m, image, textUnit, ...figures } = Object.fromEntries(
    used.map(({ kind, sight }) => [kind, sight.price]),
  )
  const between = used.map(({ sight }) => sight).find((sight) => sight.when === 'between')
  const days = used.map(({ sight }) => sight.asOf).sort()
  const { when } = between ?? first.sight
  return {
    perMillion: { ...(cacheWrite30m !== undefined && { cacheWrite: cacheWrite30m }), ...figures },
    ...(image !== undefined && { perImage: image }),
    ...(textUnit !== undefined && { perTextUnit: textUnit }),
    source: SOURCE,
    asOf: (when === 'before' ? days[0] : days.at(-1)) ?? first.sight.asOf,
    when,
    ...(between?.when === 'between' && { asOf: between.asOf, until: between.until }),
  }
}

/**
 * What the lists have and prices nothing, by reason: what their reader left out, names that no model id is known for, and
 * what has two prices at once.
 */
export function unusedOf(lists: readonly RegionPrices[]): LeftOutCount[] {
  return countLeftOut(lists.flatMap((list) => [...list.leftOut, ...unusable(list)]))
}

function* unusable({ prices, readAt }: RegionPrices): Iterable<{ reason: LeftOut; example: string }> {
  const today = dayOf(readAt)
  const things = new Map<string, bigint>()
  for (const price of prices) {
    if (price.to !== today || price.from > today) continue
    const example = `${price.model} ${price.kind}, ${price.region}, ${price.routing}, ${price.tier}`
    // Policies of guardrails are none.
    if (!price.mantle && price.kind !== 'textUnit' && modelIds(price.model).length === 0)
      yield { reason: 'model', example }
    const { price: _, from: __, to: ___, alias: ____, ...rest } = price
    const thing = JSON.stringify(rest)
    const known = things.get(thing)
    if (known !== undefined && known !== price.price) yield { reason: 'conflict', example }
    things.set(thing, price.price)
  }
}
