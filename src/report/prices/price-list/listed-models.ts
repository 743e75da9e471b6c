import type { Tier } from '../../terms.ts'
import type { SeenPrice } from './seen.ts'
import type { ListedKind, Modality, Routing } from './usage-type.ts'

/** What was seen of each kind, on one tier and for prompts of one length. */
export type Slot = ReadonlyMap<ListedKind, readonly SeenPrice[]>

/** All that the list says of one model in one Region, by one routing and endpoint. */
export interface ListedModel {
  slot(tier: Tier, long: boolean): Slot
  hasLong: boolean
  /** Prices of tokens that are no text. */
  others: readonly (SeenPrice & { modality: Modality })[]
}

interface Spot {
  region: string
  routing: Routing
  mantle: boolean
}

const NOTHING: Slot = new Map()

/** Finds what the list says by any of a model's names. A mantle row is found by its model id, and by what it calls the model besides. */
export function indexPrices(prices: readonly SeenPrice[]): (name: string, spot: Spot) => ListedModel | undefined {
  const groups = new Map<string, SeenPrice[]>()
  for (const price of prices) {
    for (const name of new Set([price.model, price.alias ?? price.model])) {
      const key = keyOf(name, price)
      const group = groups.get(key)
      if (group) group.push(price)
      else groups.set(key, [price])
    }
  }
  const models = new Map<string, ListedModel>()
  return (name, spot) => {
    const key = keyOf(name, spot)
    const group = groups.get(key)
    const known = models.get(key) ?? (group && modelOf(group))
    if (known) models.set(key, known)
    return known
  }
}

function keyOf(name: string, { region, routing, mantle }: Spot): string {
  return `${mantle ? 'mantle' : 'runtime'} ${routing} ${region} ${name}`
}

function modelOf(group: readonly SeenPrice[]): ListedModel {
  const slots = new Map<string, Map<ListedKind, SeenPrice[]>>()
  const others: (SeenPrice & { modality: Modality })[] = []
  for (const price of group) {
    const { modality, tier, long, kind } = price
    if (modality) {
      others.push({ ...price, modality })
      continue
    }
    const slot = slots.get(`${tier} ${long}`) ?? new Map<ListedKind, SeenPrice[]>()
    slots.set(`${tier} ${long}`, slot)
    slot.set(kind, [...(slot.get(kind) ?? []), price])
  }
  return {
    slot: (tier, long) => slots.get(`${tier} ${long}`) ?? NOTHING,
    hasLong: group.some(({ long }) => long),
    others,
  }
}
