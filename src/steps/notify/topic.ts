import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
import { keyAsItStands } from '../../aws/canonical.ts'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { adoptionKeys, OF_A_STACK, ourKeys, ownerOf, tagsFor, whose } from '../../aws/ownership.ts'
import {
  type PolicyDocument,
  readPolicy,
  statementsOf,
  withAdded,
  withoutAdded,
  withStatements,
} from '../../aws/policy.ts'
import { equal } from '../../core/diff.ts'
import { concernsIn, type Resource, TemplateSecret, wantedState } from '../../core/resource.ts'
import { type Env, ownTopicArn } from '../env.ts'
import { heldBy, type Users } from '../held-by.ts'
import {
  endpointsOf,
  isMark,
  listSubscriptions,
  markOf,
  NO_TOPIC,
  shownSubscription,
  subscriptionOf,
} from './subscriptions.ts'
import { denialOf, isSurelyAllowed, mayPublish, PUBLISHERS } from './topic-policy.ts'

interface TopicState {
  policy: PolicyDocument
  /** The endpoints of the settings that are subscribed, confirmed or not, as they may be shown; others' are not looked at. */
  subscriptions: string[]
  kmsKey: string | undefined
  /** Our tags for subscriptions that are no more: each takes the room of another. */
  unusedTags: string[]
  /** Of a topic that is to go: all that is subscribed, which goes with it, and what of it we did not subscribe, for people. */
  subscribed?: string[]
  others?: string[]
  notifiedBy?: Notifying
}

/** The names of what notifies a topic; undefined where that may not be looked at. */
type Notifying = Readonly<Record<'alarms' | 'budgets', readonly string[] | undefined>>

/**
 * The topic that the alarms of this Region, and the account's budget where there is one, may publish to, and nobody else.
 * @param users others' alarms and budgets that tell it
 */
export function topic(env: Env, users: Users<Notifying>): Resource<TopicState, AwsContext> {
  const { topicName, topicKmsKey, snsTopic } = env.settings
  const TopicArn = ownTopicArn(env)
  const endpoints = endpointsOf(env.settings)
  const whereAsked = (...actions: string[]) => (endpoints.length === 0 ? [] : actions)
  const grant = (...actions: string[]) => [{ actions, resources: [TopicArn] }]
  const publishers = PUBLISHERS.filter(({ wanted }) => wanted(env))
  const statementFor = (publisher: (typeof publishers)[number]) => mayPublish(publisher, env, TopicArn)
  const missingOf = (have?: TopicState) => endpoints.filter(({ shown }) => !have?.subscriptions.includes(shown))
  const subscriptions = endpoints.map(({ shown }) => shown)
  const wanted = snsTopic === ''
  const tagsOf = async ({ aws }: AwsContext) =>
    (await aws.sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags ?? []
  const set = ({ aws }: AwsContext, AttributeName: string, AttributeValue: string | undefined) =>
    aws.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
  const untag = async ({ aws }: AwsContext, TagKeys: string[]) => {
    if (TagKeys.length > 0) await aws.sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys }))
  }

  return {
    step: '5',
    type: 'sns-topic',
    name: topicName,
    region: env.region,
    wanted,
    foreign: OF_A_STACK,
    summary: ({ subscriptions }) => (subscriptions.length > 0 ? `notifies ${subscriptions.join(', ')}` : ''),
    desired: (have) => ({
      policy: withStatements(have?.policy ?? readPolicy(undefined), publishers.map(statementFor)),
      subscriptions,
      // A key that the topic already has stays: encryption is never weakened.
      kmsKey: topicKmsKey === '' ? have?.kmsKey : keyAsItStands(have?.kmsKey, topicKmsKey),
      unusedTags: [],
    }),
    adopted(have) {
      const allowed = statementsOf(have.policy)
      const added = publishers.filter((publisher) => !isSurelyAllowed(publisher, env, allowed)).map(statementFor)
      const policy = added.length > 0 ? withAdded(have.policy, added) : have.policy
      return { ...have, policy, subscriptions, unusedTags: [] }
    },
    released: (have) => ({ ...have, policy: withoutAdded(have.policy, PUBLISHERS.map(statementFor)) }),
    makesRoom: 'pass the address of a mailing list, end subscriptions, or pass --topic-name with another name',
    // Each subscription of ours has one.
    marks: (have) => [...adoptionKeys(have), ...missingOf(have.state).map(markOf)],
    concerns({ policy, kmsKey, others, notifiedBy }, owner) {
      const name = `topic ${topicName}`
      const [denial] = publishers.flatMap((each) => denialOf(each, env, statementsOf(policy)) ?? [])
      const denied = `the policy of ${name} denies what alarms publish${denial?.Sid ? ` (statement ${denial.Sid})` : ''}`
      // No alarm can use AWS's own key: its policy cannot be changed (docs: SNS, encrypted topics and AWS services).
      const isLocked = kmsKey?.endsWith('alias/aws/sns') && (owner !== 'ours' || topicKmsKey === '')
      const locked = `${name} is encrypted with alias/aws/sns, which alarms cannot use`
      // As before, for callers without rights in AWS Budgets.
      const unseen = `whether budgets notify ${name} is not known: reading budgets is not allowed`
      return [
        ...concernsIn(
          ['topic-denies', denial, denied, `change that statement, or ${RENAME}`, 'apply'],
          ['topic-managed-key', isLocked, locked, UNLOCK, 'apply'],
          ['not-looked-at', notifiedBy && !notifiedBy.budgets, unseen, ALLOW],
        ),
        ...heldBy('topic-with-others', others, `${name} has subscriptions`, MOVE, env.removing),
        ...Object.entries(notifiedBy ?? {}).flatMap(([what, names]) =>
          heldBy('topic-with-others', names, `${name} has ${what}`, RENOTIFY, env.removing, 'the topic'),
        ),
      ]
    },

    template: (want, Tags) => [
      {
        type: 'AWS::SNS::Topic',
        id: TopicArn,
        properties: { TopicName: topicName, KmsMasterKeyId: want.kmsKey, Tags },
      },
      { type: 'AWS::SNS::TopicInlinePolicy', id: TopicArn, properties: { TopicArn, PolicyDocument: want.policy } },
      ...endpoints.map(({ protocol: Protocol, endpoint, shown }) => ({
        type: 'AWS::SNS::Subscription',
        properties: { TopicArn, Protocol, Endpoint: Protocol === 'email' ? endpoint : new TemplateSecret(shown) },
      })),
    ],

    permissions: () => ({
      read: grant('sns:GetTopicAttributes', 'sns:ListTagsForResource', ...whereAsked('sns:ListSubscriptionsByTopic')),
      write: wanted
        ? grant(
            'sns:CreateTopic',
            'sns:SetTopicAttributes',
            'sns:TagResource',
            ...whereAsked('sns:Subscribe', 'sns:UntagResource'),
          )
        : [],
      // The topic takes its subscriptions with it.
      remove: [
        ...grant('sns:DeleteTopic', 'sns:SetTopicAttributes', 'sns:UntagResource'),
        ...grant('sns:ListSubscriptionsByTopic', 'sns:Unsubscribe'),
        ...users.grants,
      ],
    }),

    async read(cx) {
      const found = await orUndefined(cx.aws.sns.send(new GetTopicAttributesCommand({ TopicArn })), ...NO_TOPIC)
      if (!found) return undefined
      // Without addresses, who is subscribed is not looked at.
      const looks = endpoints.length > 0 || env.removing !== undefined
      const known = looks ? await listSubscriptions(cx, TopicArn) : []
      const Tags = looks ? await tagsOf(cx) : undefined
      const standing = known.map(markOf)
      const used = [...standing, ...endpoints.map(markOf)]
      const marks = (Tags ?? []).flatMap(({ Key = '' }) => (isMark(Key) ? [Key] : []))
      // A topic that is to go takes its tags with it.
      const unusedTags = env.removing ? [] : marks.filter((mark) => !used.includes(mark)).sort()
      // Those without our mark, which the settings do not name for a topic of ours either.
      const ours = [...(Tags ?? []).map(({ Key }) => Key), ...(ownerOf(Tags) === 'ours' ? endpoints.map(markOf) : [])]
      const others = known.filter((each) => !ours.includes(markOf(each))).map(shownSubscription)
      return {
        state: {
          policy: readPolicy(found.Attributes?.Policy),
          subscriptions: endpoints.filter((each) => subscriptionOf(each, known)).map(({ shown }) => shown),
          kmsKey: found.Attributes?.KmsMasterKeyId || undefined,
          unusedTags,
          ...(env.removing && {
            subscribed: standing.sort(),
            others: others.sort(),
            notifiedBy: await users.read(cx),
          }),
        },
        // What is not used any more goes first.
        owner: async () => whose((Tags ?? (await tagsOf(cx))).filter(({ Key = '' }) => !unusedTags.includes(Key))),
      }
    },

    async write(cx, have) {
      const { sns } = cx.aws
      const want = wantedState(this, have)
      const Policy = JSON.stringify(want.policy)
      if (!have) {
        const Attributes = { Policy, ...(want.kmsKey !== undefined && { KmsMasterKeyId: want.kmsKey }) }
        await sns.send(new CreateTopicCommand({ Name: topicName, Tags: tagsFor(undefined), Attributes }))
      }
      const missing = missingOf(have?.state)
      await untag(cx, have?.state.unusedTags ?? [])
      // Before anything is added: a run that ends here leaves no doubt whose subscription it is.
      const Tags = [
        ...(have?.owner === 'unmarked' ? tagsFor(have.owner, have.tagKeys) : []),
        ...missing.map((each) => ({ Key: markOf(each), Value: 'true' })),
      ]
      if (Tags.length > 0) await sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags }))
      if (have && !equal(have.state.policy, want.policy)) await set(cx, 'Policy', Policy)
      if (have && have.state.kmsKey !== want.kmsKey) await set(cx, 'KmsMasterKeyId', want.kmsKey)
      for (const { protocol: Protocol, endpoint: Endpoint } of missing) {
        await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }))
      }
    },

    async release(cx, { state }) {
      const left = this.released?.(state) ?? state
      if (!equal(left.policy, state.policy)) await set(cx, 'Policy', JSON.stringify(left.policy))
      const keys = ourKeys(await tagsOf(cx))
      // One that nobody has confirmed yet cannot be ended, and ends by itself.
      const known = await listSubscriptions(cx, TopicArn)
      for (const { arn: SubscriptionArn } of known.filter((one) => one.confirmed && keys.includes(markOf(one)))) {
        await orUndefined(cx.aws.sns.send(new UnsubscribeCommand({ SubscriptionArn })), ...NO_TOPIC)
      }
      await untag(cx, keys)
    },

    async remove({ aws }) {
      await orUndefined(aws.sns.send(new DeleteTopicCommand({ TopicArn })), ...NO_TOPIC)
    },
  }
}

const RENAME = 'pass --topic-name with another name'
const UNLOCK = `encrypt it with a key of your own, or not at all; or ${RENAME}`
const ALLOW = 'allow budgets:ViewBudget, and run cleanup again'
const MOVE = 'subscribe them to another topic'
const RENOTIFY = 'have them notify another topic'
