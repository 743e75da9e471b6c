import { isObject, parseJson } from '../../json-text.ts'
import { faultOf } from '../../service.ts'
import type { Tags } from '../tags.ts'

export interface Subscription {
  readonly arn: string
  readonly protocol: string
  readonly endpoint: string
  /** An address is pending until its owner follows the link that was sent to it, a URL until it answers what was posted to it. */
  confirmed: boolean
}

export interface Topic {
  readonly arn: string
  readonly name: string
  readonly attributes: Map<string, string>
  readonly tags: Tags
  readonly subscriptions: Subscription[]
}

const PROTOCOLS = ['email', 'email-json', 'http', 'https', 'sms', 'sqs', 'application', 'lambda', 'firehose']

/** What Subscribe refuses: a protocol that SNS has none of, and an endpoint that is none of that protocol. */
export function checkEndpoint(protocol: string, endpoint: string): void {
  if (!PROTOCOLS.includes(protocol)) throw invalid(`Does not support this protocol string: ${protocol}`)
  if (protocol.startsWith('email') && !/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalid('Email address')
  const isUrl = URL.canParse(endpoint) && new URL(endpoint).protocol === `${protocol}:`
  if (protocol.startsWith('http') && !isUrl) throw invalid('Endpoint must match the specified protocol')
}

/** An endpoint as lists show it: a password in a URL is not shown. */
export function listedEndpoint(endpoint: string): string {
  return endpoint.replace(/^(https?:\/\/[^/?#@:]*):[^/?#@]*@/, '$1:****@')
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
  if (name === 'Policy' && value !== '' && !isObject(parseJson(value))) {
    throw invalid('Policy Error: null')
  }
  return name
}

export const invalid = faultOf('InvalidParameter', 400, (what) => `Invalid parameter: ${what}`)

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
