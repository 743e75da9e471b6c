import type { Warning } from '../../core/events.ts'
import type { PlanItem } from '../../core/plan.ts'
import { type AlarmState, standingOf } from '../alarms/alarm-state.ts'
import { byRegion, type Env } from '../env.ts'
import { modelsOf, SPEND_ALARM, spendGrouping } from './spend-alarm.ts'
import { spendWarnings } from './spend-alarm-words.ts'

/**
 * What the alarm on spending does not cover, by a plan of all alarms: the Regions that could be read, each with the alarm
 * that stands or is to be made. Of one that stands although nothing is in use any more there is nothing to say.
 */
export function spendAlarmWarnings(env: Env, items: readonly PlanItem[]): Warning[] {
  if (env.settings.alarms === 'minimal') return []
  const watches = byRegion(env).flatMap((each) => {
    const { region } = each
    const item = items.find(({ resource }) => resource.name === SPEND_ALARM && resource.region === region)
    const have = item?.have && standingOf(item.have.state as AlarmState)
    const models = modelsOf(each)
    const grouping = spendGrouping(models, have)
    const isKnown = each.inUse?.has(region) === true && !item?.error
    return isKnown && (grouping || !have) ? [{ region, grouping, models }] : []
  })
  return spendWarnings(SPEND_ALARM, watches)
}
