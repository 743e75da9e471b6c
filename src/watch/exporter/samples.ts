import { CHARGE_KINDS } from '../../report/charges.ts'
import type { GroupPercentiles, Percentiles } from '../../report/model.ts'
import { toUsd } from '../../report/money.ts'
import type { Teams } from '../../report/teams/rules.ts'
import { decimalText } from '../../text/numbers.ts'
import type { MetricSamples, Sample } from '../../text/openmetrics.ts'
import type { PlaceTold, Told } from './exporter.ts'
import { type Counted, type Labels, type Series, usdOf } from './ledger.ts'
import { METRICS, type MetricName } from './metrics.ts'

/** A sample of a series: of which metric, and which of the amounts. */
type Part = readonly [metric: MetricName, amount: string, more?: Labels]

const ATTO = 18
const TOKENS: readonly (readonly [amount: string, type: string])[] = [
  ['inputTokens', 'input'],
  ['outputTokens', 'output'],
  ['cacheReadTokens', 'cache_read'],
  ['cacheWriteTokens', 'cache_write'],
]
const OF_MODELS: readonly Part[] = [
  ['invocations', 'invocations'],
  ...TOKENS.map(([amount, type]): Part => ['tokens', amount, { type }]),
  ['images', 'images'],
  ...CHARGE_KINDS.map(({ name, label }): Part => ['cost', usdOf(name), { type: label }]),
  ['unpriced', 'unpricedTokens'],
  ['errors', 'clientErrors', { kind: 'client' }],
  ['errors', 'serverErrors', { kind: 'server' }],
  ['throttles', 'throttles'],
]

const OF_CALLERS: readonly Part[] = [
  ['callerInvocations', 'invocations'],
  ...TOKENS.map(([amount, type]): Part => ['callerTokens', amount, { type }]),
  ['callerCost', 'usd'],
]

const OF_FEATURES: readonly Part[] = [
  ['featureInvocations', 'invocations'],
  ['featureErrors', 'clientErrors', { kind: 'client' }],
  ['featureErrors', 'serverErrors', { kind: 'server' }],
  ['featureThrottles', 'throttles'],
  ...TOKENS.slice(0, 2).map(([amount, type]): Part => ['featureTokens', amount, { type }]),
  ['interventions', 'intervened'],
  ['textUnits', 'textUnits'],
  ['policyUnits', 'policyUnits'],
  ['policyCost', 'policyUsd'],
]

/** At 0, too, so that the first of it shows as a change; of the others where there is some. */
const ALWAYS =
  /^(invocations|inputTokens|outputTokens|clientErrors|serverErrors|throttles|unpricedTokens|usd|usd\.(input|output))$/

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
  const addSource = (place: Labels, source: string, of: Partial<Record<MetricName, number>>) => {
    for (const [name, value] of Object.entries(of)) add(name as MetricName, { ...place, source }, value)
  }

  for (const { state, ledger, features, latencies, quotas } of places) {
    const { account, region, failure, refreshedAt } = state
    const place = { account, region }
    addSeries(ledger, OF_MODELS)
    for (const [metric, labels, value, suffix] of latencySamples({ ledger, latencies }))
      add(metric, labels, value, suffix)
    for (const { model, tokensPerMinute, requestsPerMinute } of quotas) {
      add('quota', { ...place, model, quota: 'tokens_per_minute' }, ratio(tokensPerMinute?.usedPercent))
      add('quota', { ...place, model, quota: 'requests_per_minute' }, ratio(requestsPerMinute?.usedPercent))
    }
    const isRead = Number.isFinite(refreshedAt)
    addSource(place, 'metrics', {
      up: isRead && !failure ? 1 : 0,
      ...(isRead && { lastRead: refreshedAt / 1_000 }),
      countedFrom: ledger.created / 1_000,
      countedTo: ledger.through / 1_000,
    })
    addSeries(features.ledger, OF_FEATURES, /^(invocations|clientErrors|serverErrors|throttles)$/)
    if (features.ledger.series.size === 0) continue
    addSource(place, 'features', {
      up: features.readAt !== undefined && !features.failure ? 1 : 0,
      ...(features.readAt !== undefined && { lastRead: features.readAt / 1_000 }),
      countedFrom: features.ledger.created / 1_000,
      countedTo: features.ledger.through / 1_000,
    })
  }
  for (const account of unread) addSource({ account }, 'metrics', { up: 0 })
  for (const { account, budget, limit, spent } of budgets) {
    add('budgetLimit', { account, budget }, limit)
    add('budgetSpent', { account, budget }, spent)
  }
  for (const [team, limit] of teams?.budgets ?? []) add('teamBudget', { team }, toUsd(limit))
  if (callers) {
    const { counted, failure, readAt } = callers
    addSeries(counted, OF_CALLERS)
    addSource({}, 'logs', {
      ...(failure && { up: 0 }),
      ...(readAt !== undefined && { lastRead: readAt / 1_000, up: failure ? 0 : 1 }),
      countedFrom: counted.created / 1_000,
      countedTo: counted.through / 1_000,
    })
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
    return decimalText(
      all.reduce((sum, [, usd]) => sum + usd, 0n),
      ATTO,
    )
  }
  const value = told.get(amount)
  if (value === undefined) return undefined
  return /^usd\.|Usd$/.test(amount) ? decimalText(value, ATTO) : String(value)
}

type Timed = readonly [metric: MetricName, labels: Labels, value: Sample['value'] | undefined, suffix?: Partial<Sample>]

/** Of each model its quantiles, then the sum and the number of all that was counted. */
function* latencySamples({ ledger, latencies }: Pick<PlaceTold, 'ledger' | 'latencies'>): Generator<Timed> {
  const byModel = new Map<string | undefined, GroupPercentiles>(latencies.map((one) => [one.key.model, one]))
  for (const { labels, told } of ledger.series.values()) {
    const found = byModel.get(labels.model)
    const samples = told.get('latencySamples')
    if (found) {
      yield* quantiles('latency', labels, found.latency)
      yield* quantiles('timeToFirstToken', labels, found.timeToFirstToken)
    }
    if (samples === undefined) continue
    yield ['latency', labels, decimalText(told.get('latencyUs') ?? 0n, 6), { suffix: '_sum' }]
    yield ['latency', labels, String(samples), { suffix: '_count' }]
  }
}

function* quantiles(metric: MetricName, labels: Labels, { p50, p90, p99 }: Percentiles): Generator<Timed> {
  for (const [quantile, ms] of [
    ['0.5', p50],
    ['0.9', p90],
    ['0.99', p99],
  ] as const) {
    if (ms !== null) yield [metric, { ...labels, quantile }, ms / 1_000]
  }
}

const ratio = (percent: number | null | undefined) => (typeof percent === 'number' ? percent / 100 : undefined)
