import type { CallName } from './errors.ts'

/** Calls a second that AWS allows an account in one Region (CloudWatch's service quotas), by operation. */
const QUOTAS: ReadonlyMap<string, number> = new Map([
  ['cloudwatch:PutMetricAlarm', 3],
  ['cloudwatch:DeleteAlarms', 3],
  ['cloudwatch:DescribeAlarms', 9],
  ['cloudwatch:PutDashboard', 10],
  ['cloudwatch:GetDashboard', 10],
  ['cloudwatch:DeleteDashboards', 10],
  ['cloudwatch:ListMetrics', 25],
  // 500 for accounts of today, 50 for older ones.
  ['cloudwatch:GetMetricData', 50],
])

/** Tells how long a call has to wait, in ms, and counts it as made then. */
export type Turns = (now: number) => number

/** A bucket of `perSecond` calls that fills again at that rate: as many are free at once, the next ones wait their turn. */
export function turnsOf(perSecond: number): Turns {
  const gap = 1_000 / perSecond
  /** When the bucket will be full again. */
  let full = Number.NEGATIVE_INFINITY
  return (now) => {
    full = Math.max(full, now) + gap
    return Math.max(0, Math.ceil(full - now - perSecond * gap))
  }
}

/** Waiting times for the calls of one account in one Region. 0 for operations without a quota of their own. */
export function rateLimits(): (call: CallName, now: number) => number {
  const turns = new Map<string, Turns>()
  return ({ service, operation }, now) => {
    const name = `${service}:${operation}`
    const quota = QUOTAS.get(name)
    if (quota === undefined) return 0
    const known = turns.get(name) ?? turnsOf(quota)
    turns.set(name, known)
    return known(now)
  }
}
