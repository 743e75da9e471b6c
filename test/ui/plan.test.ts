import { describe, expect, test } from '@jest/globals'
import type { ChangeReportResource } from '../../src/core/change-report.ts'
import { createOutput } from '../../src/ui/output.ts'
import { type PlanMood, planSummary, printPlan } from '../../src/ui/plan.ts'
import { FakeStream } from './fake-terminal.ts'

const resource = (name: string, action: ChangeReportResource['action'], more: Partial<ChangeReportResource> = {}) => ({
  step: '5',
  region: 'us-east-1',
  type: 'alarm',
  name,
  action,
  changes: [],
  outcome: 'not-run' as const,
  ...more,
})

const resources: ChangeReportResource[] = [
  resource('BedrockRole', 'create', { step: '1', type: 'iam-role' }),
  resource('HighLatency', 'update', { changes: [{ path: 'threshold', from: 10_000, to: 5_000 }] }),
  resource('HighErrors', 'none', { outcome: 'unchanged' }),
  resource('logging', 'blocked', { reason: 'it is not ours' }),
  resource('topic', 'none', { outcome: 'failed', error: { code: 'AccessDenied', message: 'not\u001b[2J allowed' } }),
]

function printed(
  mood: PlanMood,
  list = resources,
  options: { tty?: boolean; depth?: number; columns?: number; remedy?: string } = {},
): string {
  const stream = new FakeStream(options)
  printPlan(
    createOutput(stream, {}, true),
    { accountId: '111122223333', regions: ['us-east-1'], resources: list },
    mood,
    options.remedy,
  )
  return stream.text
}

test('a long name is folded at its own separators on a terminal, and stands in one piece anywhere else', () => {
  const name = 'Bedrock-Quota-cross-region.anthropic.claude-sonnet-4-5-20250929-v1-0'
  const lines = printed('setup', [resource(name, 'create')], { tty: true, columns: 60 })
    .split('\n')
    .slice(1, 3)
  expect(lines).toEqual([
    '  + 5  alarm  Bedrock-Quota-cross-region.anthropic.claude-',
    '              sonnet-4-5-20250929-v1-0',
  ])
  expect(printed('setup', [resource(name, 'create')])).toContain(name)
})

test('a plan shows what is created, changed from what to what, left alone and in the way', () => {
  expect(printed('setup')).toBe(
    [
      'Account 111122223333, Region us-east-1',
      '  + 1  iam-role  BedrockRole',
      '  ~ 5  alarm     HighLatency',
      '         threshold: 10,000 → 5,000',
      '  = 5  alarm     HighErrors',
      '  ! 5  alarm     logging      (it is not ours)',
      '  ? 5  alarm     topic        (not allowed)',
      'Plan: 1 to create, 1 to update, 1 unchanged, 1 blocked, 1 unreadable.',
      '',
    ].join('\n'),
  )
})

test('a status that finds a difference says what to run, and with which settings', () => {
  const remedy = 'bedrock-monitor setup --region us-east-1'
  const [fix, flags] = [`To create or correct these:\n  ${remedy}\n`, /^Add the flags that setup was run with/m]
  expect(printed('status', resources, { remedy })).toContain(fix)
  expect(printed('status', resources, { remedy })).toMatch(flags)
  const missing = resources.filter(({ action }) => action !== 'update')
  expect(printed('status', missing, { remedy })).toContain(fix)
  expect(printed('status', missing, { remedy })).not.toMatch(flags)
  const alike = resources.filter(({ action }) => action === 'none')
  expect(printed('status', alike, { remedy })).not.toContain(remedy)
})

test('what matters of a thing stands beside its name, or below it where there is no room', () => {
  const short = resource('HighLatency', 'create', { summary: '> 10,000 ms in 10 min' })
  const long = resource('logs', 'create', {
    type: 's3-bucket',
    summary: 'objects expire after 90 days, AES256, private',
  })
  const lines = printed('setup', [short, long], { tty: true, columns: 60 }).split('\n')
  expect(lines.slice(1, 5)).toEqual([
    '  + 5  alarm      HighLatency  > 10,000 ms in 10 min',
    '  + 5  s3-bucket  logs',
    '                  objects expire after 90 days, AES256,',
    '                  private',
  ])
})

test('a cause that several things have is told once', () => {
  const error = { code: 'AccessDenied', message: 'not allowed' }
  const all = ['a', 'b', 'c'].map((name) => resource(name, 'none', { outcome: 'failed', error }))
  expect(printed('setup', all).match(/not allowed/g)).toHaveLength(1)
  expect(printed('setup', all).match(/\(as above\)/g)).toHaveLength(2)
})

test('no line is wider than the terminal, and no word is cut', () => {
  const text = 'Amazon Bedrock answers in more than 10,000 ms on average, for 10 minutes.'
  const changes = [
    { path: 'description', from: undefined, to: text },
    { path: 'policy.Statement', from: [], to: [{ Sid: 'BedrockMonitorWriteLogs', Action: ['logs:PutLogEvents'] }] },
  ]
  const list = [resource('HighLatency', 'update', { changes, loses: `${text} ${text}` })]
  const lines = printed('setup', list, { tty: true, columns: 60 }).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
  expect(lines.map((line) => line.trim()).join(' ')).toContain(`description: (none) → ${text} policy: adds`)
})

test('colour only adds to the words', () => {
  const coloured = printed('setup', resources, { tty: true, depth: 24 })
  expect(coloured).toContain('\u001b[32m')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(printed('setup'))
})

describe('the summary', () => {
  test.each<[PlanMood, string]>([
    ['setup', '1 to create, 1 to update, 1 unchanged, 1 blocked, 1 unreadable'],
    ['status', '1 missing, 1 differing, 1 as set up, 1 not ours, 1 unreadable'],
  ])('of %s has its own words', (mood, expected) => {
    expect(planSummary(resources, mood)).toBe(expected)
  })

  test('of cleanup tells what is left standing from what is not there', () => {
    const list = [resource('a', 'remove'), resource('b', 'none'), resource('c', 'none', { reason: 'it holds data' })]
    expect(planSummary(list, 'cleanup')).toBe('1 to remove, 1 not there, 1 left standing')
  })
})

test('a value that is a page long is cut', () => {
  const changes = [{ path: 'body', from: 'x'.repeat(5_000), to: undefined }]
  const [, , change = ''] = printed('setup', [resource('dashboard', 'update', { changes })]).split('\n')
  expect(change.length).toBeLessThan(200)
  expect(change).toMatch(/x… → \(none\)$/)
})
