/**
 * All that AWS charges for and this program makes or asks for, besides the models: list prices of us-east-1 in US dollars, as of
 * `AWS_CHARGES_AS_OF`. Other Regions have others; none is looked up. Free tiers are of the account and may be used up.
 */
export const AWS_CHARGES = {
  /** A month each. */
  dashboard: 3,
  alarmMetric: 0.1,
  compositeAlarm: 0.5,
  budgetWithoutActions: 0,
  /** A gigabyte; kept is for a month. */
  logsTakenIn: 0.5,
  logsKept: 0.03,
  logsScanned: 0.005,
  objectsKept: 0.023,
  /** 1,000 of them. */
  metricsRequested: 0.01,
  metricListings: 0.01,
  bucketListings: 0.005,
  objectsFetched: 0.0004,
  /** 100,000 of them. */
  emails: 2,
  /** A million of them. */
  publishes: 0.5,
  /** A terabyte, and of each query at least ten megabytes. */
  athenaScanned: 5,
  /** Each request. */
  costExplorer: 0.01,
} as const

export const AWS_CHARGES_AS_OF = 'November 2026'

/** So many of an account cost nothing. */
export const FREE = { alarmMetrics: 10, dashboards: 3, emailsAMonth: 1_000 } as const
