import type { Budget, Expression, Notification, Subscriber } from '@aws-sdk/client-budgets'
import { AwsFault, faultOf } from '../../service.ts'
import type { Tags } from '../tags.ts'

/** The model's own pattern: no colon, no backslash, and no action in the name. */
const NAME = /^(?![^:\\]*\/action\/)[^:\\]{1,100}$/
const AMOUNT = /^([0-9]*\.)?[0-9]+$/
/** The documentation says five in one place and ten in another: here the smaller number binds. */
const MOST_NOTIFICATIONS = 5
const MOST_EMAILS = 10

export function checkBudget(budget: Budget): void {
  const { BudgetName = '', BudgetLimit, PlannedBudgetLimits, BudgetType, TimeUnit } = budget
  if (!NAME.test(BudgetName)) throw invalid('Budget name is not valid')
  if (BudgetType === undefined || TimeUnit === undefined) throw invalid('BudgetType and TimeUnit are required')
  if (BudgetLimit === undefined && PlannedBudgetLimits === undefined) {
    throw invalid(
      'Unable to create/update budget - please provide one of the followings: Budget Limit/ Planned Budget Limit/ Auto Adjust Data',
    )
  }
  if (BudgetLimit !== undefined && !AMOUNT.test(BudgetLimit.Amount ?? '')) throw invalid('Amount is not a number')
  if (Number(BudgetLimit?.Amount ?? 1) <= 0) throw invalid('Budget limit must be greater than 0')
  const hasNew = budget.FilterExpression !== undefined || budget.Metrics !== undefined
  const hasOld = budget.CostFilters !== undefined || budget.CostTypes !== undefined
  if (hasNew && hasOld) throw invalid('Either FilterExpression and Metrics or CostFilters and CostTypes can be present')
  if ((budget.Metrics?.length ?? 0) > 1) throw invalid('Metrics can have one member')
}

/** What a filter may not be: empty, of no values, or with match options that are not known or `refused`. */
export function checkFilter(filter: Expression | undefined, refused: ReadonlySet<string>): void {
  if (filter === undefined) return
  const given = Object.values(filter).filter((part) => part !== undefined)
  if (given.length !== 1)
    throw invalid('An expression has exactly one of Or, And, Not, Dimensions, Tags, CostCategories')
  for (const inner of [...(filter.Or ?? []), ...(filter.And ?? []), ...(filter.Not ? [filter.Not] : [])]) {
    checkFilter(inner, refused)
  }
  const { Dimensions } = filter
  if (Dimensions === undefined) return
  if (!Dimensions.Key || !Dimensions.Values?.length) throw invalid('Missing required parameter : "Values"')
  const { MatchOptions = [] } = Dimensions
  if (MatchOptions.length > 1) throw invalid('MatchOptions can have one member')
  const unknown = MatchOptions.find((option) => refused.has(option))
  if (unknown !== undefined) throw invalid(`MatchOptions contain not allowed match option ${unknown}`)
}

function checkNotificationCount(count: number): void {
  if (count > MOST_NOTIFICATIONS) {
    throw new AwsFault(
      'CreationLimitExceededException',
      `A budget can have at most ${MOST_NOTIFICATIONS} notifications`,
    )
  }
}

function checkNotification({ NotificationType, ComparisonOperator, Threshold }: Notification): void {
  if (!NotificationType || !ComparisonOperator) throw invalid('A notification needs its type and its operator')
  if (Threshold === undefined || Threshold < 0) throw invalid('Threshold is not valid')
}

/** "A notification can have one SNS subscriber and up to 10 email subscribers", and has at least one. */
function checkSubscribers(subscribers: readonly Subscriber[], account: string): void {
  if (subscribers.length === 0) throw invalid('Each notification must have at least one subscriber')
  const of = (type: string) => subscribers.filter(({ SubscriptionType }) => SubscriptionType === type)
  if (of('SNS').length > 1 || of('EMAIL').length > MOST_EMAILS) {
    throw new AwsFault('CreationLimitExceededException', 'Subscriber limit of the notification is exceeded')
  }
  for (const { Address = '' } of of('SNS')) {
    const parts = Address.split(':')
    if (parts.length !== 6 || parts[2] !== 'sns') throw invalid('Please comply with SNS ARN format')
    if (parts[4] !== account) throw invalid('The SNS topic must be in the same account as the budget')
  }
}

export const invalid = faultOf('InvalidParameterException')
export const duplicate = faultOf(
  'DuplicateRecordException',
  400,
  (what) => `Error creating ${what} - it already exists.`,
)
export const missing = faultOf('NotFoundException', 400, (what) => `Unable to find ${what} - it doesn't exist.`)

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

export function findNotification({ notifications }: StoredBudget, wanted?: Notification): StoredNotification {
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
  to.notifications.push({ notification: { ThresholdType: 'PERCENTAGE', ...notification }, subscribers })
}

export function setSubscribers(of: StoredNotification, wanted: Subscriber[], account: string): void {
  const isTwice = (one: Subscriber, index: number) => wanted.slice(0, index).some((other) => sameSubscriber(one, other))
  if (wanted.some(isTwice)) throw duplicate('subscriber')
  checkSubscribers(wanted, account)
  of.subscribers = wanted
}

/** "Deleting the last subscriber to a notification also deletes the notification." */
export function dropSubscriber(budget: StoredBudget, of: StoredNotification, subscriber: Subscriber): void {
  of.subscribers.splice(indexOf(of, subscriber), 1)
  if (of.subscribers.length === 0) dropNotification(budget, of)
}

export function dropNotification({ notifications }: StoredBudget, notification: StoredNotification): void {
  notifications.splice(notifications.indexOf(notification), 1)
}

export function indexOf({ subscribers }: StoredNotification, subscriber: Subscriber): number {
  const index = subscribers.findIndex((known) => sameSubscriber(known, subscriber))
  if (index < 0) throw missing('subscriber')
  return index
}
