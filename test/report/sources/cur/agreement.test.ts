import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals'
import { COST_METRICS } from '../../../../src/report/bill/line.ts'
import { toNano, toUsd } from '../../../../src/report/money.ts'
import type { Report } from '../../../../src/report/view.ts'
import { billedUpTo, DAY_MS } from '../../../../src/report/window.ts'
import type { BillEntry } from '../../../../src/sandbox/bill/entry.ts'
import { type ExportOf, exportFiles } from '../../../../src/sandbox/bill/exports.ts'
import { generateTraffic } from '../../../../src/sandbox/traffic.ts'
import { report } from '../../../support/report.ts'
import { schemaFaults } from '../../../support/report-schema.ts'
import { createWorld, REGION, type World } from '../../../support/world.ts'

const MEMBER = '222233334444'
const BUCKET = 'all-bills'
const DAYS = 5
let world: World
let window: { start: number; end: number }

beforeAll(async () => {
  world = await createWorld({ members: [{ id: MEMBER, name: 'shop' }] })
  const { sandbox, cx } = world
  const end = billedUpTo(cx.clock.now())
  window = { start: end - DAYS * DAY_MS, end }
  for (const [seed, account] of [sandbox.account, MEMBER].entries()) {
    const about = { account, region: seed === 0 ? REGION : 'eu-central-1' }
    const of = { seed, ...about, invocationsPerHour: 4, steady: true, variesTerms: true }
    const calls = generateTraffic({ ...of, ...window }).filter(({ routedModel }) => routedModel === undefined)
    const { bill } = sandbox.servicesOf(account)
    bill.add(calls)
    const charge = { ...about, time: window.start + DAY_MS, quantity: 7, unit: 'Units', usd: 1.25 }
    bill.options = {
      discountPercent: 12.5,
      creditsUsd: 3,
      refundsUsd: 0.5,
      taxPercent: 19,
      more: calls.slice(0, 20).flatMap((call) => [
        { ...call, batch: true },
        { ...call, mantle: true },
      ]),
      charges: [
        { ...charge, usage: 'Guardrail-ContentPolicyUnitsConsumed' },
        { ...charge, usage: 'Something-New' },
        { ...charge, usage: 'BoxUsage', service: 'Amazon Elastic Compute Cloud' },
      ],
      tagsOf: ({ identity, account: of }) => ({
        'iamPrincipal/team': identity.includes('Nightly') ? 'search' : '',
        user_team: of === MEMBER ? 'shop' : 'core',
      }),
    }
  }
  sandbox.costExplorer.digits = 18
  sandbox.costExplorer.taxIsService = false
  sandbox.services.s3.buckets.create(BUCKET, 'eu-west-1', sandbox.account, 0)
  // A refresh of three days ago, and the one that counts.
  const { services } = sandbox
  const early = entries(window.end - 2 * DAY_MS)
  for (const [lines, execution] of [
    [early, '2026-11-20T01:02:03.004Z-1f'],
    [entries(), '2026-11-23T01:02:03.004Z-2e'],
  ] as const)
    for (const { key, body } of exportFiles(lines, { ...CUR, execution, rowsOfFile: 700 }, cx.clock.now()))
      services.s3.putObject(BUCKET, key, body)
  for (const { key, body } of exportFiles(entries(), FOCUS, cx.clock.now())) services.s3.putObject(BUCKET, key, body)
})
afterAll(() => world.close())

const CUR: ExportOf = {
  table: 'COST_AND_USAGE_REPORT',
  name: 'cur',
  bucket: BUCKET,
  prefix: 'exports',
  payer: '111122223333',
}
const FOCUS: ExportOf = { ...CUR, table: 'FOCUS_1_2_AWS', name: 'focus' }

function entries(before = world.cx.clock.now()): BillEntry[] {
  const all = [world.sandbox.account, MEMBER].flatMap((id) =>
    world.sandbox.servicesOf(id).bill.entries(world.cx.clock.now()),
  )
  return all.filter(({ start }) => start < before)
}

type Asked = Partial<Parameters<typeof report>[1]>

const of = (name: string, path: string, { source, ...more }: Asked = {}) =>
  report(world.cx, {
    source: {
      name,
      path,
      accountId: world.sandbox.account,
      places: [{ region: REGION, cx: world.cx }],
      window,
      ...source,
    },
    maxAwsCost: 1,
    ...more,
  })
const ofCur = (more: Asked) => of('cur', `s3://${BUCKET}/exports/cur`, more)

/** What both tell: Cost Explorer knows no list prices, and what is asked of AWS is another matter. */
function told({ total, groups, series, bill, regions }: Report) {
  const byKey = [...groups].sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1))
  const all = { total, groups: byKey, series, bill: { ...bill, isFinal: null }, regions }
  return JSON.parse(JSON.stringify(all, (key, value) => (/^listCost/.test(key) ? undefined : value)))
}

describe('an export in a bucket of another Region', () => {
  it.each([
    'model',
    'model,day',
    'account,service',
    'service,usage-type',
    'kind,tier',
    'region,month',
    'principal-tag:team',
    'tag:team,account',
  ])('by %s is what Cost Explorer tells, to the last digit', async (grouping) => {
    const by = grouping.split(',')
    const { report: cur, error } = await ofCur({ by })
    expect(error).toBeUndefined()
    expect(schemaFaults(cur)).toEqual([])
    const key = by.filter((name) => name !== 'tag:team')
    // Cost Explorer knows the tags of resources by their own names.
    if (key.length === by.length) expect(told(cur)).toEqual(told((await of('bill', '', { by })).report))
    expect(cur.bill?.isFinal).toBe(false)
  })

  it.each([...COST_METRICS])('has the same adjustments and sums: %s', async (cost) => {
    const [cur, bill] = [await ofCur({ cost }), await of('bill', '', { cost })]
    expect(told(cur.report)).toEqual(told(bill.report))
    expect(Object.keys(cur.report.bill?.adjustments ?? {}).sort()).toEqual(['credits', 'discounts', 'refunds', 'tax'])
  })

  it('tells who called, and tags of resources, which is the truth', async () => {
    const isUse = ({ service, lineType }: BillEntry) => /bedrock/i.test(service) && lineType === 'Usage'
    const truth = (key: (entry: BillEntry) => string) => {
      const sums = new Map<string, bigint>()
      for (const entry of entries().filter(isUse)) sums.set(key(entry), (sums.get(key(entry)) ?? 0n) + entry.unblended)
      return new Map([...sums].map(([name, sum]) => [name, toUsd(toNano(sum))]))
    }
    for (const [by, key] of [
      ['identity', ({ principal }: BillEntry) => principal],
      ['tag:team', ({ tags }: BillEntry) => tags.user_team ?? ''],
    ] as const) {
      const { report: said } = await ofCur({ by: [by] })
      const found = new Map(said.groups.map((group) => [group.key[by] ?? '', group.costUsd ?? 0]))
      expect([...found.keys()].sort()).toEqual([...truth(key).keys()].sort())
      for (const [name, usd] of truth(key)) expect(Math.abs((found.get(name) ?? 0) - usd)).toBeLessThan(6e-9)
    }
  })

  it('of FOCUS tells the same as of CUR, discounts taken off', async () => {
    const focus = await of('cur', `s3://${BUCKET}/exports/focus`, { by: ['account', 'kind'] })
    const cur = await ofCur({ by: ['account', 'kind'], cost: 'net' })
    expect(focus.report.bill?.metric).toBe('net')
    const { adjustments = {}, ...bill } = cur.report.bill ?? {}
    const { discounts, ...others } = adjustments ?? {}
    expect(discounts).toBe(0)
    expect(told(focus.report)).toEqual({ ...told(cur.report), bill: { ...bill, isFinal: null, adjustments: others } })
  })

  it('is not read together with another of the same bill', async () => {
    await expect(of('cur', `s3://${BUCKET}/exports`)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(
        /the bill of 111122223333 for 2026-11 is there twice, in .*(?:cur.*focus|focus.*cur)/,
      ),
    })
  })

  it('is asked of the account that owns the bucket', async () => {
    const other = of('cur', `s3://${BUCKET}/exports/cur`, { owner: '999999999999' })
    await expect(other).rejects.toMatchObject({ code: 'AccessDenied' })
    await expect(of('cur', 's3://no-such-bucket/x')).rejects.toMatchObject({ code: 'NoSuchBucket' })
    await expect(of('cur', `s3://${BUCKET}/elsewhere`)).rejects.toMatchObject({ kind: 'usage' })
  })
})

test('an export on disk is read without a window as a whole, and needs no AWS', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cur-'))
  try {
    for (const { key, body } of exportFiles(entries(), CUR, world.cx.clock.now())) {
      await mkdir(dirname(join(folder, key)), { recursive: true })
      await writeFile(join(folder, key), body)
    }
    const { report: said, error } = await report(world.cx, { source: { name: 'cur', path: folder }, by: ['model'] })
    expect(error).toBeUndefined()
    const { report: same } = await ofCur({
      by: ['model'],
      source: { name: 'cur', window: { start: Date.parse(said.window.start), end: Date.parse(said.window.end) } },
    })
    expect(told(said)).toEqual(told(same))
    expect(said.total.costUsd).toBeGreaterThan(0)
  } finally {
    await rm(folder, { recursive: true })
  }
})
