import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, HeadBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { ListTopicsCommand } from '@aws-sdk/client-sns'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { FaultInjector, parseFaults } from '../../src/sandbox/faults.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from './clients.ts'

let sandbox: Sandbox
let aws: ReturnType<typeof clientsOf>

beforeEach(async () => {
  sandbox = await startSandbox()
  aws = clientsOf(sandbox)
})
afterEach(() => sandbox.close())

const calls = {
  sts: () => aws.sts.send(new GetCallerIdentityCommand({})),
  iam: () => aws.iam.send(new GetRoleCommand({ RoleName: 'r' })),
  s3: () => aws.s3.send(new ListBucketsCommand({})),
  sns: () => aws.sns.send(new ListTopicsCommand({})),
  cloudwatch: () => aws.cloudwatch.send(new DescribeAlarmsCommand({})),
  logs: () => aws.logs.send(new DescribeLogGroupsCommand({})),
  bedrock: () => aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({})),
}
type Id = keyof typeof calls

describe('every service has its own error for', () => {
  test.each<[Id, string, number]>([
    ['sts', 'Throttling', 400],
    ['iam', 'Throttling', 400],
    ['s3', 'SlowDown', 503],
    ['sns', 'Throttling', 400],
    ['cloudwatch', 'Throttling', 400],
    ['logs', 'ThrottlingException', 400],
    ['bedrock', 'ThrottlingException', 429],
  ])('throttling: %s says %s %i', async (service, name, status) => {
    sandbox.faults.push({ kind: 'throttle', service })
    expect(await refusal(calls[service]())).toMatchObject({ name, status })
  })

  test.each<[Id, string, number]>([
    ['sts', 'AccessDenied', 403],
    ['iam', 'AccessDenied', 403],
    ['s3', 'AccessDenied', 403],
    ['sns', 'AuthorizationErrorException', 403],
    ['cloudwatch', 'AccessDenied', 403],
    ['logs', 'AccessDeniedException', 400],
    ['bedrock', 'AccessDeniedException', 403],
  ])('denial: %s says %s %i', async (service, name, status) => {
    sandbox.faults.push({ kind: 'access-denied', service })
    expect(await refusal(calls[service]())).toMatchObject({ name, status })
  })

  test.each(Object.keys(calls) as Id[])('an expired token, an internal error, an outage: %s', async (service) => {
    sandbox.faults.push({ kind: 'expired-token', service })
    expect((await refusal(calls[service]())).name).toMatch(/^ExpiredToken/)
    sandbox.faults.splice(0, 1, { kind: '500', service })
    expect(await refusal(calls[service]())).toMatchObject({ status: 500 })
    sandbox.faults.splice(0, 1, { kind: '503', service })
    expect(await refusal(calls[service]())).toMatchObject({ status: 503 })
  })

  test.each(Object.keys(calls) as Id[])(
    'a connection that breaks and an answer that nobody can read: %s',
    async (service) => {
      sandbox.faults.push({ kind: 'reset', service })
      expect(await refusal(calls[service]())).toMatchObject({ name: expect.stringMatching(/Error/), status: 0 })
      sandbox.faults.splice(0, 1, { kind: 'malformed', service })
      expect((await refusal(calls[service]())).name).toMatch(/Error/)
    },
  )
})

describe('a fault', () => {
  test('strikes from the named call on, as often as it says, and then no more', async () => {
    sandbox.faults.push({ kind: '500', service: 'sts', operation: 'GetCallerIdentity', from: 2, count: 2 })
    await calls.s3()
    await calls.sts()
    await refusal(calls.sts())
    await refusal(calls.sts())
    await calls.sts()
    expect(sandbox.calls.map(({ status }) => status)).toEqual([200, 200, 500, 500, 200])
  })

  test('is overcome by the SDK that tries again', async () => {
    sandbox.faults.push({ kind: 'throttle' }, { kind: 'reset' })
    const identity = await clientsOf(sandbox, 'us-east-1', 3).sts.send(new GetCallerIdentityCommand({}))
    expect(identity.Account).toBe(sandbox.account)
    expect(sandbox.calls.length).toBeGreaterThan(1)
  })

  test('never answers when it is a time-out', async () => {
    sandbox.faults.push({ kind: 'timeout' })
    const requestHandler = { requestTimeout: 2_000, throwOnRequestTimeout: true }
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }
    const sts = new STSClient({
      endpoint: sandbox.url,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials,
      requestHandler,
    })
    expect(await refusal(sts.send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'TimeoutError' })
    // The client may be told of the end before the server is.
    while (sandbox.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(sandbox.calls).toMatchObject([{ operation: 'GetCallerIdentity', status: 0 }])
  })

  test('loses the call before it takes effect, or only its answer afterwards', async () => {
    sandbox.faults.push({ kind: 'reset', operation: 'CreateBucket' })
    await refusal(aws.s3.send(new CreateBucketCommand({ Bucket: 'one' })))
    expect(await refusal(aws.s3.send(new HeadBucketCommand({ Bucket: 'one' })))).toMatchObject({ status: 404 })
    sandbox.faults.splice(0, 1, { kind: 'reset', operation: 'CreateBucket', when: 'after' })
    await refusal(aws.s3.send(new CreateBucketCommand({ Bucket: 'one' })))
    await aws.s3.send(new HeadBucketCommand({ Bucket: 'one' }))
  })

  const getRole = { service: 'iam', operation: 'GetRole', writing: false } as const
  const createRole = { service: 'iam', operation: 'CreateRole', writing: true } as const

  test('counts the calls it matches even while another strikes', () => {
    const faults = new FaultInjector([
      { kind: '500', count: 2 },
      { kind: '503', operation: 'GetRole', from: 3 },
    ])
    const struck = [1, 2, 3, 4].map(() => faults.strike(getRole, 0)?.kind)
    expect(struck).toEqual(['500', '500', '503', undefined])
  })

  test('lasts as long as it is given, from the first call it strikes', () => {
    const faults = new FaultInjector([{ kind: 'throttle', seconds: 20, from: 2 }])
    const struck = [0, 5_000, 6_000, 24_999, 25_000].map((now) => faults.strike(getRole, now)?.kind)
    expect(struck).toEqual([undefined, 'throttle', 'throttle', 'throttle', undefined])
  })

  test('strikes and counts calls that change something only, where that is asked for', () => {
    const faults = new FaultInjector([{ kind: 'reset', writing: true, from: 2 }])
    const calls = [createRole, getRole, createRole, getRole, createRole]
    expect(calls.map((call) => faults.strike(call, 0)?.kind)).toEqual([
      undefined,
      undefined,
      'reset',
      undefined,
      undefined,
    ])
  })
})

describe('faults from a file', () => {
  test('are taken as they are', () => {
    const faults = [{ kind: 'throttle', service: 's3', operation: 'PutObject', from: 2, count: 3, when: 'after' }]
    expect(parseFaults(faults)).toEqual(faults)
  })

  test.each([
    [{}, 'faults must be a list'],
    [[1], 'faults[0] must be an object'],
    [[{ kind: 'reset' }, { kind: 'flood' }], 'faults[1] needs a kind'],
    [[{ kind: 'reset', service: 'ec2' }], 'unknown service'],
    [[{ kind: 'reset', from: 0 }], 'not a whole number above zero'],
    [[{ kind: 'reset', tiems: 1 }], 'unknown member "tiems"'],
    [[{ kind: 'reset', when: 'never' }], 'before or after'],
  ])('%j is refused: %s', (value, message) => {
    expect(() => parseFaults(value)).toThrow(message)
  })
})
