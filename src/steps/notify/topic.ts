import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
} from '@aws-sdk/client-sns'
import { asItStands, keyAsItStands } from '../../aws/canonical.ts'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { ownerOf, tagsFor } from '../../aws/ownership.ts'
import { parsePolicy, policyDocument, type Statement } from '../../aws/policy.ts'
import { equal } from '../../core/diff.ts'
import type { Resource } from '../../core/resource.ts'
import { type Env, ownTopicArn } from '../env.ts'
import { endpointsOf, listSubscriptions, subscriptionOf } from './subscriptions.ts'
import { mayPublish, PUBLISHERS } from './topic-policy.ts'

interface TopicState {
  policy: Statement[]
  /** The endpoints of the settings that are subscribed, confirmed or not, as they may be shown; others' are not looked at. */
  subscriptions: string[]
  kmsKey: string | undefined
}

const GONE = ['NotFound', 'NotFoundException', 'ResourceNotFoundException']

/** The topic that the alarms of this Region, and the account's budget where there is one, may publish to, and nobody else. */
export function topic(env: Env): Resource<TopicState, AwsContext> {
  const { topicName, topicKmsKey, snsTopic } = env.settings
  const TopicArn = ownTopicArn(env)
  const endpoints = endpointsOf(env.settings)
  const grant = (...actions: string[]) => [{ actions, resources: [TopicArn] }]
  const publishers = PUBLISHERS.filter(({ wanted }) => wanted(env))
  const statements = publishers.map((publisher) => mayPublish(publisher, env, TopicArn))
  const wanted = snsTopic === ''
  const desired = (have?: TopicState): TopicState => ({
    policy: asItStands(have?.policy, withStatements(have?.policy ?? [], statements)),
    subscriptions: endpoints.map(({ shown }) => shown),
    // A key that the topic already has stays: encryption is never weakened.
    kmsKey: topicKmsKey === '' ? have?.kmsKey : keyAsItStands(have?.kmsKey, topicKmsKey),
  })

  return {
    step: '5',
    type: 'sns-topic',
    name: topicName,
    region: env.region,
    holdsData: false,
    wanted,
    needs: [],
    desired,

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
            ...(endpoints.length === 0 ? [] : ['sns:Subscribe']),
          )
        : [],
      // The topic takes its subscriptions with it.
      remove: grant('sns:DeleteTopic'),
    }),

    async read(cx) {
      const { aws } = cx
      const found = await orUndefined(aws.sns.send(new GetTopicAttributesCommand({ TopicArn })), ...GONE)
      if (!found) return undefined
      const known = endpoints.length === 0 ? [] : await listSubscriptions(cx, TopicArn)
      return {
        state: {
          policy: parsePolicy(found.Attributes?.Policy),
          subscriptions: endpoints.filter((each) => subscriptionOf(each, known)).map(({ shown }) => shown),
          kmsKey: found.Attributes?.KmsMasterKeyId || undefined,
        },
        async owner() {
          const { Tags } = await aws.sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))
          return ownerOf(Tags)
        },
      }
    },

    async write({ aws }, have) {
      const want = desired(have?.state)
      const Policy = policyDocument(want.policy)
      if (!have) {
        const Attributes = { Policy, ...(want.kmsKey !== undefined && { KmsMasterKeyId: want.kmsKey }) }
        await aws.sns.send(new CreateTopicCommand({ Name: topicName, Tags: tagsFor(undefined), Attributes }))
      }
      const set = (AttributeName: string, AttributeValue: string | undefined) =>
        aws.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
      if (have && !equal(have.state.policy, want.policy)) await set('Policy', Policy)
      if (have && have.state.kmsKey !== want.kmsKey) await set('KmsMasterKeyId', want.kmsKey)
      for (const { protocol, endpoint, shown } of endpoints) {
        if (have?.state.subscriptions.includes(shown)) continue
        await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: protocol, Endpoint: endpoint }))
      }
      if (have?.owner === 'unmarked') {
        await aws.sns.send(new TagResourceCommand({ ResourceArn: TopicArn, Tags: tagsFor(have.owner) }))
      }
    },

    async remove({ aws }) {
      await orUndefined(aws.sns.send(new DeleteTopicCommand({ TopicArn })), ...GONE)
    },
  }
}

/** What others allow stays, and so does what an earlier setup has allowed and this one does not ask for. */
function withStatements(policy: readonly Statement[], own: readonly Statement[]): Statement[] {
  const mended = policy.map((statement) => own.find(({ Sid }) => Sid === statement.Sid) ?? statement)
  return [...mended, ...own.filter(({ Sid }) => !policy.some((statement) => statement.Sid === Sid))]
}
