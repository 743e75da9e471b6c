import type { MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { invalidCombination, missing, validation } from './faults.ts'
import { functionsOf, parseExpression } from './math/parse.ts'
import { parseStatistic } from './statistic.ts'

const MOST_ACTIONS = 5
const MOST_METRICS = 10
const DAY_SECONDS = 86_400
const SHORT_PERIODS = [10, 20, 30]
const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing']

/** Every rule that PutMetricAlarm holds a request against. @throws AwsFault for the first one broken. */
export function checkAlarm(input: PutMetricAlarmInput): void {
  const { AlarmName, ComparisonOperator, EvaluationPeriods, DatapointsToAlarm, TreatMissingData, Metrics, MetricName } =
    input
  if (!AlarmName || AlarmName.length > 255) throw validation('AlarmName must have 1 to 255 characters.')
  if (!ComparisonOperator) throw missing('ComparisonOperator')
  if (EvaluationPeriods === undefined || EvaluationPeriods < 1) throw validation('EvaluationPeriods must be 1 or more.')
  if (DatapointsToAlarm !== undefined && (DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods)) {
    throw validation('DatapointsToAlarm must be between 1 and EvaluationPeriods.')
  }
  if (TreatMissingData !== undefined && !MISSING_DATA.includes(TreatMissingData)) {
    throw validation(`TreatMissingData must be one of ${MISSING_DATA.join(', ')}.`)
  }
  for (const actions of [input.AlarmActions, input.OKActions, input.InsufficientDataActions])
    checkActions(actions ?? [])
  if (MetricName !== undefined && Metrics !== undefined) {
    throw invalidCombination('MetricName and Metrics cannot be given together.')
  }
  if (Metrics === undefined) checkMetric(input)
  else checkMetrics(Metrics)
  checkThreshold(input)
  for (const period of periodsOf(input)) checkSpan(period, EvaluationPeriods)
}

function checkActions(actions: readonly string[]): void {
  if (actions.length > MOST_ACTIONS) throw validation(`An alarm takes at most ${MOST_ACTIONS} actions for each state.`)
  const broken = actions.find((action) => !action.startsWith('arn:'))
  if (broken !== undefined) throw validation(`Invalid arn syntax: ${broken}`)
}

function checkMetric({ MetricName, Namespace, Period, Statistic, ExtendedStatistic }: PutMetricAlarmInput): void {
  if (!MetricName) throw missing('MetricName or Metrics')
  if (!Namespace) throw missing('Namespace')
  if (Period === undefined) throw missing('Period')
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw invalidCombination('Exactly one of Statistic and ExtendedStatistic must be given.')
  }
  parseStatistic(Statistic ?? ExtendedStatistic ?? '')
}

/** Metric math in an alarm: at most ten metrics, one result, and no SEARCH. */
function checkMetrics(queries: readonly MetricDataQuery[]): void {
  const metrics = queries.filter(({ MetricStat }) => MetricStat)
  if (metrics.length > MOST_METRICS) throw validation(`An alarm can watch at most ${MOST_METRICS} metrics.`)
  for (const { MetricStat } of metrics) parseStatistic(MetricStat?.Stat ?? '')
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false)
  const bands = queries.filter(({ Expression }) => Expression?.includes('ANOMALY_DETECTION_BAND'))
  if (returned.length !== 1 + bands.length)
    throw validation('Exactly one element of the metrics list must return data.')
  for (const { Expression } of queries) {
    if (Expression === undefined || /^\s*SELECT\s/i.test(Expression)) continue
    if (functionsOf(parseExpression(Expression)).includes('SEARCH'))
      throw validation('SEARCH is not supported in alarms.')
  }
}

function checkThreshold({ Threshold, ThresholdMetricId, Metrics = [] }: PutMetricAlarmInput): void {
  if ((Threshold === undefined) === (ThresholdMetricId === undefined)) {
    throw validation('Exactly one of Threshold and ThresholdMetricId must be given.')
  }
  if (ThresholdMetricId !== undefined && !Metrics.some(({ Id }) => Id === ThresholdMetricId)) {
    throw validation(`ThresholdMetricId ${ThresholdMetricId} is none of the metrics.`)
  }
}

function periodsOf({ Period, Metrics = [] }: PutMetricAlarmInput): number[] {
  return [Period, ...Metrics.map((query) => query.MetricStat?.Period ?? query.Period)].filter(
    (period): period is number => period !== undefined,
  )
}

/** Period × EvaluationPeriods: at most seven days, one day for periods under an hour. */
function checkSpan(period: number, evaluationPeriods: number): void {
  if (period <= 0 || (period % 60 !== 0 && !SHORT_PERIODS.includes(period))) {
    throw validation('Period must be 10, 20, 30 or a multiple of 60.')
  }
  const days = period < 3_600 ? 1 : 7
  if (period * evaluationPeriods > days * DAY_SECONDS) {
    throw validation(
      `Metrics cannot be checked across more than ${days} day(s): Period × EvaluationPeriods is too long.`,
    )
  }
}
