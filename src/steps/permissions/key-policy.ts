import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { AwsContext } from '../../aws/context.ts'
import { arn, partitionOf } from '../../aws/partitions.ts'
import { parsePolicy, type Statement } from '../../aws/policy.ts'
import { type Verdict, verdictOn } from '../../aws/policy-verdict.ts'
import { AppError, usageError } from '../../core/errors.ts'
import type { PlanItem } from '../../core/plan.ts'
import type { Grant } from '../../core/resource.ts'
import { alarmArn, bucketArn, byRegion, type Env, logGroupArn, onBehalfOf, ownTopicArn, sourceOf } from '../env.ts'
import { passing } from '../notify/notifications.ts'
import { PUBLISHERS } from '../notify/topic-policy.ts'
import type { BucketState } from '../storage/bucket-state.ts'
import type { Purpose } from './purposes.ts'

/** A statement that a key's policy has to have, so that a service may use the key for what is ours. */
export interface KeyDemand {
  key: string
  /** What the key is for: "bucket", "log group", "topic". */
  use: string
  statement: Statement
  /** What is used of the key, whatever spelling a policy allows it in. */
  actions: readonly string[]
  /** Names under which the service comes. */
  services: readonly string[]
  /** The condition keys of its calls, as `verdictOn` takes them. */
  context: Readonly<Record<string, string | undefined>>
}

/** The keys of the settings, each with its flag and the step that uses it. */
function keysOf({ settings }: Env): { flag: string; step: string; key: string }[] {
  const { bucketKmsKey, logGroupKmsKey, snsTopic, topicKmsKey } = settings
  const keys = [
    { flag: '--bucket-kms-key', step: '2', key: bucketKmsKey },
    { flag: '--log-group-kms-key', step: '2b', key: logGroupKmsKey },
    { flag: '--topic-kms-key', step: '5', key: snsTopic === '' ? topicKmsKey : '' },
  ]
  return keys.filter(({ key }) => key !== '')
}

/**
 * Throws a usage error for a key of another Region or partition: a key and what it encrypts are in one Region. Pure.
 * @param steps ids of the steps that are chosen
 */
export function checkKeyPlaces(env: Env, steps: readonly string[]): void {
  for (const { flag, step, key } of keysOf(env)) {
    if (!steps.includes(step)) continue
    const [, partition, , keyRegion] = key.split(':')
    const elsewhere = env.regions.find((region) => region !== keyRegion)
    if (elsewhere !== undefined) {
      throw usageError(
        `${flag} is a key in ${keyRegion}: a key and what it encrypts are in one Region, and this is about ${elsewhere}${env.regions.length > 1 ? ' too' : ''}`,
        `run it with --region ${keyRegion} for that key, and for other Regions with keys of theirs`,
      )
    }
    const { id } = partitionOf(keyRegion ?? '')
    if (partition !== id) {
      throw usageError(
        `${flag} is a key of partition ${partition}, and ${keyRegion} is in ${id}`,
        `pass a key whose ARN begins with arn:${id}:kms:${keyRegion}:`,
      )
    }
  }
}

/** With the key of a log bucket that was there before us, if Bedrock is about to write to that: no setting names it. */
export function withKeyInUse(env: Env, plan: readonly PlanItem[]): Env {
  const isWritten = plan.some(({ resource, action }) => resource.type === 'invocation-logging' && action !== 'none')
  const { have } = plan.find(({ resource: { step, type } }) => step === '2' && type === 's3-bucket') ?? {}
  if (!isWritten || !have || have.owner === 'ours') return env
  const { keyId } = (have.state as BucketState).encryption
  if (keyId === undefined) return env
  const id = keyId.includes('/') ? keyId : `key/${keyId}`
  const bucketKmsKey = id.startsWith('arn:') ? id : arn(env, 'kms', env.homeRegion ?? env.region, env.accountId, id)
  return { ...env, settings: { ...env.settings, bucketKmsKey } }
}

/** What the keys of the settings have to allow, after AWS's own examples for each service. Pure. */
export function keyDemands(env: Env): KeyDemand[] {
  const { bucketKmsKey, logGroupKmsKey, snsTopic, topicKmsKey } = env.settings
  const demands = byRegion(env).flatMap((each) => {
    const { accountId, region } = each
    const account = { 'aws:sourceaccount': accountId }
    const via = (service: string) => ({ 'kms:viaservice': `${service}.${region}.amazonaws.com` })
    return [
      demand(bucketKmsKey, 'bucket', 'bedrock.amazonaws.com', ['kms:GenerateDataKey'], {
        condition: onBehalfOf(each, 'bedrock', '*'),
        context: {
          ...sourceOf(each, 'bedrock', '*'),
          ...via('s3'),
          // Of the bucket, where it has a bucket key; else of the object.
          'kms:encryptioncontext:aws:s3:arn': `${bucketArn(each)}*`,
        },
      }),
      demand(
        logGroupKmsKey,
        'log group',
        `logs.${region}.amazonaws.com`,
        ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
        {
          condition: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': [logGroupArn(each)] } },
          // Looking at the key is in AWS's example, and nothing fails without it.
          further: ['kms:DescribeKey'],
          services: ['logs.amazonaws.com'],
          context: { ...account, ...via('logs'), 'kms:encryptioncontext:aws:logs:arn': logGroupArn(each) },
        },
      ),
      ...PUBLISHERS.filter(({ wanted }) => wanted(each)).map(({ service }) =>
        demand(
          snsTopic === '' ? topicKmsKey : '',
          'topic',
          `${service}.amazonaws.com`,
          ['kms:Decrypt', 'kms:GenerateDataKey'],
          {
            context: {
              ...account,
              ...via('sns'),
              'aws:sourcearn': service === 'cloudwatch' ? alarmArn(each, '*') : `arn:*:budgets::${accountId}:*`,
              'kms:encryptioncontext:aws:sns:topicarn': ownTopicArn(each),
            },
          },
        ),
      ),
    ]
  })
  return demands.filter(({ key }) => key !== '')
}

interface Circumstances {
  condition?: Statement['Condition']
  further?: string[]
  services?: string[]
  context: KeyDemand['context']
}

function demand(
  key: string,
  use: string,
  service: string,
  actions: string[],
  { condition, further = [], services = [], context }: Circumstances,
): KeyDemand {
  const statement: Statement = {
    Effect: 'Allow',
    Principal: { Service: [service] },
    Action: [...actions, ...further],
    Resource: ['*'],
    ...(condition && { Condition: condition }),
  }
  return { key, use, statement, actions, services: [service, ...services], context }
}

/** The rights on the keys of the settings that a purpose's commands need themselves. Pure. */
export function keyGrants(env: Env, purpose: Purpose): Grant[] {
  const { bucketKmsKey } = env.settings
  const on = (key: string, ...actions: string[]): Grant[] => (key === '' ? [] : [{ actions, resources: [key] }])
  switch (purpose) {
    case 'setup':
      return [
        ...keysOf(env).flatMap(({ key }) => on(key, 'kms:DescribeKey', 'kms:GetKeyPolicy')),
        // An earlier logging configuration is kept in the bucket, which encrypts with the writer's rights.
        ...on(bucketKmsKey, 'kms:GenerateDataKey'),
      ]
    case 'cleanup':
    case 'report':
    case 'reconcile':
      return on(bucketKmsKey, 'kms:Decrypt')
    case 'query':
      // Athena reads the log with the rights of whoever asks.
      return env.settings.lake ? on(bucketKmsKey, 'kms:Decrypt') : []
    default:
      return []
  }
}

/** Publishing to topics, by their ARNs: where one is ours and has a key, with it. Pure. */
export function publishGrants(topics: readonly string[], { topicName, topicKmsKey: key }: Env['settings']): Grant[] {
  const hasKey = (topic: string) => {
    const [, , , region, , name] = topic.split(':')
    return name === topicName && region === key.split(':')[3]
  }
  return topics.flatMap((topic) => [
    { actions: ['sns:Publish'], resources: [topic] },
    ...(hasKey(topic) ? [{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key] }] : []),
  ])
}

/**
 * Looks at the keys in use and at their policies. Answers an error with the statements to add, or with what else keeps a key
 * from being used; a policy that may not be read is a warning.
 */
export async function checkKeys(cx: AwsContext, env: Env): Promise<AppError | undefined> {
  const demands = keyDemands(env)
  const keys = [...new Set(demands.map(({ key }) => key))]
  const [unusable] = (await Promise.all(keys.map((key) => faultOf(cx, key)))).filter((fault) => fault !== undefined)
  if (unusable) return unusable
  const judged = await Promise.all(demands.map(async (each) => ({ ...each, ...(await judge(cx, each)) })))
  const missing = judged.filter(({ verdict }) => verdict !== 'allowed')
  const [first] = missing
  if (!first) return undefined
  const message = `the key policy of ${first.key} does not let AWS use it for the ${first.use}; nothing was changed`
  const denied = missing.filter(({ verdict }) => verdict === 'denied')
  const lacking = missing.filter(({ verdict }) => verdict === 'not-allowed')
  const list = lacking.map(({ key, use, statement }) => `${key} (${use}): ${JSON.stringify(statement)}`)
  const hints = [
    ...denied.map(
      ({ key, use, action, services }) => `take ${action} for ${services[0]} out of what ${key} (${use}) denies`,
    ),
    ...(list.length === 0 ? [] : [`add to the key policy, then run it again: ${list.join('; ')}`]),
  ]
  return new AppError('blocked', 'KeyPolicyLacksStatement', message, { hint: hints.join('; ') })
}

/** What makes a key of no use, whatever its policy says; undefined where that cannot be told. */
async function faultOf(cx: AwsContext, key: string): Promise<AppError | undefined> {
  const { DescribeKeyCommand } = await import('@aws-sdk/client-kms')
  const asked = regional(cx, key).kms.send(new DescribeKeyCommand({ KeyId: key }))
  const found = await asked.catch((thrown) => void passing(thrown))
  const { KeyState = 'Enabled', KeySpec = 'SYMMETRIC_DEFAULT' }: Partial<KeyMetadata> = found?.KeyMetadata ?? {}
  const fault = (why: string) =>
    new AppError('blocked', 'KeyNotUsable', `key ${key} ${why}; nothing was changed`, {
      hint: 'enable it in KMS, or pass another key',
    })
  if (KeyState !== 'Enabled') return fault(`cannot be used: its state is ${KeyState}`)
  return KeySpec === 'SYMMETRIC_DEFAULT' ? undefined : fault(`is not a symmetric one: its spec is ${KeySpec}`)
}

/** The worst that a key's policy says to what is demanded, and of which action. */
async function judge(cx: AwsContext, demand: KeyDemand): Promise<{ verdict: Verdict; action: string }> {
  const { key, use, actions, services, context } = demand
  try {
    const { GetKeyPolicyCommand } = await import('@aws-sdk/client-kms')
    const { Policy } = await regional(cx, key).kms.send(new GetKeyPolicyCommand({ KeyId: key, PolicyName: 'default' }))
    const policy = parsePolicy(Policy)
    const verdicts = actions.map((action) => ({
      action,
      verdict: verdictOn(policy, { action, services, resource: key, context }),
    }))
    const worst = (['denied', 'not-allowed'] as const).flatMap((verdict) =>
      verdicts.filter((each) => each.verdict === verdict),
    )
    return worst[0] ?? { verdict: 'allowed', action: '' }
  } catch (thrown) {
    const error = passing(thrown)
    const message = `the policy of key ${key} could not be checked for the ${use}: ${error.message}`
    cx.emit({ type: 'warning', warning: { code: 'key-policy-unknown', message } })
    return { verdict: 'allowed', action: '' }
  }
}

const regional = (cx: AwsContext, key: string) => cx.in(key.split(':')[3] ?? '').aws
