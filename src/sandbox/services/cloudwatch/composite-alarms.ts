import type { CompositeAlarm, PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch'
import { arnOf } from '../../arn.ts'
import type { Call } from '../../service.ts'
import { type AlarmBook, commonOf } from './alarm-book.ts'
import { checkActions, checkName } from './alarm-rules.ts'
import { childrenOf, parseRule } from './composite-rule.ts'
import { validation } from './faults.ts'
import { tagsOf } from './tags.ts'

/** Replacing keeps state and tags. An actions suppressor is refused: the sandbox does not play it. @throws AwsFault */
export function putCompositeAlarm(book: AlarmBook, input: PutCompositeAlarmInput, call: Call): void {
  const name = checkName(input.AlarmName)
  for (const actions of [input.AlarmActions, input.OKActions, input.InsufficientDataActions]) checkActions(actions)
  if (input.ActionsSuppressor !== undefined) throw validation('ActionsSuppressor is not supported by the sandbox.')
  const unknown = childrenOf(parseRule(input.AlarmRule ?? '')).filter((child) => !book.has(child))
  if (unknown.length > 0) {
    throw validation(
      `Could not save the composite alarm as alarms [${unknown.join(', ')}] in the alarm rule do not exist`,
    )
  }
  const before = book.get(name)
  if (before?.type === 'MetricAlarm') throw validation(`A metric alarm has the name ${name} already.`)
  const { Tags, AlarmName, ...given } = input
  const alarm: CompositeAlarm = {
    AlarmName: name,
    AlarmArn: arnOf('cloudwatch', call, `alarm:${name}`),
    ...given,
    ...commonOf(input, before?.alarm, call.now),
  }
  book.set(name, { type: 'CompositeAlarm', alarm, tags: before?.tags ?? tagsOf(Tags) })
}

export function parentsOf(book: AlarmBook, name: string): string[] {
  return [...book].flatMap(([parent, kept]) =>
    kept.type === 'CompositeAlarm' && childrenOf(parseRule(kept.alarm.AlarmRule ?? '')).includes(name) ? [parent] : [],
  )
}
