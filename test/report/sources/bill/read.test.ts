import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { COST_METRICS } from '../../../../src/report/bill/line.ts'
import type { Usage } from '../../../../src/report/model.ts'
import { toNano, toUsd } from '../../../../src/report/money.ts'
import type { Report } from '../../../../src/report/view.ts'
import { billedUpTo, DAY_MS } from '../../../../src/report/window.ts'
import type { BillOptions } from '../../../../src/sandbox/bill/bill.ts'
import type { BillEntry } from '../../../../src/sandbox/bill/entry.ts'
import { generateTraffic } from '../../../../src/sandbox/traffic.ts'
import { report } from '../../../support/report.ts'
import { schemaFaults } from '../../../support/report-schema.ts'
import { createWorld, REGION, type World } from '../../../support/world.ts'

const MEMBER = '222233334444'
const OTHER = '555566667777'
const DAYS = 5
let world: World
let window: { start: number; end: number }

const NOT_BEDROCK = { usage: 'BoxUsage', quantity: 5, unit: 'Hrs', usd: 99, service: 'Amazon Elastic Compute Cloud' }

beforeAll(async () => {
  world = await createWorld({ members: [{ id: MEMBER, name: 'shop' }, { id: OTHER }] })
  const end = billedUpTo(world.cx.clock.now())
  window = { start: end - DAYS * DAY_MS, end }
  for (const [seed, account] of [world.sandbox.account, MEMBER, OTHER].entries()) {
    for (const region of seed === 1 ? ['us-east-1', 'eu-central-1'] : ['us-east-1']) {
      const of = { seed, account, region, invocationsPerHour: 3, steady: true, variesTerms: true }
      // A day before and one after: what is outside of the window is none of its business.
      const calls = generateTraffic({ ...of, start: window.start - DAY_MS, end: end + DAY_MS })
      world.sandbox.servicesOf(account).bill.add(calls.filter(({ routedModel }) => routedModel === undefined))
    }
  }
  bill({})
})
afterAll(() => world.close())

function bill(options: BillOptions): void {
  for (const account of [world.sandbox.account, MEMBER, OTHER]) {
    const charges = [
      { ...NOT_BEDROCK, time: window.start, account, region: REGION },
      {
        time: window.start,
        account,
        region: REGION,
        usage: 'Guardrail-ContentPolicyUnitsConsumed',
        quantity: 12,
        unit: 'TextUnits',
        usd: 1.25,
      },
    ]
    world.sandbox.servicesOf(account).bill.options = { ...options, charges: [...charges, ...(options.charges ?? [])] }
  }
}

const entries = (): BillEntry[] =>
  [world.sandbox.account, MEMBER, OTHER]
    .flatMap((id) => world.sandbox.servicesOf(id).bill.entries(world.cx.clock.now()))
    .filter(({ start, service }) => start >= window.start && start < window.end && /bedrock/i.test(service))

const asked = (more: Partial<Parameters<typeof report>[1]> = {}) =>
  report(world.cx, {
    source: { name: 'bill', accountId: world.sandbox.account, places: [{ region: REGION, cx: world.cx }], window },
    maxAwsCost: 1,
    ...more,
  })

/** The ids of the models by their names on the bill. */
const IDS: Record<string, string> = {
  'Claude Sonnet 4.5': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'Claude Haiku 4.5': 'anthropic.claude-haiku-4-5-20251001-v1:0',
  'Nova Pro': 'amazon.nova-pro-v1:0',
  'Nova Micro': 'amazon.nova-micro-v1:0',
  'Titan Text Embeddings V2': 'amazon.titan-embed-text-v2:0',
  'Nova Canvas': 'amazon.nova-canvas-v1:0',
  '': 'Amazon Bedrock',
}
const TIERS = /flex|priority|batch|latency-?optimized/i

const KEYS: Record<string, (entry: BillEntry) => string> = {
  model: ({ product }) => IDS[product.model] ?? '',
  account: ({ account }) => account,
  region: ({ region }) => region,
  service: ({ service }) => service,
  'usage-type': ({ usageType }) => usageType,
  kind: ({ kind }) => (kind === 'other' ? 'guardrails' : kind),
  tier: ({ usageType }) =>
    TIERS.exec(usageType)?.[0].toLowerCase().replace('latencyoptimized', 'latency-optimized') ?? 'standard',
  day: ({ start }) => new Date(start).toISOString().slice(0, 10),
  month: ({ start }) => new Date(start).toISOString().slice(0, 7),
  'tag:aws:team$x': ({ tags }) => tags['aws:team$x'] ?? '',
  'principal-tag:team': ({ tags }) => tags['iamPrincipal/team'] ?? '',
}

const TOKENS: Record<string, readonly string[]> = {
  inputTokens: ['input'],
  outputTokens: ['output'],
  cacheReadTokens: ['cacheRead'],
  cacheWriteTokens: ['cacheWrite', 'cacheWrite1h'],
  images: ['images'],
}

/** What some lines come to. */
function truthOf(some: readonly BillEntry[], amountOf = ({ unblended }: BillEntry) => unblended): Partial<Usage> {
  const sum = (kinds: readonly string[] | undefined) =>
    some.filter(({ kind }) => kinds?.includes(kind)).reduce((total, { quantity }) => total + quantity, 0)
  return {
    ...Object.fromEntries(Object.entries(TOKENS).map(([counter, kinds]) => [counter, sum(kinds)])),
    costUsd: toUsd(toNano(some.reduce((total, entry) => total + amountOf(entry), 0n))),
    invocations: null,
    errorRate: null,
  }
}

function holds(said: Report, by: readonly string[], truth = entries()): void {
  expect(schemaFaults(said)).toEqual([])
  const usage = truth.filter(({ lineType }) => lineType === 'Usage')
  expect(said.total).toMatchObject(truthOf(usage))
  const keyOf = (entry: BillEntry) => JSON.stringify(by.map((name) => KEYS[name]?.(entry)))
  const groups = new Map<string, BillEntry[]>()
  for (const entry of usage) groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry])
  expect(said.groups.map(({ key }) => JSON.stringify(by.map((name) => key[name]))).sort()).toEqual(
    [...groups.keys()].sort(),
  )
  for (const group of said.groups) {
    const { costUsd, ...counts } = truthOf(groups.get(JSON.stringify(by.map((name) => group.key[name]))) ?? [])
    expect(group).toMatchObject(counts)
    // What is printed adds up, so that a part may be a nano-dollar off in each kind.
    expect(Math.abs((group.costUsd ?? 0) - (costUsd ?? 0))).toBeLessThan(6e-9)
  }
}

const requests = () => world.sandbox.calls.filter(({ service }) => service === 'ce').length

describe('the bill by Cost Explorer', () => {
  // Amounts of ten decimals are rounded; the truth is not.
  beforeAll(() => {
    Object.assign(world.sandbox.costExplorer, { digits: 18, pageSize: 5_000 })
  })

  test.each([
    ['model', 3],
    ['model,day', 3],
    ['service,usage-type', 3],
    ['kind,tier', 3],
    ['region,month', 3],
    ['account', 3],
    ['account,day,usage-type', 3],
    // Three accounts, three services: a query for each of either.
    ['account,model', 5],
    ['account,kind,region', 5],
    ['principal-tag:team', 3],
    ['principal-tag:team,model', 5],
    ['principal-tag:team,account', 5],
    ['principal-tag:team,account,model', 11],
  ])('by %s is the truth, in %i requests', async (grouping, most) => {
    const by = grouping.split(',')
    world.sandbox.calls.length = 0
    const { report: said, error } = await asked({ by })
    expect(error).toBeUndefined()
    holds(said, by)
    expect(requests()).toBe(most)
    expect(said).toMatchObject({
      source: 'bill',
      basis: 'billed',
      prices: [],
      accounts: [
        { id: world.sandbox.account, name: 'management' },
        { id: MEMBER, name: 'shop' },
        { id: OTHER, name: OTHER },
      ],
      bill: { metric: 'unblended', through: new Date(window.end - DAY_MS).toISOString().slice(0, 10), adjustments: {} },
      calls: { usd: Number((most * 0.01).toFixed(2)), items: [{ what: 'requests to Cost Explorer', count: most }] },
    })
    expect(said.series).toHaveLength(DAYS)
  })

  test('is the same over many pages, which go on within a day', async () => {
    const { costExplorer } = world.sandbox
    costExplorer.pageSize = 7
    const { report: said } = await asked({ by: ['model', 'day'], maxAwsCost: 10 })
    costExplorer.pageSize = 5_000
    holds(said, ['model', 'day'])
    expect(said.calls?.items[0]?.count).toBeGreaterThan(10)
  })

  test.each([
    [{ account: [MEMBER] }, ({ account }: BillEntry) => account === MEMBER],
    [{ service: ['*Haiku*'] }, ({ service }: BillEntry) => service.includes('Haiku')],
    [
      { account: ['2*'], service: ['amazon*'] },
      ({ account, service }: BillEntry) => account === MEMBER && service === 'Amazon Bedrock',
    ],
    [{ region: ['eu-*'] }, ({ region }: BillEntry) => region.startsWith('eu-')],
    [{ model: ['*nova*'] }, ({ product }: BillEntry) => product.model.startsWith('Nova')],
    [
      { kind: ['input'], 'principal-tag:team': ['search'] },
      ({ kind, tags }: BillEntry) => kind === 'input' && tags['iamPrincipal/team'] === 'search',
    ],
    [{ 'principal-tag:team': [''] }, ({ tags }: BillEntry) => tags['iamPrincipal/team'] === undefined],
  ])('of %j alone', async (where, fits) => {
    const { report: said } = await asked({ by: ['kind'], where })
    holds(said, ['kind'], entries().filter(fits))
  })

  test('has discounts, credits, refunds and tax apart', async () => {
    world.sandbox.costExplorer.taxIsService = false
    // What comes once a month is on the first day on which anything is billed.
    window.start -= DAY_MS
    bill({ discountPercent: 12.5, creditsUsd: 3, refundsUsd: 0.5, taxPercent: 19 })
    const told: Record<string, Report> = {}
    for (const cost of COST_METRICS) told[cost] = (await asked({ by: ['account'], cost })).report
    const all = entries()
    const sum = (type: string, of: 'unblended' | 'net') =>
      toUsd(toNano(all.filter(({ lineType }) => lineType === type).reduce((total, entry) => total + entry[of], 0n)))
    for (const [metric, of] of [
      ['unblended', 'unblended'],
      ['net', 'net'],
      ['amortized', 'unblended'],
      ['net-amortized', 'net'],
    ] as const) {
      const { bill: said, total } = told[metric] as Report
      expect(said).toMatchObject({
        metric,
        adjustments: {
          discounts: sum('EdpDiscount', of),
          credits: sum('Credit', of),
          refunds: sum('Refund', of),
          tax: sum('Tax', of),
        },
      })
      expect(total).toMatchObject(
        truthOf(
          all.filter(({ lineType }) => lineType === 'Usage'),
          (entry) => entry[of],
        ),
      )
      const parts = Object.values(said?.adjustments ?? {}).reduce((sum, amount) => sum + amount, total.costUsd ?? 0)
      expect(said?.totalUsd).toBeCloseTo(parts, 9)
    }
    const part = (await asked({ by: ['account'], where: { kind: ['input'] } })).report
    expect(part.bill).toMatchObject({ adjustments: null, totalUsd: null })
    expect(part.warnings.map(({ code }) => code)).toContain('bill-untold')
    bill({})
    window.start += DAY_MS
    world.sandbox.costExplorer.taxIsService = true
  })

  test('tells tags of resources by whatever key, and where no line has one', async () => {
    const tagsOf = ({ modelId }: { modelId: string }): Record<string, string> =>
      modelId.includes('nova') ? { 'aws:team$x': 'a$b' } : {}
    bill({ tagsOf })
    const by = ['tag:aws:team$x', 'kind']
    const { report: said } = await asked({ by })
    holds(said, by)
    expect(said.groups.map(({ key }) => key['tag:aws:team$x'])).toContain('a$b')
    bill({ tagsOf: () => ({}) })
    const { report: none } = await asked({ by: ['tag:aws:team$x'] })
    bill({})
    expect(none.groups.map(({ key }) => key)).toEqual([{ 'tag:aws:team$x': '' }])
    expect(none.warnings).toEqual([{ code: 'bill-untold', message: expect.stringContaining('activates them') }])
  })

  test('compares two windows', async () => {
    const { report: said } = await asked({
      by: ['model'],
      compare: ({ start, end }) => ({ start: start - (end - start), end: start }),
    })
    const before = said.compare?.before.costUsd
    // Of the window before, there is a day.
    expect(before).toBeGreaterThan(0)
    expect(said.compare?.window).toMatchObject({ hours: DAYS * 24 })
    expect(said.compare?.change.usd).toBeCloseTo((said.total.costUsd ?? 0) - (before ?? 0), 9)
    expect(said.calls?.items[0]?.count).toBe(6)
  })
})

test('units are used where Cost Explorer tells them, and what costs too much for thousands is by the million', async () => {
  const { costExplorer } = world.sandbox
  const time = window.start
  const byMillion = { usage: 'xai.grok-4.3-mantle-input-tokens-standard', quantity: 3, unit: '1M tokens', usd: 3.75 }
  bill({ charges: [{ ...byMillion, time, account: MEMBER, region: REGION, kind: 'input' }] })
  const told = []
  for (const tellsUnits of [false, true]) {
    costExplorer.tellsUnits = tellsUnits
    told.push(
      (await asked({ by: ['model'] })).report.groups.map(({ key, inputTokens, images }) => ({
        ...key,
        inputTokens,
        images,
      })),
    )
  }
  costExplorer.tellsUnits = false
  bill({})
  expect(told[1]).toEqual(told[0])
  // In each of the three accounts.
  expect(told[0]).toContainEqual({ model: 'xai.grok-4.3', inputTokens: 9_000_000, images: 0 })
})

test('amounts of ten decimals, as Cost Explorer has them, are the truth to less than a nano-dollar a line', async () => {
  world.sandbox.costExplorer.digits = 10
  const { report: said } = await asked({ by: ['model'] })
  expect(said.total.costUsd).toBeCloseTo(truthOf(entries()).costUsd ?? 0, 7)
  expect(said.total).toMatchObject({ inputTokens: truthOf(entries()).inputTokens })
})
