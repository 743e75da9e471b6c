import { allows, type Policy, parsePolicy, statementsOf } from '../policy.ts'
import type { Topic } from './topics.ts'

/** What an AWS service publishes to a topic on behalf of one of the account's resources. */
export interface ServiceMessage {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
  /** Who publishes: `cloudwatch.amazonaws.com`. */
  readonly service: string
  /** ARN of the resource that it is about. */
  readonly source: string
}

/** By its policy, and not encrypted with the AWS managed key, whose policy lets no service in. */
export function takes(topic: Topic, { service, source }: ServiceMessage): boolean {
  if (topic.attributes.get('KmsMasterKeyId') === 'alias/aws/sns') return false
  const policy = parsePolicy(topic.attributes.get('Policy') ?? '', { principal: true, resource: true })
  const account = source.split(':')[4] ?? ''
  const context = { 'aws:SourceArn': source, 'aws:SourceAccount': account, 'AWS:SourceOwner': account }
  const request = { service, action: 'sns:Publish', resource: topic.arn, context }
  return policy !== undefined && allows([everyoneIn(policy)], request)
}

/** `{ "AWS": "*" }` is everyone, services too: a topic's first policy lets in whoever acts for its owner that way. */
function everyoneIn(policy: Policy): Policy {
  const isEveryone = (principal: unknown) =>
    typeof principal === 'object' && principal !== null && 'AWS' in principal && principal.AWS === '*'
  const Statement = statementsOf(policy).map((one) => (isEveryone(one.Principal) ? { ...one, Principal: '*' } : one))
  return { ...policy, Statement }
}
