import type { Group, Report } from '../model.ts'
import { plain } from './text.ts'

/** The heading of a grouping's column: `model` → "Model", `metadata:team` → "team". */
export function groupingTitle(name: string): string {
  if (name.startsWith('metadata:')) return plain(name.slice('metadata:'.length))
  return name === '' ? '' : `${name[0]?.toUpperCase()}${name.slice(1)}`
}

/** A value of a group's key as it is shown; a dash where the records do not say. */
export function keyValue({ key }: Group, name: string): string {
  return plain(key[name] ?? '') || '–'
}

/** A group in one line for a chart: ARNs by what they end in, since it is in the tables that they stand whole. */
export function groupLabel(group: Group, by: readonly string[]): string {
  return by.map((name) => keyValue(group, name).replace(/^arn:[^/]*\/(?=.)/, '')).join(' · ')
}

/** Where the prices come from, each source once. */
export function priceSources({ prices }: Report): string[] {
  return [...new Set(prices.map(({ source, asOf }) => `${source}${asOf === null ? '' : ` of ${asOf}`}, on demand`))]
}
