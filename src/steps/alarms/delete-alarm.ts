import { DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { AppError } from '../../core/errors.ts'

/** What CloudWatch answers with where there is no alarm, or no model, of the name. */
export const GONE = ['ResourceNotFoundException', 'ResourceNotFound']

/** What it answers with where it refuses to delete an alarm. */
const REFUSED = ['ValidationError', 'ValidationException']

/**
 * Deletes an alarm of either kind; succeeds when it is gone already. CloudWatch deletes none that a composite alarm watches:
 * that is an error of kind `blocked` which names the composite alarms.
 */
export async function deleteAlarm(cx: AwsContext, name: string): Promise<void> {
  try {
    await orUndefined(cx.aws.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })), ...GONE)
  } catch (error) {
    const watchers = hasCode(error, ...REFUSED) ? await watchersOf(cx, name) : []
    throw watchers.length > 0 ? watched(name, watchers, error) : error
  }
}

/** The composite alarms whose rules name an alarm; none where that cannot be told. */
async function watchersOf({ aws }: AwsContext, name: string): Promise<string[]> {
  const describe = new DescribeAlarmsCommand({ ParentsOfAlarmName: name, MaxRecords: 100 })
  const found = await aws.cloudwatch.send(describe).catch(() => undefined)
  return (found?.CompositeAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? [])
}

function watched(name: string, watchers: readonly string[], cause: unknown): AppError {
  const list = watchers.join(', ')
  return new AppError(
    'blocked',
    'AlarmWatched',
    `alarm ${name} cannot be deleted as long as composite alarm ${list} watches it`,
    { cause, hint: `take ${name} out of the rule of ${list}, or delete ${list}; then run the same command again` },
  )
}
