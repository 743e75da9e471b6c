import type { AwsContext } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { isAppError } from '../../core/errors.ts'
import { placesIn } from '../../core/place.ts'
import type { Grant, Permissions } from '../../core/resource.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { listFeatures } from '../../report/sources/metrics/features.ts'
import type { PriceLoader } from '../../report/sources/prices.ts'
import { quotaPools } from '../../report/sources/quotas.ts'
import { alarmsNamed } from '../alarms/alarm-calls.ts'
import { QUOTA_ALARM_PREFIX, quotasAreWatched, quotaWarnings } from '../alarms/quota-alarms.ts'
import { alarmArn, byRegion, type Env } from '../env.ts'
import { type InUse, isMantle, type ModelInUse, type QuotaAlarmNames } from './in-use.ts'
import { readInUse } from './read-in-use.ts'

const REGIONS_AT_ONCE = 8

export const QUOTA_GRANTS: readonly Grant[] = [{ actions: ['servicequotas:ListServiceQuotas'], resources: ['*'] }]

/** What the alarms on quotas ask besides, under any name: which there are hangs on what is in use. */
export function quotaGrants(env: Env, kind: keyof Permissions): Grant[] {
  const on = (...actions: string[]): Grant => ({ actions, resources: [alarmArn(env, `${QUOTA_ALARM_PREFIX}*`)] })
  const tags = on('cloudwatch:ListTagsForResource')
  // One that was there before us is put as it was.
  const released = ['cloudwatch:PutMetricAlarm', 'cloudwatch:UntagResource']
  if (kind === 'remove') return [tags, on('cloudwatch:DeleteAlarms', ...released)]
  if (!quotasAreWatched(env.settings)) return []
  // Setup takes away the alarms of models that are no longer in use.
  return kind === 'read'
    ? [...QUOTA_GRANTS, tags]
    : [on('cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource', 'cloudwatch:DeleteAlarms')]
}

/** With the quotas. Regions without a model cost no call; one that cannot be read is a warning. */
export async function readQuotas(
  cx: AwsContext,
  inUse: InUse,
): Promise<{ inUse: InUse; quotasReadIn: ReadonlySet<string> }> {
  const read = await sideBySide([...inUse], REGIONS_AT_ONCE, async ([region, models]) => {
    try {
      const known = await withQuotas(cx.in(region), region, models)
      return { region, models: known ?? models, isRead: known !== undefined }
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted') throw error
      const message = `the quotas in ${region} could not be read, so no alarm watches them: ${error.message}`
      cx.emit({ type: 'warning', warning: { code: 'quotas-unreadable', message } })
      return { region, models, isRead: false }
    }
  })
  return {
    inUse: new Map(read.map(({ region, models }) => [region, models])),
    quotasReadIn: new Set(read.filter(({ isRead }) => isRead).map(({ region }) => region)),
  }
}

/** Undefined where it cannot be told which models the application profiles lead to, which is said when these are priced. */
async function withQuotas(
  cx: AwsContext,
  region: string,
  models: readonly ModelInUse[],
): Promise<ModelInUse[] | undefined> {
  const own = models.filter((model) => !isMantle(model)).map(({ modelId }) => modelId)
  const { pools, warnings } = await quotaPools(cx, region, own)
  if (warnings.some(({ code }) => code === 'profiles-unreadable')) return undefined
  return models.map((model) => {
    const pool = pools.find(({ modelIds }) => modelIds.includes(model.modelId))
    const { tokensPerMinute: tokens, requestsPerMinute: requests } = pool?.quotas ?? {}
    if (!pool || !(tokens || requests)) return model
    const quotas = {
      pool: pool.name,
      ...(tokens && { tokensPerMinute: tokens.value }),
      ...(requests && { requestsPerMinute: requests.value }),
    }
    return { ...model, quotas }
  })
}

/** Their names hang on what was in use when they were made; whose they are is told by their tags. */
export function readQuotaAlarmNames(cx: AwsContext, regions: readonly string[]): Promise<QuotaAlarmNames> {
  return inEach(regions, async (region) => {
    const alarms = await alarmsNamed(cx.in(region), QUOTA_ALARM_PREFIX, ['MetricAlarm'])
    return alarms.flatMap(({ AlarmName }) => AlarmName ?? []).sort()
  })
}

/** What is found in each Region. One that cannot be read is left out: the reading of alarms and of models meets the same, and tells it. */
async function inEach<Found>(
  regions: readonly string[],
  find: (region: string) => Promise<Found>,
): Promise<ReadonlyMap<string, Found>> {
  const found = await sideBySide(regions, REGIONS_AT_ONCE, (region) =>
    orElse(
      find(region).then((one) => [[region, one] as const]),
      () => [],
    ),
  )
  return new Map(found.flat())
}

const DASHBOARD = '4'
const ALARMS = '5'

/** What the chosen steps go by. What cannot be read is a warning, and what hangs on it is left as it is. */
export async function readUse(
  cx: AwsContext,
  env: Env,
  chosen: readonly string[],
  prices: PriceLoader,
): Promise<Pick<Env, 'inUse' | 'featuresInUse' | 'quotasReadIn' | 'quotaAlarmNames'>> {
  if (!chosen.includes(DASHBOARD) && !chosen.includes(ALARMS)) return {}
  const places = placesIn(cx, env.accountId, env.regions)
  const features = chosen.includes(DASHBOARD)
    ? inEach(env.regions, async (region) => (await listFeatures(cx.in(region))).map(({ feature }) => feature.name))
    : undefined
  const isWatched = chosen.includes(ALARMS) && quotasAreWatched(env.settings)
  const [use, quotaAlarmNames, featuresInUse] = await Promise.all([
    readInUse(cx, places, prices).then((inUse) => (isWatched ? readQuotas(cx, inUse) : { inUse })),
    isWatched ? readQuotaAlarmNames(cx, env.regions) : undefined,
    features,
  ])
  const facts = { ...use, ...(quotaAlarmNames && { quotaAlarmNames }), ...(featuresInUse && { featuresInUse }) }
  if (!isWatched) return facts
  for (const warning of byRegion({ ...env, ...facts }).flatMap(quotaWarnings)) cx.emit({ type: 'warning', warning })
  return facts
}
