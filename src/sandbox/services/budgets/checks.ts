import type { Budget, Expression, Notification, Subscriber } from '@aws-sdk/client-budgets'
import { AwsFault } from '../../service.ts'

/** The model's own pattern: no colon, no backslash, and no action in the name. */
const NAME = /^(?![^:\\]*\/action\/)[^:\\]{1,100}$/
const AMOUNT = /^([0-9]*\.)?[0-9]+$/
/** The documentation says five in one place and ten in another: here the smaller number binds. */
const MOST_NOTIFICATIONS = 5
const MOST_EMAILS = 10

/** What CreateBudget and UpdateBudget refuse. */
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

export function checkNotificationCount(count: number): void {
  if (count > MOST_NOTIFICATIONS) {
    throw new AwsFault(
      'CreationLimitExceededException',
      `A budget can have at most ${MOST_NOTIFICATIONS} notifications`,
    )
  }
}

export function checkNotification({ NotificationType, ComparisonOperator, Threshold }: Notification): void {
  if (!NotificationType || !ComparisonOperator) throw invalid('A notification needs its type and its operator')
  if (Threshold === undefined || Threshold < 0) throw invalid('Threshold is not valid')
}

/** "A notification can have one SNS subscriber and up to 10 email subscribers", and has at least one. */
export function checkSubscribers(subscribers: readonly Subscriber[], account: string): void {
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

export function invalid(message: string): AwsFault {
  return new AwsFault('InvalidParameterException', message)
}

export function duplicate(what: string): AwsFault {
  return new AwsFault('DuplicateRecordException', `Error creating ${what} - it already exists.`)
}

export function missing(what: string): AwsFault {
  return new AwsFault('NotFoundException', `Unable to find ${what} - it doesn't exist.`)
}
