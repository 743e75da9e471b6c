import type { CompositeAlarm, MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch'
import { type AlarmBook, type Kept, type StateChange, setState } from './alarm-book.ts'
import { type AlarmPoint, alarmPoints, alarmState } from './alarm-points.ts'
import { childrenOf, holds, parseRule } from './composite-rule.ts'
import type { MetricStore } from './store.ts'

/** Works out the state of every alarm at `now` (milliseconds), composite alarms after their children. */
export function evaluateAlarms(book: AlarmBook, store: MetricStore, now: number): StateChange[] {
  const metric = [...book.values()].flatMap((kept) =>
    kept.type === 'MetricAlarm' ? (evaluateMetricAlarm(kept, kept.alarm, store, now) ?? []) : [],
  )
  return [...metric, ...evaluateComposites(book, now)]
}

function evaluateMetricAlarm(kept: Kept, alarm: MetricAlarm, store: MetricStore, now: number): StateChange | undefined {
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

/** Why a metric alarm went into a state, in a sentence of CloudWatch's own form. */
function stateReason(alarm: MetricAlarm, to: StateValue, points: readonly AlarmPoint[]): string {
  const { EvaluationPeriods = 1, DatapointsToAlarm = EvaluationPeriods } = alarm
  const real = points.filter(({ value }) => value !== undefined).slice(-EvaluationPeriods)
  const missing = EvaluationPeriods - real.length
  if (to === 'INSUFFICIENT_DATA') return `Insufficient Data: ${count(missing, 'datapoint')} unknown.`
  if (real.length === 0) {
    const treated = `${count(missing, 'missing datapoint')} treated as [${alarm.TreatMissingData ?? 'missing'}]`
    return `Threshold Crossed: no datapoints were received for ${EvaluationPeriods} period(s) and ${treated}.`
  }
  const shown = real.filter(({ breaching }) => breaching === (to === 'ALARM'))
  const values = shown.map(({ value, time }) => `${value} (${new Date(time).toISOString()})`).join(', ')
  const compared = (alarm.ComparisonOperator ?? '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  const threshold = alarm.Threshold === undefined ? '' : ` (${alarm.Threshold})`
  return (
    `Threshold Crossed: ${shown.length} out of the last ${count(real.length, 'datapoint')} [${values}]` +
    `${to === 'ALARM' ? '' : ' not'}${compared}${threshold} (minimum ${DatapointsToAlarm} for ALARM).`
  )
}

function count(number: number, thing: string): string {
  return number === 1 ? `1 ${thing} was` : `${number} ${thing}s were`
}
