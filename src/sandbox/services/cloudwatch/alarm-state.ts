import type { StateValue } from '@aws-sdk/client-cloudwatch'

/** What an alarm decides its state from. */
export interface Evaluated {
  /** Whether each data point of the evaluation range breaches, oldest first; undefined where it is missing. */
  points: readonly (boolean | undefined)[]
  evaluationPeriods: number
  datapointsToAlarm: number
  /** TreatMissingData. */
  missing: string
  /** The state that the alarm is in. */
  state: StateValue
}

/**
 * How many data points CloudWatch looks at, so that it need not fill in what is missing. The documentation gives no rule,
 * and 5 for 3 evaluation periods as its only example.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2
}

/**
 * The state by "Configuring how CloudWatch alarms treat missing data" of the CloudWatch User Guide: the newest real points
 * decide; missing ones are filled in only where there are fewer real ones than evaluation periods. Where the guide is
 * silent (breaching points only, too few and too young for the alarm) the alarm stays as it is.
 */
export function alarmState({ points, evaluationPeriods, datapointsToAlarm, missing, state }: Evaluated): StateValue {
  const real = points
    .map((breaching, i) => ({ breaching, age: points.length - i }))
    .filter(({ breaching }) => breaching !== undefined)
    .slice(-evaluationPeriods)
  const breaching = real.filter((point) => point.breaching).length
  const filled = evaluationPeriods - real.length
  if (breaching >= datapointsToAlarm) return 'ALARM'
  if (filled === 0) return 'OK'
  if (missing === 'breaching') return breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK'
  if (missing === 'notBreaching' || breaching < real.length) return 'OK'
  if (missing === 'ignore') return state
  const oldest = real[0]
  if (oldest === undefined) return 'INSUFFICIENT_DATA'
  // "Avoiding premature transitions to alarm state": too few points, but the oldest had time enough to be contradicted.
  return oldest.age >= datapointsToAlarm ? 'ALARM' : state
}
