import { usageError } from '../core/errors.ts'
import { didYouMean } from '../text/nearest.ts'
import { FIELDS } from './formats/fields.ts'
import type { Group, Timing, Usage } from './model.ts'

/** What can be told of a group: a field of the JSON report by its own name, or what people call it. */
export interface Value {
  name: string
  of(usage: Usage): number | string | boolean | null
}

const plus = (...counts: readonly (number | null)[]) =>
  counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0)
const speed = ({ p99, avg }: Timing) => p99 ?? avg

/** What people call things. Where no percentiles are known, latency is the average. */
const ALIASES: Readonly<Record<string, string | Value['of']>> = {
  cost: 'costUsd',
  calls: 'invocations',
  tokens: (usage) => plus(usage.inputTokens, usage.outputTokens, usage.cacheReadTokens, usage.cacheWriteTokens),
  input: 'inputTokens',
  output: 'outputTokens',
  errors: (usage) => plus(usage.clientErrors, usage.serverErrors),
  latency: (usage) => speed(usage.latencyMs),
  ttft: (usage) => speed(usage.timeToFirstTokenMs),
  change: (usage) => (usage as Partial<Group>).change?.usd ?? null,
}

const VALUES: ReadonlyMap<string, Value> = new Map([
  ...FIELDS.map((field) => [field.name, field] as const),
  ...Object.entries(ALIASES).flatMap(([name, of]): [string, Value][] => {
    const field = typeof of === 'string' ? FIELDS.find((one) => one.name === of) : { name, of }
    return field ? [[name, field]] : []
  }),
])

/** What `--columns` and `--sort` take besides what a report is grouped by: what people call things, then the fields. */
export const VALUE_NAMES: readonly string[] = [...new Set([...Object.keys(ALIASES), ...VALUES.keys()])]

export function findValue(name: string): Value | undefined {
  return VALUES.get(name)
}

/** By one thing: a value, a grouping, or `name` for all groupings in their order. */
export interface SortKey {
  name: string
  descending: boolean
}

/**
 * `cost`, `latency:asc`, `model`: numbers begin with the largest, names and times with the first.
 * @throws a usage error for what cannot be told of the groups
 */
export function parseSort(texts: readonly string[], by: readonly string[]): SortKey[] {
  return texts.map((text) => {
    const [, name = text, direction] = /^(.+?)(?::(asc|desc))?$/.exec(text) ?? []
    const isName = name === 'name' || by.includes(name)
    if (!isName && !findValue(name)) throw unknownValue('--sort', name, ['name', ...by, ...VALUE_NAMES])
    return { name, descending: direction === undefined ? !isName : direction === 'desc' }
  })
}

/** The columns by their own names; those that a report is grouped by stand first anyway. Throws usage errors. */
export function parseColumns(names: readonly string[], by: readonly string[]): string[] {
  const own = names.filter((name) => !by.includes(name))
  return [...new Set(own.map((name) => findValue(name)?.name ?? fail(name, by)))]
}

function fail(name: string, by: readonly string[]): never {
  throw unknownValue('--columns', name, [...by, ...VALUE_NAMES])
}

function unknownValue(flag: string, name: string, known: readonly string[]) {
  return usageError(
    `${flag} is '${name}': nothing that the report tells`,
    didYouMean(name, known) ?? `pass ${known.slice(0, 14).join(', ')} or a field of the JSON`,
  )
}
