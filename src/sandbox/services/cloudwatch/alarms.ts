import type {
  CloudWatch,
  CompositeAlarm,
  DescribeAlarmsInput,
  MetricAlarm,
  MetricDataQuery,
  PutCompositeAlarmInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch'
import { arnOf } from '../../arn.ts'
import type { Call } from '../../service.ts'
import { perRegion } from '../../state.ts'
import type { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import {
  type AlarmBook,
  type Notification,
  notificationsOf,
  putAlarm,
  type StateChange,
  setState,
} from './alarm-book.ts'
import { checkActions, checkAlarm, checkName } from './alarm-rules.ts'
import { childrenOf, parseRule } from './composite-rule.ts'
import { evaluateAlarms } from './evaluate-alarms.ts'
import { invalidCombination, noSuchAlarm, pageOf, validation } from './faults.ts'
import type { MetricStore } from './store.ts'

/** What alarms need of the rest: the metrics of a Region, a way to tell topics, and models for their bands. */
export interface AlarmsNeed {
  metricsOf(region: string): MetricStore
  publish(notification: Notification): unknown
  /** Has the models made that an alarm's bands need. */
  watch(region: string, queries: readonly MetricDataQuery[]): void
}

const PAGE = 50
const LARGEST_PAGE = 100
const MOST_DELETED = 100
const STATES: readonly StateValue[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA']

/** The alarm operations, their evaluation, and a way to the tags of an alarm by its ARN. */
export function createAlarms({ metricsOf, publish, watch }: AlarmsNeed): {
  operations: Operations<CloudWatch>
  tags(arn: string, call: Call): Tags | undefined
  evaluate(now: number): void
} {
  const books = new Map<string, AlarmBook>()
  const bookOf = perRegion((): AlarmBook => new Map(), books)
  const tell = (changes: readonly StateChange[]) => {
    for (const message of changes.flatMap(notificationsOf)) publish(message)
  }

  /** "You cannot specify any other parameters"; "only the Alarm Name and ARN are returned". */
  const listParents = (child: string, { MaxRecords, NextToken, ...asked }: DescribeAlarmsInput, call: Call) => {
    if (Object.values(asked).filter((value) => value !== undefined).length > 1) {
      throw validation('ParentsOfAlarmName takes no other parameters but MaxRecords and NextToken.')
    }
    const { items, next } = pageOf(parentsOf(bookOf(call.region), child), NextToken, MaxRecords ?? PAGE)
    return {
      CompositeAlarms: items.map(
        (AlarmName): CompositeAlarm => ({ AlarmName, AlarmArn: arnOf('cloudwatch', call, `alarm:${AlarmName}`) }),
      ),
      MetricAlarms: [],
      NextToken: next,
    }
  }
  return {
    operations: {
      PutMetricAlarm: (input, call) => {
        checkAlarm(input)
        putAlarm(bookOf(call.region), 'MetricAlarm', { Dimensions: [], ...input }, call)
        watch(call.region, input.Metrics ?? [])
      },
      PutCompositeAlarm: (input, call) => putCompositeAlarm(bookOf(call.region), input, call),
      DescribeAlarms: (input, call) => {
        const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue: state, NextToken } = input
        if (input.ParentsOfAlarmName !== undefined) return listParents(input.ParentsOfAlarmName, input, call)
        if (AlarmNames && AlarmNamePrefix !== undefined) {
          throw invalidCombination('AlarmNames and AlarmNamePrefix cannot be given together.')
        }
        const size = input.MaxRecords ?? PAGE
        if (size < 1 || size > LARGEST_PAGE) throw validation('MaxRecords must be between 1 and 100.')
        const types = AlarmTypes ?? ['MetricAlarm']
        const found = [...bookOf(call.region).values()]
          .filter(
            ({ type, alarm: { AlarmName = '', StateValue: value } }) =>
              types.includes(type) &&
              (AlarmNames === undefined || AlarmNames.includes(AlarmName)) &&
              AlarmName.startsWith(AlarmNamePrefix ?? '') &&
              (state === undefined || value === state),
          )
          .sort((a, b) => ((a.alarm.AlarmName ?? '') < (b.alarm.AlarmName ?? '') ? -1 : 1))
        const { items, next } = pageOf(found, NextToken, size)
        return {
          CompositeAlarms: items.flatMap((kept): CompositeAlarm[] =>
            kept.type === 'CompositeAlarm' ? [kept.alarm] : [],
          ),
          MetricAlarms: items.flatMap((kept): MetricAlarm[] => (kept.type === 'MetricAlarm' ? [kept.alarm] : [])),
          NextToken: next,
        }
      },
      /** Unknown names do not stop the rest; at most one composite alarm, and none that another depends on. */
      DeleteAlarms: ({ AlarmNames = [] }, call) => {
        const book = bookOf(call.region)
        if (AlarmNames.length > MOST_DELETED) throw validation(`At most ${MOST_DELETED} alarms can be deleted at once.`)
        const composites = AlarmNames.filter((name) => book.get(name)?.type === 'CompositeAlarm')
        if (composites.length > 1) throw validation('At most one composite alarm can be deleted at once.')
        const needed = AlarmNames.filter((name) => parentsOf(book, name).length > 0)
        if (needed.length > 0) {
          throw validation(`Cannot delete ${needed.join(',')} as there are composite alarm(s) depending on it.`)
        }
        for (const name of AlarmNames) book.delete(name)
      },
      SetAlarmState: (input, call) => {
        const { AlarmName = '', StateValue: to, StateReason = '' } = input
        const kept = bookOf(call.region).get(AlarmName)
        if (!kept) throw noSuchAlarm()
        if (!to || !STATES.includes(to)) throw validation(`StateValue must be one of ${STATES}.`)
        const change = setState(kept, { StateValue: to, StateReason }, call.now)
        if (change) tell([change])
      },
      DisableAlarmActions: ({ AlarmNames = [] }, call) => {
        const kept = AlarmNames.flatMap((name) => bookOf(call.region).get(name) ?? [])
        for (const each of kept) each.alarm = { ...each.alarm, ActionsEnabled: false }
      },
    },
    tags: (arn, call) => bookOf(call.region).get(/:alarm:(.+)$/s.exec(arn)?.[1] ?? '')?.tags,
    evaluate: (now) => {
      for (const [region, book] of books) tell(evaluateAlarms(book, metricsOf(region), now))
    },
  }
}

/** An actions suppressor is refused: the sandbox does not play it. @throws AwsFault */
function putCompositeAlarm(book: AlarmBook, input: PutCompositeAlarmInput, call: Call): void {
  checkName(input.AlarmName)
  for (const actions of [input.AlarmActions, input.OKActions, input.InsufficientDataActions]) checkActions(actions)
  if (input.ActionsSuppressor !== undefined) throw validation('ActionsSuppressor is not supported by the sandbox.')
  const unknown = childrenOf(parseRule(input.AlarmRule ?? '')).filter((child) => !book.has(child))
  if (unknown.length > 0) {
    throw validation(
      `Could not save the composite alarm as alarms [${unknown.join(', ')}] in the alarm rule do not exist`,
    )
  }
  putAlarm(book, 'CompositeAlarm', input, call)
}

function parentsOf(book: AlarmBook, name: string): string[] {
  return [...book].flatMap(([parent, kept]) =>
    kept.type === 'CompositeAlarm' && childrenOf(parseRule(kept.alarm.AlarmRule ?? '')).includes(name) ? [parent] : [],
  )
}
