import type {
  CreateNotificationRequest,
  CreateSubscriberRequest,
  DeleteNotificationRequest,
  DescribeNotificationsForBudgetRequest,
  DescribeSubscribersForNotificationRequest,
  Notification,
  Subscriber,
  UpdateSubscriberRequest,
} from '@aws-sdk/client-budgets'
import type { Call, Service } from '../../service.ts'
import { page } from '../../state.ts'
import { typed } from '../typed.ts'
import { invalid } from './checks.ts'
import {
  addNotification,
  addSubscriber,
  dropNotification,
  dropSubscriber,
  findNotification,
  replaceSubscriber,
  type StoredBudget,
} from './store.ts'

const PAGE = 100

/** Notifications of a budget and whom they go to. */
export function notificationOperations(
  find: (name: string | undefined, account: string | undefined, call: Call) => StoredBudget,
): Service['operations'] {
  return {
    DescribeNotificationsForBudget: typed<DescribeNotificationsForBudgetRequest>((input, call) => {
      const { notifications } = find(input.BudgetName, input.AccountId, call)
      const { items, next } = page(notifications, input.NextToken, input.MaxResults ?? PAGE)
      const Notifications = items.map(({ notification }) => ({ NotificationState: 'OK', ...notification }))
      return { Notifications, NextToken: next }
    }),
    DescribeSubscribersForNotification: typed<DescribeSubscribersForNotificationRequest>((input, call) => {
      const { subscribers } = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      const { items, next } = page(subscribers, input.NextToken, input.MaxResults ?? PAGE)
      return { Subscribers: items, NextToken: next }
    }),
    CreateNotification: typed<CreateNotificationRequest>((input, call) => {
      const budget = find(input.BudgetName, input.AccountId, call)
      addNotification(budget, given<Notification>(input.Notification), input.Subscribers ?? [], call.account)
      return {}
    }),
    DeleteNotification: typed<DeleteNotificationRequest>((input, call) => {
      const budget = find(input.BudgetName, input.AccountId, call)
      dropNotification(budget, findNotification(budget, input.Notification))
      return {}
    }),
    CreateSubscriber: typed<CreateSubscriberRequest>((input, call) => {
      const found = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      addSubscriber(found, given<Subscriber>(input.Subscriber), call.account)
      return {}
    }),
    UpdateSubscriber: typed<UpdateSubscriberRequest>((input, call) => {
      const found = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      const [from, to] = [given<Subscriber>(input.OldSubscriber), given<Subscriber>(input.NewSubscriber)]
      replaceSubscriber(found, from, to, call.account)
      return {}
    }),
    DeleteSubscriber: typed<CreateSubscriberRequest>((input, call) => {
      const budget = find(input.BudgetName, input.AccountId, call)
      dropSubscriber(budget, findNotification(budget, input.Notification), given<Subscriber>(input.Subscriber))
      return {}
    }),
  }
}

function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw invalid('a required parameter is missing')
  return value
}
