/** What a field or an expression is worth; a Date is a time, undefined is a field that the event lacks. */
export type Value = string | number | Date | undefined

/** As a number, where it reads as one. Times are milliseconds since the epoch. */
export function toNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value
  if (value instanceof Date) return value.getTime()
  if (value === undefined || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

/** Absent, empty and zero do not hold. */
export function holds(value: Value): boolean {
  return value !== undefined && value !== '' && value !== 0
}

/** As numbers where both are, else as texts; what is absent comes first. */
export function compare(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  const [x, y] = [toNumber(a), toNumber(b)]
  if (x !== undefined && y !== undefined) return x - y
  const [s, t] = [format(a), format(b)]
  return s < t ? -1 : Number(s > t)
}

/** As a result shows it: times as `YYYY-MM-DD HH:MM:SS.mmm` in UTC, numbers with at most four decimals. */
export function format(value: NonNullable<Value>): string {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '')
  return typeof value === 'number' ? String(Math.round(value * 10_000) / 10_000) : value
}
