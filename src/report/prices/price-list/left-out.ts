/** What a row of AWS's price list is, or has, that is not used as a price. */
export const LEFT_OUT = {
  'usage-type': 'the usage type has words that may mean another price',
  unit: 'the unit is not known',
  volume: 'the price depends on the volume used',
  price: 'no plausible price in US dollars: none, $0 or far too high',
  conflict: 'two prices for the same thing',
  model: 'the model has no known ID',
  modality: 'tokens that are not text, which records do not tell from text',
  media: 'billed by image, second or frame',
  capacity: 'reserved or provisioned capacity, billed by the hour',
  'custom-model': 'training, storage or use of a custom model',
  'not-tokens': 'not model usage: images of guardrails, searches and others',
  unreadable: 'not a readable product',
} as const

export type LeftOut = keyof typeof LEFT_OUT

/** How many rows were left out for one reason, and the usage type of the first of them, cut where it is long. */
export interface LeftOutCount {
  reason: LeftOut
  rows: number
  example: string
}

const LONGEST_EXAMPLE = 120

/** Adds up by reason, most first; what comes without a count is one. */
export function countLeftOut(all: Iterable<Omit<LeftOutCount, 'rows'> & { rows?: number }>): LeftOutCount[] {
  const counts = new Map<LeftOut, LeftOutCount>()
  for (const { reason, rows = 1, example } of all) {
    const known = counts.get(reason) ?? { reason, rows: 0, example: example.slice(0, LONGEST_EXAMPLE) }
    counts.set(reason, { ...known, rows: known.rows + rows })
  }
  return [...counts.values()].sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1))
}
