const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** ms since the epoch of an ISO 8601 time with its zone, or undefined if it is none. */
export function parseTimestamp(text: string): number | undefined {
  if (!ISO.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
