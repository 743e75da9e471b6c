import type { AlarmDefinition, AlarmSource, StandingAlarm } from '../alarms/alarm-definition.ts'
import { isMath } from '../alarms/alarm-definition.ts'
import type { Env } from '../env.ts'
import type { ModelInUse } from '../use/in-use.ts'
import { bestGrouping, type Grouping, offBy, restOf, spendOf } from './spend-alarm-grouping.ts'
import { fromMath, toMath } from './spend-alarm-math.ts'
import { isOfEveryModel } from './spend-alarm-pools.ts'
import { headline, leftOut } from './spend-alarm-words.ts'

export const SPEND_ALARM = 'Bedrock-HighSpend'

/** What stands is kept as long as it is off by no more than this share of the spend. */
const NEAR_ENOUGH = 0.01

/**
 * The alarm on dollars an hour: tokens × price by metric math. There is none as long as no model with a known price is in
 * use, or nobody has looked.
 */
export function spendAlarm(env: Env): AlarmSource {
  return {
    name: SPEND_ALARM,
    define(have) {
      const models = modelsOf(env)
      const grouping = spendGrouping(models, have)
      return grouping && define(env.settings.spendThreshold, grouping, models, have)
    },
  }
}

/**
 * What the alarm watches, given what stands: that is kept while its prices are right, it is near enough and no dearer model has come, so that the
 * alarm does not change from day to day with the use of each model. Undefined where no price is known.
 */
export function spendGrouping(models: readonly ModelInUse[], have?: StandingAlarm): Grouping | undefined {
  const best = bestGrouping(models)
  const standing = have?.watched && isMath(have.watched) ? fromMath(have.watched) : undefined
  if (!best || !standing) return best
  const isNear = offBy(standing, models) <= NEAR_ENOUGH * spendOf(models)
  return isNear && !isOutgrown(standing, best, models) ? standing : best
}

/**
 * Whether a model is in use that is dearer than all that was known when this was chosen, and that choosing anew would count
 * at its price: however little it is used yet, its use may grow before anybody looks again.
 */
function isOutgrown(standing: Grouping, best: Grouping, models: readonly ModelInUse[]): boolean {
  const known = (metric: string) => {
    const own = standing.exact.filter((one) => one.metric === metric).map(({ price }) => price)
    return Math.max(standing.rest[metric] ?? 0, ...own)
  }
  const stillBelow = new Set(
    restOf(best, models)
      .filter(({ metric, price }) => (price ?? 0) > (best.rest[metric] ?? 0))
      .map(({ metric, modelId }) => `${metric} ${modelId}`),
  )
  return restOf(standing, models).some(
    ({ kind, metric, modelId, price, tokens }) =>
      isOfEveryModel(kind) && tokens > 0 && (price ?? 0) > known(metric) && !stillBelow.has(`${metric} ${modelId}`),
  )
}

export function modelsOf({ inUse, region }: Env): readonly ModelInUse[] {
  return inUse?.get(region) ?? []
}

function define(
  threshold: number,
  grouping: Grouping,
  models: readonly ModelInUse[],
  have: StandingAlarm | undefined,
): AlarmDefinition {
  const watched = toMath(grouping)
  const head = headline(threshold, grouping)
  const isKept = have?.watched && isMath(have.watched) && have.watched.expression === watched.expression
  // What it leaves out changes a little every day: as long as the alarm is kept, so are the words.
  const words =
    isKept && have?.description?.startsWith(head) ? have.description : head + leftOut(head, grouping, models)
  return { name: SPEND_ALARM, description: words, watched, periodSeconds: 3600, evaluationPeriods: 1, threshold }
}
