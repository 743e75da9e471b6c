import type { MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { invalidCombination, missing, validation } from './faults.ts'
import { functionsOf, parseExpression } from './math/parse.ts'
import { parseStatistic } from './points.ts'
import { checkQueries, queryEvaluator } from './queries.ts'
import { MetricStore } from './store.ts'

const MOST_ACTIONS = 5
const MOST_METRICS = 10
const DAY_SECONDS = 86_400
const SHORT_PERIODS = [10, 20, 30]
/** What belongs to an alarm on a single metric. */
const BESIDE_METRICS = [
  'MetricName',
  'Namespace',
  'Dimensions',
  'Period',
  'Unit',
  'Statistic',
  'ExtendedStatistic',
] as const
const BAND_OPERATORS = [
  'GreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'LessThanLowerOrGreaterThanUpperThreshold',
]
const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing']

/** Every rule that PutMetricAlarm holds a request against. @throws AwsFault for the first one broken. */
export function checkAlarm(input: PutMetricAlarmInput): void {
  const { ComparisonOperator, EvaluationPeriods, DatapointsToAlarm, TreatMissingData, Metrics } = input
  checkName(input.AlarmName)
  if (!ComparisonOperator) throw missing('ComparisonOperator')
  if (EvaluationPeriods === undefined || EvaluationPeriods < 1) throw validation('EvaluationPeriods must be 1 or more.')
  if (DatapointsToAlarm !== undefined && (DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods)) {
    throw validation('DatapointsToAlarm must be between 1 and EvaluationPeriods.')
  }
  if (TreatMissingData !== undefined && !MISSING_DATA.includes(TreatMissingData)) {
    throw validation(`TreatMissingData must be one of ${MISSING_DATA.join(', ')}.`)
  }
  if ((input.EvaluateLowSampleCountPercentile ?? 'evaluate') !== 'evaluate') {
    throw validation('The sandbox evaluates percentiles of however few samples.')
  }
  for (const actions of [input.AlarmActions, input.OKActions, input.InsufficientDataActions]) checkActions(actions)
  const beside = BESIDE_METRICS.find((member) => Metrics && input[member] !== undefined)
  if (beside) throw invalidCombination(`${beside} and Metrics cannot be given together.`)
  if (Metrics === undefined) checkMetric(input)
  else checkMetrics(Metrics)
  checkThreshold(input)
  for (const period of periodsOf(input)) checkSpan(period, EvaluationPeriods)
}

export function checkName(name: string | undefined): string {
  if (!name || name.length > 255) throw validation('AlarmName must have 1 to 255 characters.')
  return name
}

/** The actions of one state. @throws AwsFault where there are too many, or one is no ARN. */
export function checkActions(actions: readonly string[] = []): void {
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

/** Metric math in an alarm: at most ten metrics of one period, one result, and no SEARCH. */
function checkMetrics(queries: readonly MetricDataQuery[]): void {
  checkQueries(queries)
  const metrics = queries.filter(({ MetricStat }) => MetricStat)
  if (metrics.length > MOST_METRICS) throw validation(`An alarm can watch at most ${MOST_METRICS} metrics.`)
  for (const { MetricStat } of metrics) parseStatistic(MetricStat?.Stat ?? '')
  if (new Set(metrics.map(({ MetricStat }) => MetricStat?.Period)).size > 1) {
    throw validation('All metrics of an alarm must have the same period.')
  }
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false)
  const bands = queries.filter(({ Expression }) => Expression?.includes('ANOMALY_DETECTION_BAND'))
  if (returned.length !== 1 + bands.length)
    throw validation('Exactly one element of the metrics list must return data.')
  for (const { Expression } of queries) {
    if (Expression === undefined) continue
    if (/^\s*SELECT\s/i.test(Expression)) throw validation('The sandbox does not evaluate Metrics Insights queries.')
    if (functionsOf(parseExpression(Expression)).includes('SEARCH')) {
      throw validation('SEARCH is not supported in alarms.')
    }
  }
  checkResults(queries)
}

/** Works everything out without data, since what is wrong with an expression shows then too. An alarm watches one series. */
function checkResults(queries: readonly MetricDataQuery[]): void {
  const { reference } = queryEvaluator(() => new MetricStore(), queries, { start: 0, end: 0, now: 0 })
  for (const { Id = '', Expression, ReturnData } of queries) {
    const value = reference(Id)
    const isBand = Expression?.includes('ANOMALY_DETECTION_BAND')
    if (ReturnData !== false && !isBand && (typeof value === 'number' || Array.isArray(value))) {
      throw validation(`The expression of ${Id} must give a single time series.`)
    }
  }
}

function checkThreshold({ Threshold, ThresholdMetricId, ComparisonOperator, Metrics = [] }: PutMetricAlarmInput) {
  if ((Threshold === undefined) === (ThresholdMetricId === undefined)) {
    throw validation('Exactly one of Threshold and ThresholdMetricId must be given.')
  }
  const ofBand = BAND_OPERATORS.includes(ComparisonOperator ?? '')
  if (ofBand !== (ThresholdMetricId !== undefined)) {
    throw validation(
      ofBand
        ? 'ComparisonOperators for ranges require ThresholdMetricId to be set'
        : `ThresholdMetricId needs one of ${BAND_OPERATORS.join(', ')} as its ComparisonOperator`,
    )
  }
  const band = Metrics.find(({ Id }) => Id === ThresholdMetricId)
  if (ThresholdMetricId !== undefined && !band?.Expression?.includes('ANOMALY_DETECTION_BAND')) {
    throw validation(`ThresholdMetricId ${ThresholdMetricId} is no ANOMALY_DETECTION_BAND of the metrics.`)
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
