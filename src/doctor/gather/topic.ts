import { GetTopicAttributesCommand } from '@aws-sdk/client-sns'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { parsePolicy } from '../../aws/policy.ts'
import { type Env, topicArn } from '../../steps/env.ts'
import { howToConfirm } from '../../steps/notify/notifications.ts'
import { endpointsOf, listSubscriptions, subscriptionOf } from '../../steps/notify/subscriptions.ts'
import { isAllowed, mayPublish, PUBLISHERS } from '../../steps/notify/topic-policy.ts'
import type { TopicFacts } from '../facts.ts'

/** Who hears of the alarms of a Region; undefined where there is no topic. */
export async function readTopic(cx: AwsContext, env: Env): Promise<TopicFacts | undefined> {
  const arn = topicArn(env)
  const gone = ['NotFound', 'NotFoundException', 'ResourceNotFoundException']
  const found = await orUndefined(cx.aws.sns.send(new GetTopicAttributesCommand({ TopicArn: arn })), ...gone)
  if (!found) return undefined
  const known = await listSubscriptions(cx, arn)
  const confirmed = known.filter((subscription) => subscription.confirmed).length
  const asked = endpointsOf(env.settings).map((endpoint) => ({ endpoint, as: subscriptionOf(endpoint, known) }))
  const ours = env.settings.snsTopic === ''
  return {
    arn,
    ours,
    confirmed,
    pending: known.length - confirmed,
    waiting: asked
      .filter(({ as }) => as?.confirmed === false)
      .map(({ endpoint }) => howToConfirm({ ...endpoint, region: env.region })),
    unsubscribed: asked.filter(({ as }) => !as).map(({ endpoint }) => endpoint.shown),
    lacks: ours ? [] : lacking(env, arn, found.Attributes?.Policy),
    keyId: found.Attributes?.KmsMasterKeyId,
  }
}

/** What of ours a policy lacks is told by the plan; of a topic of somebody's own, nothing is planned. */
function lacking(env: Env, arn: string, text: string | undefined): string[] {
  const policy = parsePolicy(text)
  const refused = PUBLISHERS.filter((publisher) => publisher.wanted(env) && !isAllowed(publisher, env, policy))
  return refused.map((publisher) => JSON.stringify(mayPublish(publisher, env, arn)))
}
