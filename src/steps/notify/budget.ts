import {
  type Budget,
  CreateBudgetCommand,
  DeleteBudgetCommand,
  DescribeBudgetCommand,
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
  concernsIn,
  GLOBAL,
  type Grant,
  type Known,
  type Resource,
  resourceId,
  wantedState,
} from '../../core/resource.ts'
import { grouped } from '../../text/numbers.ts'
import { budgetArn, type Env, topicArn } from '../env.ts'
import { budgetsTelling, mendNotifications, readNotifications, takeOut, toTopic } from './budget-notifications.ts'
import {
  type BudgetState,
  bedrockServices,
  budgetInput,
  budgetStateOf,
  desiredBudget,
  isOwnTopic,
  MOST_NOTIFICATIONS,
  OUR_NOTIFICATIONS,
  topicsBy,
  UNTIL_NAMED,
  WITH_MARKETPLACE,
} from './budget-state.ts'

const GONE = 'NotFoundException'

/** The account's budget; none in a partition without AWS Budgets. */
export function budgets(env: Env): Resource<BudgetState, AwsContext>[] {
  return partitionOf(env.region).hasBudgets ? [budget(env)] : []
}

export const budgetGrants = ({ region }: Env): Grant[] =>
  partitionOf(region).hasBudgets ? [{ actions: ['budgets:ViewBudget'], resources: ['*'] }] : []

/** The budgets of others, which are to go on telling the topics that they tell; undefined where they may not be looked at. */
export async function budgetsStaying(cx: AwsContext, env: Env) {
  if (!partitionOf(env.region).hasBudgets) return []
  const all = await orUndefined(budgetsTelling(cx, env.accountId), 'AccessDeniedException', 'AccessDenied')
  const telling = all?.filter(({ topics }) => topics.some((topic) => isOwnTopic(env, topic)))
  if (!telling?.some(({ name }) => name === env.settings.budgetName)) return telling
  const owner = ownerOf(await tagsOf(cx, budgetArn(env)))
  // One that was there before us told them before there were any, and is put back so.
  const isLeaving = owner === 'ours' || owner === 'adopted' || (owner === 'unmarked' && env.removing?.includeAdopted)
  return telling.filter(({ name }) => name !== env.settings.budgetName || !isLeaving)
}

const tagsOf = async ({ aws }: AwsContext, ResourceARN: string) =>
  (await aws.budgets.send(new ListTagsForResourceCommand({ ResourceARN }))).ResourceTags ?? []

/** A monthly budget for all of the account's spend on Bedrock, which notifies the topic. Of the account, whatever the Region. */
function budget(env: Env): Resource<BudgetState, AwsContext> {
  const { budgetName: BudgetName, budgetUsd, topicName } = env.settings
  const ResourceARN = budgetArn(env)
  const named = { AccountId: env.accountId, BudgetName }
  const wanted = budgetUsd > 0
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]
  // Asked once a run: what was written for want of the names is not held against them when it is read again.
  let names: ReturnType<typeof bedrockServices> | undefined
  const servicesOf = (cx: AwsContext) => {
    names ??= bedrockServices(cx)
    return names
  }
  /** The tags for what is about to be added to a budget that was there before us. */
  const marksOf = ({ owner, state }: Known<BudgetState>) =>
    OUR_NOTIFICATIONS.flatMap(({ title, mark }) =>
      owner !== 'ours' && state.notifications[title] === undefined ? [{ Key: mark, Value: topicArn(env) }] : [],
    )
  const subscribed = ({ notifications }: BudgetState) =>
    OUR_NOTIFICATIONS.map(({ title, notification }) => ({
      Notification: notification,
      Subscribers: [toTopic(notifications[title])],
    }))

  return {
    step: '5',
    type: 'budget',
    name: BudgetName,
    region: GLOBAL,
    wanted,
    needs: [resourceId({ type: 'sns-topic', name: topicName, region: env.regions[0] ?? env.region })],
    known: ['services', 'carried', 'room', 'tags'],
    foreign: OF_A_STACK,
    summary: ({ amount = 0, unit }) => `${grouped(amount)} ${unit} a month`,
    desired: (have) => desiredBudget(env, have),
    // Its limit and what it counts are theirs; it tells our topic, too.
    adopted: (have) => ({
      ...have,
      notifications: topicsBy(({ title }) => have.notifications[title] ?? topicArn(env)),
    }),
    released: ({ tags = [], ...have }) => ({
      ...have,
      tags,
      notifications: topicsBy(({ title, mark }) => {
        const topic = have.notifications[title]
        return tags.some(({ Key, Value }) => Key === mark && Value === topic) ? undefined : topic
      }),
    }),
    marks: (have) => [...adoptionKeys(have), ...marksOf(have).map(({ Key }) => Key)],
    concerns({ amount, unit, room }, owner) {
      const name = `budget ${BudgetName}`
      const rename = 'pass --budget-name with another name'
      // AWS would refuse ours in the middle of the work.
      const full = `${name} has so many notifications that ours do not fit: AWS takes ${MOST_NOTIFICATIONS}, ${-room} fewer than there would be`
      const differs = `${name} was there before, and its limit of ${amount} ${unit} stays`
      const isOther = wanted && owner !== 'ours' && amount !== budgetUsd
      return concernsIn(
        ['budget-full', wanted && room < 0, full, `delete ${-room} of them, or ${rename}`, 'apply'],
        ['budget-differs', isOther, differs, `${rename} for one of your own`],
      )
    },
    // It goes with the topic that it notifies: one that notifies another Region's is that Region's.
    remainder(have) {
      const isElsewhere = (topic = '') => isOwnTopic(env, topic) && !env.regions.includes(topic.split(':')[3] ?? '')
      return Object.values(have.notifications).some(isElsewhere) ? have : undefined
    },

    async template(want, ResourceTags, cx) {
      const named = want.services || !cx ? want : desiredBudget(env, undefined, await servicesOf(cx))
      // What AWS fills in (TimePeriod) is not asked for.
      const { BudgetLimit, TimePeriod: _, ...budget } = budgetInput(BudgetName, named)
      const Budget = { ...budget, BudgetLimit: { Amount: named.amount, Unit: BudgetLimit?.Unit } }
      const properties = { Budget, NotificationsWithSubscribers: subscribed(named), ResourceTags }
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

    async read(cx) {
      const describe = new DescribeBudgetCommand({ ...named, ShowFilterExpression: true })
      const found = (await orUndefined(cx.aws.budgets.send(describe), GONE))?.Budget
      if (!found) return undefined
      const services = wanted ? await servicesOf(cx) : undefined
      const tags = env.removing && (await tagsOf(cx, ResourceARN))
      const state = budgetStateOf(found, await readNotifications(cx.aws, named), services)
      return {
        state: { ...state, ...(tags && { tags }) },
        owner: async () => whose(tags ?? (await tagsOf(cx, ResourceARN))),
      }
    },

    async write(cx, have) {
      const { budgets } = cx.aws
      if (!have) {
        const want = desiredBudget(env, undefined, await servicesOf(cx))
        const more = { NotificationsWithSubscribers: subscribed(want), ResourceTags: tagsFor(undefined) }
        const create = (Budget: Budget) =>
          budgets.send(new CreateBudgetCommand({ AccountId: env.accountId, Budget, ...more }))
        await createOnce(put(cx, BudgetName, want, create), () => this.read(cx), 'DuplicateRecordException')
        return
      }
      const want = wantedState(this, have)
      // Before anything is added: a run that ends here leaves no doubt whose it is.
      const marks = marksOf(have)
      if (have.owner === 'unmarked' || marks.length > 0) {
        const ResourceTags = [...tagsFor(have.owner, have.tagKeys), ...marks]
        await budgets.send(new TagResourceCommand({ ResourceARN, ResourceTags }))
      }
      const { notifications: standing, ...settings } = have.state
      const { notifications, ...wantedSettings } = want
      if (!equal(settings, wantedSettings)) {
        await put(cx, BudgetName, want, (NewBudget) =>
          budgets.send(new UpdateBudgetCommand({ AccountId: env.accountId, NewBudget })),
        )
      }
      if (!equal(standing, notifications)) await mendNotifications(cx.aws, named, standing, notifications)
    },

    async release({ aws }, { state: { tags = [] } }) {
      await takeOut(aws, named, tags)
      const ResourceTagKeys = ourKeys(tags)
      if (ResourceTagKeys.length === 0) return
      await aws.budgets.send(new UntagResourceCommand({ ResourceARN, ResourceTagKeys }))
    },

    async remove({ aws }, have) {
      if (this.remainder?.(have.state)) return
      await orUndefined(aws.budgets.send(new DeleteBudgetCommand(named)), GONE)
    },
  }
}

/** Where AWS refuses the names, the wider filter is tried; that it is wider is said, whatever the reason. */
async function put(
  cx: AwsContext,
  name: string,
  want: BudgetState,
  send: (budget: Budget) => Promise<unknown>,
): Promise<void> {
  const tell = (why: string) => {
    const message = `${why}: the budget counts Amazon Bedrock and every purchase through AWS Marketplace`
    cx.emit({ type: 'warning', warning: { code: 'budget-counts-marketplace', message } })
  }
  try {
    await send(budgetInput(name, want))
    if (equal(want.filter, UNTIL_NAMED))
      tell('the names of Bedrock’s services could not be read (pricing:GetAttributeValues)')
  } catch (error) {
    if (!hasCode(error, 'InvalidParameterException') || equal(want.filter, WITH_MARKETPLACE)) throw error
    // What else is wrong stays wrong, and its own error is the one to tell.
    await send(budgetInput(name, { ...want, filter: WITH_MARKETPLACE })).catch((again) => {
      throw hasCode(again, 'InvalidParameterException') ? error : again
    })
    tell('AWS does not take a budget for the names of Bedrock’s services')
  }
}
