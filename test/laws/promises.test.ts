import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { partitionOf } from '../../src/aws/partitions.ts'
import { type PolicyDocument, statementsOf } from '../../src/aws/policy.ts'
import type { Env } from '../../src/steps/env.ts'
import { allSteps, resourcesOf } from '../../src/steps/steps.ts'
import { anyEnv } from '../support/arbitraries.ts'

/**
 * The properties that the numbered shell scripts promised, each held for any account, Region and settings. That what stands is
 * taken without an error (7), and that cleanup takes all that setup made (9), is held in the life of any account (laws.test.ts).
 */
const RUNS = { numRuns: 100 }

/** What the resource of a type should be, as plain data. */
function desired<State>(env: Env, type: string): State {
  const resource = resourcesOf(allSteps(env)).find((candidate) => candidate.type === type)
  if (!resource) throw new Error(`no ${type}`)
  return resource.desired() as State
}

const forAnyEnv = (check: (env: Env) => void) => fc.assert(fc.property(anyEnv, check), RUNS)
const partition = (env: Env) => partitionOf(env.region).id
const bucketOf = ({ accountId, settings }: Env) => settings.bucketName || `${settings.bucketPrefix}-${accountId}`

test('(1) IAM role security configuration: Bedrock alone, for this account alone, may write to one log group and nothing else', () => {
  forAnyEnv((env) => {
    const { trust, policy } = desired<{ trust: PolicyDocument; policy: PolicyDocument }>(env, 'iam-role')
    expect(statementsOf(trust)).toEqual([
      {
        Sid: 'BedrockMonitorTrust',
        Effect: 'Allow',
        Principal: { Service: ['bedrock.amazonaws.com'] },
        Action: ['sts:AssumeRole'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': [env.accountId] },
          ArnLike: { 'aws:SourceArn': [`arn:${partition(env)}:bedrock:*:${env.accountId}:*`] },
        },
      },
    ])
    expect(statementsOf(policy)).toEqual([
      {
        Sid: 'BedrockMonitorWriteLogs',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [
          `arn:${partition(env)}:logs:*:${env.accountId}:log-group:${env.settings.logGroupName}:log-stream:aws/bedrock/modelinvocations`,
        ],
      },
    ])
  })
})

test('(2) storage configuration completeness: private, encrypted, versioned, TLS only, and everything expires', () => {
  forAnyEnv((env) => {
    const { accountId, settings } = env
    const arn = `arn:${partition(env)}:s3:::${bucketOf(env)}`
    const {
      policy: document,
      lifecycle,
      limits: _,
      transitionMinimum: __,
      ...bucket
    } = desired<{
      limits: unknown
      transitionMinimum: unknown
      policy: PolicyDocument
      lifecycle: Record<string, unknown>[]
    }>(env, 's3-bucket')
    expect(bucket).toEqual({
      versioning: true,
      encryption: { algorithm: 'AES256', keyId: undefined, bucketKey: true, others: {} },
      publicAccessBlock: { acls: true, ignoreAcls: true, policy: true, restrict: true },
      objectOwnership: 'BucketOwnerEnforced',
    })
    expect(lifecycle).toEqual([
      expect.objectContaining({
        Status: 'Enabled',
        Filter: { Prefix: `${settings.keyPrefix}/` },
        Expiration: { Days: settings.lifecycleDays },
        NoncurrentVersionExpiration: { NoncurrentDays: settings.noncurrentDays },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      }),
    ])
    const [delivery, tlsOnly, ...rest] = statementsOf(document)
    expect(rest).toEqual([])
    expect(delivery).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: ['bedrock.amazonaws.com'] },
      Action: ['s3:PutObject'],
      Resource: [`${arn}/${settings.keyPrefix}/AWSLogs/${accountId}/BedrockModelInvocationLogs/*`],
      Condition: {
        StringEquals: { 'aws:SourceAccount': [accountId] },
        ArnLike: { 'aws:SourceArn': [`arn:${partition(env)}:bedrock:${env.region}:${accountId}:*`] },
      },
    })
    expect(tlsOnly).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:*'],
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
    })
    expect(desired(env, 'log-group')).toEqual({
      retentionDays: settings.retentionDays,
      kmsKey: undefined,
      logClass: 'STANDARD',
      isProtected: false,
      createdAt: undefined,
    })
  })
})

test('(3) logging configuration integrity: both destinations are those of the other steps, and no flag is left to AWS', () => {
  forAnyEnv((env) => {
    const { accountId, settings } = env
    expect(desired(env, 'invocation-logging')).toEqual({
      cloudWatch: {
        logGroup: settings.logGroupName,
        roleArn: `arn:${partition(env)}:iam::${accountId}:role/${settings.roleName}`,
        largeData: undefined,
      },
      s3: { bucket: bucketOf(env), keyPrefix: settings.keyPrefix },
      text: !settings.metadataOnly,
      image: false,
      embedding: false,
      video: false,
      audio: false,
      others: {},
      elsewhere: {},
    })
  })
})

interface Body {
  widgets: { type: string; x: number; y: number; width: number; height: number; properties: Record<string, unknown> }[]
}

test('(4) dashboard widget completeness: every promised widget, side by side on the grid, finding models by itself', () => {
  forAnyEnv((env) => {
    const { widgets } = desired<Body>(env, 'dashboard')
    const metrics = widgets.filter(({ type }) => type === 'metric')
    const expressions = metrics.flatMap(({ properties }) =>
      (properties.metrics as [{ expression?: string }][]).flatMap(([{ expression }]) => expression ?? []),
    )
    for (const [metric, stat] of [
      ['Invocations', 'Sum'],
      ['InputTokenCount', 'Sum'],
      ['OutputTokenCount', 'Sum'],
      ['InvocationLatency', 'Average'],
      ['InvocationLatency', 'p99'],
      ['InvocationClientErrors', 'Sum'],
      ['InvocationServerErrors', 'Sum'],
      ['InvocationThrottles', 'Sum'],
    ]) {
      expect(expressions).toContain(`SEARCH('{AWS/Bedrock,ModelId} MetricName="${metric}"', '${stat}', 300)`)
    }
    expect(expressions.every((expression) => expression.length <= 1_024)).toBe(true)
    const [log] = widgets.filter(({ type }) => type === 'log')
    expect(log?.properties.query).toContain(`SOURCE '${env.settings.logGroupName}'`)
    expect(log?.properties.query).toContain('input.inputTokenCount')
    for (const { properties } of [...metrics, ...widgets.filter(({ type }) => type === 'log')]) {
      expect(properties.region).toBe(env.region)
    }

    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, n) => `${x + (n % width)},${y + Math.floor(n / width)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(widgets.every(({ x, width }) => x >= 0 && x + width <= 24)).toBe(true)
  })
})

test('(5) alerting configuration: four alarms at the chosen thresholds, which notify the topic, which takes them alone', () => {
  forAnyEnv((env) => {
    const { accountId, region, settings } = env
    const topic = `arn:${partition(env)}:sns:${region}:${accountId}:${settings.topicName}`
    const alarms = resourcesOf(allSteps(env))
      .filter(({ type }) => type === 'alarm')
      .slice(0, 4)
    const told = env.settings.pageOnce ? [] : [topic]
    const shown = alarms.map((alarm) => ({ name: alarm.name, ...(alarm.desired() as Record<string, unknown>) }))
    expect(shown).toMatchObject([
      {
        name: 'Bedrock-HighInputTokenUsage',
        metric: 'InputTokenCount',
        statistic: 'Sum',
        periodSeconds: 3600,
        evaluationPeriods: 1,
        threshold: settings.highTokenThreshold,
      },
      {
        name: 'Bedrock-HighErrorRate',
        metric: 'InvocationClientErrors',
        statistic: 'Sum',
        periodSeconds: 300,
        evaluationPeriods: 1,
        threshold: settings.errorRateThreshold,
      },
      {
        name: 'Bedrock-UnusualInvocationSpike',
        metric: 'Invocations',
        statistic: 'Sum',
        periodSeconds: 3600,
        evaluationPeriods: 1,
        threshold: settings.invocationThreshold,
      },
      {
        name: 'Bedrock-HighLatency',
        metric: 'InvocationLatency',
        statistic: 'Average',
        periodSeconds: 300,
        evaluationPeriods: 2,
        threshold: settings.highLatencyThreshold,
      },
    ])
    for (const alarm of shown) {
      expect(alarm).toMatchObject({
        namespace: 'AWS/Bedrock',
        comparison: 'GreaterThanThreshold',
        missingData: 'notBreaching',
        actionsEnabled: true,
        alarmActions: told,
        okActions: told,
      })
    }
    const { policy: document, subscriptions } = desired<{ policy: PolicyDocument; subscriptions: string[] }>(
      env,
      'sns-topic',
    )
    const policy = statementsOf(document)
    const services = policy.flatMap(({ Principal }) => (Principal as { Service: string[] }).Service)
    expect(services).toEqual(['cloudwatch.amazonaws.com', ...(settings.budgetUsd > 0 ? ['budgets.amazonaws.com'] : [])])
    expect(subscriptions.length).toBe([...settings.email.split(','), settings.httpsEndpoint].filter(Boolean).length)
    expect(policy[0]).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: ['cloudwatch.amazonaws.com'] },
      Action: ['sns:Publish'],
      Resource: [topic],
      Condition: {
        StringEquals: { 'aws:SourceAccount': [accountId] },
        ArnLike: { 'aws:SourceArn': [`arn:${partition(env)}:cloudwatch:${region}:${accountId}:alarm:*`] },
      },
    })
  })
})
