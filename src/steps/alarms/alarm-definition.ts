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

/** What an alarm compares with its threshold. */
export type Watched = WatchedMetric | WatchedMath

/** An alarm of a Region, apart from whom it tells. */
export interface AlarmDefinition {
  name: string
  /** At most 1,024 characters. */
  description: string
  watched: Watched
  periodSeconds: number
  evaluationPeriods: number
  /** Of the evaluation periods, so many have to be above the threshold; all by default. */
  datapointsToAlarm?: number
  /** It rings above this. Left out for a band of expected values (`band`). */
  threshold?: number
  /** It rings above a band of expected values, this many standard deviations wide. For single metrics. */
  band?: number
}

/** What stands under an alarm's name, for definitions that keep what is still right of it. */
export interface StandingAlarm {
  description: string | undefined
  /** As it was given when the alarm was put; undefined when it is nothing that a definition could have put. */
  watched: Watched | undefined
  threshold: number | undefined
}

/** An alarm that may or may not be asked for. */
export interface AlarmSource {
  name: string
  /** The metric that CloudWatch learns for this alarm what to expect of, if it does. */
  learns?: WatchedMetric
  /** What stands of it and is ours goes: what it watched is known to be no more. */
  retires?: boolean
  /** The alarm as it should be, given what stands. Undefined when settings or facts do not ask for one. Pure. */
  define(have?: StandingAlarm): AlarmDefinition | undefined
}

export const isMath = (watched: Watched): watched is WatchedMath => 'expression' in watched
