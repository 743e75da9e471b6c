import type { FieldValue, FieldValues, Span } from './fields.ts'

/** More than any model takes or gives in one call, by a factor of ten: what exceeds it was not counted. */
const MOST = 1e8

/** Numbers as texts, which is how some tools write them down: `1000`, `1000.0`, `1.0E7`. */
const NUMBER = /^\d+(?:\.\d+)?(?:[eE]\+?\d+)?$/
/** In groups of three. Where one comma or dot stands in it, that may part thousands or be of a fraction: it is not read. */
const EITHER = /^\d{1,3}[.,]\d{3}$/
const GROUPED = /^\d{1,3}(?:([ '’_,.\u00a0\u2009\u202f])\d{3})(?:\1\d{3})*$/

function asNumber(value: FieldValue): number | undefined {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (EITHER.test(text)) return undefined
  return NUMBER.test(text) ? Number(text) : GROUPED.test(text) ? Number(text.replace(/\D/g, '')) : undefined
}

function asCount(value: FieldValue): number | undefined {
  const number = asNumber(value)
  // Adding 0 makes 0 of -0.
  return number !== undefined && number >= 0 && number <= MOST && Number.isInteger(number) ? number + 0 : undefined
}

/** A field's count; null where there is something in its place that is none, undefined where nothing is. */
export function countAt(values: FieldValues, { first, end }: Span): number | null | undefined {
  let found: null | undefined
  for (let slot = first; slot < end; slot++) {
    const value = values[slot]
    if (value === undefined) continue
    const count = asCount(value)
    if (count !== undefined) return count
    found = null
  }
  return found
}

export function textAt(values: FieldValues, { first, end }: Span): string | undefined {
  for (let slot = first; slot < end; slot++) {
    const value = values[slot]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** The service model has whole milliseconds. Forty-nine days is as much as a sample can hold, and more than a call takes. */
export function millisecondsAt(values: FieldValues, { first }: Span): number | undefined {
  const value = asNumber(values[first])
  return value !== undefined && value >= 0 && value <= 0xffff_ffff ? Math.round(value + 0) : undefined
}

/** The tokens of the cache writes in Converse's `cacheDetails` that are kept so long. */
export function sumOfTtl(details: readonly unknown[], ttl: string): number {
  let sum = 0
  for (const detail of details) {
    if (typeof detail !== 'object' || detail === null) continue
    const { ttl: kept, inputTokens } = detail as { ttl?: unknown; inputTokens?: FieldValue }
    if (kept === ttl) sum += asCount(inputTokens) ?? 0
  }
  return sum
}
