const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

let lastText = ''
let lastTime: number | undefined

/**
 * ms since the epoch of an ISO 8601 time with its zone, or undefined if it is none. The last one is remembered: records
 * have whole seconds and come in the order of their times.
 */
export function parseTimestamp(text: string): number | undefined {
  if (text === lastText) return lastTime
  const time = ISO.test(text) ? Date.parse(text) : Number.NaN
  lastText = text
  lastTime = Number.isNaN(time) ? undefined : time
  return lastTime
}
