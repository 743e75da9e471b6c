import { usageError } from '../core/errors.ts'
import { didYouMean } from '../text/nearest.ts'
import { CHARGE_KINDS } from './charges.ts'
import { COUNTERS, type Group, type Timing, type Usage } from './model.ts'

/** What is told of a duration, in the order in which it is told. */
export const TIMINGS = ['avg', 'p50', 'p90', 'p99', 'max'] as const satisfies readonly (keyof Timing)[]

/** Every value of a usage, flat, under the name that it has in the JSON report. Null where the source cannot tell. */
export const FIELDS: readonly { name: string; of(usage: Usage): number | string | boolean | null }[] = [
  ...COUNTERS.map((name) => ({ name, of: (usage: Usage) => usage[name] })),
  { name: 'errorRate', of: (usage) => usage.errorRate },
  ...timings('latencyMs', (usage) => usage.latencyMs),
  ...timings('timeToFirstTokenMs', (usage) => usage.timeToFirstTokenMs),
  { name: 'costUsd', of: (usage) => usage.costUsd },
  ...CHARGE_KINDS.map(({ name }) => ({ name: `costs.${name}`, of: (usage: Usage) => usage.costs?.[name] ?? null })),
  { name: 'pricedShare', of: (usage) => usage.pricedShare },
  { name: 'costIsFloor', of: (usage) => usage.costIsFloor },
  { name: 'costLacks', of: (usage) => usage.costLacks.join(' ') },
  { name: 'listCostUsd', of: (usage) => usage.listCostUsd },
  { name: 'listCostIsFloor', of: (usage) => usage.listCostIsFloor },
]

function timings(name: string, of: (usage: Usage) => Timing) {
  return TIMINGS.map((stat) => ({ name: `${name}.${stat}`, of: (usage: Usage) => of(usage)[stat] }))
}

/** What can be told of a group: a field of the JSON report by its own name, or what people call it. */
export interface Value {
  name: string
  of(usage: Usage, total?: Usage): number | string | boolean | null
}

const plus = (...counts: readonly (number | null)[]) =>
  counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0)

const ALIASES = Object.entries<string | Value['of']>({
  cost: 'costUsd',
  calls: 'invocations',
  tokens: (usage) => plus(usage.inputTokens, usage.outputTokens, usage.cacheReadTokens, usage.cacheWriteTokens),
  input: 'inputTokens',
  output: 'outputTokens',
  errors: (usage) => plus(usage.clientErrors, usage.serverErrors),
  latency: 'latencyMs.p99',
  ttft: 'timeToFirstTokenMs.p99',
  change: 'change.usd',
  // Shares are in the order of the costs.
  share: ({ costUsd }, total) =>
    total && costUsd !== null ? (total.costUsd ? costUsd / total.costUsd : null) : costUsd,
})

type Told = Usage & Partial<Pick<Group, 'before' | 'change'>>

export const CHANGE_FIELDS: readonly Value[] = [
  { name: 'before.costUsd', of: (usage: Told) => usage.before?.costUsd ?? null },
  ...(['usd', 'percent', 'volumeUsd', 'mixUsd', 'priceUsd'] as const).map((name) => ({
    name: `change.${name}`,
    of: (usage: Told) => usage.change?.[name] ?? null,
  })),
]

const ALL_FIELDS: readonly Value[] = [...FIELDS, ...CHANGE_FIELDS]

const VALUES: ReadonlyMap<string, Value> = new Map([
  ...ALL_FIELDS.map((field) => [field.name, field] as const),
  ...ALIASES.flatMap(([name, of]): [string, Value][] => {
    const field = typeof of === 'string' ? ALL_FIELDS.find((one) => one.name === of) : { name, of }
    return field ? [[name, field]] : []
  }),
])

/** What `--columns` and `--sort` take besides what a report is grouped by: what people call things, then the fields. */
const VALUE_NAMES: readonly string[] = [...new Set([...ALIASES.map(([name]) => name), ...VALUES.keys()])]

export function findValue(name: string): Value | undefined {
  return VALUES.get(name)
}

/** Whether it is told of calls, of which a bill knows nothing. */
export function isOfCalls(name: string): boolean {
  const field = findValue(name)?.name ?? ''
  return /^(invocations|errors|errorRate|clientErrors|serverErrors|throttles|latencyMs\..+|timeToFirstTokenMs\..+)$/.test(
    field,
  )
}

/** `latency:asc`: the name, and which way if it says so. */
export function parseSortText(text: string): { name: string; direction?: string } {
  const [, name = text, direction] = /^(.+?)(?::(asc|desc))?$/.exec(text) ?? []
  return { name, ...(direction !== undefined && { direction }) }
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
export function parseSort(texts: readonly string[], by: readonly string[], isCompared: boolean): SortKey[] {
  return texts.map((text) => {
    const { name, direction } = parseSortText(text)
    const isName = name === 'name' || by.includes(name)
    if (!isName) checkValue('--sort', name, ['name', ...by, ...VALUE_NAMES], isCompared)
    return { name, descending: direction === undefined ? !isName : direction === 'desc' }
  })
}

/** The columns by their own names; those that a report is grouped by stand first anyway. Throws usage errors. */
export function parseColumns(names: readonly string[], by: readonly string[], isCompared: boolean): string[] {
  const own = names.filter((name) => !by.includes(name))
  for (const name of own) checkValue('--columns', name, [...by, ...VALUE_NAMES], isCompared)
  return [...new Set(own.map((name) => findValue(name)?.name ?? name))]
}

function checkValue(flag: string, name: string, known: readonly string[], isCompared: boolean): void {
  const value = findValue(name)
  if (!value) {
    const usual = known.filter((one) => !ALL_FIELDS.some((field) => field.name === one)).join(', ')
    throw usageError(
      `${flag} is '${name}': not a column of the report`,
      didYouMean(name, known) ?? `pass ${usual} or a field of the JSON report`,
    )
  }
  if (CHANGE_FIELDS.includes(value) && !isCompared) {
    throw usageError(`${flag} ${name}: no windows are compared`, 'pass --compare previous, too')
  }
}
