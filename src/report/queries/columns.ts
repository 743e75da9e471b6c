import type { Cell, QueryColumn, RawRow } from './answer.ts'

type Heading = readonly [string, string]

/** Text as it is; empty where the record does not say. */
export function text(name: string, heading: string, field = name): QueryColumn {
  return { name, heading: ['', heading], kind: 'text', of: (row) => row[field] ?? '' }
}

/** A whole number; a sum of nothing is nothing. */
export function count(name: string, heading: Heading, field = name): QueryColumn {
  return { name, heading, kind: 'count', of: (row) => number(row[field]) ?? 0 }
}

/** Milliseconds; null without a sample. */
export function milliseconds(name: string, heading: Heading, field = name): QueryColumn {
  return { name, heading, kind: 'ms', of: (row) => number(row[field]) }
}

/** A part of a whole, from 0 to 1; null of nothing. */
export function share(name: string, heading: Heading, part: string, whole: readonly string[]): QueryColumn {
  const of = (row: RawRow): Cell => {
    const sum = whole.reduce((total, field) => total + (number(row[field]) ?? 0), 0)
    return sum === 0 ? null : (number(row[part]) ?? 0) / sum
  }
  return { name, heading, kind: 'share', of }
}

export function time(name: string, heading: string, field: string): QueryColumn {
  const of = (row: RawRow) => {
    const at = moment(row[field])
    return at === null ? '' : new Date(at).toISOString()
  }
  return { name, heading: ['', heading], kind: 'time', of }
}

/** What it cost, and whether that is at least so much: filled in by whoever knows prices. */
export const costColumns: readonly QueryColumn[] = [
  { name: 'costUsd', heading: ['', 'Cost'], kind: 'usd', of: () => null },
  { name: 'costIsFloor', heading: ['', ''], kind: 'floor', of: () => false },
]

/** Results come as text, large numbers perhaps with an exponent. */
export function number(value: string | undefined): number | null {
  const parsed = value === undefined || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(parsed) ? parsed : null
}

/** `2026-11-23 10:00:00.000` in UTC, or milliseconds since the epoch, as both occur. */
export function moment(value: string | undefined): number | null {
  if (value === undefined) return null
  const parsed = /^\d{10,}$/.test(value) ? Number(value) : Date.parse(`${value.replace(' ', 'T').replace(/Z$/, '')}Z`)
  return Number.isNaN(parsed) ? null : parsed
}
