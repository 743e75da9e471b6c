import type { Budgets, Notification, Subscriber } from '@aws-sdk/client-budgets'
import type { Call } from '../../service.ts'
import { page } from '../../state.ts'
import type { Operations } from '../typed.ts'
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
): Operations<Budgets> {
  return {
    DescribeNotificationsForBudget: (input, call) => {
      const { notifications } = find(input.BudgetName, input.AccountId, call)
      const { items, next } = page(notifications, input.NextToken, input.MaxResults ?? PAGE)
      const Notifications = items.map(({ notification }) => ({ NotificationState: 'OK', ...notification }))
      return { Notifications, NextToken: next }
    },
    DescribeSubscribersForNotification: (input, call) => {
      const { subscribers } = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      const { items, next } = page(subscribers, input.NextToken, input.MaxResults ?? PAGE)
      return { Subscribers: items, NextToken: next }
    },
    CreateNotification: (input, call) => {
      const budget = find(input.BudgetName, input.AccountId, call)
      addNotification(budget, given<Notification>(input.Notification), input.Subscribers ?? [], call.account)
    },
    DeleteNotification: (input, call) => {
      const budget = find(input.BudgetName, input.AccountId, call)
      dropNotification(budget, findNotification(budget, input.Notification))
    },
    CreateSubscriber: (input, call) => {
      const found = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      addSubscriber(found, given<Subscriber>(input.Subscriber), call.account)
    },
    UpdateSubscriber: (input, call) => {
      const found = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      const [from, to] = [given<Subscriber>(input.OldSubscriber), given<Subscriber>(input.NewSubscriber)]
      replaceSubscriber(found, from, to, call.account)
    },
    DeleteSubscriber: (input, call) => {
      const budget = find(input.BudgetName, input.AccountId, call)
      dropSubscriber(budget, findNotification(budget, input.Notification), given<Subscriber>(input.Subscriber))
    },
  }
}

function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw invalid('a required parameter is missing')
  return value
}
