import { describe, expect, test } from '@jest/globals'
import { interrupted } from '../../src/core/errors.ts'
import { readLogging } from '../../src/doctor/gather/destinations.ts'
import { readElsewhere } from '../../src/doctor/gather/gather.ts'
import { noting, readCoverage, type Unread } from '../../src/doctor/gather/region.ts'
import { failing, fakeAws } from '../support/fake-aws.ts'

const HOUR_MS = 3_600_000
const end = Date.UTC(2026, 10, 23, 10)
const window = { start: end - 24 * HOUR_MS, end }

describe('the use of other Regions', () => {
  const nova = {
    Metrics: [
      { Namespace: 'AWS/Bedrock', MetricName: 'Invocations', Dimensions: [{ Name: 'ModelId', Value: 'amazon.nova' }] },
    ],
  }
  const calls =
    (count: number) =>
    ({ MetricDataQueries = [] }: { MetricDataQueries?: { Id: string }[] }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id }) => ({
        Id,
        StatusCode: 'Complete',
        Timestamps: [new Date(end - HOUR_MS)],
        Values: [count],
      })),
    })

  async function elsewhere(of: Record<string, () => never>, count: number) {
    const { cx } = fakeAws({
      ListMetrics: (_input: never, region: string) =>
        of[region]?.() ?? (region === 'eu-west-1' ? nova : { Metrics: [] }),
      GetMetricData: calls(count),
      GetModelInvocationLoggingConfiguration: () => ({}),
    })
    const unread: Unread[] = []
    const { elsewhere: used, elsewhereUnread } = await readElsewhere(cx, ['us-east-1'], window, noting(unread))
    expect(elsewhereUnread).toBe(unread.length > 0)
    return { used, unread }
  }

  test('is told where there was any, with whether it is logged', async () => {
    expect(await elsewhere({}, 7)).toEqual({
      used: [{ region: 'eu-west-1', invocations: 7, logging: false }],
      unread: [],
    })
  })

  test('is none where a model is known and was not called in the window', async () => {
    expect((await elsewhere({}, 0)).used).toEqual([])
  })

  test.each(['UnrecognizedClientException', 'AccessDenied', 'ENOTFOUND'])(
    'is none in a Region that the account does not have (%s), without a word',
    async (code) => {
      expect(await elsewhere({ 'me-south-1': failing(code) }, 0)).toEqual({ used: [], unread: [] })
    },
  )

  test('that cannot be read is noted by its Region', async () => {
    const { unread } = await elsewhere({ 'me-south-1': failing('InternalFailure') }, 0)
    expect(unread).toEqual([
      { what: 'the use of Bedrock in me-south-1', why: 'failed with InternalFailure', incomplete: false },
    ])
  })
})

describe('what is noted and gone past', () => {
  test.each([
    ['want of credentials', failing('ExpiredToken', 'credentials')],
    [
      'an interruption',
      () => {
        throw interrupted()
      },
    ],
    [
      'a bug',
      () => {
        throw new TypeError('a bug')
      },
    ],
  ])('is not %s', async (_title, fail) => {
    const unread: Unread[] = []
    await expect(noting(unread)('x', Promise.resolve().then(fail))).rejects.toThrow()
    expect(unread).toEqual([])
  })
})

describe('the log group that records are counted in', () => {
  test('is found among others whose names begin with its own, on a later page', async () => {
    const { cx, calls: asked } = fakeAws({
      DescribeLogGroups: ({ nextToken }: { nextToken?: string }) =>
        nextToken === undefined
          ? { logGroups: [{ logGroupName: '/log/a', creationTime: 1 }], nextToken: 'more' }
          : { logGroups: [{ logGroupName: '/log', creationTime: end }] },
    })
    // It was made this very hour: there is no whole one to tell by.
    expect(await readCoverage({ account: '111122223333', region: 'us-east-1', cx }, '/log', [], window)).toBeUndefined()
    expect(asked.map(({ operation }) => operation)).toEqual(['DescribeLogGroups', 'DescribeLogGroups'])
  })

  test('that is gone has nothing to count, and is not asked', async () => {
    const { cx, calls: asked } = fakeAws({ DescribeLogGroups: () => ({ logGroups: [{ logGroupName: '/log/a' }] }) })
    expect(await readCoverage({ account: '111122223333', region: 'us-east-1', cx }, '/log', [], window)).toBeUndefined()
    expect(asked).toHaveLength(1)
  })
})

test.each<[string, object, object | null]>([
  ['nothing at all', {}, null],
  ['an empty configuration', { loggingConfig: {} }, null],
  [
    'the bucket alone, with bodies as Bedrock does unless it is told otherwise',
    { loggingConfig: { s3Config: { bucketName: 'b' } } },
    { logGroup: undefined, role: undefined, bucket: 'b', text: true },
  ],
])('logging with %s', async (_title, answer, expected) => {
  const { cx } = fakeAws({ GetModelInvocationLoggingConfiguration: () => answer })
  expect(await readLogging(cx)).toEqual(expected)
})
