import { ALL_MODELS } from '../../report/sources/metrics/names.ts'

/** A metric as an alarm reads it. Without dimensions it is the account's total in the Region. */
export interface WatchedMetric {
  /** `AWS/Bedrock` by default. */
  namespace?: string
  metric: string
  dimensions?: Readonly<Record<string, string>>
  statistic: 'Sum' | 'Average' | 'Maximum' | `p${number}`
}

/** Metric math over up to ten metrics, which is what an alarm takes. */
export interface WatchedMath {
  /** Over the ids of `metrics`, which begin with a small letter; none of them is `result`. */
  expression: string
  label: string
  metrics: Readonly<Record<string, WatchedMetric>>
}

export type Watched = WatchedMetric | WatchedMath

export const isMath = (watched: Watched): watched is WatchedMath => 'expression' in watched

/** It goes off where so many of the last periods are above its threshold. */
interface Times {
  periodSeconds: number
  evaluationPeriods: number
  /** All by default. Fewer where a period's last points may come after it was looked at first. */
  datapointsToAlarm?: number | undefined
}

/** An alarm of a Region, apart from whom it tells. */
export interface AlarmDefinition extends Times {
  name: string
  /** At most 1,024 characters. */
  description: string
  watched: Watched
  /** It goes off above this. Left out for a band of expected values (`band`). */
  threshold?: number
  /** It goes off above a band of expected values, this many standard deviations wide. For single metrics. */
  band?: number
}

/** A term of metric math: a metric times `plus` less `minus`, over `over`. All are written as they stand. */
export interface Term {
  id: string
  plus?: string
  minus?: string
  over?: string
}

function termText({ id, plus = '1', minus = '0', over }: Term, sign: 1 | -1 = 1): string {
  const [a, b] = sign === 1 ? [plus, minus] : [minus, plus]
  const factor = b === '0' ? a : `(${a}-${b})`
  return `${id}${factor === '1' ? '' : `*${factor}`}${over === undefined ? '' : `/${over}`}`
}

/**
 * A sum at each time at which any term has a point. A metric that has never had data has no series and is passed over, and a
 * point that is late is missing: to fill it in would make an alarm take it for nothing, so it waits for it instead, by looking
 * at more periods than it needs (AWS: "Using math expressions with CloudWatch alarms").
 */
export const sumOf = (terms: readonly Term[]): string => `SUM([${terms.map((term) => termText(term)).join(',')}])`

/** The larger of two sums. Not by MAX, which AWS advises against in alarms where points may be missing. */
export function largerOf(some: readonly Term[], others: readonly Term[]): string {
  const between = [...some.map((term) => termText(term)), ...others.map((term) => termText(term, -1))]
  return `(${sumOf([...some, ...others])}+ABS(SUM([${between.join(',')}])))/2`
}

/**
 * A period without any is one of 0, so that an alarm of hours ends with the second hour without use: where points are missing,
 * CloudWatch judges by the last that there are. For alarms on one of several periods, as AWS advises.
 */
export const zeroWithout = (expression: string): string => `FILL(${expression},0)`

/**
 * Errors per hundred invocations, client's and server's; 0 below `floor` invocations a period. Failed calls may or may not
 * be among the invocations (AWS has documented it both ways): the larger of the two counts is what was attempted. A period
 * without either has no point, and a missing point does not ring.
 */
export function errorPercent(floor: number): WatchedMath {
  const failed = [{ id: 'clienterrors' }, { id: 'servererrors' }]
  const called = { id: 'invocations' }
  const attempts = largerOf([called], failed)
  // A period of calls without an error is one of 0 % and no missing one.
  const errors = sumOf([...failed, { ...called, plus: '0' }])
  return {
    expression: `IF(${attempts}>=${floor},100*${errors}/(${attempts}),0)`,
    label: 'Errors per hundred invocations',
    metrics: {
      clienterrors: of('InvocationClientErrors')(),
      invocations: of('Invocations')(),
      servererrors: of('InvocationServerErrors')(),
    },
  }
}

/** AWS documents them under a value of the dimension of models, others see them without dimensions: where both are, they are the same. */
export function deliveryFailures(): WatchedMath {
  const metrics = {
    cloudwatch: 'ModelInvocationLogsCloudWatchDeliveryFailure',
    large: 'ModelInvocationLargeDataS3DeliveryFailure',
    s3: 'ModelInvocationLogsS3DeliveryFailure',
  }
  const named = (end: string, more?: Partial<WatchedMetric>) =>
    Object.entries(metrics).map(([id, metric]) => [`${id}${end}`, of(metric, 'Sum', more)()] as const)
  const [plain, documented] = [named(''), named('all', { dimensions: { ModelId: ALL_MODELS } })]
  const terms = (some: typeof plain) => some.map(([id]) => ({ id }))
  return {
    expression: largerOf(terms(plain), terms(documented)),
    label: 'Failed deliveries of invocation logs',
    metrics: Object.fromEntries([...plain, ...documented]),
  }
}

/** A number that the user may set. Flag, variable, key, help, schema and the table of settings follow from it. */
export interface Threshold<Key extends string = string> {
  key: Key
  default: number
  /** With `--alarms strict`; as by default where left out. */
  strict?: number | undefined
  describe: string
  /** It takes 0, too, as where that is the default. */
  orZero?: true
  /** Of what cannot be as much: the alarm would never go off. */
  below?: number
}

/** Its cost, its row in the documentation, and what `doctor` and `--suggest` say of it follow from it. */
export interface ThresholdAlarm<Key extends string = string> extends Times {
  name: string
  from: 'minimal' | 'standard'
  threshold: Threshold<Key>
  /** Calls in a period below which it does not look. */
  floor?: Threshold<Key>
  /** When it goes off, in a sentence. Of an alarm that another module defines by the models in use, for the documentation alone. */
  goesOff(threshold: number, floor: number): string
  /** The command that shows what is behind it, without its Region, what it shows, and a sentence on what to do then. */
  look: readonly [command: string, shows: string, act?: string]
  /** Left out where another module defines the alarm by the models in use. */
  watched?(floor: number): Watched
  /** A threshold by the last two weeks: of what, in words, and the least that is suggested, since less goes off for next to nothing. */
  suggest?: { what: string; least: number }
}

export const by = <const Key extends string>(key: Key, fallback: number, describe: string, strict?: number) => ({
  key,
  default: fallback,
  describe,
  strict,
})

export const outOf = (datapointsToAlarm: number, evaluationPeriods: number, periodSeconds: number) => ({
  periodSeconds,
  evaluationPeriods,
  datapointsToAlarm,
})

export const timesOf = ({ periodSeconds, evaluationPeriods, datapointsToAlarm }: Times): Times => ({
  periodSeconds,
  evaluationPeriods,
  datapointsToAlarm,
})

export const of =
  (metric: string, statistic: WatchedMetric['statistic'] = 'Sum', more?: Partial<WatchedMetric>) =>
  () => ({
    ...more,
    metric,
    statistic,
  })
