import type { Warning } from '../../core/events.ts'
import { METRIC_OF } from '../../report/quotas/match.ts'
import { RESOLVED_TIER, SERVICE_TIER } from '../../report/sources/metrics/names.ts'
import { grouped, plainDigits } from '../../text/numbers.ts'
import type { Env } from '../env.ts'
import type { Settings } from '../settings.ts'
import type { ModelInUse, QuotasInUse } from '../use/in-use.ts'
import { type AlarmDefinition, largerOf, sumOf, timesOf, type WatchedMetric } from './alarm-definition.ts'
import type { AlarmSource } from './alarm-state.ts'
import { rowOf } from './threshold-alarms.ts'
import { whatToDo } from './what-to-do.ts'

/** What the names of all alarms on quotas begin with. */
export const QUOTA_ALARM_PREFIX = 'Bedrock-Quota-'
const LONGEST = 255
/** Alarms cost money by the metric, and what is hardly used is far from its quota. */
const MOST_ALARMS = 10
/** An alarm that stands is kept up to this rank, so that alarms do not come and go with every change of the order. */
const KEPT_TO_RANK = 15
/** What metric math in an alarm takes. */
const MOST_METRICS = 10

/** Models in use by the quotas that they share, most calls first. */
interface Pool {
  name: string
  quotas: QuotasInUse
  models: ModelInUse[]
}

export function quotasAreWatched({ alarms, quotaAlarmPercent }: Settings): boolean {
  return alarms !== 'minimal' && quotaAlarmPercent > 0
}

/** For each model in use whose quotas are known, and without a definition for every other that stands. */
export function quotaAlarms(env: Env): AlarmSource[] {
  const definitions = watchedPools(env).map((pool) => definitionOf(pool, env))
  const left = standing(env).filter((name) => definitions.every((definition) => definition.name !== name))
  const retires = quotasAreWatched(env.settings) && quotaAlarmsAreCertain(env)
  return [
    ...definitions.map((definition) => ({ name: definition.name, define: () => definition })),
    ...left.map((name) => ({ name, retires, define: () => undefined })),
  ]
}

export function quotaWarnings(env: Env): Warning[] {
  const watched = watchedPools(env).map(({ name }) => name)
  const left = watched.length === 0 ? [] : poolsOf(env).filter(({ name }) => !watched.includes(name))
  if (left.length === 0) return []
  const names = left.flatMap(({ models: [first] }) => first?.modelId ?? [])
  const message = `the quotas of the ${MOST_ALARMS} models used most in ${env.region} are watched, and not those of ${names.join(', ')}`
  return [{ code: 'quotas-not-watched', message }]
}

/** Whether it is known which alarms there should be. Otherwise what stands is left alone. */
export function quotaAlarmsAreCertain({ quotasReadIn, quotaAlarmNames, region, settings }: Env): boolean {
  return !quotasAreWatched(settings) || Boolean(quotasReadIn?.has(region) && quotaAlarmNames?.has(region))
}

const standing = ({ quotaAlarmNames, region }: Env): readonly string[] => quotaAlarmNames?.get(region) ?? []

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

/** The larger of the shares of both quotas, in per cent. What has no point used nothing. */
function definitionOf(pool: Pool, { settings: { quotaAlarmPercent: percent }, region }: Env): AlarmDefinition {
  const limits = (['tokensPerMinute', 'requestsPerMinute'] as const).flatMap((kind) => {
    const [quota, metric, what] = [pool.quotas[kind], METRIC_OF[kind], kind.replace('PerMinute', '')]
    return quota ? [{ quota, metric, what }] : []
  })
  // What is taken out of a model takes a metric, too.
  let room = Math.floor(MOST_METRICS / limits.length)
  const models = pool.models.filter(({ reserved = [] }) => {
    const needs = 1 + reserved.length
    if (needs > room) return false
    room -= needs
    return true
  })
  const leftOut = pool.models.length - models.length
  models.sort((a, b) => (a.modelId < b.modelId ? -1 : 1))
  const metrics: Record<string, WatchedMetric> = {}
  const [first = [], second] = limits.map(({ metric, quota, what }) =>
    models.flatMap(({ modelId: ModelId, reserved = [] }, index) => {
      const id = `${what.charAt(0)}${index + 1}`
      const over = plainDigits(quota)
      metrics[id] = { metric, dimensions: { ModelId }, statistic: 'Sum' }
      const outside = reserved.map(({ asked, resolved }, tier) => {
        const dimensions = { ModelId, [SERVICE_TIER]: asked, [RESOLVED_TIER]: resolved }
        metrics[`${id}r${tier + 1}`] = { metric, dimensions, statistic: 'Sum' }
        return { id: `${id}r${tier + 1}`, plus: '0', minus: '100', over }
      })
      return [{ id, plus: '100', over }, ...outside]
    }),
  )
  const row = rowOf(QUOTA_ALARM_PREFIX)
  const quotas = limits.map(({ quota, what }) => `${grouped(quota)} ${what} a minute`)
  const said = [
    `More than ${percent} % of the quota of ${quotas.join(' or ')} for ${pool.name} on Amazon Bedrock, in 3 of 5 minutes.`,
    pool.quotas.tokensPerMinute ? OF_THE_METRIC : '',
    models.some(({ reserved }) => reserved)
      ? 'Calls in the reserved tier, which has its own quota, are not counted.'
      : '',
    leftOut > 0 ? `Calls by ${leftOut} other ids of the model are not counted.` : '',
  ]
  return {
    name: quotaAlarmName(pool.name),
    description: said.filter((one) => one !== '').join(' ') + whatToDo(row, region),
    watched: {
      expression: second ? largerOf(first, second) : sumOf(first),
      label: 'Percentage of the quota',
      metrics,
    },
    ...timesOf(row),
    threshold: percent,
  }
}

/** The alarm on the quotas of a pool, e.g. `Bedrock-Quota-cross-region.amazon.nova-pro-v1-0`. */
export function quotaAlarmName(pool: string): string {
  return (QUOTA_ALARM_PREFIX + pool.replace(/[^\w.-]/g, '-')).slice(0, LONGEST)
}
