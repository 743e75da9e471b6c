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

/** How many rows were left out for one reason, and one of them. */
export interface LeftOutCount {
  reason: LeftOut
  rows: number
  /** The usage type of the first of them, as it stands; cut where it is long. */
  example: string
}

/** Longer than any usage type. */
const LONGEST_EXAMPLE = 120

/** Counts what is left out, by reason, most first. */
export function countLeftOut(rows: Iterable<{ reason: LeftOut; example: string }>): LeftOutCount[] {
  return sumLeftOut([
    Array.from(rows, ({ reason, example }) => ({ reason, rows: 1, example: example.slice(0, LONGEST_EXAMPLE) })),
  ])
}

/** Adds up counts of several lists. */
export function sumLeftOut(lists: Iterable<readonly LeftOutCount[]>): LeftOutCount[] {
  const counts = new Map<LeftOut, LeftOutCount>()
  for (const { reason, rows, example } of [...lists].flat()) {
    const before = counts.get(reason)
    counts.set(reason, { reason, rows: rows + (before?.rows ?? 0), example: before?.example ?? example })
  }
  return [...counts.values()].sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1))
}
