import { describe, expect, test } from '@jest/globals'
import type { Aws, AwsContext } from '../../../src/aws/context.ts'
import { missingRights } from '../../../src/aws/simulate.ts'
import type { AppError } from '../../../src/core/errors.ts'
import { readCoverage } from '../../../src/doctor/gather/region.ts'
import { budgetOf } from '../../../src/report/sources/bill/budget.ts'
import { readBill } from '../../../src/report/sources/bill/read.ts'
import { runQuery } from '../../../src/report/sources/logs/run-query.ts'
import { getData } from '../../../src/report/sources/metrics/get-data.ts'
import { listModels } from '../../../src/report/sources/metrics/list-models.ts'
import { readPriceList } from '../../../src/report/sources/prices.ts'
import { resolveProfiles } from '../../../src/report/sources/profiles.ts'
import { quotaPools } from '../../../src/report/sources/quotas.ts'
import { listObjects } from '../../../src/report/sources/s3/list.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { isLearned } from '../../../src/steps/alarms/alarm-calls.ts'
import { listAlarms } from '../../../src/steps/alarms/alarm-list.ts'
import { listExports } from '../../../src/steps/billing/export.ts'
import { readNotifications } from '../../../src/steps/notify/budget-notifications.ts'
import { listSubscriptions } from '../../../src/steps/notify/subscriptions.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import { emptyBucket } from '../../../src/steps/storage/bucket-remove.ts'

const NOW = Date.UTC(2026, 10, 28, 12)
const WINDOW = { start: NOW - HOUR_MS, end: NOW }
const PROFILE = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcdefghijkl'
const { settings } = resolveSettings([])
const ENV = {
  accountId: '1',
  region: 'us-east-1',
  regions: ['us-east-1'],
  homeRegion: 'us-east-1',
  settings,
}
const TARGET = { Bucket: 'b', ExpectedBucketOwner: '111122223333' }

/** The token of the next page by the number of the page that is asked for, from 0. */
const LIES: [string, (page: number) => string][] = [
  ['the same token for ever', () => 'a'],
  ['two tokens in turn', (page) => (page % 2 ? 'b' : 'a')],
  ['new tokens and empty pages for ever', (page) => `t${page}`],
]

/** Every list of every service, by the lie. Told apart by the operation; what is no list is answered with little. */
function liar(tokenOf: (page: number) => string): AwsContext {
  const pages = new Map<string, number>()
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
    if (name === 'StartQueryCommand') return { queryId: 'q' }
    const list = `${name} ${'Prefix' in input ? input.Prefix : ''}`
    const page = pages.get(list) ?? 0
    pages.set(list, page + 1)
    if (page > 5_000) throw new Error(`asked for ever: ${name}`)
    const token = tokenOf(page)
    const named = {
      NextToken: token,
      nextToken: token,
      Marker: token,
      NextContinuationToken: token,
      NextPageToken: token,
    }
    const markers = { NextKeyMarker: token, NextVersionIdMarker: 'v', NextUploadIdMarker: 'u' }
    return { ...named, ...markers, IsTruncated: true, status: 'Complete' }
  }
  const aws = new Proxy({}, { get: (_, service) => ({ send, service }) }) as Aws
  const clock = { now: () => NOW, sleep: async () => {} }
  const cx: AwsContext = { clock, signal: new AbortController().signal, emit: () => {}, aws, in: () => cx }
  return cx
}

/** What a list's failure becomes: an error, or a warning where the list is a help only. */
type Reader = (cx: AwsContext) => Promise<unknown>
const READERS: [string, Reader][] = [
  ['cloudwatch:ListMetrics', (cx) => listModels(cx)],
  ['cloudwatch:GetMetricData', (cx) => getData(cx, [{ model: 'm', metric: 'Invocations', stat: 'Sum' }], WINDOW, 60)],
  [
    'logs:GetQueryResults',
    (cx) => runQuery(cx, { region: 'us-east-1', logGroup: 'g', limit: 10 }, 'stats count(*)', WINDOW, () => {}),
  ],
  [
    's3:ListObjectsV2',
    (cx) => listObjects(cx, { bucket: 'b', owner: '1', keyPrefix: '', account: '1', region: 'us-east-1' }, WINDOW),
  ],
  ['s3:ListMultipartUploads', (cx) => emptyBucket(cx, TARGET, 'id', () => true)],
  [
    'logs:DescribeLogGroups',
    (cx) => readCoverage({ account: '111122223333', region: 'us-east-1', cx }, 'g', [], WINDOW),
  ],
  ['sns:ListSubscriptionsByTopic', (cx) => listSubscriptions(cx, 'topic')],
  ['exports:ListExports', listExports],
  ['budgets:DescribeNotificationsForBudget', (cx) => readNotifications(cx.aws, { AccountId: '1', BudgetName: 'b' })],
  [
    'cloudwatch:DescribeAnomalyDetectors',
    (cx) => isLearned(cx, { namespace: 'AWS/Bedrock', metric: 'Invocations', dimensions: {}, stat: 'Sum' } as never),
  ],
  ['cloudwatch:DescribeAlarms', (cx) => listAlarms(cx, ENV)],
  ['servicequotas:ListServiceQuotas', (cx) => quotaPools(cx, 'us-east-1', ['m'])],
  ['bedrock:ListInferenceProfiles', (cx) => resolveProfiles(cx, 'us-east-1', [PROFILE])],
  [
    'ce:GetDimensionValues',
    (cx) =>
      readBill(cx, { metric: 'net', budget: budgetOf({ maxAwsCost: 50 }), accounts: [] }, { window: WINDOW, by: [] }),
  ],
  ['pricing:GetProducts', (cx) => readPriceList(cx, 'us-east-1', undefined as never)],
  [
    'iam:SimulatePrincipalPolicy',
    (cx) => missingRights(cx, 'arn:aws:iam::111122223333:user/ada', [{ actions: ['s3:GetObject'], resources: ['*'] }]),
  ],
]

describe.each(LIES)('a list with %s', (_, tokenOf) => {
  test.each(READERS)('%s ends and is named', async (call, read) => {
    const told = await read(liar(tokenOf)).then(
      (value) => JSON.stringify(value),
      (error: AppError) => `${error.code}: ${error.message}`,
    )
    expect(told).toContain(`${call} failed: the list does not end`)
  })
})

test('more models than any account has are refused in the middle of their list', async () => {
  const listed = (count: number) => {
    const Metrics = Array.from({ length: count }, (_, index) => ({
      Namespace: 'AWS/Bedrock',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'ModelId', Value: `m${index}` }],
    }))
    return { ...liar(() => ''), aws: { cloudwatch: { send: async () => ({ Metrics }) } } as unknown as Aws }
  }
  expect((await listModels(listed(20_000))).models).toHaveLength(20_000)
  await expect(listModels(listed(200_000))).rejects.toMatchObject({ kind: 'aws', code: 'TooManyModels' })
})

test('a server that lists more than it was asked for has no object counted twice', async () => {
  const key = '2026/11/28/11/20261128T110000000Z_0123456789abcdef.json.gz'
  const path = `AWSLogs/1/BedrockModelInvocationLogs/us-east-1/${key}`
  const cx = liar(() => '')
  const send = async () => ({ Contents: [{ Key: path, Size: 1 }] })
  const lying = { ...cx, aws: { s3: { send } } as unknown as Aws }
  const objects = await listObjects(
    lying,
    { bucket: 'b', owner: '1', keyPrefix: '', account: '1', region: 'us-east-1' },
    WINDOW,
  )
  expect(objects.map(({ key, size }) => ({ key, size }))).toEqual([{ key: path, size: 1 }])
})

test('a query that never ends is given up, by its name, and stopped', async () => {
  let now = NOW
  let stopped = false
  const send = async ({ constructor: { name } }: { constructor: { name: string } }) => {
    if (name === 'StopQueryCommand') stopped = true
    return name === 'StartQueryCommand' ? { queryId: 'q' } : { status: 'Running', results: [] }
  }
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms
    },
  }
  const cx = { ...liar(() => ''), clock, aws: { logs: { send } } as unknown as Aws }
  const target = { region: 'us-east-1', logGroup: 'the-group', limit: 10 }
  await expect(runQuery(cx, target, 'stats count(*)', WINDOW, () => {})).rejects.toMatchObject({
    code: 'QueryStuck',
    message: expect.stringContaining('the-group is still running'),
  })
  expect(stopped).toBe(true)
})
