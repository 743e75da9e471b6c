import {
  type Budget,
  CreateBudgetCommand,
  CreateNotificationCommand,
  CreateSubscriberCommand,
  DeleteNotificationCommand,
  DeleteSubscriberCommand,
  DescribeSubscribersForNotificationCommand,
  UpdateBudgetCommand,
} from '@aws-sdk/client-budgets'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { equal } from '../../../src/core/diff.ts'
import { AppError } from '../../../src/core/errors.ts'
import { doctor } from '../../../src/doctor/doctor.ts'
import { spentOf } from '../../../src/sandbox/services/budgets.ts'
import { PRODUCTS } from '../../../src/sandbox/services/pricing/products.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import {
  type BudgetState,
  budgetInput,
  budgetStateOf,
  desiredBudget,
  desiredFilter,
  OUR_NOTIFICATIONS,
  UNTIL_NAMED,
  WITH_MARKETPLACE,
} from '../../../src/steps/notify/budget-state.ts'
import { anyEnv } from '../../support/arbitraries.ts'
import { intercept } from '../../support/intercept.ts'
import { inventory, names } from '../../support/inventory.ts'
import { inWorld, REGION, type World, writingCalls } from '../../support/world.ts'

const settings = {
  budgetUsd: 250,
  email: 'ops@example.com,night@example.com',
  httpsEndpoint: 'https://example.com/hook',
}
const named = ({ env }: World) => ({ AccountId: env.accountId, BudgetName: 'bedrock-monthly' })
const stored = ({ sandbox }: World) => sandbox.services.budgets.budgets.get('bedrock-monthly')
const topicIn = ({ env }: World, region = 'us-east-1') => `arn:aws:sns:${region}:${env.accountId}:bedrock-usage-alerts`
const [above80, above100] = OUR_NOTIFICATIONS.map(({ notification }) => notification)

/** Of the sandbox's price list, beside Bedrock's own. */
const SERVICES = [
  'Amazon Bedrock',
  'Amazon Bedrock AgentCore',
  'Amazon Bedrock Service',
  ...new Set(PRODUCTS.flatMap(({ attributes: { servicename } }) => servicename ?? [])),
].sort()
/** What earlier versions put. */
const BY_PART = { Dimensions: { Key: 'SERVICE' as const, Values: ['Bedrock'], MatchOptions: ['CONTAINS' as const] } }
const CLAUDE = 'Claude Haiku 4.5 (Amazon Bedrock Edition)'

const planned = async (world: World) =>
  (await world.status()).report.resources.find(({ type }) => type === 'budget')?.changes.map(({ path }) => path)

describe('the budget', () => {
  test('counts every service of Bedrock by its name, and notifies the topic, which lets it publish', () =>
    inWorld({ settings }, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
      expect(stored(world)?.budget).toMatchObject({
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: '250', Unit: 'USD' },
        FilterExpression: { Dimensions: { Key: 'SERVICE', Values: SERVICES, MatchOptions: ['EQUALS'] } },
        Metrics: ['UnblendedCost'],
      })
      const notifications = stored(world)?.notifications ?? []
      expect(
        notifications.map(({ notification: { NotificationType, Threshold } }) => [NotificationType, Threshold]),
      ).toEqual([
        ['ACTUAL', 80],
        ['ACTUAL', 100],
        ['FORECASTED', 100],
      ])
      for (const { subscribers } of notifications) {
        expect(subscribers).toEqual([{ SubscriptionType: 'SNS', Address: topicIn(world) }])
      }
      const policy = JSON.stringify((await inventory(world.cx)).topics?.[topicIn(world)])
      expect(policy).toContain('budgets.amazonaws.com')
      expect(policy).toContain(`arn:aws:budgets::${world.env.accountId}:*`)
    }))

  test('is made once: a second setup makes no writing call; and cleanup leaves nothing', () =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      world.sandbox.calls.length = 0
      const { report } = await world.setup()
      expect(report.resources.every(({ outcome }) => outcome === 'unchanged')).toBe(true)
      expect(writingCalls(world)).toEqual([])
      await world.cleanup()
      expect(Object.values(names(await inventory(world.cx))).flat()).toEqual([])
    }))

  test('that nobody asks for is not made, is left as it is where it stands, and goes with cleanup', () =>
    inWorld({}, async (world) => {
      const { report } = await world.setup()
      expect(report.resources.map(({ type }) => type)).not.toContain('budget')
      await world.setup({}, undefined, { budgetUsd: 40 })
      world.sandbox.calls.length = 0
      await world.setup()
      expect(writingCalls(world)).toEqual([])
      expect(stored(world)?.budget.BudgetLimit?.Amount).toBe('40')
      await world.cleanup()
      expect(stored(world)).toBeUndefined()
    }))

  test('in an account that may not look at budgets is in no way', () =>
    inWorld({}, async (world) => {
      world.sandbox.faults.push({ kind: 'access-denied', service: 'budgets', count: 1_000 })
      expect((await world.setup()).error).toBeUndefined()
      const { error, report } = await world.cleanup()
      expect(error).toBeUndefined()
      const [unseen] = report.warnings.filter(({ code }) => code === 'not-looked-at')
      expect(unseen?.message).toContain('budget')
    }))

  test('whose answer was lost when it was made is made once all the same', () =>
    inWorld({ settings }, async (world) => {
      world.sandbox.faults.push({ kind: 'reset', service: 'budgets', operation: 'CreateBudget', when: 'after' })
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
    }))

  test('of the name that somebody else has made is adopted, and left by cleanup', () =>
    inWorld({ settings }, async (world) => {
      const { budgets } = world.cx.aws
      const Budget = {
        ...budgetInput('bedrock-monthly', desiredBudget(world.env)),
        FilterExpression: undefined,
        Metrics: undefined,
      }
      await budgets.send(new CreateBudgetCommand({ AccountId: world.env.accountId, Budget }))
      const { report } = await world.setup({ dryRun: true })
      const item = report.resources.find(({ type }) => type === 'budget')
      expect(item?.action).toBe('update')
      expect(item?.changes.map(({ path }) => path)).toEqual(
        expect.arrayContaining(['owner', 'notifications.ACTUAL > 80 %']),
      )
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
      await world.cleanup()
      expect(stored(world)).toBeDefined()
      await world.cleanup({ includeAdopted: true })
      expect(stored(world)).toBeUndefined()
    }))
})

describe('what was meddled with is seen and mended', () => {
  const subscriber = (world: World) => ({ SubscriptionType: 'SNS' as const, Address: topicIn(world) })
  const people = { SubscriptionType: 'EMAIL' as const, Address: 'cfo@example.com' }

  test.each<[string, (world: World) => Promise<unknown>, RegExp]>([
    [
      'the amount',
      (world) => {
        const NewBudget = budgetInput('bedrock-monthly', {
          ...desiredBudget(world.env, undefined, SERVICES),
          amount: 9_000,
        })
        return world.cx.aws.budgets.send(new UpdateBudgetCommand({ AccountId: world.env.accountId, NewBudget }))
      },
      /^amount$/,
    ],
    [
      'the filter',
      (world) => {
        const filter = { Dimensions: { Key: 'SERVICE' as const, Values: ['Amazon EC2'] } }
        const NewBudget = budgetInput('bedrock-monthly', { ...desiredBudget(world.env), filter })
        return world.cx.aws.budgets.send(new UpdateBudgetCommand({ AccountId: world.env.accountId, NewBudget }))
      },
      /^filter/,
    ],
    [
      'a notification that was deleted',
      (world) => world.cx.aws.budgets.send(new DeleteNotificationCommand({ ...named(world), Notification: above80 })),
      /^notifications\.ACTUAL > 80 %$/,
    ],
    [
      'a notification that goes to people alone',
      async (world) => {
        const to = { ...named(world), Notification: above100 }
        await world.cx.aws.budgets.send(new CreateSubscriberCommand({ ...to, Subscriber: people }))
        await world.cx.aws.budgets.send(new DeleteSubscriberCommand({ ...to, Subscriber: subscriber(world) }))
      },
      /^notifications\.ACTUAL > 100 %$/,
    ],
  ])('%s', (_title, meddle, path) =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      await meddle(world)
      const changed = await planned(world)
      expect(changed?.length).toBeGreaterThan(0)
      for (const each of changed ?? []) expect(each).toMatch(path)
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
    }),
  )

  test('subscribers of others stay: people beside the topic, and a topic in its place', () =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      const { budgets } = world.cx.aws
      const to = { ...named(world), Notification: above80 }
      const theirs = {
        SubscriptionType: 'SNS' as const,
        Address: `arn:aws:sns:us-east-1:${world.env.accountId}:finance`,
      }
      await budgets.send(new CreateSubscriberCommand({ ...to, Subscriber: people }))
      await budgets.send(new DeleteSubscriberCommand({ ...to, Subscriber: subscriber(world) }))
      await budgets.send(new CreateSubscriberCommand({ ...to, Subscriber: theirs }))
      expect(await planned(world)).toEqual([])
      await world.setup({}, undefined, { budgetUsd: 300 })
      const { Subscribers } = await budgets.send(new DescribeSubscribersForNotificationCommand(to))
      expect(Subscribers).toEqual([people, theirs])
    }))
})

describe('where the budget notifies', () => {
  const bySettings = (more: object) => ({ budgetUsd: 250, ...more })

  test('moves from our topic to one that is named', () =>
    inWorld({ settings: bySettings({}), isSetUp: true }, async (world) => {
      const snsTopic = `arn:aws:sns:us-east-1:${world.env.accountId}:pager`
      expect((await world.setup({}, undefined, { snsTopic })).error).toBeUndefined()
      const addresses = stored(world)?.notifications.flatMap(({ subscribers }) =>
        subscribers.map(({ Address }) => Address),
      )
      expect(addresses).toEqual([snsTopic, snsTopic, snsTopic])
    }))

  test('stays the topic of the Region that was set up first, with which it goes', () =>
    inWorld({ settings: bySettings({}), isSetUp: true }, async (world) => {
      await world.setup({}, ['eu-west-1'])
      expect(stored(world)?.notifications[0]?.subscribers[0]?.Address).toBe(topicIn(world))
      await world.cleanup({}, ['eu-west-1'])
      expect(stored(world)).toBeDefined()
      await world.cleanup({}, ['us-east-1'])
      expect(stored(world)).toBeUndefined()
    }))
})

describe('where the names cannot be read or are refused', () => {
  test('it gets a budget that misses nothing, says that it counts more, and is asked no more', () =>
    inWorld({ settings }, async (world) => {
      world.sandbox.services.budgets.refusedMatches.add('CONTAINS')
      world.sandbox.faults.push({ kind: 'access-denied', service: 'pricing', count: 99 })
      const { error, report } = await world.setup()
      expect(error).toBeUndefined()
      expect(report.warnings.map(({ code }) => code)).toContain('budget-counts-marketplace')
      expect(stored(world)?.budget.FilterExpression).toEqual(UNTIL_NAMED)
      world.sandbox.calls.length = 0
      await world.setup()
      expect(writingCalls(world)).toEqual([])
      // Once they can be read, it counts no more than them.
      world.sandbox.faults.length = 0
      await world.setup()
      expect(stored(world)?.budget.FilterExpression).toEqual(desiredFilter(undefined, SERVICES))
    }))

  test('that refuses something else says what', () =>
    inWorld({ settings }, async (world) => {
      world.sandbox.services.budgets.refusedMatches.add('CONTAINS').add('EQUALS')
      const { error, report } = await world.setup()
      expect(error?.kind).toBe('partial')
      const failed = report.resources.find(({ outcome }) => outcome === 'failed')
      expect(failed).toMatchObject({ type: 'budget', error: { message: expect.stringContaining('EQUALS') } })
    }))
})

test('a price list that is out of order holds up nothing: it is asked once', () =>
  inWorld({ settings, maxAttempts: 9 }, async (world) => {
    world.sandbox.faults.push({ kind: '500', service: 'pricing', count: 99 })
    expect((await world.setup()).error).toBeUndefined()
    const asked = world.sandbox.calls.filter(({ operation }) => operation === 'GetAttributeValues')
    expect(asked).toHaveLength(1)
  }))

test('an AWS that refuses the names gets the wider filter, and is not asked for them again', () =>
  inWorld({ settings }, async (world) => {
    let refusals = 0
    intercept(world.cx, 'budgets', 'CreateBudget', (send) => {
      refusals += 1
      if (refusals === 1) throw new AppError('aws', 'InvalidParameterException', 'too many values')
      return send()
    })
    const { error, report } = await world.setup()
    expect(error).toBeUndefined()
    expect(report.warnings.map(({ code }) => code)).toContain('budget-counts-marketplace')
    expect(stored(world)?.budget.FilterExpression).toEqual(WITH_MARKETPLACE)
    world.sandbox.calls.length = 0
    await world.setup()
    expect(writingCalls(world)).toEqual([])
  }))

describe('the state, for any settings', () => {
  test('comes back from AWS as it was written, whatever form it is told in', () => {
    fc.assert(
      fc.property(anyEnv, fc.boolean(), (env, wide) => {
        const have = { ...desiredBudget(env), filter: wide ? WITH_MARKETPLACE : desiredFilter(undefined, SERVICES) }
        const want = desiredBudget(env, have)
        const { FilterExpression, BudgetLimit, ...rest } = budgetInput(env.settings.budgetName, want)
        const told = {
          ...rest,
          BudgetLimit: { ...BudgetLimit, Amount: `${Number(BudgetLimit?.Amount).toFixed(2)}0` },
          FilterExpression: { ...FilterExpression, And: [], ...(!wide && { Or: [] }) },
        } as Parameters<typeof budgetStateOf>[0]
        const state: BudgetState = budgetStateOf(told, { topics: want.notifications, room: want.room })
        expect(equal(state, desiredBudget(env, state))).toBe(true)
        expect(BudgetLimit?.Amount).toMatch(/^([0-9]*\.)?[0-9]+$/)
      }),
      { numRuns: 100 },
    )
  })
})

test('when a budget ends, and which bills it is of, stay through our update', () =>
  inWorld({ settings, isSetUp: true }, async (world) => {
    const End = new Date('2040-01-01T00:00:00Z')
    const BillingViewArn = 'arn:aws:billing::111122223333:billingview/primary'
    const told = stored(world)?.budget
    const NewBudget = { ...told, TimePeriod: { ...told?.TimePeriod, End }, BillingViewArn } as Budget
    await world.cx.aws.budgets.send(new UpdateBudgetCommand({ AccountId: world.env.accountId, NewBudget }))
    expect((await world.setup({}, undefined, { budgetUsd: 77 })).error).toBeUndefined()
    expect(stored(world)?.budget).toMatchObject({
      BudgetLimit: { Amount: expect.stringMatching(/^77/) },
      TimePeriod: { End },
      BillingViewArn,
    })
  }))

describe('a budget of our name that others have filled with notifications', () => {
  const fill = async (world: World, ...thresholds: number[]) => {
    const { budgets } = world.cx.aws
    const named = { AccountId: world.env.accountId, BudgetName: 'bedrock-monthly' }
    for (const Threshold of thresholds) {
      const Notification = {
        NotificationType: 'ACTUAL' as const,
        ComparisonOperator: 'GREATER_THAN' as const,
        Threshold,
        ThresholdType: 'PERCENTAGE' as const,
      }
      const Subscribers = [{ SubscriptionType: 'EMAIL' as const, Address: 'his@example.com' }]
      await budgets.send(new CreateNotificationCommand({ ...named, Notification, Subscribers }))
    }
  }
  const make = async (world: World) => {
    const Budget = {
      BudgetName: 'bedrock-monthly',
      BudgetLimit: { Amount: '7', Unit: 'USD' },
      BudgetType: 'COST' as const,
      TimeUnit: 'MONTHLY' as const,
    }
    await world.cx.aws.budgets.send(new CreateBudgetCommand({ AccountId: world.env.accountId, Budget }))
  }

  test.each([
    ['five', [1, 2, 3, 4, 5], 3],
    ['three', [1, 2, 3], 1],
    ['five, one of them just as ours', [1, 2, 3, 4, 80], 2],
  ])('%s: is told before anything is written, with what cures it', (_, thresholds, missing) =>
    inWorld({ settings }, async (world) => {
      await make(world)
      await fill(world, ...thresholds)
      world.sandbox.calls.length = 0
      for (const adopt of [false, true]) {
        const { error } = await world.setup({ adopt })
        expect(error).toMatchObject({ kind: 'blocked', message: expect.stringContaining('AWS takes 5') })
        expect(error?.hint).toContain(`delete ${missing} of them, or pass --budget-name`)
      }
      expect(writingCalls(world)).toEqual([])
      expect((await world.setup({}, undefined, { budgetName: 'another' })).error).toBeUndefined()
    }),
  )

  test('two: there is room', () =>
    inWorld({ settings }, async (world) => {
      await make(world)
      await fill(world, 1, 2)
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.status()).report.resources.filter(({ action }) => action !== 'none')).toEqual([])
    }))

  test('ours, once it stands, may be full', () =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      await fill(world, 1, 2)
      expect((await world.setup()).error).toBeUndefined()
      expect((await world.status()).report.ok).toBe(true)
    }))
})

// "A filter SERVICE with MatchOptions CONTAINS may be accepted and count nothing […] Use EQUALS with the service names (Price
// List servicename …) and say when a budget stands at $0 beside real cost."
describe('a budget that counts', () => {
  /** The middle of a month, with days of traffic behind it. */
  async function toMidMonth(world: World): Promise<void> {
    const now = new Date(world.cx.clock.now())
    const then = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 15, 12)
    await world.cx.clock.sleep(then - world.cx.clock.now(), world.abort.signal)
    const { account, services } = world.sandbox
    const traffic = { seed: 3, start: then - 5 * 86_400_000, end: then, account, region: REGION, invocationsPerHour: 5 }
    playTraffic(services, generateTraffic(traffic))
  }
  const asBefore = (world: World) => {
    const NewBudget = budgetInput('bedrock-monthly', { ...desiredBudget(world.env), filter: BY_PART })
    return world.cx.aws.budgets.send(new UpdateBudgetCommand({ AccountId: world.env.accountId, NewBudget }))
  }
  const spent = (world: World) => {
    const { bill, budgets } = world.sandbox.services.budgets
    const found = budgets.get('bedrock-monthly')
    return found && spentOf(found.budget, bill)
  }
  const warningsOf = async (world: World) => (await world.status()).report.warnings.map(({ code }) => code)

  test('what Claude costs, and nothing but Bedrock', () =>
    inWorld({ settings }, async (world) => {
      const { bill } = world.sandbox.services.budgets
      bill.push({ service: 'Amazon Bedrock', usd: 1 }, { service: CLAUDE, usd: 20, entity: 'AWS Marketplace' })
      bill.push({ service: 'Amazon EC2', usd: 300 }, { service: 'Some AMI', usd: 4_000, entity: 'AWS Marketplace' })
      await world.setup()
      expect(spent(world)).toBe(21)
    }))

  test('after the next setup, where an earlier version made one that does not', () =>
    inWorld({ settings }, async (world) => {
      world.sandbox.services.budgets.bill.push({ service: CLAUDE, usd: 20 })
      await world.setup()
      await asBefore(world)
      expect(spent(world)).toBe(0)
      expect(await planned(world)).toContain('filter.Dimensions.Values')
      expect((await world.setup()).error).toBeUndefined()
      expect(spent(world)).toBe(20)
      expect((await world.status()).report.ok).toBe(true)
    }))

  test('a model that AWS has come to sell, with the next setup', () =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      const filter = {
        Dimensions: { Key: 'SERVICE' as const, Values: ['Amazon Bedrock'], MatchOptions: ['EQUALS' as const] },
      }
      const NewBudget = budgetInput('bedrock-monthly', { ...desiredBudget(world.env), filter })
      await world.cx.aws.budgets.send(new UpdateBudgetCommand({ AccountId: world.env.accountId, NewBudget }))
      expect(await planned(world)).toEqual(['filter.Dimensions.Values'])
      // Who may not read the price list sees no difference where there may be none.
      world.sandbox.faults.push({ kind: 'access-denied', service: 'pricing', count: 99 })
      expect(await planned(world)).toEqual([])
    }))

  test('and one at $0 beside calls that cost something, of which status and doctor tell', () =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      await asBefore(world)
      expect(await warningsOf(world)).not.toContain('budget-at-zero')
      world.sandbox.services.budgets.bill.push({ service: CLAUDE, usd: 20 })
      await toMidMonth(world)
      const { warnings } = (await world.status()).report
      const said = warnings.find(({ code }) => code === 'budget-at-zero')?.message
      expect(said).toMatch(
        /^budget bedrock-monthly shows \$0, while .* cost at least \$\d+\.\d\d \(not all calls priced/,
      )
      const { findings } = await doctor(await world.session())
      expect(findings.map(({ code }) => code)).toContain('budget-at-zero')
      await world.setup()
      expect(await warningsOf(world)).not.toContain('budget-at-zero')
    }))

  test('without notifications of its own is read as such', () =>
    inWorld({ settings, isSetUp: true }, async (world) => {
      intercept(world.cx, 'budgets', 'DescribeNotificationsForBudget', () => {
        throw new AppError('aws', 'NotFoundException', 'Unable to find notification')
      })
      const { report, error } = await world.status()
      expect(error).toBeUndefined()
      expect(report.resources.find(({ type }) => type === 'budget')?.action).toBe('update')
    }))
})
