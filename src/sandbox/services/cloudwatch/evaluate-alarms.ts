import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { type AlarmBook, type Kept, type StateChange, setState } from './alarm-book.ts'
import { alarmPoints, hasTooFewSamples } from './alarm-points.ts'
import { alarmState } from './alarm-state.ts'
import { childrenOf, holds, parseRule } from './composite-rule.ts'
import { stateReason } from './state-reason.ts'
import type { MetricStore } from './store.ts'

/** Works out the state of every alarm at `now` (milliseconds), composite alarms after their children. */
export function evaluateAlarms(book: AlarmBook, store: MetricStore, now: number): StateChange[] {
  const metric = [...book.values()].flatMap((kept) =>
    kept.type === 'MetricAlarm' ? (evaluateMetricAlarm(kept, kept.alarm, store, now) ?? []) : [],
  )
  return [...metric, ...evaluateComposites(book, now)]
}

function evaluateMetricAlarm(kept: Kept, alarm: MetricAlarm, store: MetricStore, now: number): StateChange | undefined {
  if (hasTooFewSamples(store, alarm, now)) return undefined
  const points = alarmPoints(store, alarm, now)
  const evaluationPeriods = alarm.EvaluationPeriods ?? 1
  const state = alarm.StateValue ?? 'INSUFFICIENT_DATA'
  const to = alarmState({
    points: points.map(({ breaching }) => breaching),
    evaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
    missing: alarm.TreatMissingData ?? 'missing',
    state,
  })
  // The reason tells of the change, and stays until the next one.
  return to === state ? undefined : setState(kept, { StateValue: to, StateReason: stateReason(alarm, to, points) }, now)
}

/** Children first. "The evaluation of composite alarms stops if CloudWatch detects a cycle": those in it stay as they are. */
function evaluateComposites(book: AlarmBook, now: number): StateChange[] {
  const changes: StateChange[] = []
  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): boolean => {
    const kept = book.get(name)
    if (path.includes(name)) return false
    if (kept?.type !== 'CompositeAlarm' || done.has(name)) return true
    const rule = parseRule(kept.alarm.AlarmRule ?? '')
    if (!childrenOf(rule).every((child) => visit(child, [...path, name]))) return false
    done.add(name)
    const to = holds(rule, (child) => book.get(child)?.alarm.StateValue) ? 'ALARM' : 'OK'
    if (to !== kept.alarm.StateValue) {
      const change = setState(kept, { StateValue: to, StateReason: reasonOf(kept.alarm, to) }, now)
      if (change) changes.push(change)
    }
    return true
  }
  for (const name of book.keys()) visit(name, [])
  return changes
}

function reasonOf({ AlarmArn, AlarmRule }: CompositeAlarm, to: 'ALARM' | 'OK'): string {
  return `${AlarmArn} went to ${to}: its rule is ${to === 'ALARM' ? 'TRUE' : 'FALSE'} (${AlarmRule})`
}
