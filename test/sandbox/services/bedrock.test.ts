import {
  DeleteModelInvocationLoggingConfigurationCommand,
  GetInferenceProfileCommand,
  GetModelInvocationLoggingConfigurationCommand,
  ListInferenceProfilesCommand,
  type LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListObjectsV2Command, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from '../clients.ts'

const ACCOUNT = '111122223333'
const logGroupName = '/aws/bedrock/modelinvocations'
const bucketName = 'bedrock-logs'
const roleArn = `arn:aws:iam::${ACCOUNT}:role/Delivery`

const condition = {
  StringEquals: { 'aws:SourceAccount': ACCOUNT },
  ArnLike: { 'aws:SourceArn': `arn:aws:bedrock:us-east-1:${ACCOUNT}:*` },
}
const trustOf = (service: string, account = ACCOUNT) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:SourceAccount': account } },
})
const logsPolicy = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}:log-stream:aws/bedrock/modelinvocations`,
}
const bucketPolicy = {
  Effect: 'Allow',
  Principal: { Service: 'bedrock.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${bucketName}/bedrock-logs/AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/*`,
  Condition: condition,
}
const document = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })

const LOG_GROUP_REFUSED = `Failed to validate permissions for log group: ${logGroupName}, with role: ${roleArn}. Verify the IAM role permissions are correct.`

let sandbox: Sandbox
let aws: ReturnType<typeof clientsOf>
let now: number

beforeEach(async () => {
  now = Date.UTC(2026, 10, 23)
  sandbox = await startSandbox({ clock: { now: () => now } })
  aws = clientsOf(sandbox)
})
afterEach(() => sandbox.close())

async function prepare(parts: { trust?: object; logs?: object; bucket?: object; group?: boolean } = {}): Promise<void> {
  const trust = document(parts.trust ?? trustOf('bedrock.amazonaws.com'))
  await aws.iam.send(new CreateRoleCommand({ RoleName: 'Delivery', AssumeRolePolicyDocument: trust }))
  const PolicyDocument = document(parts.logs ?? logsPolicy)
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'Delivery', PolicyName: 'p', PolicyDocument }))
  if (parts.group !== false) await aws.logs.send(new CreateLogGroupCommand({ logGroupName }))
  await aws.s3.send(new CreateBucketCommand({ Bucket: bucketName }))
  const Policy = document(parts.bucket ?? bucketPolicy)
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: bucketName, Policy }))
}

const config: LoggingConfig = {
  cloudWatchConfig: { logGroupName, roleArn },
  s3Config: { bucketName, keyPrefix: 'bedrock-logs' },
  imageDataDeliveryEnabled: false,
}
const put = (loggingConfig = config) =>
  aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
const read = async () => (await aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig

describe('the logging configuration', () => {
  test('is one per Region, read back as put; "Booleans left out count as true"', async () => {
    await prepare()
    expect(await read()).toBeUndefined()
    await put()
    expect(await read()).toEqual({
      ...config,
      textDataDeliveryEnabled: true,
      embeddingDataDeliveryEnabled: true,
      videoDataDeliveryEnabled: true,
      audioDataDeliveryEnabled: true,
    })
    const elsewhere = clientsOf(sandbox, 'us-west-2').bedrock
    const other = await elsewhere.send(new GetModelInvocationLoggingConfigurationCommand({}))
    expect(other.loggingConfig).toBeUndefined()
    await aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    expect(await read()).toBeUndefined()
  })

  test('leaves the permission check in the bucket, "zero bytes … and left behind", and the first event "is not JSON"', async () => {
    await prepare()
    await put()
    await aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    const { Contents } = await aws.s3.send(new ListObjectsV2Command({ Bucket: bucketName }))
    const Key = `bedrock-logs/AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check`
    expect(Contents).toMatchObject([{ Key, Size: 0 }])
    const group = sandbox.services.logs.groupsOf('us-east-1').get(logGroupName)
    expect([...(group?.streams.values() ?? [])]).toMatchObject([
      {
        name: 'aws/bedrock/modelinvocations',
        events: [{ message: 'Permissions are correctly set for Amazon Bedrock logs.' }],
      },
    ])
  })
})

describe('"Failed to validate permissions for log group", and nothing is set, when', () => {
  test.each([
    ['the role trusts another service', { trust: trustOf('lambda.amazonaws.com') }],
    ['the role trusts Bedrock for another account only', { trust: trustOf('bedrock.amazonaws.com', '999988887777') }],
    ['the role may not create streams', { logs: { ...logsPolicy, Action: 'logs:PutLogEvents' } }],
    [
      'the role may write to another group only',
      { logs: { ...logsPolicy, Resource: 'arn:aws:logs:*:*:log-group:x:*' } },
    ],
    ['the log group is missing', { group: false }],
  ])('%s', async (_reason, parts) => {
    await prepare(parts)
    expect(await refusal(put())).toEqual({ name: 'ValidationException', message: LOG_GROUP_REFUSED, status: 400 })
    expect(await read()).toBeUndefined()
  })

  test('the ARN is wrong', async () => {
    await prepare()
    const wrong = put({ cloudWatchConfig: { logGroupName, roleArn: `${roleArn}X` } })
    expect((await refusal(wrong)).message).toContain('Failed to validate permissions for log group')
  })

  test('"the role has not propagated", until it has', async () => {
    await sandbox.close()
    sandbox = await startSandbox({ clock: { now: () => now }, propagationMs: 8000 })
    aws = clientsOf(sandbox)
    await prepare()
    now += 7999
    expect(await refusal(put())).toMatchObject({ message: LOG_GROUP_REFUSED })
    now += 1
    await put()
  })
})

describe('"Failed to validate permissions for bucket", when', () => {
  test.each([
    ['the policy is about another prefix', { ...bucketPolicy, Resource: `arn:aws:s3:::${bucketName}/other/*` }],
    ['the policy is for another service', { ...bucketPolicy, Principal: { Service: 'lambda.amazonaws.com' } }],
    ['the policy is about another action', { ...bucketPolicy, Action: 's3:Get*' }],
    [
      'the policy is for another source account',
      { ...bucketPolicy, Condition: { StringEquals: { 'aws:SourceAccount': '999988887777' } } },
    ],
    [
      'the policy is for another source Region',
      { ...bucketPolicy, Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:bedrock:eu-west-1:${ACCOUNT}:*` } } },
    ],
    ['the policy denies', { ...bucketPolicy, Effect: 'Deny' }],
  ])('%s', async (_reason, bucket) => {
    await prepare({ bucket })
    const refused = await refusal(put())
    expect(refused).toMatchObject({ name: 'ValidationException', status: 400 })
    expect(refused.message).toMatch(/^Failed to validate permissions for bucket: bedrock-logs/)
    expect(await read()).toBeUndefined()
  })

  test('the bucket is missing or, as delivery is to the "same account and Region only", somebody else\'s', async () => {
    await prepare()
    sandbox.services.s3.buckets.create('strangers', 'us-east-1', '999988887777', now)
    for (const name of ['missing', 'strangers']) {
      const refused = await refusal(put({ s3Config: { bucketName: name } }))
      expect(refused.message).toContain(`Failed to validate permissions for bucket: ${name}`)
    }
  })
})

describe('models', () => {
  test('have application profiles that are found by id and ARN; "the default lists SYSTEM only"', async () => {
    const modelId = 'amazon.nova-pro-v1:0'
    const id = sandbox.services.bedrock.addApplicationProfile({
      region: 'us-east-1',
      account: ACCOUNT,
      name: 'team',
      modelId,
    })
    expect(id).toHaveLength(12)
    const byDefault = await aws.bedrock.send(new ListInferenceProfilesCommand({}))
    expect(byDefault.inferenceProfileSummaries?.every(({ type }) => type === 'SYSTEM_DEFINED')).toBe(true)
    const listed = await aws.bedrock.send(new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION' }))
    const [profile] = listed.inferenceProfileSummaries ?? []
    expect(profile?.inferenceProfileName).toBe('team')
    for (const inferenceProfileIdentifier of [id, profile?.inferenceProfileArn]) {
      const found = await aws.bedrock.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier }))
      expect(found.models).toEqual([{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}` }])
    }
    const missing = aws.bedrock.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'nothing' }))
    expect(await refusal(missing)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 })
  })
})
