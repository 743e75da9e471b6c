import type { Metric } from '@aws-sdk/client-cloudwatch'
import type { Warning } from '../../../core/events.ts'
import { grouped as inThousands } from '../../../text/numbers.ts'
import { grouped } from '../../arrange.ts'
import { COUNTERS, type Counter, type Counters, type Row } from '../../model.ts'
import { termsTold } from '../../scan/billing.ts'
import { BILLED } from '../../spending.ts'
import { noCounters } from '../../tally.ts'
import { promptOver, STANDARD_TERMS, type Terms, TIERS, type Tier } from '../../terms.ts'
import type { Answers } from './get-data.ts'
import { COUNTER_METRICS, type Query, RESOLVED_TIER, SERVICE_TIER, type TierPair } from './names.ts'
import { bySlot, narrow, oneWithData, plus, type Slots } from './series.ts'

/** What CloudWatch calls the tiers. AWS's documentation has `default`, its API also takes `standard`. */
const TIER_NAMES: ReadonlyMap<string, Tier> = new Map([
  ['default', 'standard'],
  ['standard', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['reserved', 'reserved'],
])

export interface TierMetrics extends TierPair {
  readonly metrics: readonly string[]
}

export type TierListing = ReadonlyMap<string, readonly TierMetrics[]>

export function tierListing() {
  const found = new Map<string, Map<string, TierPair & { metrics: string[] }>>()
  return {
    /** Metrics with other dimensions than those of tiers are passed over. */
    add({ MetricName = '', Dimensions = [] }: Metric): void {
      const told = new Map(Dimensions.map(({ Name, Value }) => [Name, Value]))
      const [model, asked, resolved] = ['ModelId', SERVICE_TIER, RESOLVED_TIER].map((name) => told.get(name))
      if (Dimensions.length !== 3 || model === undefined || asked === undefined || resolved === undefined) return
      const pairs = found.get(model) ?? new Map<string, TierPair & { metrics: string[] }>()
      found.set(model, pairs)
      const key = JSON.stringify([asked, resolved])
      const pair = pairs.get(key) ?? { asked, resolved, metrics: [] }
      pairs.set(key, pair)
      if (SPLIT_METRICS.has(MetricName) && !pair.metrics.includes(MetricName)) pair.metrics.push(MetricName)
    },
    /** Of a model that ran in the standard tier alone there is nothing to be asked: it has no pairs. */
    listing: (): TierListing =>
      new Map(
        [...found].map(([model, pairs]) => {
          const isStandard = [...pairs.values()].every(({ resolved }) => TIER_NAMES.get(resolved) === 'standard')
          return [model, isStandard ? [] : [...pairs.values()]] as const
        }),
      ),
    get size() {
      return [...found.values()].reduce((sum, pairs) => sum + pairs.size, 0)
    },
  }
}

const SPLIT = ['invocations', ...BILLED] as const satisfies readonly Counter[]
const SPLIT_METRICS: ReadonlySet<string> = new Set(SPLIT.flatMap((counter) => COUNTER_METRICS[counter]))

export function tiersOf(pairs: readonly TierMetrics[]): (Tier | undefined)[] {
  return [...new Set(pairs.map(({ resolved }) => TIER_NAMES.get(resolved)))]
}

export function tierQueries(model: string, pairs: readonly TierMetrics[] = []): Query[] {
  return pairs.flatMap(({ asked, resolved, metrics }) =>
    metrics.map((metric) => ({ model, metric, stat: 'Sum', tier: { asked, resolved } })),
  )
}

export type TierPart = NonNullable<ReturnType<typeof partTiers>>[number]

/** Undefined where CloudWatch did not tell all of it: a part would pass for the whole. */
export function partTiers(model: string, pairs: readonly TierMetrics[], answers: Answers, starts: readonly number[]) {
  if (tierQueries(model, pairs).some(answers.isMissing)) return undefined
  const slotsOf = ({ asked, resolved }: TierPair, counter: Counter) => {
    const query = { model, stat: 'Sum', tier: { asked, resolved } }
    const spellings = COUNTER_METRICS[counter].map((metric) => answers.series({ ...query, metric }))
    return narrow(oneWithData(spellings.map((series) => bySlot(series, starts, plus))))
  }
  const rank = (tier: Tier | undefined) => (tier === undefined ? TIERS.length : TIERS.indexOf(tier))
  return [...grouped(pairs, ({ resolved }) => TIER_NAMES.get(resolved))]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([tier, of]) => {
      const values = SPLIT.map((counter) => [counter, of.map((pair) => slotsOf(pair, counter))] as const)
      const names = [...new Set(of.map(({ resolved }) => resolved))]
      return { tier, names, values: Object.fromEntries(values) as Record<(typeof SPLIT)[number], Slots[]> }
    })
}

type Split = Pick<Row, 'counters' | 'terms'>

/** By tier, adding up to the whole: what no tier has is untold, the excess left out, errors are in the first part. */
export function tierSplitter(parts: readonly TierPart[]): (counters: Counters, slot: number) => Split[] {
  return (counters, slot) => {
    const left = { ...counters }
    const found: { tier: Tier | undefined; counters: Counters }[] = []
    const take = (tier: Tier | undefined, amount: (counter: (typeof SPLIT)[number]) => number) => {
      const own = noCounters()
      for (const counter of SPLIT) {
        own[counter] = Math.min(amount(counter), left[counter])
        left[counter] -= own[counter]
      }
      if (SPLIT.some((counter) => own[counter] > 0)) found.push({ tier, counters: own })
    }
    for (const { tier, values } of parts) take(tier, (counter) => sumAt(values[counter], slot))
    if (BILLED.some((counter) => left[counter] > 0)) take(undefined, (counter) => left[counter])
    if (found.length === 0) found.push({ tier: 'standard', counters: noCounters() })
    const [first] = found
    // All that is left: errors and throttles, and calls that were billed nothing.
    if (first) for (const counter of COUNTERS) first.counters[counter] += left[counter]
    return found.map(({ tier, counters: own }) => ({ counters: own, terms: termsOf(tier, own) }))
  }
}

function sumAt(all: readonly Slots[], slot: number): number {
  let sum = 0
  for (const slots of all) sum += Math.round(slots[slot] || 0)
  return sum
}

const known = new Map<string, Terms>()

/** Without a tier, that is untold. The same object for the same terms: a year by the hour has many rows. */
export function termsOf(tier: Tier | undefined, counters: Counters): Terms {
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = counters
  // No call of a slot had a longer prompt than all of them together.
  const isLong = promptOver(inputTokens + cacheReadTokens + cacheWriteTokens) > 0
  const key = `${tier} ${isLong} ${cacheWriteTokens > 0}`
  // CloudWatch counts calls with optimized latency among those of the standard tier.
  const isTold = { latency: tier !== 'standard', promptLength: !isLong, cacheTtl: cacheWriteTokens === 0 }
  const terms = known.get(key) ?? termsTold(tier, 0, isTold) ?? STANDARD_TERMS
  known.set(key, terms)
  return terms
}

/** Where the tiers of a model have more than all its calls together: then something of them is left out. */
export function tierWarnings(
  model: string,
  parts: readonly TierPart[],
  totalOf: (counter: Counter) => Slots,
): Warning[] {
  const over = SPLIT.flatMap((counter) => {
    const total = totalOf(counter)
    const slots = parts.flatMap(({ values }) => values[counter])
    const most = Math.max(0, ...slots.map(({ length }) => length))
    let excess = 0
    for (let slot = 0; slot < most; slot++) excess += Math.max(0, sumAt(slots, slot) - Math.round(total[slot] || 0))
    return excess > 0 ? [`${inThousands(excess)} more in ${COUNTER_METRICS[counter].join(' or ')}`] : []
  })
  const message = `CloudWatch counts for the service tiers of ${model} ${over.join(', ')} than for all its calls; the report uses the total`
  const strange = parts.filter(({ tier }) => tier === undefined).flatMap(({ names }) => names)
  return [
    ...(over.length > 0 ? [{ code: 'service-tier', message } as const] : []),
    ...strange.map((name): Warning => {
      const message = `some calls of ${model} ran in the service tier '${name}', which is not known: priced at the standard tier`
      return { code: 'tier-unknown', message }
    }),
  ]
}
