import type { Warning } from '../../core/events.ts'
import { METRIC_OF } from '../../report/quotas/match.ts'
import { RESOLVED_TIER, SERVICE_TIER } from '../../report/sources/metrics/names.ts'
import { grouped, plainDigits } from '../../text/numbers.ts'
import type { Env } from '../env.ts'
import type { Settings } from '../settings.ts'
import type { ModelInUse, QuotasInUse } from '../use/in-use.ts'
import {
  type AlarmDefinition,
  type AlarmSource,
  largerOf,
  sumOf,
  type WatchedMath,
  type WatchedMetric,
} from './alarm-definition.ts'
import { rowOf } from './threshold-alarms.ts'
import { whatToDo } from './what-to-do.ts'

/** Alarms cost money by the metric, and what is hardly used is far from its quota. */
const MOST_ALARMS = 10
/** An alarm that stands is kept up to this rank, so that alarms do not come and go with every change of the order. */
const KEPT_TO_RANK = 15
/** What metric math in an alarm takes. */
const MOST_METRICS = 10
const MINUTE = 60

/** Models in use by the quotas that they share, most calls first. */
interface Pool {
  name: string
  quotas: QuotasInUse
  models: ModelInUse[]
}

export function quotasAreWatched({ alarms, quotaAlarmPercent }: Settings): boolean {
  return alarms !== 'minimal' && quotaAlarmPercent > 0
}

/**
 * An alarm for each model in use whose quotas are truly known, in the environment's Region, and one without a definition for
 * every other that stands: its model is gone, or no longer among the most used.
 */
export function quotaAlarms(env: Env): AlarmSource[] {
  const definitions = watchedPools(env).map((pool) => definitionOf(pool, env))
  const names = definitions.map(({ name }) => name)
  return [
    ...definitions.map((definition): AlarmSource => ({ name: definition.name, define: () => definition })),
    ...standing(env)
      .filter((name) => !names.includes(name))
      .map(
        (name): AlarmSource => ({
          name,
          retires: quotasAreWatched(env.settings) && quotaAlarmsAreCertain(env),
          define: () => undefined,
        }),
      ),
  ]
}

/** What is in use with a known quota and not watched. */
export function quotaWarnings(env: Env): Warning[] {
  const watched = watchedPools(env)
  const left =
    watched.length === 0 ? [] : poolsOf(env).filter(({ name }) => watched.every((pool) => pool.name !== name))
  if (left.length === 0) return []
  const names = left.flatMap(({ models: [first] }) => first?.modelId ?? [])
  const message = `the quotas of the ${MOST_ALARMS} models used most in ${env.region} are watched, and not those of ${names.join(', ')}`
  return [{ code: 'quotas-not-watched', message }]
}

/**
 * Whether it is known which alarms on quotas the environment's Region should have: what is in use, its quotas and what
 * stands were read, or none is asked for. Otherwise what stands is left alone.
 */
export function quotaAlarmsAreCertain({ quotasReadIn, quotaAlarmNames, region, settings }: Env): boolean {
  if (!quotasAreWatched(settings)) return true
  return (quotasReadIn?.has(region) ?? false) && (quotaAlarmNames?.has(region) ?? false)
}

function standing({ quotaAlarmNames, region }: Env): readonly string[] {
  return quotaAlarmNames?.get(region) ?? []
}

function watchedPools(env: Env): Pool[] {
  if (!quotasAreWatched(env.settings)) return []
  const ranked = poolsOf(env)
  const names = standing(env)
  const kept = ranked.slice(0, KEPT_TO_RANK).filter(({ name }) => names.includes(quotaAlarmName(name)))
  return [...new Set([...kept, ...ranked])].slice(0, MOST_ALARMS)
}

function poolsOf({ inUse, region }: Env): Pool[] {
  const pools = new Map<string, Pool>()
  for (const model of inUse?.get(region) ?? []) {
    const { quotas } = model
    // A quota of 0 allows nothing that could be watched.
    if (!quotas || !(quotas.tokensPerMinute || quotas.requestsPerMinute)) continue
    const pool = pools.get(quotas.pool) ?? { name: quotas.pool, quotas, models: [] }
    pool.models.push(model)
    pools.set(quotas.pool, pool)
  }
  const calls = ({ models }: Pool) => models.reduce((sum, { invocations }) => sum + invocations, 0)
  return [...pools.values()].sort((a, b) => calls(b) - calls(a) || (a.name < b.name ? -1 : 1))
}

/** AWS's own words on EstimatedTPMQuotaUsage, in short. */
const OF_THE_METRIC =
  'Tokens are an AWS estimate for successful calls: input, cache writes, and output times the burn-down rate of the model. AWS throttles by what a call reserves while it runs (its input and max_tokens), which this does not include, so throttling can begin before this alarm goes off.'

function definitionOf(pool: Pool, { settings: { quotaAlarmPercent: percent }, region }: Env): AlarmDefinition {
  const { limits, models, leftOut } = metricsOf(pool)
  const quotas = limits.map(({ quota, what }) => `${grouped(quota)} ${what} a minute`)
  return {
    name: quotaAlarmName(pool.name),
    description: [
      `More than ${percent} % of the quota of ${quotas.join(' or ')} for ${pool.name} on Amazon Bedrock, in 3 of 5 minutes.`,
      ...(limits.some(({ metric }) => metric === METRIC_OF.tokensPerMinute) ? [OF_THE_METRIC] : []),
      ...(models.some(({ reserved }) => reserved)
        ? [`Calls in the reserved tier, which has its own quota, are not counted.`]
        : []),
      ...(leftOut > 0 ? [`Calls by ${leftOut} other ids of the model are not counted.`] : []),
    ]
      .join(' ')
      .concat(whatToDo(rowOf(QUOTA_ALARM_PREFIX), region)),
    watched: percentOf(limits, models),
    periodSeconds: MINUTE,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    threshold: percent,
  }
}

interface Limit {
  /** What ids of its metrics begin with. */
  id: string
  what: string
  quota: number
  metric: string
}

function metricsOf({ quotas, models }: Pool): { limits: Limit[]; models: ModelInUse[]; leftOut: number } {
  const { tokensPerMinute: tokens, requestsPerMinute: requests } = quotas
  const limits: Limit[] = [
    ...(tokens ? [{ id: 't', what: 'tokens', quota: tokens, metric: METRIC_OF.tokensPerMinute }] : []),
    ...(requests ? [{ id: 'r', what: 'requests', quota: requests, metric: METRIC_OF.requestsPerMinute }] : []),
  ]
  // What is taken out of a model takes a metric, too.
  let room = Math.floor(MOST_METRICS / limits.length)
  const watched = models.filter(({ reserved = [] }) => {
    const needs = 1 + reserved.length
    if (needs > room) return false
    room -= needs
    return true
  })
  watched.sort((a, b) => (a.modelId < b.modelId ? -1 : 1))
  return { limits, models: watched, leftOut: models.length - watched.length }
}

/** The larger of the two shares, in per cent. What has no point used nothing. */
function percentOf(limits: readonly Limit[], models: readonly ModelInUse[]): WatchedMath {
  const watched = limits.flatMap(({ id, metric, quota }) =>
    models.flatMap(({ modelId: ModelId, reserved = [] }, index) => {
      const name = `${id}${index + 1}`
      const over = plainDigits(quota)
      const own = { metric, dimensions: { ModelId }, statistic: 'Sum' } satisfies WatchedMetric
      return [
        { limit: id, term: { id: name, plus: '100', over }, metric: own },
        ...reserved.map(({ asked, resolved }, tier) => ({
          limit: id,
          term: { id: `${name}r${tier + 1}`, plus: '0', minus: '100', over },
          metric: { ...own, dimensions: { ModelId, [SERVICE_TIER]: asked, [RESOLVED_TIER]: resolved } },
        })),
      ]
    }),
  )
  const [first = [], second] = limits.map(({ id }) =>
    watched.filter(({ limit }) => limit === id).map(({ term }) => term),
  )
  return {
    expression: second ? largerOf(first, second) : sumOf(first),
    label: 'Percentage of the quota',
    metrics: Object.fromEntries(watched.map(({ term, metric }) => [term.id, metric])),
  }
}

/** What the names of all alarms on quotas begin with. */
export const QUOTA_ALARM_PREFIX = 'Bedrock-Quota-'

/** The longest name that CloudWatch takes. */
const LONGEST = 255

/** The alarm on the quotas of a pool, e.g. `Bedrock-Quota-cross-region.amazon.nova-pro-v1-0`. */
export function quotaAlarmName(pool: string): string {
  return (QUOTA_ALARM_PREFIX + pool.replace(/[^\w.-]/g, '-')).slice(0, LONGEST)
}
