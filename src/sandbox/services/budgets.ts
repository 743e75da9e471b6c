import type {
  Budgets as Api,
  Budget,
  CreateBudgetRequest,
  Expression,
  Notification,
  Subscriber,
} from '@aws-sdk/client-budgets'
import { AwsFault, type Call, type Service } from '../service.ts'
import { paged } from '../state.ts'
import {
  addNotification,
  checkBudget,
  checkFilter,
  dropNotification,
  dropSubscriber,
  duplicate,
  findNotification,
  indexOf,
  invalid,
  missing,
  type StoredBudget,
  setSubscribers,
} from './budgets/checks.ts'
import { Tags, tagging } from './tags.ts'
import type { Operations } from './typed.ts'

export interface Budgets extends Service {
  readonly budgets: ReadonlyMap<string, StoredBudget>
  /** Match options that filters are refused with from now on, as an AWS would that knows fewer of them. */
  readonly refusedMatches: Set<string>
  /** What the account is billed for in the month, which its budgets count; nothing until somebody says so. */
  readonly bill: BillLine[]
}

const PAGE = 100

/** AWS Budgets: of the account, whatever the Region. */
export function createBudgets(): Budgets {
  const budgets = new Map<string, StoredBudget>()
  const refusedMatches = new Set<string>()
  const bill: BillLine[] = []
  const find = (name: string | undefined, account: string | undefined, call: Call): StoredBudget => {
    checkAccount(account, call)
    const found = budgets.get(name ?? '')
    if (found === undefined) throw missing(`budget ${name}`)
    return found
  }
  const byArn = (arn = '', call: Call) => find(arn.split(':budget/')[1], arn.split(':')[4], call)
  return {
    id: 'budgets',
    budgets,
    refusedMatches,
    bill,
    operations: {
      CreateBudget: (input, call) => {
        checkAccount(input.AccountId, call)
        const { BudgetName = '' } = input.Budget ?? {}
        const made = create(input, refusedMatches, call)
        if (budgets.has(BudgetName)) throw duplicate(`budget ${BudgetName}`)
        budgets.set(BudgetName, made)
      },
      DescribeBudget: ({ AccountId, BudgetName, ShowFilterExpression }, call) => ({
        Budget: shown(find(BudgetName, AccountId, call).budget, bill, ShowFilterExpression),
      }),
      DescribeBudgets: (input, call) => {
        checkAccount(input.AccountId, call)
        const all = [...budgets.values()].map(({ budget }) => shown(budget, bill, input.ShowFilterExpression))
        return paged('Budgets', all, input.NextToken, input.MaxResults ?? PAGE)
      },
      UpdateBudget: ({ AccountId, NewBudget = {} as Budget }, call) => {
        const known = find(NewBudget.BudgetName, AccountId, call)
        known.budget = settled(NewBudget, refusedMatches, call, known.budget.TimePeriod)
      },
      DeleteBudget: ({ AccountId, BudgetName }, call) => {
        find(BudgetName, AccountId, call)
        budgets.delete(BudgetName ?? '')
      },
      ...tagging((arn, call) => byArn(arn, call).tags, 'ResourceARN', 'Resource'),
      ...notificationOperations(find),
    } satisfies Operations<Api>,
  }
}

function create(input: CreateBudgetRequest, refused: ReadonlySet<string>, call: Call): StoredBudget {
  const budget = settled(input.Budget ?? ({} as Budget), refused, call)
  const made: StoredBudget = { budget, tags: new Tags(input.ResourceTags), notifications: [] }
  for (const { Notification, Subscribers = [] } of input.NotificationsWithSubscribers ?? []) {
    if (Notification === undefined) throw invalid('Notification is required')
    addNotification(made, Notification, Subscribers, call.account)
  }
  return made
}

/** The budget as it is kept: from the start of the month to the end that AWS gives to what is to go on for ever. */
function settled(budget: Budget, refused: ReadonlySet<string>, { now }: Call, period?: Budget['TimePeriod']): Budget {
  checkBudget(budget)
  checkFilter(budget.FilterExpression, refused)
  const today = new Date(now)
  const TimePeriod = budget.TimePeriod ??
    period ?? {
      Start: new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1)),
      End: new Date('2087-06-15T00:00:00Z'),
    }
  return { ...budget, TimePeriod, LastUpdatedTime: today }
}

/** As it is described: filter expressions to those only who ask for them, and amounts with at least one decimal. */
function shown(budget: Budget, bill: readonly BillLine[], withFilter = false): Budget {
  const { FilterExpression, Metrics, BudgetLimit, ...rest } = budget
  const spent = { Amount: decimal(String(spentOf(budget, bill))), Unit: 'USD' }
  return {
    ...rest,
    ...(BudgetLimit && { BudgetLimit: { ...BudgetLimit, Amount: decimal(BudgetLimit.Amount) } }),
    ...(withFilter && FilterExpression && { FilterExpression }),
    ...(withFilter && Metrics && { Metrics }),
    CalculatedSpend: { ActualSpend: spent, ForecastedSpend: spent },
  }
}

function decimal(amount = '0'): string {
  return amount.includes('.') ? amount : `${amount}.0`
}

function checkAccount(account: string | undefined, call: Call): void {
  if (account === call.account) return
  throw new AwsFault('AccessDeniedException', `Account ${account} is not the account of the caller`)
}

/** What a service is billed in the month. Models of the Marketplace are services of their own. */
interface BillLine {
  readonly service: string
  readonly usd: number
  /** `AWS` by default. */
  readonly entity?: 'AWS' | 'AWS Marketplace'
}

/** Cost Explorer, which evaluates the filters, knows these matches and no others. */
const KNOWN_MATCHES = ['EQUALS', 'CASE_SENSITIVE']

/** What a budget counts: nothing at all where its filter is one that cannot be evaluated. */
export function spentOf({ FilterExpression: filter }: Budget, bill: readonly BillLine[]): number {
  if (filter && !canBeEvaluated(filter)) return 0
  const cents = bill
    .filter((line) => !filter || counts(filter, line))
    .reduce((sum, { usd }) => sum + Math.round(usd * 100), 0)
  return cents / 100
}

function canBeEvaluated({ And = [], Or = [], Not, Dimensions }: Expression): boolean {
  const matches = Dimensions?.MatchOptions ?? []
  return (
    matches.every((match) => KNOWN_MATCHES.includes(match)) &&
    [...And, ...Or, ...(Not ? [Not] : [])].every(canBeEvaluated)
  )
}

function counts({ And = [], Or = [], Not, Dimensions }: Expression, line: BillLine): boolean {
  if (And.length > 0) return And.every((part) => counts(part, line))
  if (Or.length > 0) return Or.some((part) => counts(part, line))
  if (Not) return !counts(Not, line)
  const { Key, Values = [] } = Dimensions ?? {}
  const value = Key === 'SERVICE' ? line.service : Key === 'BILLING_ENTITY' ? (line.entity ?? 'AWS') : undefined
  return value !== undefined && Values.includes(value)
}

function notificationOperations(
  find: (name: string | undefined, account: string | undefined, call: Call) => StoredBudget,
): Operations<Api> {
  return {
    DescribeNotificationsForBudget: (input, call) => {
      const { notifications } = find(input.BudgetName, input.AccountId, call)
      const all = notifications.map(({ notification }) => ({ NotificationState: 'OK', ...notification }))
      return paged('Notifications', all, input.NextToken, input.MaxResults ?? PAGE)
    },
    DescribeSubscribersForNotification: (input, call) => {
      const { subscribers } = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      return paged('Subscribers', subscribers, input.NextToken, input.MaxResults ?? PAGE)
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
      setSubscribers(found, [...found.subscribers, given<Subscriber>(input.Subscriber)], call.account)
    },
    UpdateSubscriber: (input, call) => {
      const found = findNotification(find(input.BudgetName, input.AccountId, call), input.Notification)
      const index = indexOf(found, given<Subscriber>(input.OldSubscriber))
      setSubscribers(found, found.subscribers.with(index, given<Subscriber>(input.NewSubscriber)), call.account)
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
