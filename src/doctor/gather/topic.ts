import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import type { TopicFacts } from '../facts.ts'

/** Who hears of the alarms; undefined where there is no topic. */
export async function readTopic({ aws }: AwsContext, TopicArn: string): Promise<TopicFacts | undefined> {
  const gone = ['NotFound', 'NotFoundException', 'ResourceNotFoundException']
  const found = await orUndefined(aws.sns.send(new GetTopicAttributesCommand({ TopicArn })), ...gone)
  if (!found) return undefined
  const facts: TopicFacts = { confirmed: 0, pending: 0, keyId: found.Attributes?.KmsMasterKeyId }
  let NextToken: string | undefined
  do {
    const page = await aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }))
    for (const { SubscriptionArn = '' } of page.Subscriptions ?? []) {
      // One that waits for its confirmation has the text PendingConfirmation, one that was ended Deleted.
      if (SubscriptionArn.startsWith('arn:')) facts.confirmed += 1
      else if (SubscriptionArn !== 'Deleted') facts.pending += 1
    }
    NextToken = page.NextToken
  } while (NextToken)
  return facts
}
