import type { Budget, Notification, Subscriber } from '@aws-sdk/client-budgets'
import type { Tags } from '../tags.ts'
import { checkNotification, checkNotificationCount, checkSubscribers, duplicate, missing } from './checks.ts'

/** A notification and whom it goes to. */
export interface StoredNotification {
  notification: Notification
  subscribers: Subscriber[]
}

export interface StoredBudget {
  budget: Budget
  readonly tags: Tags
  readonly notifications: StoredNotification[]
}

/** Two notifications of a budget are the same where these are: the state of one does not count. */
const keyOf = ({
  NotificationType,
  ComparisonOperator,
  Threshold,
  ThresholdType = 'PERCENTAGE',
}: Notification): string => [NotificationType, ComparisonOperator, Threshold, ThresholdType].join('/')

const sameSubscriber = (a: Subscriber, b: Subscriber): boolean =>
  a.SubscriptionType === b.SubscriptionType && a.Address === b.Address

const isNotification = ({ notification }: StoredNotification, wanted: Notification): boolean =>
  keyOf(notification) === keyOf(wanted)

export function findNotification(
  { notifications }: StoredBudget,
  wanted: Notification | undefined,
): StoredNotification {
  const found = notifications.find((known) => wanted && isNotification(known, wanted))
  if (found === undefined) throw missing('notification')
  return found
}

export function addNotification(
  to: StoredBudget,
  notification: Notification,
  subscribers: Subscriber[],
  account: string,
) {
  checkNotification(notification)
  checkSubscribers(subscribers, account)
  checkNotificationCount(to.notifications.length + 1)
  if (to.notifications.some((known) => isNotification(known, notification))) throw duplicate('notification')
  to.notifications.push({
    notification: { ThresholdType: 'PERCENTAGE', ...notification },
    subscribers: [...subscribers],
  })
}

export function addSubscriber(to: StoredNotification, subscriber: Subscriber, account: string): void {
  if (to.subscribers.some((known) => sameSubscriber(known, subscriber))) throw duplicate('subscriber')
  checkSubscribers([...to.subscribers, subscriber], account)
  to.subscribers.push(subscriber)
}

export function replaceSubscriber(of: StoredNotification, from: Subscriber, to: Subscriber, account: string): void {
  const index = indexOf(of, from)
  if (of.subscribers.some((known) => sameSubscriber(known, to))) throw duplicate('subscriber')
  checkSubscribers(of.subscribers.with(index, to), account)
  of.subscribers[index] = to
}

/** "Deleting the last subscriber to a notification also deletes the notification." */
export function dropSubscriber(budget: StoredBudget, of: StoredNotification, subscriber: Subscriber): void {
  of.subscribers.splice(indexOf(of, subscriber), 1)
  if (of.subscribers.length === 0) dropNotification(budget, of)
}

export function dropNotification({ notifications }: StoredBudget, notification: StoredNotification): void {
  notifications.splice(notifications.indexOf(notification), 1)
}

function indexOf({ subscribers }: StoredNotification, subscriber: Subscriber): number {
  const index = subscribers.findIndex((known) => sameSubscriber(known, subscriber))
  if (index < 0) throw missing('subscriber')
  return index
}
