import { describe, expect, test } from '@jest/globals'
import type { Aws } from '../../src/aws/context.ts'
import { AppError } from '../../src/core/errors.ts'
import { keyDemands } from '../../src/steps/permissions/key-policy.ts'
import { EVERYTHING } from '../support/everything.ts'
import { intercept } from '../support/intercept.ts'
import { inWorld, type World, writingCalls } from '../support/world.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Json = any
type Words = readonly [what: string, service: keyof Aws, operation: string, told: (answer: Json) => Json]

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd'
const settings = { ...EVERYTHING, bucketKmsKey: '', logGroupKmsKey: '', topicKmsKey: '' }

const inPolicy = (text: string, change: (statements: Json[]) => Json[]) => {
  const { Statement, ...rest } = JSON.parse(text)
  return JSON.stringify({ ...rest, Statement: change(Statement) })
}
const single = (value: Json) => (Array.isArray(value) && value.length === 1 ? value[0] : value)
const reworded = (statement: Json) => ({
  ...statement,
  Action: single([statement.Action].flat().map((action: string) => action.replace(/^sns:/, 'SNS:'))),
  Resource: single(statement.Resource),
})
const alarms = (change: (alarm: Json) => Json) => (answer: Json) => ({
  ...answer,
  MetricAlarms: answer.MetricAlarms?.map(change),
})
const without =
  (...names: string[]) =>
  (value: Json) =>
    Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
const logging = (change: (config: Json) => Json) => (answer: Json) => ({
  ...answer,
  loggingConfig: change(answer.loggingConfig),
})
const encryption = (change: (rule: Json) => Json) => (answer: Json) => {
  const { Rules } = answer.ServerSideEncryptionConfiguration
  return { ...answer, ServerSideEncryptionConfiguration: { Rules: Rules.map(change) } }
}

const exported = (change: (properties: Json) => Json) => (answer: Json) => {
  const { DataQuery } = answer.Export
  const TableConfigurations = { COST_AND_USAGE_REPORT: change(DataQuery.TableConfigurations.COST_AND_USAGE_REPORT) }
  return { ...answer, Export: { ...answer.Export, DataQuery: { ...DataQuery, TableConfigurations } } }
}

/** What AWS answers, in words that mean the same. */
const WORDS: readonly Words[] = [
  [
    'a bucket policy in another order',
    's3',
    'GetBucketPolicy',
    (a) => ({ ...a, Policy: inPolicy(a.Policy, (all) => [...all].reverse()) }),
  ],
  [
    'a bucket policy without lists of one',
    's3',
    'GetBucketPolicy',
    (a) => ({ ...a, Policy: inPolicy(a.Policy, (all) => all.map(reworded)) }),
  ],
  [
    'lifecycle rules with defaults filled in',
    's3',
    'GetBucketLifecycleConfiguration',
    (a) => ({
      ...a,
      Rules: a.Rules.map((rule: Json) => ({
        ...rule,
        Transitions: [],
        Expiration: { ...rule.Expiration, ExpiredObjectDeleteMarker: false },
      })),
    }),
  ],
  ['no bucket key with AES256', 's3', 'GetBucketEncryption', encryption(without('BucketKeyEnabled'))],
  [
    'a bucket key that is off with AES256',
    's3',
    'GetBucketEncryption',
    encryption((rule) => ({ ...rule, BucketKeyEnabled: false })),
  ],
  [
    'a topic policy with SNS in capitals',
    'sns',
    'GetTopicAttributes',
    (a) => ({
      ...a,
      Attributes: { ...a.Attributes, Policy: inPolicy(a.Attributes.Policy, (all) => all.map(reworded)) },
    }),
  ],
  [
    'no datapoints to alarm, no flag for actions',
    'cloudwatch',
    'DescribeAlarms',
    alarms((alarm) =>
      without(...(alarm.DatapointsToAlarm === alarm.EvaluationPeriods ? ['DatapointsToAlarm'] : []))(alarm),
    ),
  ],
  [
    'percentiles with decimals',
    'cloudwatch',
    'DescribeAlarms',
    alarms((alarm) => ({
      ...alarm,
      ...(alarm.ExtendedStatistic && { ExtendedStatistic: `${alarm.ExtendedStatistic}.00` }),
    })),
  ],
  [
    'labels and periods in metric math',
    'cloudwatch',
    'DescribeAlarms',
    alarms((alarm) => ({
      ...alarm,
      ...(alarm.Metrics && {
        Metrics: [...alarm.Metrics]
          .reverse()
          .map((query: Json) =>
            query.Expression === undefined
              ? { ...query, Label: query.MetricStat.Metric.MetricName }
              : { ...query, Period: 300 },
          ),
      }),
    })),
  ],
  [
    'a composite rule without quotes, in parentheses',
    'cloudwatch',
    'DescribeAlarms',
    (a) => ({
      ...a,
      CompositeAlarms: a.CompositeAlarms?.map((alarm: Json) => ({
        ...alarm,
        AlarmRule: `(${alarm.AlarmRule.replaceAll('"', ' ')})`,
      })),
    }),
  ],
  [
    'no switch for video and audio',
    'bedrock',
    'GetModelInvocationLoggingConfiguration',
    logging(without('videoDataDeliveryEnabled', 'audioDataDeliveryEnabled')),
  ],
  [
    'switches that are null',
    'bedrock',
    'GetModelInvocationLoggingConfiguration',
    logging((config) => ({ ...config, imageDataDeliveryEnabled: null })),
  ],
  [
    'a budget filter in another order, without its match and its metric',
    'budgets',
    'DescribeBudget',
    ({ Budget, ...rest }) => {
      if (!Budget.FilterExpression) return { ...rest, Budget }
      const { Key, Values } = Budget.FilterExpression.Dimensions
      return {
        ...rest,
        Budget: {
          ...without('Metrics')(Budget),
          FilterExpression: { Dimensions: { Key, Values: [...Values].reverse() } },
        },
      }
    },
  ],
  [
    'a budget filter as they were of old',
    'budgets',
    'DescribeBudget',
    ({ Budget, ...rest }) => {
      if (!Budget.FilterExpression) return { ...rest, Budget }
      const CostFilters = { Service: Budget.FilterExpression.Dimensions.Values }
      return { ...rest, Budget: { ...without('FilterExpression')(Budget), CostFilters } }
    },
  ],
  [
    'a workgroup without the owner of its bucket for answers',
    'athena',
    'GetWorkGroup',
    ({ WorkGroup, ...rest }) => {
      const { ResultConfiguration, ...more } = WorkGroup.Configuration
      const Configuration = { ...more, ResultConfiguration: without('ExpectedBucketOwner')(ResultConfiguration) }
      return { ...rest, WorkGroup: { ...WorkGroup, Configuration } }
    },
  ],
  [
    'an export without what AWS would fill in',
    'exports',
    'GetExport',
    exported(without('INCLUDE_SPLIT_COST_ALLOCATION_DATA', 'INCLUDE_CAPACITY_RESERVATION_DATA')),
  ],
  [
    'notifications without the kind of their threshold',
    'budgets',
    'DescribeNotificationsForBudget',
    (a) => ({
      ...a,
      Notifications: a.Notifications.map(without('ThresholdType')),
    }),
  ],
]

const tellOtherwise = (world: World, [, service, operation, told]: Words) =>
  intercept(world.cx, service, operation, async (send) => told(structuredClone(await send())))

const drifting = ({ report }: Awaited<ReturnType<World['status']>>) =>
  report.resources.flatMap(({ name, action, changes }) =>
    action === 'none' ? [] : [{ name, action, changes: changes.map(({ path }) => path) }],
  )

describe('what AWS tells in other words is no drift', () => {
  test.each(WORDS)('%s', (...words) =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      let asked = 0
      const [what, service, operation, told] = words
      tellOtherwise(world, [
        what,
        service,
        operation,
        (answer) => {
          asked += 1
          return told(answer)
        },
      ])
      expect(drifting(await world.status())).toEqual([])
      expect(asked).toBeGreaterThan(0)
      world.sandbox.calls.length = 0
      expect((await world.setup()).error).toBeUndefined()
      expect(writingCalls(world)).toEqual([])
    }),
  )

  test('a key by its id, where it was given by its ARN', () =>
    inWorld({ settings: { bucketKmsKey: KEY, logGroupKmsKey: KEY, topicKmsKey: KEY } }, async (world) => {
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: keyDemands(world.env).map(({ statement }) => statement),
      })
      world.sandbox.services.kms.addKey({ region: 'us-east-1', account: '111122223333', id: '1234abcd', policy })
      await world.setup()
      const bare = (text: string) => JSON.parse(text.replaceAll(KEY, '1234abcd'))
      const told = (answer: Json) => bare(JSON.stringify(answer))
      tellOtherwise(world, ['', 's3', 'GetBucketEncryption', told])
      tellOtherwise(world, ['', 'logs', 'DescribeLogGroups', told])
      tellOtherwise(world, ['', 'sns', 'GetTopicAttributes', told])
      expect(drifting(await world.status())).toEqual([])
    }))
})

describe('what is really otherwise still is drift', () => {
  test.each<Words>([
    [
      'an action more',
      'sns',
      'GetTopicAttributes',
      (a) => ({
        ...a,
        Attributes: {
          ...a.Attributes,
          Policy: inPolicy(a.Attributes.Policy, (all) =>
            all.map((one) => ({ ...one, Action: [one.Action, 'sns:Subscribe'].flat() })),
          ),
        },
      }),
    ],
    [
      'a statement that is gone',
      's3',
      'GetBucketPolicy',
      (a) => ({ ...a, Policy: inPolicy(a.Policy, (all) => all.slice(1)) }),
    ],
    [
      'another expiry',
      's3',
      'GetBucketLifecycleConfiguration',
      (a) => ({
        ...a,
        Rules: a.Rules.map((rule: Json) => ({ ...rule, Expiration: { Days: 1 } })),
      }),
    ],
    [
      'pictures that are logged',
      'bedrock',
      'GetModelInvocationLoggingConfiguration',
      logging((config) => ({ ...config, imageDataDeliveryEnabled: true })),
    ],
    [
      'another percentile',
      'cloudwatch',
      'DescribeAlarms',
      alarms((alarm) => ({
        ...alarm,
        ...(alarm.ExtendedStatistic && { ExtendedStatistic: 'p90' }),
      })),
    ],
    [
      'a composite rule of all alarms at once',
      'cloudwatch',
      'DescribeAlarms',
      (a) => ({
        ...a,
        CompositeAlarms: a.CompositeAlarms?.map((alarm: Json) => ({
          ...alarm,
          AlarmRule: alarm.AlarmRule.replaceAll(' OR ', ' AND '),
        })),
      }),
    ],
    [
      'another owner of the bucket for answers',
      'athena',
      'GetWorkGroup',
      (a) => JSON.parse(JSON.stringify(a).replace('"ExpectedBucketOwner":"', '"ExpectedBucketOwner":"9')),
    ],
    ['an export without its callers', 'exports', 'GetExport', exported(without('INCLUDE_IAM_PRINCIPAL_DATA'))],
    [
      'a service less in the budget',
      'budgets',
      'DescribeBudget',
      ({ Budget, ...rest }) => {
        if (!Budget.FilterExpression) return { ...rest, Budget }
        const { Key, Values, MatchOptions } = Budget.FilterExpression.Dimensions
        return {
          ...rest,
          Budget: { ...Budget, FilterExpression: { Dimensions: { Key, Values: Values.slice(0, 1), MatchOptions } } },
        }
      },
    ],
  ])('%s', (...words) =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      tellOtherwise(world, words)
      expect(drifting(await world.status())).not.toEqual([])
    }),
  )

  test('a budget whose notifications AWS does not find is one without any', () =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      intercept(world.cx, 'budgets', 'DescribeNotificationsForBudget', () => {
        throw new AppError('aws', 'NotFoundException', 'none')
      })
      expect(drifting(await world.status())).toMatchObject([{ name: 'bedrock-monthly' }])
    }))
})
