import type { Budget, Expression, Notification, NotificationType } from '@aws-sdk/client-budgets'
import { GetAttributeValuesCommand } from '@aws-sdk/client-pricing'
import type { AwsContext, SendOptions } from '../../aws/context.ts'
import type { Tag } from '../../aws/ownership.ts'
import { allOf } from '../../aws/pages.ts'
import { equal } from '../../core/diff.ts'
import { type Env, topicArn } from '../env.ts'
import { passing } from './notifications.ts'

export type BudgetState = ReturnType<typeof budgetStateOf> & {
  /** Of one that is to go or to be released: its tags, which name what was added. Known, not set. */
  tags?: readonly Tag[]
}

/** By title, the topic that each of our notifications goes to; undefined where it goes to none. Those of others are not in it. */
type Topics = Record<string, string | undefined>

/** What AWS takes of a budget (docs: quotas of AWS Budgets). */
export const MOST_NOTIFICATIONS = 5

/** When the budget notifies, of 100 % of its amount. */
const NOTIFICATIONS: readonly [type: NotificationType, percent: number][] = [
  ['ACTUAL', 80],
  ['ACTUAL', 100],
  ['FORECASTED', 100],
]

const ABOVE_PERCENT = { ComparisonOperator: 'GREATER_THAN', ThresholdType: 'PERCENTAGE' } as const

export const OUR_NOTIFICATIONS = NOTIFICATIONS.map(([NotificationType, Threshold]) => ({
  title: `${NotificationType} > ${Threshold} %`,
  /** The tag that names it, with its topic, on a budget that was there before us. */
  mark: `bedrock-monitor:added:${NotificationType}-${Threshold}`,
  notification: { NotificationType, Threshold, ...ABOVE_PERCENT },
}))

export function topicsBy(topicOf: (one: (typeof OUR_NOTIFICATIONS)[number]) => string | undefined): Topics {
  return Object.fromEntries(OUR_NOTIFICATIONS.map((one) => [one.title, topicOf(one)]))
}

export function isSame(a: Notification, b: Notification): boolean {
  const compared = ({ NotificationType, ComparisonOperator, Threshold, ThresholdType }: Notification) =>
    // Left out, it is a percentage.
    [NotificationType, ComparisonOperator, Threshold, ThresholdType ?? 'PERCENTAGE'].join()
  return compared(a) === compared(b)
}

export function isOwnTopic({ accountId, settings }: Env, arn: string): boolean {
  const [, , service, , account, name] = arn.split(':')
  return service === 'sns' && account === accountId && name === settings.topicName
}

/** A notification has room for one topic: one of others stays, and so does ours in another Region set up before. Pure. */
export function desiredBudget(env: Env, have?: BudgetState, services = have?.services): BudgetState {
  const goesTo = (topic: string | undefined) =>
    topic === undefined || (env.settings.snsTopic !== '' && isOwnTopic(env, topic)) ? topicArn(env) : topic
  return {
    type: 'COST',
    timeUnit: 'MONTHLY',
    amount: env.settings.budgetUsd,
    unit: 'USD',
    filter: desiredFilter(have?.filter, services),
    // Costs as they are billed. Filter expressions need the metric named beside them.
    metrics: ['UnblendedCost'],
    services,
    carried: have?.carried ?? {},
    room: have?.room ?? MOST_NOTIFICATIONS - NOTIFICATIONS.length,
    notifications: topicsBy(({ title }) => goesTo(have?.notifications[title])),
  }
}

/** What AWS tells of a budget: where ours go, and how many more there is room for, apart. */
export function budgetStateOf(
  budget: Budget,
  { topics: notifications, room }: { topics: Topics; room: number },
  services?: string[],
) {
  const { Amount, Unit } = budget.BudgetLimit ?? {}
  return {
    type: budget.BudgetType as string | undefined,
    timeUnit: budget.TimeUnit as string | undefined,
    // Of `unit` a month; "100" comes back as "100.0".
    amount: Amount === undefined ? undefined : Number(Amount),
    unit: Unit,
    filter: filterOf(budget),
    // A filter expression goes with a metric: where AWS does not tell it, it is the default.
    metrics: [...(budget.Metrics ?? (budget.FilterExpression ? ['UnblendedCost'] : []))],
    /** What Bedrock is billed under; undefined where nobody can tell. Known, not set. */
    services,
    notifications,
    /** What others may have set, and an update that leaves it out may set back. */
    carried: {
      ...(budget.TimePeriod && { TimePeriod: budget.TimePeriod }),
      ...(budget.BillingViewArn !== undefined && { BillingViewArn: budget.BillingViewArn }),
    },
    /** How many more it can have once all of ours stand; below zero, AWS does not take ours. Known, not set. */
    room,
  }
}

export function budgetInput(BudgetName: string, want: BudgetState): Budget {
  return {
    ...want.carried,
    BudgetName,
    BudgetType: 'COST',
    TimeUnit: 'MONTHLY',
    BudgetLimit: { Amount: String(want.amount), Unit: want.unit },
    FilterExpression: want.filter,
    Metrics: ['UnblendedCost'],
  }
}

/** AWS has two ways to tell a filter by service, and tells the newer one to those who ask for it. */
function filterOf({ FilterExpression, CostFilters = {} }: Budget): Expression | undefined {
  if (FilterExpression) return withoutGaps(FilterExpression)
  const { Service: Values, ...others } = CostFilters
  return Values && Object.keys(others).length === 0 ? byService(Values) : undefined
}

/** A match that is left out is one of the whole name; empty lists count as left out, and names have no order. */
function withoutGaps({ Or = [], And = [], Not, Dimensions, ...others }: Expression): Expression {
  return {
    ...others,
    ...(Or.length > 0 && { Or: Or.map(withoutGaps) }),
    ...(And.length > 0 && { And: And.map(withoutGaps) }),
    ...(Not && { Not: withoutGaps(Not) }),
    ...(Dimensions && {
      Dimensions: {
        ...Dimensions,
        Values: [...(Dimensions.Values ?? [])].sort(),
        MatchOptions: Dimensions.MatchOptions?.length ? Dimensions.MatchOptions : ['EQUALS'],
      },
    }),
  }
}

const byService = (names: readonly string[]): Expression => ({
  Dimensions: { Key: 'SERVICE', Values: [...new Set(names)].sort(), MatchOptions: ['EQUALS'] },
})

/** What AWS bills of Bedrock under its own name. */
const OWN_NAMES = ['Amazon Bedrock', 'Amazon Bedrock AgentCore', 'Amazon Bedrock Service']

/** With everything bought through AWS Marketplace, so that nothing is missed. */
const withMarketplace = (names: readonly string[]): Expression => ({
  Or: [
    byService(names),
    { Dimensions: { Key: 'BILLING_ENTITY', Values: ['AWS Marketplace'], MatchOptions: ['EQUALS'] } },
  ],
})

/** For as long as the names cannot be told. */
export const UNTIL_NAMED = withMarketplace(OWN_NAMES)

/** For an AWS that refuses the names; once put, it stays. Earlier versions put the same. */
export const WITH_MARKETPLACE = withMarketplace(['Amazon Bedrock', 'Amazon Bedrock Service'])

/** Without it there is a filter too. */
const ADVICE: SendOptions = { isAdvice: true }

/** Where AWS lists the models that are sold through its Marketplace, each under a service name of its own. */
const LISTED = { ServiceCode: 'AmazonBedrockFoundationModels', AttributeName: 'servicename' }

/** By AWS's price list: "Claude Sonnet 4.6 (Amazon Bedrock Edition)". Undefined where the list cannot be read. */
export async function bedrockServices({ aws }: AwsContext): Promise<string[] | undefined> {
  try {
    const values = await allOf(aws.pricing, GetAttributeValuesCommand, LISTED, 'AttributeValues', ADVICE)
    const names = values.flatMap(({ Value }) => Value ?? []).filter(isOfBedrock)
    return names.length === 0 ? undefined : [...new Set([...OWN_NAMES, ...names])].sort()
  } catch (thrown) {
    passing(thrown)
    return undefined
  }
}

/** By whole names: a budget with another match is taken and counts nothing (terraform-provider-aws#46866). Pure. */
export function desiredFilter(have: Expression | undefined, services: readonly string[] | undefined): Expression {
  if (equal(have, WITH_MARKETPLACE)) return WITH_MARKETPLACE
  const { Values = [] } = have?.Dimensions ?? {}
  // One like ours: of names of Bedrock's alone.
  const isLike = Values.includes('Amazon Bedrock') && Values.every(isOfBedrock) && equal(have, byService(Values))
  if (services === undefined && !isLike) return UNTIL_NAMED
  return byService([...(isLike ? Values : []), ...(services ?? [])])
}

const isOfBedrock = (name: string): boolean => /bedrock/i.test(name)
