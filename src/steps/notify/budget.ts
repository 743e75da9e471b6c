import {
  CreateBudgetCommand,
  DeleteBudgetCommand,
  DescribeBudgetCommand,
  type Expression,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateBudgetCommand,
} from '@aws-sdk/client-budgets'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { adoptionKeys, createOnce, OF_A_STACK, ourKeys, ownerOf, tagsFor, whose } from '../../aws/ownership.ts'
import { partitionOf } from '../../aws/partitions.ts'
import { equal } from '../../core/diff.ts'
import {
  type Concern,
  GLOBAL,
  type Grant,
  type Known,
  type Resource,
  resourceId,
  wantedState,
} from '../../core/resource.ts'
import { grouped } from '../../text/numbers.ts'
import { budgetArn, type Env, topicArn } from '../env.ts'
import {
  budgetsTelling,
  marksOf,
  mendNotifications,
  type Named,
  readNotifications,
  type ToldByBudget,
  takeOut,
  toTopic,
} from './budget-notifications.ts'
import {
  type BudgetState,
  bedrockServices,
  budgetInput,
  budgetStateOf,
  desiredBudget,
  filledIn,
  isOwnTopic,
  MOST_NOTIFICATIONS,
  OUR_NOTIFICATIONS,
  UNTIL_NAMED,
  WITH_MARKETPLACE,
  withoutAdded,
} from './budget-state.ts'

const GONE = 'NotFoundException'

/** The account's budget; none in a partition without AWS Budgets. */
export function budgets(env: Env): Resource<BudgetState, AwsContext>[] {
  if (!partitionOf(env.region).hasBudgets) return []
  const notified = { type: 'sns-topic', name: env.settings.topicName, region: env.regions[0] ?? env.region }
  return [budget(env, [resourceId(notified)])]
}

/** What looking for budgets that tell a topic takes: a list is not of one budget. */
export const budgetGrants = ({ region }: Env): Grant[] =>
  partitionOf(region).hasBudgets ? [{ actions: ['budgets:ViewBudget'], resources: ['*'] }] : []

/** The budgets of others, which are to go on telling the topics that they tell; undefined where they may not be looked at. */
export async function budgetsStaying(cx: AwsContext, env: Env): Promise<ToldByBudget[] | undefined> {
  if (!partitionOf(env.region).hasBudgets) return []
  const all = await orUndefined(budgetsTelling(cx, env.accountId), 'AccessDeniedException', 'AccessDenied')
  const telling = all?.filter(({ topics }) => topics.some((topic) => isOwnTopic(env, topic)))
  if (!telling?.some(({ name }) => name === env.settings.budgetName)) return telling
  const list = new ListTagsForResourceCommand({ ResourceARN: budgetArn(env) })
  const owner = ownerOf((await cx.aws.budgets.send(list)).ResourceTags)
  // One that was there before us told them before there were any, and is put back so.
  const isLeaving = owner === 'ours' || owner === 'adopted' || (owner === 'unmarked' && env.removing?.includeAdopted)
  return telling.filter(({ name }) => name !== env.settings.budgetName || !isLeaving)
}

/** A monthly budget for all of the account's spend on Bedrock, which notifies the topic. Of the account, whatever the Region. */
function budget(env: Env, needs: readonly string[]): Resource<BudgetState, AwsContext> {
  const { budgetName: BudgetName, budgetUsd } = env.settings
  const ResourceARN = budgetArn(env)
  const named = { AccountId: env.accountId, BudgetName }
  const wanted = budgetUsd > 0
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]
  const desired = (have?: BudgetState) => desiredBudget(env, have)
  // Asked once a run: what was written for want of the names is not held against them when it is read again.
  let names: ReturnType<typeof bedrockServices> | undefined
  const servicesOf = (cx: AwsContext) => {
    names ??= bedrockServices(cx)
    return names
  }
  const read = async (cx: AwsContext) => {
    const { aws } = cx
    const describe = new DescribeBudgetCommand({ ...named, ShowFilterExpression: true })
    const found = (await orUndefined(aws.budgets.send(describe), GONE))?.Budget
    if (!found) return undefined
    const services = wanted ? await servicesOf(cx) : undefined
    const list = async () =>
      (await aws.budgets.send(new ListTagsForResourceCommand({ ResourceARN }))).ResourceTags ?? []
    const tags = env.removing && (await list())
    const state = budgetStateOf(found, await readNotifications(aws, named), services)
    return { state: { ...state, ...(tags && { tags }) }, owner: async () => whose(tags ?? (await list())) }
  }

  return {
    step: '5',
    type: 'budget',
    name: BudgetName,
    region: GLOBAL,
    wanted,
    needs,
    known: ['services', 'carried', 'room', 'tags'],
    foreign: OF_A_STACK,
    summary: ({ amount = 0, unit }) => `${grouped(amount)} ${unit} a month`,
    desired,
    // Its limit and what it counts are theirs; it tells our topic, too.
    adopted: (have) => ({ ...have, notifications: filledIn(have.notifications, topicArn(env)) }),
    released: (have) => ({ ...have, notifications: withoutAdded(have) }),
    marks: (have) => [...adoptionKeys(have), ...marksOf(have, topicArn(env)).map(({ Key }) => Key)],
    concerns: (have, owner) =>
      wanted ? [...full(BudgetName, have), ...(owner === 'ours' ? [] : otherLimit(BudgetName, have, budgetUsd))] : [],
    // It goes with the topic that it notifies: one that notifies another Region's is that Region's.
    remainder(have) {
      const topics = Object.values(have.notifications).filter((topic) => topic !== undefined)
      const elsewhere = topics.some(
        (topic) => isOwnTopic(env, topic) && !env.regions.includes(topic.split(':')[3] ?? ''),
      )
      return elsewhere ? have : undefined
    },

    async template(want, ResourceTags, cx) {
      const named = want.services || !cx ? want : desiredBudget(env, undefined, await servicesOf(cx))
      // What AWS fills in (TimePeriod) is not asked for.
      const { BudgetLimit, TimePeriod: _, ...budget } = budgetInput(BudgetName, named)
      const Budget = { ...budget, BudgetLimit: { Amount: named.amount, Unit: BudgetLimit?.Unit } }
      const NotificationsWithSubscribers = subscribed(named)
      const properties = { Budget, NotificationsWithSubscribers, ResourceTags }
      return [{ type: 'AWS::Budgets::Budget', id: `${env.accountId}:${BudgetName}`, properties }]
    },

    permissions: () => ({
      read: [
        ...grant('budgets:ViewBudget', 'budgets:ListTagsForResource'),
        ...(wanted ? [{ actions: ['pricing:GetAttributeValues'], resources: ['*'] }] : []),
      ],
      write: wanted ? grant('budgets:ModifyBudget', 'budgets:TagResource') : [],
      remove: grant('budgets:ModifyBudget', 'budgets:UntagResource'),
    }),

    read,

    async write(cx, have) {
      const { budgets } = cx.aws
      const want = have ? wantedState(this, have) : desiredBudget(env, undefined, await servicesOf(cx))
      if (!have) {
        await createOnce(create(cx, named, want), () => read(cx), 'DuplicateRecordException')
        return
      }
      // Before anything is added: a run that ends here leaves no doubt whose it is.
      const marks = marksOf(have, topicArn(env))
      if (have.owner === 'unmarked' || marks.length > 0) {
        const ResourceTags = [...tagsFor(have.owner, have.tagKeys), ...marks]
        await budgets.send(new TagResourceCommand({ ResourceARN, ResourceTags }))
      }
      const { notifications: standing, ...settings } = have.state
      const { notifications, ...wantedSettings } = want
      if (!equal(settings, wantedSettings)) {
        await withFilter(cx, want.filter, (filter) => {
          const NewBudget = budgetInput(BudgetName, { ...want, filter })
          return budgets.send(new UpdateBudgetCommand({ AccountId: env.accountId, NewBudget }))
        })
      }
      if (!equal(standing, notifications)) await mendNotifications(cx, named, standing, notifications)
    },

    async release({ aws }, { state: { tags = [] } }) {
      await takeOut(aws, named, tags)
      const ResourceTagKeys = ourKeys(tags)
      if (ResourceTagKeys.length > 0) {
        await aws.budgets.send(new UntagResourceCommand({ ResourceARN, ResourceTagKeys }))
      }
    },

    async remove({ aws }, have: Known<BudgetState>) {
      if (this.remainder?.(have.state)) return
      await orUndefined(aws.budgets.send(new DeleteBudgetCommand(named)), GONE)
    },
  }
}

/** A budget that was there before keeps its limit, whatever is asked for. */
function otherLimit(name: string, { amount, unit }: BudgetState, asked: number): Concern[] {
  if (amount === asked) return []
  const message = `budget ${name} was there before, and its limit of ${amount} ${unit} stays`
  return [{ code: 'budget-differs', message, hint: 'pass --budget-name with another name for one of your own' }]
}

/** AWS would refuse ours in the middle of the work. */
function full(name: string, { room }: BudgetState): Concern[] {
  if (room >= 0) return []
  const message = `budget ${name} has so many notifications that ours do not fit: AWS takes ${MOST_NOTIFICATIONS}, ${-room} fewer than there would be`
  const hint = `delete ${-room} of them, or pass --budget-name with another name`
  return [{ code: 'budget-full', message, hint, stops: 'apply' }]
}

function subscribed({ notifications }: BudgetState) {
  return OUR_NOTIFICATIONS.map(({ title, notification }) => ({
    Notification: notification,
    Subscribers: [toTopic(notifications[title])],
  }))
}

function create(cx: AwsContext, { AccountId, BudgetName }: Named, want: BudgetState): Promise<unknown> {
  const NotificationsWithSubscribers = subscribed(want)
  return withFilter(cx, want.filter, (filter) =>
    cx.aws.budgets.send(
      new CreateBudgetCommand({
        AccountId,
        Budget: budgetInput(BudgetName, { ...want, filter }),
        NotificationsWithSubscribers,
        ResourceTags: tagsFor(undefined),
      }),
    ),
  )
}

/** Where AWS refuses the names, the wider filter is tried; that it is wider is said, whatever the reason. */
async function withFilter(
  cx: AwsContext,
  filter: Expression | undefined,
  send: (filter: Expression | undefined) => Promise<unknown>,
): Promise<void> {
  const tell = (why: string) => {
    const message = `${why}: the budget counts Amazon Bedrock and every purchase through AWS Marketplace`
    cx.emit({ type: 'warning', warning: { code: 'budget-counts-marketplace', message } })
  }
  try {
    await send(filter)
    if (equal(filter, UNTIL_NAMED))
      tell('the names of Bedrock’s services could not be read (pricing:GetAttributeValues)')
  } catch (error) {
    if (!hasCode(error, 'InvalidParameterException') || equal(filter, WITH_MARKETPLACE)) throw error
    // What else is wrong stays wrong, and its own error is the one to tell.
    await send(WITH_MARKETPLACE).catch((again) => {
      throw hasCode(again, 'InvalidParameterException') ? error : again
    })
    tell('AWS does not take a budget for the names of Bedrock’s services')
  }
}
