import type { AwsContext } from '../../aws/context.ts'
import { placesIn } from '../../core/place.ts'
import type { PriceLoader } from '../../report/sources/prices.ts'
import { quotasAreWatched, quotaWarnings } from '../alarms/quota-alarms.ts'
import { byRegion, type Env } from '../env.ts'
import { readQuotaAlarmNames, readQuotas } from './quotas.ts'
import { readInUse } from './read-in-use.ts'

/** The steps that go by the models in use: dashboard and alarms. */
const BY_MODELS = ['4', '5']
const ALARMS = '5'

/**
 * What is in use, as far as the chosen steps go by it: models, and for the alarms their quotas and which alarms on these
 * stand. What cannot be read is a warning, and what hangs on it is left as it is. Throws only when interrupted.
 */
export async function readUse(
  cx: AwsContext,
  env: Env,
  chosen: readonly string[],
  prices: PriceLoader,
): Promise<Pick<Env, 'inUse' | 'quotasReadIn' | 'quotaAlarmNames'>> {
  if (!chosen.some((id) => BY_MODELS.includes(id))) return {}
  const places = placesIn(cx, env.accountId, env.regions)
  if (!chosen.includes(ALARMS) || !quotasAreWatched(env.settings)) {
    return { inUse: await readInUse(cx, places, prices) }
  }
  const [use, quotaAlarmNames] = await Promise.all([
    readInUse(cx, places, prices).then((found) => readQuotas(cx, found)),
    readQuotaAlarmNames(cx, env.regions),
  ])
  const facts = { ...use, quotaAlarmNames }
  for (const warning of byRegion({ ...env, ...facts }).flatMap(quotaWarnings)) cx.emit({ type: 'warning', warning })
  return facts
}
