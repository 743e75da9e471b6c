import type { StateValue } from '@aws-sdk/client-cloudwatch'

export interface Evaluated {
  /** Whether each data point of the evaluation range breaches, oldest first; undefined where it is missing. */
  points: readonly (boolean | undefined)[]
  evaluationPeriods: number
  datapointsToAlarm: number
  /** TreatMissingData. */
  missing: string
  state: StateValue
}

/** How many points are looked at. The documentation gives no rule but one example: 5 for 3 evaluation periods. */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2
}

/** By "Configuring how CloudWatch alarms treat missing data". Where the guide is silent the alarm stays as it is. */
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
