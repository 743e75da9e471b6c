import {
  CreateNotificationCommand,
  CreateSubscriberCommand,
  DeleteNotificationCommand,
  DeleteSubscriberCommand,
  DescribeBudgetsCommand,
  DescribeNotificationsForBudgetCommand,
  DescribeSubscribersForNotificationCommand,
  type Notification,
  type Subscriber,
  UpdateSubscriberCommand,
} from '@aws-sdk/client-budgets'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import type { Tag } from '../../aws/ownership.ts'
import { allOf } from '../../aws/pages.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { type BudgetState, isSame, MOST_NOTIFICATIONS, OUR_NOTIFICATIONS } from './budget-state.ts'

interface Named {
  AccountId: string
  BudgetName: string
}

type Aws = AwsContext['aws']

const AT_ONCE = 4

export async function budgetsTelling({ aws }: AwsContext, AccountId: string) {
  const all = await allOf(aws.budgets, DescribeBudgetsCommand, { AccountId }, 'Budgets')
  return sideBySide(all, AT_ONCE, async ({ BudgetName: name = '' }) => {
    const named = { AccountId, BudgetName: name }
    const told = (await notificationsOf(aws, named)).map((each) => topicsOf(aws, named, each))
    return { name, topics: (await Promise.all(told)).flat() }
  })
}

/** A budget without notifications is answered with NotFoundException. */
async function notificationsOf({ budgets }: Aws, named: Named): Promise<Notification[]> {
  const all = allOf(budgets, DescribeNotificationsForBudgetCommand, named, 'Notifications')
  return (await orUndefined(all, 'NotFoundException')) ?? []
}

async function subscribersOf(aws: Aws, named: Named, Notification: Notification): Promise<Subscriber[]> {
  // A notification has at most eleven of them, and a page a hundred.
  const describe = new DescribeSubscribersForNotificationCommand({ ...named, Notification, MaxResults: 100 })
  return (await orUndefined(aws.budgets.send(describe), 'NotFoundException'))?.Subscribers ?? []
}

async function topicsOf(aws: Aws, named: Named, notification: Notification): Promise<string[]> {
  const all = await subscribersOf(aws, named, notification)
  return all.flatMap(({ SubscriptionType, Address = '' }) => (SubscriptionType === 'SNS' ? [Address] : []))
}

/** The topic of each of our notifications that stands, and the room that those of others leave. */
export async function readNotifications(aws: Aws, named: Named) {
  const all = await notificationsOf(aws, named)
  const standing = OUR_NOTIFICATIONS.filter(({ notification }) => all.some((one) => isSame(one, notification)))
  const topics = standing.map(
    async ({ title, notification }) => [title, (await topicsOf(aws, named, notification))[0]] as const,
  )
  return {
    topics: Object.fromEntries(await Promise.all(topics)),
    room: MOST_NOTIFICATIONS - all.length - (OUR_NOTIFICATIONS.length - standing.length),
  }
}

/** Makes what is missing, and has ours go to where it should. */
export async function mendNotifications(
  { budgets }: Aws,
  named: Named,
  standing: BudgetState['notifications'],
  wanted: BudgetState['notifications'],
): Promise<void> {
  for (const { title, notification: Notification } of OUR_NOTIFICATIONS) {
    const [from, to] = [standing[title], wanted[title]]
    if (from === to) continue
    const Subscriber = toTopic(to)
    if (from !== undefined) {
      const change = { OldSubscriber: toTopic(from), NewSubscriber: Subscriber }
      await budgets.send(new UpdateSubscriberCommand({ ...named, Notification, ...change }))
      continue
    }
    try {
      await budgets.send(new CreateNotificationCommand({ ...named, Notification, Subscribers: [Subscriber] }))
    } catch (error) {
      // It stands, and goes to people alone.
      if (!hasCode(error, 'DuplicateRecordException')) throw error
      const subscribe = new CreateSubscriberCommand({ ...named, Notification, Subscriber })
      await orUndefined(budgets.send(subscribe), 'DuplicateRecordException')
    }
  }
}

/** Takes out of a budget what its tags say was added. A notification that nobody else gets goes altogether. */
export async function takeOut(aws: Aws, named: Named, tags: readonly Tag[]): Promise<void> {
  for (const { mark, notification: Notification } of OUR_NOTIFICATIONS) {
    const topic = tags.find(({ Key }) => Key === mark)?.Value
    if (topic === undefined) continue
    const subscribers = await subscribersOf(aws, named, Notification)
    if (!subscribers.some(({ Address }) => Address === topic)) continue
    const drop =
      subscribers.length > 1
        ? aws.budgets.send(new DeleteSubscriberCommand({ ...named, Notification, Subscriber: toTopic(topic) }))
        : aws.budgets.send(new DeleteNotificationCommand({ ...named, Notification }))
    await orUndefined(drop, 'NotFoundException')
  }
}

export const toTopic = (Address: string | undefined): Subscriber => ({ SubscriptionType: 'SNS', Address })
