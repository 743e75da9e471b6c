import { type MetricAlarm, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { equal } from '../../core/diff.ts'
import type { Env } from '../env.ts'
import { desiredActions } from './alarm-actions.ts'
import { putInput, stateOf } from './alarm-state.ts'

/** Has alarms tell our topic no more by themselves; whom else they tell is left to others. No call for one that is silent. */
export async function silence({ aws }: AwsContext, env: Env, alarms: readonly MetricAlarm[]): Promise<void> {
  await Promise.all(
    alarms.map(async (alarm) => {
      const have = stateOf(alarm)
      const want = { ...have, ...desiredActions(env, false, have) }
      if (equal(have, want)) return
      await aws.cloudwatch.send(new PutMetricAlarmCommand(putInput(alarm.AlarmName ?? '', want)))
    }),
  )
}
