import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
} from '@aws-sdk/client-sns'
import type { AwsContext } from '../aws/context.ts'
import { orUndefined } from '../aws/errors.ts'
import { ownerOf, tagsFor } from '../aws/ownership.ts'
import { parsePolicy, policyDocument, type Statement } from '../aws/policy.ts'
import { equal } from '../core/diff.ts'
import type { Resource } from '../core/resource.ts'
import { type Env, onBehalfOf, topicArn } from './env.ts'

interface TopicState {
  policy: Statement[]
  /** Whether the address of the settings is subscribed, confirmed or not; undefined without an address. */
  subscribed: boolean | undefined
  kmsKey: string | undefined
}

const GONE = ['NotFound', 'NotFoundException', 'ResourceNotFoundException']
const ALLOW_ALARMS = 'AllowCloudWatchAlarms'

/** The topic that the alarms of this Region, and nothing else, may publish to. */
export function topic(env: Env): Resource<TopicState, AwsContext> {
  const { topicName, topicKmsKey, email } = env.settings
  const TopicArn = topicArn(env)
  const grant = (...actions: string[]) => [{ actions, resources: [TopicArn] }]
  const allowAlarms: Statement = {
    Sid: ALLOW_ALARMS,
    Effect: 'Allow',
    Principal: { Service: ['cloudwatch.amazonaws.com'] },
    Action: ['sns:Publish'],
    Resource: [TopicArn],
    Condition: onBehalfOf(env, 'cloudwatch', 'alarm:*'),
  }
  const desired = (have?: TopicState): TopicState => ({
    policy: [...(have?.policy ?? []).filter(({ Sid }) => Sid !== ALLOW_ALARMS), allowAlarms],
    subscribed: email === '' ? undefined : true,
    // A key that the topic already has stays: encryption is never weakened.
    kmsKey: topicKmsKey || have?.kmsKey,
  })

  return {
    step: '5',
    type: 'sns-topic',
    name: topicName,
    region: env.region,
    holdsData: false,
    needs: [],
    desired,

    permissions: () => ({
      read: grant(
        'sns:GetTopicAttributes',
        'sns:ListTagsForResource',
        ...(email === '' ? [] : ['sns:ListSubscriptionsByTopic']),
      ),
      write: grant(
        'sns:CreateTopic',
        'sns:SetTopicAttributes',
        'sns:TagResource',
        ...(email === '' ? [] : ['sns:Subscribe']),
      ),
      // The topic takes its subscriptions with it.
      remove: grant('sns:DeleteTopic'),
    }),

    async read({ aws }) {
      const found = await orUndefined(aws.sns.send(new GetTopicAttributesCommand({ TopicArn })), ...GONE)
      if (!found) return undefined
      return {
        state: {
          policy: parsePolicy(found.Attributes?.Policy),
          subscribed: email === '' ? undefined : await isSubscribed(aws, TopicArn, email),
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
      if (want.subscribed && !have?.state.subscribed) {
        await aws.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: email }))
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

async function isSubscribed(aws: AwsContext['aws'], TopicArn: string, email: string): Promise<boolean> {
  let NextToken: string | undefined
  do {
    const page = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }))
    if (page.Subscriptions?.some(({ Protocol, Endpoint }) => Protocol === 'email' && Endpoint === email)) return true
    NextToken = page.NextToken
  } while (NextToken)
  return false
}
