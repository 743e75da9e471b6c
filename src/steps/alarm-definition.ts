/** A metric as an alarm reads it. Without dimensions it is the account's total in the Region. */
export interface WatchedMetric {
  /** `AWS/Bedrock` by default. */
  namespace?: string
  metric: string
  dimensions?: Readonly<Record<string, string>>
  statistic: 'Sum' | 'Average' | 'Maximum' | `p${number}`
}

/** What an alarm compares with its threshold: a metric, or metric math over up to ten of them. */
export type Watched =
  | WatchedMetric
  | {
      /** Over the ids of `metrics`. */
      expression: string
      label: string
      metrics: Readonly<Record<string, WatchedMetric>>
    }

/** An alarm of a Region, apart from whom it tells. */
export interface AlarmDefinition {
  name: string
  description: string
  watched: Watched
  periodSeconds: number
  evaluationPeriods: number
  /** Of the evaluation periods, so many have to be above the threshold; all by default. */
  datapointsToAlarm?: number
  /** It rings above this. Left out for a band of expected values (`band`). */
  threshold?: number
  /** It rings above a band of expected values, this many standard deviations wide. */
  band?: number
}
