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
import { adoptionKeys, OF_A_STACK, ourKeys, ownerOf, type Tag, tagsFor, whose } from '../../aws/ownership.ts'
import {
  type PolicyDocument,
  readPolicy,
  statementsOf,
  withAdded,
  withoutAdded,
  withStatements,
} from '../../aws/policy.ts'
import { equal } from '../../core/diff.ts'
import { type Concern, type Resource, TemplateSecret, wantedState } from '../../core/resource.ts'
import { type Env, ownTopicArn } from '../env.ts'
import { heldBy, type Users } from '../held-by.ts'
import {
  type Endpoint,
  endpointsOf,
  isMark,
  listSubscriptions,
  markOf,
  NO_TOPIC,
  type Subscription,
  shownSubscription,
  subscriptionOf,
} from './subscriptions.ts'
import { denialOf, isAllowed, isManaged, lockedOut, mayPublish, PUBLISHERS, type Publisher } from './topic-policy.ts'

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
  /** What others have notify it. */
  notifiedBy?: Notifying
}

/** The names of what notifies a topic; undefined where that may not be looked at. */
export type Notifying = Readonly<Record<'alarms' | 'budgets', readonly string[] | undefined>>

/**
 * The topic that the alarms of this Region, and the account's budget where there is one, may publish to, and nobody else.
 * @param users others' alarms and budgets that tell it
 */
export function topic(env: Env, users: Users<Notifying>): Resource<TopicState, AwsContext> {
  const { topicName, topicKmsKey, snsTopic } = env.settings
  const TopicArn = ownTopicArn(env)
  const endpoints = endpointsOf(env.settings)
  const grant = (...actions: string[]) => [{ actions, resources: [TopicArn] }]
  const publishers = PUBLISHERS.filter(({ wanted }) => wanted(env))
  const statementFor = (publisher: Publisher) => mayPublish(publisher, env, TopicArn)
  const statements = publishers.map(statementFor)
  const missingOf = (have?: TopicState) => endpoints.filter(({ shown }) => !have?.subscriptions.includes(shown))
  const wanted = snsTopic === ''
  const desired = (have?: TopicState): TopicState => ({
    policy: withStatements(have?.policy ?? readPolicy(undefined), statements),
    subscriptions: endpoints.map(({ shown }) => shown),
    // A key that the topic already has stays: encryption is never weakened.
    kmsKey: topicKmsKey === '' ? have?.kmsKey : keyAsItStands(have?.kmsKey, topicKmsKey),
    unusedTags: [],
  })

  return {
    step: '5',
    type: 'sns-topic',
    name: topicName,
    region: env.region,
    wanted,
    foreign: OF_A_STACK,
    summary: ({ subscriptions }) => (subscriptions.length > 0 ? `notifies ${subscriptions.join(', ')}` : ''),
    desired,

    adopted(have) {
      const allowed = statementsOf(have.policy)
      const added = publishers.filter((publisher) => !isAllowed(publisher, env, allowed)).map(statementFor)
      const { subscriptions } = desired(have)
      return {
        ...have,
        policy: added.length > 0 ? withAdded(have.policy, added) : have.policy,
        subscriptions,
        unusedTags: [],
      }
    },
    released: (have) => ({ ...have, policy: withoutAdded(have.policy, PUBLISHERS.map(statementFor)) }),
    makesRoom: 'pass the address of a mailing list, end subscriptions, or pass --topic-name with another name',
    // Each subscription of ours has one.
    marks: (have) => [...adoptionKeys(have), ...missingOf(have.state).map(markOf)],
    concerns: (have, owner) => [
      ...denials(env, have),
      ...(isManaged(have.kmsKey) && (owner !== 'ours' || topicKmsKey === '') ? [lockedOut(topicName)] : []),
      ...heldBy('topic-with-others', have.others, `topic ${topicName} has subscriptions`, MOVE, env.removing),
      ...(have.notifiedBy && !have.notifiedBy.budgets ? [unseenBudgets(topicName)] : []),
      ...Object.entries(have.notifiedBy ?? {}).flatMap(([what, names]) =>
        heldBy('topic-with-others', names, `topic ${topicName} has ${what}`, RENOTIFY, env.removing, 'the topic'),
      ),
    ],

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
      read: grant(
        'sns:GetTopicAttributes',
        'sns:ListTagsForResource',
        ...(endpoints.length === 0 ? [] : ['sns:ListSubscriptionsByTopic']),
      ),
      write: wanted
        ? grant(
            'sns:CreateTopic',
            'sns:SetTopicAttributes',
            'sns:TagResource',
            ...(endpoints.length === 0 ? [] : ['sns:Subscribe', 'sns:UntagResource']),
          )
        : [],
      // The topic takes its subscriptions with it.
      remove: [
        ...grant(
          'sns:DeleteTopic',
          'sns:SetTopicAttributes',
          'sns:UntagResource',
          'sns:ListSubscriptionsByTopic',
          'sns:Unsubscribe',
        ),
        ...users.grants,
      ],
    }),

    async read(cx) {
      const { aws } = cx
      const found = await orUndefined(aws.sns.send(new GetTopicAttributesCommand({ TopicArn })), ...NO_TOPIC)
      if (!found) return undefined
      const known = endpoints.length === 0 && !env.removing ? [] : await listSubscriptions(cx, TopicArn)
      const list = async () =>
        (await aws.sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags ?? []
      const tagged = endpoints.length > 0 || env.removing ? await list() : undefined
      const Tags = tagged ?? []
      const standing = known.map(markOf)
      const notifiedBy = env.removing && (await users.read(cx))
      const marks = Tags.flatMap(({ Key = '' }) => (isMark(Key) ? [Key] : []))
      const missing = endpoints.filter((each) => !subscriptionOf(each, known)).map(markOf)
      // Without addresses, who is subscribed is not looked at; and a topic that is to go takes its tags with it.
      const unusedTags =
        endpoints.length === 0 || env.removing
          ? []
          : marks.filter((mark) => !standing.includes(mark) && !missing.includes(mark)).sort()
      return {
        state: {
          policy: readPolicy(found.Attributes?.Policy),
          subscriptions: endpoints.filter((each) => subscriptionOf(each, known)).map(({ shown }) => shown),
          kmsKey: found.Attributes?.KmsMasterKeyId || undefined,
          unusedTags,
          ...(env.removing && { subscribed: standing.sort(), others: others(known, Tags, endpoints) }),
          ...(notifiedBy && { notifiedBy }),
        },
        // What is not used any more goes first.
        owner: async () => whose((tagged ?? (await list())).filter(({ Key = '' }) => !unusedTags.includes(Key))),
      }
    },

    async write({ aws }, have) {
      const want = wantedState(this, have)
      const Policy = JSON.stringify(want.policy)
      if (!have) {
        const Attributes = { Policy, ...(want.kmsKey !== undefined && { KmsMasterKeyId: want.kmsKey }) }
        await aws.sns.send(new CreateTopicCommand({ Name: topicName, Tags: tagsFor(undefined), Attributes }))
      }
      const missing = missingOf(have?.state)
      const TagKeys = have?.state.unusedTags ?? []
      if (TagKeys.length > 0) await aws.sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys }))
      // Before anything is added: a run that ends here leaves no doubt whose subscription it is.
      const marks = missing.map((each) => ({ Key: markOf(each), Value: 'true' }))
      const Tags = [...(have?.owner === 'unmarked' ? tagsFor(have.owner, have.tagKeys) : []), ...marks]
      if (Tags.length > 0) await aws.sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags }))
      const set = (AttributeName: string, AttributeValue: string | undefined) =>
        aws.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
      if (have && !equal(have.state.policy, want.policy)) await set('Policy', Policy)
      if (have && have.state.kmsKey !== want.kmsKey) await set('KmsMasterKeyId', want.kmsKey)
      for (const { protocol, endpoint } of missing) {
        await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: protocol, Endpoint: endpoint }))
      }
    },

    async release(cx, have) {
      const { sns } = cx.aws
      const left = this.released?.(have.state) ?? have.state
      if (!equal(left.policy, have.state.policy)) {
        const AttributeValue = JSON.stringify(left.policy)
        await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }))
      }
      const { Tags = [] } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))
      const keys = ourKeys(Tags)
      // One that nobody has confirmed yet cannot be ended, and ends by itself.
      const confirmed = (await listSubscriptions(cx, TopicArn)).filter((each) => each.confirmed)
      for (const { arn: SubscriptionArn } of confirmed.filter((each) => keys.includes(markOf(each)))) {
        await orUndefined(sns.send(new UnsubscribeCommand({ SubscriptionArn })), ...NO_TOPIC)
      }
      if (keys.length > 0) await sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: keys }))
    },

    async remove({ aws }) {
      await orUndefined(aws.sns.send(new DeleteTopicCommand({ TopicArn })), ...NO_TOPIC)
    },
  }
}

/** As before, for callers without rights in AWS Budgets. */
function unseenBudgets(name: string): Concern {
  const message = `whether budgets notify topic ${name} is not known: looking at budgets is not allowed`
  return { code: 'not-looked-at', message, hint: 'allow budgets:ViewBudget, and run cleanup again' }
}

const MOVE = 'subscribe them to another topic'
const RENOTIFY = 'have them notify another topic'

/** The subscriptions that we did not make: those without our mark, which the settings do not name for a topic of ours either. */
function others(known: readonly Subscription[], tags: readonly Tag[], endpoints: readonly Endpoint[]): string[] {
  const named = ownerOf(tags) === 'ours' ? endpoints.map(markOf) : []
  const ours = [...tags.map(({ Key = '' }) => Key), ...named]
  return known
    .filter((each) => !ours.includes(markOf(each)))
    .map(shownSubscription)
    .sort()
}

/** A topic that alarms may not publish to, whatever is allowed besides. */
function denials(env: Env, { policy }: TopicState): Concern[] {
  const publishers = PUBLISHERS.filter(({ wanted }) => wanted(env))
  const [denying] = publishers.flatMap((publisher) => denialOf(publisher, env, statementsOf(policy)) ?? [])
  if (!denying) return []
  const message = `the policy of topic ${env.settings.topicName} denies what alarms publish${denying.Sid ? ` (statement ${denying.Sid})` : ''}`
  const hint = 'change that statement, or pass --topic-name with another name'
  return [{ code: 'topic-denies', message, hint, stops: 'apply' }]
}
