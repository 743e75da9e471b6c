import { type CompositeAlarm, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { sharedAnswer } from '../../aws/pages.ts'

export interface StandingAlarms {
  metricAlarms: MetricAlarm[]
  compositeAlarms: CompositeAlarm[]
}

/** Reads the alarms of these names. */
export type DescribeAlarms = (cx: AwsContext) => Promise<StandingAlarms>

/** What DescribeAlarms takes at once. */
const MOST_NAMES = 100

/** One call for all resources that ask at the same time, and for each hundred of names. */
export function describeTogether(names: readonly string[]): DescribeAlarms {
  return sharedAnswer((cx) => describe(cx, names))
}

/** Of both kinds: it tells of composite alarms only when asked for them. */
async function describe({ aws }: AwsContext, names: readonly string[]): Promise<StandingAlarms> {
  const batches = Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, n) =>
    names.slice(n * MOST_NAMES, (n + 1) * MOST_NAMES),
  )
  const pages = await Promise.all(
    batches.map((AlarmNames) =>
      aws.cloudwatch.send(
        new DescribeAlarmsCommand({
          AlarmNames,
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          MaxRecords: MOST_NAMES,
        }),
      ),
    ),
  )
  return {
    metricAlarms: pages.flatMap(({ MetricAlarms = [] }) => MetricAlarms),
    compositeAlarms: pages.flatMap(({ CompositeAlarms = [] }) => CompositeAlarms),
  }
}
