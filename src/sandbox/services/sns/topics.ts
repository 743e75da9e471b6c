import { AwsFault } from '../../service.ts'
import type { Tags } from '../tags.ts'

export interface Subscription {
  readonly arn: string
  readonly protocol: string
  readonly endpoint: string
  /** An email address is pending until its owner follows the link that was sent to it. */
  confirmed: boolean
}

export interface Message {
  readonly id: string
  readonly subject: string | undefined
  readonly message: string
}

export interface Topic {
  readonly arn: string
  readonly name: string
  readonly attributes: Map<string, string>
  readonly tags: Tags
  readonly subscriptions: Subscription[]
  /** What was published, oldest first. */
  readonly messages: Message[]
}

/** What is shown in lists in place of the ARN of a subscription that waits for its confirmation. */
export const PENDING = 'PendingConfirmation'

const SETTABLE = ['Policy', 'DisplayName', 'DeliveryPolicy', 'KmsMasterKeyId', 'TracingConfig', 'SignatureVersion']

export function checkTopicName(name: string | undefined): string {
  if (name !== undefined && /^[A-Za-z0-9_-]{1,256}$/.test(name)) return name
  throw invalid('Topic Name')
}

export function checkAttribute(name: string | undefined, value: string): string {
  if (name === undefined || !SETTABLE.includes(name)) throw invalid('AttributeName')
  if (name === 'Policy' && value !== '' && !isJsonObject(value)) {
    throw invalid('Policy Error: null')
  }
  return name
}

export function invalid(what: string): AwsFault {
  return new AwsFault('InvalidParameter', `Invalid parameter: ${what}`)
}

/** The policy that a topic has from the start: its owner may do everything with it. */
export function defaultPolicy(arn: string, account: string): string {
  const actions = ['GetTopicAttributes', 'SetTopicAttributes', 'DeleteTopic', 'Subscribe', 'Publish']
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  })
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
