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
import { itemsOf } from '../../aws/pages.ts'
import type { Known } from '../../core/resource.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import {
  type BudgetState,
  isSame,
  MOST_NOTIFICATIONS,
  markOf,
  type Notified,
  OUR_NOTIFICATIONS,
} from './budget-state.ts'

export interface Named {
  AccountId: string
  BudgetName: string
}

export interface ToldByBudget {
  name: string
  topics: string[]
}

/** Every budget of an account, with the topics that it tells. */
export async function budgetsTelling({ aws }: AwsContext, AccountId: string): Promise<ToldByBudget[]> {
  const all = await itemsOf(
    'budgets:DescribeBudgets',
    (NextToken) => aws.budgets.send(new DescribeBudgetsCommand({ AccountId, NextToken })),
    (page) => page.NextToken,
    (page) => page.Budgets,
  )
  return sideBySide(all, AT_ONCE, async ({ BudgetName = '' }) => {
    const named = { AccountId, BudgetName }
    const told = (await notificationsOf(aws, named)).map((each) => readSubscribers(aws, named, each))
    const topics = (await Promise.all(told)).flat().filter(({ SubscriptionType }) => SubscriptionType === 'SNS')
    return { name: BudgetName, topics: topics.map(({ Address = '' }) => Address) }
  })
}

/** Budgets that are looked at side by side. */
const AT_ONCE = 4

function notificationsOf(aws: AwsContext['aws'], named: Named): Promise<Notification[]> {
  return itemsOf(
    'budgets:DescribeNotificationsForBudget',
    // A budget without notifications is answered with NotFoundException.
    (NextToken) =>
      orUndefined(
        aws.budgets.send(new DescribeNotificationsForBudgetCommand({ ...named, NextToken })),
        'NotFoundException',
      ),
    (page) => page?.NextToken,
    (page) => page?.Notifications,
  )
}

/** The topic of each of our notifications that stands, and the room that those of others leave. */
export async function readNotifications(aws: AwsContext['aws'], named: Named): Promise<Notified> {
  const standing = await notificationsOf(aws, named)
  const topics = OUR_NOTIFICATIONS.map(async ({ title, notification }) => {
    if (!standing.some((known) => isSame(known, notification))) return [title, undefined] as const
    const subscribers = await readSubscribers(aws, named, notification)
    return [title, subscribers.find(({ SubscriptionType }) => SubscriptionType === 'SNS')?.Address] as const
  })
  const lacking = OUR_NOTIFICATIONS.filter(({ notification }) => !standing.some((one) => isSame(one, notification)))
  return {
    topics: Object.fromEntries(await Promise.all(topics)),
    room: MOST_NOTIFICATIONS - standing.length - lacking.length,
  }
}

async function readSubscribers(
  aws: AwsContext['aws'],
  named: Named,
  Notification: Notification,
): Promise<Subscriber[]> {
  // A notification has at most eleven of them, and a page a hundred.
  const describe = new DescribeSubscribersForNotificationCommand({ ...named, Notification, MaxResults: 100 })
  return (await orUndefined(aws.budgets.send(describe), 'NotFoundException'))?.Subscribers ?? []
}

/** Makes what is missing, and has ours go to where it should. */
export async function mendNotifications(
  { aws: { budgets } }: AwsContext,
  named: Named,
  standing: BudgetState['notifications'],
  wanted: BudgetState['notifications'],
): Promise<void> {
  for (const { title, notification: Notification } of OUR_NOTIFICATIONS) {
    const [from, to] = [standing[title], wanted[title]]
    if (from === to) continue
    const Subscriber = toTopic(to)
    if (from !== undefined) {
      const OldSubscriber = toTopic(from)
      await budgets.send(
        new UpdateSubscriberCommand({ ...named, Notification, OldSubscriber, NewSubscriber: Subscriber }),
      )
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

/** The tags for what is about to be added to a budget that was there before us. */
export function marksOf({ owner, state }: Known<BudgetState>, topic: string): { Key: string; Value: string }[] {
  const missing = OUR_NOTIFICATIONS.filter(({ title }) => owner !== 'ours' && state.notifications[title] === undefined)
  return missing.map(({ notification }) => ({ Key: markOf(notification), Value: topic }))
}

/** Takes out of a budget what its tags say was added. A notification that nobody else gets goes altogether. */
export async function takeOut(aws: AwsContext['aws'], named: Named, tags: readonly Tag[]): Promise<void> {
  for (const { notification: Notification } of OUR_NOTIFICATIONS) {
    const topic = tags.find(({ Key }) => Key === markOf(Notification))?.Value
    if (topic === undefined) continue
    const subscribers = await readSubscribers(aws, named, Notification)
    if (!subscribers.some(({ Address }) => Address === topic)) continue
    const drop =
      subscribers.length > 1
        ? aws.budgets.send(new DeleteSubscriberCommand({ ...named, Notification, Subscriber: toTopic(topic) }))
        : aws.budgets.send(new DeleteNotificationCommand({ ...named, Notification }))
    await orUndefined(drop, 'NotFoundException')
  }
}

export function toTopic(Address: string | undefined): Subscriber {
  return { SubscriptionType: 'SNS', Address }
}
