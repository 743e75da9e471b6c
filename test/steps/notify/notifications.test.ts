import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateTopicCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../../../src/aws/policy.ts'
import type { Env } from '../../../src/steps/env.ts'
import { checkNotifications, isUnheard, unheardWarnings } from '../../../src/steps/notify/notifications.ts'
import { isAllowed, mayPublish, PUBLISHERS } from '../../../src/steps/notify/topic-policy.ts'
import { grantsFor } from '../../../src/steps/permissions/permissions.ts'
import type { Purpose } from '../../../src/steps/permissions/purposes.ts'
import { resolveSettings } from '../../../src/steps/resolve-settings.ts'
import type { Settings } from '../../../src/steps/settings.ts'
import { inventory } from '../../support/inventory.ts'
import { errorOf, inWorld, type World, writingCalls } from '../../support/world.ts'

const HOOK = 'https://events.pagerduty.example/integration/s3cr3t-key/enqueue'
const everybody = { email: 'ops@example.com, night@example.com', httpsEndpoint: HOOK }
const topicOf = ({ env }: World) => `arn:aws:sns:us-east-1:${env.accountId}:bedrock-usage-alerts`
const theirTopic = 'arn:aws:sns:us-east-1:111122223333:pager'

const subscribed = (world: World) =>
  (world.sandbox.services.sns.topics('us-east-1').get(topicOf(world))?.subscriptions ?? []).map(
    ({ protocol, endpoint }) => `${protocol} ${endpoint}`,
  )

describe('several addresses and webhooks', () => {
  test('are each subscribed once, and a second setup makes no writing call', () =>
    inWorld({ settings: everybody }, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
      expect(subscribed(world)).toEqual(['email ops@example.com', 'email night@example.com', `https ${HOOK}`])
      world.sandbox.calls.length = 0
      await world.setup()
      expect(writingCalls(world)).toEqual([])
    }))

  test('one that was ended by hand is drift, and only that one is subscribed again; those of others stay', () =>
    inWorld({ settings: everybody, isSetUp: true }, async (world) => {
      const { sns } = world.cx.aws
      const TopicArn = topicOf(world)
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'theirs@example.com' }))
      world.sandbox.services.sns.confirm(TopicArn, HOOK)
      const hook = world.sandbox.services.sns.topics('us-east-1').get(TopicArn)?.subscriptions[2]
      await sns.send(new UnsubscribeCommand({ SubscriptionArn: hook?.arn }))
      const { report } = await world.status()
      const changes = report.resources.find(({ type }) => type === 'sns-topic')?.changes
      expect(changes?.map(({ path }) => path)).toEqual(['subscriptions'])
      world.sandbox.calls.length = 0
      await world.setup()
      // The mark that it is of our making comes first.
      expect(writingCalls(world)).toEqual(['sns:TagResource', 'sns:Subscribe'])
      expect(subscribed(world).sort()).toEqual(
        ['email night@example.com', 'email ops@example.com', 'email theirs@example.com', `https ${HOOK}`].sort(),
      )
    }))

  test('are told apart in status as long as they have not confirmed, each with how', () =>
    inWorld({ settings: everybody, isSetUp: true }, async (world) => {
      world.sandbox.services.sns.confirm(topicOf(world), 'ops@example.com')
      const { report } = await world.status()
      expect(report.ok).toBe(true)
      const messages = report.warnings
        .filter(({ code }) => code === 'subscription-pending')
        .map(({ message }) => message)
      expect(messages).toHaveLength(2)
      expect(messages[0]).toMatch(/night@example\.com.*open the message/)
      expect(messages[1]).toMatch(/events\.pagerduty\.example.*SubscribeURL/)
      expect(messages.join()).not.toContain('ops@example.com')
    }))

  test('are counted in a status that is not told who they are', () =>
    inWorld({}, async (world) => {
      const pending = async () => {
        const { warnings } = (await world.status()).report
        return warnings.filter(({ code }) => code === 'subscription-pending').map(({ message }) => message)
      }
      expect(await pending()).toEqual([])
      await world.setup({}, undefined, everybody)
      expect(await pending()).toEqual([
        expect.stringMatching(/^nobody is notified yet when an alarm in us-east-1 goes off: 3 subscribers .* confirm/),
      ])
      for (const address of ['ops@example.com', 'night@example.com']) {
        world.sandbox.services.sns.confirm(topicOf(world), address)
      }
      expect(await pending()).toEqual([expect.stringMatching(/^1 subscriber of .* has not confirmed/)])
      world.sandbox.services.sns.confirm(topicOf(world), HOOK)
      expect(await pending()).toEqual([])
    }))

  test('nobody is notified until somebody has confirmed: setup asks, and each look says so', () =>
    inWorld({ regions: ['us-east-1', 'eu-west-1'] }, async (world) => {
      const { cx, env } = world
      const unheard = async () => (await unheardWarnings(cx, env)).map(({ code, message }) => `${code}: ${message}`)
      expect([await isUnheard(cx, env), await unheard()]).toEqual([true, []])
      await world.setup()
      expect(await isUnheard(cx, env)).toBe(true)
      expect(await unheard()).toEqual([expect.stringMatching(/^nobody-notified: .* in us-east-1, eu-west-1 goes off/)])
      await world.setup({}, undefined, { email: 'ops@example.com' })
      expect(await isUnheard(cx, env)).toBe(false)
      expect(await unheard()).toEqual(Array(2).fill(expect.stringMatching(/^subscription-pending: nobody is notified/)))
      for (const region of env.regions) {
        world.sandbox.services.sns.confirm(topicOf(world).replace('us-east-1', region), 'ops@example.com')
      }
      expect(await unheard()).toEqual([])
    }))

  test('the key in a webhook is in no plan, warning, event or error', () =>
    inWorld({ settings: everybody }, async (world) => {
      const shown = [await world.setup({ dryRun: true }), await world.setup(), await world.status(), world.events]
      expect(JSON.stringify(shown)).not.toContain('s3cr3t-key')
      expect(() => resolveSettings([{ source: 'x', values: { httpsEndpoint: 'http://a/s3cr3t-key' } }])).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('s3cr3t-key') }),
      )
    }))

  test('a password in a URL, which SNS lists as asterisks, is no difference', () =>
    inWorld({ settings: { httpsEndpoint: 'https://me:pass@example.com/hook' } }, async (world) => {
      await world.setup()
      expect(JSON.stringify(subscribed(world))).toContain('pass')
      expect((await world.status()).report.ok).toBe(true)
    }))
})

describe("a topic of somebody's own", () => {
  const settings = { snsTopic: theirTopic }

  async function makeTheirs({ cx: { aws } }: World, policy?: string) {
    await aws.sns.send(new CreateTopicCommand({ Name: 'pager' }))
    if (policy === undefined) return
    const set = { TopicArn: theirTopic, AttributeName: 'Policy', AttributeValue: policy }
    await aws.sns.send(new SetTopicAttributesCommand(set))
  }

  test('is what the alarms notify, and stays as it is through setup and cleanup; none of ours is made', () =>
    inWorld({ settings }, async (world) => {
      await makeTheirs(world)
      const before = (await inventory(world.cx)).topics
      const { error, report } = await world.setup()
      expect(error).toBeUndefined()
      expect(report.warnings.filter(({ code }) => code.startsWith('topic-'))).toEqual([])
      const { MetricAlarms = [] } = await world.cx.aws.cloudwatch.send(new DescribeAlarmsCommand({}))
      expect(MetricAlarms.length).toBeGreaterThanOrEqual(4)
      for (const { AlarmActions } of MetricAlarms) expect(AlarmActions).toEqual([theirTopic])
      expect((await inventory(world.cx)).topics).toEqual(before)
      world.sandbox.calls.length = 0
      await world.setup()
      expect(writingCalls(world)).toEqual([])
      await world.cleanup()
      expect((await inventory(world.cx)).topics).toEqual(before)
    }))

  test('takes the place of ours, which is left standing and goes with the next cleanup', () =>
    inWorld({}, async (world) => {
      await makeTheirs(world)
      await world.setup()
      await world.setup({}, undefined, settings)
      const { MetricAlarms = [] } = await world.cx.aws.cloudwatch.send(new DescribeAlarmsCommand({}))
      for (const { AlarmActions } of MetricAlarms) expect(AlarmActions).toEqual([theirTopic])
      await world.cleanup()
      expect(Object.keys((await inventory(world.cx)).topics ?? {})).toEqual([theirTopic])
    }))

  test('whose policy does not let alarms publish is a warning with the statement to add', () =>
    inWorld({ settings: { ...settings, budgetUsd: 50 } }, async (world) => {
      await makeTheirs(world, JSON.stringify({ Version: '2012-10-17', Statement: [] }))
      const { report } = await world.setup()
      const [warning] = report.warnings.filter(({ code }) => code === 'topic-policy')
      expect(warning?.message).toContain('"Service":["cloudwatch.amazonaws.com"]')
      expect(warning?.message).toContain('"Service":["budgets.amazonaws.com"]')
    }))

  test('may be looked at by whoever sets up, sees the status or examines, and changed by nobody', () =>
    inWorld({ settings }, async ({ env }) => {
      const actionsOn = (purpose: Purpose) => [
        ...new Set(
          grantsFor(env, purpose)
            .filter(({ resources }) => resources.includes(theirTopic))
            .flatMap(({ actions }) => actions),
        ),
      ]
      expect(actionsOn('setup')).toEqual(['sns:GetTopicAttributes'])
      expect(actionsOn('status')).toEqual(['sns:GetTopicAttributes'])
      expect(actionsOn('doctor')).toEqual(['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'])
      expect(actionsOn('cleanup')).toEqual([])
    }))

  test('that is not there, or may not be looked at, is a warning with what it has to allow', () =>
    inWorld({ settings }, async (world) => {
      const { error, report } = await world.setup()
      expect(error).toBeUndefined()
      const [warning] = report.warnings.filter(({ code }) => code === 'topic-not-checked')
      expect(warning?.message).toContain('BedrockMonitorAlarms')
    }))
})

describe('what cannot be had together', () => {
  const envWith = (settings: Partial<Settings>, regions: string[] = ['us-east-1']): Env => ({
    accountId: '111122223333',
    region: regions[0] ?? '',
    regions,
    homeRegion: undefined,
    settings: resolveSettings([{ source: 'test', values: settings }]).settings,
  })

  const people = (length: number) => Array.from({ length }, (_, at) => `person-${at}@example.com`).join()

  test.each<[string, Env, RegExp | undefined]>([
    ['a topic of its own Region', envWith({ snsTopic: theirTopic }), undefined],
    ['a topic of another Region', envWith({ snsTopic: theirTopic }, ['us-east-1', 'eu-west-1']), /eu-west-1/],
    ['a topic and an address', envWith({ snsTopic: theirTopic, email: 'a@example.com' }), /--email/],
    ['a topic and a webhook', envWith({ snsTopic: theirTopic, httpsEndpoint: HOOK }), /--https-endpoint/],
    ['as many addresses as a topic has room for', envWith({ email: people(47), httpsEndpoint: HOOK }), undefined],
    ['more addresses', envWith({ email: people(48), httpsEndpoint: HOOK }), /49 addresses.*at most 48/],
    ['a budget in GovCloud', envWith({ budgetUsd: 5 }, ['us-gov-west-1']), /us-gov-west-1/],
    [
      'a budget and a topic of another account',
      envWith({ budgetUsd: 5, snsTopic: theirTopic.replace('111122223333', '999999999999') }),
      /999999999999/,
    ],
  ])('%s', (_title, env, message) => {
    if (message === undefined) expect(() => checkNotifications(env)).not.toThrow()
    else expect(() => checkNotifications(env)).toThrow(expect.objectContaining({ kind: 'usage' }))
    if (message !== undefined) expect(() => checkNotifications(env)).toThrow(message)
  })

  test('is told before anything is read or made', () =>
    inWorld({ settings: { snsTopic: theirTopic }, regions: ['us-east-1', 'eu-west-1'] }, async (world) => {
      expect(await errorOf(world.setup())).toMatchObject({ kind: 'usage' })
      expect(world.sandbox.calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
    }))

  const [alarms, budgets] = PUBLISHERS
  const statement = (more: object) =>
    parsePolicy(
      JSON.stringify({ Statement: { Effect: 'Allow', Action: 'SNS:Publish', Resource: theirTopic, ...more } }),
    )
  const account = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } })

  test.each<[string, object, boolean, boolean]>([
    ['the service', { Principal: { Service: 'cloudwatch.amazonaws.com' } }, true, false],
    ['everybody', { Principal: '*' }, true, true],
    ['the policy of birth', { Principal: { AWS: '*' }, ...account('AWS:SourceOwner', '111122223333') }, true, false],
    ['everybody of another account', { Principal: '*', ...account('aws:SourceAccount', '999999999999') }, false, false],
    ['another action', { Principal: '*', Action: 'sns:Subscribe' }, false, false],
    ['a denial', { Principal: '*', Effect: 'Deny' }, false, false],
    [
      'a condition of another kind',
      { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      true,
      true,
    ],
    ['a person', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }, false, false],
  ])('a policy for %s', (_title, more, forAlarms, forBudgets) => {
    const env = envWith({ snsTopic: theirTopic })
    if (!alarms || !budgets) throw new Error('no publishers')
    expect([isAllowed(alarms, env, statement(more)), isAllowed(budgets, env, statement(more))]).toEqual([
      forAlarms,
      forBudgets,
    ])
    for (const publisher of PUBLISHERS)
      expect(isAllowed(publisher, env, [mayPublish(publisher, env, theirTopic)])).toBe(true)
  })
})
