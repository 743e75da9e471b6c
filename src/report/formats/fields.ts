import { CHARGE_KINDS } from '../charges.ts'
import { COUNTERS, type Timing, type Usage } from '../model.ts'

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
