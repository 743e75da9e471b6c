import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { PolicyDocument } from '../../src/aws/policy.ts'
import { allows, parsePolicy } from '../../src/sandbox/services/policy.ts'
import type { Env } from '../../src/steps/env.ts'
import { keyDemands } from '../../src/steps/permissions/key-policy.ts'
import { allSteps, resourcesOf } from '../../src/steps/steps.ts'
import { anyEnv } from '../support/arbitraries.ts'
import { errorOf, inWorld, type World, type WorldOptions, writingCalls } from '../support/world.ts'

interface Attempt {
  service: string
  action: string
  resource?: string
  account?: string
  source?: string
  secure?: boolean
}

/** Whether a policy of ours lets a service do something, judged by an evaluator that is not the program's. */
function mayDo(document: PolicyDocument, env: Env, attempt: Attempt, kind: 'trust' | 'identity' | 'resource') {
  const needs = { principal: kind !== 'identity', resource: kind !== 'trust' }
  const policy = parsePolicy(JSON.stringify(document), needs)
  if (!policy) throw new Error('malformed policy')
  const account = attempt.account ?? env.accountId
  return allows([policy], {
    ...(kind !== 'identity' && { service: attempt.service }),
    action: attempt.action,
    ...(attempt.resource !== undefined && { resource: attempt.resource }),
    context: {
      'aws:SourceAccount': account,
      'aws:SourceArn': attempt.source ?? `arn:aws:bedrock:${env.region}:${account}:model-invocation-logging`,
      'aws:SecureTransport': String(attempt.secure ?? true),
    },
  })
}

const desired = <State>(env: Env, type: string) =>
  resourcesOf(allSteps(env))
    .find((resource) => resource.type === type)
    ?.desired() as State

/** Any account and settings, in the partition whose ARNs the attempts are written in. */
const envs = anyEnv.filter(({ region }) => !region.startsWith('us-gov'))
const BEDROCK = 'bedrock.amazonaws.com'

describe('the policies, evaluated', () => {
  test('the bucket takes deliveries of this account under its own prefix, over TLS, and nothing else', () => {
    fc.assert(
      fc.property(envs, (env) => {
        const { policy } = desired<{ policy: PolicyDocument }>(env, 's3-bucket')
        const bucket = env.settings.bucketName || `${env.settings.bucketPrefix}-${env.accountId}`
        const folder = `arn:aws:s3:::${bucket}/${env.settings.keyPrefix}/AWSLogs`
        const put = { service: BEDROCK, action: 's3:PutObject' }
        const resource = `${folder}/${env.accountId}/BedrockModelInvocationLogs/x.json.gz`
        const may = (attempt: Partial<Attempt>) => mayDo(policy, env, { ...put, resource, ...attempt }, 'resource')
        expect(may({})).toBe(true)
        expect(may({ secure: false })).toBe(false)
        expect(may({ service: 'logs.amazonaws.com' })).toBe(false)
        expect(may({ action: 's3:GetObject' })).toBe(false)
        expect(may({ account: '999999999999' })).toBe(false)
        expect(may({ source: `arn:aws:bedrock:xx-other-1:${env.accountId}:x` })).toBe(false)
        expect(may({ resource: `${folder}/999999999999/BedrockModelInvocationLogs/x.json.gz` })).toBe(false)
        expect(may({ resource: `arn:aws:s3:::${bucket}/bedrock-monitor/previous-logging.json` })).toBe(false)
      }),
    )
  })

  test('the role is for Bedrock of this account, and writes to one stream of one group', () => {
    fc.assert(
      fc.property(envs, (env) => {
        const { trust, policy } = desired<{ trust: PolicyDocument; policy: PolicyDocument }>(env, 'iam-role')
        const assume = { service: BEDROCK, action: 'sts:AssumeRole' }
        expect(mayDo(trust, env, assume, 'trust')).toBe(true)
        expect(mayDo(trust, env, { ...assume, service: 'ec2.amazonaws.com' }, 'trust')).toBe(false)
        expect(mayDo(trust, env, { ...assume, account: '999999999999' }, 'trust')).toBe(false)
        const group = `arn:aws:logs:${env.region}:${env.accountId}:log-group:${env.settings.logGroupName}`
        const write = { service: BEDROCK, action: 'logs:PutLogEvents' }
        const stream = `${group}:log-stream:aws/bedrock/modelinvocations`
        expect(mayDo(policy, env, { ...write, resource: stream }, 'identity')).toBe(true)
        expect(mayDo(policy, env, { ...write, action: 'logs:DeleteLogGroup', resource: stream }, 'identity')).toBe(
          false,
        )
        expect(mayDo(policy, env, { ...write, resource: `${group}-other:log-stream:x` }, 'identity')).toBe(false)
        expect(mayDo(policy, env, { ...write, resource: `${group}:log-stream:other` }, 'identity')).toBe(false)
      }),
    )
  })

  test("the topic takes this account's alarms of its Region and nothing else", () => {
    fc.assert(
      fc.property(envs, (env) => {
        const { policy } = desired<{ policy: PolicyDocument }>(env, 'sns-topic')
        const resource = `arn:aws:sns:${env.region}:${env.accountId}:${env.settings.topicName}`
        const source = `arn:aws:cloudwatch:${env.region}:${env.accountId}:alarm:Bedrock-HighLatency`
        const publish = { service: 'cloudwatch.amazonaws.com', action: 'sns:Publish', resource, source }
        const may = (attempt: Partial<Attempt>) => mayDo(policy, env, { ...publish, ...attempt }, 'resource')
        expect(may({})).toBe(true)
        expect(may({ service: 's3.amazonaws.com' })).toBe(false)
        expect(may({ account: '999999999999' })).toBe(false)
        expect(may({ action: 'sns:Subscribe' })).toBe(false)
        expect(may({ source: source.replace(':alarm:', ':dashboard:') })).toBe(false)
      }),
    )
  })
})

describe('a KMS key of the settings', () => {
  const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd'
  const settings = { bucketKmsKey: KEY, logGroupKmsKey: KEY, topicKmsKey: KEY }
  const administrators = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: 'kms:*',
    Resource: '*',
  }
  const makeKey = (world: World, statements: object[]) =>
    world.sandbox.services.kms.addKey({
      region: 'us-east-1',
      account: '111122223333',
      id: '1234abcd',
      policy: JSON.stringify({ Version: '2012-10-17', Statement: [administrators, ...statements] }),
    })
  const withKeys: WorldOptions = { settings }

  test('encrypts bucket, log group and topic, once its policy allows that', () =>
    inWorld(withKeys, async (world) => {
      makeKey(
        world,
        keyDemands(world.env).map(({ statement }) => statement),
      )
      const { error } = await world.setup()
      expect(error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
      const bucket = world.sandbox.services.s3.buckets.find('bedrock-logs-111122223333')
      expect(JSON.stringify(bucket?.settings.encryption)).toContain(KEY)
      expect((await world.cleanup()).error).toBeUndefined()
    }))

  test('is put onto what stands already', () =>
    inWorld({}, async (plain) => {
      await plain.setup()
      makeKey(
        plain,
        keyDemands({ ...plain.env, settings: { ...plain.env.settings, ...settings } }).map(
          ({ statement }) => statement,
        ),
      )
      const { report, error } = await plain.setup({}, undefined, settings)
      expect(error).toBeUndefined()
      expect(report.resources.filter(({ action }) => action === 'update').map(({ type }) => type)).toEqual([
        's3-bucket',
        'log-group',
        'sns-topic',
      ])
      // Without the settings the keys stay: encryption is never weakened.
      expect((await plain.status()).report.ok).toBe(true)
    }))

  test('whose policy lacks a statement is refused before the first change, with the statement to add', () =>
    inWorld(withKeys, async (world) => {
      const [forBucket] = keyDemands(world.env)
      makeKey(world, forBucket ? [forBucket.statement] : [])
      const error = await errorOf(world.setup())
      expect(error).toMatchObject({ kind: 'blocked', code: 'KeyPolicyLacksStatement' })
      expect(error?.hint).toContain('"logs.us-east-1.amazonaws.com"')
      expect(error?.hint).toContain('"cloudwatch.amazonaws.com"')
      expect(error?.hint).not.toContain('"bedrock.amazonaws.com"')
      expect(writingCalls(world)).toEqual([])
    }))

  test('of a topic that a budget notifies has to let AWS Budgets use it too', () =>
    inWorld({ settings: { topicKmsKey: KEY, budgetUsd: 50 } }, async (world) => {
      const [forAlarms] = keyDemands(world.env)
      makeKey(world, forAlarms ? [forAlarms.statement] : [])
      const error = await errorOf(world.setup())
      expect(error?.hint).toContain('"budgets.amazonaws.com"')
      expect(error?.hint).not.toContain('"cloudwatch.amazonaws.com"')
    }))

  test('of another Region is refused before anything is read', () =>
    inWorld({ settings: { bucketKmsKey: KEY }, region: 'eu-west-1' }, async (world) => {
      expect(await errorOf(world.setup())).toMatchObject({ kind: 'usage' })
      expect(await errorOf(world.status())).toMatchObject({ kind: 'usage' })
      expect(world.sandbox.calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity', 'GetCallerIdentity'])
    }))

  test('that is switched off is refused before the first change', () =>
    inWorld(withKeys, async (world) => {
      const arn = makeKey(
        world,
        keyDemands(world.env).map(({ statement }) => statement),
      )
      world.sandbox.services.kms.setState(arn, 'Disabled')
      expect(await errorOf(world.setup())).toMatchObject({ kind: 'blocked', code: 'KeyNotUsable' })
      expect(writingCalls(world)).toEqual([])
    }))

  test('of a bucket that was there before is looked at before the first change, though no setting names it', () =>
    inWorld({}, async (world) => {
      const { s3 } = world.sandbox.services
      const bucket = s3.buckets.create('bedrock-logs-111122223333', 'us-east-1', '111122223333', 0)
      bucket.settings.encryption = {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } }],
      }
      makeKey(world, [])
      const error = await errorOf(world.setup({ adopt: true }))
      expect(error).toMatchObject({ kind: 'blocked', code: 'KeyPolicyLacksStatement' })
      expect(error?.hint).toContain('"kms:GenerateDataKey"')
      expect(writingCalls(world)).toEqual([])
      makeKey(world, [
        { Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'kms:*', Resource: '*' },
      ])
      expect((await world.setup({ adopt: true })).error).toBeUndefined()
      world.sandbox.calls.length = 0
      expect((await world.setup()).error).toBeUndefined()
      expect(world.sandbox.calls.filter(({ service }) => service === 'kms')).toEqual([])
    }))

  test('whose policy cannot be read is used, with a warning', () =>
    inWorld({ settings: { topicKmsKey: KEY } }, async (world) => {
      const { report, error } = await world.setup()
      expect(error).toBeUndefined()
      expect(report.warnings.map(({ code }) => code)).toContain('key-policy-unknown')
    }))
})

test('with --metadata-only no prompt and no answer is delivered anywhere', () =>
  inWorld({ settings: { metadataOnly: true } }, async (world) => {
    await world.setup()
    const get = new GetModelInvocationLoggingConfigurationCommand({})
    const { loggingConfig } = await world.cx.aws.bedrock.send(get)
    expect(loggingConfig).toMatchObject({
      textDataDeliveryEnabled: false,
      imageDataDeliveryEnabled: false,
      embeddingDataDeliveryEnabled: false,
      videoDataDeliveryEnabled: false,
      audioDataDeliveryEnabled: false,
    })
  }))
