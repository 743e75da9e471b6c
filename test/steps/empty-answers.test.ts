import {
  GetModelInvocationLoggingConfigurationCommand,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import { PutDashboardCommand } from '@aws-sdk/client-cloudwatch'
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { afterAll, expect, test } from '@jest/globals'
import { AppError } from '../../src/core/errors.ts'
import { credentialScope, serviceOf } from '../../src/sandbox/http/authorization.ts'
import { protocolFor } from '../../src/sandbox/protocols/protocols.ts'
import type { WireRequest } from '../../src/sandbox/protocols/wire.ts'
import { runCommand } from '../faults/commands.ts'
import { callModels, EVERYTHING } from '../support/everything.ts'
import { startProxy } from '../support/faulty-proxy.ts'
import { intercept } from '../support/intercept.ts'
import { SHARE } from '../support/share.ts'
import { createWorld, errorOf, type World, writingCalls } from '../support/world.ts'

/** A success that says nothing, with all the headers of AWS: what a cache or a proxy makes of an answer. */
const BODIES = ['', 'null', '[]']
/** The same, but well-formed: an object, or the element of the answer, without anything in it. */
const HOLLOW = 'hollow'
/** AWS itself answers these with an object without members, where there is none of it. */
const MAY_SAY_NOTHING = [
  'GetBucketVersioning',
  'GetModelInvocationLoggingConfiguration',
  'DescribeNotificationsForBudget',
  'DescribeSubscribersForNotification',
]

const worlds: { close(): Promise<void> }[] = []
afterAll(async () => {
  for (const world of worlds) await world.close()
})

async function operationOf(request: WireRequest): Promise<string | undefined> {
  const scope = credentialScope(request)
  const service = scope && serviceOf(scope)
  if (!service) return undefined
  return (await protocolFor(service, request)).protocol.route(request)
}

function hollow(body: string): string {
  if (body.startsWith('{')) return '{}'
  const [, root] = /<([A-Za-z]\w*)/.exec(body) ?? []
  return `<?xml version="1.0"?>\n<${root}/>`
}

/** A world in which the answers of one operation are without what they say. */
async function hollowWorld(): Promise<{ world: World; spoilt: { operation?: string; body: string } }> {
  const spoilt: { operation?: string; body: string } = { body: '' }
  const world = await createWorld({
    maxAttempts: 1,
    settings: EVERYTHING,
    async through(url) {
      const proxy = await startProxy(url, async (request, forward) => {
        const answer = await forward()
        if (answer.status !== 200 || (await operationOf(request)) !== spoilt.operation) return answer
        return { ...answer, body: spoilt.body === HOLLOW ? hollow(String(answer.body)) : spoilt.body }
      })
      worlds.push(proxy)
      return proxy.url
    },
  })
  worlds.push(world)
  return { world, spoilt }
}

test("somebody's logging configuration is not replaced where AWS's answer says nothing of it", async () => {
  const { world, spoilt } = await hollowWorld()
  const Bucket = 'audit-of-others'
  const theirs = { Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 's3:PutObject' }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ ...theirs, Resource: `arn:aws:s3:::${Bucket}/*` }],
  })
  await world.cx.aws.s3.send(new CreateBucketCommand({ Bucket }))
  await world.cx.aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const loggingConfig = { s3Config: { bucketName: Bucket, keyPrefix: 'theirs' }, textDataDeliveryEnabled: true }
  await world.cx.aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig }))
  spoilt.operation = 'GetModelInvocationLoggingConfiguration'
  world.sandbox.calls.length = 0
  for (const body of BODIES) {
    spoilt.body = body
    expect((await errorOf(world.setup()))?.code).toBeDefined()
  }
  expect(writingCalls(world)).not.toContain('bedrock:PutModelInvocationLoggingConfiguration')
  delete spoilt.operation
  const stands = await world.cx.aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
  expect(stands).toMatchObject({ loggingConfig })
})

test('nothing that stands is said to be missing, or to differ, where an answer says nothing', async () => {
  const { world, spoilt } = await hollowWorld()
  callModels(world)
  expect(await errorOf(world.setup())).toBeUndefined()
  world.sandbox.calls.length = 0
  expect((await world.status()).error).toBeUndefined()
  const operations = [...new Set(world.sandbox.calls.map(({ operation }) => operation))]
  expect(operations.length).toBeGreaterThan(20)
  for (const operation of SHARE.of(operations)) {
    const isQuiet = MAY_SAY_NOTHING.includes(operation)
    for (const body of isQuiet ? BODIES : [...BODIES, HOLLOW]) {
      Object.assign(spoilt, { operation, body })
      const result = await world.status().catch((thrown: AppError) => thrown)
      if (result instanceof AppError) {
        expect([operation, result.code]).toEqual([operation, expect.stringMatching(/^Malformed(Answer|Document)$/)])
        continue
      }
      const wrong = result.report.resources.filter(({ action, error, type }) => {
        // Whether AWS says of a budget or an export without tags that its list is empty, is not known.
        const isQuietHere =
          ['budget', 'billing-export'].includes(type) && operation === 'ListTagsForResource' && body === HOLLOW
        return action !== 'none' && error === undefined && !isQuietHere
      })
      expect([operation, body, wrong]).toEqual([operation, body, []])
    }
  }
})

test('a report of metrics ends with an error where the list of metrics says nothing', async () => {
  const { world, spoilt } = await hollowWorld()
  for (const body of [...BODIES, '{"Metrics":[[[]]]}']) {
    Object.assign(spoilt, { operation: 'ListMetrics', body })
    const { code, text } = await runCommand(world, 'report')
    expect([body, code, text]).toEqual([body, 1, expect.stringContaining('the response is not one that AWS sends')])
  }
})

test.each([
  ['report', 'ListMetrics', 'Metrics'],
  ['report', 'GetMetricData', 'MetricDataResults'],
  ['report from logs', 'GetQueryResults', 'status'],
  ['report from s3', 'ListObjectsV2', 'IsTruncated'],
] as const)('a %s does not read a well-formed %s that says nothing as $0', async (command, operation, member) => {
  const { world, spoilt } = await hollowWorld()
  callModels(world)
  expect(await errorOf(world.setup())).toBeUndefined()
  callModels(world)
  Object.assign(spoilt, { operation, body: HOLLOW })
  const { code, text } = await runCommand(world, command)
  expect([code, text]).toEqual([1, expect.stringContaining(`${operation} failed: the response has no ${member}`)])
})

test("somebody's dashboard whose body is not told is left as it is", async () => {
  const world = await createWorld({ maxAttempts: 1 })
  worlds.push(world)
  const { cloudwatch } = world.cx.aws
  const DashboardName = world.env.settings.dashboardName
  await cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: '{"widgets":[],"theirs":1}' }))
  intercept(world.cx, 'cloudwatch', 'GetDashboard', async () => ({}))
  const { error, report } = await world.setup({ only: ['4'] })
  expect(error).toBeDefined()
  expect(report.resources[0]).toMatchObject({ error: { code: 'MalformedAnswer' } })
  expect(world.sandbox.calls.filter(({ operation }) => operation === 'PutDashboard')).toHaveLength(1)
})
