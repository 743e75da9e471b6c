import { DeleteModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import type { CommandResult } from '../../src/core/change-report.ts'
import { unheardWarnings } from '../../src/steps/notify/notifications.ts'
import { MINIMAL, STANDARD } from '../support/counts.ts'
import { inventory } from '../support/inventory.ts'
import { arrange } from '../support/prior-state.ts'
import { errorOf, inWorld, writingCalls } from '../support/world.ts'

describe('setup', () => {
  test.each([
    // What the shell scripts had made, and one listing of each namespace besides.
    ['minimal', 46 + MINIMAL, 26 + MINIMAL],
    ['standard', 47 + STANDARD, 26 + STANDARD],
    // Each alarm twice: it tells by itself until the one that tells for all of them stands.
    ['strict', 59 + 2 * STANDARD, 33 + STANDARD],
  ] as const)(
    'with %s alarms takes at most %i calls in an empty account, and at most %i the second time',
    (alarms, first, second) =>
      inWorld({ settings: { alarms } }, async (world) => {
        await world.setup()
        expect(world.sandbox.calls.length).toBeLessThanOrEqual(first)
        world.sandbox.calls.length = 0
        await world.setup()
        expect(world.sandbox.calls.length).toBeLessThanOrEqual(second)
      }),
  )

  test('waits for Bedrock to see the new role, and says that it waits', () =>
    inWorld({ propagationMs: 9_000 }, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
      const notes = world.events.flatMap((event) => (event.type === 'resource-progress' ? [event.note] : []))
      expect(notes).toEqual(['waiting for Bedrock to see the new role'])
    }))

  test('gives up after a minute on a role that is never seen, names step and cause, and carries on the next time', () =>
    inWorld({ propagationMs: 90_000 }, async (world) => {
      const { error, report } = await world.setup()
      expect(error?.kind).toBe('partial')
      const failed = report.resources.find(({ outcome }) => outcome === 'failed')
      expect(failed).toMatchObject({ step: '3', error: { code: 'ValidationException' } })
      expect(failed?.error?.message).toContain('Failed to validate permissions for log group')
      expect((await world.setup()).error).toBeUndefined()
    }))

  test('that changes nothing does not say again what the alarm on spending waits for; status and alarms sync do', () =>
    inWorld({}, async (world) => {
      const codes = async (run: Promise<CommandResult>) => (await run).report.warnings.map(({ code }) => code)
      expect(await codes(world.setup({ only: ['iam'] }))).toEqual([])
      expect(await codes(world.setup())).toEqual(['spend-alarm-waits'])
      expect(await codes(world.setup())).toEqual([])
      expect(await codes(world.status())).toEqual(['spend-alarm-waits', 'nobody-notified'])
      expect(await codes(world.setup({ only: ['alarms'] }))).toEqual(['spend-alarm-waits'])
      expect(await codes(world.setup({ only: ['alarms'] }, undefined, { alarms: 'minimal' }))).toEqual([])
    }))

  test('subscribes an address once, pending until it is confirmed, and says how to go on', () =>
    inWorld({ settings: { email: 'ops@example.com' } }, async (world) => {
      await world.setup()
      await world.setup()
      const TopicArn = `arn:aws:sns:us-east-1:${world.env.accountId}:bedrock-usage-alerts`
      const { Subscriptions } = await world.cx.aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
      expect(Subscriptions).toMatchObject([{ Endpoint: 'ops@example.com', SubscriptionArn: 'PendingConfirmation' }])
      const [pending] = await unheardWarnings(world.cx, world.env)
      expect(pending?.message).toMatch(/^nobody is notified yet .* to ops@example\.com/)
    }))

  test('a bucket of our name in another account is refused before anything is made, with the flag that helps', () =>
    inWorld({}, async (world) => {
      world.sandbox.services.s3.buckets.create(`bedrock-logs-${world.env.accountId}`, 'us-east-1', '999999999999', 0)
      const error = await errorOf(world.setup())
      expect(error).toMatchObject({ kind: 'blocked', hint: expect.stringContaining('--bucket-name') })
      expect(writingCalls(world)).toEqual([])
    }))

  test('--only makes one step, and names a step there is none of', () =>
    inWorld({}, async (world) => {
      const { report } = await world.setup({ only: ['2b'] })
      expect(report.resources.map(({ type, outcome }) => [type, outcome])).toEqual([['log-group', 'done']])
      const error = await errorOf(world.setup({ only: ['6b'] }))
      expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining('6b') })
    }))

  test('a failed step keeps what depends on it from running and lets the rest finish', () =>
    inWorld({}, async (world) => {
      world.sandbox.faults.push({ kind: 'access-denied', service: 'iam', operation: 'CreateRole', count: 99 })
      const { error, report } = await world.setup()
      expect(error?.kind).toBe('partial')
      const outcomes = Object.fromEntries(report.resources.map(({ type, outcome }) => [type, outcome]))
      expect(outcomes).toMatchObject({
        'iam-role': 'failed',
        'invocation-logging': 'not-run',
        's3-bucket': 'done',
        dashboard: 'done',
        alarm: 'done',
      })
      const role = report.resources.find(({ type }) => type === 'iam-role')
      expect(role?.error?.hint).toContain('iam:CreateRole')
    }))

  test('a throttle is ridden out', () =>
    inWorld({}, async (world) => {
      world.sandbox.faults.push({ kind: 'throttle', service: 'cloudwatch', operation: 'PutMetricAlarm', count: 2 })
      expect((await world.setup()).error).toBeUndefined()
    }))

  test('without credentials nothing is tried', () =>
    inWorld({ maxAttempts: 1 }, async (world) => {
      world.sandbox.faults.push({ kind: 'expired-token', count: 99 })
      const error = await errorOf(world.setup())
      expect(error?.kind).toBe('credentials')
      expect(writingCalls(world)).toEqual([])
    }))
})

describe('the logging that stood before', () => {
  const prior = { scripted: [], foreignLogging: true } as const

  test('keeps its place in the tags, and ours stands, when it cannot be put back', () =>
    inWorld({}, async (world) => {
      await arrange(world, { ...prior, scripted: [] })
      await world.setup({ replaceLogging: true })
      const RoleName = 'SomebodyElsesRole'
      await world.cx.aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'logs' }))
      await world.cx.aws.iam.send(new DeleteRoleCommand({ RoleName }))
      const stood = await inventory(world.cx)
      const { error, report } = await world.cleanup({ only: ['3'] })
      expect(error?.kind).toBe('partial')
      expect(report.resources[0]?.error).toMatchObject({
        code: 'LoggingNotRestored',
        message: expect.stringContaining(RoleName),
      })
      expect(await inventory(world.cx)).toEqual(stood)
      // Nothing that keeps it goes before.
      expect((await world.cleanup()).error?.kind).toBe('partial')
      expect(Object.keys((await inventory(world.cx)).groups ?? {})).toContain('/aws/bedrock/modelinvocations')
      // Whoever gives it up turns logging off.
      await world.cx.aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
      expect((await world.cleanup()).error).toBeUndefined()
    }))

  test('survives setups in between', () =>
    inWorld({}, async (world) => {
      await arrange(world, { ...prior, scripted: [] })
      const before = world.sandbox.services.bedrock.loggingConfig('us-east-1')
      await world.setup({ replaceLogging: true })
      await world.setup({ replaceLogging: true })
      await world.setup()
      await world.cleanup()
      expect(world.sandbox.services.bedrock.loggingConfig('us-east-1')).toEqual(before)
    }))
})
