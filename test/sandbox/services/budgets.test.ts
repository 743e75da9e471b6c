import {
  type Budget,
  BudgetsClient,
  CreateBudgetCommand,
  CreateNotificationCommand,
  CreateSubscriberCommand,
  DeleteBudgetCommand,
  DeleteNotificationCommand,
  DeleteSubscriberCommand,
  DescribeBudgetCommand,
  DescribeBudgetsCommand,
  DescribeNotificationsForBudgetCommand,
  DescribeSubscribersForNotificationCommand,
  ListTagsForResourceCommand,
  type Notification,
  type Subscriber,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateBudgetCommand,
  UpdateSubscriberCommand,
} from '@aws-sdk/client-budgets'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { refusal } from '../clients.ts'

const AccountId = '111122223333'
const sns: Subscriber = { SubscriptionType: 'SNS', Address: `arn:aws:sns:us-east-1:${AccountId}:alerts` }
const email = (name: string): Subscriber => ({ SubscriptionType: 'EMAIL', Address: `${name}@example.com` })
const above = (Threshold: number): Notification => ({
  NotificationType: 'ACTUAL',
  ComparisonOperator: 'GREATER_THAN',
  Threshold,
})

let sandbox: Sandbox
let client: BudgetsClient
let count = 0
let BudgetName: string
let named: { AccountId: string; BudgetName: string }

const budgetOf = (more: Partial<Budget> = {}): Budget => ({
  BudgetName,
  BudgetType: 'COST',
  TimeUnit: 'MONTHLY',
  BudgetLimit: { Amount: '100', Unit: 'USD' },
  ...more,
})
const create = (more: Partial<Budget> = {}, notifications: [Notification, Subscriber[]][] = []) =>
  client.send(
    new CreateBudgetCommand({
      AccountId,
      Budget: budgetOf(more),
      NotificationsWithSubscribers: notifications.map(([Notification, Subscribers]) => ({ Notification, Subscribers })),
      ResourceTags: [{ Key: 'a', Value: 'b' }],
    }),
  )
const notifications = async () =>
  (await client.send(new DescribeNotificationsForBudgetCommand(named))).Notifications?.map(({ Threshold }) => Threshold)
const addresses = async (Notification: Notification) =>
  (await client.send(new DescribeSubscribersForNotificationCommand({ ...named, Notification }))).Subscribers?.map(
    ({ Address }) => Address,
  )

beforeAll(async () => {
  sandbox = await startSandbox()
  client = new BudgetsClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  })
})
afterAll(() => sandbox.close())
beforeEach(() => {
  BudgetName = `budget-${++count}`
  named = { AccountId, BudgetName }
})

describe('budgets', () => {
  test('are made once: a second one of the name is a DuplicateRecordException', async () => {
    await create()
    expect(await refusal(create())).toMatchObject({ name: 'DuplicateRecordException', status: 400 })
  })

  test('have the filter expression told only to those who ask for it, and amounts with a decimal', async () => {
    const FilterExpression = {
      Dimensions: { Key: 'SERVICE' as const, Values: ['Bedrock'], MatchOptions: ['CONTAINS' as const] },
    }
    await create({ FilterExpression, Metrics: ['UnblendedCost'] })
    const { Budget } = await client.send(new DescribeBudgetCommand(named))
    expect(Budget).toMatchObject({
      BudgetLimit: { Amount: '100.0', Unit: 'USD' },
      TimePeriod: { Start: expect.any(Date) },
    })
    expect(Budget).not.toHaveProperty('FilterExpression')
    const asked = await client.send(new DescribeBudgetCommand({ ...named, ShowFilterExpression: true }))
    expect(asked.Budget).toMatchObject({ FilterExpression, Metrics: ['UnblendedCost'] })
    const { Budgets } = await client.send(new DescribeBudgetsCommand({ AccountId, ShowFilterExpression: true }))
    expect(Budgets?.at(-1)).toMatchObject({ BudgetName, FilterExpression })
  })

  test('are replaced whole by an update, keep their period, and are NotFoundException where there is none', async () => {
    await create({ CostFilters: { Service: ['Amazon Bedrock'] } })
    const before = await client.send(new DescribeBudgetCommand(named))
    const NewBudget = budgetOf({ BudgetLimit: { Amount: '2.5', Unit: 'USD' } })
    await client.send(new UpdateBudgetCommand({ AccountId, NewBudget }))
    const { Budget } = await client.send(new DescribeBudgetCommand(named))
    expect(Budget?.BudgetLimit?.Amount).toBe('2.5')
    expect(Budget).not.toHaveProperty('CostFilters')
    expect(Budget?.TimePeriod).toEqual(before.Budget?.TimePeriod)
    await client.send(new DeleteBudgetCommand(named))
    for (const gone of [new DescribeBudgetCommand(named), new DeleteBudgetCommand(named)]) {
      expect(await refusal(client.send(gone as DescribeBudgetCommand))).toMatchObject({ name: 'NotFoundException' })
    }
    expect(await refusal(client.send(new UpdateBudgetCommand({ AccountId, NewBudget })))).toMatchObject({
      name: 'NotFoundException',
    })
  })

  test.each<[string, Partial<Budget>]>([
    ['a colon in the name', { BudgetName: 'a:b' }],
    ['an action in the name', { BudgetName: 'a/action/b' }],
    ['no limit', { BudgetLimit: undefined }],
    ['a limit of nothing', { BudgetLimit: { Amount: '0', Unit: 'USD' } }],
    ['a limit with an exponent', { BudgetLimit: { Amount: '1e3', Unit: 'USD' } }],
    ['old filters and new metrics', { CostFilters: { Service: ['x'] }, Metrics: ['UnblendedCost'] }],
    ['an empty expression', { FilterExpression: {} }],
    ['an expression without values', { FilterExpression: { Dimensions: { Key: 'SERVICE', Values: [] } } }],
    [
      'two match options',
      { FilterExpression: { Not: { Dimensions: { Key: 'AZ', Values: ['a'], MatchOptions: ['EQUALS', 'CONTAINS'] } } } },
    ],
  ])('with %s are refused', async (_title, more) => {
    expect(await refusal(create(more))).toMatchObject({ name: 'InvalidParameterException', status: 400 })
  })

  test('of another account are not told of', async () => {
    const other = new DescribeBudgetsCommand({ AccountId: '999999999999' })
    expect(await refusal(client.send(other))).toMatchObject({ name: 'AccessDeniedException' })
  })

  test('are tagged and untagged', async () => {
    await create()
    const ResourceARN = `arn:aws:budgets::${AccountId}:budget/${BudgetName}`
    await client.send(new TagResourceCommand({ ResourceARN, ResourceTags: [{ Key: 'c', Value: 'd' }] }))
    await client.send(new UntagResourceCommand({ ResourceARN, ResourceTagKeys: ['a'] }))
    const { ResourceTags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }))
    expect(ResourceTags).toEqual([{ Key: 'c', Value: 'd' }])
  })
})

describe('notifications', () => {
  test('come with the budget, and are added and taken away', async () => {
    await create({}, [[above(80), [sns]]])
    await client.send(new CreateNotificationCommand({ ...named, Notification: above(90), Subscribers: [email('a')] }))
    expect(await notifications()).toEqual([80, 90])
    expect(await addresses(above(90))).toEqual(['a@example.com'])
    await client.send(new DeleteNotificationCommand({ ...named, Notification: above(90) }))
    expect(await notifications()).toEqual([80])
    expect(await refusal(addresses(above(90)))).toMatchObject({ name: 'NotFoundException' })
  })

  test('are at most five, each once', async () => {
    await create(
      {},
      [1, 2, 3, 4, 5].map((percent) => [above(percent), [sns]]),
    )
    const add = (percent: number) =>
      client.send(new CreateNotificationCommand({ ...named, Notification: above(percent), Subscribers: [sns] }))
    expect(await refusal(add(6))).toMatchObject({ name: 'CreationLimitExceededException' })
    await client.send(new DeleteNotificationCommand({ ...named, Notification: above(5) }))
    expect(await refusal(add(4))).toMatchObject({ name: 'DuplicateRecordException' })
  })

  test('"can have one SNS subscriber and up to 10 email subscribers"', async () => {
    const ten = [...'abcdefghij'].map(email)
    await create({}, [[above(80), [sns, ...ten]]])
    const add = (Subscriber: Subscriber) =>
      client.send(new CreateSubscriberCommand({ ...named, Notification: above(80), Subscriber }))
    const other = { ...sns, Address: `${sns.Address}-2` }
    expect(await refusal(add(email('k')))).toMatchObject({ name: 'CreationLimitExceededException' })
    expect(await refusal(add(other))).toMatchObject({ name: 'CreationLimitExceededException' })
    expect(await refusal(add(sns))).toMatchObject({ name: 'DuplicateRecordException' })
    await client.send(
      new UpdateSubscriberCommand({ ...named, Notification: above(80), OldSubscriber: sns, NewSubscriber: other }),
    )
    expect((await addresses(above(80)))?.[0]).toBe(other.Address)
  })

  test('"Deleting the last subscriber to a notification also deletes the notification"', async () => {
    await create({}, [[above(80), [sns]]])
    await client.send(new DeleteSubscriberCommand({ ...named, Notification: above(80), Subscriber: sns }))
    expect(await notifications()).toEqual([])
  })

  test.each<[string, Subscriber[]]>([
    ['nobody', []],
    ['something that is no topic', [{ SubscriptionType: 'SNS', Address: 'alerts' }]],
    ['a topic of another account', [{ SubscriptionType: 'SNS', Address: 'arn:aws:sns:us-east-1:999999999999:alerts' }]],
  ])('to %s are refused, and no budget is made', async (_title, subscribers) => {
    expect(await refusal(create({}, [[above(80), subscribers]]))).toMatchObject({ name: 'InvalidParameterException' })
    expect(sandbox.services.budgets.budgets.has(BudgetName)).toBe(false)
  })
})
