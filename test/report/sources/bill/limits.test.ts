import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { awsContext } from '../../../../src/aws/regions.ts'
import { bundledBook } from '../../../../src/report/prices/bundled.ts'
import { billedUpTo, DAY_MS } from '../../../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../../../src/sandbox/traffic.ts'
import { report as reportOfFleet } from '../../../../src/steps/6-report.ts'
import { openFleet } from '../../../../src/steps/fleet.ts'
import { resolveSettings } from '../../../../src/steps/resolve-settings.ts'
import { report } from '../../../support/report.ts'
import { schemaFaults } from '../../../support/report-schema.ts'
import { createWorld, REGION, type World } from '../../../support/world.ts'

const MEMBER = '222233334444'
let world: World
let window: { start: number; end: number }

beforeAll(async () => {
  world = await createWorld({
    members: [
      { id: MEMBER, name: 'shop' },
      { id: '333344445555', parent: 'ou-1' },
    ],
  })
  const end = billedUpTo(world.cx.clock.now())
  window = { start: end - 2 * DAY_MS, end }
  for (const account of [world.sandbox.account, MEMBER]) {
    const of = { account, region: REGION, invocationsPerHour: 4, steady: true }
    playTraffic(world.sandbox.servicesOf(account), generateTraffic({ seed: 9, ...window, ...of }))
  }
})
afterAll(() => world.close())

const source = (more: object = {}) => ({
  source: {
    name: 'bill',
    accountId: world.sandbox.account,
    places: [{ region: REGION, cx: world.cx }],
    window,
    ...more,
  },
})
const asked = (more: Partial<Parameters<typeof report>[1]> = {}) => report(world.cx, { ...source(), ...more })
const failure = (more: Partial<Parameters<typeof report>[1]> = {}) =>
  asked(more).then(
    () => undefined,
    (error: unknown) => error,
  )
const requests = () => world.sandbox.calls.filter(({ service }) => service === 'ce').length

test('is what the estimate is, where nothing is in the way', async () => {
  world.sandbox.costExplorer.digits = 18
  const where = { model: ['*claude*', '*nova-pro*', '*nova-micro*', '*titan*'] }
  const places = [{ region: REGION, cx: world.cx }]
  const ofMetrics = { name: 'metrics', accountId: world.sandbox.account, places, window }
  const { report: estimate } = await report(world.cx, { source: ofMetrics, where, by: ['day'] })
  const { report: billed } = await asked({ where: { ...where, account: [world.sandbox.account] }, by: ['day'] })
  expect(bundledBook.name).toBeDefined()
  expect(billed.total.costUsd).toBe(estimate.total.costUsd)
  expect(billed.groups.map(({ key, costUsd, inputTokens }) => ({ key, costUsd, inputTokens }))).toEqual(
    estimate.groups.map(({ key, costUsd, inputTokens }) => ({ key, costUsd, inputTokens })),
  )
})

describe('asking costs no more than it may', () => {
  test('and nothing is asked where that is not enough', async () => {
    world.sandbox.calls.length = 0
    expect(await failure({ maxAwsCost: 0.02 })).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('3 requests'),
    })
    expect(requests()).toBe(0)
  })

  test('the bill itself is not asked for where it would be more', async () => {
    world.sandbox.calls.length = 0
    const error = await failure({ maxAwsCost: 0.03, by: ['account', 'model'] })
    expect(error).toMatchObject({ kind: 'usage', hint: expect.stringContaining('--max-aws-cost 0.04') })
    expect(requests()).toBe(2)
  })

  test('and reading stops at the page that is one too many: what is missing is said', async () => {
    world.sandbox.calls.length = 0
    world.sandbox.costExplorer.pageSize = 5
    const { report: said, error } = await asked({ maxAwsCost: 0.05, by: ['day'] })
    world.sandbox.costExplorer.pageSize = 500
    expect(requests()).toBe(5)
    expect(error).toMatchObject({ kind: 'partial', hint: expect.stringContaining('--max-aws-cost') })
    expect(said.warnings).toContainEqual(expect.objectContaining({ code: 'bill-cut' }))
    expect(said.total).toMatchObject({ costIsFloor: true, costLacks: ['reading'] })
    expect(said.calls?.usd).toBe(0.05)
    // How far the bill goes is not how far it was read.
    expect(said.bill?.through).toBeNull()
    expect(said.projection.basis).toMatchObject({ hours: 48 })
    expect(said.warnings.map(({ code }) => code)).toEqual(['bill-cut'])
    expect(schemaFaults(said)).toEqual([])
  })
})

test('a bill of nothing says so, in one request', async () => {
  world.sandbox.calls.length = 0
  const start = window.start - 40 * DAY_MS
  const { report: said } = await asked({ ...source({ window: { start, end: start + DAY_MS } }) })
  expect(said).toMatchObject({ groups: [], total: { costUsd: 0 }, bill: { through: null, totalUsd: 0 } })
  expect(said.warnings.map(({ code }) => code)).toEqual(['no-usage'])
  expect(requests()).toBe(1)
})

test('what is not billed yet is told', async () => {
  const { bill } = world.sandbox.services
  const { bill: ofMember } = world.sandbox.servicesOf(MEMBER)
  for (const ledger of [bill, ofMember]) ledger.options = { lateDays: 3 }
  const { report: said } = await asked()
  for (const ledger of [bill, ofMember]) ledger.options = {}
  const day = new Date(window.end - 2 * DAY_MS).toISOString().slice(0, 10)
  expect(said.bill?.through).toBe(day)
  expect(said.warnings).toEqual([{ code: 'bill-late', message: expect.stringContaining(`after ${day}`) }])
  // The rate is of the days that are there.
  expect(said.projection.basis).toMatchObject({ hours: 24 })
})

describe('where Cost Explorer cannot be used, the cure is told', () => {
  test.each([
    ['off', /not enabled/, /open Cost Explorer once/],
    ['preparing', /not available/, /takes a day/],
  ] as const)('%s', async (state, message, hint) => {
    world.sandbox.costExplorer.state = state
    const error = await failure()
    world.sandbox.costExplorer.state = 'ready'
    expect(error).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) })
  })

  test('history that it does not keep', async () => {
    const end = window.start - 500 * DAY_MS
    expect(await failure(source({ window: { start: end - DAY_MS, end } }))).toMatchObject({
      hint: expect.stringMatching(/14 months/),
    })
  })

  test('a right that is missing', async () => {
    world.sandbox.faults.push({ kind: 'access-denied', service: 'ce', operation: 'GetCostAndUsage' })
    expect(await failure()).toMatchObject({ hint: expect.stringMatching(/allow ce:GetCostAndUsage/) })
    world.sandbox.faults.length = 0
  })

  test('GovCloud, which has none, and China, which has one of its own', async () => {
    const places = [{ region: 'us-gov-west-1', cx: world.cx }]
    expect(await failure(source({ places }))).toMatchObject({
      code: 'NoCostExplorer',
      hint: expect.stringMatching(/commercial/),
    })
  })

  test('hours, and other time zones', async () => {
    expect(await failure({ by: ['hour'] })).toMatchObject({ kind: 'usage', hint: 'pass --by day' })
    expect(await failure({ timeZone: 'Europe/Berlin' })).toMatchObject({ kind: 'usage' })
  })
})

describe('accounts', () => {
  const { settings } = resolveSettings([])
  const base = {
    clock: { now: () => Date.now(), sleep: async () => {} },
    signal: new AbortController().signal,
    emit: () => {},
  }
  const as = (accessKeyId: string) =>
    awsContext(base, {
      region: REGION,
      endpointUrl: world.sandbox.url,
      credentials: { accessKeyId, secretAccessKey: 'x' },
    })
  const of = (named: string[], key = 'sandbox') =>
    reportOfFleet(
      {
        cx: as(key),
        open: () =>
          openFleet(as(key), { named: [REGION] }, settings, {
            accounts: { named, excluded: [], listed: [] },
            purpose: 'report',
            asCaller: true,
            as: () => as(key),
          }),
      },
      { source: 'bill', window, by: ['account'] },
    )
  const told = ({ report: { groups } }: Awaited<ReturnType<typeof of>>) => groups.map(({ key }) => key.account).sort()

  test('are all that the payer sees; those that are named need no role', async () => {
    expect(told(await of([]))).toEqual([world.sandbox.account, MEMBER])
    world.sandbox.calls.length = 0
    expect(told(await of([MEMBER]))).toEqual([MEMBER])
    expect(told(await of(['org']))).toEqual([world.sandbox.account, MEMBER])
    expect(world.sandbox.calls.map(({ operation }) => operation)).not.toContain('AssumeRole')
  })

  test('a member sees itself, if the payer allows it', async () => {
    world.sandbox.sessions.set('member', { account: MEMBER, expires: Number.POSITIVE_INFINITY } as never)
    expect(told(await of([], 'member'))).toEqual([MEMBER])
    world.sandbox.costExplorer.isOpenToMembers = false
    await expect(of([], 'member')).rejects.toMatchObject({ hint: expect.stringMatching(/account that pays/) })
    world.sandbox.costExplorer.isOpenToMembers = true
  })
})
