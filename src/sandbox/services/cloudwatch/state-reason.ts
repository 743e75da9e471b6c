import type { MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch'
import type { AlarmPoint } from './alarm-points.ts'

const COMPARED: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    GreaterThanThreshold: 'greater than',
    GreaterThanOrEqualToThreshold: 'greater than or equal to',
    LessThanThreshold: 'less than',
    LessThanOrEqualToThreshold: 'less than or equal to',
    GreaterThanUpperThreshold: 'greater than the upper',
    LessThanLowerThreshold: 'less than the lower',
    LessThanLowerOrGreaterThanUpperThreshold: 'outside the',
  }),
)
const TREATED: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ breaching: 'Breaching', notBreaching: 'NonBreaching' }),
)

/** Why a metric alarm went into a state, in a sentence of CloudWatch's own form. */
export function stateReason(alarm: MetricAlarm, to: StateValue, points: readonly AlarmPoint[]): string {
  const { EvaluationPeriods = 1, DatapointsToAlarm = EvaluationPeriods } = alarm
  const real = points.filter(({ value }) => value !== undefined).slice(-EvaluationPeriods)
  const missing = EvaluationPeriods - real.length
  if (to === 'INSUFFICIENT_DATA') return `Insufficient Data: ${count(missing, 'datapoint')} unknown.`
  if (real.length === 0) {
    const treated = TREATED.get(alarm.TreatMissingData ?? '') ?? 'Missing'
    return `Threshold Crossed: no datapoints were received for ${EvaluationPeriods} period(s) and ${count(missing, 'missing datapoint')} treated as [${treated}].`
  }
  const shown = real.filter(({ breaching }) => breaching === (to === 'ALARM'))
  const values = shown.map(({ value, time }) => `${value} (${new Date(time).toISOString()})`).join(', ')
  const compared = COMPARED.get(alarm.ComparisonOperator ?? '') ?? ''
  return (
    `Threshold Crossed: ${shown.length} out of the last ${count(real.length, 'datapoint')}` +
    ` [${values}] ${to === 'ALARM' ? '' : 'not '}${compared} threshold` +
    `${alarm.Threshold === undefined ? '' : ` (${alarm.Threshold})`}` +
    ` (minimum ${DatapointsToAlarm} for ALARM).`
  )
}

function count(number: number, thing: string): string {
  return number === 1 ? `1 ${thing} was` : `${number} ${thing}s were`
}
