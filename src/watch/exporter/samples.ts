import { CHARGE_KINDS } from '../../report/charges.ts'
import type { GroupPercentiles } from '../../report/model.ts'
import { toUsd } from '../../report/money.ts'
import type { BudgetLine } from '../../report/sources/budgets.ts'
import type { Teams } from '../../report/teams/rules.ts'
import type { QuotaLine } from '../../report/view.ts'
import { decimalText } from '../../text/numbers.ts'
import type { MetricSamples, Sample } from '../../text/openmetrics.ts'
import type { RegionState } from '../region-state.ts'
import type { Callers } from './callers.ts'
import type { FeaturesTold } from './features.ts'
import { type Counted, type Labels, type Ledger, type Series, usdOf } from './ledger.ts'
import { METRICS, type MetricName } from './metrics.ts'

export interface PlaceTold {
  state: RegionState
  ledger: Ledger
  features: FeaturesTold
  latencies: readonly GroupPercentiles[]
  quotas: readonly QuotaLine[]
}

export interface Told {
  places: readonly PlaceTold[]
  unread: readonly string[]
  budgets: readonly BudgetLine[]
  callers: Callers | undefined
  awsUsd: number
}

type Part = readonly [metric: MetricName, amount: string, more?: Labels]

const ATTO = 18
const tokens = (metric: MetricName): Part[] => [
  [metric, 'inputTokens', { type: 'input' }],
  [metric, 'outputTokens', { type: 'output' }],
  [metric, 'cacheReadTokens', { type: 'cache_read' }],
  [metric, 'cacheWriteTokens', { type: 'cache_write' }],
]
const errors = (metric: MetricName): Part[] => [
  [metric, 'clientErrors', { kind: 'client' }],
  [metric, 'serverErrors', { kind: 'server' }],
]
const OF_MODELS: readonly Part[] = [
  ['invocations', 'invocations'],
  ...tokens('tokens'),
  ['images', 'images'],
  ...CHARGE_KINDS.map(({ name, label }): Part => ['cost', usdOf(name), { type: label }]),
  ['unpriced', 'unpricedTokens'],
  ...errors('errors'),
  ['throttles', 'throttles'],
]

const OF_CALLERS: readonly Part[] = [
  ['callerInvocations', 'invocations'],
  ...tokens('callerTokens'),
  ['callerCost', 'usd'],
]

const OF_FEATURES: readonly Part[] = [
  ['featureInvocations', 'invocations'],
  ...errors('featureErrors'),
  ['featureThrottles', 'throttles'],
  ...tokens('featureTokens').slice(0, 2),
  ['interventions', 'intervened'],
  ['textUnits', 'textUnits'],
  ['policyUnits', 'policyUnits'],
  ['policyCost', 'policyUsd'],
]

/** At 0, too, so that the first of it shows as a change; of the others where there is some. */
const ALWAYS =
  /^(invocations|inputTokens|outputTokens|clientErrors|serverErrors|throttles|unpricedTokens|usd|usd\.(input|output))$/

/** When a source was last read, ms, and why it could not be since. */
type Read = Pick<FeaturesTold, 'readAt' | 'failure'>

/** All metrics with their samples, in the order of the list. Pure. */
export function samplesOf(
  { places, unread, budgets, callers, awsUsd }: Told,
  { teams, version }: { teams?: Pick<Teams, 'budgets'> | undefined; version: string },
): MetricSamples[] {
  const samples = new Map<MetricName, Sample[]>()
  const add = (metric: MetricName, labels: Labels, value: Sample['value'] | undefined, more: Partial<Sample> = {}) => {
    if (value === undefined) return
    const known = samples.get(metric) ?? []
    samples.set(metric, known)
    known.push({ labels, value, ...more })
  }
  const addSeries = ({ series }: Counted, parts: readonly Part[], always = ALWAYS) => {
    for (const [metric, amount, more] of parts) {
      for (const one of series.values()) {
        const value = amountText(one, amount)
        if (value === undefined && !(always.test(amount) && !one.labels.policy)) continue
        add(metric, { ...one.labels, ...more }, value ?? 0, { created: one.created })
      }
    }
  }
  const addSource = (place: Labels, source: string, counted: Counted, { readAt, failure }: Read) => {
    const labels = { ...place, source }
    // Of the log nothing is said before its first read.
    if (source !== 'logs' || readAt !== undefined || failure)
      add('up', labels, readAt !== undefined && !failure ? 1 : 0)
    add('lastRead', labels, readAt && readAt / 1_000)
    add('countedFrom', labels, counted.created / 1_000)
    add('countedTo', labels, counted.through / 1_000)
  }
  const addLatencies = (ledger: Ledger, latencies: readonly GroupPercentiles[]) => {
    const byModel = new Map<string | undefined, GroupPercentiles>(latencies.map((one) => [one.key.model, one]))
    for (const { labels, told } of ledger.series.values()) {
      const { latency, timeToFirstToken } = byModel.get(labels.model) ?? {}
      const timings = [
        ['latency', latency],
        ['timeToFirstToken', timeToFirstToken],
      ] as const
      for (const [metric, found] of timings) {
        for (const [quantile, ms] of Object.entries({ '0.5': found?.p50, '0.9': found?.p90, '0.99': found?.p99 }))
          if (typeof ms === 'number') add(metric, { ...labels, quantile }, ms / 1_000)
      }
      const samples = told.get('latencySamples')
      if (samples === undefined) continue
      add('latency', labels, decimalText(told.get('latencyUs') ?? 0n, 6), { suffix: '_sum' })
      add('latency', labels, String(samples), { suffix: '_count' })
    }
  }

  for (const { state, ledger, features, latencies, quotas } of places) {
    const { account, region, failure, refreshedAt } = state
    const place = { account, region }
    addSeries(ledger, OF_MODELS)
    addLatencies(ledger, latencies)
    for (const { model, tokensPerMinute, requestsPerMinute } of quotas) {
      add('quota', { ...place, model, quota: 'tokens_per_minute' }, ratio(tokensPerMinute?.usedPercent))
      add('quota', { ...place, model, quota: 'requests_per_minute' }, ratio(requestsPerMinute?.usedPercent))
    }
    addSource(place, 'metrics', ledger, { readAt: Number.isFinite(refreshedAt) ? refreshedAt : undefined, failure })
    addSeries(features.ledger, OF_FEATURES, /^(invocations|clientErrors|serverErrors|throttles)$/)
    if (features.ledger.series.size > 0) addSource(place, 'features', features.ledger, features)
  }
  for (const account of unread) add('up', { account, source: 'metrics' }, 0)
  for (const { account, budget, limit, spent } of budgets) {
    add('budgetLimit', { account, budget }, limit)
    add('budgetSpent', { account, budget }, spent)
  }
  for (const [team, limit] of teams?.budgets ?? []) add('teamBudget', { team }, toUsd(limit))
  if (callers) {
    addSeries(callers.counted, OF_CALLERS)
    addSource({}, 'logs', callers.counted, callers)
  }
  add('awsCost', {}, awsUsd)
  add('build', { version }, 1)
  return Object.entries(METRICS).map(([name, metric]) => ({
    ...metric,
    samples: samples.get(name as MetricName) ?? [],
  }))
}

function amountText({ told }: Series, amount: string): string | undefined {
  if (amount === 'usd') {
    const all = [...told].filter(([name]) => name.startsWith('usd.'))
    const sum = all.reduce((so, [, usd]) => so + usd, 0n)
    return decimalText(sum, ATTO)
  }
  const value = told.get(amount)
  if (value === undefined) return undefined
  return /^usd\.|Usd$/.test(amount) ? decimalText(value, ATTO) : String(value)
}

const ratio = (percent: number | null | undefined) => (typeof percent === 'number' ? percent / 100 : undefined)
