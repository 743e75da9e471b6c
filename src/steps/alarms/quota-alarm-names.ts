/** What the names of all alarms on quotas begin with. */
export const QUOTA_ALARM_PREFIX = 'Bedrock-Quota-'

/** The longest name that CloudWatch takes. */
const LONGEST = 255

/** The alarm on the quotas of a pool, e.g. `Bedrock-Quota-cross-region.amazon.nova-pro-v1-0`. */
export function quotaAlarmName(pool: string): string {
  return (QUOTA_ALARM_PREFIX + pool.replace(/[^\w.-]/g, '-')).slice(0, LONGEST)
}
