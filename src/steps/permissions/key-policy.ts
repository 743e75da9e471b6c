import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { AwsContext } from '../../aws/context.ts'
import { arn, partitionOf } from '../../aws/partitions.ts'
import { parsePolicy, type Statement } from '../../aws/policy.ts'
import { type ServiceRequest, verdictOn } from '../../aws/policy-verdict.ts'
import { AppError, usageError } from '../../core/errors.ts'
import type { PlanItem } from '../../core/plan.ts'
import type { Grant } from '../../core/resource.ts'
import { alarmArn, bucketArn, byRegion, type Env, logGroupArn, onBehalfOf, ownTopicArn, sourceOf } from '../env.ts'
import { passing } from '../notify/notifications.ts'
import { PUBLISHERS } from '../notify/topic-policy.ts'
import type { BucketState } from '../storage/bucket-state.ts'
import type { Purpose } from './purposes.ts'

function keysOf({ settings }: Env) {
  const { bucketKmsKey, logGroupKmsKey, snsTopic, topicKmsKey } = settings
  return [
    { flag: '--bucket-kms-key', step: '2', key: bucketKmsKey },
    { flag: '--log-group-kms-key', step: '2b', key: logGroupKmsKey },
    { flag: '--topic-kms-key', step: '5', key: snsTopic === '' ? topicKmsKey : '' },
  ].filter(({ key }) => key !== '')
}

/** Throws a usage error for a key of another Region: a key and what it encrypts are in one. Pure. */
export function checkKeyPlaces(env: Env, steps: readonly string[]): void {
  for (const { flag, key } of keysOf(env).filter(({ step }) => steps.includes(step))) {
    const [, partition, , keyRegion = ''] = key.split(':')
    const elsewhere = env.regions.find((region) => region !== keyRegion)
    if (elsewhere !== undefined) {
      throw usageError(
        `${flag} is a key in ${keyRegion}: a key and what it encrypts are in one Region, and this is about ${elsewhere}${env.regions.length > 1 ? ' too' : ''}`,
        `run it with --region ${keyRegion} for that key, and for other Regions with keys of their own`,
      )
    }
    const { id } = partitionOf(keyRegion)
    if (partition === id) continue
    const hint = `pass a key whose ARN begins with arn:${id}:kms:${keyRegion}:`
    throw usageError(`${flag} is a key of partition ${partition}, and ${keyRegion} is in ${id}`, hint)
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

/** The statements that policies of the settings' keys have to have, after AWS's own examples for each service. Pure. */
export function keyDemands(env: Env) {
  const { bucketKmsKey, logGroupKmsKey, snsTopic, topicKmsKey } = env.settings
  return byRegion(env).flatMap((each) => {
    const { accountId, region } = each
    const called = (service: string) => ({
      'aws:sourceaccount': accountId,
      'kms:viaservice': `${service}.${region}.amazonaws.com`,
    })
    const demand = (
      /** What the key is for; what is used of it, whatever spelling a policy allows it in; names under which the service comes. */
      about: Pick<ServiceRequest, 'services' | 'context'> & { key: string; use: string; actions: readonly string[] },
      Condition?: NonNullable<Statement['Condition']>,
      ...further: string[]
    ) => {
      const Principal = { Service: about.services.slice(0, 1) }
      const said = { Principal, Action: [...about.actions, ...further], Resource: ['*'] }
      const statement: Statement = { Effect: 'Allow', ...said, ...(Condition && { Condition }) }
      return { ...about, statement }
    }
    const ofBucket = demand(
      {
        key: bucketKmsKey,
        use: 'bucket',
        services: ['bedrock.amazonaws.com'],
        actions: ['kms:GenerateDataKey'],
        context: {
          ...called('s3'),
          ...sourceOf(each, 'bedrock', '*'),
          // Of the bucket, where it has a bucket key; else of the object.
          'kms:encryptioncontext:aws:s3:arn': `${bucketArn(each)}*`,
        },
      },
      onBehalfOf(each, 'bedrock', '*'),
    )
    const ofLogGroup = demand(
      {
        key: logGroupKmsKey,
        use: 'log group',
        services: [`logs.${region}.amazonaws.com`, 'logs.amazonaws.com'],
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
        context: { ...called('logs'), 'kms:encryptioncontext:aws:logs:arn': logGroupArn(each) },
      },
      { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': [logGroupArn(each)] } },
      // Looking at the key is in AWS's example, and nothing fails without it.
      'kms:DescribeKey',
    )
    const ofTopic = PUBLISHERS.filter(({ wanted }) => wanted(each)).map(({ service }) =>
      demand({
        key: snsTopic === '' ? topicKmsKey : '',
        use: 'topic',
        services: [`${service}.amazonaws.com`],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        context: {
          ...called('sns'),
          'aws:sourcearn': service === 'cloudwatch' ? alarmArn(each, '*') : `arn:*:budgets::${accountId}:*`,
          'kms:encryptioncontext:aws:sns:topicarn': ownTopicArn(each),
        },
      }),
    )
    return [ofBucket, ofLogGroup, ...ofTopic].filter(({ key }) => key !== '')
  })
}

export function keyGrants(env: Env, purpose: Purpose): Grant[] {
  const { bucketKmsKey, lake } = env.settings
  const onBucket = (action: string): Grant[] =>
    bucketKmsKey === '' ? [] : [{ actions: [action], resources: [bucketKmsKey] }]
  if (purpose === 'setup') {
    const looked = keysOf(env).map(({ key }) => ({
      actions: ['kms:DescribeKey', 'kms:GetKeyPolicy'],
      resources: [key],
    }))
    // An earlier logging configuration is kept in the bucket, which encrypts with the writer's rights.
    return [...looked, ...onBucket('kms:GenerateDataKey')]
  }
  // Athena reads the log with the rights of whoever asks.
  const reads = ['cleanup', 'report', 'reconcile', ...(lake ? ['query'] : [])].includes(purpose)
  return reads ? onBucket('kms:Decrypt') : []
}

/** Publishing to topics, by their ARNs: where one is ours and has a key, with it. Pure. */
export function publishGrants(topics: readonly string[], { topicName, topicKmsKey: key }: Env['settings']): Grant[] {
  return topics.flatMap((topic) => {
    const [, , , region, , name] = topic.split(':')
    const hasKey = name === topicName && region === key.split(':')[3]
    const withKey = hasKey ? [{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key] }] : []
    return [{ actions: ['sns:Publish'], resources: [topic] }, ...withKey]
  })
}

/** Answers an error with the statements that the keys in use lack; a policy that may not be read is a warning. */
export async function checkKeys(cx: AwsContext, env: Env): Promise<AppError | undefined> {
  const demands = keyDemands(env)
  const keys = [...new Set(demands.map(({ key }) => key))]
  const [unusable] = (await Promise.all(keys.map((key) => faultOf(cx, key)))).filter((fault) => fault !== undefined)
  if (unusable) return unusable
  const missing = (await Promise.all(demands.map((each) => judge(cx, each)))).flat()
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

async function faultOf(cx: AwsContext, key: string): Promise<AppError | undefined> {
  const { DescribeKeyCommand } = await import('@aws-sdk/client-kms')
  const asked = regional(cx, key).kms.send(new DescribeKeyCommand({ KeyId: key }))
  const found = await asked.catch((thrown) => void passing(thrown))
  const { KeyState = 'Enabled', KeySpec = 'SYMMETRIC_DEFAULT' }: Partial<KeyMetadata> = found?.KeyMetadata ?? {}
  const [why] = [
    ...(KeyState === 'Enabled' ? [] : [`cannot be used: its state is ${KeyState}`]),
    ...(KeySpec === 'SYMMETRIC_DEFAULT' ? [] : [`is not a symmetric one: its spec is ${KeySpec}`]),
  ]
  const hint = 'enable it in KMS, or pass another key'
  return why === undefined
    ? undefined
    : new AppError('blocked', 'KeyNotUsable', `key ${key} ${why}; nothing was changed`, { hint })
}

/** The worst that a key's policy says to what is demanded, and of which action; none where all of it is allowed. */
async function judge(cx: AwsContext, demand: ReturnType<typeof keyDemands>[number]) {
  const { key, use, actions, services, context } = demand
  try {
    const { GetKeyPolicyCommand } = await import('@aws-sdk/client-kms')
    const { Policy } = await regional(cx, key).kms.send(new GetKeyPolicyCommand({ KeyId: key, PolicyName: 'default' }))
    const policy = parsePolicy(Policy)
    const verdicts = actions.map((action) => {
      const verdict = verdictOn(policy, { action, services, resource: key, context })
      return { ...demand, action, verdict }
    })
    const worst = (['denied', 'not-allowed'] as const).flatMap((one) =>
      verdicts.filter(({ verdict }) => verdict === one),
    )
    return worst.slice(0, 1)
  } catch (thrown) {
    const { message: why } = passing(thrown)
    const message = `the policy of key ${key} could not be checked for the ${use}: ${why}`
    cx.emit({ type: 'warning', warning: { code: 'key-policy-unknown', message } })
    return []
  }
}

const regional = (cx: AwsContext, key: string) => cx.in(key.split(':')[3] ?? '').aws
