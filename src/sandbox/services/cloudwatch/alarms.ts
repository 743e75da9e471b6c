import type {
  DescribeAlarmsInput,
  MetricAlarm,
  PutMetricAlarmInput,
  SetAlarmStateInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch'
import type { Call, Operation } from '../../service.ts'
import { page, perRegion } from '../../state.ts'
import { typed } from '../typed.ts'
import { checkAlarm } from './alarm-rules.ts'
import { alarmArn } from './arns.ts'
import { invalidCombination, invalidToken, noSuchAlarm, validation } from './faults.ts'
import { type Tags, tagsOf } from './tags.ts'

interface Kept {
  alarm: MetricAlarm
  tags: Tags
}

const PAGE = 50
const LARGEST_PAGE = 100
const MOST_DELETED = 100
const STATES: readonly StateValue[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA']

/** The alarm operations, and a way to the tags of an alarm by its ARN. */
export function createAlarms(): {
  operations: Record<string, Operation>
  tags(arn: string, call: Call): Tags | undefined
} {
  const alarmsOf = perRegion(() => new Map<string, Kept>())

  const put = (input: PutMetricAlarmInput, call: Call) => {
    checkAlarm(input)
    const name = input.AlarmName ?? ''
    const alarms = alarmsOf(call.region)
    const before = alarms.get(name)
    // Replacing keeps the state, and ignores the tags: only TagResource changes those of an alarm that exists.
    alarms.set(name, { alarm: describe(input, call, before?.alarm), tags: before?.tags ?? tagsOf(input.Tags) })
    return {}
  }

  const list = (input: DescribeAlarmsInput, call: Call) => {
    const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue: state, ActionPrefix, NextToken } = input
    if (AlarmNames && AlarmNamePrefix !== undefined) {
      throw invalidCombination('AlarmNames and AlarmNamePrefix cannot be given together.')
    }
    if (NextToken !== undefined && !/^\d+$/.test(NextToken)) throw invalidToken()
    const size = input.MaxRecords ?? PAGE
    if (size < 1 || size > LARGEST_PAGE) throw validation('MaxRecords must be between 1 and 100.')
    if (AlarmTypes && !AlarmTypes.includes('MetricAlarm')) return { CompositeAlarms: [], MetricAlarms: [] }
    const found = [...alarmsOf(call.region).values()]
      .map(({ alarm }) => alarm)
      .filter(
        ({ AlarmName = '', AlarmActions = [], StateValue: value }) =>
          (AlarmNames === undefined || AlarmNames.includes(AlarmName)) &&
          AlarmName.startsWith(AlarmNamePrefix ?? '') &&
          (state === undefined || value === state) &&
          (ActionPrefix === undefined || AlarmActions.some((action) => action.startsWith(ActionPrefix))),
      )
      .sort((a, b) => ((a.AlarmName ?? '') < (b.AlarmName ?? '') ? -1 : 1))
    const { items, next } = page(found, NextToken, size)
    return { CompositeAlarms: [], MetricAlarms: items, ...(next !== undefined && { NextToken: next }) }
  }

  /** Names that do not exist do not stop the rest. */
  const remove = ({ AlarmNames = [] }: { AlarmNames?: string[] }, call: Call) => {
    if (AlarmNames.length > MOST_DELETED) throw validation(`At most ${MOST_DELETED} alarms can be deleted at once.`)
    for (const name of AlarmNames) alarmsOf(call.region).delete(name)
    return {}
  }

  const setState = (input: SetAlarmStateInput, call: Call) => {
    const kept = alarmsOf(call.region).get(input.AlarmName ?? '')
    if (!kept) throw noSuchAlarm()
    if (!input.StateValue || !STATES.includes(input.StateValue))
      throw validation(`StateValue must be one of ${STATES}.`)
    const now = new Date(call.now)
    kept.alarm = {
      ...kept.alarm,
      StateValue: input.StateValue,
      StateReason: input.StateReason ?? '',
      ...(input.StateReasonData !== undefined && { StateReasonData: input.StateReasonData }),
      StateUpdatedTimestamp: now,
      StateTransitionedTimestamp: now,
    }
    return {}
  }

  const setActions =
    (enabled: boolean) =>
    ({ AlarmNames = [] }: { AlarmNames?: string[] }, call: Call) => {
      for (const name of AlarmNames) {
        const kept = alarmsOf(call.region).get(name)
        if (kept) kept.alarm = { ...kept.alarm, ActionsEnabled: enabled }
      }
      return {}
    }

  return {
    operations: {
      PutMetricAlarm: typed(put),
      DescribeAlarms: typed(list),
      DeleteAlarms: typed(remove),
      SetAlarmState: typed(setState),
      EnableAlarmActions: typed(setActions(true)),
      DisableAlarmActions: typed(setActions(false)),
    },
    tags: (arn, call) => alarmsOf(call.region).get(/:alarm:(.+)$/s.exec(arn)?.[1] ?? '')?.tags,
  }
}

function describe(input: PutMetricAlarmInput, call: Call, before: MetricAlarm | undefined): MetricAlarm {
  const { Tags, AlarmName = '', ...given } = input
  const now = new Date(call.now)
  return {
    AlarmName,
    AlarmArn: alarmArn(call, AlarmName),
    ...given,
    ActionsEnabled: input.ActionsEnabled ?? true,
    AlarmActions: input.AlarmActions ?? [],
    OKActions: input.OKActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    Dimensions: input.Dimensions ?? [],
    AlarmConfigurationUpdatedTimestamp: now,
    StateValue: before?.StateValue ?? 'INSUFFICIENT_DATA',
    StateReason: before?.StateReason ?? 'Unchecked: Initial alarm creation',
    ...(before?.StateReasonData !== undefined && { StateReasonData: before.StateReasonData }),
    StateUpdatedTimestamp: before?.StateUpdatedTimestamp ?? now,
    StateTransitionedTimestamp: before?.StateTransitionedTimestamp ?? now,
  }
}
