import { describe, expect, test } from '@jest/globals'
import { createArgs } from '../../../src/cli/args/flag.ts'
import { environmentLayer, flagLayer } from '../../../src/cli/args/shared-flags.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'

const flags = (days: string) => flagLayer(createArgs(new Map([['retention-days', [days]]])))
const resolve = (...layers: Parameters<typeof resolveSettings>[0]) => resolveSettings(layers)

describe('a setting comes from', () => {
  const file = { source: 'bedrock-monitor.json', values: { retentionDays: 60 } }
  const legacy = { RETENTION_DAYS: '14' }
  const own = { BEDROCK_MONITOR_RETENTION_DAYS: '7', ...legacy }
  test.each([
    ['the flag before all', () => resolve(flags('3'), environmentLayer(own), file), 3],
    [
      'our own variable before the shell scripts’',
      () => resolve(flagLayer(createArgs(new Map())), environmentLayer(own), file),
      7,
    ],
    ['the shell scripts’ variable before the file', () => resolve(environmentLayer(legacy), file), 14],
    ['the file before the default', () => resolve(environmentLayer({}), file), 60],
    ['the default at last', () => resolve(environmentLayer({ RETENTION_DAYS: '' })), 30],
  ])('%s', (_, resolved, days) => {
    expect(resolved().settings.retentionDays).toBe(days)
  })
})

test.each<[string, Parameters<typeof resolveSettings>[0], string]>([
  ['an empty flag', [flagLayer(createArgs(new Map([['key-prefix', ['']]])))], ''],
  ['an empty variable', [environmentLayer({ BEDROCK_MONITOR_KEY_PREFIX: '' })], ''],
  ['an empty text in the file', [{ source: 'bedrock-monitor.json', values: { keyPrefix: '' } }], ''],
  ['a variable with slashes', [environmentLayer({ BEDROCK_MONITOR_KEY_PREFIX: '/logs/bedrock/' })], 'logs/bedrock'],
  ['no variable', [environmentLayer({})], 'bedrock-logs'],
])('the prefix of the keys by %s', (_, layers, expected) => {
  expect(resolve(...layers).settings.keyPrefix).toBe(expected)
})

test('a switch that a profile of alarms turns on is turned off by its flag', () => {
  const strict = { source: 'bedrock-monitor.json', values: { alarms: 'strict', metadataOnly: true } }
  const switches = (...given: [string, boolean][]) => resolve(flagLayer(createArgs(new Map(given))), strict).settings
  expect(switches()).toMatchObject({ anomaly: true, pageOnce: true, metadataOnly: true })
  const off = switches(['anomaly', false], ['page-once', false], ['metadata-only', false])
  expect(off).toMatchObject({ anomaly: false, pageOnce: false, metadataOnly: false })
})

describe('a wrong value is called by the name it was given under', () => {
  test.each([
    ['a flag', () => resolve(flags('31')), /^--retention-days.*"31"/],
    [
      'our own variable',
      () => resolve(environmentLayer({ BEDROCK_MONITOR_RETENTION_DAYS: 'x' })),
      /^BEDROCK_MONITOR_RETENTION_DAYS.*"x"/,
    ],
    ['a shell script’s variable', () => resolve(environmentLayer({ LIFECYCLE_DAYS: '0' })), /^LIFECYCLE_DAYS.*"0"/],
  ])('%s', (_, resolved, message) => {
    expect(resolved).toThrow(expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) }))
  })
})
