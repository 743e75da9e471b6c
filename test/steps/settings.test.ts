import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { effectiveSettings, resolveSettings } from '../../src/steps/resolve-settings.ts'
import { RETENTION_DAYS } from '../../src/steps/setting-checks.ts'
import { SETTINGS, type SettingKey } from '../../src/steps/settings.ts'

const one = (key: SettingKey, value: unknown) => resolveSettings([{ source: 'flags', values: { [key]: value } }])

describe('resolveSettings', () => {
  test('keeps the defaults of the shell scripts', () => {
    expect(resolveSettings([]).settings).toMatchObject({
      roleName: 'BedrockCloudWatchLoggingRole',
      bucketPrefix: 'bedrock-logs',
      lifecycleDays: 90,
      logGroupName: '/aws/bedrock/modelinvocations',
      retentionDays: 30,
      dashboardName: 'BedrockUsageMonitoring',
      topicName: 'bedrock-usage-alerts',
      highTokenThreshold: 100_000,
      errorRateThreshold: 10,
      invocationThreshold: 1_000,
      highLatencyThreshold: 10_000,
    })
  })

  test('every default is itself valid', () => {
    for (const { key, default: value } of SETTINGS) expect(one(key, value).settings[key]).toBe(value)
  })

  test('the strongest layer wins, and says so', () => {
    const layers = [
      { source: 'flags', values: { retentionDays: '7' } },
      { source: 'environment', values: { retentionDays: '14', topicName: 'mine' } },
    ]
    const { settings } = resolveSettings(layers)
    const from = Object.fromEntries(effectiveSettings(layers).map((one) => [one.definition.key, one.origin.name]))
    expect(settings).toMatchObject({ retentionDays: 7, topicName: 'mine' })
    expect(from).toMatchObject({ retentionDays: 'flags', topicName: 'environment', roleName: 'default' })
  })

  test.each<[SettingKey, unknown]>([
    ['retentionDays', 31],
    ['retentionDays', '0'],
    ['retentionDays', 1.5],
    ['retentionDays', 'abc'],
    ['retentionDays', ''],
    ['retentionDays', '0x1e'],
    // No more than all of the invocations can fail.
    ['errorPercentThreshold', 100],
    ['errorPercentThreshold', 0],
    ['lifecycleDays', 0],
    ['lifecycleDays', -1],
    ['lifecycleDays', 1.5],
    ['bucketName', 'Has-Capitals'],
    ['bucketName', 'ab'],
    ['bucketName', 'a'.repeat(64)],
    ['bucketName', '192.168.0.1'],
    ['bucketName', 'two..dots'],
    ['bucketName', 'xn--name'],
    ['bucketName', 'name-s3alias'],
    ['bucketPrefix', 'a'.repeat(51)],
    ['bucketPrefix', ''],
    ['keyPrefix', 'bedrock-monitor'],
    ['keyPrefix', '/bedrock-monitor/'],
    ['keyPrefix', 'a//b'],
    ['keyPrefix', 'a b'],
    ['dashboardName', 'has space'],
    ['dashboardName', 'x'.repeat(256)],
    ['topicName', 'dots.are.not.allowed'],
    ['roleName', 'a/b'],
    ['roleName', 'x'.repeat(65)],
    ['logGroupName', 'a:b'],
    ['logGroupName', 'aws/bedrock'],
    ['email', 'not-an-address'],
    ['email', 'https://u:p@example.com/'],
    ['email', 'ops@example..com'],
    ['email', 'ops@example.com,nobody'],
    ['httpsEndpoint', 'http://example.com/hook'],
    ['httpsEndpoint', 'https://example.com/hook,example.com'],
    ['snsTopic', 'bedrock-usage-alerts'],
    ['snsTopic', 'arn:aws:sns:us-east-1:111122223333:alerts.fifo'],
    ['budgetUsd', -1],
    ['budgetUsd', 0.001],
    ['budgetUsd', 1e13],
    ['budgetName', 'a:b'],
    ['budgetName', 'x'.repeat(101)],
    ['budgetName', ''],
    ['highTokenThreshold', 0],
    ['highTokenThreshold', '-5'],
    ['errorRateThreshold', 'NaN'],
    ['errorRateThreshold', Number.POSITIVE_INFINITY],
    ['invocationThreshold', {}],
    ['roleName', 7],
  ])('refuses %s = %j, naming the value', (key, value) => {
    const attempt = () => one(key, value)
    expect(attempt).toThrow(expect.objectContaining({ kind: 'usage', hint: expect.any(String) }))
    expect(attempt).toThrow(key)
  })

  test('accepts exactly the retentions of CloudWatch Logs', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 4_000 }), (days) => {
        const accepted = (RETENTION_DAYS as readonly number[]).includes(days)
        if (accepted) expect(one('retentionDays', String(days)).settings.retentionDays).toBe(days)
        else expect(() => one('retentionDays', String(days))).toThrow('retentionDays')
      }),
      { numRuns: 500 },
    )
  })

  test('flags, variables and keys are each given once', () => {
    for (const names of [
      SETTINGS.map(({ flag }) => flag),
      SETTINGS.map(({ key }) => key),
      SETTINGS.flatMap(({ env }) => env),
    ]) {
      expect(new Set(names).size).toBe(names.length)
    }
  })
})
